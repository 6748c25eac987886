"""Kinds of levers on plain numbers, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import MethodError
from carbon.levers import formulas
from carbon.params.shapes.lever_life import Range


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


def test_templates_compute_what_the_plain_functions_do():
    """The table of factors gives low, likely and high of each plain function, each parameter on the side that cuts
    less or more; what would cut nothing raises.
    """
    p = {name: Range(low=low, likely=likely, high=high) for name, (low, likely, high) in {
        "share": (0.2, 0.3, 0.5), "depth": (0.1, 0.4, 0.6), "kg_ratio": (0.1, 0.2, 0.7), "uptake": (0.5, 0.6, 0.9),
        "contract_kg_per_kwh": (0.0, 0.01, 0.03), "market_kg_per_kwh": (0.05, 0.05, 0.05),
        "old_life_years": (3.0, 4.0, 4.0), "new_life_years": (5.0, 6.0, 8.0), "share_of_stream": (0.5, 0.6, 1.0),
        "delay_years": (1.0, 1.0, 1.0)}.items()}
    plain = {"share_times_depth": (formulas.share_times_depth, "share depth", ""),
             "replaced": (formulas.replaced, "share", "kg_ratio"),
             "covered_by_contract": (formulas.covered_by_contract, "share", "contract_kg_per_kwh market_kg_per_kwh"),
             "supplier_engagement": (formulas.supplier_engagement, "uptake depth", ""),
             "longer_life": (lambda share, old, new: share * formulas.longer_life_steady(old, new),
                             "share_of_stream", "old_life_years -new_life_years")}
    other = {"low": "high", "likely": "likely", "high": "low"}
    for formula, (function, rising, falling) in plain.items():
        reduction = formulas.effect_of(formula, p).reduction
        for level in other:
            values = [getattr(p[n], level) for n in rising.split()]
            values += [getattr(p[n.lstrip("-")], level if n.startswith("-") else other[level]) for n in falling.split()]
            assert getattr(reduction, level) == pytest.approx(function(*values)), (formula, level)
    assert formulas.effect_of("supplier_engagement", p).profile == [0.0, 0.5, 1.0]
    with pytest.raises(MethodError, match=r"kg_ratio is up to 1\.2: the other way emits more"):
        formulas.effect_of("replaced", p | {"kg_ratio": Range(low=0.1, likely=0.2, high=1.2)})
