"""What an analyst gets wrong in a notebook: each mistake is one box that says what, and what to do."""

from __future__ import annotations

import contextlib
import io

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

import carbon as cb

LINES = 9
MISTAKES = {
    "another company": ('cb.inventory("petit-studo", 2024)', "petit-studio"),
    "a year without records": ('cb.inventory("petit-studio", 2031)', "2022, 2023, 2024, 2025"),
    "a year in quotes": ('cb.inventory("petit-studio", "2024")', "without quotes"),
    "an unknown figure": ('inv.explain("scope4")', "total-location"),
    "a category that does not exist": ('cb.explain("petit-studio/2024/3.16")', "3.1 ... 3.15"),
    "a figure without its company": ('cb.explain("scope1")', "<company>/<year>/<figure>"),
    "a missing column": ('cb.compile_inventory(inv.emissions.drop(columns="co2e_kg"), company="petit-studio", '
                         "year=2024, statements={})", "co2e_kg"),
    "activities without their quantity": ('cb.calculate_emissions(inv.activities.drop(columns="quantity"), None, '
                                          "instruments=[], residual=None)", "cb.classify"),
    "a table in place of records": ("cb.classify(inv.emissions)", "read_company"),
    "a misspelt unit": ('cb.convert(100, "kwhh", "MWh")', "kWh"),
    "a unit of another kind": ('cb.convert(100, "kWh", "kg")', "mass"),
    "a target before its base": ('cb.Target("t", scopes=("1",), scope2_method="location-based", base_year=2030, '
                                 "target_year=2020, reduction=0.4)", "target_year"),
    "an invented scope 2 method": ('cb.Target("t", scopes=("1",), scope2_method="green", base_year=2019, '
                                   "target_year=2030, reduction=0.4)", "market-based"),
    "a fit of one year": ("cb.fit(pd.Series([100.0], index=[2024]), until=2030)", "three are needed"),
    "a fit without years": ("cb.fit(pd.Series([100.0, 90.0, 80.0]), until=2030)", "calendar years"),
    "an activity without a factor": ('cb.estimate("unobtainium", 3, "kg", region="FR", year=2024, gwp="AR5GWP100")',
                                     "factors.csv"),
    "a region without a factor": ('cb.estimate("electricity", 3, "kWh", region="ZZ", year=2024, gwp="AR5GWP100")',
                                  "factors.regions.ZZ"),
    "an unknown GWP set": ('cb.estimate("electricity", 3, "kWh", region="FR", year=2024, gwp="AR7")', "AR6GWP100"),
    "a file that is not there": ('cb.read_records("nothere.csv", "purchases")', "no such file"),
    "a gap without its base year": ('cb.gap(pd.Series([1.0, 2.0], index=[2020, 2021]), target)', "2019"),
}


@pytest.fixture(scope="module")
def shell(inventory):
    """IPython as a notebook has it, with an inventory and a target."""
    shell = InteractiveShell()
    shell.colors = "nocolor"
    target = cb.Target("t", scopes=("1",), scope2_method="location-based", base_year=2019, target_year=2030,
                       reduction=0.4)
    shell.push({"cb": cb, "pd": pd, "inv": inventory, "target": target})
    return shell


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_box(shell, mistake):
    """
    Nine lines at most, no frame of our code, the remedy or the right words in it.
    """
    code, said = MISTAKES[mistake]
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
        done = shell.run_cell(code)
    words = shown.getvalue()
    assert isinstance(done.error_in_exec, cb.CarbonError), words
    assert said in words
    assert "Traceback" not in words and ".py" not in words and len(words.strip().splitlines()) <= LINES
    assert done.error_in_exec.hint or "Hint" in words


def test_a_misspelt_name_is_answered_with_the_nearest():
    """
    `cb.inventry` says `inventory` first.
    """
    with pytest.raises(AttributeError, match="did you mean 'inventory'"):
        _ = cb.inventry
