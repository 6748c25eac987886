"""A line through years of known errors."""

import numpy as np
import pytest
from series_of_years import series

from carbon.core.errors import MethodError
from carbon.trajectory.fitting import closed_forms
from carbon.trajectory.fitting.models.weighted_line import weighted_line


def test_a_shared_error_leaves_the_weighted_slope_as_it_is():
    """Equal errors give the least-squares slope; a shared one widens the level only."""
    kg = series(100, 97, 90, 91, 80)
    alone, shared = (closed_forms.weighted(kg, [2026], sd_year=[0.05] * 5, sd_shared=s).iloc[0] for s in (0.0, 0.2))

    assert alone["rate"] == pytest.approx(closed_forms.log_linear(kg, [2026]).iloc[0]["rate"])
    assert shared["rate"] == alone["rate"]
    assert shared["sd"] ** 2 - alone["sd"] ** 2 == pytest.approx(0.04)


def test_a_line_with_weights_has_its_own_limits():
    """Positive errors, one a year."""
    years, y = np.arange(2010.0, 2017.0), np.log(np.linspace(100.0, 80.0, 7))
    for sd, shared in (([0.05] * 6 + [0.0], 0.0), ([0.05] * 7, -0.1)):
        with pytest.raises(MethodError, match="must be positive"):
            weighted_line(sd, sd_shared=shared)
    with pytest.raises(MethodError, match="6 standard deviations for 7 years"):
        weighted_line([0.05] * 6, sd_shared=0.0).rate(years, y)
