"""Breaks in a yearly series: years that the three before them did not let expect, and what explains them.

The band is that of the table of expectations (`accounting.expectations.bands`), applied to the totals of the series:
the median of the last three years times a factor. What the ledger, the editions or the contracts explain is named; what
nothing explains leaves no probability.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.core.display import Displayed
from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import LOCATION, MARKET, NO_METHOD, SCOPES
from carbon.core.units import KG_PER_T

if TYPE_CHECKING:
    from carbon.accounting.years.bridge import Bridge
    from carbon.accounting.years.by_year import ByYear
    from carbon.accounting.years.history import Inventories

ROWS = 10_000
"""Rows of a total: as many as make chance small, as a total is a sum over all records."""
REACH = 5
"""Calendar years before a year among which the figures are that it is compared with."""
FIRST_CALCULATED = "the first year calculated from records: do the reported years cover as much, by the same factors?"
HALF = 0.5
"""Share of a change from which a step of the bridge explains it."""


@dataclass(frozen=True, repr=False)
class Break(Displayed):
    """A year outside of what the years before let expect: `factor`, its value over the median of the last three years;
    `cause`, what it may be, in words, of `stream` where one stream of records may be it; `explained`, what explains it,
    "" without anything.
    """

    year: int
    factor: float
    cause: str
    explained: str = ""
    stream: str = ""

    @property
    def text(self) -> str:
        """The break in a sentence."""
        end = "" if self.cause.endswith("?") else "."
        cause = self.explained or f"{self.stream}{', ' * bool(self.stream)}{self.cause}{end} Nothing explains it yet"
        return f"a break in {self.year} ({self.factor:.3g} times the years before): {cause}"


def find_breaks(
    series: pd.Series, explained: Mapping[int, str], events: Sequence[tuple[int, str, float]] = ()
) -> tuple[Break, ...]:
    """Return the breaks of a series [kg CO2e], in order.

    A year is compared with the last three figures of the five calendar years before it: a marked or missing year hides
    nothing; one without any is not compared. `explained` is what is known of a year (another edition, a contract that
    began or ended, a site that closed); `events` are (year, event, kilograms) of the ledger: one explains a break whose
    change it is at least half of.
    """
    values = _kg_by_year(series)
    figures = {y: [kg for b, kg in values.items() if y - REACH <= b < y][-3:] for y in values}
    earlier = {lag: {y: of[-lag] for y, of in figures.items() if len(of) >= lag} for lag in (1, 2, 3)}
    before = {y: float(np.median(of)) for y, of in figures.items() if of}
    if not before:
        return ()
    from carbon.accounting.expectations.bands import WIDTH, expectations_of
    from carbon.accounting.expectations.breaches import breaches_of
    from carbon.accounting.expectations.names import LEVEL

    # The table, which takes time, is made only where a year lies beyond the narrowest band.
    if max(abs(np.log(values[y] / kg)) for y, kg in before.items()) <= np.log(min(WIDTH[LEVEL])):
        return ()
    table = expectations_of(_measures({y: values[y] for y in before}),
                            {-lag: _measures(of) for lag, of in earlier.items()})
    breaches = breaches_of(table, least_kg={"": 0.0}).sort_values("key")
    known_causes = {**explained_by_events(values, events), **explained}
    columns = (breaches[c].tolist() for c in ("key", "value", "expected", "cause"))
    reported = series.attrs.get("reported", ())
    first = min((y for y in values if y not in reported), default=0) if reported else 0
    return tuple(Break(int(key), value / expected, FIRST_CALCULATED if int(key) == first else cause,
                       known_causes.get(int(key), ""))
                 for key, value, expected, cause in zip(*columns, strict=True))


def _kg_by_year(series: pd.Series) -> dict[int, float]:
    figures = series.dropna()
    return dict(zip(figures.index.astype(int).tolist(), figures.astype(float).tolist(), strict=True))


def _measures(values: Mapping[int, float]) -> pd.DataFrame:
    """Return `MEASURES` of totals, one key a year."""
    from carbon.accounting.expectations.measures import KG, MEASURES
    from carbon.accounting.expectations.names import LEVEL

    table = pd.DataFrame({"key": [str(y) for y in values], "value": values.values(), "co2e_kg": values.values()})
    return MEASURES.validate(table.assign(
        kind="inventory", dimension="year", measure=LEVEL, unit=KG, rows=ROWS, scope="", example="",
    )[list(MEASURES.dtypes)].astype(MEASURES.dtypes))


def explained_by_events(values: Mapping[int, float], events: Sequence[tuple[int, str, float]]) -> dict[int, str]:
    """Return what explains a change, by year: the event (year, text, kilograms) with at least half of it."""
    before = {year: max((y for y in values if y < year), default=year) for year in values}
    return {year: f"{text}, {_amounts(kg)}" for year, text, kg in events
            if year in values and _explains(kg, values[year] - values[before[year]])}


def _explains(kg: float, change_kg: float) -> bool:
    return change_kg != 0 and kg / change_kg >= HALF


def explained_by(
    bridges: Mapping[int, Bridge], scopes: Sequence[str] = SCOPES, *, mended: Sequence[str] = ()
) -> dict[int, str]:
    """Return what explains a change, by year: the step of the bridge to that year with at least half of the change.

    Activity, mix and own intensity are the company's own change and explain nothing. `bridges` is by year, each from
    the year before; `scopes` whose change it is; `mended` the steps that a restated series does not have.
    """
    from carbon.accounting.years.bridge import FACTORS, STEPS

    reasons = {}
    for year, bridge in bridges.items():
        kg = _steps(bridge, scopes, [step for step in STEPS if step not in mended])
        change, step = math.fsum(kg.values()), _largest({s: kg[s] for s in kg if s not in FACTORS})
        if _explains(kg[step], change):
            reasons[year] = f"{step}, {_amounts(kg[step], change)}"
    return reasons


def _amounts(kg: float, *of_kg: float, sign: str = "+") -> str:
    """Return a change, "+1.26 t of 36 t": three significant figures, one unit; `sign` "-" where that is no change."""
    from carbon.accounting.expectations.words import shown

    scale, unit = (KG_PER_T, "t") if max(map(abs, (kg, *of_kg))) >= KG_PER_T else (1.0, "kg")
    texts = [f"{'+' * (value > 0 and plus == '+')}{shown(value / scale)} {unit}"
             for value, plus in ((kg, "+"), *((of, sign) for of in of_kg))]
    return " of ".join(texts).replace("-", "\N{MINUS SIGN}")


def _steps(bridge: Bridge, scopes: Sequence[str], steps: Iterable[str]) -> dict[str, float]:
    """Return the steps of a bridge for some scopes [kg]."""
    rows = bridge.streams[bridge.streams["scope"].isin(list(scopes))]
    return {step: math.fsum(rows[step].tolist()) for step in steps}


def _largest(kg: Mapping[str, float]) -> str:
    return max(kg, key=lambda step: abs(kg[step]))


def reasons_of(history: ByYear, series: pd.Series, breaks: Iterable[Break]) -> dict[int, str]:
    """Return what explains breaks of a series, by year: the step of the bridge to that year; else a site, entity,
    meter or file that params state as opened or closed, with at least half of the change. In years without a bridge, a
    contract that ended before a rise or began before a fall: its tonnes are not known.
    """
    inventories, values = history.inventories_behind, _kg_by_year(series)
    reasons: dict[int, str] = {}
    for year, factor in ((b.year, b.factor) for b in breaks):
        if year - 1 in values and (values[year] > values[year - 1]) != (factor > 1):
            continue  # the change since the year before, itself out of line, is not the break
        bridge = None if inventories is None else _bridge_to(inventories, year, series)
        if bridge is not None:
            # Where the view mends events, the series has no step of the boundary.
            mended = () if history.dated_events else ("boundary",)
            reasons |= explained_by_events(values, _answered(inventories, year, series))
            reasons |= explained_by({year: bridge}, series.attrs["scopes"], mended=mended)
        else:
            reasons |= {y: f"a contract {what}, its tonnes are not known" for y, what in contract_changes(series)
                        if y == year and (what == "ends") == (factor > 1)}
    return reasons


def suspects_of(history: ByYear, series: pd.Series, breaks: Iterable[Break]) -> dict[int, tuple[str, str]]:
    """Return stream and cause of what a break may be, by year: the level, in the year's table of expectations, of the
    series' scopes, that moved the same way by at least half of it and that nobody has accepted.

    The stream is named as on a public page: by no supplier, account or meter.
    """
    from carbon.accounting.expectations.measures import OPEN_NAMES, SEPARATOR
    from carbon.accounting.expectations.names import LEVEL

    inventories, values = history.inventories_behind, _kg_by_year(series)
    suspects: dict[int, tuple[str, str]] = {}
    for one in breaks:
        if inventories is not None and one.year in inventories.inventories:
            odd = inventories.inventories[one.year].breaches()
            odd = odd[(odd["measure"] == LEVEL) & (odd["value"] > 0) & (odd["accepted"] == "")
                      & odd["scope"].isin(list(series.attrs["scopes"]))
                      & ((odd["value"] > odd["expected"]) == (one.factor > 1))
                      & (odd["at_stake_kg"] >= HALF * abs(values[one.year]) * abs(1 - 1 / one.factor))]
            for line in odd.head(1).to_dict("records"):
                parts = zip(line["dimension"].split(SEPARATOR), line["key"].split(SEPARATOR), strict=False)
                names = SEPARATOR.join(part for of, part in parts if of in OPEN_NAMES and part.strip())
                suspects[one.year] = names or line["kind"], line["cause"]
    return suspects


def moved_by_factors(history: ByYear, series: pd.Series) -> dict[int, str]:
    """Return the years to which factors moved a series by no act of the company, with the step that moved most.

    Re-published factors, exchange rates and prices, and methods, of two years with records: together at least the
    company's significance threshold of the year before. A trend and a target have them in; nothing is taken out.
    """
    from carbon.accounting.years.bridge import BOUNDARY, METHOD, START
    from carbon.accounting.years.earlier_factors import EDITIONS, RATES

    inventories, scopes, moved = history.inventories_behind, series.attrs["scopes"], {}
    for year in _kg_by_year(series) if inventories is not None else ():
        bridge = _bridge_to(inventories, year, series)
        if bridge is None:
            continue
        kg = _steps(bridge, scopes, (METHOD, EDITIONS, RATES))
        before = math.fsum(_steps(bridge, scopes, (START, BOUNDARY)).values())
        least = inventories.inventories[year].params.significant_share * abs(before)
        if abs(math.fsum(kg.values())) >= least > 0:
            moved[year] = f"{_largest(kg)}, {_amounts(kg[_largest(kg)], before, sign='-')}"
    return moved


def contract_changes(series: pd.Series) -> list[tuple[int, str]]:
    """Return (year, "begins" or "ends") of the contracts behind market-based figures, within the series.

    A contract renewed by one of its kind goes on; one that began before the series, or runs on after it, has no change.
    """
    contracts = series.attrs.get("contracts", ()) if series.attrs.get("scope2_method") == MARKET else ()
    changes = []
    for kind in dict.fromkeys(k for k, _, _ in contracts):
        covered = {year for k, first, last in contracts if k == kind for year in range(first, last + 1)}
        changes += [(year, "begins" if year in covered else "ends") for year in list(_kg_by_year(series))[1:]
                    if (year in covered) != (year - 1 in covered)]
    return changes


def _bridge_to(inventories: Inventories, year: int, series: pd.Series) -> Bridge | None:
    """Return the bridge from the year before, None where one of them has no records or their bars cannot be made."""
    if not {year - 1, year} <= set(inventories.inventories):
        return None
    try:
        return inventories.bridge(year - 1, year, scope2_method=series.attrs["scope2_method"] or LOCATION,
                                  driver="none")  # the steps that explain are those of any driver
    except MethodError:
        return None


def _answered(inventories: Inventories, year: int, series: pd.Series) -> list[tuple[int, str, float]]:
    """Return (year, what was opened or closed, its change in these scopes [kg]) of a year's answers in params."""
    from carbon.accounting.years.boundary_events import emissions_of

    events = []
    for answer in inventories.inventories[max(inventories.inventories)].params.boundary:
        if answer.year == year and answer.word in ("opened", "closed"):
            before, after = (_kg_of(emissions_of(inventories.inventories[y], answer.level, answer.name,
                                                 answer.site or ""), series) for y in (year - 1, year))
            events.append((year, f"{answer.level} {answer.name} {answer.word}", after - before))
    return events


def _kg_of(table: pd.DataFrame, series: pd.Series) -> float:
    of = table["scope"].isin(list(series.attrs["scopes"])) & table["scope2_method"].isin(
        [NO_METHOD, series.attrs["scope2_method"]])
    return math.fsum(table.loc[of, "kg"].tolist())
