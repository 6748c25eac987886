"""Seeded draws of totals: of the sources of uncertainty, not of the rows.

Each source has a stream of its own, named by the seed and its id, so that neither the order of rows nor added rows
change other draws. Sources that matter are drawn; the many small ones enter by their exact variance, conditional on
the drawn ones, as one normal number a group.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.errors import MethodError
from carbon.emissions.uncertainty.cells import FEW, CellTable, cell_table, drawn_sources
from carbon.emissions.uncertainty.sources import Codes, Floats, UncertainRows
from carbon.emissions.uncertainty.streams import BATCH, DRAWN_BY, Multipliers, each_in, normal_numbers

_BLOCK = 100  # draws in one product: their cells stay near the processor
_CELLS = 1 << 16
"""Numbers up to which a block of few cells has more draws: each block costs as much as a small product."""
_KEPT = 1 << 22
"""Multipliers held at once: draws are made in rounds, so that memory does not grow with them."""
_SMALL, _WIDE = 1 << 18, 100
"""Multiplications up to which OpenBLAS uses one thread, whatever it may use; and draws in one product."""
PERCENTILES = (2.5, 50.0, 97.5)


@dataclass(frozen=True)
class Draws:
    """Totals by draw and group [kg CO2e], and how they were made."""

    totals: Floats
    seed: int
    drawn: int
    """Sources drawn one by one."""
    together: int
    """Sources that entered by their conditional variance."""

    def summary(self) -> pd.DataFrame:
        """Return mean_kg, sd_kg, percentiles and their Monte Carlo standard errors, one row a group."""
        n = len(self.totals)
        table = pd.DataFrame({"mean_kg": self.totals.mean(axis=0), "sd_kg": self.totals.std(axis=0, ddof=1)})
        table["mean_error_kg"] = table["sd_kg"] / np.sqrt(n)
        for p in PERCENTILES:
            step = 100 * np.sqrt(p / 100 * (1 - p / 100) / n)
            low, value, high = np.percentile(self.totals, [max(p - step, 0), p, min(p + step, 100)], axis=0)
            table[f"p{p:g}_kg"], table[f"p{p:g}_error_kg"] = value, (high - low) / 2
        return table


def draw_totals(
    uncertain_rows: UncertainRows, groups: npt.NDArray[np.integer], n: int, *, draws: int, seed: int, threads: int = 1,
    few: int = FEW,
) -> Draws:
    """Draw each group's total.

    Parameters
    ----------
    groups
        Group of each row, 0 ... n - 1.
    draws, seed
        Both are printed with the result; the same two give the same bits, with any number of threads.
    few
        Sources of one kind up to which each is drawn; of more, those that matter.

    Raises
    ------
    MethodError
        Fewer than two draws, or a seed that is no whole number.
    """
    if draws < 2:
        raise MethodError(f"{draws} draws give no interval")
    if not isinstance(seed, int | np.integer) or isinstance(seed, bool):
        raise MethodError(f"A seed is a whole number, not {seed!r}", hint="print it with the result.")
    drawn = drawn_sources(uncertain_rows, groups, n, few)
    multipliers = Multipliers({c: uncertain_rows.column(c)[drawn] for c in DRAWN_BY}, seed)
    sums = _Sums.of(cell_table(uncertain_rows, np.asarray(groups, dtype=np.int64), n, drawn), multipliers.row)
    rest = [normal_numbers(f"rest {g}", draws, seed) for g in range(n)] if sums.has_rest else []
    totals = np.empty((draws, n))
    size = _BLOCK * max(1, min(_KEPT // len(multipliers.row), BATCH) // _BLOCK)
    in_block = _BLOCK * max(1, _CELLS // max(len(multipliers.row), sums.others.mean_kg.shape[1]) // _BLOCK)
    with each_in(threads) as run_each:
        for first in range(0, draws, size):
            round_of = multipliers.draw(min(size, draws - first), run_each)

            def fill(start: int, first: int = first, round_of: Floats = round_of) -> None:
                drawn_block = round_of[:, start:start + in_block]
                block = slice(first + start, first + start + drawn_block.shape[1])
                totals[block] = sums.block(drawn_block, [r[block] for r in rest])

            run_each(fill, range(0, round_of.shape[1], in_block))
    return Draws(totals, seed, int(drawn.sum()), int((~drawn).sum()))


@dataclass(frozen=True)
class _Sums:
    """A table of cells by the rows of the multipliers.

    A cell with one source has the multipliers of that source: where such cells are many and nothing links them, they
    are summed by their row, without a product.
    """

    alone_kg: Floats
    """[group, row of multipliers]"""
    alone_kg2: Floats
    others: CellTable
    """The other cells; their places are rows of multipliers."""
    further: list[tuple[Codes, Codes]]
    """Of each kind but the first, the cells with a source, and its row."""

    @classmethod
    def of(cls, table: CellTable, row: Codes) -> _Sums:
        """Sort the cells; `row` is the row of each drawn source, and last that of no source."""
        places, last = row[table.places], len(row) - 1
        single = (places < last).sum(axis=0) <= 1
        if table.pairs.shape[1] or 2 * single.sum() < last:
            single[:] = False
        at = places[:, single].min(axis=0, initial=last)
        by_row = np.zeros((2, len(table.mean_kg), len(row) if single.any() else 0))
        by_row[0][:, at], by_row[1][:, at] = table.mean_kg[:, single], table.own_kg2[:, single]
        others = CellTable(places[:, ~single], table.mean_kg[:, ~single], table.own_kg2[:, ~single], table.pairs,
                           table.tied_kg2)
        has = [np.flatnonzero(rows < last) for rows in others.places[1:]]
        further = [(cells, rows[cells]) for cells, rows in zip(has, others.places[1:], strict=True)]
        return cls(by_row[0], by_row[1], others, further)

    @property
    def has_rest(self) -> bool:
        """Whether the sources that are not drawn leave any variance."""
        return bool(self.alone_kg2.any() or self.others.own_kg2.any() or self.others.tied_kg2.any())

    def block(self, multipliers: Floats, rest: list[Floats]) -> Floats:
        """Return the totals [draw, group] of a block of draws, whose multipliers are overwritten."""
        others = self.others
        by_cell = multipliers[others.places[0]] if len(others.places) else np.ones(
            (others.mean_kg.shape[1], multipliers.shape[1]))
        for has, rows in self.further:
            by_cell[has] *= multipliers[rows]
        totals = _product(self.alone_kg, multipliers) + _product(others.mean_kg, by_cell)
        if rest:
            variance = _product(others.tied_kg2, by_cell[others.pairs[0]] * by_cell[others.pairs[1]])
            variance += _product(self.alone_kg2, np.square(multipliers, out=multipliers))
            variance += _product(others.own_kg2, np.square(by_cell, out=by_cell))
            totals += np.sqrt(np.clip(variance, 0, None)) * np.stack(rest)
        return totals.T


def _product(left: Floats, right: Floats) -> Floats:
    """Return left @ right, in pieces so small that BLAS takes one thread for each: the same bits on any machine."""
    n, draws = len(left), right.shape[1]
    right = right[:left.shape[1]]  # nothing, where there is nothing to multiply
    deep = max(_SMALL // max(n * _WIDE, 1), 16)
    wide = max(min(_WIDE, _SMALL // max(n * deep, 1)), 1)
    out = np.zeros((n, draws))
    for start in range(0, draws, wide):
        for first in range(0, len(right), deep):
            out[:, start:start + wide] += left[:, first:first + deep] @ right[first:first + deep, start:start + wide]
    return out


