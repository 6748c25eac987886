"""Series that are the sum of some others, a parent site among strangers: a bounded search that excludes coincidence.

Of many numbers, a few add up to another by chance. A whole is one whose cells (months, carriers) are all sums of the
same series, and

    N x prod p_i < CHANCE,   p_i = min(1, w_i / (sqrt(2 pi) s_i))

N: sets that were tried. w_i = 2 m d_i + 1 [ticks], or the unit to which the amount is rounded where that is more: d_i
is what cell i may miss, m the largest share of it that a cell does miss. s_i: standard deviation of cell i over sets of
as many series, after what the cells before it explain: twelve months that rise and fall together count once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from carbon.core.text import fold
from carbon.core.text_columns import Values
from carbon.records.kinds.vocabulary import is_word
from carbon.records.rules.sums import CHANCE, Amounts, Flags, Ints

Floats = npt.NDArray[np.float64]
Parts = list[tuple[int, Ints]]

INDEPENDENT, DECLARED = 2, 1
"""Independent numbers that a sum must hold over: of strangers, and of series that the whole's name declares."""
MOST_SERIES, _MOST_IN_HALVES, _MOST_IN_PAIRS, _MOST_MET = 500, 26, 90, 50_000
_TELLS, _FEW = 0.1, 4
_EXACT = 2.0**53


def of_some(cell: Ints, series: Ints, amounts: Amounts, named_parts: Flags) -> Parts:
    """Return the series that are the sum of two others or more in each of their cells, with these.

    Small wholes first: a whole is no part of a larger one, so that a country is the sum of its sites and not of its
    regions. All others, runs above and below the whole, sets of up to four of 90, and any set of 26 are tried.

    Parameters
    ----------
    cell, series
        Of each amount, numbered from 0; series by first appearance.
    named_parts
        [series, series]: the name of the first declares that it holds the second.
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
            chosen_parts = _parts(of_cells[parts], limit, named_parts[whole_series, parts], above, count)
            if chosen_parts.any():
                found_wholes.append((whole_series, parts[chosen_parts]))
                may_be_part[whole_series] = False
    return found_wholes


def named_by(names: Values) -> Flags:
    """Return which site's name declares that it holds another [sites, sites]: Lyon total that of Lyon hall A."""
    words = [set() if is_word(fold(name), "row all sites") else
             {word for word in fold(name).split() if not is_word(word, "row is a total")} for name in names]
    return np.array([[one < part for part in words] for one in words], dtype=bool).reshape(len(names), len(names))


def _parts(own_sums: Floats, limit: Amounts, named_parts: Flags, above: int, wholes: int) -> Flags:
    """Return which parts [parts, cells] a whole is the sum of; none where that may be chance.

    `above`: how many come before the whole; `wholes`: how many wholes are tried. Sets that cannot prove a sum, of
    whatever parts, are not tried.
    """
    least_chance, most = _chance(own_sums, limit, len(own_sums), 0.0)
    for left, right, least in _halves(named_parts, above):
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


def _halves(named_parts: Flags, above: int) -> Iterator[tuple[Flags, Flags, int]]:
    """Yield sets of parts [sets, parts] that are tried by twos, few before many, and the numbers that must agree."""
    n = len(named_parts)
    nothing, single = np.zeros((1, n), dtype=bool), np.eye(n, dtype=bool)
    yield named_parts[None, :], nothing, DECLARED
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
