"""The classification desk on disk: open lines with their proposals, and decisions saved to the company's ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from carbon.accounting.named_activities import unknown_activities
from carbon.activities import classify
from carbon.activities.classification.charts import likely_charts
from carbon.activities.classification.classified import Classified
from carbon.activities.classification.decisions import DECISIONS, rules_of
from carbon.activities.classification.desk import decided_lines, propose, waiting
from carbon.activities.classification.learner import learn
from carbon.activities.classification.lines import NO_RULE, rule_of_rows
from carbon.activities.classification.rules import NO_MAP
from carbon.core.columns import Rows
from carbon.core.ledgers import DECISION_KEYS
from carbon.params.files.company_overrides import read_decisions
from carbon.params.files.project import Project
from carbon.records.files.company import CompanyRecords, read_company
from carbon.runs.publish import write_atomic
from carbon.runs.publish.durable import PRIVATE


@dataclass(frozen=True)
class Desk:
    """open: lines without a decision, largest amount first. proposals: at most three a line, none applied. classified:
    by currency, the share of the amount (credits as positive amounts) that has an activity by a rule, a decision or
    the account map.
    """

    company: str
    year: int
    open: pd.DataFrame
    proposals: pd.DataFrame
    saved: pd.DataFrame
    classified: dict[str, float]
    taken_over: int = 0
    """Decisions of sister companies that are applied (`decisions_from`)."""
    by: str = ""
    lines: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Supplier, account and category of every purchase that no rule of the company's params decides."""
    charts: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Packaged maps that fit (`likely_charts`), where the params name none."""
    not_learnt: str = ""
    """Why the decided lines taught nothing; "" where they propose."""


def open_desk(project: Project, company: str, year: int, *, by: str = "") -> Desk:
    """Return the lines of a company-year that wait for a decision, with proposals.

    `by`: "category", "account" or "supplier" groups them by it alone.

    Raises ParamsError: A rule or decision for an activity without a factor.
    """
    unknown = unknown_activities(project, company)
    if unknown is not None:
        raise unknown
    records = read_company(company, year, project=project)
    saved = read_decisions(project, company)
    classified = classify(records)
    purchases, params = records.records.get("purchases"), records.params
    lines = waiting(records, classified, by=by)
    share = _classified(records, classified)
    in_force = 0 if records.decisions is None else len(records.decisions)
    if purchases is None or lines.empty:
        return Desk(company, year, lines, propose(lines), saved, share, in_force - len(saved))
    without_rule = purchases[rule_of_rows(Rows(purchases), params.rules, kind="purchases") == NO_RULE]
    charts = likely_charts(without_rule, params.country)[:None if params.account_map == NO_MAP else 0]
    decisions = records.decisions if records.decisions is not None else DECISIONS.empty()
    learner = learn(decided_lines(without_rule, decisions))
    proposals = propose(lines, seen=classified.activities, charts=charts["name"].tolist()[:1],
                        learner=None if isinstance(learner, str) else learner)
    return Desk(
        company, year, lines, proposals, saved, share, in_force - len(saved), by,
        without_rule[list(DECISION_KEYS)].drop_duplicates(), charts, learner if isinstance(learner, str) else "")


def _classified(records: CompanyRecords, classified: Classified) -> dict[str, float]:
    purchases = records.records.get("purchases")
    if purchases is None or purchases.empty:
        return {}
    ended = classified.ledger
    open_rows = ended[(ended["code"] == "unclassified") & (ended["kind"] == "purchases")]
    totals = purchases["amount"].abs().groupby(purchases["currency"].astype("str")).sum()
    still = open_rows["amount"].abs().groupby(open_rows["unit"].astype("str")).sum()
    still = still.reindex(totals.index, fill_value=0.0)
    return {str(c): 1 - float(still[c] / totals[c]) for c in totals.index if totals[c] > 0}


def save_decisions(project: Project, company: str, decided: pd.DataFrame) -> Path:
    """Append decisions to the company's ledger.

    Raises ParamsError: A decision that is not accepted: without author or evidence, for an unknown activity, or made
    twice.
    """
    from carbon.reports.export import to_csv_bytes

    all_decisions = pd.concat([read_decisions(project, company), DECISIONS.validate(decided)], ignore_index=True)
    rules_of(all_decisions, known_activities=known_activities(project, company))
    path = project.decisions_file(company)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, to_csv_bytes(all_decisions), mode=PRIVATE)
    return path


def known_activities(project: Project, company: str) -> set[str]:
    """Return the activities of the factor release that the company's params name."""
    from carbon.factors import load
    from carbon.params.files.load import load_company

    return set(load(load_company(project, company).factors.release).table["activity"])
