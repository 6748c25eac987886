"""The bridge: the causes of a change between two years, exact to the gram.

reported start -> boundary -> method and factor release -> market instruments -> grid and supplier factors
-> activity level -> mix -> own intensity -> credit notes -> correction of errors -> reported end. Boundary, method and
correction are reruns of the old records, never ratios of totals; a change of the factor database alone lands whole in
its own bar. Source: order by design; decomposition Ang 2005 (`lmdi`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from carbon.accounting.result import Inventory
from carbon.accounting.years.lmdi import lmdi, shapley
from carbon.accounting.years.rerun import with_methods_of
from carbon.accounting.years.streams import STREAM, aligned, of_event, streams
from carbon.core.display import as_html, one_line
from carbon.core.errors import MethodError
from carbon.core.exact import exact_sum
from carbon.core.ghg_protocol import MARKET, SCOPE2_METHODS
from carbon.core.ledgers import EVENTS, STRUCTURAL, with_years
from carbon.factors import Library

GROUP = ["scope", "category", "activity", "unit"]
BOUNDARY, METHODS, INSTRUMENTS = "boundary", "method and factor release", "market instruments"
CREDITS, CORRECTION = "credit notes", "correction of errors"
FACTORS = ["activity level", "own intensity", "mix", "grid and supplier factors", CREDITS]
STEPS = [BOUNDARY, METHODS, INSTRUMENTS, "grid and supplier factors", "activity level", "mix", "own intensity", CREDITS,
         CORRECTION]
DRIVERS = ("employees", "none")
DECOMPOSITIONS = {"lmdi": lmdi, "shapley": shapley}


@dataclass(frozen=True, repr=False)
class Bridge:
    """The way from one reported total to another.

    Attributes
    ----------
    table
        step, kg: first line the reported start, last the reported end; the steps between sum to their difference.
    streams
        One row a stream (and, over several years, a link): its kg in each step. `by` sums them.
    scope2_method, driver, decomposition
        The choices that change the bars; printed with them.
    """

    table: pd.DataFrame
    streams: pd.DataFrame
    years: tuple[int, ...]
    scope2_method: str
    driver: str
    decomposition: str

    @property
    def restated_kg(self) -> float:
        """The start by today's boundary, methods and corrected records [kg CO2e]."""
        kg = self.table.set_index("step")["kg"]
        return float(kg.iloc[0] + kg[BOUNDARY] + kg[METHODS] + kg[CORRECTION])

    @property
    def real_change(self) -> float:
        """Share of the restated start that activity, mix, intensity and supplied factors moved; instruments left out.

        Raises MethodError: A restated start that is not positive: no share of it exists.
        """
        kg = self.table.set_index("step")["kg"]
        if not self.restated_kg > 0:
            raise MethodError(f"the restated start of {self.years[0]} is {self.restated_kg:,.1f} kg; a share of it "
                              "does not exist", hint="state the change in tonnes: the bars of `table`")
        return float(kg[FACTORS].sum() / self.restated_kg)

    def by(self, column: str) -> pd.DataFrame:
        """Return the steps by site, category, supplier or another column of the streams [kg]; they sum to the bars.

        Raises MethodError: No such column.
        """
        if column not in self.streams or column in STEPS:
            raise MethodError(f"streams have no column {column!r}", hint=f"one of {STREAM}")
        groups = self.streams.groupby(column, sort=True)
        code, names = groups.ngroup().to_numpy(), groups.size().index
        sums = {step: exact_sum(self.streams[step], code, len(names)) for step in STEPS}
        return pd.DataFrame(sums, index=names)

    def __repr__(self) -> str:
        kg = self.table["kg"]
        span = f"{self.years[0]} {kg.iloc[0] / 1000:,.1f} t -> {self.years[-1]} {kg.iloc[-1] / 1000:,.1f} t"
        return one_line(f"Bridge({span}, {self.scope2_method}, by {self.decomposition}, driver {self.driver})")

    def _repr_html_(self) -> str:
        steps = self.table.assign(co2e_t=self.table["kg"] / 1000)[["step", "co2e_t"]].round(3)
        return as_html(repr(self), steps)


