"""Which sources are drawn, and the rows that share all drawn sources taken together.

Sources that matter are drawn; the many small ones enter, given the drawn ones, by their exact conditional variance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.emissions.uncertainty.doubts import Codes, Doubts, Floats, product_of
from carbon.emissions.uncertainty.moments import cells_of, sum_cells

FEW = 3_000
"""A kind with so many sources is drawn source by source; of a kind with more, those that matter are."""
LARGE, MOST_LARGE = 1e-3, 200
"""Share of a group's variance from which a source of a numerous kind is drawn, and how many at most."""


def drawn_sources(doubts: Doubts, groups: npt.NDArray[np.integer], n: int) -> npt.NDArray[np.bool_]:
    """The sources with the largest share of any group's variance."""
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
    """Kilograms by group and source; sources of one row need no sorting."""
    alone = count[codes] == 1
    cell, group, sources = cells_of(groups[~alone], codes[None, ~alone])
    together = sum_cells(kg[~alone], cell, len(group))
    return (np.append(groups[alone], group), np.append(codes[alone], sources[0]), np.append(kg[alone], together))


@dataclass(frozen=True)
class CellTable:
    """Rows that share all drawn sources, and what the others leave: all that a draw needs, by group.

    Given the draws, a group's mean is the sum over its cells of mean_kg x the cell's multipliers; its variance the sum
    of own_kg2 x their squares, and of tied_kg2 x the product of both cells' multipliers for each pair of cells.
    """

    places: Codes
    """[kind, cell]: place of the cell's source among the drawn ones; their number where it has none of this kind."""
    mean_kg: Floats
    own_kg2: Floats
    pairs: Codes
    """[2, pair]: cells that some source taken together ties (the two parts of one reading)."""
    tied_kg2: Floats


def cell_table(doubts: Doubts, groups: Codes, n: int, drawn: npt.NDArray[np.bool_]) -> CellTable:
    """The cells of rows in n groups."""
    used = np.flatnonzero(drawn)
    rank = np.zeros(len(doubts.sources) + 1, dtype=np.int64)
    rank[used] = np.arange(1, len(used) + 1)
    explicit = rank[doubts.codes]
    together = np.where(explicit == 0, doubts.codes, -1)
    cell, _, ranks = cells_of(np.zeros(len(groups), dtype=np.int64), explicit)
    kg = doubts.kg * product_of(doubts.mean_or_one, together)
    size = ranks.shape[1]
    mean_kg = sum_cells(kg, groups * size + cell, n * size).reshape(n, size)
    own_kg2, pairs, tied_kg2 = _variances(cell, kg, groups, (n, size), together, doubts.cv2_or_zero)
    return CellTable(np.where(ranks > 0, ranks - 1, len(used)), mean_kg, own_kg2, pairs, tied_kg2)


def _variances(
    cell: Codes, kg: Floats, groups: Codes, shape: tuple[int, int], together: Codes, cv2: Floats
) -> tuple[Floats, Codes, Floats]:
    """Covariance that sources taken together leave within and between cells, group by group.

    A source that serves two cells (the two parts of one reading) ties them: each such pair counts with its product.
    Rows with several such sources take them one by one, which leaves out their product of small variances.
    """
    n, size = shape
    own_kg2 = np.zeros(shape)
    parts = []
    for codes in together:
        count = np.bincount(codes[codes >= 0], minlength=len(cv2)) * (cv2 > 0)
        single = np.flatnonzero((count == 1)[codes])
        own_kg2 += sum_cells(kg[single] ** 2 * cv2[codes[single]], groups[single] * size + cell[single],
                             n * size).reshape(shape)
        if count.max() > 1:
            parts.append(_shared(np.flatnonzero((count > 1)[codes]), codes, cell, kg, groups, cv2))
    if not parts:
        return own_kg2, np.zeros((2, 0), dtype=np.int64), np.zeros((n, 0))
    table = pd.concat(parts, ignore_index=True)
    same = (table["cell"] == table["cell_other"]).to_numpy()
    weight, group, cells = (table[c].to_numpy() for c in ("weight", "group", "cell"))
    own_kg2 += sum_cells(weight[same], group[same] * size + cells[same], n * size).reshape(shape)
    both = table.loc[~same, ["cell", "cell_other"]].to_numpy().T
    number, _, pairs = cells_of(np.zeros(both.shape[1], dtype=np.int64), both)
    of = group[~same] * pairs.shape[1] + number
    return own_kg2, pairs, sum_cells(weight[~same], of, n * pairs.shape[1]).reshape(n, -1)


def _shared(rows: Codes, codes: Codes, cell: Codes, kg: Floats, groups: Codes, cv2: Floats) -> pd.DataFrame:
    """Sources of several rows: all pairs of the cells they serve in one group."""
    part, group, keys = cells_of(groups[rows], np.stack([codes[rows], cell[rows]]))
    table = pd.DataFrame({"group": group, "source": keys[0], "cell": keys[1],
                          "kg": sum_cells(kg[rows], part, len(group))})
    both = table.merge(table, on=["group", "source"], how="inner", validate="m:m", suffixes=("", "_other"))
    both = both[both["cell"] <= both["cell_other"]]
    twice = np.where(both["cell"] == both["cell_other"], 1.0, 2.0)
    return both.assign(weight=both["kg"] * both["kg_other"] * twice * cv2[both["source"].to_numpy()])
