"""`carbon indicators export`: commitments and indicators of a year as one workbook for an auditor or a verifier.

Every figure has its parts, its years, its rows with file and line, and its evidence with a hash where it is a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from carbon.core.errors import UsageError
from carbon.params.files.project import Project, sha256_of
from carbon.params.shapes.commitments import Commitments
from carbon.reports.exhibits.annual import AnnualReport, annual_report
from carbon.reports.export import to_xlsx_bytes
from carbon.reports.words.cells import in_words
from carbon.runs.publish import write_atomic

EXHIBITS = ("commitments", "reviewers", "indicators_performance", "indicators_governance", "indicator_rules",
            "datapoints_fed")
FILE, FOLDER, LINK, MISSING = "file", "folder", "link", "missing"


def write_dossier(project: Project, company: str, year: int, path: Path) -> dict[str, int]:
    """Write the workbook; returns its sheets with their number of lines.

    Raises UsageError: The company has neither commitments nor indicators.
    """
    report = annual_report(company, year)
    sheets = {name: report.exhibit(name).table for name in EXHIBITS}
    sheets |= _of_records(report) | {"evidence": _evidence(project, report)}
    sheets = {name: table for name, table in sheets.items() if len(table)}
    if not sheets:
        raise UsageError(f"{company} has neither commitments nor indicators in {year}",
                         hint=f"write params/{company}/commitments.yml or indicators.yml")
    words = report.words
    titles = {name: words(f"{'exhibit' if name in EXHIBITS else 'dossier'}.{name}") for name in sheets}
    write_atomic(path, to_xlsx_bytes({name: in_words(table, words) for name, table in sheets.items()}, words=words,
                                     titles=titles))
    return {name: len(table) for name, table in sheets.items()}


def _of_records(report: AnnualReport) -> dict[str, pd.DataFrame]:
    """Return values by year, the rows behind them, and the criteria as the company keeps them."""
    tables: dict[str, pd.DataFrame] = {}
    indicators, digital = report.indicators_found.result, report.digital
    if indicators is not None:
        catalogue = indicators.catalogue.table
        labels = dict(zip(catalogue["id"], catalogue[f"label_{report.words.language}"], strict=True))
        for name, table in (("history", indicators.history), ("rows", indicators.rows)):
            shown_table = table.rename(columns={"indicator_id": "indicator", "table": "kind", "population": "covered"})
            tables[name] = shown_table.assign(indicator=shown_table["indicator"].map(labels).astype("str"))
    if digital is not None and "criteria" in digital.tables:
        table = digital.tables["criteria"]
        tables["criteria"] = table.assign(assessed_on=table["assessed_on"].dt.strftime("%Y-%m-%d").fillna("")).rename(
            columns={"text": "adopted_text", "evidence": "evidence_file"})
    return tables


def _evidence(project: Project, report: AnnualReport) -> pd.DataFrame:
    """Return each piece of evidence that is named: whether it is there, and the hash of a file."""
    indicators, commitments = report.indicators_found.result, report.digital.commitments if report.digital else None
    of_indicators = [] if indicators is None else indicators.catalogue.table["evidence_uri"].tolist()
    names = dict.fromkeys([*of_indicators, *_named_in(commitments)])
    lines = [(name, *_state(project, name)) for name in names if name]
    return pd.DataFrame(lines, columns=["evidence_file", "presence", "sha256"]).astype("str")


def _named_in(commitments: Commitments | None) -> Iterator[str]:
    for commitment in () if commitments is None else commitments.commitments:
        yield from commitment.evidence
        yield from (reviewer.evidence for reviewer in (commitment.committee, commitment.verifier) if reviewer)
        for objective in commitment.objectives:
            yield from objective.evidence


def _state(project: Project, name: str) -> tuple[str, str]:
    if "://" in name:
        return LINK, ""
    path = (project.root / name).resolve()
    if not path.is_relative_to(project.root.resolve()):
        return MISSING, ""  # nothing outside the project is opened
    if path.is_dir():
        return FOLDER, ""
    return (FILE, sha256_of(path)) if path.is_file() else (MISSING, "")
