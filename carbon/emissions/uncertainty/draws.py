"""
Seeded draws of totals: on sources of doubt, not on rows.

Each source has a stream of its own, named by the seed and its id, so that neither the order of rows nor added rows
move other draws. Sources that matter are drawn; the many small ones enter, given the drawn ones, by their exact
conditional variance as one normal number a group.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.errors import MethodError
from carbon.emissions.uncertainty import distributions
from carbon.emissions.uncertainty.doubts import Codes, Doubts, Floats, product_of
from carbon.emissions.uncertainty.moments import cells_of, sum_cells

FEW = 3_000
"""A kind with so many sources is drawn source by source; of a kind with more, those that matter are."""
LARGE, MOST_LARGE = 1e-3, 200
"""Share of a group's variance from which a source of a numerous kind is drawn, and how many at most."""
_BLOCK = 100  # draws in one product: their cells stay near the processor
_KEPT = 1 << 22
"""Multipliers held at once: draws are made in rounds, so that memory does not grow with them."""
_BATCH = 1 << 14  # numbers made at once, in the processor's cache
_SMALL, _WIDE = 1 << 18, 100
"""Multiplications up to which OpenBLAS takes one thread, whatever it may use; and draws in one product."""
PERCENTILES = (2.5, 50.0, 97.5)


@dataclass(frozen=True)
class Draws:
    """
    Totals by draw and group [kg CO2e], and how they were made.
    """

    totals: Floats
    seed: int
    drawn: int
    """Sources drawn one by one."""
    together: int
    """Sources that entered by their conditional variance."""

    def summary(self) -> pd.DataFrame:
        """
        mean_kg, sd_kg, their Monte Carlo standard error, percentiles and theirs, one row a group.
        """
        n = len(self.totals)
        table = pd.DataFrame({"mean_kg": self.totals.mean(axis=0), "sd_kg": self.totals.std(axis=0, ddof=1)})
        table["mean_error_kg"] = table["sd_kg"] / np.sqrt(n)
        for p in PERCENTILES:
            step = 100 * np.sqrt(p / 100 * (1 - p / 100) / n)
            low, value, high = np.percentile(self.totals, [max(p - step, 0), p, min(p + step, 100)], axis=0)
            table[f"p{p:g}_kg"], table[f"p{p:g}_error_kg"] = value, (high - low) / 2
        return table


