"""The transition plan that the French inventory is filed with: results of past actions, actions and means ahead.

Source: Code de l'environnement, R. 229-47 (decree 2022-982): the actions since the previous inventory and their
results; separately for direct and indirect emissions, the actions and means until the next one; and the overall volume
of reductions expected of each. Direct emissions are axis 1 (scope 1), all others are indirect, scope 2 location-based.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from carbon.core.ghg_protocol import LOCATION
from carbon.core.units import KG_PER_T
from carbon.levers.baseline import matching
from carbon.levers.followup import NO_ACTION, ActionsFollowed
from carbon.levers.record import LEVER, adopted_before, followed, plan_ahead
from carbon.params.shapes.plan_record import PlanRecord, RecordedLever
from carbon.reports.exhibits.followed import next_text, owner_text
from carbon.reports.filings.counting import Counting
from carbon.reports.words.language import Words

PARTS = {"direct": ("1",), "indirect": ("2", "3")}
PLAN = {"emissions": "str", "posts": "str", "action": "str", "owner": "str", "state": "str", "next_step": "str",
        "start": "int64", "capex": "float64", "running_per_year": "float64", "currency": "str",
        "expected_t": "float64", "expected_year": "int64"}
RESULTS = {"emissions": "str", "action": "str", "planned_t": "float64", "inventory_t": "float64"}
VOLUMES = {"emissions": "str", "expected_t": "float64", "expected_year": "int64", "inventory_t": "float64"}


def tables(
    inventory: Any, counted: Counting, plans: Sequence[PlanRecord], actions: ActionsFollowed | None, words: Words
) -> dict[str, pd.DataFrame]:
    """Return "transition_plan" (actions and means ahead), "transition_results" (of the plan that holds in the year, by
    the inventory), "transition_evidence" (actions by their own evidence) and "transition_volumes"; empty where no plan
    is recorded or no action stated.
    """
    year = inventory.year
    ahead = plan_ahead(plans, year)
    past = adopted_before(plans, year, inventory.params.gwp)
    results = _results(past, inventory, words)
    return {"transition_plan": _plan(ahead, counted.rows, actions, words), "transition_results": results,
            "transition_evidence": evidence_table(actions, words),
            "transition_volumes": _volumes(ahead, results, words)}


def _plan(plan: PlanRecord | None, rows: pd.DataFrame, actions: ActionsFollowed | None, words: Words) -> pd.DataFrame:
    lines = [] if plan is None else [
        (words(f"transition.{part}"), _posts(v, rows[rows["scope"].isin(scopes)]), v.name(words.language),
         *stated_of(actions, v.id, words), v.start, sum(v.capex.values()), v.running_per_year,
         plan.currency, cut / KG_PER_T, plan.last_year)
        for part, scopes in PARTS.items() for v in plan.levers
        if (cut := plan.of_scopes(scopes, LOCATION).cut_kg(v.id, plan.last_year))]
    return pd.DataFrame(lines, columns=list(PLAN)).astype(PLAN)


def _posts(lever: RecordedLever, rows: pd.DataFrame) -> str:
    """Return the posts whose rows a lever acts on, e.g. "1.1, 4.1"."""
    hit = pd.Series(False, index=rows.index)
    for select in lever.where:
        hit |= matching(rows, select)
    return ", ".join(sorted(set(rows.loc[hit, "line"])))


def _results(plan: PlanRecord | None, inventory: Any, words: Words) -> pd.DataFrame:
    lines = []
    for part, scopes in PARTS.items() if plan else ():
        assert plan is not None
        rows = inventory.emissions[inventory.emissions["scope"].isin(scopes)]
        if rows["kyoto"].any():
            table = followed(plan.of_scopes(scopes, LOCATION), rows, year=inventory.year, gwp=inventory.params.gwp,
                             release=inventory.params.factors.release).table
            names = {v.id: v.name(words.language) for v in plan.levers}
            lines += [(words(f"transition.{part}"), names[lever], planned / KG_PER_T, achieved / KG_PER_T)
                      for lever, kind, planned, achieved in zip(*(table[c] for c in (
                          "lever", "kind", "planned_kg", "achieved_kg")), strict=True)
                      if kind == LEVER and (planned or achieved)]
    return pd.DataFrame(lines, columns=list(RESULTS)).astype(RESULTS)


def _volumes(plan: PlanRecord | None, results: pd.DataFrame, words: Words) -> pd.DataFrame:
    lines = []
    for part, scopes in PARTS.items() if plan else ():
        assert plan is not None
        cut = sum(plan.of_scopes(scopes, LOCATION).cut_kg(v.id, plan.last_year) for v in plan.levers)
        achieved = results.loc[results["emissions"] == words(f"transition.{part}"), "inventory_t"]
        lines.append((words(f"transition.{part}"), cut / KG_PER_T, plan.last_year,
                      float(achieved.sum()) if len(achieved) else float("nan")))
    return pd.DataFrame(lines, columns=list(VOLUMES)).astype(VOLUMES)


def evidence_table(actions: ActionsFollowed | None, words: Words) -> pd.DataFrame:
    """Return each action of actions.yml: action, owner, state, evidence_t (its own evidence), spent_capex,
    spent_running, currency, resources, remedy.
    """
    kinds = {"action": "str", "owner": "str", "state": "str", "evidence_t": "float64", "spent_capex": "float64",
             "spent_running": "float64", "currency": "str", "resources": "str", "remedy": "str"}
    lines = [] if actions is None else [
        (r["label"], owner_text(r["owner"], words), words.term("followed_state", r["state"]),
         r["evidence_kg"] / KG_PER_T, *(r[c] for c in ("spent_capex", "spent_running")), actions.currency,
         *(r[c] for c in ("resources", "remedy")))
        for r in actions.table.to_dict("records") if r["action"]]
    return pd.DataFrame(lines, columns=list(kinds)).astype(kinds)


def stated_of(actions: ActionsFollowed | None, lever: str, words: Words) -> tuple[str, str, str]:
    """Return owner, state and next step of the action that realises a lever, or that no action is stated."""
    lines = () if actions is None else actions.table.to_dict("records")
    line = next((r for r in lines if r["lever"] == lever and r["action"]),
                {"owner": "", "state": NO_ACTION, "next_step": ""})
    step = "" if actions is None else next_text(line, str(line.get("next_due", "")), actions.on, words)
    return owner_text(line["owner"], words), words.term("followed_state", line["state"]), step
