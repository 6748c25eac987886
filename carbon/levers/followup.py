"""Actions against the adopted plan at the end of a year: dates, money, and what they achieved by their own evidence.

Two figures of what an action achieved are shown next to each other and never added: its evidence (meters, units
installed, trips), and its share of what the inventory's streams did against the plan's baseline (`levers.record`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from carbon.accounting.inventory_tables import InventoryTables
from carbon.accounting.origins import uncertain_rows
from carbon.core.display import HandsOut, as_html, one_line
from carbon.core.errors import UnitError
from carbon.core.ghg_protocol import NO_METHOD
from carbon.core.units import convert
from carbon.emissions.uncertainty.distributions import Z95
from carbon.emissions.uncertainty.ends import ends_of
from carbon.emissions.uncertainty.quantity_sources import METER, QUANTITY
from carbon.emissions.uncertainty.shown import Interval
from carbon.emissions.uncertainty.sources import NO_SOURCE
from carbon.levers.baseline import matching
from carbon.levers.quantities import counted_once
from carbon.levers.record import LEVER, Followed, with_intervals
from carbon.params.shapes.actions import Action, ActionFile, Measured
from carbon.params.shapes.plan_record import PlanRecord

NORMAL = "error propagation, normal"
OF_QUANTITIES = (QUANTITY, METER)
"""Kinds of uncertainty that are not a factor's: those of a measurement are stated with it."""
DONE, UNDER_WAY, IN_SERVICE, STOPPED, NOT_BEGUN, NO_ACTION = (
    "done", "under way", "in service", "stopped", "not begun", "no action stated")
LATE, EARLY, ON_TIME = "late", "early", "on time"
OVER, AHEAD, WITHIN = "over budget", "ahead of budget", "within budget"
COLUMNS = {"action": "str", "label": "str", "lever": "str", "owner": "str", "state": "str", "planned_start": "Int64",
           "in_service": "str", "timing": "str", "steps_done": "Int64", "steps": "Int64", "next_step": "str",
           "next_due": "str", "late_steps": "Int64", "planned_capex": "float64", "spent_capex": "float64",
           "spent_running": "float64", "budget": "str", "planned_kg": "float64", "evidence_kg": "float64",
           "evidence_low_kg": "float64", "evidence_high_kg": "float64", "achieved_share": "float64",
           "inventory_kg": "float64", "inventory_low_kg": "float64", "inventory_high_kg": "float64",
           "shared_with": "str", "resources": "str", "remedy": "str"}


@dataclass(frozen=True, eq=False, repr=False)
class ActionsFollowed(HandsOut):
    """The actions of a company at the end of a year.

    on: Day for which states hold: the last of the year, or the day of the file where that is earlier.
    table: One line an action, in the file's order, then one a lever of the plan that should have begun and has no
    action: `COLUMNS` [kg CO2e of the year; money: planned in prices of the plan, spent in money of its years].
    steps: action, what, due, begun, done, state.
    indicators: action, name, unit, planned, actual: of the year.
    evidence: action, what, unit, before, after, kg_per_unit, achieved_kg, evidence: of the year.
    """

    company: str
    year: int
    on: date
    currency: str
    table: pd.DataFrame
    steps: pd.DataFrame
    indicators: pd.DataFrame
    evidence: pd.DataFrame
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        late = int((self.table["timing"] == LATE).sum())
        return one_line(f"ActionsFollowed({self.company} {self.year}: {len(self.table)} actions, {late} late)")

    def _repr_html_(self) -> str:
        return as_html(repr(self), self.table)


