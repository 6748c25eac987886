"""Where each part of each kWh and each unit of fuel is: in a figure, inside another figure, or without a factor.

Parts of energy: its generation (or combustion), its upstream (well to tank), and its losses in transmission and
distribution (of what is bought in a network). Every unit of every part has one state.

Source: GHG Protocol, Technical Guidance for Calculating Scope 3 Emissions (2013), table 3.1.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import fuels, units
from carbon.core.columns import Rows
from carbon.core.errors import CarbonError
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
from carbon.core.text_columns import by_word, listed, with_text

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
_COLUMNS = ["activity_id", "activity", "region", "year", "site", "quantity", "unit", "part", "scope", "category",
            "scope2_method", "factor_id", "co2e_kg", "reason", "kind"]
_PARTS_OF = {UPSTREAM: {"1": ("upstream", "distribution"), "2": ("upstream",)},
             LOSSES: {"1": ("losses",), "2": ("losses", "distribution")}}
_DEFAULT = {UPSTREAM: "no published factor and no pair of sources for this place",
            LOSSES: "no published factor, and no loss share of a source named in factors.parts_from"}
_ZERO = "a quantity of zero needs no factor"
_REPLACED = "an instrument or a residual mix replaces the figure that holds it in the market-based total"


def energy_states(emissions: pd.DataFrame) -> pd.DataFrame:
    """Return the state of each part of the energy of scopes 1 and 2.

    Parameters
    ----------
    emissions
        `schemas.EMISSIONS`.

    Returns
    -------
    DataFrame
        `STATES`: activity_id, activity, region, year, site, quantity [unit], energy_kwh (NaN where the unit has no
        known energy; fuels by their net calorific value), part (generation, upstream, losses), state (counted, inside
        another figure, no factor), scope, category, factor_id, co2e_kg (location-based; NaN unless counted), reason.

    Notes
    -----
    Of a kWh whose life-cycle figure an instrument or a residual mix replaces, the upstream has "no factor": it is in
    the location-based total only. Such an activity has two lines of the part, and their quantities sum to its own.
    """
    rows = with_text(emissions[_COLUMNS].take(np.flatnonzero(_of_energy(emissions))))
    location_rows = rows[(rows["scope"] == "1") | (rows["scope2_method"] == LOCATION)]
    if location_rows.empty:
        return STATES.empty()
    groups = location_rows.groupby("activity_id", sort=False)
    metered = groups.first().assign(
        co2e_kg=groups["co2e_kg"].sum(),
        whole=(location_rows["part"] == "total").groupby(location_rows["activity_id"], sort=False).any())
    market = rows[rows["scope2_method"] == MARKET]
    kept_quantity = market["quantity"].where(market["part"] == "total", 0.0).groupby(market["activity_id"]).sum()
    covered = market["quantity"].where(market["part"] != "total", 0.0).groupby(market["activity_id"]).sum()
    metered = metered.assign(kept=kept_quantity.reindex(metered.index).fillna(metered["quantity"]),
                             covered=covered.reindex(metered.index).fillna(0.0))
    third = rows[(rows["scope"] == "3") & rows["activity_id"].isin(metered.index)]
    parts = [metered.assign(part=GENERATION, state=COUNTED, reason="", category=NO_CATEGORY),
             _part(metered, third, UPSTREAM), _part(metered[metered["scope"] == "2"], third, LOSSES)]
    table = pd.concat([p.assign(order=i) for i, p in enumerate(parts)]).reset_index()
    place = pd.Index(metered.index).get_indexer(table["activity_id"])
    table = table.iloc[np.lexsort([table["state"] == NO_FACTOR, table["order"], place])].reset_index(drop=True)
    return STATES.validate(table.assign(energy_kwh=table["quantity"] * _kwh(table))[list(STATES.columns)])


def _of_energy(emissions: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return the rows of energy: scope 2, fuels of scope 1, and category 3."""
    rows = Rows(emissions)
    scope, part, activity = (rows.column(name) for name in ("scope", "part", "activity"))
    is_fuel = activity.among([word for word in listed(activity.words) if fuels.has_energy(word)])
    burnt = part.among("combustion") | ((is_fuel | rows.column("kind").among("energy")) & ~part.among("fugitive"))
    third = scope.among("3") & (emissions["category"].to_numpy() == FUEL_AND_ENERGY)
    return emissions["kyoto"].to_numpy() & (scope.among("2") | (scope.among("1") & burnt) | third)


