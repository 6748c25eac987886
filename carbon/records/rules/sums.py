"""Rows that are the sum of other rows: one search for all rules, by place, by days and across series; one tolerance.

Amounts are whole ticks, the last digit that their column prints, so that no sum depends on the order of its rows. A
pair of small amounts is the sum of a third by chance all the time: a rule asks for a label or a place, or `chance`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

HALF_CENT = 0.005
CHANCE = 0.002
"""False sums that an honest table is expected to have, at most."""
_SHARE, _MEASURED, _ROUNDED = 1e-3, 1e-4, 5e-3
"""Shares of a sum that it may miss at most: of any; of measured ones; of those whose parts are rounded."""
_FINEST, _LARGEST, _RULE = 6, 2.0**62, 3


@dataclass(frozen=True)
class Amounts:
    """Amounts in whole ticks, the unit of the last digit in their column; `measured` where they may be rounded."""

    ticks: Ints
    tick: float
    measured: bool = False

    @classmethod
    def of(cls, values: npt.NDArray[np.float64], *, measured: bool = False) -> Amounts:
        """Return values, NaN as zero, in the coarsest decimal tick that holds them all, a millionth at the finest."""
        values = np.nan_to_num(values, posinf=0.0, neginf=0.0)
        for digits in range(_FINEST + 1):
            ticks = np.rint(values * 10.0**digits)
            if (np.abs(values * 10.0**digits - ticks) <= 1e-6 + 1e-12 * np.abs(ticks)).all():
                break
        if (size := float(np.abs(ticks).sum())) >= _LARGEST:  # no company's; int64 holds no more
            digits -= int(np.ceil(np.log10(size / _LARGEST)))
        return cls(np.rint(values * 10.0**digits).astype(np.int64), 10.0**-digits, measured)

    def take(self, rows: Any) -> Amounts:
        """Return the amounts of some rows."""
        return replace(self, ticks=self.ticks[rows])

    def slack(self, numbers: Ints) -> npt.NDArray[np.float64]:
        """Return what sums of some numbers of parts may miss [ticks].

        Half a cent, at most a thousandth of the amount. Measured: or 1e-4 of it, or so much as n + 1 roundings by half
        a tick add up to at random, sqrt(n + 1) / 2 ticks, and 5e-3 of it.
        """
        size = np.abs(self.ticks)
        slack = np.minimum(HALF_CENT / self.tick, _SHARE * size)
        if self.measured:
            rounded = np.minimum(np.sqrt(numbers + 1) / 2, _ROUNDED * size)
            slack = np.maximum(slack, np.maximum(_MEASURED * size, rounded))
        return np.asarray(slack + 1e-9)

    def equal(self, sums: Ints, numbers: Ints) -> Flags:
        """Return where sums [ticks] of some numbers of parts are these amounts, by `slack`."""
        return np.asarray(np.abs(sums - self.ticks) <= self.slack(numbers))

    def chance(self) -> npt.NDArray[np.float64]:
        """Return the chance that an amount up to its size equals each: its last digit but zeros, over its size."""
        size, unit = np.abs(self.ticks), np.ones(len(self.ticks))
        for power in range(1, 18):
            unit[(size % 10**power == 0) & (size > 0)] = 10.0**power
        return np.minimum(unit / np.maximum(size, 1), 1.0)


def within(parts: Ints, ticks: Ints, wholes: Ints) -> tuple[Ints, Ints, Flags, Flags]:
    """Return number and sum of the parts within each whole, zero where one reaches out of it, in n log n.

    `parts`, `wholes`: [3, n], the group of each, its first and its last place (days, positions). Also returned: whether
    some part shares a place with the whole, and whether none reaches out of it.
    """
    places = np.hstack([parts, wholes])[1:]
    low, width = (int(places.min()), int(np.ptp(places)) + 2) if places.size else (0, 2)
    first, last, begin, end = (s[0] * width + s[side] - low for s in (parts, wholes) for side in (1, 2))
    order, ends = np.argsort(first, kind="stable"), np.sort(last)
    starts, running = first[order], np.concatenate([[0], np.cumsum(ticks[order])])
    at, stop = np.searchsorted(starts, begin), np.searchsorted(starts, end, side="right")
    ended, until = np.searchsorted(ends, begin), np.searchsorted(ends, end, side="right")
    clean = (at == ended) & (stop == until)
    return np.where(clean, stop - at, 0), np.where(clean, running[stop] - running[at], 0), stop > ended, clean


def of_shorter_spans(spans: Ints, amounts: Amounts, wholes: Flags) -> tuple[Flags, Flags]:
    """Return which wholes are the sum of two shorter spans or more of their group within them, level by level.

    A sum is no part of a longer span: of a year, its quarters and their months, year and quarters are sums. Also
    returned: the sums that are no coincidence among all wholes that hold two parts: chance x these < `CHANCE`, or half
    of these are sums.
    """
    is_sum, compared, length = np.zeros(len(wholes), bool), np.zeros(len(wholes), bool), spans[2] - spans[1]
    for limit in np.unique(length[wholes]).tolist():
        rows = np.flatnonzero(wholes & (length == limit))
        groups = np.zeros(int(spans[0].max()) + 1, dtype=bool)
        groups[spans[0, rows]] = True
        parts = np.flatnonzero(~is_sum & (length < limit) & groups[spans[0]])
        number, total, _, _ = within(spans[:, parts], amounts.ticks[parts], spans[:, rows])
        compared[rows] = number > 1
        is_sum[rows] = (number > 1) & amounts.take(rows).equal(total, number)
    found_rows = np.flatnonzero(is_sum)
    proved = np.zeros(len(wholes), dtype=bool)
    rule = len(found_rows) >= max(_RULE, compared.sum() / 2)  # no coincidence, but how the table is written
    proved[found_rows] = rule | (amounts.take(found_rows).chance() * compared.sum() < CHANCE)
    return is_sum, proved


def of_rows_beside(amounts: Amounts, parts: Flags, rows: Ints, stops: Ints) -> Ints:
    """Return how many parts each row is the sum of, 0 where it is no sum: [4, rows].

    By line: the parts since the last of `stops` above it, all above it, those up to the next of `stops`, all below it.
    """
    running = np.concatenate([[0], np.cumsum(np.where(parts, amounts.ticks, 0))])
    counts = np.concatenate([[0], np.cumsum(parts)])
    bounds = np.concatenate([[-1], np.sort(stops), [len(parts)]])
    above = bounds[np.searchsorted(bounds, rows) - 1] + 1
    below = bounds[np.searchsorted(bounds, rows, side="right")]
    first = np.stack([above, np.zeros_like(rows), rows + 1, rows + 1])
    end = np.stack([rows, rows, below, np.full_like(rows, len(parts))])
    number = counts[end] - counts[first]
    return np.where(amounts.take(rows).equal(running[end] - running[first], number), number, 0)


def across_series(cell: Ints, series: Ints, amounts: Amounts, *, least: int) -> Ints:
    """Return of each series (a site, a register, a sheet) the number of its cells (days, a carrier), [3, series].

    By line: all; those that hold `least` series or more; those of these where it is the sum of all the others.
    """
    count = int(series.max(initial=-1)) + 1
    pairs, at = np.unique(cell * count + series, return_inverse=True)
    of_cell = np.unique(pairs // count, return_inverse=True)[1]
    own_ticks, total = np.zeros((2, len(pairs)), dtype=np.int64)
    np.add.at(own_ticks, at, amounts.ticks)
    np.add.at(total, of_cell, own_ticks)
    held_series = np.bincount(of_cell)[of_cell]
    equal = replace(amounts, ticks=own_ticks).equal(total[of_cell] - own_ticks, held_series - 1) & (own_ticks != 0)
    flags = (held_series > 0, held_series >= least, (held_series >= least) & equal)
    return np.stack([np.bincount(pairs % count, weights=f, minlength=count).astype(np.int64) for f in flags])


def whole_series(cell: Ints, series: Ints, amounts: Amounts, *, least: int = 3, may: Flags | None = None,
                 named: Flags | None = None, by_digits: bool = True) -> Flags:
    """Return the one series that is the sum of all others in each of its cells and no coincidence; none of several.

    No coincidence: three cells or more, a name that states it (`named`), or the digits of what it sums to. `may`: the
    series that can be one at all.
    """
    in_cells, _, hits = across_series(cell, series, amounts, least=least)
    sums = np.zeros(len(hits), dtype=np.int64)
    np.add.at(sums, series, np.abs(amounts.ticks))
    proved = (hits >= _RULE) | (np.False_ if named is None else named)
    if by_digits:
        proved |= Amounts(sums, amounts.tick).chance() * len(hits) < CHANCE
    flags = (hits > 0) & (hits == in_cells) & proved & (np.True_ if may is None else may)
    return flags if flags.sum() == 1 else np.zeros_like(flags)


def whole_file(cell: Ints, file: Ints, amounts: Amounts, rows: Ints) -> Flags:
    """Return the one file whose totals [cell] are those of all others; of two equal ones that with fewer `rows`."""
    return whole_series(cell, file, amounts, least=min(len(rows), 3), may=(rows < rows.max()) | (len(rows) > 2))
