"""Targets, gap and required rates."""


import numpy as np
import pandas as pd
import pytest
from one_target import target
from series_of_years import marked, noisy

from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import LOCATION, MARKET
from carbon.trajectory import Target, gap, required_rate


def test_the_gap_is_actual_minus_pathway_and_unknown_years_stay_unknown():
    """A year without an inventory has no gap: it is not zero."""
    table = gap(pd.Series({2020: 1000.0, 2022: 950.0}), target()).set_index("year")

    # pathway 2022 = 1000 - 2 x 42 = 916; 950 - 916 = 34
    assert table.loc[2022, "gap_kg"] == pytest.approx(34.0)
    assert np.isnan(table.loc[2021, "gap_kg"])


def test_the_four_required_rates_name_one_and_the_same_path():
    """Compound, kg, share of current and share of base all reach the target."""
    rates = required_rate(900.0, 600.0, years=3, base_kg=1000.0).set_index("form")["value"]

    # (900 - 600) / 3 = 100 kg; 100/900; 100/1000; 1 - (600/900)^(1/3)
    assert rates["linear"] == pytest.approx(100.0)
    assert rates["linear, share of current"] == pytest.approx(1 / 9)
    assert rates["linear, share of base"] == pytest.approx(0.1)
    assert 900 * (1 - rates["compound"]) ** 3 == pytest.approx(600.0)


def test_a_target_on_no_base_emissions_or_outside_the_series_is_refused():
    """No percentage of zero; no base year outside the series."""
    with pytest.raises(MethodError, match="a percentage of nothing"):
        target().pathway(0.0)
    with pytest.raises(MethodError, match="has no base year 2020"):
        gap(pd.Series({2021: 1.0}), target())


def test_a_required_rate_looks_ahead_from_emissions_that_exist():
    """A year at least, something emitted now and then; a target of zero is one, below zero is none."""
    for years in (0, -1):
        with pytest.raises(MethodError, match="years left"):
            required_rate(100.0, 50.0, years=years, base_kg=120.0)
    for now, goal, base in ((0.0, 50.0, 120.0), (100.0, 50.0, 0.0), (100.0, -1.0, 120.0)):
        with pytest.raises(MethodError, match="emissions must be positive"):
            required_rate(now, goal, years=1, base_kg=base)
    rates = required_rate(100.0, 0.0, years=1, base_kg=200.0).set_index("form")["value"]
    assert rates.to_dict() == {"compound": 1.0, "linear": 100.0, "linear, share of current": 1.0,
                               "linear, share of base": 0.5}


def test_a_gap_between_two_methods_or_across_a_break_is_refused():
    """A market-based target never meets a location-based series; a base year moved without an event neither."""
    target = Target("t", ("1", "2"), MARKET, 2015, 2030, 0.42)
    with pytest.raises(MethodError, match="the two never mix"):
        gap(marked(scope2_method=LOCATION), target)
    with pytest.raises(MethodError, match="crosses sale"):
        gap(marked(scope2_method=MARKET, breaks=(("sale", 2018),)), target)
    with pytest.raises(MethodError, match="is on scopes 1, 2 and the series sums 1, 2, 3"):
        gap(marked(scope2_method=MARKET, scopes=("1", "2", "3")), target)
    with pytest.raises(MethodError, match="appear twice"):
        gap(pd.concat([noisy(), noisy()]), target)
    with pytest.raises(MethodError, match="not numbers"):
        gap(noisy().astype("str"), target)
    assert len(gap(marked(scope2_method=MARKET, scopes=("1", "2")), target)) == 16
