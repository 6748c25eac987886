"""Distributions of multipliers, and numbers that are not accepted."""

import math

import numpy as np
import pytest
from scipy.special import ndtri

from carbon.core.errors import MethodError
from carbon.emissions.uncertainty import (
    distributions,
    gsd2_of_percent,
    gsd2_of_scores,
    interval,
)


def test_normal_numbers_are_the_inverse_of_their_distribution():
    """Within 6e-7 everywhere, the ends among them; and mirrored bits give the mirrored number."""
    spread = np.linspace(0, 2**32 - 1, 200_001).astype(np.uint32)
    raw = np.concatenate([spread, np.array([0, 1, 2**31 - 1, 2**31, 2**32 - 1], dtype=np.uint32)])
    found = distributions.standard_normal(raw)

    assert np.abs(found - ndtri(distributions.uniform(raw))).max() < 6e-7
    assert np.abs(found + distributions.standard_normal(~raw)).max() < 1e-12


def test_a_squared_deviation_holds_ninety_five_percent_of_one_row():
    """GSD2 = 1.5: of a million normal numbers times its sigma, 95.45 % (two sigma) lie within a factor of 1.5 either
    way.
    """
    sigma = float(distributions.sigma_of_gsd2(1.5))
    inside = np.abs(sigma * np.random.default_rng(0).standard_normal(1_000_000)) < math.log(1.5)

    assert inside.mean() == pytest.approx(0.9545, abs=0.001)


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_what_is_not_a_number_is_refused_by_every_formula(number):
    """NaN and infinity would go through comparisons and come out as an interval without ends."""
    certain = dict.fromkeys(("reliability", "completeness", "temporal", "geographic", "technical"), 1)
    for ask in (lambda: distributions.sigma_of_gsd2([1.2, number]), lambda: gsd2_of_percent(number),
                lambda: gsd2_of_scores(certain, basic=number, best=1), lambda: interval(number, 1.0),
                lambda: interval(1.0, number), lambda: interval(number, 0.0), lambda: interval(1.0, -0.1)):
        with pytest.raises(MethodError):
            ask()
