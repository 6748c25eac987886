"""The bridge: the causes of a change between two years, in ten steps, exact to the gram.

reported start -> boundary -> method -> factor editions -> grid -> market instruments -> supplier and company factors
-> exchange rates and prices -> activity level -> mix -> own intensity -> reported end

Boundary and method are reruns of the earlier year's records; the five steps after them are reruns of the later year's
activity (`constant_factors`): reversed in time they are other numbers. Activity, mix and own intensity are the change
at constant factors; reversed in time they change their sign only. Sources: the order is our own design; decomposition
Ang 2005 (`lmdi`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.accounting.result import Inventory
from carbon.accounting.years.boundary_events import OF_PARAMS
from carbon.accounting.years.boundary_streams import (
    bridge_answers,
    of_ledger,
    parts_of_ledger,
    under_later_names,
    with_boundary,
    without_answered,
)
from carbon.accounting.years.constant_factors import LADDER, rungs
from carbon.accounting.years.earlier_factors import EDITIONS, RATES
from carbon.accounting.years.lmdi import lmdi, shapley
from carbon.accounting.years.quantity_effects import ACTIVITY, INTENSITY, MIX, effects
from carbon.accounting.years.rerun import with_methods_of
from carbon.accounting.years.streams import STREAM, aligned, of_event, streams
from carbon.core.display import HandsOut, as_html, one_line
from carbon.core.errors import MethodError
from carbon.core.exact import exact_sum
from carbon.core.ghg_protocol import MARKET, SCOPE2_METHODS
from carbon.core.ledgers import EVENTS, STRUCTURAL, with_years
from carbon.core.public_names import CHOICES
from carbon.core.text import instead
from carbon.factors import Library

if TYPE_CHECKING:
    from matplotlib.axes import Axes

START, BOUNDARY, METHOD = "start", "boundary", "method"
FACTORS = [ACTIVITY, MIX, INTENSITY]
"""The steps whose sum is the change at constant factors."""
STEPS = [BOUNDARY, METHOD, *LADDER, *FACTORS]
DECOMPOSITIONS = {"lmdi": lmdi, "shapley": shapley}
SIGN, CORRECTION, RERUN = "streams that change sign or cancel", "correction of errors", "parameters and factor release"
PART = ["step", "part", "kg", "of_kg"]
BY_RECORDS, BY_TONNES = "by its records: ", "by the kilograms of the ledger alone: "
"""Before the name of what an event of the ledger moves in the step of the boundary; `of_kg` is by the ledger."""
TOLERANCE_KG, TOLERANCE = 1e-3, 1e-12
"""Bars and change may differ by a gram, or by this share of the larger total where that is more."""


@dataclass(frozen=True, repr=False)
class Bridge(HandsOut):
    """The way from one reported total to another.

    Attributes
    ----------
    table
        step, kg: first line the reported start, last the reported end; the steps between sum to their difference.
    streams
        One row a stream (and, over several years, a link): its kg at the start and in each step. `by` sums them.
    scope2_method, driver, decomposition
        The choices that change the bars; printed with them.
    parts
        step, part, kg, of_kg: the causes within a step (an edition, a grid, a currency) and the later year's kilograms
        that each concerns; also what has no earlier factor.
    """

    table: pd.DataFrame
    streams: pd.DataFrame
    years: tuple[int, ...]
    scope2_method: str
    driver: str
    decomposition: str
    parts: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=PART))

    def __post_init__(self) -> None:
        """Check that the bars sum to the change, to a gram or to 1e-12 of the larger total.

        Raises MethodError: They do not.
        """
        kg = self.table["kg"].tolist()
        off = math.fsum([*kg[:-1], -kg[-1]])
        # Bars beyond 1e12 kg have no digits below a gram.
        digits = len(kg) * float(np.spacing(max(map(abs, kg))))
        if not abs(off) <= max(TOLERANCE_KG, TOLERANCE * max(abs(kg[0]), abs(kg[-1])), digits):
            raise MethodError(f"the bars from {self.years[0]} to {self.years[-1]} miss the change by {off:g} kg",
                              rows=self.table, hint="the inventories are not those that the bars were made from")

    @property
    def restated_kg(self) -> float:
        """The start by today's boundary, methods and corrected records [kg CO2e]."""
        kg = self.table.set_index("step")["kg"]
        return float(kg.iloc[0] + kg[BOUNDARY] + kg[METHOD])

    @property
    def constant_kg(self) -> float:
        """The change at constant factors: activity, mix and own intensity [kg CO2e]."""
        kg = self.table.set_index("step")["kg"]
        return math.fsum(kg[FACTORS].tolist())

    @property
    def real_change(self) -> float:
        """The change at constant factors: share of the restated start that activity, mix and own intensity moved.

        Factor editions, grid, instruments, supplier and company factors, rates and prices are left out.

        Raises MethodError: A restated start that is not positive: no share of it exists.
        """
        return _share(self.constant_kg, self.restated_kg, self.years[0])

    def real_change_of(self, scopes: Sequence[str]) -> float:
        """Return the change at constant factors of some scopes, as `real_change` gives it of all.

        Raises MethodError: A restated start that is not positive: no share of it exists.
        """
        rows = self.streams[self.streams["scope"].isin(list(scopes))]
        restated, constant = (math.fsum(rows[columns].to_numpy().ravel().tolist())
                              for columns in ([START, BOUNDARY, METHOD], FACTORS))
        return _share(constant, restated, self.years[0])

    @property
    def by_tonnes(self) -> tuple[str, ...]:
        """What the ledger moves in the step of the boundary by its kilograms alone, as it has no records."""
        parts = self.parts.loc[self.parts["step"] == BOUNDARY, "part"]
        return tuple(dict.fromkeys(p.removeprefix(BY_TONNES) for p in parts if p.startswith(BY_TONNES)))

    @property
    def moved_most(self) -> tuple[str, float]:
        """The factor edition, exchange rate or price level that moved most, and its kg; ("", 0.0) where none did."""
        table = self.parts[self.parts["step"].isin([EDITIONS, RATES]) & (self.parts["kg"] != 0)]
        if table.empty:
            return "", 0.0
        kg = table.groupby("part", sort=True)["kg"].sum()
        part = str(kg.abs().idxmax())
        return part, float(kg[part])

    def plot(self, ax: Axes | None = None, *, language: str = "en") -> Axes:
        """Draw the bars as a waterfall [t CO2e]; see `carbon.figures.plot_bridge`."""
        import carbon  # a figure of the readers' rooms, by its public name

        axes: Axes = carbon.figures.plot_bridge(self, ax, words=language)
        return axes

    def by(self, column: str) -> pd.DataFrame:
        """Return the steps by site, category, supplier or another column of the streams [kg]; they sum to the bars.

        Raises MethodError: No such column.
        """
        if column not in self.streams or column in (START, *STEPS):
            raise MethodError(f"streams have no column {column!r}", hint=instead(str(column), STREAM))
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
    states: States | None = None,
) -> Bridge:
    """Decompose the change of the total between two inventories of a company.

    V_i = driver x (group quantity / driver) x (share of the stream in its group) x (kg per unit); a group is an
    activity and unit within a scope and category. The last factor is constant but for streams of several keys and
    kWh that a contract stopped covering: it is mix. Streams that change sign (a supplier whose credit notes exceed
    its invoices) have no logarithm: their change is in "activity level", and a line of `parts`.

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
        Base-year events between the two years: structural ones are the boundary step, errors part of the method step.
    library
        Factors of the rerun; None: the release of the end year's params (no rerun where both years share it).
    states
        `states_between` of the two inventories, made before.

    Raises
    ------
    MethodError
        Two companies; years out of order; no figure of the driver; an unknown choice; a rerun that is impossible; bars
        that miss the change.
    """
    _refuse(start, end, scope2_method, driver, decomposition)
    of = states if states is not None else states_between(start, end, corrected=corrected, events=events,
                                                          library=library)
    bridge_rows = bridge_streams(
        of.tables, years=(start.year, end.year), scope2_method=scope2_method,
        drivers=_drivers(start, end, driver), driver=driver, decomposition=decomposition)
    first, fixed = of.records
    corrections = _total(_kg(fixed, scope2_method)) - _total(_kg(first, scope2_method)) if fixed is not first else 0.0
    rerun = bridge_rows.table.set_index("step")["kg"][METHOD] - corrections if of.is_rerun else 0.0
    parts_of_method = of.parts[of.parts["scope2_method"] == scope2_method]
    methods = pd.DataFrame([(METHOD, RERUN, rerun, 0.0), (METHOD, CORRECTION, corrections, 0.0)], columns=PART)
    parts = pd.concat([methods[methods["kg"] != 0], parts_of_method[PART], bridge_rows.parts], ignore_index=True)
    return replace(bridge_rows, parts=parts)


