"""The predictive distribution of a model: quantiles, chances and paths agree."""

import numpy as np
import pytest

from carbon.core.errors import MethodError
from carbon.trajectory.fitting.models.contract import Predictive, walk_covariance

AHEAD = np.array([1.0, 2.0, 4.0])


def predictive(df: float = 6.0) -> Predictive:
    return Predictive(np.log([90.0, 80.0, 60.0]), walk_covariance(AHEAD, 0.01, 0.001), df)


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
    """s^2 min(h_i, h_j) + v h_i h_j."""
    assert walk_covariance(AHEAD, 0.01, 0.001)[0].tolist() == pytest.approx([0.011, 0.012, 0.014])
