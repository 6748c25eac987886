"""A line with one change of slope, and its limits."""

import numpy as np
import pytest

from carbon.core.errors import MethodError
from carbon.trajectory.fitting.models.broken_line import best_knot


def test_a_change_of_slope_needs_eight_years():
    """Seven years are refused with their number."""
    years, y = np.arange(2010.0, 2017.0), np.log(np.linspace(100.0, 80.0, 7))
    with pytest.raises(MethodError, match="at least eight years, there are 7"):
        best_knot(years, y)


def test_the_knot_is_the_year_in_which_the_slope_changes():
    """+2 % a year until 2014, -5 % after it, exactly: the knot is 2014, and the slopes come back."""
    years = np.arange(2010.0, 2020.0)
    y = 0.02 * (years - 2010) - 0.07 * np.maximum(0, years - 2014)
    knot, (_, before, change), squares = best_knot(years, y)
    assert (knot, before, change) == (2014, pytest.approx(0.02), pytest.approx(-0.07))
    assert squares == pytest.approx(0, abs=1e-12)
