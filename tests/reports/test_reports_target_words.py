"""What stands beside a target's figure: the budget in words, what a fit left out, in both languages."""

import pandas as pd
import pytest

from carbon.reports.target_words import fit_notes, way_notes
from carbon.reports.words import Words
from carbon.trajectory import Target, fit

TARGET = Target("t", ("1",), "location-based", 2019, 2030, 0.5)


def notes(series: pd.Series, language: str = "en") -> dict[str, str]:
    fitted = fit(series, until=2030, missing_years=[y for y in range(2019, 2025) if y not in series.index])
    told = fit_notes(fitted, "", {}, Words(language))
    return dict([*told, *way_notes(TARGET, series, TARGET.pathway(series.loc[2019]), 2024, fitted, Words(language))])


@pytest.mark.parametrize("language, said", [
    ("en", "was used up in 2023; by 2024, 2,250 t more were emitted than it allows in all"),
    ("fr", "a été épuisé en 2023"),
])
def test_a_budget_used_up_says_when_and_by_how_much(language: str, said: str):
    """
    1,000 t falling to 500 t in 2030 allow 9,000 t in all. 1,000 + 5 x 2,050 = 11,250 t were emitted: the sum passes
    9,000 t in 2023 (1,000 + 4 x 2,050 = 9,200), and 2,250 t more were emitted by 2024. No years are left, not a
    negative number of them, and there is no chance to keep it.
    """
    told = notes(pd.Series([1e6, *[2.05e6] * 5], index=range(2019, 2025)), language)
    assert said in told["budget"].replace("\u202f", ",")
    assert "-" not in told["budget"].replace("-based", "")
    assert "budget_chance" not in told


def test_a_budget_that_is_left_has_its_chance_and_its_line():
    """
    On its pathway: what is left, and the chance to keep it by simulated paths.
    """
    told = notes(TARGET.pathway(1e6).loc[:2024].rename(None))
    assert "t are left until 2030" in told["budget"]
    assert "simulated paths, seed 2026" in told["budget_chance"]


def test_a_declared_gap_and_an_interval_without_width_are_said_on_the_page():
    """
    2021 has no figure; three equal years have no spread. A plain series has no warning.
    """
    kg = TARGET.pathway(1e6).loc[:2024] * [1.0, 1.01, 0.99, 1.02, 0.98, 1.0]
    assert "No figure for 2021" in notes(kg.drop(2021))["warning"]
    assert "warning" not in notes(kg)
    same = fit(pd.Series(1e6, index=range(2022, 2025)), until=2030)
    assert "has no width and promises nothing" in dict(fit_notes(same, "", {}, Words("en")))["warning"]
