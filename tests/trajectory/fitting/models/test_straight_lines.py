"""Straight lines on logs by hand."""

import numpy as np
import pytest
from series_of_years import series

from carbon.trajectory.fitting import closed_forms


def test_least_squares_by_hand():
    """ln E = 0, 1, 0, 1 at t = -1.5 ... 1.5: b = 1/5, residuals -0.2, 0.6, -0.6, 0.2, s^2 = 0.8 / 2; at t0 = 2.5 the
    variance is 0.4 (1 + 1/4 + 6.25/5).
    """
    row = closed_forms.log_linear(series(*np.exp([0.0, 1.0, 0.0, 1.0])), [2024]).iloc[0]

    assert row["rate"] == pytest.approx(0.2)
    assert row["sd"] == pytest.approx(np.sqrt(0.4 * (1 + 0.25 + 1.25)))
