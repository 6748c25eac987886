"""The uncertainty of a change between two years."""

import math

import numpy as np
import pytest
from rows_on_factors import SIGMA, on_factors, relative

from carbon.emissions.uncertainty import (
    change,
)


def test_a_bias_of_all_years_cancels_in_the_change_and_not_in_the_level():
    """One factor in both years: the change is sure in %, the level is not; independent factors leave both doubtful."""
    later = np.array([False, True])
    shared, apart = on_factors([100.0, 80.0], [0, 0]), on_factors([100.0, 80.0], [0, 1])

    assert change(shared, later).ratio_sd == pytest.approx(0.0, abs=1e-12)
    assert change(shared, later).low_share == pytest.approx(-0.2)
    assert relative(shared) > 0.2
    assert change(apart, later).ratio_sd == pytest.approx(math.sqrt(2 * math.expm1(SIGMA**2)))
