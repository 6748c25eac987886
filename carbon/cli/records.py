"""Verbs on records: check and classify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from carbon.cli.options import COMPANY_YEAR, Json, Language, company_year, company_years, print_json, say


def check(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="[C/Y | PATH...]",
                                                       help="company/year, files or folders.")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="purchases, energy, travel, fec, params, ...")] = None,
    company: Annotated[str | None, typer.Option("--company", help="Read with this company's params.")] = None,
    year: Annotated[int | None, typer.Option("--year", help="Reporting year.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="A warning is a failure.")] = False,
    every: Annotated[bool, typer.Option("--all", help="List every excluded row.")] = False,
    as_json: Json = False,
) -> None:
    """Read records, account for every row; of whole company-years state all that a run would refuse, and write nothing.

    Example: carbon check petit-studio/2024

    Exit codes: 0 all accepted, 1 rows rejected or a run refuses the year's figures (with --strict, a warning), 2 a file
    or params refused.
    """
    from carbon.cli.checked_text import lines_of, next_step
    from carbon.cli.tables import terminal_width
    from carbon.runs.desk.check import check_paths
    from carbon.runs.desk.checked import exit_code, plain_exclusions
    from carbon.runs.desk.refusals import check_project

    if paths and len(paths) == 1 and not paths[0].exists() and COMPANY_YEAR.match(paths[0].as_posix()):
        (company, year), paths = company_year(paths[0].as_posix()), []
    if kind is None:
        result = check_project(paths or [], company=company, year=year)
    else:
        result = check_paths(paths or [], kind, company=company, year=year)
    code = exit_code(result, strict=strict)
    if kind == "params" and _refuse_policies(result):
        code = 2
    if as_json:
        print_json(plain_exclusions(result) if kind is None else result)
    else:
        result_lines = lines_of(result, every=every, width=terminal_width())
        for line in (*result_lines, *next_step(result, code, in_project=kind is None)):
            say(line)
    raise typer.Exit(code)


def _refuse_policies(result: dict[str, Any]) -> bool:
    """Refuse parameter files, valid in themselves, that name a release, source or region which no factor has."""
    from carbon.accounting.company import library_for
    from carbon.core.errors import CarbonError
    from carbon.params.files.load import load_company
    from carbon.params.files.project import Project
    from carbon.runs.desk.check import OF_PARAMS, PARAMS
    from carbon.runs.desk.checked import refused_file

    has_refusal = False
    for place, file in enumerate(result["files"]):
        path = Path(file["path"]).resolve()
        if file["refused"] or path.name == "runs.yml" or path.parent.name != "params":
            continue
        try:
            project = Project(path.parent.parent)
            library_for(load_company(project, path.stem), project)
        except CarbonError as wrong:
            result["files"][place], has_refusal = refused_file(file["path"], PARAMS, wrong, OF_PARAMS), True
    return has_refusal


def requests(
    what: Annotated[str, typer.Argument(metavar="C/Y", help="company/year.")],
    sheet: Annotated[Path | None, typer.Option(help="Write the requests to this XLSX file, to be filled in.")] = None,
    answers: Annotated[Path | None, typer.Option(help="Take the answers of a filled workbook.")] = None,
    language: Language = "en", as_json: Json = False,
) -> None:
    """List whom to ask for what to narrow the total most; write it as a workbook, read its answers back into params.

    Example: carbon requests petit-studio/2025 --sheet requests.xlsx

    Exit codes: 0 listed, written or taken, 2 usage: an answer is not valid, its row is named and nothing is written.
    """
    import pandas as pd

    from carbon.cli.desk import requests as of
    from carbon.cli.options import show_words
    from carbon.core.errors import UsageError
    from carbon.reports.words.language import Words

    words = Words(language)  # rejects an unknown language before anything is written
    if sheet and answers:
        raise UsageError("--sheet and --answers at once", hint="write the sheet first; --answers takes the filled one")
    result = of(*company_year(what), sheet=sheet, answers=answers, language=language)
    if as_json:
        print_json(result)
    elif answers:
        say(words("requests.taken" if result["answers"] else "requests.none", **result))
    else:
        columns = ["who", "ask", "effort", "co2e_t", "interval_now_t", "interval_after_t", "narrows"]
        show_words(pd.DataFrame(result["requests"])[columns], language, "title.requests", what=what)
        say(words("requests.send" if sheet else "requests.sheet", what=what, path=result["path"]))


def classify(
    what: Annotated[str | None, typer.Argument(metavar="[C/Y]", help="company/year; default: all in runs.yml.")] = None,
    sheet: Annotated[Path | None, typer.Option(help="Write the open lines to this CSV file, to be filled in.")] = None,
    decide: Annotated[Path | None, typer.Option(help="Save the decisions of a filled sheet, CSV or XLSX.")] = None,
    author: Annotated[str, typer.Option(help="Who decided, where the sheet does not state it.")] = "",
    evidence: Annotated[str, typer.Option(help="Evidence for the decisions, where the sheet gives none.")] = "",
    by: Annotated[str, typer.Option(help="category, account or supplier: one decision for all lines of each.")] = "",
    as_json: Json = False,
) -> None:
    """List unclassified lines by amount, with proposals. JSON: one object, or without C/Y a list of them.

    Example: carbon classify petit-studio/2024

    Exit codes: 0 nothing open, 1 lines open.
    """
    from carbon.cli.desk import Bulk
    from carbon.cli.desk import classify as desk
    from carbon.core.errors import UsageError
    from carbon.core.ledgers import DECISION_KEYS

    if (sheet or decide) and what is None:
        raise UsageError("A sheet is of one company and year", hint="carbon classify company/2024 --sheet open.csv")
    if sheet and decide:
        raise UsageError("--sheet and --decide at once", hint="write the sheet first, fill it in, then --decide it")
    if by not in ("", *DECISION_KEYS):
        raise UsageError(f"--by {by}", hint=f"one of {', '.join(DECISION_KEYS)}")
    bulk = Bulk(sheet, decide, author, evidence, by)
    desks = [desk(*one, as_json=as_json, bulk=bulk) for one in company_years(what)]
    if as_json:
        values = [desk_values for desk_values, _ in desks]
        print_json(values if what is None else values[0])
    raise typer.Exit(max((still_open for _, still_open in desks), default=0))
