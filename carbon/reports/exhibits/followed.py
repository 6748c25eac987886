"""The company's actions at the end of a year, against the plan adopted before it: one table, one line an action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from carbon.accounting.inventory_tables import InventoryTables
from carbon.core.display import Displayed
from carbon.core.periods import reporting_year
from carbon.core.units import KG_PER_T
from carbon.emissions.uncertainty.shown import decimals_of, shown_ends
from carbon.levers.followup import ActionsFollowed, follow_actions
from carbon.levers.record import adopted_before, followed
from carbon.params.files.levers import read_actions, read_plans
from carbon.params.files.project import Project
from carbon.params.shapes.actions import ActionFile
from carbon.params.shapes.plan_record import PlanRecord
from carbon.reports.tables.sums import table_of
from carbon.reports.words.language import Words

_TABLE = {"action": "str", "owner": "str", "state": "str", "next_step": "str", "spent": "str", "planned_t": "float64",
          "evidence_t": "float64", "evidence_interval": "str", "achieved_share": "float64", "inventory_t": "float64",
          "inventory_interval": "str"}


@dataclass(frozen=True, repr=False)
class Adopted(Displayed):
    """The actions of a company and the plans of its ledger, oldest first."""

    file: ActionFile
    plans: tuple[PlanRecord, ...]


def adopted_actions(company: str, *, project: Project | None = None) -> Adopted | None:
    """Return the actions and recorded plans of a company; None where it has no actions.yml."""
    file = read_actions(company, project=project)
    return None if file is None else Adopted(file, tuple(read_plans(company, project=project)))


def actions_at_year_end(
    adopted: Adopted | None, inventory: Any, inventories: Mapping[int, InventoryTables], language: str, *,
    intervals: bool = True,
) -> ActionsFollowed | None:
    """Return the actions at the end of the inventory's year; None where the company states none.

    inventories: by year: that of the plan's last inventory gives the interval of the inventory's difference; intervals:
    false for an inventory of published tables alone.
    """
    if adopted is None:
        return None
    year, params = inventory.year, inventory.params
    record = adopted_before(adopted.plans, year, params.gwp)
    past = None if record is None else followed(record, inventory.emissions, year=year, gwp=params.gwp,
                                                release=params.factors.release)
    earlier = None if record is None else inventories.get(record.inventory_year)
    until = reporting_year(year, params.reporting_year_starts)[1].date()
    return follow_actions(adopted.file, inventory, company=inventory.company, year=year, until=until, record=record,
                          language=language, plan_followed=past, earlier=earlier, intervals=intervals)


def actions_followed_table(company_actions: ActionsFollowed | None, words: Words, digits: int) -> pd.DataFrame:
    """Return one line an action: who, how far, money and tonnes; empty without actions.

    Columns: action, owner, state, next_step, spent (of the plan's investment until then), planned_t (the lever's
    wedge), evidence_t (its own evidence) with evidence_interval, achieved_share (of planned), inventory_t (what the
    inventory's streams did) with inventory_interval. The two achieved figures are never added.
    """
    if company_actions is None:
        return table_of([], _TABLE)
    rows = []
    lines: list[dict[str, Any]] = company_actions.table.to_dict("records")  # type: ignore[assignment]
    for r in lines:
        states = [words.term("followed_state", r["state"]), words.term("timing", r["timing"]) if r["timing"] else ""]
        steps = words("followed.steps", done=r["steps_done"], all=r["steps"]) if r["action"] else ""
        due = words.date(date.fromisoformat(r["next_due"])) if r["next_due"] else ""
        next_step = words("text.list").join(filter(None, [next_text(r, due, company_actions.on, words), steps]))
        rows.append((r["label"], owner_text(r["owner"], words), ", ".join(filter(None, states)),
                     next_step, _money(r, company_actions.currency, words),
                     r["planned_kg"] / KG_PER_T, r["evidence_kg"] / KG_PER_T, _interval(r, "evidence", words),
                     r["achieved_share"], r["inventory_kg"] / KG_PER_T, _interval(r, "inventory", words)))
    return table_of(rows, _TABLE)


def next_text(line: Mapping[Any, Any], due: str, on: date, words: Words) -> str:
    """Return the next step of an action, with the day on which it is due or since when it is overdue; "" without."""
    if not line["next_step"]:
        return ""
    is_late = date.fromisoformat(line["next_due"]) < on
    return words("followed.next_overdue" if is_late else "followed.next", what=line["next_step"], due=due)


def owner_text(owner: str, words: Words) -> str:
    """Return an owner in the reader's language: of one that is withheld, its number."""
    number = owner.removeprefix("owner ")
    return words("followed.owner", number=number) if number != owner and number.isdigit() else owner


def _money(line: Mapping[str, Any], currency: str, words: Words) -> str:
    spent, planned = line["spent_capex"], line["planned_capex"]
    if spent != spent:
        return ""
    text = words("followed.spent", spent=words.number(spent), planned=words.number(planned), currency=currency)
    return ", ".join(filter(None, [text, words.term("budget_state", line["budget"]) if line["budget"] else ""]))


def _interval(line: Mapping[str, Any], of: str, words: Words) -> str:
    low, high = line[f"{of}_low_kg"] / KG_PER_T, line[f"{of}_high_kg"] / KG_PER_T
    if low != low or high != high or low == high:
        return ""
    low, high = shown_ends(low, line[f"{of}_kg"] / KG_PER_T, high)
    texts = {end: words.number(kg, decimals_of(kg)) for end, kg in (("low", low), ("high", high))}
    return words("followed.between", **texts)