def follow_actions(
    file: ActionFile, inventory: InventoryTables, *, company: str, year: int, until: date, language: str = "en",
    record: PlanRecord | None = None, plan_followed: Followed | None = None, earlier: InventoryTables | None = None,
    intervals: bool = True,
) -> ActionsFollowed:
    """Hold the actions of a company against its adopted plan at the end of a reporting year.

    achieved = sum over measured of (before - after) x factor of the year

    until: Last day of the reporting year.
    record, plan_followed: The plan adopted for the year, and what its levers achieved; without them there is no planned
    figure.
    earlier: The plan's last inventory, for the interval of the inventory's difference; without it there is none.
    intervals: False: the tables of `inventory` are published ones, without what an interval needs.
    """
    on, notes = min(until, file.as_of), []
    if file.as_of < until:
        notes.append(f"the actions are as of {file.as_of}, before the end of the year")
    of_levers = _planned(record, year)
    if record is not None and record.currency != file.currency:
        notes.append(f"money is in {file.currency}, the plan in {record.currency}: no budget is compared")
        of_levers = {k: v | {"planned_capex": np.nan, "whole_capex": np.nan} for k, v in of_levers.items()}
    differences = {} if plan_followed is None else _differences(plan_followed, inventory, earlier)
    rows, measured = [], []
    for id_, action in file.actions.items():
        lines, interval = _evidence(id_, action, inventory, year, notes, intervals=intervals)
        measured += lines
        planned = of_levers.pop(action.lever or "", {})
        if action.lever and record is not None and not planned:
            notes.append(f"{id_}: lever {action.lever} is not in the adopted plan")
        if interval is not None and interval.value_kg < 0:
            notes.append(f"{id_}: its evidence shows more emissions, not less; what is generated or installed needs "
                         "saves_per_unit and saves_unit")
        rows.append({"action": id_, "label": action.name(language), "lever": action.lever or "", "owner":
                     file.owner(id_), "resources": action.resources or "", "remedy": action.remedy or "",
                     **_dates(action, planned, on, until, year), **_money(action, planned, year),
                     **_tonnes(planned, interval), **differences.get(action.lever or "", {})})
    rows += [{"action": "", "label": line["label"].get(language, id_), "lever": id_, "owner": "", "state": NO_ACTION,
              "timing": LATE, **{k: line[k] for k in ("planned_start", "planned_capex", "planned_kg")},
              **differences.get(id_, {})} for id_, line in of_levers.items() if line["planned_start"] <= year]
    return ActionsFollowed(company, year, on, file.currency, _typed(rows), _steps(file, on),
                           _indicators(file, year), pd.DataFrame(measured, columns=[
                               "action", "what", "unit", "before", "after", "kg_per_unit", "achieved_kg", "evidence"]),
                           tuple(notes))


def _typed(rows: list[dict[str, Any]]) -> pd.DataFrame:
    empty = {column: "" if kind == "str" else None for column, kind in COLUMNS.items()}
    return pd.DataFrame([empty | row for row in rows], columns=list(COLUMNS)).astype(COLUMNS)


def _planned(record: PlanRecord | None, year: int) -> dict[str, dict[str, Any]]:
    """Return of each lever of the plan: start, capex until the year and in all, and its wedge of the year [kg]."""
    if record is None:
        return {}
    return {v.id: {"planned_start": v.start, "label": v.label,
                   "planned_capex": sum(x for y, x in v.capex.items() if y <= year),
                   "whole_capex": sum(v.capex.values()), "planned_kg": record.cut_kg(v.id, year)}
            for v in record.levers}


def _year_of(day: date, until: date, year: int) -> int:
    """Return the reporting year of a day, where `year` ends on `until`."""
    return year + day.year - until.year + ((day.month, day.day) > (until.month, until.day))


