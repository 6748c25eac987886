"""Breaks in a yearly series: years that the three before them did not let expect, and what explains them.

The band is that of the table of expectations (`accounting.expectations.bands`), applied to the totals of the series:
the median of the last three years times a factor. What the ledger, the editions or the contracts explain is named; what
nothing explains leaves no probability.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.core.display import Displayed

if TYPE_CHECKING:
    from carbon.accounting.years.bridge import Bridge

ROWS = 10_000
"""Rows of a total: as many as make chance small, as a total is a sum over all records."""
HALF = 0.5
"""Share of a change from which a step of the bridge explains it."""


@dataclass(frozen=True, repr=False)
class Break(Displayed):
    """A year outside of what the years before let expect.

    `factor` is its value over the median of the last three years; `cause` what it may be, in words; `explained` what
    explains it, "" without anything.
    """

    year: int
    factor: float
    cause: str
    explained: str = ""

    @property
    def text(self) -> str:
        """The break in a sentence."""
        known_cause = f": {self.explained}" if self.explained else f": {self.cause} Nothing explains it yet"
        return f"a break in {self.year} ({self.factor:.3g} times the years before){known_cause}"


def find_breaks(
    series: pd.Series, explained: Mapping[int, str], events: Sequence[tuple[int, str, float]] = ()
) -> tuple[Break, ...]:
    """Return the breaks of a series [kg CO2e], in order.

    A year is compared with those of the three calendar years before it that have a figure; one without any is not.

    Parameters
    ----------
    explained
        What is known of a year: another edition, a contract that began or ended, a site that closed.
    events
        (year, event, kilograms) of the ledger: one explains a break whose change it is at least half of.
    """
    values = dict(zip(series.index.astype(int).tolist(), series.astype(float).tolist(), strict=True))
    earlier = {lag: {y: values[y - lag] for y in values if y - lag in values} for lag in (1, 2, 3)}
    if not _may_break(values, earlier):
        return ()
    from carbon.accounting.expectations.bands import expectations_of
    from carbon.accounting.expectations.breaches import breaches_of

    compared = {y: v for y, v in values.items() if any(y in of for of in earlier.values())}
    table = expectations_of(_measures(compared), {-lag: _measures(of) for lag, of in earlier.items()})
    breaches = breaches_of(table, least_kg={"": 0.0}).sort_values("key")
    known_causes = {**_of_ledger(values, events), **explained}
    columns = (breaches[c].tolist() for c in ("key", "value", "expected", "cause"))
    return tuple(Break(int(key), value / expected, cause, known_causes.get(int(key), ""))
                 for key, value, expected, cause in zip(*columns, strict=True))


def _of_ledger(values: Mapping[int, float], events: Sequence[tuple[int, str, float]]) -> dict[int, str]:
    found_causes = {}
    for year, text, kg in events:
        before = [y for y in values if y < year]
        if year in values and before and abs(kg) >= HALF * abs(values[year] - values[max(before)]):
            found_causes[year] = f"{text}, {kg / 1000:+,.0f} t"
    return found_causes


def _may_break(values: Mapping[int, float], earlier: Mapping[int, Mapping[int, float]]) -> bool:
    """Return whether any year lies beyond the narrowest band: the table, which takes time, is made for those only."""
    from carbon.accounting.expectations.bands import WIDTH
    from carbon.accounting.expectations.measures import LEVEL

    least = float(np.log(min(WIDTH[LEVEL])))
    for year, value in values.items():
        before = [of[year] for of in earlier.values() if year in of]
        if before and abs(np.log(value / np.median(before))) > least:
            return True
    return False


def _measures(values: Mapping[int, float]) -> pd.DataFrame:
    """Return `MEASURES` of totals, one key a year."""
    from carbon.accounting.expectations.measures import KG, LEVEL, MEASURES

    n = len(values)
    table = pd.DataFrame({
        "kind": ["inventory"] * n, "dimension": ["year"] * n, "key": [str(y) for y in values], "measure": [LEVEL] * n,
        "unit": [KG] * n, "value": list(values.values()), "rows": [ROWS] * n, "co2e_kg": list(values.values()),
        "scope": [""] * n, "example": [""] * n})
    return MEASURES.validate(table.astype(MEASURES.dtypes))


def explained_by(bridges: Mapping[int, Bridge]) -> dict[int, str]:
    """Return what explains a change, by year: the step of the bridge to that year with at least half of the change.

    Boundary, method, factor editions, grid, contracts, supplier and company factors, exchange rates and prices are held
    against it; activity, mix and own intensity are the company's own change and explain nothing.

    Parameters
    ----------
    bridges
        By year, the bridge from the year before (`inventories.bridge`).
    """
    from carbon.accounting.years.quantity_effects import ACTIVITY, INTENSITY, MIX

    found_causes = {}
    for year, bridge in bridges.items():
        kg = bridge.table.set_index("step")["kg"]
        steps, change = kg.iloc[1:-1], float(kg.iloc[-1] - kg.iloc[0])
        outside = steps[~steps.index.isin((ACTIVITY, MIX, INTENSITY))]
        at = int(outside.abs().to_numpy().argmax())
        largest = float(outside.iloc[at])
        if change and largest / change >= HALF:
            found_causes[year] = f"{outside.index[at]}, {largest / 1000:+,.0f} t of {change / 1000:+,.0f} t"
    return found_causes
