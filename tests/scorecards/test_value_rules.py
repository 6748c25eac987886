"""Rules of values: baselines that records contradict, impossible values, gaming, age and coverage."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from carbon.scorecards.catalogue import by_formula, catalogue
from carbon.scorecards.computation import values
from carbon.scorecards.declared import measures_table
from carbon.scorecards.value_rules import agrees, check_values, impossible, refused_baselines

YEAR_END = date(2024, 12, 31)


def compute(entry, numerator, denominator, *, raw=None, on=YEAR_END, population=1.0):
    row = (entry["formula_id"], entry.get("scope", ""), numerator, denominator, numerator if raw is None else raw,
           population, "a file")
    return values(catalogue({"indicators": [entry]}), measures_table([row], period=str(on.year), on=on))


def test_a_ratio_that_improves_while_its_raw_value_worsens_is_named(good):
    """Fewer trained people of far fewer people: the rate rises, the number falls by more than 5 %."""
    before = {"training": (50.0, 50.0)}
    (_, rule, _, what), = check_values(compute(good, 40, 60), before, {}, on=YEAR_END)
    assert rule == "K-GAME" and "50 to 66.67" in what
    assert not check_values(compute(good, 60, 100), before, {}, on=YEAR_END)


def test_old_and_partial_values_are_warned_of(good):
    """Data of over one and a half periods ago; under 80 % of the population."""
    now, days = compute(good, 50, 100), {"training": pd.Timestamp(2023, 5, 1)}
    assert [rule for _, rule, *_ in check_values(now, {}, days, on=YEAR_END)] == ["K-DATA"]
    assert not check_values(now, {}, {"training": pd.Timestamp(2023, 9, 1)}, on=YEAR_END)
    (*_, what), = check_values(compute(good, 50, 100, population=0.7), {}, {}, on=YEAR_END)
    assert "70%" in what


@pytest.mark.parametrize(("typed", "computed", "is_same"), [
    ("23.1", 23.09, True), ("23", 23.4, True), ("23", 23.6, False), ("1", 1.4, False), ("0.31", 0.3059, True),
    ("0.3", 0.306, True), ("9.8", 8.61, False), ("0", 0.0, True), ("0", 0.4, False), ("1.5e3", 1504.0, True)])
def test_a_typed_baseline_may_be_rounded_and_nothing_else(typed, computed, is_same):
    """Its last digit, at most one twentieth, or three digits."""
    assert agrees(typed, computed) is is_same


def test_a_baseline_that_the_records_contradict_is_refused_with_both_values(good):
    """20 is typed, the records of that day give 31; and a computed one cannot lie beyond its target."""
    whole = catalogue({"indicators": [good]}).rows
    (name, rule, severity, what), = refused_baselines(whole, {"training": 31.0})
    assert (name, rule, severity) == ("training", "K-BASE", "error") and "20" in what and "give 31" in what
    assert list(refused_baselines(whole, {"training": 20.04})) == [] == list(refused_baselines(whole, {}))
    computed = catalogue({"indicators": [{**good, "baseline": "computed"}]}).rows
    assert "wrong side of 90" in next(refused_baselines(computed, {"training": 90.0}))[3]
    assert next(refused_baselines(computed, {}))[2] == "warning"


def test_a_value_beyond_the_limits_of_its_formula_is_refused(good):
    """Three of two people trained: the numerator is of something else."""
    found = list(impossible(compute(good, 3, 2), [by_formula()["training_rate"]]))
    assert found[0][1:3] == ("K-UNIT", "error") and "150 %" in found[0][3]
    assert list(impossible(compute(good, 2, 2), [by_formula()["training_rate"]])) == []