def _dates(action: Action, planned: Mapping[str, Any], on: date, until: date, year: int) -> dict[str, Any]:
    """Return state and timing on a day: what happened later is not known yet."""
    def known(day: date | None) -> date | None:
        return day if day is not None and day <= on else None

    done_steps = [s for s in action.steps if known(s.done)]
    begun = done_steps or [s for s in action.steps if known(s.begun)]
    service, stopped = known(action.in_service), action.stopped is not None and action.stopped.on <= on
    open_steps = sorted((s for s in action.steps if not known(s.done)), key=lambda s: s.due)
    late_steps = [] if stopped else [s for s in open_steps if s.due < on]
    state = (STOPPED if stopped else DONE if service and not open_steps else IN_SERVICE if service
             else UNDER_WAY if begun else NOT_BEGUN)
    start = planned.get("planned_start")
    if service:
        behind = int(bool(late_steps)) if start is None else _year_of(service, until, year) - start
    else:
        behind = int(bool(late_steps) or (start is not None and (start < year or (start == year and on >= until))))
    timing = "" if stopped else LATE if behind > 0 else EARLY if behind < 0 else ON_TIME
    following = open_steps[0] if open_steps and not stopped else None
    return {"state": state, "planned_start": start, "in_service": str(service or ""), "timing": timing,
            "steps_done": len(done_steps), "steps": len(action.steps), "late_steps": len(late_steps),
            "next_step": following.what if following else "", "next_due": str(following.due) if following else ""}


def _money(action: Action, planned: Mapping[str, Any], year: int) -> dict[str, Any]:
    """Return what was spent until the year, against the plan's investment until then and in all."""
    until = [spent for y, spent in action.spent.items() if y <= year]
    capex = sum(s.capex for s in until)
    budget = ""
    if action.spent and np.isfinite(planned.get("whole_capex", np.nan)):
        budget = OVER if capex > planned["whole_capex"] else AHEAD if capex > planned["planned_capex"] else WITHIN
    return {"planned_capex": planned.get("planned_capex", np.nan), "budget": budget,
            "spent_capex": capex if action.spent else np.nan,
            "spent_running": sum(s.running for s in until) if action.spent else np.nan}


def _tonnes(planned: Mapping[str, Any], achieved: Interval | None) -> dict[str, Any]:
    kg = planned.get("planned_kg", np.nan)
    if achieved is None:
        return {"planned_kg": kg}
    return {"planned_kg": kg, "evidence_kg": achieved.value_kg, "evidence_low_kg": achieved.low_kg,
            "evidence_high_kg": achieved.high_kg, "achieved_share": achieved.value_kg / kg if kg > 0 else np.nan}


def _evidence(
    id_: str, action: Action, inventory: InventoryTables, year: int, notes: list[str], *, intervals: bool
) -> tuple[list[tuple[Any, ...]], Interval | None]:
    """Return the measured lines of a year, and their sum with its interval; none where a line has no factor."""
    lines, variance, total, has_factors = [], 0.0, 0.0, True
    by_factor: dict[str, float] = {}
    for one in action.measured:
        if year not in one.after:
            continue
        before, after = one.before_in(year), one.after[year]
        factor, sd = _factor(one, inventory, intervals=intervals)
        if factor is None:
            notes.append(f"{id_}, {one.what}: no row of the inventory of {year} is counted in "
                         f"{one.saves_unit or one.unit}; give kg_per_unit: its evidence has no tonnes")
            has_factors = False
        saves = one.saves_per_unit
        units = (before - after) if saves is None else (after - before) * saves.likely
        kg = np.nan if factor is None else units * factor
        lines.append((id_, one.what, one.unit, before, after, np.nan if factor is None else factor, kg, one.evidence))
        if factor is not None:
            error = one.uncertainty_pct / 100 / Z95
            per_unit = 1.0 if saves is None else saves.likely
            variance += (factor * per_unit * error) ** 2 * (before**2 + after**2)
            variance += 0.0 if saves is None else (factor * (after - before)) ** 2 * _variance(saves)
            key = str(one.where or (one.what, one.kg_per_unit))  # one factor has one error
            by_factor[key] = by_factor.get(key, 0.0) + units * sd
            total += kg
    if not lines or not has_factors:
        return lines, None
    sd = float(np.sqrt(variance + sum(x**2 for x in by_factor.values())))
    return lines, Interval(total, total - Z95 * sd, total + Z95 * sd, NORMAL)