def bridge(
    start: Inventory, end: Inventory, *, scope2_method: str, driver: str, decomposition: str = "lmdi",
    corrected: Inventory | None = None, events: pd.DataFrame | None = None, library: Library | None = None,
) -> Bridge:
    """Decompose the change of the total between two inventories of a company.

    V_i = driver x (group quantity / driver) x (share of the stream in its group) x (kg per unit); a group is an
    activity and unit within a scope and category. Streams that change sign (a supplier whose credit notes exceed its
    invoices) have no logarithm: their change is a bar of its own, "credit notes".

    Parameters
    ----------
    start, end
        Inventories as reported; both hold their records.
    driver
        "employees" (of the company's params): growth with it is "activity level", the rest of the change of quantity
        "own intensity". "none": all of it is own intensity. Required: the choice moves tonnes between bars.
    decomposition
        "lmdi" (limits at zero), or "shapley" (for births and deaths it invents effects; an option).
    corrected
        The start year again from corrected records, where some were wrong when it was reported.
    events
        Base-year events between the two years: structural ones are the boundary step, errors the correction.
    library
        Factors of the rerun; None: the release of the end year's params (no rerun where both years share it).

    Raises
    ------
    MethodError
        Two companies; years out of order; no figure of the driver; an unknown choice; a rerun that is impossible.
    """
    _refuse(start, end, scope2_method, driver, decomposition)
    right = corrected if corrected is not None else start
    again = with_methods_of(right, end, library)
    moved = _events_between(events, start, end)
    structural, errors = moved[moved["kind"].isin(STRUCTURAL)], moved[moved["kind"] == "error"]
    first = streams(start.emissions)
    fixed = first if right is start else streams(right.emissions)
    fixed = pd.concat([fixed, of_event(errors)], ignore_index=True) if len(errors) else fixed
    wider = pd.concat([fixed, of_event(structural)], ignore_index=True) if len(structural) else fixed
    today = wider if again is right else pd.concat(
        [streams(again.emissions), *(of_event(e) for e in (errors, structural) if len(e))], ignore_index=True)
    return bridge_streams(
        [first, fixed, wider, today, streams(end.emissions)], years=(start.year, end.year),
        scope2_method=scope2_method, drivers=_drivers(start, end, driver), driver=driver, decomposition=decomposition)


def chained(links: Sequence[Bridge]) -> Bridge:
    """Join bridges over several years: each bar is the sum of its yearly bars, so that no effect hides another.

    Raises MethodError: Links that do not follow one another or were made by different choices.
    """
    choices = {(b.scope2_method, b.driver, b.decomposition) for b in links}
    broken = [b.years for a, b in pairwise(links) if a.years[-1] != b.years[0]]
    if len(choices) != 1 or broken:
        raise MethodError(f"bridges that do not form a chain: {broken or sorted(choices)}",
                          hint="each link starts where the last one ended, by the same choices")
    steps = [(s, math.fsum(float(b.table.set_index("step")["kg"][s]) for b in links)) for s in STEPS]
    table = pd.DataFrame([tuple(links[0].table.iloc[0]), *steps, tuple(links[-1].table.iloc[-1])],
                         columns=["step", "kg"])
    parts = [b.streams.assign(link=f"{b.years[0]}-{b.years[-1]}") for b in links]
    years = (links[0].years[0], *(b.years[-1] for b in links))
    return Bridge(table, pd.concat(parts, ignore_index=True), years, *choices.pop())


def bridge_streams(
    states: Sequence[pd.DataFrame], *, years: tuple[int, int], scope2_method: str, drivers: tuple[float, float],
    driver: str = "given", decomposition: str = "lmdi",
) -> Bridge:
    """Decompose five states of the streams.

    Start as reported, corrected, with today's boundary, with today's methods, and the end. The change between the last
    two is decomposed, the others are differences.

    Raises MethodError: Drivers that are not positive.
    """
    if min(drivers) <= 0:
        raise MethodError(f"activity drivers must be positive, got {drivers}",
                          hint='correct `employees` in the company\'s params, or choose driver="none"')
    labels, (first, fixed, wider, today, last) = aligned(states)
    market = scope2_method == MARKET
    kg = [s["co2e_kg"].to_numpy() + (s["market_kg"].to_numpy() if market else 0.0)
          for s in (first, fixed, wider, today, last)]
    effects = _effects(labels, today, last, drivers, decomposition)
    moved = last["market_kg"] - today["market_kg"] if market else np.zeros(len(labels))
    columns = {CORRECTION: kg[1] - kg[0], BOUNDARY: kg[2] - kg[1], METHODS: kg[3] - kg[2], INSTRUMENTS: moved,
               **effects}
    table = labels.assign(**{step: columns[step] for step in STEPS})
    rows = [(f"reported {years[0]}", _total(kg[0])), *((s, _total(columns[s])) for s in STEPS),
            (f"reported {years[1]}", _total(kg[4]))]
    return Bridge(pd.DataFrame(rows, columns=["step", "kg"]), table, years, scope2_method, driver, decomposition)


