"""Budgets in two named conventions."""

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import MethodError
from carbon.trajectory import budget_kg, budget_state
from carbon.trajectory.budget import straight_line


def pathway() -> pd.Series:
    return pd.Series(np.linspace(1000, 500, 11), index=pd.Index(range(2020, 2031), name="year"))


def test_the_two_conventions_differ_by_half_the_two_ends():
    """
    annual sum - trapezoid = (first + last)/2 = 750.
    """
    difference = budget_kg(pathway(), convention="annual_sum") - budget_kg(pathway(), convention="trapezoid")
    assert difference == pytest.approx(750)


@pytest.mark.parametrize("convention", ["annual_sum", "trapezoid"])
def test_a_company_on_its_path_has_no_overshoot(convention: str):
    """
    Actual = path gives O = 0, and the corrected line sums to what remains.
    """
    actual = pathway().loc[:2024]
    state = budget_state(actual, pathway(), convention=convention)
    assert state.overshoot_kg == pytest.approx(0)
    line = pd.concat([actual.loc[[2024]], state.straight_line])
    used = line.iloc[1:].sum() if convention == "annual_sum" else budget_kg(line, convention="trapezoid")
    assert used == pytest.approx(state.remaining_kg)


def test_what_is_left_are_the_years_after_the_last_inventory():
    """
    1,000 to 500 kg in ten steps of 50: 2025 to 2030 are 750 + 700 + 650 + 600 + 550 + 500 = 3,750 kg in six years; at
    800 kg a year they last 4.7 years, so the fifth is the one they end in.
    """
    state = budget_state(pathway().loc[:2024], pathway(), convention="annual_sum")
    assert (state.remaining_kg, state.years_left) == (pytest.approx(3750), 6)
    assert state.exhausted_in == 2029
    assert state.straight_line.index.tolist() == list(range(2025, 2031))


def test_a_budget_that_is_just_used_up_is_exhausted_now():
    """
    3,750 kg too much in 2024 leave exactly nothing.
    """
    actual = pathway().loc[:2024]
    actual.loc[2024] += 3750
    state = budget_state(actual, pathway(), convention="annual_sum")
    assert (state.remaining_kg, state.exhausted_in, state.straight_line) == (0, 2024, None)
    actual.loc[2024] = 0
    assert budget_state(actual, pathway(), convention="annual_sum").exhausted_in is None


def test_what_was_emitted_too_much_is_missing_from_the_rest():
    """
    100 kg over the path in each of five years: 500 kg less remain.
    """
    on_path = budget_state(pathway().loc[:2024], pathway(), convention="annual_sum")
    over = budget_state(pathway().loc[:2024] + 100, pathway(), convention="annual_sum")
    assert over.overshoot_kg == pytest.approx(500)
    assert on_path.remaining_kg - over.remaining_kg == pytest.approx(500)


def test_a_budget_no_straight_line_keeps_is_said():
    """
    R < E (n - 1)/2: with E = 100, n = 5, R = 190 < 200 it would have to go below zero; 200 is the limit.
    """
    line, words = straight_line(100, 190, start=2024, years=5, convention="annual_sum")
    assert line is None
    assert "cannot be kept by a straight line" in words
    line, _ = straight_line(100, 200, start=2024, years=5, convention="annual_sum")
    assert line.iloc[-1] == pytest.approx(0)
    assert line.sum() == pytest.approx(200)


def test_an_exhausted_budget_names_the_year():
    """
    R <= 0: exhausted now.
    """
    state = budget_state(pathway().loc[:2024] + 2000, pathway(), convention="annual_sum")
    assert state.exhausted_in == 2024
    assert state.line == "the budget is exhausted"


def test_gaps_and_unknown_conventions_are_refused():
    """
    A budget cannot skip a year, and its convention has a name.
    """
    with pytest.raises(MethodError, match="cannot skip years"):
        budget_state(pathway().loc[[2020, 2024]], pathway(), convention="annual_sum")
    with pytest.raises(MethodError, match=r"no inventory for \[2022\]"):
        budget_state(pathway().loc[:2024].where(lambda s: s.index != 2022), pathway(), convention="annual_sum")
    with pytest.raises(MethodError, match="unknown budget convention"):
        budget_kg(pathway(), convention="sum")
