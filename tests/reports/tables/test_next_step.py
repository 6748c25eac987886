"""What one person can do this week, from the company's own figures."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from carbon.reports.tables.next_step import step_lines
from carbon.reports.words.language import Words

COHORTS = pd.DataFrame({
    "category": ["laptop"] * 3 + ["tablet"] * 2, "life_years": [5.0, 6.0, 8.0, 8.0, 6.0],
    "baseline": [True, False, False, True, False], "bought": [4.0, 3.3, 2.5, 1.0, 1.3],
    "avoided_co2e_kg": [0.0, 100.0, 240.0, 0.0, -50.0], "embodied_co2e_kg": 1.0})


def trips(avoidable: list[float]) -> SimpleNamespace:
    """Trips from Lyon to Nantes and to Lille that went by plane against a rule of six hours."""
    return SimpleNamespace(hours=6.0, departures=pd.DataFrame({
        "origin": "LYS", "destination": ["NTE", "LIL"][:len(avoidable)], "trips": 4, "minutes": 265.0,
        "avoidable_co2e_kg": avoidable}))


def plain(table: pd.DataFrame) -> list[str]:
    return [text.replace("\u00a0", " ").replace("\u202f", " ") for text in table["what"]]


def test_the_largest_saving_comes_first_and_the_next_one_is_named():
    """560 kg of four flights are 140 kg each and more than 240 kg of laptops kept 8 years; a flight whose kilograms
    are not known is no saving, nor is a device that would live less.
    """
    first, then = plain(step_lines(trips([560.0, float("nan")]), SimpleNamespace(cohorts=COHORTS), Words("fr")))
    assert "Lyon (LYS)–Nantes (NTE)" in first and "560 kg" in first
    assert "(4,4 h) : 140 kg de moins par trajet" in first
    assert "ordinateur portable) : 240 kg par an" in then
    first, then = plain(step_lines(trips([200.0]), SimpleNamespace(cohorts=COHORTS), Words("en")))
    assert first.startswith("Keep each device of this kind for 8 years instead of 5, where you can: laptop.")
    assert "train from Lyon (LYS) to Nantes (NTE): 200 kg a year" in then


@pytest.mark.parametrize("fleet", [None, SimpleNamespace(cohorts=COHORTS.iloc[:0])])
def test_nothing_is_advised_without_a_figure(fleet):
    """No trips against the rule and no longer life: no sentence; one saving alone has no next one."""
    assert step_lines(None, fleet, Words("fr")).empty
    assert len(step_lines(trips([9.0]), fleet, Words("fr"))) == 1
