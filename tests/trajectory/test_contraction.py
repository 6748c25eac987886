"""Contraction, coverage and what is left of a budget, each once by hand."""

import pytest

from carbon.core.errors import MethodError
from carbon.trajectory import Target
from carbon.trajectory import contraction as plain


def test_contraction_is_linear_and_stops_at_the_residual():
    """100 kg at 10 % a year: 100, 90, ... 20, then the residual of 20 from 2028 = 2020 + 0.8 / 0.1; twice the base,
    twice the path. It is the pathway of a Target with the same rate.
    """
    path = plain.absolute_contraction(100.0, base_year=2020, last_year=2030, yearly_rate=0.1, residual=0.2)

    assert path.tolist() == pytest.approx([100, 90, 80, 70, 60, 50, 40, 30, 20, 20, 20])
    assert plain.floor_year(base_year=2020, yearly_rate=0.1, residual=0.2) == pytest.approx(2028)
    double = plain.absolute_contraction(200.0, base_year=2020, last_year=2030, yearly_rate=0.1, residual=0.2)
    assert double.tolist() == pytest.approx((2 * path).tolist())
    target = Target("t", ("1",), "location-based", 2020, 2030, 1.0, residual=0.2)
    assert target.pathway(100.0).tolist() == pytest.approx(path.tolist())


def test_rates_by_hand():
    """42 % in ten years are 4.2 % a year; from 2030 to 2040 a residual of 10 % asks 0.9 / 10 = 9 %, above the floor."""
    assert plain.implied_rate(0.42, base_year=2020, target_year=2030) == pytest.approx(0.042)
    assert plain.contraction_rate(floor=0.042, residual=0.1, base_year=2030, net_zero_year=2040) == pytest.approx(0.09)
    assert plain.contraction_rate(floor=0.042, residual=0.1, base_year=2020, net_zero_year=2050) == pytest.approx(0.042)


def test_coverage_counts_tonnes():
    """60 of 100 t covered are 60 %; 67 % needs 7 t more; where it is met nothing is missing."""
    assert plain.coverage(60_000, 100_000) == pytest.approx(0.6)
    assert plain.tonnes_missing(60_000, 100_000, threshold=0.67) == pytest.approx(7)
    assert plain.tonnes_missing(70_000, 100_000, threshold=0.67) == 0
    with pytest.raises(MethodError, match="coverage"):
        plain.coverage(110_000, 100_000)


def test_what_is_left_of_a_budget_lasts_so_many_years():
    """250 kg at 100 kg a year last 2.5 years; used up is 0; without emissions there is no number."""
    assert plain.years_at_level(250.0, 100.0) == pytest.approx(2.5)
    assert plain.years_at_level(-10.0, 100.0) == 0
    with pytest.raises(MethodError, match="lasts for ever"):
        plain.years_at_level(250.0, 0.0)
