"""The bridge, the events of the base year and the budget of a pathway for readers, in tonnes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from carbon.accounting.years.bridge import BOUNDARY, STEPS, Bridge
from carbon.accounting.years.quantity_effects import ACTIVITY, INTENSITY
from carbon.core.errors import MethodError, UsageError
from carbon.core.text_columns import text_array
from carbon.core.units import KG_PER_T
from carbon.reports.words.language import Words, term_key
from carbon.trajectory import Target, budget_state, course, ruleset
from carbon.trajectory.budget import Budget
from carbon.trajectory.rulesets import FROM_RECENT, required_pathways
from carbon.trajectory.situation import situation

if TYPE_CHECKING:
    from carbon.accounting.years.history import Inventories
    from carbon.accounting.years.restated import View

ENGLISH = Words("en")
TO_CONFIRM = "_to_confirm"
"""Beside the name of a record that no person has checked yet."""


def bridge_table(bridge: Bridge, *, words: Words = ENGLISH) -> pd.DataFrame:
    """Return the steps from one reported total to another, a line each.

    Columns: step, change_t (NaN at both ends), co2e_t (where the bar ends), start_share (of the reported start).
    """
    kg = bridge.table["kg"].to_numpy()
    level = np.concatenate([np.cumsum(kg[:-1]), kg[-1:]]) / KG_PER_T
    names = [step_name(s, bridge, words) for s in STEPS]
    ends = [words("step.reported", year=bridge.years[i]) for i in (0, -1)]
    change = np.concatenate([[np.nan], kg[1:-1] / KG_PER_T, [np.nan]])
    return pd.DataFrame({"step": pd.Series([ends[0], *names, ends[1]], dtype="str"), "change_t": change,
                         "co2e_t": level, "start_share": change / level[0] if level[0] > 0 else np.nan})


def step_name(step: str, bridge: Bridge, words: Words) -> str:
    """Return a step in the reader's language; the boundary names what moves it by kilograms of the ledger alone."""
    if step == BOUNDARY and bridge.by_tonnes:
        return words("step.boundary_tonnes", names=", ".join(bridge.by_tonnes))
    is_plain = step in (ACTIVITY, INTENSITY) and bridge.driver == "none"
    return words(f"step.{term_key(step)}{'_none' if is_plain else ''}")


def events_table(view: View, *, words: Words = ENGLISH) -> pd.DataFrame:
    """Return base-year events with their three measures and the verdict, also when nothing triggers.

    Parameters
    ----------
    view
        A view of the history (`Inventories.restated()`).

    Returns
    -------
    DataFrame
        event_id, event (its kind), entity, date, delta_t (base year), single_share, net_share, gross_share, verdict.
    """
    table = view.significance
    verdict = [words(f"event_verdict.{'recalculates' if t else 'below' if c else 'organic'}")
               for t, c in zip(table["triggers"], table["counts"], strict=True)]
    return pd.DataFrame({
        "event_id": table["event_id"], "event": text_array([words(f"event.{k}") for k in table["kind"]]),
        "entity": table["entity"], "date": text_array([str(d.date()) for d in table["date"]]),
        "delta_t": table["delta_kg"] / KG_PER_T, "single_share": table["single"], "net_share": table["net"],
        "gross_share": table["gross"], "verdict": text_array(verdict)})


def target_comparison_table(target: Target, history: Inventories, *, rules: Sequence[str]) -> pd.DataFrame:
    """Return one target next to what several records allow, year by year.

    Parameters
    ----------
    history
        `Inventories`; the restated view of it is shown.

    Returns
    -------
    DataFrame
        year, co2e_t, target_t, and `<record>_t` of each record with a pathway, `<record>_from_recent_t` where it also
        asks for a way from the latest inventory, `..._to_confirm_t` where it is our reading of an announcement;
        attrs["left_out"] names the records without one, attrs["reasons"] why (a record of another kind of target among
        them), attrs["evidence"] how well each is known. The tonnes are those of the findings.
    """
    facts = situation(target, history)
    required = required_pathways(target, facts, rules)
    actual = course(history.restated(), target).series
    years = required.index.union(actual.index[actual.index >= target.base_year])
    unsure = [c for c in required.columns.drop("target")
              if ruleset(c.removesuffix(FROM_RECENT)).evidence == "to confirm"]
    marked = required.rename(columns={c: f"{c}{TO_CONFIRM}" for c in unsure}, errors="raise")
    table = (marked.reindex(years) / KG_PER_T).add_suffix("_t")
    table.insert(0, "co2e_t", actual.reindex(years) / KG_PER_T)
    table = table.rename_axis("year").reset_index()
    table.attrs.update(left_out=required.attrs["left_out"], reasons=required.attrs["reasons"],
                       evidence={r: ruleset(r).evidence for r in rules})
    return table


def budget_table(
    actual: pd.Series[Any] | Budget, pathway: pd.Series[Any] | None = None, *, convention: str = "annual_sum"
) -> pd.DataFrame:
    """Return emissions against a pathway, year by year, with what has piled up and the straight line that keeps the
    budget.

    cumulated_t = sum(actual - pathway) up to the year, unknown from a year without a figure on; line_t: NaN where no
    straight line keeps the budget.

    Parameters
    ----------
    actual, pathway
        kg CO2e by year; every year from the base year to the last inventory. Or a `Budget` alone.

    Returns
    -------
    DataFrame
        year, co2e_t, pathway_t, cumulated_t, line_t.
    """
    if isinstance(actual, Budget):
        line, actual, pathway = actual.straight_line, actual.actual, actual.pathway
    elif pathway is None:
        raise UsageError("budget_table: a series of emissions needs its pathway", hint="or give a `Budget` alone")
    else:
        try:
            line = budget_state(actual.loc[pathway.index[0]:], pathway, convention=convention).straight_line
        except MethodError:
            line = None
    years = pathway.index
    known_kg = actual.reindex(years)
    return pd.DataFrame({
        "year": years.astype("int64"), "co2e_t": known_kg.to_numpy() / KG_PER_T,
        "pathway_t": pathway.to_numpy() / KG_PER_T,
        "cumulated_t": (known_kg - pathway).cumsum(skipna=False).to_numpy() / KG_PER_T,
        "line_t": (np.full(len(years), np.nan) if line is None else line.reindex(years).to_numpy() / KG_PER_T)})
