"""Uncertainty of a change between two years: what both years share cancels."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from carbon.core.display import as_html, one_line
from carbon.core.errors import MethodError
from carbon.core.exact import exact_total
from carbon.emissions.uncertainty.draws import draw_totals
from carbon.emissions.uncertainty.ends import DRAWS, FEW, SEED, drawn_ends
from carbon.emissions.uncertainty.moments import group_moments, shared_cells
from carbon.emissions.uncertainty.sources import UncertainRows


@dataclass(frozen=True, repr=False)
class Change:
    """Change of a total [kg CO2e and share of the earlier total], with its 95 % interval.

    `ratio_sd` is the sd of ln(later / earlier) to first order; the intervals are drawn, both years from the same
    errors. constant_kg
    and constant_share: the change at constant factors, of the restated earlier year; moved_most: the factor edition or
    exchange rate that moved most, "" where none did (`Inventories.change` sets them).
    """

    kg: float
    sd_kg: float
    share: float
    low_share: float
    high_share: float
    ratio_sd: float
    low_kg: float = float("nan")
    high_kg: float = float("nan")
    constant_kg: float = float("nan")
    constant_share: float = float("nan")
    moved_most: str = ""

    def __repr__(self) -> str:
        constant = self._constant(", at constant factors ")
        return one_line(f"Change({self.kg / 1000:+,.1f} t CO2e, {self.share:+.1%}, "
                        f"95 % between {self.low_share:+.1%} and {self.high_share:+.1%}{constant})")

    def _constant(self, words: str) -> str:
        if np.isnan(self.constant_kg):
            return ""
        share = "" if np.isnan(self.constant_share) else f" ({self.constant_share:+.1%})"
        most = f", most moved by {self.moved_most}" if self.moved_most else ""
        return f"{words}{self.constant_kg / 1000:+,.1f} t CO2e{share}{most}"

    def _repr_html_(self) -> str:
        lines = {"change": f"{self.kg / 1000:+,.1f} t CO2e ({self.share:+.1%})",
                 "95 % interval": f"{self.low_share:+.1%} to {self.high_share:+.1%}"}
        if constant := self._constant(""):
            lines["at constant factors"] = constant
        return as_html("Change of a total", lines)


def change(uncertain_rows: UncertainRows, later: np.ndarray) -> Change:
    """Calculate the change from the earlier rows to the later ones; their sources are split by years.

    d ln(T2 / T1) = sum over sources of (w2 - w1) cv, w the share of the source's rows in the mean of its year: a
    source of equal weight in both years cancels. The change in kilograms has its exact variance; both intervals are
    drawn, as a difference has no lognormal.

    Parameters
    ----------
    uncertain_rows
        Rows of both years, from `uncertain_rows_of(split_years=True)`.
    later
        True for rows of the later year.

    Raises
    ------
    MethodError
        A year's mean is not positive: no ratio exists.
    """
    means = uncertain_rows.row_means()
    first, second = exact_total(means[~later]), exact_total(means[later])
    if not (first > 0 and second > 0):
        raise MethodError(f"No ratio of totals that are not positive: {first:g} and {second:g} kg")
    signed = replace(uncertain_rows, kg=np.where(later, uncertain_rows.kg, -uncertain_rows.kg))
    one = np.zeros(len(means), dtype=np.int64)
    absolute = group_moments(signed, one, 1)
    weights = np.where(later, means / second, -means / first)
    variance = sum(exact_total(cells.weight * cells.kg**2) for cells in shared_cells(uncertain_rows, weights, one))
    table = exact_total(uncertain_rows.kg[later]) / exact_total(uncertain_rows.kg[~later])
    sd, sd_kg = float(np.sqrt(variance)), float(absolute["sd_kg"][0])
    low_kg, high_kg, _ = drawn_ends(signed)
    totals = draw_totals(uncertain_rows, np.asarray(later, dtype=np.int64), 2, draws=DRAWS, seed=SEED, few=FEW).totals
    low, high = np.percentile(totals[:, 1] / totals[:, 0] - 1, [2.5, 97.5])
    return Change(float(absolute["kg"][0]), sd_kg, table - 1, float(low), float(high), sd, low_kg, high_kg)
