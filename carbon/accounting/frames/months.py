"""Periods by month: the months that each touches, and the share of its days in each of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from carbon.core.columns import Column, ranks_of
from carbon.core.text_columns import text_array

Days = npt.NDArray[np.datetime64]


def by_month(start: Days, end: Days) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return, for each month that a period touches, its place, the month (from 1970), and the share of its days."""
    first, last = month_numbers(start), month_numbers(end)
    counts = last - first + 1
    line = np.repeat(np.arange(len(start)), counts)
    month = first[line] + np.arange(len(line)) - np.repeat(np.cumsum(counts) - counts, counts)
    starts = month.astype("datetime64[M]").astype("datetime64[D]")
    ends = (month + 1).astype("datetime64[M]").astype("datetime64[D]")
    begin = start.astype("datetime64[D]")
    after = end.astype("datetime64[D]") + np.timedelta64(1, "D")  # the last day counts
    days = np.minimum(after[line], ends) - np.maximum(begin[line], starts)
    return line, month, days.astype(float) / (after - begin).astype(float)[line]


def month_numbers(days: Days) -> npt.NDArray[np.int64]:
    """Return the month of each day, counted from January 1970."""
    return days.astype("datetime64[M]").astype(np.int64)


def labels(first: npt.NDArray[np.int64], last: npt.NDArray[np.int64], *, quarter: bool) -> Column:
    """Return "2024-03" or "2024-Q1" of periods within one, "2024-01 to 2024-12" of longer ones."""
    low = int(first.min(initial=0))
    span = int(last.max(initial=0)) - low + 1
    place, occurring = ranks_of((first - low) * span + last - low, span * span)
    names = [(_label(low + pair // span, quarter), _label(low + pair % span, quarter)) for pair in occurring.tolist()]
    words = [one if one == other else f"{one} to {other}" for one, other in names]
    return Column.of(text_array(words or [""])).take(place)


def _label(month: int, quarter: bool) -> str:
    year, of_year = 1970 + month // 12, month % 12
    return f"{year}-Q{of_year // 3 + 1}" if quarter else f"{year}-{of_year + 1:02d}"
