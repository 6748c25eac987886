"""The full matrix of a few rows agrees with results by hand and with draws."""

import numpy as np
import pytest
from rows_on_factors import on_factors

from carbon.emissions.uncertainty import draw_totals
from carbon.emissions.uncertainty.closed_form import contribution_shares, total_moments


def test_shared_errors_by_hand_and_against_draws():
    """One shared source of 0.1 on 100 and 50 kg: mean 150 exp(0.005), sd mean x sqrt(exp(0.01) - 1): they do not
    shrink. Seeded draws of a mixed case agree within 1 %.
    """
    mean, sd = total_moments(np.array([100.0, 50.0]), np.array([[0.1], [0.1]]))
    assert mean == pytest.approx(150 * np.exp(0.005))
    assert sd == pytest.approx(mean * np.sqrt(np.expm1(0.01)))

    kg, b = np.array([100.0, 50.0, 80.0]), np.array([[0.1, 0.2, 0.0], [0.1, 0.0, 0.3], [0.0, 0.2, 0.1]])
    z = np.random.default_rng(1).standard_normal((400_000, 3))
    totals = np.exp(np.log(kg) + z @ b.T).sum(axis=1)
    assert total_moments(kg, b) == pytest.approx((totals.mean(), totals.std()), rel=0.01)


def test_contributions_by_hand():
    """Weights 2/3 and 1/3; source 1 on both rows: (0.1)^2, source 2 on the second: (0.2/3)^2; shares 9/13 and 4/13."""
    shares = contribution_shares(np.array([100.0, 50.0]), np.array([[0.1, 0.0], [0.1, 0.2]]))

    assert shares == pytest.approx([9 / 13, 4 / 13])


def test_the_sum_of_two_lognormals_meets_a_published_figure_in_closed_form_and_drawn():
    """bgctw/lognorm (Lo 2013), vignettes/lognormalSum.md: medians 110 and 100, sigma 0.25 and 0.15 give mu 5.3576474
    and sigma 0.1499077, a GSD2 of exp(2 sigma) = 1.350. By hand: means 110 exp(0.03125) = 113.49 and 100 exp(0.01125) =
    101.13; to first order sqrt(0.25^2 113.49^2 + 0.15^2 101.13^2) / 214.62 = 0.1499, exactly
    sqrt(ln(1 + 1063.4 / 214.62^2)) = 0.1511. The mean is theirs; the spread within their approximation, 1 %.
    """
    mean, sd = total_moments(np.array([110.0, 100.0]), np.diag([0.25, 0.15]))
    drawn = draw_totals(on_factors([110.0, 100.0], [0, 1], sigma=[0.25, 0.15]), np.zeros(2, int), 1, draws=200_000,
                        seed=1).totals.ravel()
    assert mean == pytest.approx(np.exp(5.3576474 + 0.1499077**2 / 2), rel=1e-7)
    for found in (np.sqrt(np.log1p((sd / mean) ** 2)), np.log(drawn).std()):
        assert found == pytest.approx(0.1499077, rel=0.01)
        assert np.exp(2 * found) == pytest.approx(1.350, abs=0.005)
    assert sd == pytest.approx(np.sqrt(1063.4), rel=1e-4)
    assert drawn.mean() == pytest.approx(mean, rel=0.002)
