"""Rows that are the sum of other rows: one search for all rules, by place, by days, across series and of some of them.

Amounts are whole ticks, the last digit that their column prints, so that no sum depends on the order of its rows; all
searches share one tolerance. A pair of small amounts is the sum of a third by chance all the time: a rule asks for a
label or a place, or `chance`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from carbon.core.text_columns import Flags, Floats, Ints

Parts = list[tuple[int, Ints]]

HALF_CENT = 0.005
CHANCE = 0.002
"""False sums that an honest table is expected to have, at most."""
_SHARE, _MEASURED, _ROUNDED = 1e-3, 1e-4, 5e-3
"""Shares of a sum that it may miss at most: of any; of measured ones; of those whose parts are rounded."""
_FINEST, _LARGEST, _RULE, _SOUGHT, _LEVELS = 6, 2.0**62, 3, 5000, 300
INDEPENDENT, DECLARED = 2, 1
"""Independent numbers that a sum must hold over: of strangers, and of series that the whole's name declares."""
MOST_SERIES, _MOST_IN_HALVES, _MOST_IN_PAIRS, _MOST_MET = 500, 26, 90, 50_000
_TELLS, _FEW = 0.1, 4
_EXACT = 2.0**53


@dataclass(frozen=True)
class Amounts:
    """Amounts in whole ticks, the unit of the last digit in their column; `measured` where they may be rounded."""

    ticks: Ints
    tick: float
    measured: bool = False

    @classmethod
    def of(cls, values: Floats, *, measured: bool = False) -> Amounts:
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

    def slack(self, numbers: Ints) -> Floats:
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

    def chance(self) -> Floats:
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
    returned: the sums that are no coincidence among wholes of two parts: chance x these < `CHANCE`, or half are sums.
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
    lines, bounds = np.flatnonzero(parts), np.concatenate([[-1], np.sort(stops), [len(parts)]])
    above, below = bounds[np.searchsorted(bounds, rows) - 1] + 1, bounds[np.searchsorted(bounds, rows, side="right")]
    places = [np.zeros(4 * len(rows), dtype=np.int64), np.concatenate([above, np.zeros_like(rows), rows + 1, rows + 1]),
              np.concatenate([rows, rows, below, np.full_like(rows, len(parts))]) - 1]
    number, total, _, _ = within(np.stack([np.zeros_like(lines), lines, lines]), amounts.ticks[lines], np.stack(places))
    return np.where(amounts.take(np.tile(rows, 4)).equal(total, number), number, 0).reshape(4, -1)


def ends_of_groups(values: Floats) -> Ints:
    """Return the last row if it sums up all others, else the rows that each sum up those since the one before.

    None that may be a coincidence. Of a long table the first rows tell whether it has groups.
    """
    number, every = len(values), np.arange(len(values))
    if number > _SOUGHT and not np.isclose(2 * values[-1], values.sum(), rtol=1e-6) and not len(
            ends_of_groups(values[:_SOUGHT])):
        return every[:0]
    ticks = (amounts := Amounts.of(values)).ticks
    if number > _RULE and 2 * ticks[-1] == ticks.sum() and amounts.take(every[-1:]).chance().item() < CHANCE:
        return every[-1:]
    upto = np.cumsum(ticks)
    states, places = np.unique(np.append(0, upto), return_index=True)
    begins = upto - 2 * ticks  # the sum of all rows above the group
    at = np.minimum(np.searchsorted(states, begins), len(states) - 1)
    first = np.where((states[at] == begins) & (ticks != 0), places[at], number)
    is_end, before = first < every, np.zeros(0, dtype=bool)
    while not np.array_equal(before, is_end):
        before, is_end = is_end, is_end & ((first == 0) | is_end[np.minimum(first, number) - 1])
    last_end = np.maximum.accumulate(np.append(-1, np.where(is_end, every, -1)))[:-1]
    is_end &= last_end == first - 1  # no end is within the group of another
    several = is_end & (first < every - 1)
    proved = several.sum() >= _RULE and number * amounts.take(several).chance().prod() < CHANCE
    of_ends = (every == number - 1) & (ticks == ticks[is_end].sum())  # the sum of all groups below them
    return np.flatnonzero((is_end | of_ends) & proved)


def ends_of_levels(values: Floats) -> Ints:
    """Return the rows of a short list that are no chance and each sum up two or more right above them, sums or not."""
    running, found, amounts = [0], list[int](), Amounts.of(values if len(values) <= _LEVELS else values[:0])
    for row, tick in enumerate(amounts.ticks.tolist()):
        if tick and (before := running[-1] - tick) in running[:-2]:
            del running[len(running) - 2 - running[-3::-1].index(before):]  # what it sums up, the fewest rows
            found.append(row)
        running.append(running[-1] + tick)
    proved = len(found) >= _RULE and len(values) ** 2 * amounts.take(found).chance().prod() < CHANCE
    return np.array(found if proved else [], dtype=np.int64)