@dataclass(frozen=True)
class States:
    """Two years between the steps of a bridge, by both scope 2 methods: what takes the time of it.

    `tables`: streams as `bridge_streams` takes them; `records`: those of the earlier year as reported and corrected;
    `is_rerun`: whether it was calculated again by the later year's methods; `parts`: causes within the steps.
    """

    tables: list[pd.DataFrame]
    records: tuple[pd.DataFrame, pd.DataFrame]
    is_rerun: bool
    parts: pd.DataFrame


def states_between(
    start: Inventory, end: Inventory, *, corrected: Inventory | None = None, events: pd.DataFrame | None = None,
    library: Library | None = None,
) -> States:
    """Return the states of two years of a company, which `bridge` decomposes by any method and driver.

    Raises MethodError: A rerun that is impossible.
    """
    right = corrected if corrected is not None else start
    again = with_methods_of(right, end, library)
    ledger, between = EVENTS.empty() if events is None else events, _events_between(events, start, end)
    known = of_ledger(ledger, start, end)
    answers = [*bridge_answers(end, ledger), *known.values()]
    moved = without_answered(between, answers, known)
    errors, structural = moved[moved["kind"] == "error"], moved[moved["kind"].isin(STRUCTURAL)]
    renamed = partial(under_later_names, answers=answers, end=end)
    first = renamed(streams(start.emissions))
    fixed = _joined(first if right is start else renamed(streams(right.emissions)), errors)
    later = rungs(again, end)
    moved_boundary = partial(with_boundary, later=later.states[0], answers=answers, end=end,
                             years=(start.year, end.year))
    wider = _joined(moved_boundary(first, start), structural)
    methods_now = fixed if again is right else _joined(renamed(streams(again.emissions)), errors)
    today = _joined(moved_boundary(methods_now, again), structural)
    of_events = parts_of_ledger(
        {event: with_boundary(first, start, later.states[0], [answer], end=end, years=(start.year, end.year))
         for event, answer in known.items()}, first,
        between[between["kind"].isin(STRUCTURAL) & ~between["event_id"].str.startswith(OF_PARAMS)])
    parts = of_events.assign(step=BOUNDARY, part=np.where(of_events["is_by_records"], BY_RECORDS, BY_TONNES)
                             + of_events["entity"])[[*PART, "scope2_method"]]
    return States([first, wider, today, *later.states], (first, fixed), again is not right,
                  pd.concat([parts, later.parts], ignore_index=True) if len(parts) else later.parts)


