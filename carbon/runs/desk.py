"""The classification desk on disk: open lines with their proposals, and decisions saved to the company's ledger."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from carbon.activities import classify
from carbon.activities.decisions import DECISIONS, rules_of
from carbon.activities.desk import propose, waiting
from carbon.core.errors import ParamsError
from carbon.core.inert import as_written
from carbon.records.company import read_company
from carbon.records.project import Project
from carbon.runs.publish import write_atomic
from carbon.runs.publish.durable import PRIVATE

DECISIONS_FILE = "decisions.csv"


@dataclass(frozen=True)
class Desk:
    """
    open: lines without a decision, largest amount first. proposals: at most three a line, none applied.
    """

    company: str
    year: int
    open: pd.DataFrame
    proposals: pd.DataFrame
    saved: pd.DataFrame


def decisions_file(project: Project, company: str) -> Path:
    """
    data/ledger/<company>/decisions.csv.
    """
    return project.ledger(company) / DECISIONS_FILE


def read_decisions(project: Project, company: str) -> pd.DataFrame:
    """
    Saved decisions of a company, empty when there are none.

    Raises
    ------
    ParamsError
        The file does not have the columns of `decisions.DECISIONS`, or a value that is not one.
    """
    path = decisions_file(project, company)
    if not path.exists():
        return DECISIONS.empty()
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        lines = [{k: as_written(v or "") for k, v in line.items() if k is not None} for line in reader]
    table = pd.DataFrame(lines, columns=list(reader.fieldnames or ()), dtype="str")
    try:
        return DECISIONS.validate(table.assign(
            scope3_category=table["scope3_category"].astype("int64"),
            decided_on=pd.to_datetime(table["decided_on"], format="%Y-%m-%d").astype("datetime64[s]")))
    except (KeyError, ValueError) as error:
        raise ParamsError(f"{project.name_of(path)} is not a table of decisions: {error}",
                          hint="`carbon classify` writes it; restore it from version control") from error


def open_desk(project: Project, company: str, year: int) -> Desk:
    """
    What still waits for a decision in a company-year.
    """
    records = read_company(company, year, project=project)
    saved = read_decisions(project, company)
    classified = classify(records, decisions=saved if len(saved) else None)
    lines = waiting(records, classified)
    return Desk(company, year, lines, propose(lines, seen=classified.activities), saved)


def save_decisions(project: Project, company: str, decided: pd.DataFrame) -> Path:
    """
    Append decisions to the company's ledger.

    Raises
    ------
    ParamsError
        A decision that cannot be used: without author or evidence, for an unknown activity, or made twice.
    """
    from carbon.factors import load
    from carbon.records.params import load_company
    from carbon.reports.export import to_csv_bytes

    both = pd.concat([read_decisions(project, company), DECISIONS.validate(decided)], ignore_index=True)
    known = set(load(load_company(project, company).factors.release).table["activity"])
    rules_of(both, known=known)
    path = decisions_file(project, company)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, to_csv_bytes(both), mode=PRIVATE)
    return path
