"""
Seeded draws of totals: on sources of doubt, not on rows.

Each source has a stream of its own, named by the seed and its id, so that neither the order of rows nor added rows
move other draws. Sources that matter are drawn; the many small ones enter, given the drawn ones, by their exact
conditional variance as one normal number a group.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.errors import MethodError
from carbon.emissions.uncertainty import distributions
from carbon.emissions.uncertainty.doubts import Codes, Doubts, Floats
from carbon.emissions.uncertainty.moments import cells_of, sum_cells

FEW = 3_000
"""A kind with so many sources is drawn source by source; of a kind with more, those that matter are."""
LARGE, MOST_LARGE = 1e-3, 200
"""Share of a group's variance from which a source of a numerous kind is drawn, and how many at most."""
_BLOCK = 200  # draws at once: their cells stay in the processor's cache
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
    with ThreadPoolExecutor(threads) as pool:
        used = np.unique(cells.sources[cells.sources >= 0])
        multipliers = _multipliers(doubts.sources.iloc[used], draws, seed, pool)
        place = np.where(cells.sources >= 0, np.searchsorted(used, cells.sources), len(used))
        rest = [_normal(f"rest {g}", draws, seed) for g in range(n)] if cells.pair_kg.any() else []
        totals = np.empty((draws, n))

        def fill(start: int) -> None:
            block = slice(start, start + _BLOCK)
            totals[block] = _block_totals(cells, place, multipliers[:, block], [r[block] for r in rest])

        list(pool.map(fill, range(0, draws, _BLOCK)))
    return Draws(totals, seed, int(drawn.sum()), int((~drawn).sum()))


def _multipliers(sources: pd.DataFrame, draws: int, seed: int, pool: ThreadPoolExecutor) -> Floats:
    """
    A row of draws for each source, and a last row of ones.
    """
    out = np.empty((len(sources) + 1, draws))
    out[-1] = 1.0
    rows = list(zip(out, *(sources[c].tolist() for c in ("source_id", "distribution", "spread")), strict=False))

    def fill(start: int) -> None:
        for row, name, distribution, spread in rows[start:start + _WIDE]:
            distributions.draw(distribution, spread, _raw(name, draws, seed), out=row)

    list(pool.map(fill, range(0, len(rows), _WIDE)))
    return out


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
        pairs = by_cell[cells.pairs[0]]
        pairs *= pairs if (cells.pairs[0] == cells.pairs[1]).all() else by_cell[cells.pairs[1]]
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


def _raw(name: str, draws: int, seed: int) -> npt.NDArray[np.uint64]:
    """
    64 random bits a draw, of the PCG64 stream named by seed and id.
    """
    words = np.frombuffer(sha256(name.encode()).digest(), dtype=np.uint32).tolist()
    return np.random.PCG64(np.random.SeedSequence([seed, *words])).random_raw(draws)


def _normal(name: str, draws: int, seed: int) -> Floats:
    return distributions.standard_normal(_raw(name, draws, seed), out=np.empty(draws))


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
    """

    sources: Codes
    mean_kg: Floats
    pairs: Codes
    pair_kg: Floats


def _cells_of(doubts: Doubts, groups: Codes, n: int, drawn: npt.NDArray[np.bool_]) -> _CellTable:
    flags, mean = np.append(drawn, False), np.append(doubts.mean, 1.0)
    used = np.append(np.flatnonzero(drawn), -1)
    rank = np.full(len(flags), -1)
    rank[used[:-1]] = np.arange(len(used) - 1)  # few and close together, so that cells are found without sorting
    explicit = rank[doubts.codes]
    together = np.where(flags[doubts.codes], -1, doubts.codes)
    cell, _, sources = cells_of(np.zeros(len(groups), dtype=np.int64), explicit + 1)
    kg = doubts.kg * mean[together].prod(axis=0)
    size = sources.shape[1]
    mean_kg = sum_cells(kg, groups * size + cell, n * size).reshape(n, size)
    pairs, pair_kg = _pairs(cell, kg, groups, n, together, np.append(doubts.cv2, 0.0))
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
    some = np.flatnonzero(own.any(axis=0))
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
