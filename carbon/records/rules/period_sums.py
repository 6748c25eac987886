"""Rows that hold what shorter rows within their days hold together: a quarter beside its months."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from carbon.records.rules.sheet import Sheet

Rows = npt.NDArray[np.intp]

_SOUGHT = 100_000
"""Rows longer than others of their group that are held against them; of a file with more, the rest is not."""


def sums_of_periods(sheet: Sheet, rows: Rows, group: npt.NDArray[np.intp], values: npt.NDArray[np.float64], *,
                    loose: float) -> Rows:
    """Return the rows that equal the sum of two others or more of their group within their days; of several levels,
    each.

    Parameters
    ----------
    group, values
        What the rows belong to and what they count, one each of `rows`.
    loose
        Relative tolerance where three or more are summed: metered quantities are rounded. Of two: to the digit.
    """
    first, last = (sheet.table[c].to_numpy()[rows].astype("datetime64[D]").astype(np.int64)
                   for c in ("period_start", "period_end"))
    days = last - first + 1
    if len(rows) < 3 or days.max() < max(2 * days.min() - 1, days.min() + 1):
        return rows[:0]
    order = np.lexsort([days, first, group])
    rows, first, last, days, group = (a[order] for a in (rows, first, last, days, group))
    quantity = values[order]
    begins, ends = (np.searchsorted(group, group, side=side) for side in ("left", "right"))
    shortest = np.minimum.reduceat(days, np.unique(begins))[np.searchsorted(np.unique(begins), begins)]
    counted = np.ones(len(rows), dtype=bool)
    long = np.flatnonzero((days >= 2 * shortest - 1) & (days > shortest) & (quantity != 0))
    if len(long) > _SOUGHT:
        sheet.warn("sums_not_sought", f"of {len(long):,} rows longer than others, {_SOUGHT:,} were held against the "
                   "sums of these; send a file a year or site")
        long = long[:_SOUGHT]
    for at in long[np.argsort(days[long], kind="stable")].tolist():
        low = begins[at] + np.searchsorted(first[begins[at]:ends[at]], first[at])
        near = slice(low, begins[at] + np.searchsorted(first[begins[at]:ends[at]], last[at], side="right"))
        within = counted[near] & (last[near] <= last[at]) & (days[near] < days[at])
        count = int(within.sum())
        total = quantity[near][within].sum()
        counted[at] = not (count > 1 and np.isclose(total, quantity[at], rtol=loose if count > 2 else 1e-9, atol=0.005))
    return rows[~counted]
