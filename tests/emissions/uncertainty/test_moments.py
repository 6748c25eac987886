"""Exact moments: rows that share a source share its uncertainty, and others average out."""

import math

import numpy as np
import pytest
from rows_on_factors import SIGMA, mixed, on_factors, relative, whole

from carbon.emissions.uncertainty import (
    contributions,
    draw_totals,
    interval,
    moments,
)


def test_a_thousand_rows_on_one_factor_are_as_doubtful_as_one():
    """The shared draw does not average out; a quadrature over rows would give 1 / sqrt(1000) of it."""
    one = relative(on_factors([1000.0], [0]))
    assert one == pytest.approx(math.sqrt(math.expm1(SIGMA**2)))
    assert relative(on_factors(np.ones(1000), np.zeros(1000, int))) == pytest.approx(one)


def test_a_thousand_rows_on_a_thousand_factors_shrink_by_the_root():
    """Independent draws average out; a linear sum would not."""
    one = relative(on_factors([1.0], [0]))
    assert relative(on_factors(np.ones(1000), np.arange(1000))) == pytest.approx(one / math.sqrt(1000))


def test_both_are_seen_beside_each_other():
    """sd as if rows were independent: for one factor it is sqrt(1000) too small."""
    found = whole(on_factors(np.ones(1000), np.zeros(1000, int)))
    assert found["sd_kg"] / found["sd_independent_kg"] == pytest.approx(math.sqrt(1000))


def brute_variance(doubts):
    """sum_ij M_i M_j (prod over shared k of (1 + cv2_k) - 1), pair by pair."""
    means, cv2 = doubts.row_means(), doubts.cv2
    total = 0.0
    for i in range(len(means)):
        for j in range(len(means)):
            shared = [k for k in doubts.codes[:, i] if k >= 0 and k in doubts.codes[:, j]]
            total += means[i] * means[j] * (np.prod([1 + cv2[k] for k in shared]) - 1)
    return total


@pytest.mark.parametrize("distribution", ["lognormal", "normal", "triangular", "uniform"])
def test_the_closed_form_is_the_sum_over_all_pairs(distribution):
    """Linear time and n x n give the same variance, with two kinds of shared doubt, for every distribution."""
    doubts = mixed(distribution=distribution)
    assert whole(doubts)["sd_kg"] ** 2 == pytest.approx(brute_variance(doubts), rel=1e-12)


def test_contributions_sum_to_one_and_the_largest_comes_first():
    """90 kg on a doubtful factor outweigh 10 kg on another; knowing it would leave sqrt(1 - share) of the width."""
    table = contributions(on_factors([90.0, 10.0], [0, 1]))

    assert table["source_id"].tolist() == ["f0", "f1"]
    assert table["share"].sum() == pytest.approx(1.0)
    assert table["share"].iloc[0] == pytest.approx(8100 / 8200)
    assert table["narrows"].iloc[0] == pytest.approx(1 - math.sqrt(100 / 8200))


def test_the_interval_has_the_moments_and_the_width_of_its_lognormal():
    """One row with GSD2 = 1.5: about 95 % lies in [x / 1.5, x * 1.5]."""
    found = whole(on_factors([100.0], [0]))
    low, high = interval(found["mean_kg"], found["sd_kg"])

    assert found["mean_kg"] == pytest.approx(100 * math.exp(SIGMA**2 / 2))
    assert (low, high) == pytest.approx((100 / 1.5, 150), rel=0.01)


def test_perfectly_certain_data_have_no_width():
    """GSD2 = 1: the interval is the figure, in closed form and drawn."""
    doubts = on_factors([100.0, 0.0], [0, 1], sigma=0.0)

    assert interval(*whole(doubts)[["mean_kg", "sd_kg"]]) == (100.0, 100.0)
    assert (draw_totals(doubts, np.zeros(2, int), 1, draws=10, seed=1).totals == 100.0).all()


def test_no_rows_are_zero_without_doubt():
    """An empty year: 0, not an error and not NaN."""
    doubts = on_factors([1.0], [0]).take(np.array([], int))
    found = moments(doubts, np.array([], int), 1).iloc[0]

    assert (found["mean_kg"], found["sd_kg"]) == (0.0, 0.0)
    assert (draw_totals(doubts, np.array([], int), 1, draws=5, seed=1).totals == 0).all()


def test_a_zero_factor_adds_no_width_however_doubtful():
    """0 kg on a factor of which nobody knows anything: mean and sd stay those of the other row, in closed form and
    drawn.
    """
    sure, both = on_factors([100.0], [0]), on_factors([100.0, 0.0], [0, 1], sigma=[SIGMA, 3.0])
    one = np.zeros(2, int)

    assert whole(both)[["mean_kg", "sd_kg"]].tolist() == whole(sure)[["mean_kg", "sd_kg"]].tolist()
    assert np.array_equal(draw_totals(both, one, 1, draws=500, seed=1).totals,
                          draw_totals(sure, one[:1], 1, draws=500, seed=1).totals)