def chained(links: Sequence[Bridge]) -> Bridge:
    """Join bridges over several years: each bar is the sum of its yearly bars, so that no effect hides another.

    Raises MethodError: Links that do not follow one another or were made by different choices.
    """
    choices = {(b.scope2_method, b.driver, b.decomposition) for b in links}
    broken = [b.years for a, b in pairwise(links) if a.years[-1] != b.years[0]]
    if len(choices) != 1 or broken:
        raise MethodError(f"bridges that do not form a chain: {broken or sorted(choices)}",
                          hint="each link starts where the last one ended, by the same choices")
    if len(links) == 1:
        return replace(links[0], streams=_of_link(links[0].streams, links[0]), parts=_of_link(links[0].parts, links[0]))
    steps = [(s, math.fsum(float(b.table.set_index("step")["kg"][s]) for b in links)) for s in STEPS]
    table = pd.DataFrame([tuple(links[0].table.iloc[0]), *steps, tuple(links[-1].table.iloc[-1])],
                         columns=["step", "kg"])
    all_streams, parts = (pd.concat([_of_link(getattr(b, name), b) for b in links], ignore_index=True)
                          for name in ("streams", "parts"))
    # The start of a later link is the end of the one before it, not of the chain.
    all_streams.loc[len(links[0].streams):, START] = 0.0
    years = (links[0].years[0], *(b.years[-1] for b in links))
    return Bridge(table, all_streams, years, *choices.pop(), parts)


