"""Exact mean and variance of sums of rows that share multipliers, in linear time.

E_i = x_i prod_k m_k. Rows i and j both carry the multipliers they share, so
cov(E_i, E_j) = M_i M_j (prod over shared k of (1 + cv2_k) - 1), M_i = x_i prod_k mean(m_k).
Expanding the product: variance = sum over non-empty sets K of kinds, over groups of rows that share all sources of K,
of (prod over K of cv2) x (sum of M in the group)^2. No n x n matrix, and exact for any distribution.

Source: algebra; for lognormals the model of IPCC 2006 Guidelines vol. 1 ch. 3 with correlated inputs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.columns import Rows
from carbon.core.errors import MethodError
from carbon.core.exact import exact_sum, exact_total
from carbon.emissions.uncertainty.distributions import Z95
from carbon.emissions.uncertainty.sources import Codes, Floats, UncertainRows

_DENSE, _FEW_CELLS = 1 << 23, 100_000
YEARLY_KIND = ", yearly"
"""How the kind of what is independent each year is named, after the kind that all years share."""
LEADS = {"factor": ("factor family",)}
"""Kinds whose source has one source of another kind."""


def moments(uncertain_rows: UncertainRows, groups: npt.NDArray[np.integer], n: int) -> pd.DataFrame:
    """Calculate mean and standard deviation of each group's total, with shared sources and as if rows were independent.

    Parameters
    ----------
    groups
        Group of each row, 0 ... n - 1.

    Returns
    -------
    DataFrame
        kg (sum of table values), mean_kg, sd_kg, sd_independent_kg: one row a group [kg CO2e].
    """
    return pd.DataFrame(group_moments(uncertain_rows, groups, n), copy=False)


def group_moments(uncertain_rows: UncertainRows, groups: npt.NDArray[np.integer], n: int) -> dict[str, Floats]:
    """Calculate the columns of `moments`."""
    means = uncertain_rows.row_means()
    variance = np.zeros(n)
    for cells in shared_cells(uncertain_rows, means, groups):
        variance += exact_sum(cells.weight * cells.kg**2, cells.group, n)
    row_cv2 = uncertain_rows.cv2_or_zero[uncertain_rows.codes]
    independent = exact_sum(means**2 * (np.prod(1 + row_cv2, axis=0) - 1), groups, n)
    return {"kg": exact_sum(uncertain_rows.kg, groups, n), "mean_kg": exact_sum(means, groups, n),
            "sd_kg": np.sqrt(variance), "sd_independent_kg": np.sqrt(independent)}


class Cells:
    """Groups of rows that share the same sources of some kinds: their mean kilograms, and the weight of their square.

    `sources` [kind, cell] are those of the set; `implied` those that follow from them (a factor has one family, a
    year's part of a meter one meter), alone or in any set of their own. -1: none.
    """

    def __init__(self, group: Codes, sources: Codes, implied: Codes, kg: Floats, weight: Floats) -> None:
        self.group, self.sources, self.implied, self.kg, self.weight = group, sources, implied, kg, weight


def shared_cells(uncertain_rows: UncertainRows, means: Floats, groups: npt.NDArray[np.integer]) -> Iterator[Cells]:
    """Yield, for sets of kinds, the cells of rows that have a source in each of them.

    Rows that share all their sources are one row from the start. Where a kind follows from another, all sets with both
    have the cells of those with the other alone: they are one set, whose weight has (1 + cv2) for the kind that
    follows.
    """
    cv2, codes = uncertain_rows.cv2_or_zero, uncertain_rows.codes
    codes = np.where(cv2[codes] > 0, codes, -1)  # a source without spread ties no rows together
    some_row = np.flatnonzero((codes >= 0).any(axis=1))
    codes, names = codes[some_row], [uncertain_rows.kinds[i] for i in some_row]
    cell, group, sources = cells_of(groups, codes + 1)
    kg, sources = sum_cells(means, cell, len(group)), sources - 1
    follows = _follows(names, sources)
    sets = deque([(list[int](), np.arange(len(group)), group)])  # only sets that some row has are extended
    while sets:
        kinds, some, number = sets.popleft()
        for kind in range(kinds[-1] + 1 if kinds else 0, len(codes)):
            has = sources[kind, some] >= 0
            if not has.any() or follows[kind, kinds].any() or follows[kinds, kind].any():
                continue
            of_kinds, rows_of_set = [*kinds, kind], some[has]
            part = _numbered(number[has], sources[kind, rows_of_set])
            sets.append((of_kinds, rows_of_set, part))
            first = np.zeros(int(part.max()) + 1, dtype=np.int64)
            first[part] = rows_of_set
            shared, implied = sources[of_kinds][:, first], sources[follows[of_kinds].any(axis=0)][:, first]
            yield Cells(group[first], shared, implied, sum_cells(kg[rows_of_set], part, len(first)),
                        cv2[shared].prod(axis=0) * (1 + cv2[implied]).prod(axis=0))


def _follows(kinds: list[str], sources: Codes) -> npt.NDArray[np.bool_]:
    """Return [a, b]: whether the source of kind a leaves one choice for that of kind b, by the names of the kinds. By
    names and not by what some rows happen to share, so that the sums of a figure have the same bits alone and among
    others; that it holds is checked.
    """
    n = len(kinds)
    out = np.zeros((n, n), dtype=bool)
    for a, b in ((a, b) for a in range(n) for b in range(n) if kinds[b] in LEADS.get(kinds[a], (
            kinds[a].removesuffix(YEARLY_KIND),)) and a != b):
        has = sources[a] >= 0
        _, first, at = np.unique(sources[a, has], return_index=True, return_inverse=True)
        out[a, b] = (sources[b, has][first][at] == sources[b, has]).all()
    return out


def cells_of(groups: npt.NDArray[np.integer], sources: Codes) -> tuple[Codes, Codes, Codes]:
    """Return the cell of each row, and group and sources of each cell; sorted, so that row order does not matter."""
    cell = np.asarray(groups, dtype=np.int64)
    for codes in sources:
        cell = _numbered(cell, codes)
    if not len(sources):
        cell = _renumbered(cell)
    first = np.zeros(int(cell.max(initial=-1)) + 1, dtype=np.int64)
    first[cell[::-1]] = np.arange(len(cell) - 1, -1, -1)  # of several rows the first stays
    return cell, np.asarray(groups)[first].astype(np.int64), sources[:, first]


def _numbered(cell: Codes, codes: Codes) -> Codes:
    """Return the ranks of pairs of a cell and a code."""
    rank = _renumbered(codes)
    return _renumbered(cell * (int(rank.max(initial=0)) + 1) + rank)


def _renumbered(values: Codes) -> Codes:
    """Return the ranks of whole numbers; without sorting where they lie close together."""
    bound = int(values.max(initial=-1)) + 1
    if bound > max(_DENSE, 4 * len(values)):
        return np.unique(values, return_inverse=True)[1]
    occurs = np.zeros(bound, dtype=bool)
    occurs[values] = True
    return (np.cumsum(occurs) - 1)[values]


def sum_cells(values: Floats, cell: Codes, n: int) -> Floats:
    """Sum the values of each cell, the same in any row order: exact where cells are few, else from the smallest on."""
    if n <= _FEW_CELLS:
        return exact_sum(values, cell, n)
    if n == len(values) and np.bincount(cell, minlength=n).max() == 1:
        out = np.empty(n)
        out[cell] = values
        return out
    order = np.argsort(values, kind="stable")
    return np.bincount(cell[order], weights=values[order], minlength=n).astype(np.float64)


def sum_by_source(values: Floats, codes: Codes, n: int) -> Floats:
    """Sum the values of the rows of each of n sources; a source is of one kind."""
    has = codes >= 0
    return sum_cells(np.broadcast_to(values, codes.shape)[has], codes[has], n)


def interval(mean_kg: float, sd_kg: float) -> tuple[float, float]:
    """Calculate the 95 % interval of the lognormal with this mean and standard deviation [kg].

    sigma^2 = ln(1 + sd^2 / mean^2); median = mean exp(-sigma^2 / 2); [median exp(-1.96 sigma), median exp(1.96 sigma)]

    Raises MethodError: The mean is not positive: no lognormal fits; draw instead. A number is missing or infinite.
    """
    numbers = all(isinstance(v, int | float | np.number) for v in (mean_kg, sd_kg))
    if not (numbers and np.isfinite(mean_kg) and 0 <= sd_kg < np.inf):
        raise MethodError(f"No interval of a mean of {mean_kg} kg with a standard deviation of {sd_kg} kg")
    if sd_kg == 0:
        return mean_kg, mean_kg
    if not mean_kg > 0:
        raise MethodError(f"No lognormal has the mean {mean_kg:g} kg", hint="use `draw_totals`: it takes any sign.")
    sigma2 = np.log1p((sd_kg / mean_kg) ** 2)
    middle = np.log(mean_kg) - sigma2 / 2
    spread = Z95 * np.sqrt(sigma2)
    return float(np.exp(middle - spread)), float(np.exp(middle + spread))


def contributions(uncertain_rows: UncertainRows) -> pd.DataFrame:
    """Calculate the share of each source in the variance of the total, to first order; the shares sum to 1.

    V_k = (sum_i M_i cv_k)^2 / sum over k of the same. Knowing k exactly would narrow the interval to sqrt(1 - V_k).
    The total effect is exact: the share of the variance in which the source has any part, alone or in products with
    others; these shares sum to more than 1.

    Returns
    -------
    DataFrame
        source_id, of, stated, ask, class, by, evidence, effort, after, rows, kg (mean of its rows), co2e_kg (their
        table values, as the inventory reports them), share, total_share, narrows (1 - sqrt(1 - share)), largest first.
    """
    means, codes, cv2 = uncertain_rows.row_means(), uncertain_rows.codes, uncertain_rows.cv2
    n = len(cv2)
    kg, reported_kg = (sum_by_source(values, codes, n) for values in (means, uncertain_rows.kg))
    parts, variance, in_any = kg**2 * cv2, 0.0, np.zeros(n)
    for cells in shared_cells(uncertain_rows, means, np.zeros(len(means), dtype=np.int64)):
        part = cells.weight * cells.kg**2
        variance += exact_total(part)
        implied_cv2 = uncertain_rows.cv2_or_zero[cells.implied]
        in_any += sum_by_source(part, cells.sources, n)
        in_any += sum_by_source(part * implied_cv2 / (1 + implied_cv2), cells.implied, n)
    total = parts.sum()
    share = parts / total if total > 0 else np.zeros(n)
    words = ["source_id", "of", "stated", "ask", "class", "by", "evidence", "effort", "after"]
    numbers = {"rows": np.bincount(codes[codes >= 0], minlength=n), "kg": kg, "co2e_kg": reported_kg, "share": share,
               "total_share": in_any / variance if variance > 0 else in_any,
               "narrows": 1 - np.sqrt(np.clip(1 - share, 0, None))}
    table = Rows({**{name: uncertain_rows.column(name) for name in words}, **numbers}, n)
    return table.take(np.argsort(-share, kind="stable")).frame()  # sources are in order of their ids
