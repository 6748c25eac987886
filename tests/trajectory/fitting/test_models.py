"""Models on the log scale by hand: distributions, lines and walks, and the limits of each."""

import numpy as np
import pytest
from series_of_years import series

from carbon.core.errors import MethodError
from carbon.trajectory.fitting import closed_forms
from carbon.trajectory.fitting.models import MODELS, Predictive

AHEAD = np.array([1.0, 2.0, 4.0])


def predictive(df: float = 6.0) -> Predictive:
    walk = 0.01 * np.minimum.outer(AHEAD, AHEAD) + 0.001 * np.outer(AHEAD, AHEAD)
    return Predictive(np.log([90.0, 80.0, 60.0]), walk, df)


@pytest.mark.parametrize("df", [6.0, np.inf])
def test_the_chance_to_stay_below_a_quantile_is_its_level(df: float):
    """P(E <= q80) = 80 %, by Student's t and by the normal; the median is that of the location."""
    made = predictive(df)
    assert made.probability_at_most(made.quantile(0.8)) == pytest.approx([0.8] * 3)
    assert made.quantile(0.5) == pytest.approx([90.0, 80.0, 60.0])


def test_paths_follow_the_distribution_and_their_seed():
    """20,000 paths have its median and its quantile; the same seed gives the same bits."""
    made = predictive()
    paths = made.paths(20_000, seed=1)
    assert paths.shape == (20_000, 3)
    assert np.median(paths, axis=0) == pytest.approx(made.quantile(0.5), rel=0.01)
    assert np.quantile(paths, 0.9, axis=0) == pytest.approx(made.quantile(0.9), rel=0.02)
    assert (made.paths(5, seed=3) == made.paths(5, seed=3)).all()


def test_without_a_spread_there_is_a_median_and_nothing_else():
    """Other quantiles are NaN, and no path is drawn."""
    bare = predictive().without_spread()
    assert bare.quantile(0.5) == pytest.approx([90.0, 80.0, 60.0])
    assert np.isnan(bare.quantile(0.8)).all()
    with pytest.raises(MethodError, match="no path is drawn"):
        bare.paths(1, seed=1)


def test_years_of_a_walk_share_its_steps():
    """Steps of -0.1, 0 and 0.1: s^2 = 0.01, v = s^2 / 3; s^2 min(h_i, h_j) + v h_i h_j, and without a drift no v."""
    walks = (MODELS[name].predict(np.arange(4.0), np.array([0, -0.1, -0.1, 0.0]), 3 + AHEAD)
             for name in ("drift", "last_value"))
    of_drift, of_last = (walk.covariance[1].tolist() for walk in walks)
    assert of_drift == pytest.approx([0.01 + 0.02 / 3, 0.02 + 0.04 / 3, 0.02 + 0.08 / 3])
    assert of_last == pytest.approx([0.01, 0.02, 0.02])


def test_least_squares_by_hand():
    """ln E = 0, 1, 0, 1 at t = -1.5 ... 1.5: b = 1/5, residuals -0.2, 0.6, -0.6, 0.2, s^2 = 0.8 / 2; at t0 = 2.5 the
    variance is 0.4 (1 + 1/4 + 6.25/5).
    """
    row = closed_forms.log_linear(series(*np.exp([0.0, 1.0, 0.0, 1.0])), [2024]).iloc[0]

    assert row["rate"] == pytest.approx(0.2)
    assert row["sd"] == pytest.approx(np.sqrt(0.4 * (1 + 0.25 + 1.25)))


def test_years_of_a_line_share_the_errors_of_its_level_and_slope():
    """The same line two years ahead, t0 = 2.5 and 3.5: s^2 (1/n + t_i t_j / Sxx) = 0.4 (1/4 + 2.5 x 3.5 / 5) = 0.8."""
    past, ahead = np.arange(2020.0, 2024.0), np.array([2024.0, 2025.0])
    made = MODELS["log_linear"].predict(past, np.array([0.0, 1.0, 0.0, 1.0]), ahead)
    assert made.covariance[0].tolist() == pytest.approx([0.4 * 2.5, 0.8])


def test_last_value_and_drift_by_hand():
    """ln E = 0, 0.1, 0, 0.3: changes 0.1, -0.1, 0.3, mean 0.1, s^2 = (0 + 0.04 + 0.04) / 2 = 0.04. Two years ahead the
    last value has sd 0.2 sqrt(2); the drift is at 0.3 + 0.2 = 0.5 with variance 0.04 (2 + 4/3), t(2).
    """
    kg = series(*np.exp([0.0, 0.1, 0.0, 0.3]))

    last, walk = (f(kg, [2025]).iloc[0] for f in (closed_forms.last_value, closed_forms.drift))

    assert last["median_kg"] == pytest.approx(np.exp(0.3))
    assert last["sd"] == pytest.approx(0.2 * np.sqrt(2))
    assert walk["median_kg"] == pytest.approx(np.exp(0.5))
    assert walk["sd"] == pytest.approx(np.sqrt(0.04 * (2 + 4 / 3)))
    assert walk["df"] == last["df"] == 2
