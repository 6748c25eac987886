"""Every formula of the methods has a plain function, on the list and on the page, that rejects what is no number."""

from __future__ import annotations

import importlib.util
import inspect
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from carbon.core.errors import CarbonError

ROOT = Path(__file__).parents[2]


def loaded(path: Path) -> Any:
    """A module next to the tests or among the scripts, which are no package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGE = loaded(ROOT / "scripts" / "build_formula_docs.py")
CALLS: dict[str, dict[str, Any]] = loaded(Path(__file__).with_name("formula_calls.py")).CALLS
LISTED = [name for row in PAGE.listed() for name in row["functions"].split()]
SECTIONS = {
    "methods": {"1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.11", "1.12", "1.13", "1.14", "1.16", "1.17", "1.18",
                "2.1", "2.2", "2.3", "3.1", "3.2", "4", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7", "4.10",
                "5.1", "5.3", "5.4", "5.5", "5.6", "6.1", "7.1", "7.2", "7.3", "7.5", "9"},
    "responsible digital": {"4", "5", "6.2", "6.5", "7", "9"},
}
"""Sections that state a formula. Those of rules alone (1.8 to 1.10, 1.15, 4.1, 4.8, 5.2, 5.7, 8) have none; 4.9 and
4.11 are not offered (decision 0053)."""
NO_FORMULAS = {
    "core.text.as_written", "core.text.make_inert",  # about the sign "=" in a spreadsheet
    "core.periods.share_by_days",  # arrays of days and exact parts: the part-year rule of all sections
}


ELSEWHERE = {
    "digital.devices.lifetimes.age_years", "digital.devices.lifetimes.lifespan_years",
    "digital.planetary_boundaries.single_score",
    "digital.services.formulas.gear_embodied", "scorecards.computation.status_of",
    "scorecards.rgaa.criterion_over_sample",
    "levers.chance.triangular", "levers.cost.cost_curve",
    "levers.formulas.longer_life", "trajectory.budget.budget_kg", "trajectory.budget.budget_state",
    "trajectory.budget.straight_line",
    "trajectory.pathways.economic_pathway", "trajectory.pathways.milestones",
    "trajectory.pathways.renewable_share",
    "trajectory.pathways.sector_decarbonisation", "trajectory.targets.required_rate", "trajectory.words.likelihood",
    "trajectory.words.probability_text",
}
"""Functions that `formula_calls` has no call of: of mappings, dates or several series, and of wrong years."""


def plainly(name: str) -> Any:
    return PAGE.named(name)[0]


def test_every_section_with_a_formula_is_on_the_list():
    """No section is lost from docs/methods/formulas.csv, and none appears that is not known."""
    found = {part: {row["section"] for row in PAGE.listed() if row["part"] == part} for part in SECTIONS}

    assert found == SECTIONS


def test_every_formula_has_a_plain_function(every):
    """At least one public function with a docstring, none of the package's own objects among its arguments."""
    def check(row: dict[str, str]):
        names = row["functions"].split()

        assert names
        assert row["title"] and row["formula"]
        for name in names:
            function, module = PAGE.named(name)
            assert not name.rpartition(".")[2].startswith("_")
            assert function.__module__ == module.__name__
            assert inspect.getdoc(function)
            assert PAGE.takes(function) in (PAGE.NUMBERS, PAGE.TABLES), name

    every(PAGE.listed(), check)


def test_no_plain_function_with_a_formula_stands_off_the_list():
    """What states an equation and takes plain numbers is listed: a new one cannot be forgotten in silence."""
    off = {name.removeprefix("carbon.") for name, function, _ in PAGE.unlisted()
           if PAGE.takes(function) == PAGE.NUMBERS}

    assert {name for name in off if not name.startswith("reports.")} == NO_FORMULAS


def test_objects_of_the_package_are_told_apart():
    """What takes a draft, uncertainties, an inventory or `self` is never among the plain ones."""
    apart = {name: PAGE.takes(function) for name, function, _ in PAGE.unlisted()}

    for name in ("activities.kinds.travel.measured", "activities.set_aside.set_aside", "activities.draft.cut_to_year",
                 "emissions.uncertainty.change.change", "emissions.uncertainty.moments.contributions",
                 "trajectory.fitting.fitted.Trajectory.p_meet", "levers.milp.Rows.require",
                 "levers.from_digital.fleet_life", "levers.likely.likely_plan"):
        assert apart[f"carbon.{name}"] == PAGE.OBJECTS