def _total(values: np.ndarray | pd.Series) -> float:
    array = np.asarray(values, dtype=float)
    return math.fsum(array.tolist()) if array.any() else 0.0


def _refuse(start: Inventory, end: Inventory, scope2_method: str, driver: str, decomposition: str) -> None:
    if not isinstance(start, Inventory) or not isinstance(end, Inventory):
        raise MethodError("a bridge needs two inventories with their records, not "
                          f"{type(start).__name__} and {type(end).__name__}",
                          hint="history.inventories[2024], or history.bridge(2020, 2024, ...) for years of one history")
    if start.company != end.company or start.year >= end.year:
        raise MethodError(f"a bridge leads from an earlier to a later year of one company, not from {start.company} "
                          f"{start.year} to {end.company} {end.year}",
                          hint="give the earlier year first; companies are compared by tables, not by a bridge")
    for value, accepted in ((scope2_method, SCOPE2_METHODS), (driver, DRIVERS), (decomposition, tuple(DECOMPOSITIONS))):
        if value not in accepted:
            raise MethodError(f"{value!r} is not one of {list(accepted)}",
                              hint="each choice moves tonnes between bars, so none is guessed")


def _drivers(start: Inventory, end: Inventory, driver: str) -> tuple[float, float]:
    if driver == "none":
        return 1.0, 1.0
    missing = [y for y in (start.year, end.year) if y not in end.params.employees]
    if missing:
        raise MethodError(f"no number of employees for {missing}",
                          hint='add `employees` to the company\'s params, or choose driver="none"')
    return end.params.employees[start.year], end.params.employees[end.year]


def _events_between(events: pd.DataFrame | None, start: Inventory, end: Inventory) -> pd.DataFrame:
    """Return the start year's deltas of events after its first day, up to the end year."""
    if events is None or events.empty:
        return EVENTS.empty()
    placed = with_years(events, end.params.reporting_year_starts)
    year, within = placed["event_year"], placed["share"] < 1
    since = (year > start.year) | (year == start.year) & within
    return events[since & (year <= end.year) & (events["year"] == start.year)]


def _effects(
    labels: pd.DataFrame, first: pd.DataFrame, last: pd.DataFrame, drivers: tuple[float, float], decomposition: str
) -> dict[str, np.ndarray]:
    groups = labels.groupby(GROUP, sort=False).ngroup().to_numpy()
    x0, x1 = _factors(groups, first, drivers[0]), _factors(groups, last, drivers[1])
    if decomposition == "shapley":
        # What is undefined on the side where the stream is absent did not change.
        x0, x1 = x0.fillna(x1).fillna(0.0), x1.fillna(x0).fillna(0.0)
    signs = np.sign(x0.to_numpy()) * np.sign(x1.to_numpy())
    usable = _multiplies(x0, first) & _multiplies(x1, last) & ~(signs < 0).any(axis=1)
    effects = DECOMPOSITIONS[decomposition](x0[usable], x1[usable]).reindex(labels.index, fill_value=0.0)
    change = (last["co2e_kg"] - first["co2e_kg"]).to_numpy()
    return {**{str(f): effects[f].to_numpy() for f in effects}, CREDITS: np.where(usable, 0.0, change)}


def _multiplies(factors: pd.DataFrame, table: pd.DataFrame) -> np.ndarray:
    # A group whose lines cancel has no shares: its product is not its value.
    product = np.where((factors == 0).any(axis=1), 0.0, factors.prod(axis=1, skipna=False))
    return np.isclose(product, table["co2e_kg"], rtol=1e-9, atol=1e-12)


def _factors(groups: np.ndarray, table: pd.DataFrame, driver: float) -> pd.DataFrame:
    quantity, kg = table["quantity"].to_numpy(), table["co2e_kg"].to_numpy()
    group = np.bincount(groups, weights=quantity)[groups]
    with np.errstate(divide="ignore", invalid="ignore"):
        share, per_unit = quantity / group, kg / quantity
    return pd.DataFrame({
        "activity level": driver, "own intensity": group / driver, "mix": np.where(group != 0, share, np.nan),
        "grid and supplier factors": np.where(quantity != 0, per_unit, np.nan),
    }, index=table.index)