def of_all_others(group: Ints, amounts: Amounts, rates: Floats | None = None) -> Ints:
    """Return how many others of its group each amount is the sum of, all that there are; 0 where it is no sum.

    rates: in place of the sum, one of these times it, to half a cent: a tax on all other lines of a document.
    """
    total = np.zeros(int(group.max(initial=-1)) + 1, dtype=np.int64)
    np.add.at(total, group, amounts.ticks)
    number, others = np.bincount(group)[group] - 1, total[group] - amounts.ticks
    if rates is None:
        is_sum = amounts.equal(others, number)
    else:
        near_rate = np.abs(amounts.ticks[:, None] - rates * others[:, None]) <= HALF_CENT / amounts.tick + 1e-7
        is_sum = near_rate.any(axis=1) & (others != 0)
    return np.where(is_sum & (amounts.ticks != 0), number, 0)


def across_series(cell: Ints, series: Ints, amounts: Amounts, *, least: int) -> Ints:
    """Return of each series (a site, a register, a sheet) the number of its cells (days, a carrier), [3, series].

    By line: all; those that hold `least` series or more; those of these where it is the sum of all the others.
    """
    count = int(series.max(initial=-1)) + 1
    pairs, at = np.unique(cell * count + series, return_inverse=True)
    of_cell, own_ticks = np.unique(pairs // count, return_inverse=True)[1], np.zeros(len(pairs), dtype=np.int64)
    np.add.at(own_ticks, at, amounts.ticks)
    held_series = np.bincount(of_cell)[of_cell]
    is_sum = of_all_others(of_cell, replace(amounts, ticks=own_ticks)) > 0
    flags = (held_series > 0, held_series >= least, (held_series >= least) & is_sum)
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


def of_some(cell: Ints, series: Ints, amounts: Amounts, named_parts: Flags, *, of_strangers: bool = True) -> Parts:
    """Return the series that are the sum of some others, two or more, in each of their cells, with these.

    Of many numbers, a few add up to another by chance. A whole is one whose cells are all sums of the same series, and

        N x prod p_i < CHANCE,   p_i = min(1, w_i / (sqrt(2 pi) s_i))

    N: sets that were tried. w_i = 2 m d_i + 1 [ticks], or the unit to which the amount is rounded where that is more:
    d_i is what cell i may miss, m the largest share of it that a cell does miss. s_i: standard deviation of cell i over
    sets of as many series, after what the cells before explain: twelve months that rise and fall together count once.

    Small wholes first: a whole is no part of a larger one, so that a country is the sum of its sites and not of its
    regions. All others, runs above and below the whole, sets of up to four of 90, and any set of 26 are tried.

    cell, series: of each amount, numbered from 0; named_parts [series, series]: the name of the first declares that it
    holds the second; of_strangers: whether parts that no name declares are tried.
    """
    count = int(series.max(initial=-1)) + 1
    if not 3 <= count <= MOST_SERIES or float(np.abs(amounts.ticks).sum()) >= _EXACT:
        return []
    own_sums = np.zeros((count, int(cell.max()) + 1))
    np.add.at(own_sums, (series, cell), amounts.ticks)
    found_wholes: Parts = []
    may_be_part = np.ones(count, dtype=bool)
    for whole_series in np.argsort(own_sums.sum(axis=1), kind="stable").tolist():
        at = np.flatnonzero(own_sums[whole_series])
        limit = replace(amounts, ticks=own_sums[whole_series, at].astype(np.int64))
        slack = limit.slack(np.full(len(at), count))
        of_cells = own_sums[:, at]
        # Neither what shows in no sum, nor what leaves nothing for a second part.
        fits = may_be_part & (of_cells >= 0).all(axis=1) & (of_cells > slack).any(axis=1)
        fits &= (of_cells <= limit.ticks + slack).all(axis=1) & (limit.ticks - of_cells > slack).any(axis=1)
        fits[whole_series] = False
        parts = np.flatnonzero(fits)
        if len(parts) > 1 and (of_cells[parts].sum(axis=0) >= limit.ticks - slack).all():
            above = int((parts < whole_series).sum())
            tried_halves = _halves(named_parts[whole_series, parts], above, of_strangers)
            chosen_parts = _parts(of_cells[parts], limit, tried_halves, count)
            if chosen_parts.any():
                found_wholes.append((whole_series, parts[chosen_parts]))
                may_be_part[whole_series] = False
    return found_wholes


def _parts(own_sums: Floats, limit: Amounts, halves: Iterator[tuple[Flags, Flags, int]], wholes: int) -> Flags:
    """Return which parts [parts, cells] one of some `wholes` is the sum of; none where that may be chance."""
    least_chance, most = _chance(own_sums, limit, len(own_sums), 0.0)
    for left, right, least in halves:
        tried_sets = len(left) * len(right) * wholes
        if most < least or tried_sets * least_chance >= CHANCE:
            continue
        for chosen_parts in _meeting(left, right, own_sums, limit)[:1]:
            number, miss = int(chosen_parts.sum()), np.abs(own_sums[chosen_parts].sum(axis=0) - limit.ticks)
            slack = limit.slack(np.full(len(miss), number))
            chance, independent = _chance(own_sums, limit, number, float((miss / slack).max()))
            if independent >= least and tried_sets * chance < CHANCE:
                return np.asarray(chosen_parts)
    return np.zeros(len(own_sums), dtype=bool)


def _halves(named_parts: Flags, above: int, of_strangers: bool) -> Iterator[tuple[Flags, Flags, int]]:
    """Yield sets of parts [sets, parts] that are tried by twos, and the numbers that must agree; `above`: the whole."""
    n = len(named_parts)
    nothing, single = np.zeros((1, n), dtype=bool), np.eye(n, dtype=bool)
    yield named_parts[None, :], nothing, DECLARED
    if not of_strangers:
        return
    yield ~nothing, nothing, INDEPENDENT
    up, down = np.tri(n, dtype=bool)[:, ::-1], np.tri(n, dtype=bool)
    runs = [up & (np.arange(n) < above), down[above:] & (np.arange(n) >= above)]
    yield np.vstack(runs), nothing, INDEPENDENT
    if n <= _MOST_IN_PAIRS:
        one, two = np.triu_indices(n, 1)
        pairs = np.vstack([single, single[one] | single[two]])
        for more in (nothing, single, pairs):
            yield pairs, more, INDEPENDENT
    if n <= _MOST_IN_HALVES:
        low, high = (np.zeros((2**m, n), dtype=bool) for m in (n // 2, n - n // 2))
        low[:, :n // 2] = np.arange(len(low))[:, None] >> np.arange(n // 2) & 1
        high[:, n // 2:] = np.arange(len(high))[:, None] >> np.arange(n - n // 2) & 1
        yield low, high, INDEPENDENT


def _meeting(left: Flags, right: Flags, own_sums: Floats, limit: Amounts) -> Flags:
    """Return the sets [sets, parts], one of each side, whose sums are the whole's in each cell, nearest first."""
    slack = limit.slack(np.full(len(limit.ticks), len(own_sums)))
    key = int(np.argmax(own_sums.std(axis=0) / slack))
    one, two = left @ own_sums, right @ own_sums
    order = np.argsort(two[:, key], kind="stable")
    sought = limit.ticks[key] - one[:, key]
    first = np.searchsorted(two[order, key], sought - slack[key])
    stop = np.searchsorted(two[order, key], sought + slack[key], side="right")
    many = stop - first
    if many.sum() > _MOST_MET:  # of so many some fit by chance
        return np.zeros((0, len(own_sums)), dtype=bool)
    at = np.repeat(np.arange(len(left)), many)
    other = order[np.repeat(first - np.cumsum(many) + many, many) + np.arange(len(at))]
    for cell in range(own_sums.shape[1]):
        near_pairs = np.abs(one[at, cell] + two[other, cell] - limit.ticks[cell]) <= slack[cell]
        at, other = at[near_pairs], other[near_pairs]
    is_set = ~(left[at] & right[other]).any(axis=1)
    sets = np.unique(left[at[is_set]] | right[other[is_set]], axis=0)
    numbers, sums = sets.sum(axis=1), (sets @ own_sums).astype(np.int64)
    equal = limit.equal(sums, numbers[:, None]).all(axis=1) & (numbers > 1)
    return np.asarray(sets[equal][np.argsort(np.abs(sums - limit.ticks).sum(axis=1)[equal], kind="stable")])


def _chance(own_sums: Floats, limit: Amounts, number: int, missed: float) -> tuple[float, int]:
    """Return the chance that a set of some number of parts is the whole in all cells, and over how many numbers.

    `missed`: the largest share of what a cell may miss that one does miss.
    """
    unit, slack = limit.chance() * np.abs(limit.ticks), limit.slack(np.full(len(limit.ticks), number))
    rest = own_sums if len(own_sums) < _FEW else own_sums - own_sums.mean(axis=0)
    rest = rest / np.maximum(2 * missed * slack + 1, unit)
    chance, independent = 1.0, 0
    for _ in range(min(rest.shape)):
        spread = np.sqrt(number * (rest**2).mean(axis=0))
        widest = int(np.argmax(spread))
        if spread[widest] <= 1:
            break
        factor = 1 / (np.sqrt(2 * np.pi) * spread[widest])
        chance, independent = chance * min(factor, 1.0), independent + (factor < _TELLS)
        along = rest[:, widest] / np.linalg.norm(rest[:, widest])
        rest = rest - np.outer(along, along @ rest)
    return chance, independent
