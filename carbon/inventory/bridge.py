"""
The bridge: why the number moved between two years, exact to the gram.

reported start -> boundary -> method and factor release -> market instruments -> grid and supplier factors
-> activity level -> mix -> own intensity -> credit notes -> reported end. The second step is a rerun of the old records
with today's factors, never a ratio of totals; a change of the factor database alone lands there whole.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import LOCATION, MARKET, NO_METHOD
from carbon.inventory.lmdi import lmdi

STREAM = ["scope", "category", "activity", "unit", "region", "site", "supplier"]
GROUP = ["scope", "category", "activity", "unit"]
CREDITS = "credit notes"
FACTORS = ["activity level", "own intensity", "mix", "grid and supplier factors", CREDITS]
STEPS = ["boundary", "method and factor release", "market instruments", "grid and supplier factors",
         "activity level", "mix", "own intensity", CREDITS]


@dataclass(frozen=True)
class Bridge:
    """
    table: step, kg; first line the reported start, last the reported end, the steps between sum to the difference.
    streams: one row a stream, its effects [kg].
    """

    table: pd.DataFrame
    streams: pd.DataFrame
    years: tuple[int, int]

    @property
    def real_change(self) -> float:
        """
        Share of the restated start that activity, mix, intensity and supplied factors moved.
        """
        steps = self.table.set_index("step")["kg"]
        restated = steps.iloc[0] + steps["boundary"] + steps["method and factor release"]
        return float(steps[FACTORS].sum() / restated)

    def by(self, column: str) -> pd.DataFrame:
        """
        Effects by site, category, supplier or another column of the streams [kg].
        """
        return self.streams.groupby(column)[FACTORS].sum()

    def __repr__(self) -> str:
        kg = self.table["kg"]
        return f"Bridge({self.years[0]} {kg.iloc[0] / 1000:,.1f} t -> {self.years[1]} {kg.iloc[-1] / 1000:,.1f} t)"


def streams(emissions: pd.DataFrame, activities: pd.DataFrame) -> pd.DataFrame:
    """
    Quantity and location-based kg of each stream (scope x category x activity x unit x region x site x supplier).

    Returns
    -------
    DataFrame
        Indexed by `STREAM`: quantity [unit], co2e_kg [kg CO2e], market_kg (scope 2 only: market minus location) [kg].
    """
    counted = emissions[emissions["kyoto"]]
    method = counted["scope2_method"]
    main = counted[(method == LOCATION) | (method == NO_METHOD)]
    kg = main.groupby(STREAM, observed=True)["co2e_kg"].agg(math.fsum)
    per_method = counted[method != NO_METHOD].pivot_table(
        index=STREAM, columns="scope2_method", values="co2e_kg", aggfunc=math.fsum, observed=True, fill_value=0.0)
    market = per_method.get(MARKET, 0.0) - per_method.get(LOCATION, 0.0) if len(per_method) else pd.Series(dtype=float)
    # A part of a stream (its upstream) has the stream's quantity; each activity counts once a stream.
    once = main.drop_duplicates([*STREAM, "activity_id"])
    quantity = once.groupby(STREAM, observed=True)["quantity"].agg(math.fsum)
    table = pd.DataFrame({"co2e_kg": kg, "quantity": quantity})
    return table.assign(market_kg=pd.Series(market, dtype=float).reindex(table.index).fillna(0.0))


def bridge(
    start: pd.DataFrame, end: pd.DataFrame, *, years: tuple[int, int], scope2_method: str, same_boundary: pd.DataFrame,
    restated: pd.DataFrame, drivers: tuple[float, float],
) -> Bridge:
    """
    Decompose the change between two years' streams.

    V_i = driver x (group quantity / driver) x (share of the stream in its group) x (kg per unit), by LMDI; a group is
    an activity and unit within a scope and category. Streams that change sign (a supplier whose credit notes exceed
    its invoices) have no logarithm: their change stands apart as "credit notes".

    Parameters
    ----------
    start, end
        `streams` of the two years as reported.
    same_boundary
        `streams` of the start year with the end year's boundary (the same table when nothing was bought or sold).
    restated
        The same, run with the end year's factors and methods.
    drivers
        Activity driver of both years (employees, revenue); its growth is "activity level", the rest of the change is
        "own intensity". (1.0, 1.0) puts all of it into own intensity.

    Raises
    ------
    MethodError
        Drivers that are not positive.
    """
    if min(drivers) <= 0:
        raise MethodError(f"activity drivers must be positive, got {drivers}")
    effects = _effects(restated, end, drivers)
    sums = {name: math.fsum(effects[name]) for name in FACTORS}
    market = scope2_method == MARKET
    steps = {
        "boundary": _kg(same_boundary) - _kg(start), "method and factor release": _kg(restated) - _kg(same_boundary),
        "market instruments": _kg(end, "market_kg") - _kg(start, "market_kg") if market else 0.0, **sums,
    }
    first = _kg(start) + (_kg(start, "market_kg") if market else 0.0)
    last = _kg(end) + (_kg(end, "market_kg") if market else 0.0)
    rows = [(f"reported {years[0]}", first), *((s, steps[s]) for s in STEPS), (f"reported {years[1]}", last)]
    return Bridge(pd.DataFrame(rows, columns=["step", "kg"]), effects.reset_index(), years)


def _kg(table: pd.DataFrame, column: str = "co2e_kg") -> float:
    return math.fsum(table[column])


def _effects(start: pd.DataFrame, end: pd.DataFrame, drivers: tuple[float, float]) -> pd.DataFrame:
    index = start.index.union(end.index)
    first, last = start.reindex(index, fill_value=0.0), end.reindex(index, fill_value=0.0)
    x0, x1 = _factors(first, drivers[0]), _factors(last, drivers[1])
    signs = np.sign(x0.to_numpy()) * np.sign(x1.to_numpy())
    usable = _multiplies(x0, first) & _multiplies(x1, last) & ~(signs < 0).any(axis=1)
    effects = lmdi(x0[usable], x1[usable]).reindex(index, fill_value=0.0)
    change = last["co2e_kg"] - first["co2e_kg"]
    return effects.assign(**{CREDITS: change.where(~usable, 0.0)})[FACTORS]


def _multiplies(factors: pd.DataFrame, table: pd.DataFrame) -> np.ndarray:
    # A group whose lines cancel has no shares: its product is not its value.
    product = np.where((factors == 0).any(axis=1), 0.0, factors.prod(axis=1, skipna=False))
    return np.isclose(product, table["co2e_kg"], rtol=1e-9, atol=1e-12)


def _factors(table: pd.DataFrame, driver: float) -> pd.DataFrame:
    quantity, kg = table["quantity"], table["co2e_kg"]
    group = quantity.groupby(level=GROUP).transform("sum")
    with np.errstate(divide="ignore", invalid="ignore"):
        share, per_unit = quantity / group, kg / quantity
    return pd.DataFrame({
        "activity level": driver, "own intensity": group / driver, "mix": share.where(group != 0),
        "grid and supplier factors": per_unit.where(quantity != 0),
    }, index=table.index)