def _variance(three: Any) -> float:
    """Return the variance of a triangular range: (a2 + b2 + c2 - ab - ac - bc) / 18."""
    a, b, c = three.low, three.likely, three.high
    return float((a * a + b * b + c * c - a * b - a * c - b * c) / 18)


def _factor(one: Measured, inventory: InventoryTables, *, intervals: bool) -> tuple[float | None, float]:
    """Return kg CO2e for one unit in the inventory's year, and its standard deviation: all parts of the selected rows,
    scope 2 by the headline method; none where the rows are not counted in that unit.
    """
    if one.kg_per_unit is not None:
        return one.kg_per_unit, abs(one.kg_per_unit) * (one.factor_pct or 0.0) / 100 / Z95
    assert one.where is not None
    rows = inventory.emissions[inventory.emissions["kyoto"]]
    methods = (NO_METHOD, inventory.params.scope2_headline)
    hit = matching(rows, one.where) & rows["scope2_method"].isin(methods).to_numpy()
    rows = rows[hit]
    quantities = counted_once(inventory.emissions[inventory.emissions["activity_id"].isin(rows["activity_id"])], [])
    try:
        quantity = sum(float(np.sum(convert(group["quantity"].to_numpy(dtype=float), str(unit),
                                            one.saves_unit or one.unit, fuel=str(activity))))
                       for (unit, activity), group in quantities.groupby(["unit", "activity"], observed=True))
    except UnitError:
        return None, 0.0
    kg = float(rows["co2e_kg"].sum())
    if not quantity > 0:
        return None, 0.0
    return kg / quantity, (_factor_sd(inventory, rows) / quantity if intervals else 0.0)


def _factor_sd(inventory: InventoryTables, rows: pd.DataFrame) -> float:
    """Return the standard deviation of some rows by their factors alone [kg], from the ends of their interval."""
    uncertain = uncertain_rows((inventory, rows))
    of_factor = ~np.isin(uncertain.kinds, OF_QUANTITIES)
    interval = ends_of(replace(uncertain, codes=np.where(of_factor[:, None], uncertain.codes, NO_SOURCE)))
    return (interval.high_kg - interval.low_kg) / (2 * Z95)


def _differences(
    plan_followed: Followed, inventory: InventoryTables, earlier: InventoryTables | None
) -> dict[str, dict[str, Any]]:
    """Return of each lever what the inventory's streams achieved against the plan's baseline, with its interval."""
    compared = plan_followed if earlier is None else with_intervals(plan_followed, earlier, inventory)
    table = compared.table[compared.table["kind"] == LEVER].set_index("lever")
    columns = {"achieved_kg": "inventory_kg", "low_kg": "inventory_low_kg", "high_kg": "inventory_high_kg",
               "shared_with": "shared_with"}
    lines: Any = table[list(columns)].rename(columns=columns, errors="raise").to_dict("index")
    return lines


def _steps(file: ActionFile, on: date) -> pd.DataFrame:
    rows = [(id_, s.what, str(s.due), str(s.begun or ""), str(s.done or ""),
             DONE if s.done and s.done <= on else STOPPED if a.stopped and a.stopped.on <= on else
             LATE if s.due < on else UNDER_WAY if s.begun and s.begun <= on else NOT_BEGUN)
            for id_, a in file.actions.items() for s in a.steps]
    return pd.DataFrame(rows, columns=["action", "what", "due", "begun", "done", "state"])


def _indicators(file: ActionFile, year: int) -> pd.DataFrame:
    rows = [(id_, x.name, x.unit, x.planned.get(year, np.nan), x.actual.get(year, np.nan))
            for id_, a in file.actions.items() for x in a.indicators if year in {*x.planned, *x.actual}]
    return pd.DataFrame(rows, columns=["action", "name", "unit", "planned", "actual"])
