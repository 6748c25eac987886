"""Where each part of each kWh and each unit of fuel is: in a figure, inside another figure, or without a factor.

Parts of energy: its generation (or combustion), its upstream (well to tank), and its losses in transmission and
distribution (of what is bought in a network). Every unit of every part has one state.

Source: GHG Protocol, Technical Guidance for Calculating Scope 3 Emissions (2013), table 3.1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import fuels, units
from carbon.core.columns import Rows, first_places, group_codes
from carbon.core.errors import CarbonError
from carbon.core.exact import exact_sum
from carbon.core.ghg_protocol import (
    FUEL_AND_ENERGY,
    LIFE_CYCLE,
    LOCATION,
    MARKET,
    NO_CATEGORY,
    NO_LOSSES,
    NO_UPSTREAM,
    WITH_LOSSES,
)
from carbon.core.schemas import AMOUNT, INTEGER, NUMBER, TEXT, Table
from carbon.core.text_columns import Flags, Ints, among, by_word, listed

GENERATION, UPSTREAM, LOSSES = "generation", "upstream", "losses"
COUNTED, INSIDE, NO_FACTOR = "counted", "inside another figure", "no factor"
STATES = Table("energy_states", {
    "activity_id": TEXT, "activity": TEXT, "region": TEXT, "year": INTEGER, "site": TEXT, "quantity": AMOUNT,
    "unit": TEXT, "energy_kwh": NUMBER, "part": TEXT, "state": TEXT, "scope": TEXT, "category": INTEGER,
    "factor_id": TEXT, "co2e_kg": NUMBER, "reason": TEXT,
}, key=("activity_id", "part", "state"),
    choices={"part": (GENERATION, UPSTREAM, LOSSES), "state": (COUNTED, INSIDE, NO_FACTOR)})
"""One state of one part of one activity. scope and category are those of the figure that holds the part, of the place
where it would be for "no factor". The quantities of a part sum to the metered one.
"""
_OF_ACTIVITY = ["activity_id", "activity", "region", "year", "site", "unit"]
_COLUMNS = [*_OF_ACTIVITY, "quantity", "scope", "category", "factor_id", "reason"]
_OF_PART = {"part": object, "state": object, "order": np.int64, "quantity": np.float64, "scope": object,
            "category": np.int64, "factor_id": object, "co2e_kg": np.float64, "reason": object}
_Columns = dict[str, npt.NDArray[Any]]
_PARTS_OF = {UPSTREAM: {"1": ("upstream", "distribution"), "2": ("upstream",)},
             LOSSES: {"1": ("losses",), "2": ("losses", "distribution")}}
_DEFAULT = {UPSTREAM: "no published factor and no pair of sources for this place",
            LOSSES: "no published factor, and no loss share of a source named in factors.parts_from"}
_ZERO = "a quantity of zero needs no factor"
_REPLACED = "an instrument or a residual mix replaces the figure that holds it in the market-based total"


def energy_states(emissions: pd.DataFrame) -> pd.DataFrame:
    """Return the state of each part of the energy of scopes 1 and 2, from `schemas.EMISSIONS`: `STATES`.

    activity_id, activity, region, year, site, quantity [unit], energy_kwh (NaN where the unit has no known energy;
    fuels by their net calorific value), part (generation, upstream, losses), state (counted, inside another figure, no
    factor), scope, category, factor_id, co2e_kg (location-based; NaN unless counted), reason.

    Of a kWh whose life-cycle figure an instrument or a residual mix replaces, the upstream has "no factor": it is in
    the location-based total only. Such an activity has two lines of the part, and their quantities sum to its own.
    """
    rows = Rows(emissions).take(np.flatnonzero(_of_energy(emissions)))
    metered, place = _metered(rows)
    if not len(metered["whole"]):
        return STATES.empty()
    is_third = (rows["scope"] == "3") & (place >= 0)
    third, place = rows.where(is_third), place[is_third]
    lines = [_lines(metered, np.ones(len(metered["whole"]), dtype=bool), state=COUNTED, category=NO_CATEGORY,
                    reason="", order=0),
             *_part(metered, third, place, UPSTREAM), *_part(metered, third, place, LOSSES)]
    columns = {c: np.concatenate([line[c] for line in lines]) for c in lines[0]}
    order = np.lexsort([columns["state"] == NO_FACTOR, columns["order"], columns["place"]])
    columns = {c: values[order] for c, values in columns.items()}
    table = Rows(columns | {c: metered[c][columns["place"]] for c in _OF_ACTIVITY}, len(order))
    return STATES.validate(table.assign(energy_kwh=table["quantity"] * _kwh(table)).arrays(STATES.columns))


def _metered(rows: Rows) -> tuple[_Columns, Ints]:
    """Return each activity of scopes 1 and 2 once: the lines of its generation, location-based, as one; and its place
    for each row, -1 where it is not metered.
    whole: a line is one total. kept, covered: the quantity whose figure stays in the market-based total, and that whose
    figure an instrument or a residual mix replaces.
    """
    is_line, ids = (rows["scope"] == "1") | (rows["scope2_method"] == LOCATION), group_codes([rows["activity_id"]])
    number = group_codes([ids[is_line]])
    n = int(number.max(initial=-1)) + 1
    first = np.flatnonzero(is_line)[first_places(number, n)]
    place = np.full(len(rows) + 1, -1)
    place[ids[first]] = np.arange(n)
    place, is_total = place[ids], rows["part"] == "total"
    is_market = (rows["scope2_method"] == MARKET) & (place >= 0)
    kept_sums, covered_sums = (exact_sum(rows["quantity"][of_market], place[of_market], n)
                               for of_market in (is_market & is_total, is_market & ~is_total))
    return {c: rows[c][first] for c in _COLUMNS} | {
        "co2e_kg": exact_sum(rows["co2e_kg"][is_line], number, n), "part": np.full(n, GENERATION, dtype=object),
        "whole": _at(number[is_total[is_line]], first), "covered": covered_sums,
        "kept": np.where(_at(place[is_market], first), kept_sums, rows["quantity"][first])}, place


def _of_energy(emissions: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return the rows of energy: scope 2, fuels of scope 1, and category 3."""
    rows = Rows(emissions)
    scope, part, activity = (rows.column(name) for name in ("scope", "part", "activity"))
    is_fuel = activity.among([word for word in listed(activity.words) if fuels.has_energy(word)])
    burnt = part.among("combustion") | ((is_fuel | rows.column("kind").among("energy")) & ~part.among("fugitive"))
    third = scope.among("3") & (emissions["category"].to_numpy() == FUEL_AND_ENERGY)
    return emissions["kyoto"].to_numpy() & (scope.among("2") | (scope.among("1") & burnt) | third)


