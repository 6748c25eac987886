"""ESRS E1-4 and E1-3: targets with their levers, actions with achieved and expected effects, and the list of actions.

All from the plans in the company's ledger.

Source: delegated regulation (EU) 2023/2772, annex I, ESRS E1 par. 28 and 29 (actions), 34 (targets). Targets are gross:
no removals, credits or avoided emissions. What the plan does not know (line items of the accounts, taxonomy KPIs) is
stated, never zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from carbon.accounting.years.by_year import ByYear
from carbon.accounting.years.history_tables import PlainHistory
from carbon.core.ghg_protocol import NO_METHOD
from carbon.core.units import KG_PER_T
from carbon.levers.followup import ActionsFollowed
from carbon.levers.record import LEVER, Followed, adopted_before, followed, plan_ahead
from carbon.params.shapes.plan_record import PlanRecord, RecordedLever, RecordedTarget
from carbon.reports.exhibits.target_view import allowed
from carbon.reports.filings.transition import evidence_table
from carbon.reports.words.language import Words
from carbon.reports.words.phrases import phrase
from carbon.reports.words.targets import base_event_text, base_text
from carbon.trajectory import Course, Target, course, rulesets

NAN = float("nan")
TARGETS = {"target": "str", "scopes": "str", "scope2_method": "str", "base_year": "int64", "base_year_t": "float64",
           "target_year": "int64", "target_share": "float64", "target_t": "float64", "current_t": "float64",
           "ruleset": "str", "remark": "str"}
LEVERS = {"target": "str", "decarbonisation_lever": "str", "expected_year": "int64", "expected_t": "float64"}
ACTIONS = {"decarbonisation_lever": "str", "action_id": "str", "action": "str", "state": "str", "start": "int64",
           "achieved_t": "float64", "expected_t": "float64", "expected_year": "int64", "capex": "float64",
           "running_per_year": "float64", "currency": "str", "price_year": "int64", "evidence": "str"}
OWN_LIST = {"action_id": "str", "action": "str", "year": "int64", "cut_t": "float64", "capex": "float64",
            "running_per_year": "float64", "currency": "str"}


def tables(inventory: Any, history: Any, plans: Sequence[PlanRecord], words: Words,
           company_actions: ActionsFollowed | None = None) -> dict[str, pd.DataFrame]:
    """Return "targets" (E1-4), "target_levers" (E1-4 par. 34 f), "actions" (E1-3 par. 29), "action_list" (the company's
    own), and of actions.yml "action_evidence" and "action_steps" (E1-3 par. 28: MDR-A, progress and resources).

    plans: of the company's ledger, oldest first, but for those that start after the year after the inventory. Without
    one the last three are empty, and `not_stated` lists them.
    """
    ahead, before = plan_ahead(plans, inventory.year), adopted_before(plans, inventory.year, inventory.params.gwp)
    past = None if before is None else followed(
        before, inventory.emissions, year=inventory.year, gwp=inventory.params.gwp,
        release=inventory.params.factors.release)
    return {"targets": targets_table(inventory, history, words), "target_levers": target_levers_table(ahead, words),
            "actions": actions_table(ahead, past, inventory.year, words), "action_list": action_list(ahead, words),
            "action_evidence": evidence_table(company_actions, words), "action_steps": steps_table(company_actions)}


def not_stated(inventory: Any, history: Any, plans: Sequence[PlanRecord], words: Words,
               company_actions: ActionsFollowed | None = None) -> list[tuple[str, str]]:
    """Return what E1-3 and E1-4 ask and neither plan, actions nor records hold: (what, text)."""
    stated = pd.DataFrame(columns=["remedy", "resources"]) if company_actions is None else company_actions.table
    required = ["action_accounts", "target_assurance"]
    required += [f"action_{field}" for field in ("remedy", "resources") if not (stated[field] != "").any()]
    notes = [(words(f"esrs.{key}"), words(f"esrs.{key}.text")) for key in required]
    if plan_ahead(plans, inventory.year) is None:
        notes.append((words("esrs.no_plan"), words("esrs.no_plan.text", company=inventory.company)))
    if adopted_before(plans, inventory.year, inventory.params.gwp) is None:
        notes.append((words("esrs.no_former_plan"), words("esrs.no_former_plan.text", gwp=inventory.params.gwp)))
    notes += [(words("esrs.mean_base", target=t.id), base_text(Target.from_params(t), words))
              for t in inventory.params.targets if t.base_years]
    events = inventory.params.event_years
    notes += [(words("esrs.event_base", target=t.id), text) for t in inventory.params.targets
              if (text := base_event_text(Target.from_params(t), events, words))]
    notes += [(words("esrs.unjudged", target=t.id), text) for t in inventory.params.targets
              if (text := unjudged_text(history, Target.from_params(t), words))]
    return notes


def targets_table(inventory: Any, history: Any, words: Words) -> pd.DataFrame:
    """Return one line a target: base year and value, target year and value, this year's emissions, by the same scopes
    and method.

    target_t = pathway of the target in its target year; NaN where the report has no pathway: the history lacks the base
    year, nothing was emitted then, or another GWP set lies between. remark: why this year cannot be judged by it.
    """
    rows = []
    for entry in inventory.params.targets:
        target = Target.from_params(entry)
        way, pathway = pathway_of(history, target)
        goal = NAN if pathway is None else float(pathway.iloc[-1])
        base = way.base_kg if way.has_base else NAN
        method = words.term("method", target.scope2_method) if "2" in target.scopes else ""
        rows.append((entry.label.get(words.language, target.id), " + ".join(target.scopes), method, target.base_year,
                     base / KG_PER_T, target.target_year, target.reduction, goal / KG_PER_T,
                     float(way.series.get(inventory.year, NAN)) / KG_PER_T, _criteria(target.ruleset, words),
                     unjudged_text(history, target, words)))
    return _table(rows, TARGETS)


def pathway_of(history: Any, target: Target) -> tuple[Course, pd.Series[Any] | None]:
    """Return the course of a target and its kg CO2e by year, None where there is no pathway."""
    way = course(PlainHistory(history.table), target)
    return way, allowed(way)[0]


def unjudged_text(history: Any, target: Target, words: Words) -> str:
    """Return why the years since a target's base do not compare, as the report has it; "" where they do.

    `history`: a view of the history, or what a set published of it, with `unjudged`: target -> reason.
    """
    reason = (course(history, target).unjudged if isinstance(history, ByYear)
              else getattr(history, "unjudged", {}).get(target.id, ""))
    return words("trajectory.not_judged", reason=phrase(reason, words.language)) if reason else ""


def _criteria(criteria: str, words: Words) -> str:
    """Return the criteria as the company names them, with how well they are known where they are a packaged record."""
    record = rulesets().get(criteria)
    if record is None or record.evidence == "verified":
        return criteria
    return f"{criteria} ({words.term('evidence', record.evidence)})"


def target_levers_table(plan: PlanRecord | None, words: Words) -> pd.DataFrame:
    """Return expected contribution of each kind of lever to each target in its target year, by Shapley; a plan above
    the target shows less than is needed.
    """
    rows: list[tuple[object, ...]] = []
    for target in plan.targets if plan else []:
        assert plan is not None
        if target.target_year <= plan.last_year:
            cut = _by_kind(plan, target, words)
            rows += [(target.label.get(words.language, target.id), kind, target.target_year, kg / KG_PER_T)
                     for kind, kg in sorted(cut.items())]
    return _table(rows, LEVERS)


def actions_table(plan: PlanRecord | None, past: Followed | None, year: int, words: Words) -> pd.DataFrame:
    """Return actions by decarbonisation lever: those of the plan, and those of the former plan that it no longer has.

    achieved_t: of `year`, against the former plan's baseline (`followed`); expected_t: cut of the plan's last year. An
    action that is new has achieved nothing yet, and one that ended is expected to cut nothing more: no figure. What the
    former plan had started is under way from then on, whatever start the new plan counts from.
    """
    begun = {} if past is None else {v.id: v.start for v in past.record.levers if v.start <= year}
    achieved: Any = {} if past is None else past.table[past.table["kind"] == LEVER].set_index("lever")["achieved_kg"]
    rows = [] if plan is None else [
        _action(plan, v.model_copy(update={"start": min(v.start, begun.get(v.id, v.start))}), words, year,
                float(achieved.get(v.id, NAN)), plan.cut_kg(v.id, plan.last_year))
        for v in plan.levers]
    planned_ids = {v.id for v in plan.levers} if plan else set()
    former = [] if past is None else [v for v in past.record.levers if v.id in achieved and v.id not in planned_ids]
    rows += [_action(past.record, v, words, year, float(achieved[v.id]), NAN, ended=True)
             for v in former if past is not None]
    return _table(sorted(rows, key=lambda r: (str(r[0]), int(str(r[4])), str(r[1]))), ACTIONS)


def steps_table(company_actions: ActionsFollowed | None) -> pd.DataFrame:
    """Return the steps of each action: action, what, due, begun, done."""
    kinds = dict.fromkeys(("action", "what", "due", "begun", "done"), "str")
    if company_actions is None:
        return _table([], kinds)
    names = dict(zip(company_actions.table["action"], company_actions.table["label"], strict=True))
    steps = company_actions.steps
    return steps.assign(action=steps["action"].map(names))[list(kinds)].astype(kinds)


def action_list(plan: PlanRecord | None, words: Words) -> pd.DataFrame:
    """Return the company's own list: each action and year from its start, what it cuts, what is invested, what running
    it costs.
    """
    rows = [] if plan is None else [
        (v.id, v.name(words.language), year, plan.cut_kg(v.id, year) / KG_PER_T, v.capex.get(year, 0.0),
         v.running_per_year, plan.currency)
        for v in plan.levers for year in plan.years if year >= v.start]
    return _table(rows, OWN_LIST)


def _action(plan: PlanRecord, lever: RecordedLever, words: Words, year: int, achieved_kg: float, expected_kg: float,
            *, ended: bool = False) -> tuple[object, ...]:
    state = "ended" if ended else "under_way" if lever.start <= year else "planned"
    return (_kind(lever, words), lever.id, lever.name(words.language), words(f"action_state.{state}"), lever.start,
            achieved_kg / KG_PER_T, expected_kg / KG_PER_T, plan.last_year, sum(lever.capex.values()),
            lever.running_per_year, plan.currency, plan.price_year, lever.evidence)


def _kind(lever: RecordedLever, words: Words) -> str:
    return words.term("decarbonisation", lever.decarbonisation_lever or "not stated")


def _by_kind(plan: PlanRecord, target: RecordedTarget, words: Words) -> dict[str, float]:
    cuts: dict[str, float] = {}
    for lever in plan.levers:
        kg = sum(s.wedge_kg[lever.id][target.target_year - plan.first_year] for s in plan.streams
                 if s.scope in target.scopes and s.scope2_method in (NO_METHOD, target.scope2_method)
                 and lever.id in s.wedge_kg)
        if kg:
            cuts[_kind(lever, words)] = cuts.get(_kind(lever, words), 0.0) + kg
    return cuts


def _table(rows: Sequence[tuple[object, ...]], columns: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns)).astype(columns)
