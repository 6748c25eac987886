"""
Seeded draws of totals: on sources of doubt, not on rows.

Each source has a stream of its own, named by the seed and its id, so that neither the order of rows nor added rows
move other draws. Sources that matter are drawn; the many small ones enter, given the drawn ones, by their exact
conditional variance as one normal number a group.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.errors import MethodError
from carbon.core.exact import exact_sum
from carbon.emissions.uncertainty import distributions
from carbon.emissions.uncertainty.doubts import Codes, Doubts, Floats
from carbon.emissions.uncertainty.moments import _cells

FEW = 3_000
"""A kind with so many sources is drawn source by source; of a kind with more, those that matter are."""
SMALL = 1e-4
"""Share of a group's variance below which a source of a numerous kind is taken together with the others."""
_BLOCK = 500  # draws at once
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


def draw_totals(doubts: Doubts, groups: npt.NDArray[np.integer], n: int, *, draws: int, seed: int) -> Draws:
    """
    Draws of each group's total.

    Parameters
    ----------
    groups
        Group of each row, 0 ... n - 1.
    draws, seed
        Both are printed with the result; the same two give the same bits.

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
    streams = [_stream(doubts.sources, int(k), draws, seed) for k in used]
    multipliers = np.stack(streams) if streams else np.ones((0, draws))
    totals = np.empty((draws, n))
    rest = np.stack([_normal(f"rest {g}", draws, seed) for g in range(n)], axis=1) if cells.pair_kg.any() else None
    for start in range(0, draws, _BLOCK):
        block = slice(start, start + _BLOCK)
        by_cell = _by_cell(multipliers[:, block], np.searchsorted(used, cells.sources), cells.sources)
        totals[block] = np.einsum("cd,gc->dg", by_cell, cells.mean_kg)
        if rest is not None:
            pairs = by_cell[cells.pairs[0]] * by_cell[cells.pairs[1]]
            variance = np.einsum("pd,gp->dg", pairs, cells.pair_kg)
            totals[block] += np.sqrt(np.clip(variance, 0, None)) * rest[block]
    return Draws(totals, seed, int(drawn.sum()), int((~drawn).sum()))


def _stream(sources: pd.DataFrame, k: int, draws: int, seed: int) -> Floats:
    row = sources.iloc[k]
    return distributions.draw(row["distribution"], float(row["spread"]), _uniform(str(row["source_id"]), draws, seed))


def _uniform(name: str, draws: int, seed: int) -> Floats:
    """
    Numbers inside (0, 1) of the PCG64 stream named by seed and id; the bits of a float64 are taken by hand, so that
    they do not depend on numpy's way of making one.
    """
    words = np.frombuffer(sha256(name.encode()).digest(), dtype=np.uint32).tolist()
    raw = np.random.PCG64(np.random.SeedSequence([seed, *words])).random_raw(draws)
    return ((raw >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def _normal(name: str, draws: int, seed: int) -> Floats:
    from scipy.special import ndtri

    return ndtri(_uniform(name, draws, seed))


def _drawn(doubts: Doubts, groups: npt.NDArray[np.integer], n: int) -> npt.NDArray[np.bool_]:
    """
    The sources with the largest share of any group's variance.
    """
    share, cv2, means = np.zeros(len(doubts.sources)), doubts.cv2, doubts.row_means()
    drawn = np.zeros(len(share), dtype=bool)
    for codes in doubts.codes:
        has = np.flatnonzero(codes >= 0)
        used = np.unique(codes[has])
        if len(used) <= FEW:
            drawn[used] = True
            continue
        cell, group, sources = _cells(groups[has], codes[None, has])
        part = exact_sum(means[has], cell, len(group)) ** 2 * cv2[sources[0]]
        whole = np.bincount(group, part, minlength=n)[group]
        np.maximum.at(share, sources[0], np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0))
    large = np.argsort(-share, kind="stable")[:FEW]
    drawn[large[share[large] > SMALL]] = True
    return drawn & (cv2 > 0)


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
    explicit = np.where(flags[doubts.codes], doubts.codes, -1)
    together = np.where(flags[doubts.codes], -1, doubts.codes)
    cell, _, sources = _cells(np.zeros(len(groups), dtype=np.int64), explicit + 1)
    kg = doubts.kg * mean[together].prod(axis=0)
    size = sources.shape[1]
    mean_kg = exact_sum(kg, groups * size + cell, n * size).reshape(n, size)
    pairs, pair_kg = _pairs(cell, kg, groups, n, together, np.append(doubts.cv2, 0.0))
    return _CellTable(sources - 1, mean_kg, pairs, pair_kg)


def _pairs(
    cell: Codes, kg: Floats, groups: Codes, n: int, together: Codes, cv2: Floats
) -> tuple[Codes, Floats]:
    """
    Covariance that sources taken together leave within and between cells, group by group.

    A source that serves two cells (the two parts of one reading) ties them: each such pair counts with its product.
    Rows with several such sources take them one by one, which leaves out their product of small variances.
    """
    firsts, seconds, where, weights = [], [], [], []
    for codes in together:
        rows = np.flatnonzero((codes >= 0) & (cv2[codes] > 0))
        if not len(rows):
            continue
        part, group, keys = _cells(groups[rows], np.stack([codes[rows], cell[rows]]))
        table = pd.DataFrame({"group": group, "source": keys[0], "cell": keys[1],
                              "kg": exact_sum(kg[rows], part, len(group))})
        both = table.merge(table, on=["group", "source"], how="inner", validate="m:m", suffixes=("", "_other"))
        both = both[both["cell"] <= both["cell_other"]]
        twice = np.where(both["cell"] == both["cell_other"], 1.0, 2.0)
        firsts.append(both["cell"].to_numpy())
        seconds.append(both["cell_other"].to_numpy())
        where.append(both["group"].to_numpy())
        weights.append(both["kg"].to_numpy() * both["kg_other"].to_numpy() * twice * cv2[both["source"].to_numpy()])
    if not firsts:
        return np.zeros((2, 1), dtype=np.int64), np.zeros((n, 1))
    number, _, pair = _cells(np.zeros(sum(map(len, firsts)), dtype=np.int64),
                             np.stack([np.concatenate(firsts), np.concatenate(seconds)]))
    size = pair.shape[1]
    total = exact_sum(np.concatenate(weights), np.concatenate(where) * size + number, n * size)
    return pair, total.reshape(n, size)


def _by_cell(multipliers: Floats, place: Codes, sources: Codes) -> Floats:
    """
    Product of the drawn multipliers of each cell, by draw.
    """
    padded = np.vstack([multipliers, np.ones((1, multipliers.shape[1]))])
    out = np.ones((sources.shape[1], multipliers.shape[1]))
    for at, codes in zip(place, sources, strict=True):
        out *= padded[np.where(codes >= 0, at, -1)]
    return out