def _part(metered: _Columns, third: Rows, place: Ints, part: str) -> list[_Columns]:
    """Return the lines of one part in category 3 of metered activities: counted, else inside, else without factor.
    place: The row of the activity of each line of `third`.
    """
    bought = metered["scope"] == "2"
    asked = bought if part == LOSSES else np.ones(len(bought), dtype=bool)
    is_part = np.where(bought[place], *(among(third["part"], _PARTS_OF[part][scope]) for scope in ("2", "1")))
    figures, at = third.where(is_part & asked[place]), place[is_part & asked[place]]
    others = asked & ~_at(at, bought)
    in_total, in_upstream = metered["whole"], np.zeros(len(bought), dtype=bool)
    if part == LOSSES:
        in_upstream = others & _at(place[_holds(third["reason"], WITH_LOSSES)], bought)
        in_total = _holds(metered["reason"], WITH_LOSSES) | (in_total & ~_holds(metered["reason"], LIFE_CYCLE))
    of_part = metered | {"part": np.full(len(bought), part, dtype=object),
                       "order": np.full(len(bought), 1 + (part == LOSSES))}
    return [*_counted(of_part, figures, at), *_inside(of_part, others & in_total & ~in_upstream),
            _missing(of_part, others & ~in_total & ~in_upstream, "quantity"),
            _lines(of_part, in_upstream, state=INSIDE, scope="3", category=FUEL_AND_ENERGY, co2e_kg=np.nan,
                   reason="inside the published upstream figure")]


def _at(places: Ints, like: npt.NDArray[Any]) -> Flags:
    flags = np.zeros(len(like), dtype=bool)
    flags[places] = True
    return flags


def _holds(reasons: Any, words: str) -> Flags:
    return by_word(reasons, lambda text: words in text, np.bool_)


