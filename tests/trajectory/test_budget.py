"""Budgets in two named conventions."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from series_of_years import marked, noisy, series

from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import LOCATION, MARKET
from carbon.trajectory import Target, fit
from carbon.trajectory import contraction as plain
from carbon.trajectory.budget import budget_kg, budget_state, straight_line


def pathway() -> pd.Series:
    return pd.Series(np.linspace(1000, 500, 11), index=pd.Index(range(2020, 2031), name="year"))


def test_the_two_conventions_differ_by_half_the_two_ends():
    """annual sum - trapezoid = (first + last)/2 = 750."""
    difference = budget_kg(pathway(), convention="annual_sum") - budget_kg(pathway(), convention="trapezoid")
    assert difference == pytest.approx(750)


@pytest.mark.parametrize("convention", ["annual_sum", "trapezoid"])
def test_a_company_on_its_path_has_no_overshoot(convention: str):
    """Actual = path gives O = 0, and the corrected line sums to what remains."""
    actual = pathway().loc[:2024]
    state = budget_state(actual, pathway(), convention=convention)
    assert state.overshoot_kg == pytest.approx(0)
    line = pd.concat([actual.loc[[2024]], state.straight_line])
    used = line.iloc[1:].sum() if convention == "annual_sum" else budget_kg(line, convention="trapezoid")
    assert used == pytest.approx(state.remaining_kg)


def test_what_is_left_are_the_years_after_the_last_inventory():
    """1,000 to 500 kg in ten steps of 50: 2025 to 2030 are 750 + 700 + 650 + 600 + 550 + 500 = 3,750 kg in six years;
    at 800 kg a year they last 4.7 years, so the fifth is the one they end in.
    """
    state = budget_state(pathway().loc[:2024], pathway(), convention="annual_sum")
    assert (state.remaining_kg, state.years_left) == (pytest.approx(3750), 6)
    assert state.exhausted_in == 2029
    assert state.straight_line.index.tolist() == list(range(2025, 2031))


def test_a_budget_that_is_just_used_up_is_exhausted_now():
    """3,750 kg too much in 2024 leave exactly nothing."""
    actual = pathway().loc[:2024]
    actual.loc[2024] += 3750
    state = budget_state(actual, pathway(), convention="annual_sum")
    assert (state.remaining_kg, state.exhausted_in, state.straight_line) == (0, 2024, None)
    actual.loc[2024] = 0
    assert budget_state(actual, pathway(), convention="annual_sum").exhausted_in is None


def test_what_was_emitted_too_much_is_missing_from_the_rest():
    """100 kg over the path in each of five years: 500 kg less remain."""
    on_path = budget_state(pathway().loc[:2024], pathway(), convention="annual_sum")
    over = budget_state(pathway().loc[:2024] + 100, pathway(), convention="annual_sum")
    assert over.overshoot_kg == pytest.approx(500)
    assert on_path.remaining_kg - over.remaining_kg == pytest.approx(500)


def test_a_budget_no_straight_line_keeps_is_said():
    """R < E (n - 1)/2: with E = 100, n = 5, R = 190 < 200 it would have to go below zero; 200 is the limit."""
    line, words = straight_line(100, 190, start=2024, years=5, convention="annual_sum")
    assert line is None
    assert "cannot be kept by a straight line" in words
    line, _ = straight_line(100, 200, start=2024, years=5, convention="annual_sum")
    assert line.iloc[-1] == pytest.approx(0)
    assert line.sum() == pytest.approx(200)


def test_an_exhausted_budget_names_the_year():
    """R <= 0: the budget of 1,000 + 950 + ... + 500 = 8,250 kg is gone in the year in which what was emitted reaches
    it. At 2,000 kg over the path 3,000 + 2,950 are 5,950, with 2,900 more in 2022 they are 8,850.
    """
    state = budget_state(pathway().loc[:2024] + 2000, pathway(), convention="annual_sum")
    assert state.exhausted_in == 2022
    assert state.line == "the budget is exhausted"


def test_gaps_and_unknown_conventions_are_refused():
    """A budget cannot skip a year, and its convention has a name."""
    with pytest.raises(MethodError, match="cannot skip years"):
        budget_state(pathway().loc[[2020, 2024]], pathway(), convention="annual_sum")
    with pytest.raises(MethodError, match=r"no inventory for \[2022\]"):
        budget_state(pathway().loc[:2024].where(lambda s: s.index != 2022), pathway(), convention="annual_sum")
    with pytest.raises(MethodError, match="unknown budget convention"):
        budget_kg(pathway(), convention="sum")


def test_a_budget_used_up_in_the_past_names_that_year_by_either_convention():
    """A flat path of 105 kg from 2020 to 2029 allows 1,050 kg as a sum, 945 kg as an area. Emissions of 300, 400, 400,
    50 and 50 kg reach the sum in 2022 (1,100); the areas up to 2021 and 2022 are 350 and 750, then 975 in 2023.
    """
    path = pd.Series(105.0, index=range(2020, 2030))
    actual = pd.Series([300.0, 400.0, 400.0, 50.0, 50.0], index=range(2020, 2025))
    assert budget_state(actual, path, convention="annual_sum").exhausted_in == 2022
    assert budget_state(actual, path, convention="trapezoid").exhausted_in == 2023


def test_a_line_never_rises_and_what_it_leaves_is_slack():
    """100 kg a year and 1,000 kg for five years: the line that used them all would rise to 267 kg; 100 kg a year use
    500 kg and leave 500 kg of slack.
    """
    line, words = straight_line(100, 1000, start=2024, years=5, convention="annual_sum")
    assert line.tolist() == [100.0] * 5
    assert words == "no more than today's level each year; 500 kg of slack"
    assert straight_line(100, 350, start=2024, years=5, convention="annual_sum")[1] == "10 kg less each year"
    with pytest.raises(MethodError, match="target_kg"):
        straight_line(100, 350, start=2024, years=5, convention="annual_sum", target_kg=np.nan)


@pytest.mark.parametrize("convention", ["annual_sum", "trapezoid"])
@pytest.mark.parametrize("now", [900.0, 700.0, 520.0, 300.0, 0.0])
def test_a_company_below_its_pathway_is_not_led_above_its_target(now: float, convention: str):
    """1,000 to 500 kg by 2030, and less than allowed until 2024: the line ends at 500 kg at most, never rises, and line
    and slack together are what remains.
    """
    actual = pathway().loc[:2024] * [1, 0.9, 0.8, 0.7, 1]
    actual.loc[2024] = now
    state = budget_state(actual, pathway(), convention=convention)
    line = pd.concat([actual.loc[[2024]], state.straight_line])
    assert line.iloc[-1] <= 500 + 1e-9
    assert (line.diff().dropna() <= 1e-9).all()
    used = line.iloc[1:].sum() if convention == "annual_sum" else budget_kg(line, convention="trapezoid")
    assert used + state.slack_kg == pytest.approx(state.remaining_kg)
    assert ("slack" in state.line) == (state.slack_kg > 0)


def test_a_company_above_its_pathway_has_no_slack():
    """500 kg too much so far: the line uses what is left to the kilogram and ends below the target."""
    state = budget_state(pathway().loc[:2024] + 100, pathway(), convention="annual_sum")
    assert state.slack_kg == 0
    assert state.straight_line.iloc[-1] < 500
    assert state.straight_line.sum() == pytest.approx(state.remaining_kg)


@pytest.mark.parametrize("convention", ["annual_sum", "trapezoid"])
def test_the_chance_to_keep_a_budget_is_of_its_own_years_and_convention(convention: str):
    """Simulated to 2034, a budget until 2030 is held against its own six years: the chance of a fit to 2030, where its
    bare kilograms would be held against ten; the trapezoid against the area that begins at the last inventory. One
    path by hand: 90, 80 after 100 kg are 170 kg as a sum and (100 + 90)/2 + (90 + 80)/2 = 180 kg as an area.
    """
    actual = pathway().loc[:2024] * [1.02, 0.99, 1.01, 0.98, 1.0]
    state = budget_state(actual, pathway(), convention=convention)
    near, far = (fit(actual, until=u) for u in (2030, 2034))
    assert far.p_budget(state, seed=1) == pytest.approx(near.p_budget(state, seed=1), abs=0.02)
    assert 0.05 < near.p_budget(state, seed=1) < 0.95
    assert far.p_budget(state.remaining_kg, seed=1) < 0.05
    paths = np.array([[90.0, 80.0, 9.0]])
    short = replace(state, years_left=2, actual=pd.Series({2024: 100.0}))
    used = short.used_by(np.array([2025, 2026, 2027]), paths)
    assert used.tolist() == [170.0 if convention == "annual_sum" else 180.0]


def test_a_chance_of_other_years_than_the_budget_is_refused():
    """A fit that ends before the budget does, or of another last inventory."""
    actual = pathway().loc[:2024]
    state = budget_state(actual, pathway(), convention="annual_sum")
    for fitted in (fit(actual, until=2029), fit(pathway().loc[:2025], until=2030)):
        with pytest.raises(MethodError, match="the budget runs from 2025 to 2030, the paths from"):
            fitted.p_budget(state, seed=1)


def test_the_last_bit_adds_no_year_and_takes_no_line():
    """2.1 kg at 0.3 kg a year last seven years, though 2.1 / 0.3 is more than 7 in binary: until 2031. At the limit
    R = E (n - 1)/2 the line ends in zero, whatever the last bit says.
    """
    path = pd.Series([0.3, 2.1], index=[2024, 2025])
    assert 2.1 / 0.3 > 7
    assert budget_state(pd.Series([0.3], index=[2024]), path, convention="annual_sum").exhausted_in == 2031
    for n in range(2, 40):
        for now in (0.1, 0.3, 0.7, 1.1):
            line, _ = straight_line(now, now * (n - 1) / 2, start=2024, years=n, convention="annual_sum")
            assert line.iloc[-1] == pytest.approx(0, abs=1e-12) and line.min() >= 0


def test_a_line_by_no_known_convention_or_from_unknown_figures_is_refused():
    """A convention that is misspelt would be the other one."""
    given = {"now_kg": 100.0, "remaining_kg": 200.0, "start": 2024, "years": 5, "convention": "annual_sum"}
    for name, value in (("years", 0), ("now_kg", np.nan), ("now_kg", -1.0), ("remaining_kg", np.inf)):
        with pytest.raises(MethodError, match=f"straight line: {name}"):
            straight_line(**{**given, name: value})
    with pytest.raises(MethodError, match="unknown budget convention"):
        straight_line(**{**given, "convention": "sum"})


def test_half_a_kilogram_is_a_budget_and_an_emission():
    """A small source is measured in grams: 0.5 kg left are not nothing, and at 0.5 kg a year they last one year
    more.
    """
    path = pd.Series(0.5, index=range(2020, 2023))
    state = budget_state(pd.Series([0.5, 0.5], index=[2020, 2021]), path, convention="annual_sum")
    assert (state.remaining_kg, state.exhausted_in) == (0.5, 2022)
    assert state.straight_line.tolist() == [0.5]


def test_a_path_uses_up_what_is_left_in_a_year_or_not():
    """3,750 kg are left after 2024. At 1,000 kg a year four years use them, 2028; at 625 kg six years use 3,750, the
    last bit in 2030; at 600 kg some is left. The trapezoid from 800 kg leaves 3,900 kg: six years of 640 kg are 3,840
    kg, and 80 kg more on the way down from 800 to 640, so 2030 uses them up.
    """
    state = budget_state(pathway().loc[:2024], pathway(), convention="annual_sum")
    years = pd.Index(range(2025, 2031))
    for kg, spent in ((1000.0, 2028), (625.0, 2030), (600.0, None)):
        assert state.exhausted_on(pd.Series(kg, index=years)) == spent
    areas = budget_state(pathway().loc[:2024], pathway(), convention="trapezoid")
    assert areas.remaining_kg == pytest.approx(3900)
    assert areas.exhausted_on(pd.Series(640.0, index=years)) == 2030
    level = replace(areas, actual=areas.actual.where(areas.actual.index < 2024, 640.0))
    assert level.exhausted_on(pd.Series(640.0, index=years)) is None
    with pytest.raises(MethodError, match="the budget runs from 2025 to 2030"):
        state.exhausted_on(pd.Series(1.0, index=years[1:]))


def test_a_state_says_both_how_long_it_lasts_and_how_far_it_runs():
    """Path 100, 90, 80, 70, 60; 100 and 110 emitted: O = 20, R = 210 - 20 = 190: 1.727 years at 110, of three to
    come.
    """
    path = plain.absolute_contraction(100.0, base_year=2020, last_year=2024, yearly_rate=0.1, residual=0.0)

    state = budget_state(series(100, 110), path, convention="annual_sum")

    assert state.remaining_kg == pytest.approx(190)
    assert state.years_at_level == pytest.approx(190 / 110)
    assert state.years_left == 3


def test_a_budget_needs_every_year_and_a_pathway_that_goes_on():
    """A gap, an unknown convention, a pathway that ends today: refused."""
    path = pd.Series([100.0, 90.0, 80.0], index=[2020, 2021, 2022])
    assert (budget_kg(path, convention="annual_sum"), budget_kg(path, convention="trapezoid")) == (270.0, 180.0)
    with pytest.raises(MethodError, match="unknown budget convention"):
        budget_kg(path, convention="sum")
    with pytest.raises(MethodError, match="needs every year"):
        budget_kg(path.drop(2021), convention="annual_sum")
    with pytest.raises(MethodError, match="the pathway ends in 2022, not after 2022"):
        budget_state(path, path, convention="annual_sum")
    assert budget_state(path.loc[:2021], path, convention="annual_sum").remaining_kg == 80.0


def test_a_budget_is_not_held_against_the_other_method_or_across_a_break():
    """A market-based pathway and a location-based series; a sale that is not restated; a year twice."""
    path = Target("t", ("1", "2"), MARKET, 2015, 2030, 0.42).pathway(1000.0)
    budget_state(marked(scope2_method=MARKET), path, convention="annual_sum")
    for bad, message in ((marked(scope2_method=LOCATION), "the two never mix"),
                         (marked(breaks=(("sale", 2018),)), "crosses sale"),
                         (pd.concat([noisy(), noisy()]), "appear twice")):
        with pytest.raises(MethodError, match=message) as refused:
            budget_state(bad, path, convention="annual_sum")
        assert refused.value.hint