def test_a_right_call_gives_a_known_answer(every):
    """The call that the refusals start from is right itself."""
    def check(name: str):
        assert name in LISTED
        found = numbers_of(plainly(name)(**CALLS[name]))

        assert not found or any(math.isfinite(v) for v in found)

    every(sorted(CALLS), check)


def test_every_function_of_plain_numbers_has_its_call():
    """A new function on the list is held to the refusals too; those of series, dates and mappings have tests of
    their own.
    """
    numbers = {name for name in LISTED if PAGE.takes(plainly(name)) == PAGE.NUMBERS}

    assert numbers - set(CALLS) == ELSEWHERE


def numbers_of(value: Any) -> list[float]:
    """All numbers of an answer; none of those a year or a word is."""
    if isinstance(value, pd.DataFrame):
        shown = value.drop(columns=["year", "up_to_km", "df"], errors="ignore").select_dtypes("number")
        return [float(v) for v in shown.to_numpy(dtype=float).ravel()]
    if isinstance(value, pd.Series | np.ndarray | list | tuple):
        return [n for v in np.ravel(np.asarray(value, dtype=object)) for n in numbers_of(v)]
    if isinstance(value, dict):
        return [n for v in value.values() for n in numbers_of(v)]
    return [float(value)] if isinstance(value, int | float | np.number) and not isinstance(value, bool) else []


def unknown(value: Any) -> bool:
    found = numbers_of(value)
    lost = [not math.isfinite(v) for v in found]
    return any(lost) if isinstance(value, pd.DataFrame) else bool(lost) and all(lost)


def cases() -> list[tuple[str, str, Any]]:
    found = []
    for name, keywords in sorted(CALLS.items()):
        for argument, right in keywords.items():
            wrong: list[Any] = [[None]] if isinstance(right, str) else ["text", [None], None]
            if isinstance(right, int | float) and not isinstance(right, bool):
                wrong += [math.nan, math.inf, -math.inf]
            elif isinstance(right, np.ndarray):
                wrong += [np.full(right.shape, v) for v in (math.nan, math.inf)]
            elif isinstance(right, pd.Series) and right.dtype.kind == "f":
                wrong += [right * math.nan, right * math.inf]
            found += [(name, argument, v) for v in wrong]
    return found


def plain_call(name: str) -> bool:
    return all(isinstance(v, int | float | str) for v in CALLS[name].values())


OPTIONAL = {("core.units.convert", "value"), ("digital.planetary_boundaries.person_budget", "impacts"),
            ("digital.planetary_boundaries.person_budget", "users"),
            ("accounting.years.base_year.splice_ratio", "where"),
            ("accounting.years.base_year.splice", "old"), ("core.prices.deflate", "amount"),
            ("core.prices.deflate", "area")}
"""Arguments that may be None or missing by their docstring: the answer is then missing as well."""


WITHOUT_ONE = {"digital.planetary_boundaries.person_budget", "accounting.years.base_year.splice_ratio"}
"""Answers that hold without the argument: no users, the words of an error."""

def test_no_formula_answers_what_is_no_number_with_a_number(every):
    """NaN, infinity, text, a list with a hole, nothing: an error with a remedy, or the answer is missing too."""
    def check(name: str, argument: str, wrong: Any):
        try:
            answer = plainly(name)(**CALLS[name] | {argument: wrong})
        except CarbonError as error:
            assert error.what
            return
        except Exception as error:
            # Functions of whole Series or tables may stop with pandas' own words on what is none.
            assert not (plain_call(name) or isinstance(wrong, float | np.ndarray | pd.Series)), repr(error)
            return
        missing = isinstance(wrong, float | np.ndarray | pd.Series) or (name, argument) in OPTIONAL
        assert missing, f"{wrong!r} was answered with {answer!r}"
        is_words = isinstance(answer, str) and answer == "not covered"
        assert is_words or unknown(answer) or name in WITHOUT_ONE, f"{wrong!r} was answered with {answer!r}"

    every(cases(), check)