def _lines(metered: _Columns, which: Flags, **columns: Any) -> _Columns:
    """Return a line of some activities in the columns of `STATES` that differ by part; place: row of the activity."""
    places = np.flatnonzero(which)
    lines = {c: metered[c][places] for c in _OF_PART if c not in columns}
    made = {c: value if isinstance(value, np.ndarray) else np.full(len(places), value, dtype=_OF_PART[c])
            for c, value in columns.items()}
    return {c: (lines | made)[c] for c in _OF_PART} | {"place": places}


def _counted(metered: _Columns, figures: Rows, at: Ints) -> list[_Columns]:
    """Return the lines of activities with figures of their own for this part."""
    if not len(figures):
        return []
    places, first, number = np.unique(at, return_index=True, return_inverse=True)
    sums = exact_sum(figures["co2e_kg"], number, len(places))
    texts = {c: figures[c][first] for c in ("factor_id", "reason")}
    return [_lines(metered, _at(places, metered["whole"]), state=COUNTED, scope="3", category=FUEL_AND_ENERGY,
                   co2e_kg=sums, **texts)]


def _inside(metered: _Columns, which: Flags) -> list[_Columns]:
    """Return the quantities that a figure of generation holds, and those whose figure is replaced market-based."""
    covered, kept = metered["covered"], metered["kept"]
    held_figures = which & ((covered == 0) | (kept > 0))
    why = np.where(_holds(metered["reason"], LIFE_CYCLE), "inside the life-cycle grid factor ",
                   "inside a factor that its source does not split: ").astype(object) + metered["factor_id"]
    left = np.where(covered > 0, kept, metered["quantity"])
    return [_lines(metered, held_figures, state=INSIDE, quantity=left[held_figures], co2e_kg=np.nan,
                   reason=why[held_figures]),
            _missing(metered, which & (covered > 0), "covered") | {"reason": np.full(
                (which & (covered > 0)).sum(), _REPLACED, dtype=object)}]


def _missing(metered: _Columns, which: Flags, quantity: str) -> _Columns:
    part = metered["part"][0]
    prefix, quantities = NO_UPSTREAM if part == UPSTREAM else NO_LOSSES, metered[quantity][which]
    reasons = by_word(metered["reason"][which], lambda text: next(
        (word.removeprefix(prefix) for word in text.split("; ") if word.startswith(prefix)), _DEFAULT[part]))
    is_zero = quantities == 0
    return _lines(metered, which, state=np.where(is_zero, COUNTED, NO_FACTOR).astype(object), scope="3",
                  category=FUEL_AND_ENERGY, quantity=quantities, co2e_kg=np.where(is_zero, 0.0, np.nan), factor_id="",
                  reason=np.where(is_zero, _ZERO, reasons))


def kwh_per_unit(activity: str, unit: str, year: int) -> float:
    """Return the kWh in a unit of energy or fuel, by net calorific value; NaN where none is known."""
    for target, fuel in (("kWh", None), ("kWh_LHV", activity)):
        try:
            return units.convert(1.0, unit, target, fuel=fuel, year=year)
        except CarbonError:
            continue
    return float("nan")


def _kwh(table: Rows) -> npt.NDArray[np.float64]:
    groups = table.groups(["activity", "unit", "year"])
    return np.array([kwh_per_unit(*key) for key in groups.lines()], dtype=np.float64).take(groups.number)


def without_factor(states: pd.DataFrame) -> list[str]:
    """Return what has no factor, a phrase for each activity, region and unit: "upstream and losses of 120,000 kWh of
    electricity in US".
    """
    return _phrases(Rows(states).where(state=NO_FACTOR))


def inside_other_figures(states: pd.DataFrame) -> list[str]:
    """Return the upstream and losses that a figure of generation holds, in the same phrases."""
    return _phrases(Rows(states).where(state=INSIDE))


def _phrases(states: Rows) -> list[str]:
    sums = states.sums(["activity", "region", "unit", "part"], "quantity")
    parts: dict[tuple[str, str, str, float], list[str]] = {}
    for (activity, region, unit, part), quantity in sums.items():
        parts.setdefault((activity, region, unit, quantity), []).insert(0, part)
    return [f"{' and '.join(names)} of {shown(quantity)} {unit} of {activity} in {region}"
            for (activity, region, unit, quantity), names in sorted(parts.items())]


def shown(quantity: float) -> str:
    """Return a quantity in words: whole from 100 on, else with three digits."""
    return f"{quantity:,.0f}" if abs(quantity) >= 100 else f"{quantity:,.3g}"
