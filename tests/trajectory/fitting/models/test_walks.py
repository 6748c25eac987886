"""Random walks by hand: the last value and the drift."""

import numpy as np
import pytest
from series_of_years import series

from carbon.trajectory.fitting import closed_forms


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
