"""Kinds of levers on plain numbers, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import MethodError
from carbon.levers import formulas


def test_longer_life_by_cohorts():
    """Ten devices of each age 0-4, life 5: ten a year. Life 6: none in the first year, ten in each of the next five."""
    table = formulas.longer_life(dict.fromkeys(range(5), 10.0), old_years=5, new_years=6, years=6)
    assert table["bought_before"].tolist() == [10.0] * 6
    assert table["bought_after"].tolist() == [0.0, 10.0, 10.0, 10.0, 10.0, 10.0]
    # 50 bought instead of 60 in one cycle: 1 - 50/60 = 1 - 5/6
    assert table["mean_reduction"].iloc[-1] == pytest.approx(formulas.longer_life_steady(5, 6))


def test_a_life_back_at_its_old_value_restores_the_baseline():
    """5 -> 5 years cuts nothing, by cohorts and in the steady state."""
    table = formulas.longer_life({0: 3.0, 2: 5.0, 4: 1.0}, old_years=5, new_years=5, years=8)
    assert (table["reduction"] == 0).all()
    assert formulas.longer_life_steady(5, 5) == 0


def test_train_rule_is_strict_and_zero_hours_switches_nothing():
    """Exactly N hours stays on the plane; N = 0 switches no route; a route without a duration is refused."""
    routes = pd.DataFrame({"origin": ["A", "A"], "destination": ["B", "C"], "flight_kg": [100.0, 100.0],
                           "train_kg": [5.0, 5.0], "train_hours": [4.0, 3.9], "night_kg": [0.0, 1.0]})
    table = formulas.train_share(routes, max_hours=4)
    assert table["cut_kg"].tolist() == [0.0, 100.0]
    assert table["added_kg"].tolist() == [0.0, 6.0]
    assert formulas.train_share(routes, max_hours=0)["cut_kg"].sum() == 0
    with pytest.raises(MethodError):
        formulas.train_share(routes.assign(train_hours=[4.0, np.nan]), max_hours=4)
