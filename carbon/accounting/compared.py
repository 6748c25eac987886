"""Company-years compared with the years before them: what `carbon check` lists after the rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from carbon.accounting.boundary.answers import shown
from carbon.accounting.company import inventory
from carbon.core.errors import CarbonError
from carbon.records.params.project import Project


def compared(company_years: Iterable[tuple[str, int]], project: Project) -> tuple[list[dict[str, Any]],
                                                                                  list[dict[str, str]]]:
    """Return what each company-year was compared with, its breaches and whether a run fails for them; and warnings.

    Returns
    -------
    list of dict
        company, year, compared_with: years of its own past; breaches, as in the run summary; fails: a run does not
        publish the year; boundary: sites, entities, meters and files that came or went, with the word of params and
        the line to paste; error: why nothing could be compared, "" where it was.
    list of dict
        code and text: breaches nobody accepted, acceptances that accept nothing, changes of the boundary nobody
        explained.
    """
    lines: list[dict[str, Any]] = []
    warnings: list[dict[str, str]] = []
    for company, year in company_years:
        line = {"company": company, "year": year, "compared_with": [], "breaches": [], "fails": False,
                "boundary": [], "error": ""}
        try:
            of_year = inventory(company, year, project=project)
            expected, changes = of_year.compared(), of_year.boundary()
        except CarbonError as error:
            lines.append(line | {"error": error.what})
            continue
        breaches = expected.listed()
        fails = any(breach["fails"] and not breach["accepted"] for breach in breaches)
        lines.append(line | {"compared_with": list(expected.years), "breaches": breaches, "fails": fails,
                             "boundary": [shown(change) for change in changes.to_dict("records")]})
        warnings += [{"code": code, "text": text} for code, text in (*expected.warned, *of_year.boundary_warned)]
    return lines, warnings
