"""Intervals of differences: a change between years, the gap to a target, tonnes achieved. Errors of both sides cancel.

One function: a page, a notebook and a plan that ask for the same difference show the same interval.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from carbon.accounting import views
from carbon.accounting.inventory_tables import InventoryTables
from carbon.accounting.origins import uncertain_rows
from carbon.core.columns import Rows
from carbon.core.display import replaced
from carbon.core.errors import UsageError
from carbon.core.exact import exact_total
from carbon.emissions.uncertainty.ends import EXACT, drawn_ends
from carbon.emissions.uncertainty.shown import Interval
from carbon.emissions.uncertainty.sources import Floats

Keep = Callable[[pd.DataFrame], "pd.Series[bool]"]
"""Which emission rows count: a function from `schemas.EMISSIONS` to a mask."""
Weights = Callable[[pd.DataFrame], np.ndarray]
"""How much each emission row counts, NaN for one that does not."""


def interval_of_change(
    earlier: InventoryTables, later: InventoryTables, *, scope2_method: str, keep: Keep | None = None,
    times: float = 1.0,
) -> Interval:
    """Return later - times x earlier [kg CO2e] with its 95 % interval; what both years share cancels.

    Rows on one factor, and the part of each source that all years share, have one draw in both years. A difference has
    no lognormal: it is drawn, with a fixed seed, so that the same question has the same answer everywhere. Tonnes
    achieved are the change of the rows of what was acted on, with the other sign.

    keep: Rows that count, e.g. `lambda rows: rows["activity"].str.startswith("flight.")`; all where it is not given.
    times: 1 - r for what a target of -r leaves of its base year: the result is the gap.

    Raises UsageError: No row of either year is kept, or `times` is negative or no number.
    """
    if not 0 <= times < np.inf:
        raise UsageError(f"times={times!r} of the earlier year", hint="1 for a change, 1 - r for a target of -r")

    return interval_of_difference((earlier, _weighed(-times, keep)), (later, _weighed(1.0, keep)),
                                  scope2_method=scope2_method)


def _weighed(weight: float, keep: Keep | None) -> Weights:
    """Return one weight for the rows that count."""
    return lambda rows: np.where(np.full(len(rows), True) if keep is None else keep(rows), weight, np.nan)


def interval_of_difference(*weighed: tuple[InventoryTables, Weights], scope2_method: str) -> Interval:
    """Return sum of weight x row over one or two years [kg CO2e] with its 95 % interval; what both share cancels.

    weighed: An inventory, and the weight of each of its rows: NaN for rows that do not count; the earlier one first.

    Raises UsageError: No row of any year has a weight.
    """
    parts = []
    for inventory, weights in weighed:
        table = views.counted(inventory.emissions, scope2_method=scope2_method).reset_index(drop=True)
        rows = views.counted_rows(inventory.emissions, scope2_method=scope2_method)
        parts.append((inventory, rows, np.asarray(weights(table), dtype=float)))
    return _interval(parts)


def _interval(weighed: Sequence[tuple[InventoryTables, Rows, Floats]]) -> Interval:
    """Return `interval_of_difference` of rows with a weight each, NaN for one that does not count."""
    weights = np.concatenate([weight[~np.isnan(weight)] for _, _, weight in weighed])
    if not len(weights):
        raise UsageError("no emission row of either year is kept", hint="keep: a function of emission rows to a mask")
    rows_of_years = uncertain_rows(*((inventory, rows.where(~np.isnan(weight))) for inventory, rows, weight in weighed),
                                   split_years=True)
    signed = replaced(rows_of_years, kg=rows_of_years.kg * weights)
    value = exact_total(signed.kg)
    low, high, how = drawn_ends(signed)
    return Interval(value, low, high, how if high > low else EXACT)


def interval_of_gap(
    inventory: InventoryTables, *, scope2_method: str, target_kg: float, base: InventoryTables | None = None,
    base_kg: float | None = None, scopes: Sequence[str] = ("1", "2", "3"),
) -> Interval:
    """Return emissions - target [kg CO2e] with its 95 % interval, positive above the target.

    A target is a share of its base year: with the base year's records its error moves the target too, and what both
    years share cancels. Without them the target is taken as the exact number it was published as, which widens the gap.

    target_kg: What the target allows in the inventory's year.
    base, base_kg: The base year's inventory, and its emissions as the target counts them; both, or neither.

    Raises UsageError: Only one of `base` and `base_kg`; a base that is not above zero; no rows.
    """
    if (base is None) != (base_kg is None):
        raise UsageError("a base year is its inventory and its emissions", hint="give base and base_kg, or neither")
    if base is not None and base_kg is not None:
        if not 0 < base_kg < np.inf:
            raise UsageError(f"base_kg={base_kg!r}: no share of it is a target", hint="emissions of the base year [kg]")
        return interval_of_change(base, inventory, scope2_method=scope2_method, times=target_kg / base_kg,
                                  keep=lambda table: table["scope"].isin(list(scopes)))
    rows = views.counted_rows(inventory.emissions, scope2_method=scope2_method).where(scope=scopes)
    level = _interval([(inventory, rows, np.ones(len(rows)))])
    return Interval(level.value_kg - target_kg, level.low_kg - target_kg, level.high_kg - target_kg, level.how)