def _of_link(table: pd.DataFrame, link: Bridge) -> pd.DataFrame:
    return table.assign(link=f"{link.years[0]}-{link.years[-1]}")


def bridge_streams(
    states: Sequence[pd.DataFrame], *, years: tuple[int, int], scope2_method: str, drivers: tuple[float, float],
    driver: str = "given", decomposition: str = "lmdi",
) -> Bridge:
    """Decompose nine states of the streams.

    The start as reported, with today's boundary, by today's methods; the end at constant factors, with its own factor
    editions, grid, instruments, supplier and company factors, and as reported. The change from the third to the fourth
    is decomposed, the others are differences.

    Raises MethodError: Another number of states; drivers that are not positive; bars that miss the change.
    """
    if len(states) != len(LADDER) + 4:
        raise MethodError(f"a bridge has {len(LADDER) + 4} states, got {len(states)}",
                          hint="repeat a state where a step changes nothing")
    if min(drivers) <= 0:
        raise MethodError(f"activity drivers must be positive, got {drivers}",
                          hint='correct `employees` in the company\'s params, or choose driver="none"')
    labels, tables = aligned(states)
    kg = [_kg(table, scope2_method) for table in tables]
    later_effects = effects(labels, tables[2].assign(co2e_kg=kg[2]), tables[3].assign(co2e_kg=kg[3]), drivers,
                    DECOMPOSITIONS[decomposition])
    differences = [after - before for before, after in pairwise(kg)]
    columns = dict(zip((BOUNDARY, METHOD, "", *LADDER), differences, strict=True)) | later_effects.effects
    table = labels.assign(**{START: kg[0]}, **{step: columns[step] for step in STEPS})
    rows = [(f"reported {years[0]}", _total(kg[0])), *((s, _total(columns[s])) for s in STEPS),
            (f"reported {years[1]}", _total(kg[-1]))]
    signs = later_effects.signs
    signed = pd.DataFrame([(ACTIVITY, SIGN, _total(differences[2][signs]), _total(kg[3][signs]))], columns=PART)
    return Bridge(pd.DataFrame(rows, columns=["step", "kg"]), table, years, scope2_method, driver, decomposition,
                  signed[signed["kg"] != 0])


def _share(kg: float, restated_kg: float, year: int) -> float:
    if not restated_kg > 0:
        raise MethodError(f"the restated start of {year} is {restated_kg:,.1f} kg; a share of it does not exist",
                          hint="state the change in tonnes: the bars of `table`")
    return kg / restated_kg


def _kg(table: pd.DataFrame, scope2_method: str) -> np.ndarray:
    return np.asarray(table["co2e_kg"] + table["market_kg"] if scope2_method == MARKET else table["co2e_kg"])


def _joined(table: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([table, of_event(events)], ignore_index=True) if len(events) else table


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
    for value, accepted in ((scope2_method, SCOPE2_METHODS), (driver, CHOICES["driver"]),
                            (decomposition, tuple(DECOMPOSITIONS))):
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
    """Return the start year's deltas of events after its first day, up to the end year. The end year lacks the days
    before an event within it: its own delta is subtracted, and is the next link's.
    """
    if events is None or events.empty:
        return EVENTS.empty()
    placed = with_years(events, end.params.reporting_year_starts)
    year, within = placed["event_year"], placed["share"] < 1
    since = (year > start.year) | (year == start.year) & within
    unfinished = events[within & (year == end.year) & (events["year"] == end.year) & placed["kind"].isin(STRUCTURAL)]
    known_events = events[since & (year <= end.year) & (events["year"] == start.year)]
    return pd.concat([known_events, unfinished.assign(delta_kg=-unfinished["delta_kg"], year=start.year)],
                     ignore_index=True)
