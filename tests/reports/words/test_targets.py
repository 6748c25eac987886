"""What stands beside a target's figure: the budget in words, what a fit left out, in both languages."""

import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from carbon.core.errors import MethodError
from carbon.reports.figures import catalogue as figures
from carbon.reports.tables import catalogue as tables
from carbon.reports.words.language import Words
from carbon.reports.words.targets import _cause, fit_notes, likely_text, progress_notes, way_notes
from carbon.trajectory import Course, Target, fit
from carbon.trajectory.fitting.breaks import Break

TARGET = Target("t", ("1",), "location-based", 2019, 2030, 0.5)


def notes(series: pd.Series, language: str = "en") -> dict[str, str]:
    fitted = fit(series, until=2030, missing_years=[y for y in range(2019, 2025) if y not in series.index])
    told = fit_notes(fitted, "", {}, Words(language))
    return dict([*told, *way_notes(Course(series, TARGET, 2030), 2024, Words(language))])


@pytest.mark.parametrize("language, said", [
    ("en", "was used up in 2023; by 2024, emissions were 2,250 t above the whole budget"),
    ("fr", "a été épuisé en 2023"),
])
def test_a_budget_used_up_says_when_and_by_how_much(language: str, said: str):
    """1,000 t falling to 500 t in 2030 allow 9,000 t in all. 1,000 + 5 x 2,050 = 11,250 t were emitted: the sum passes
    9,000 t in 2023 (1,000 + 4 x 2,050 = 9,200), and 2,250 t more were emitted by 2024. No years are left, not a
    negative number of them, and there is no chance to keep it.
    """
    told = notes(pd.Series([1e6, *[2.05e6] * 5], index=range(2019, 2025)), language)
    assert said in told["budget"].replace("\u202f", ",")
    assert "-" not in told["budget"].replace("-based", "")
    assert "budget_chance" not in told


@pytest.mark.parametrize(("probability", "text"), [(0.0, "(< 1%)"), (0.004, "(< 1%)"), (0.42, "(42%)"),
                                                   (0.997, "(> 99%)"), (1.0, "(> 99%)")])
def test_no_chance_is_certain(probability: float, text: str):
    """Simulated paths may all miss a target, or all meet it: the page prints neither 0 % nor 100 %."""
    said = likely_text(SimpleNamespace(used=pd.Series(range(9))), probability, Words("en"))
    assert said.endswith(text)


def test_a_budget_that_is_left_has_its_chance_and_its_line():
    """On its pathway: what is left, and the chance to keep it by simulated paths."""
    told = notes(TARGET.pathway(1e6).loc[:2024].rename(None))
    assert "t are left until 2030" in told["budget"]
    assert "simulated paths, seed 2026" in told["budget_chance"]


@pytest.mark.parametrize("language, slack, level", [("en", "of slack", "Today’s level keeps within it"),
                                                    ("fr", "de marge", "Le niveau actuel le respecte")])
def test_what_a_budget_does_not_need_is_called_slack(language: str, slack: str, level: str):
    """Below the pathway all along: no sentence lets emissions rise. Down to 500 t in six years; from below the target,
    the level of today.
    """
    path = TARGET.pathway(1e6).loc[:2024]
    lower = notes(path * [1, 0.8, 0.7, 0.7, 0.7, 1], language)["budget"]
    assert slack in lower and "+" not in lower
    far = notes(path * [1, 0.8, 0.7, 0.6, 0.5, 0.5], language)["budget"]
    assert level in far and slack in far