def _part(metered: pd.DataFrame, third: pd.DataFrame, part: str) -> pd.DataFrame:
    """Return the states of one part in category 3 of metered activities: counted, else inside, else without factor."""
    names = {scope: metered.index[metered["scope"] == scope] for scope in ("1", "2")}
    rows = pd.concat([third[third["activity_id"].isin(ids) & third["part"].isin(_PARTS_OF[part][scope])]
                      for scope, ids in names.items()])
    groups = rows.groupby("activity_id", sort=False)
    is_counted = metered.index.isin(rows["activity_id"])
    counted_rows = metered[is_counted]
    counted_rows = counted_rows.assign(state=COUNTED, scope="3", category=FUEL_AND_ENERGY,
                             **{c: groups[c].first().reindex(counted_rows.index) for c in ("factor_id", "reason")},
                             co2e_kg=groups["co2e_kg"].sum().reindex(counted_rows.index))
    others = metered[~is_counted]
    in_upstream = others.index.isin(third.loc[third["reason"].str.contains(WITH_LOSSES, regex=False), "activity_id"])
    in_total = others["whole"] if part == UPSTREAM else others["reason"].str.contains(WITH_LOSSES, regex=False) | (
        others["whole"] & ~others["reason"].str.contains(LIFE_CYCLE, regex=False))
    inside = others[in_total.astype(bool) & ~in_upstream] if part == LOSSES else others[in_total.astype(bool)]
    parts = [counted_rows, _inside(inside, part), _missing(others[~others.index.isin(inside.index) & ~(
        in_upstream & (part == LOSSES))], part)]
    if part == LOSSES:
        held_rows = others[in_upstream]
        parts.append(held_rows.assign(state=INSIDE, scope="3", category=FUEL_AND_ENERGY, co2e_kg=np.nan,
                                 reason="inside the published upstream figure"))
    return pd.concat(parts).assign(part=part)


def _inside(rows: pd.DataFrame, part: str) -> pd.DataFrame:
    """Return the quantities that a figure of generation holds, and those whose figure is replaced market-based."""
    why = np.where(rows["reason"].str.contains(LIFE_CYCLE, regex=False), "inside the life-cycle grid factor ",
                   "inside a factor that its source does not split: ")
    held_rows = rows[(rows["covered"] == 0) | (rows["kept"] > 0)]
    left = held_rows["kept"].where(held_rows["covered"] > 0, held_rows["quantity"])
    held_rows = held_rows.assign(
        state=INSIDE, quantity=left, co2e_kg=np.nan, reason=(why + rows["factor_id"]).loc[held_rows.index])
    replaced = rows[rows["covered"] > 0]
    lost_rows = _missing(replaced.assign(quantity=replaced["covered"]), part).assign(reason=_REPLACED)
    return pd.concat([held_rows, lost_rows])


def _missing(rows: pd.DataFrame, part: str) -> pd.DataFrame:
    prefix = NO_UPSTREAM if part == UPSTREAM else NO_LOSSES
    reasons = by_word(rows["reason"], lambda text: next(
        (word.removeprefix(prefix) for word in text.split("; ") if word.startswith(prefix)), _DEFAULT[part]))
    is_zero = rows["quantity"] == 0
    return rows.assign(state=np.where(is_zero, COUNTED, NO_FACTOR), scope="3", category=FUEL_AND_ENERGY,
                       co2e_kg=np.where(is_zero, 0.0, np.nan), factor_id="", reason=np.where(is_zero, _ZERO, reasons))


def kwh_per_unit(activity: str, unit: str, year: int) -> float:
    """Return the kWh in a unit of energy or fuel, by net calorific value; NaN where none is known."""
    for target, fuel in (("kWh", None), ("kWh_LHV", activity)):
        try:
            return units.convert(1.0, unit, target, fuel=fuel, year=year)
        except CarbonError:
            continue
    return float("nan")


def _kwh(table: pd.DataFrame) -> npt.NDArray[np.float64]:
    groups = Rows(table).groups(["activity", "unit", "year"])
    return np.array([kwh_per_unit(*key) for key in groups.lines()], dtype=np.float64).take(groups.number)


def without_factor(states: pd.DataFrame) -> list[str]:
    """Return what has no factor, a phrase for each activity, region and unit: "upstream and losses of 120,000 kWh of
    electricity in US".
    """
    return _phrases(states[states["state"] == NO_FACTOR])


def inside_other_figures(states: pd.DataFrame) -> list[str]:
    """Return the upstream and losses that a figure of generation holds, in the same phrases."""
    return _phrases(states[states["state"] == INSIDE])


def _phrases(states: pd.DataFrame) -> list[str]:
    by = ["activity", "region", "unit"]
    sums = states.groupby([*by, "part"], sort=True)["quantity"].sum().reset_index()
    parts = sums.groupby([*by, "quantity"], sort=True)["part"].agg(
        lambda names: " and ".join(sorted(names, reverse=True)))
    lines = zip(parts.index.tolist(), parts.tolist(), strict=True)
    return [f"{names} of {shown(quantity)} {unit} of {activity} in {region}"
            for (activity, region, unit, quantity), names in lines]


def shown(quantity: float) -> str:
    """Return a quantity in words: whole from 100 on, else with three digits."""
    return f"{quantity:,.0f}" if abs(quantity) >= 100 else f"{quantity:,.3g}"
