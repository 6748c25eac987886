"""The classification desk on disk: open lines with their proposals, and decisions saved to the company's ledger."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from carbon.accounting.named_activities import unknown_activities
from carbon.activities import classify
from carbon.activities.classification.classified import Classified
from carbon.activities.classification.decisions import DECISIONS, rules_of
from carbon.activities.classification.desk import propose, waiting
from carbon.records.files.company import CompanyRecords, read_company
from carbon.records.params.company_overrides import read_decisions
from carbon.records.params.project import Project
from carbon.runs.publish import write_atomic
from carbon.runs.publish.durable import PRIVATE


@dataclass(frozen=True)
class Desk:
    """open: lines without a decision, largest amount first. proposals: at most three a line, none applied. classified:
    by currency, the share of the amount (credits counted as amounts) that a rule, a decision or the account map
    decides.
    """

    company: str
    year: int
    open: pd.DataFrame
    proposals: pd.DataFrame
    saved: pd.DataFrame
    classified: dict[str, float]
    taken_over: int = 0
    """Decisions in force that sister companies saved (`decisions_from`)."""


def open_desk(project: Project, company: str, year: int) -> Desk:
    """What still waits for a decision in a company-year.

    Raises
    ------
    ParamsError
        A rule or decision for an activity without a factor.
    """
    wrong = unknown_activities(project, company)
    if wrong is not None:
        raise wrong
    records = read_company(company, year, project=project)
    saved = read_decisions(project, company)
    classified = classify(records)
    lines = waiting(records, classified)
    proposals = propose(lines, seen=classified.activities)
    in_force = 0 if records.decisions is None else len(records.decisions)
    return Desk(company, year, lines, proposals, saved, _classified(records, classified), in_force - len(saved))


def _classified(records: CompanyRecords, classified: Classified) -> dict[str, float]:
    bought = records.records.get("purchases")
    if bought is None or bought.empty:
        return {}
    ended = classified.ledger
    lost = ended[(ended["code"] == "unclassified") & (ended["kind"] == "purchases")]
    whole = bought["amount"].abs().groupby(bought["currency"].astype("str")).sum()
    still = lost["amount"].abs().groupby(lost["unit"].astype("str")).sum().reindex(whole.index, fill_value=0.0)
    return {str(c): 1 - float(still[c] / whole[c]) for c in whole.index if whole[c] > 0}


def save_decisions(project: Project, company: str, decided: pd.DataFrame) -> Path:
    """Append decisions to the company's ledger.

    Raises
    ------
    ParamsError
        A decision that cannot be used: without author or evidence, for an unknown activity, or made twice.
    """
    from carbon.reports.export import to_csv_bytes

    both = pd.concat([read_decisions(project, company), DECISIONS.validate(decided)], ignore_index=True)
    rules_of(both, known_activities=known_activities(project, company))
    path = project.decisions_file(company)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, to_csv_bytes(both), mode=PRIVATE)
    return path


def known_activities(project: Project, company: str) -> set[str]:
    """Activities of the factor release that the company's params name."""
    from carbon.factors import load
    from carbon.records.params.load import load_company

    return set(load(load_company(project, company).factors.release).table["activity"])