def test_a_declared_gap_and_an_interval_without_width_are_said_on_the_page():
    """2021 has no figure; four equal years have no spread. A plain series has no warning."""
    kg = TARGET.pathway(1e6).loc[:2024] * [1.0, 1.01, 0.99, 1.02, 0.98, 1.0]
    assert "No figure for 2021" in notes(kg.drop(2021))["warning"]
    assert "warning" not in notes(kg)
    same = fit(pd.Series(1e6, index=range(2021, 2025)), until=2030, model="last_value")
    assert "has no width; it promises nothing" in dict(fit_notes(same, "", {}, Words("en")))["warning"]


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize("language, sign, cannot, shown, chance", [
    ("en", "{n} years, falling: no clear direction", "{p}; {n} years never reach 5%", "The figure shows the l",
     "Probability not given: a probability needs at least five years, there are {n}: cannot tell"),
    ("fr", "{n} années, en baisse : pas de direction nette", "{p} ; {n} années n’atteignent jamais 5 %",
     "La figure montre l",
     "Probabilité non donnée : une probabilité demande au moins cinq années, il y en a {n} : on ne peut rien dire"),
])
@pytest.mark.parametrize("n", [3, 4])
def test_three_or_four_years_say_their_sign_and_that_they_cannot_tell(n: int, language: str, sign: str, cannot: str,
                                                                     shown: str, chance: str):
    """p = 2/3! = 0.33 and 2/4! = 0.08: sign, p and what is shown, no rate, and no chance to meet the target or to keep
    the budget. Three years have no interval, so none is judged and its absence is a warning.
    """
    kg = pd.Series([1e6, 9e5, 8e5, 7e5][:n], index=range(2025 - n, 2025))
    fitted, words = fit(kg, until=2030), Words(language)
    target = Target("t", ("1",), "location-based", 2025 - n, 2030, 0.5)
    told = {key: plain(text) for key, text in [
        *fit_notes(fitted, "", {}, words),
        *way_notes(Course(kg, target, 2030), 2024, words)]}
    named = {"en": {3: "three", 4: "four"}, "fr": {3: "trois", 4: "quatre"}}[language][n]
    assert sign.format(n=n) in told["fit"]
    assert cannot.format(n=named, p="= 0.33" if n == 3 else "= 0.08").replace(
        ".", "." if language == "en" else ",") in told["fit"]
    assert shown in told["fit"]
    assert "%" not in told["fit"].replace("5%", "").replace("5 %", "")
    assert told["probability"] == told["budget_chance"] == chance.format(n=n)
    assert ("record" in told) == (n == 4)
    no_interval = {"en": "too few for an interval", "fr": "ne suffisent pas pour un intervalle"}[language]
    assert (no_interval in told.get("warning", "")) == (n == 3)
    assert {"en": "There is no trend to give another year",
            "fr": "Aucune tendance ne permet de donner"}[language] in told["budget"]


@pytest.mark.parametrize("n, fans", [(3, 0), (4, 3), (6, 3)])
def test_the_fan_has_no_band_where_there_is_no_interval(n: int, fans: int):
    """Three years: the last value as a line, no area and no key of one, and a table whose bounds are empty."""
    kg = pd.Series([1e6, 9.5e5, 9e5, 8.8e5, 8.1e5, 8e5][:n], index=range(2025 - n, 2025))
    status = pd.Series("computed", index=kg.index)
    table = tables.trajectory_table(kg, status, pathway=TARGET.pathway(1e6), fit=fit(kg, until=2030).table)
    ahead = table[table["year"] > 2024]
    assert ahead["median_t"].notna().all()
    bounds = ahead[[c for c in table if c.startswith(("low_", "high_"))]]
    assert bounds.notna().all(axis=None) if fans else bounds.isna().all(axis=None)
    ax = figures.plot_trajectory(table)
    assert len(ax.collections) == fans
    keys = [text.get_text() for text in ax.get_legend().get_texts()]
    assert sum("interval" in key for key in keys) == fans
    assert Words("en")("legend.fit") in keys


@pytest.mark.parametrize("language, said", [("en", "Left out, no figure: 2025."),
                                            ("fr", "Années écartées, faute de chiffre : 2025.")])
def test_a_year_without_a_figure_at_an_end_is_said_on_the_page(language: str, said: str):
    """2025 has no figure yet, as a value that is not there or as a year whose scopes are not all known."""
    kg = pd.Series([1e6, 9.5e5, 9.2e5, 9e5, 8.8e5, None], index=range(2020, 2026), dtype=float)
    short = kg.dropna()
    short.attrs["incomplete"] = (2025,)
    for series in (kg, short):
        told = dict(fit_notes(fit(series, until=2030), "", {}, Words(language)))
        assert said in plain(told["warning"])


@pytest.mark.parametrize("language, level, trend", [
    ("en", "At today’s level the budget lasts 3.6 years and is used up in 2028.",
     "If the trend continues, it is used up in"),
    ("fr", "Au niveau actuel, le budget s’épuise en 2028 (durée restante, en années : 3,6).",
     "Si la tendance se poursuit, il s’épuise en"),
])
def test_a_budget_says_when_it_will_be_used_up(language: str, level: str, trend: str):
    """1,000 t falling to 500 t in 2030 allow 9,000 t in all; 1,000 + 1,100 + 1,050 + 1,010 + 1,000 + 840 = 6,000 t are
    used: 3,000 t left at 840 t a year last 3.6 years, so until 2028. On the trend, by its own medians.
    """
    kg = pd.Series([1e6, 1.1e6, 1.05e6, 1.01e6, 1e6, 8.4e5], index=range(2019, 2025))
    told = notes(kg, language)
    assert level in plain(told["budget"])
    assert trend in plain(told["budget"])


