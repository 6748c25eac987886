"""What an analyst gets wrong in a notebook: each mistake is one box: what happened, and what to do."""

from __future__ import annotations

import contextlib
import importlib.util
import inspect
import io
import pickle
from pathlib import Path
from unittest import mock

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

import carbon as cb
from carbon.core.public_names import boxed

_spec = importlib.util.spec_from_file_location("public_objects", Path(__file__).with_name("public_objects.py"))
public_objects = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(public_objects)

LINES = 9
MISTAKES = {
    "another company": ('cb.inventory("petit-studo", 2024)', "petit-studio"),
    "a year without records": ('cb.inventory("petit-studio", 2031)', "2022, 2023, 2024, 2025"),
    "a year in quotes": ('cb.inventory("petit-studio", "2024")', "without quotes"),
    "an unknown figure": ('inv.explain("scope4")', "did you mean scope3"),
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
                                     "cb.estimate(3, \"kg\", factor=...)"),
    "a region without a factor": ('cb.estimate("electricity", 3, "kWh", region="ZZ", year=2024, gwp="AR5GWP100")',
                                  "Unknown region 'ZZ'"),
    "an unknown GWP set": ('cb.estimate("electricity", 3, "kWh", region="FR", year=2024, gwp="AR7")', "AR6GWP100"),
    "a file that is not there": ('cb.read_records("nothere.csv", "purchases")', "no such file"),
    "a name in place of an inventory": ('cb.figures.plot_breaches("petit-studio")', "inv = cb.inventory("),
    "an inventory in place of a table": ("cb.figures.plot_trajectory(inv)", "it takes DataFrame"),
    "a table without its columns": ('cb.figures.plot_budget(pd.DataFrame({"x": [1]}))', "no column"),
    "a missing method": ("inv.rows()", "'location-based' or 'market-based'"),
    "a misspelt argument": ('inv.pivot("site", scope_2_method="market-based")', "did you mean `scope2_method`"),
    "a misspelt column": ('inv.pivot("suplier", scope2_method="market-based")', "did you mean 'supplier'"),
    "a scope as a number": ('inv.rows(scope2_method="market-based").query("scope == 3")', 'scope == "3"'),
    "a condition that nothing fits": ('inv.pivot("site", scope2_method="market-based", where={"kind": "travell"})',
                                      "'travel'"),
    "a name in place of a series": ('cb.gap("petit-studio", target)', "pd.Series(kg, index=years)"),
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
    """Nine lines at most, no frame of our code, the remedy or the right words in it."""
    code, expected_words = MISTAKES[mistake]
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
        done = shell.run_cell(code)
    words = shown.getvalue()
    assert isinstance(done.error_in_exec, cb.CarbonError), words
    assert expected_words in words
    assert "Traceback" not in words and ".py" not in words and len(words.strip().splitlines()) <= LINES
    assert done.error_in_exec.hint or "Hint" in words


def test_a_misspelt_name_is_answered_with_the_nearest(inventory):
    """Of the package, of each room, and of an inventory; what fails inside a property is not taken for a wrong name."""
    for where, name, nearest in ((cb, "inventry", "'inventory'"), (cb.factors, "serach", "search"),
                                 (cb.tables, "portfolio_tabel", "portfolio_table"),
                                 (cb.figures, "plot_slop", "plot_slope"),
                                 (inventory, "by_scop", "by_scope"), (inventory, "pivott", "pivot")):
        with pytest.raises(AttributeError, match=f"did you mean {nearest}"):
            getattr(where, name)
    assert not hasattr(inventory, "_repr_svg_")
    with mock.patch.object(type(inventory), "library", property(lambda self: self.absent.table), create=True), \
            pytest.raises(AttributeError, match="has no 'absent'"):
        _ = inventory.library


WRONG = {"a string": "petit-studio", "a number": 5, "None": None, "a list": [], "a table": pd.DataFrame({"x": [1]})}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", WRONG)
def test_every_public_function_answers_a_wrong_kind_in_one_box(kind):
    """The same wrong value for all that a function asks for: it works, or one of our errors states what it takes."""
    functions = {n: f for n, f in public_objects.public_callables().items() if not isinstance(f, type)}
    assert len(functions) > 150
    traces = {}
    for name, function in functions.items():
        asked = [p for p in inspect.signature(function).parameters.values() if p.default is p.empty and p.kind < 4]
        by_name = {p.name: WRONG[kind] for p in asked if p.kind == p.KEYWORD_ONLY}
        in_place = [WRONG[kind] for p in asked if p.kind < p.VAR_POSITIONAL]
        try:
            if in_place or by_name:
                function(*in_place, **by_name)
        except cb.CarbonError as error:
            assert str(error).count("\n") < LINES, name
        except Exception as error:
            traces[name] = f"{type(error).__name__}: {error}"
    assert traces == {}


def test_a_failure_of_ours_keeps_its_trace():
    """Arguments of the right kinds and a failure all the same: the error is shown as it is, with its frames."""

    def broken(text: str, *, share: float = 0.0) -> float:
        return share / len(text)

    with pytest.raises(ZeroDivisionError):
        boxed(broken)("")
    with pytest.raises(cb.CarbonError, match="`share` is the string 'x'; it takes float"):
        boxed(broken)("a", share="x")  # type: ignore[arg-type]


def test_a_public_function_is_one_object():
    """What is asked for twice is the same function, with its own name and words; other processes find it by its
    name.
    """
    assert cb.gap is cb.gap and cb.gap.__name__ == "gap" and "pathway" in str(cb.gap.__doc__)
    for function in (cb.gap, cb.figures.plot_bars, cb.factors.search):
        assert pickle.loads(pickle.dumps(function)) is function
