"""Cells: rows that share all drawn sources, combined; and which sources are drawn.

Sources that matter are drawn; the many small ones enter by their exact variance, conditional on the drawn ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.emissions.uncertainty.moments import cells_of, sum_cells
from carbon.emissions.uncertainty.sources import MEAN_OR_ONE, Codes, Floats, UncertainRows, product_of

FEW = 3_000
"""A kind with so many sources is drawn source by source; of a kind with more, those that matter are."""
LARGE, MOST_LARGE = 1e-3, 200
"""Share of a group's variance from which a source of a numerous kind is drawn, and how many at most."""


def drawn_sources(
    uncertain_rows: UncertainRows, groups: npt.NDArray[np.integer], n: int, few: int = FEW
) -> npt.NDArray[np.bool_]:
    """Return whether each source is drawn: those with the largest share of any group's variance."""
    cv2, means = uncertain_rows.cv2, uncertain_rows.row_means()
    share, drawn = np.zeros(len(cv2)), np.zeros(len(cv2), dtype=bool)
    for codes in uncertain_rows.codes:
        has = np.flatnonzero(codes >= 0)
        count = np.bincount(codes[has], minlength=len(share))
        if np.count_nonzero(count) <= few:
            drawn[count > 0] = True
            continue
        group, source, kg = _by_source(np.asarray(groups)[has], codes[has], means[has], count)
        part = kg**2 * cv2[source]
        total = np.bincount(group, part, minlength=n)[group]
        np.maximum.at(share, source, np.divide(part, total, out=np.zeros(len(part)), where=total > 0))
    large = np.flatnonzero(share > LARGE)
    drawn[large[np.argsort(-share[large], kind="stable")[:MOST_LARGE]]] = True
    return drawn & (cv2 > 0)


def _by_source(groups: Codes, codes: Codes, kg: Floats, count: Codes) -> tuple[Codes, Codes, Floats]:
    """Return kilograms by group and source; sources of one row need no sorting."""
    single = count[codes] == 1
    cell, group, sources = cells_of(groups[~single], codes[None, ~single])
    shared_kg = sum_cells(kg[~single], cell, len(group))
    return (np.append(groups[single], group), np.append(codes[single], sources[0]), np.append(kg[single], shared_kg))


@dataclass(frozen=True)
class CellTable:
    """Rows that share all drawn sources, and the variance of the other sources: all that a draw needs, by group.

    Given the draws, a group's mean is the sum over its cells of mean_kg x the cell's multipliers; its variance the sum
    of own_kg2 x their squares, and of tied_kg2 x the product of both cells' multipliers for each pair of cells.
    """

    places: Codes
    """[kind, cell]: place of the cell's source among the drawn ones; their number where it has none of this kind."""
    mean_kg: Floats
    own_kg2: Floats
    pairs: Codes
    """[2, pair]: cells that a source not drawn links (the two parts of one reading)."""
    tied_kg2: Floats


def cell_table(uncertain_rows: UncertainRows, groups: Codes, n: int, drawn: npt.NDArray[np.bool_]) -> CellTable:
    """Combine the rows of n groups into cells."""
    drawn_places = np.flatnonzero(drawn)
    rank, codes = np.zeros(len(drawn) + 1, dtype=np.int64), uncertain_rows.codes
    rank[drawn_places] = np.arange(1, len(drawn_places) + 1)
    explicit = rank[codes]
    not_drawn = np.where(explicit == 0, codes, -1)
    cell, _, ranks = cells_of(np.zeros(len(groups), dtype=np.int64), explicit)
    kg = uncertain_rows.kg * product_of(uncertain_rows.column(MEAN_OR_ONE), not_drawn)
    size = ranks.shape[1]
    mean_kg = sum_cells(kg, groups * size + cell, n * size).reshape(n, size)
    own_kg2, pairs, tied_kg2 = _variances(cell, kg, groups, (n, size), not_drawn, uncertain_rows.cv2_or_zero)
    return CellTable(np.where(ranks > 0, ranks - 1, len(drawn_places)), mean_kg, own_kg2, pairs, tied_kg2)


def _variances(
    cell: Codes, kg: Floats, groups: Codes, shape: tuple[int, int], not_drawn: Codes, cv2: Floats
) -> tuple[Floats, Codes, Floats]:
    """Return the covariance that the sources not drawn leave within and between cells, group by group. A source that
    serves two cells (the two parts of one reading) ties them: each such pair counts with its product. Rows with several
    such sources take them one by one, which leaves out their product of small variances.
    """
    n, size = shape
    own_kg2 = np.zeros(shape)
    parts = []
    for codes in not_drawn:
        count = np.bincount(codes[codes >= 0], minlength=len(cv2)) * (cv2 > 0)
        single = np.flatnonzero((count == 1)[codes])
        own_kg2 += sum_cells(kg[single] ** 2 * cv2[codes[single]], groups[single] * size + cell[single],
                             n * size).reshape(shape)
        if count.max() > 1:
            parts.append(_shared(np.flatnonzero((count > 1)[codes]), codes, cell, kg, groups, cv2))
    if not parts:
        return own_kg2, np.zeros((2, 0), dtype=np.int64), np.zeros((n, 0))
    table = pd.concat(parts, ignore_index=True)
    within = (table["cell"] == table["cell_other"]).to_numpy()
    weight, group, cells = (table[c].to_numpy() for c in ("weight", "group", "cell"))
    own_kg2 += sum_cells(weight[within], group[within] * size + cells[within], n * size).reshape(shape)
    two_cells = table.loc[~within, ["cell", "cell_other"]].to_numpy().T
    number, _, pairs = cells_of(np.zeros(two_cells.shape[1], dtype=np.int64), two_cells)
    of = group[~within] * pairs.shape[1] + number
    return own_kg2, pairs, sum_cells(weight[~within], of, n * pairs.shape[1]).reshape(n, -1)


def _shared(rows: Codes, codes: Codes, cell: Codes, kg: Floats, groups: Codes, cv2: Floats) -> pd.DataFrame:
    """Return all pairs of cells in one group that a source of several rows serves."""
    part, group, keys = cells_of(groups[rows], np.stack([codes[rows], cell[rows]]))
    table = pd.DataFrame({"group": group, "source": keys[0], "cell": keys[1],
                          "kg": sum_cells(kg[rows], part, len(group))})
    pairs = table.merge(table, on=["group", "source"], how="inner", validate="m:m", suffixes=("", "_other"))
    pairs = pairs[pairs["cell"] <= pairs["cell_other"]]
    times = np.where(pairs["cell"] == pairs["cell_other"], 1.0, 2.0)
    return pairs.assign(weight=pairs["kg"] * pairs["kg_other"] * times * cv2[pairs["source"].to_numpy()])