def test_a_budget_that_a_falling_trend_keeps_says_until_when_it_lasts():
    """Falling by a tenth each year: used up at today's level, not by the trend; and nothing emitted uses up nothing."""
    kg = pd.Series([1e6 * 0.88 ** i for i in range(6)], index=range(2019, 2025)) * [1, 1.01, 1, .99, 1, 1]
    assert "If the trend continues, it lasts beyond 2030." in notes(kg)["budget"]
    none = pd.Series([1e6, 5e5, 0.0, 0.0, 0.0, 0.0], index=range(2019, 2025))
    told = dict(way_notes(Course(none, TARGET, 2030), 2024, Words("en")))
    assert told["budget"].count("With no emissions today, it is not used up.") == 1


def test_progress_names_the_history_it_stands_on():
    """1,000 t in the base year, 800 t now, 20 % less; without the entity bought since, 1,000 and 750: 25 % less. Both
    stand, or why the second cannot.
    """
    kg, words = pd.Series([1e6, 8e5], index=[2019, 2024]), Words("en")

    def common(**changes: Any) -> Any:
        return lambda: SimpleNamespace(**{"series": lambda *_: pd.Series([1e6, 7.5e5], index=[2019, 2024]),
                                          "years": [2019, 2024],
                                          "left_out": ("Bureau Sud",), **changes})

    def refused() -> Any:
        raise MethodError("the emissions of Bureau Sud in 2024 are not known apart from the rest")

    def told(made: Any, language: str = "en") -> str:
        [(key, text)] = progress_notes(Course(kg, TARGET, 2030), 2024, made, Words(language))
        assert key == "progress"
        return plain(text)

    assert told(None) == "−20.0% since 2019; no known event changed the boundary or the method."
    assert told(common()) == "−20.0% since 2019 on the history shown; −25.0% like-for-like, without Bureau Sud."
    assert "no entity left out" in told(common(left_out=()))
    assert "is unknown: the emissions of Bureau Sud in 2024 are not known apart" in told(refused)
    assert "à périmètre constant, sans Bureau Sud" in told(common(), "fr")
    assert "les émissions de Bureau Sud en 2024 ne sont pas connues" in told(refused, "fr")
    assert words("choice.progress") == "Progress"


@pytest.mark.parametrize(("language", "clause"), [
    ("en", r"; forecasts like this came true in [\d,]+ of [\d,]+\.$"),
    ("fr", r" ; des prévisions semblables se sont réalisées [\d ]+ fois sur [\d ]+\.$")])
def test_a_probability_of_the_page_has_its_record_and_none_is_given_without(language: str, clause: str):
    """On its pathway: target and budget, each with how many forecasts like it came true. Across a break, and twelve
    years ahead, there is no probability at all.
    """
    path = TARGET.pathway(1e6).loc[:2024].rename(None)
    told = {k: v.replace("\u202f", " ").replace("\xa0", " ") for k, v in notes(path, language).items()}
    for key in ("probability", "budget_chance"):
        assert re.search(clause, told[key]), told[key]
    far = dict(way_notes(Course(path, replace(TARGET, target_year=2036), 2036), 2024, Words(language)))
    broken = notes(path * [1, 1, 1, 2, 2, 2], language)
    assert not any("%" in of[key] for of in (far, broken) for key in ("probability", "budget_chance") if key in of)
    assert "probability" in far and "probability" in broken


@pytest.mark.parametrize(("cause", "text"), [
    ("twice the years before: a file entered twice?", "lyon · Gaz naturel, le double des années précédentes"),
    ("1/10 of the years before: a digit missing?", "lyon · Gaz naturel, 1/10"),
    ("3.9 times the years before", "lyon · Gaz naturel, 3,9 fois les années précédentes")])
def test_a_suspect_is_named_in_the_readers_language(cause: str, text: str):
    """A stream in front of a cause keeps no part of it in English, nor its decimal point."""
    found = _cause(Break(2022, 3.9, cause, "", "lyon · natural_gas"), Words("fr"))
    assert found.startswith(text)
    assert "years" not in found
