"""
What to do next, for readers: the largest levers of the company's plan, and the data that would narrow the figures.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from carbon.core.errors import CarbonError, UsageError
from carbon.levers.company import CompanyPlan, plan_of
from carbon.levers.result import STOPPED
from carbon.records.levers import LeverRecords, read_levers
from carbon.reports.figure_ids import total_name
from carbon.reports.plan_tables import plan_table
from carbon.reports.sums import KG_PER_T
from carbon.reports.words import Words

BIGGEST = 3
FACTOR, ACTIVITY = "factor:", "activity:"
NOTHING = "nothing"
"""How a doubt begins that no answer could narrow."""
_ASKS = {"ask": "str", "co2e_t": "float64", "narrows_share": "float64", "rows": "int64"}


def levers_of_company(company: str) -> LeverRecords | None:
    """
    The levers of a company; None where it has no levers.yml.
    """
    try:
        return read_levers(company)
    except UsageError:
        return None


def plan_for_next_year(levers: LeverRecords | None, history: Any, year: int) -> CompanyPlan | None:
    """
    The plan that starts the year after a report; None where there is none, or none that would come out the same again.
    """
    if levers is None or levers.file.plan.first_year != year + 1:
        return None
    try:
        made = plan_of(levers, history)
    except CarbonError:
        # The plan notebook says why; a report of the past does not fail for a plan.
        return None
    return None if made.plan.status == STOPPED else made


def actions_table(plan: CompanyPlan | None, words: Words) -> pd.DataFrame:
    """
    The three levers of the plan that cut most.

    Returns
    -------
    DataFrame
        action, start, cut_t (of the plan's last year, all scopes), npv, currency, evidence; empty without a plan.
    """
    columns = {"action": "str", "start": "int64", "cut_t": "float64", "npv": "float64", "currency": "str",
               "evidence": "str"}
    if plan is None:
        return pd.DataFrame({c: pd.Series(dtype=t) for c, t in columns.items()})
    table = plan_table(plan, language=words.language).rename(columns={"label": "action"})
    largest = table.sort_values(["cut_t", "action"], ascending=[False, True]).head(BIGGEST)
    return largest[list(columns)].astype(columns).reset_index(drop=True)


def uncertainty_table(inventory: Any, doubt: Any) -> pd.DataFrame:
    """
    95 % intervals of totals, scopes and categories with rows.

    Parameters
    ----------
    doubt
        `InventoryUncertainty` of the inventory.

    Returns
    -------
    DataFrame
        figure_id, figure, co2e_t, low_t, high_t (NaN where the interval has to be drawn).
    """
    table = doubt.table
    tonnes = {f"{c}_t": table[f"{c}_kg"] / KG_PER_T for c in ("co2e", "low", "high")}
    ids = [f"{inventory.company}/{inventory.year}/{name}" for name in table["figure"]]
    return pd.DataFrame({"figure_id": ids, "figure": table["figure"], **tonnes})


def asks_table(inventory: Any, doubt: Any, words: Words, *, n: int) -> pd.DataFrame:
    """
    The n answers that would narrow the headline total most; none where the total has no rows.

    Parameters
    ----------
    doubt
        `InventoryUncertainty` of the inventory.

    Returns
    -------
    DataFrame
        ask (in words), co2e_t it stands for, narrows_share (of the interval's width, to first order), rows.
    """
    name = total_name(inventory.params.scope2_headline)
    if name not in set(doubt.table["figure"]):
        return pd.DataFrame({c: pd.Series(dtype=t) for c, t in _ASKS.items()})
    table = doubt.contributions(name)
    table = table[(table["share"] > 0) & ~table["ask"].str.startswith(NOTHING)].head(n)
    labels = inventory.factors.drop_duplicates("factor_id").set_index("factor_id")["label"]
    asks = [_ask(source, labels, words) for source in table["source_id"]]
    return pd.DataFrame({"ask": asks, "co2e_t": table["kg"].to_numpy() / KG_PER_T,
                         "narrows_share": table["narrows"].to_numpy(), "rows": table["rows"].to_numpy()}).astype(_ASKS)


def _ask(source: str, labels: pd.Series[Any], words: Words) -> str:
    if source.startswith(FACTOR):
        factor = source.removeprefix(FACTOR)
        return words("ask.factor", what=str(labels.get(factor, "")) or factor)
    parts = source.removeprefix(ACTIVITY).split("/")
    return words("ask.activity", what=", ".join(words.term("mode", words.term("tier", part)) for part in parts))
