"""The two ends of a 95 % interval: by the lognormal with the exact moments where its shape fits, else drawn.

The lognormal with a total's mean and standard deviation has its own skewness, about 3 sd / mean. That of the total is
about 3 sum_i M_i s_i^2 / sd^3, with s_i = sum_k c_ik g_k, g_k = sum_i M_i c_ik, c the coefficients of variation: the
second-order term of the product model, in linear time. By Cornish and Fisher an end moves by (z^2 - 1) / 6 x sd x the
difference of the two. Where that is more than `TOLERANCE` of an end, where the mean is not positive, where credit notes
or sources that are not lognormal matter, the ends are drawn, with as many draws as their own sampling error asks for.

Source: Cornish and Fisher (1938), Moments and cumulants in the specification of distributions; IPCC 2006 Guidelines
vol. 1 ch. 3 (approach 2, Monte Carlo, where distributions are skewed or large).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from carbon.emissions.uncertainty.distributions import LOGNORMAL, Z95
from carbon.emissions.uncertainty.draws import draw_totals
from carbon.emissions.uncertainty.moments import group_moments, interval, sum_by_source
from carbon.emissions.uncertainty.sources import Floats, UncertainRows

DRAWS, MOST_DRAWS, SEED, FEW = 20_000, 320_000, 1, 300
CLOSED = "exact moments, lognormal"
DRAWN = "drawn"
EXACT = "no uncertainty is known"
TOLERANCE = 0.015
"""Share of an end by which the lognormal may miss it: half of the 3 % that is promised."""
OTHER_SHARE = 0.05
"""Share of the variance from which sources that are not lognormal have the total drawn."""
CREDIT_SHARE = 0.05
"""Share of the total from which negative rows have it drawn: a difference of lognormals has another shape."""
DRAW_ERROR = 0.0075
"""Standard error of an end by its draws, as a share of it, from which four times as many are drawn: a quarter of the
3 % that is promised. Of an interval that reaches below zero it is a share of its width; an end nearer to zero than a
tenth of the width counts as that tenth.
"""
_BEND = (Z95**2 - 1) / 6


class Ends(NamedTuple):
    """The ends of a 95 % interval [kg CO2e], and how they were found."""

    low_kg: float
    high_kg: float
    how: str


def ends(uncertain_rows: UncertainRows, mean_kg: float, sd_kg: float) -> Ends:
    """Return the 95 % interval of the total of some rows, whose mean and standard deviation are known.

    Raises MethodError: A mean or standard deviation that is missing or infinite.
    """
    if sd_kg == 0:
        return Ends(mean_kg, mean_kg, EXACT)
    if mean_kg > 0:
        low, high = interval(mean_kg, sd_kg)
        means = uncertain_rows.row_means()
        gap, other_share = _shape(uncertain_rows, means, mean_kg)
        is_sum = -float(means[means < 0].sum()) <= CREDIT_SHARE * mean_kg
        if is_sum and other_share <= OTHER_SHARE and _BEND * abs(gap) * sd_kg <= TOLERANCE * low:
            return Ends(low, high, CLOSED)
    return drawn_ends(uncertain_rows)


def ends_of(uncertain_rows: UncertainRows) -> Ends:
    """Return the 95 % interval of the total of some rows."""
    of_total = group_moments(uncertain_rows, np.zeros(len(uncertain_rows.kg), dtype=np.int64), 1)
    return ends(uncertain_rows, float(of_total["mean_kg"][0]), float(of_total["sd_kg"][0]))


def drawn_ends(uncertain_rows: UncertainRows) -> Ends:
    """Return the 2.5th and 97.5th percentile of the total, by draws of its sources."""
    one, draws = np.zeros(len(uncertain_rows.kg), dtype=np.int64), DRAWS
    while True:
        totals = draw_totals(uncertain_rows, one, 1, draws=draws, seed=SEED, few=FEW).totals[:, 0]
        step = 100 * np.sqrt(0.025 * 0.975 / draws)
        around = np.percentile(totals, [2.5 - step, 2.5, 2.5 + step, 97.5 - step, 97.5, 97.5 + step]).reshape(2, 3)
        low, high = around[:, 1].tolist()
        size = np.maximum(np.abs(around[:, 1]), (high - low) / 10) if low > 0 else high - low
        if draws >= MOST_DRAWS or ((around[:, 2] - around[:, 0]) / 2 <= DRAW_ERROR * size).all():
            return Ends(low, high, f"{DRAWN}: {draws:,} draws, seed {SEED}")
        draws *= 4


def _shape(uncertain_rows: UncertainRows, means: Floats, mean_kg: float) -> tuple[float, float]:
    """Return the skewness of the total beyond its lognormal's, and the share of variance that is not lognormal."""
    codes, cv = uncertain_rows.codes, np.sqrt(uncertain_rows.cv2_or_zero)
    of_source = np.append(sum_by_source(means, codes, len(cv) - 1), 0.0)
    loading = of_source * cv
    variance = float(loading @ loading)
    if not variance > 0:
        return 0.0, 0.0
    slope, slope_of = np.zeros(len(means)), cv * loading
    for of_kind in codes:
        slope += slope_of[of_kind]
    other = np.append(uncertain_rows.column("distribution") != LOGNORMAL, False)
    third = 3 * float(means @ slope**2) - 3 * float((loading[other] ** 2 * cv[other] ** 2) @ of_source[other])
    return third / variance**1.5 - 3 * np.sqrt(variance) / mean_kg, float((loading[other] ** 2).sum()) / variance