def draw_totals(
    doubts: Doubts, groups: npt.NDArray[np.integer], n: int, *, draws: int, seed: int, threads: int = 1
) -> Draws:
    """
    Draws of each group's total.

    Parameters
    ----------
    groups
        Group of each row, 0 ... n - 1.
    draws, seed
        Both are printed with the result; the same two give the same bits, with any number of threads.

    Raises
    ------
    MethodError
        Fewer than two draws.
    """
    if draws < 2:
        raise MethodError(f"{draws} draws give no interval")
    drawn = _drawn(doubts, groups, n)
    cells = _cells_of(doubts, np.asarray(groups, dtype=np.int64), n, drawn)
    used = np.unique(cells.sources[cells.sources >= 0])
    multipliers = _Multipliers(doubts.sources.iloc[used], seed)
    place = np.where(cells.sources >= 0, multipliers.row[np.searchsorted(used, cells.sources)], len(used))
    rest = [_normal(f"rest {g}", draws, seed) for g in range(n)] if cells.pair_kg.any() else []
    totals = np.empty((draws, n))
    size = _BLOCK * max(1, _KEPT // (_BLOCK * (len(used) + 1)))
    with ThreadPoolExecutor(threads) as pool:
        for first in range(0, draws, size):
            made = multipliers.draw(min(size, draws - first), pool)

            def fill(start: int, first: int = first, made: Floats = made) -> None:
                block = slice(first + start, first + start + _BLOCK)
                totals[block] = _block_totals(cells, place, made[:, start:start + _BLOCK], [r[block] for r in rest])

            list(pool.map(fill, range(0, made.shape[1], _BLOCK)))
    return Draws(totals, seed, int(drawn.sum()), int((~drawn).sum()))


class _Multipliers:
    """
    The streams of some sources: round after round, a row of draws for each, and a last row of ones.

    Rows stand by distribution, so that many are made in one go; `row` is the row of each source.
    """

    def __init__(self, sources: pd.DataFrame, seed: int) -> None:
        kind = sources["distribution"].to_numpy(object)
        order = np.argsort(kind, kind="stable")
        self.row = np.append(np.argsort(order), len(order))
        self._kind = kind[order]
        self._spread = sources["spread"].to_numpy()[order, None]
        self._streams = [_stream(name, seed) for name in sources["source_id"].to_numpy()[order]]
        self._out = np.ones((len(order) + 1, 0))

    def draw(self, n: int, pool: ThreadPoolExecutor) -> Floats:
        """
        The next n draws; the table is written over in the next round.
        """
        if self._out.shape[1] < n:
            self._out = np.ones((len(self._streams) + 1, n))
        out = self._out[:, :n]

        def fill(rows: slice) -> None:
            raw = np.stack([stream.random_raw(n) for stream in self._streams[rows]])
            out[rows] = distributions.draw(self._kind[rows.start], self._spread[rows], raw)

        list(pool.map(fill, self._batches(max(_BATCH // n, 1))))
        return out

    def _batches(self, size: int) -> Iterator[slice]:
        """
        Rows of one distribution, `size` at most.
        """
        for kind in np.unique(self._kind):
            at = np.flatnonzero(self._kind == kind)
            first, stop = int(at[0]), int(at[-1]) + 1
            yield from (slice(i, min(i + size, stop)) for i in range(first, stop, size))


def _block_totals(cells: _CellTable, place: Codes, multipliers: Floats, rest: list[Floats]) -> Floats:
    """
    Totals [draw, group] of a block of draws: sum over cells of mean x product of multipliers, and what is left over.
    """
    by_cell = multipliers[place[0]] if len(place) else np.ones((cells.mean_kg.shape[1], multipliers.shape[1]))
    for rows in place[1:]:
        has = np.flatnonzero(rows < len(multipliers) - 1)
        if len(has) == len(rows):
            by_cell *= multipliers[rows]
        else:
            by_cell[has] *= multipliers[rows[has]]
    totals = _product(cells.mean_kg, by_cell)
    if rest:
        if cells.tied:
            pairs = by_cell[cells.pairs[0]]
            pairs *= by_cell[cells.pairs[1]]
        else:
            pairs = np.square(by_cell, out=by_cell)
        variance = _product(cells.pair_kg, pairs)
        totals += np.sqrt(np.clip(variance, 0, None)) * np.stack(rest)
    return totals.T


def _product(left: Floats, right: Floats) -> Floats:
    """
    left @ right in pieces so small that BLAS takes one thread for each: the bits are those of any machine load.
    """
    n, draws = len(left), right.shape[1]
    deep = max(_SMALL // max(n * _WIDE, 1), 16)
    wide = max(min(_WIDE, _SMALL // max(n * deep, 1)), 1)
    out = np.zeros((n, draws))
    for start in range(0, draws, wide):
        for first in range(0, len(right), deep):
            out[:, start:start + wide] += left[:, first:first + deep] @ right[first:first + deep, start:start + wide]
    return out


def _stream(name: str, seed: int) -> np.random.PCG64:
    """
    The PCG64 stream named by seed and id: 64 random bits a draw.
    """
    words = seed.to_bytes(4 * max(1, -(-seed.bit_length() // 32)), "little") + sha256(name.encode()).digest()
    return np.random.PCG64(np.random.SeedSequence(np.frombuffer(words, dtype=np.uint32)))


def _normal(name: str, draws: int, seed: int) -> Floats:
    return distributions.standard_normal(_stream(name, seed).random_raw(draws))


def _drawn(doubts: Doubts, groups: npt.NDArray[np.integer], n: int) -> npt.NDArray[np.bool_]:
    """
    The sources with the largest share of any group's variance.
    """
    share, cv2, means = np.zeros(len(doubts.sources)), doubts.cv2, doubts.row_means()
    drawn = np.zeros(len(share), dtype=bool)
    for codes in doubts.codes:
        has = np.flatnonzero(codes >= 0)
        count = np.bincount(codes[has], minlength=len(share))
        if np.count_nonzero(count) <= FEW:
            drawn[count > 0] = True
            continue
        group, source, kg = _by_source(np.asarray(groups)[has], codes[has], means[has], count)
        part = kg**2 * cv2[source]
        whole = np.bincount(group, part, minlength=n)[group]
        np.maximum.at(share, source, np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0))
    large = np.flatnonzero(share > LARGE)
    drawn[large[np.argsort(-share[large], kind="stable")[:MOST_LARGE]]] = True
    return drawn & (cv2 > 0)


def _by_source(groups: Codes, codes: Codes, kg: Floats, count: Codes) -> tuple[Codes, Codes, Floats]:
    """
    Kilograms by group and source; sources of one row need no sorting.
    """
    alone = count[codes] == 1
    cell, group, sources = cells_of(groups[~alone], codes[None, ~alone])
    together = sum_cells(kg[~alone], cell, len(group))
    return (np.append(groups[alone], group), np.append(codes[alone], sources[0]), np.append(kg[alone], together))


@dataclass(frozen=True)
class _CellTable:
    """
    Rows that share all drawn sources: mean_kg[group, cell]; pair_kg[group, pair]: covariance left within a pair.

    Where no pair ties two cells, the pairs are the cells, each with itself.
    """

    sources: Codes
    mean_kg: Floats
    pairs: Codes
    pair_kg: Floats

    @cached_property
    def tied(self) -> bool:
        """
        Whether some source taken together serves two cells.
        """
        return not np.array_equal(self.pairs, np.tile(np.arange(self.mean_kg.shape[1]), (2, 1)))


def _cells_of(doubts: Doubts, groups: Codes, n: int, drawn: npt.NDArray[np.bool_]) -> _CellTable:
    used = np.append(np.flatnonzero(drawn), -1)
    rank = np.full(len(doubts.sources) + 1, -1)
    rank[used[:-1]] = np.arange(len(used) - 1)  # few and close together, so that cells are found without sorting
    explicit = rank[doubts.codes]
    together = np.where(explicit < 0, doubts.codes, -1)
    cell, _, sources = cells_of(np.zeros(len(groups), dtype=np.int64), explicit + 1)
    kg = doubts.kg * product_of(doubts.mean_or_one, together)
    size = sources.shape[1]
    mean_kg = sum_cells(kg, groups * size + cell, n * size).reshape(n, size)
    pairs, pair_kg = _pairs(cell, kg, groups, n, together, doubts.cv2_or_zero)
    return _CellTable(used[sources - 1], mean_kg, pairs, pair_kg)


def _pairs(
    cell: Codes, kg: Floats, groups: Codes, n: int, together: Codes, cv2: Floats
) -> tuple[Codes, Floats]:
    """
    Covariance that sources taken together leave within and between cells, group by group.

    A source that serves two cells (the two parts of one reading) ties them: each such pair counts with its product.
    Rows with several such sources take them one by one, which leaves out their product of small variances.
    """
    size = int(cell.max(initial=-1)) + 1
    own = np.zeros((n, size))
    parts = []
    for codes in together:
        rows = np.flatnonzero((codes >= 0) & (cv2[codes] > 0))
        alone = np.bincount(codes[rows], minlength=1)[codes[rows]] == 1
        single = rows[alone]
        own += sum_cells(kg[single] ** 2 * cv2[codes[single]], groups[single] * size + cell[single],
                         n * size).reshape(n, size)
        parts.append(_shared(rows[~alone], codes, cell, kg, groups, cv2))
    table = pd.concat(parts, ignore_index=True) if parts else _shared(np.zeros(0, int), cell, cell, kg, groups, cv2)
    number, _, tied = cells_of(np.zeros(len(table), dtype=np.int64), table[["cell", "cell_other"]].to_numpy().T)
    some = np.flatnonzero(own.any(axis=0)) if len(table) else np.arange(size)
    weight = sum_cells(table["weight"].to_numpy(), table["group"].to_numpy() * tied.shape[1] + number,
                       n * tied.shape[1]).reshape(n, tied.shape[1])
    return np.hstack([np.stack([some, some]), tied]), np.hstack([own[:, some], weight])


def _shared(rows: Codes, codes: Codes, cell: Codes, kg: Floats, groups: Codes, cv2: Floats) -> pd.DataFrame:
    """
    Sources of several rows: all pairs of the cells they serve in one group.
    """
    part, group, keys = cells_of(groups[rows], np.stack([codes[rows], cell[rows]]))
    table = pd.DataFrame({"group": group, "source": keys[0], "cell": keys[1],
                          "kg": sum_cells(kg[rows], part, len(group))})
    both = table.merge(table, on=["group", "source"], how="inner", validate="m:m", suffixes=("", "_other"))
    both = both[both["cell"] <= both["cell_other"]]
    twice = np.where(both["cell"] == both["cell_other"], 1.0, 2.0)
    return both.assign(weight=both["kg"] * both["kg_other"] * twice * cv2[both["source"].to_numpy()])
