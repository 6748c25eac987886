"""Each rule broken alone is found alone; all failures come in one sorted table."""

from __future__ import annotations

import time
from datetime import date

import pytest

from carbon.core.errors import ParamsError, UsageError
from carbon.scorecards.catalogue import catalogue, starter
from carbon.scorecards.computation import values
from carbon.scorecards.linter import check, check_values
from carbon.scorecards.measuring import measures_table

DAY = date(2026, 3, 1)
YEAR_END = date(2024, 12, 31)


def compute(entry, numerator, denominator, *, raw=None, on=YEAR_END, population=1.0):
    row = (entry["formula_id"], entry.get("scope", ""), numerator, denominator, numerator if raw is None else raw,
           population, "a file")
    return values(catalogue({"indicators": [entry]}), measures_table([row], period=str(on.year), on=on))


def lint(*entries, on=None):
    return check(catalogue({"indicators": list(entries)}), on=on)


def test_good_indicators_and_the_starter_catalogue_break_no_rule(good, public):
    """The catalogue that travels with the package is valid, with three public indicators."""
    assert lint(good, public, on=DAY).empty
    assert check(starter(), on=DAY).empty
    assert (starter().table["audience"] == "public").sum() == 3


@pytest.mark.parametrize(("key", "value", "rule", "what"), [
    ("raw_unit", "", "K-RAW", "no raw unit"),
    ("raw_unit", "t CO2e", "K-RAW", "is a result"),
    ("raw_unit", "hours", "K-RAW", "is not the formula's"),
    ("denominator_unit", "", "K-REL", "no denominator_unit"),
    ("numerator_unit", "hours", "K-REL", "is not the formula's"),
    ("formula_id", "magic", "K-EVAL", "is not known"),
    ("direction", "sideways", "K-EVAL", "not up or down"),
    ("frequency", "sometimes", "K-EVAL", "not one of"),
    ("baseline", "many", "K-EVAL", "not a number"),
    ("target", "20", "K-EVAL", "target = baseline"),
    ("target", "10", "K-EVAL", "wrong side"),
    ("target_date", "soon", "K-EVAL", "not a date"),
    ("target_date", "2021-12-31", "K-EVAL", "not after"),
    ("status", "reached", "K-EVAL", "computed, never written"),
    ("owner", "", "K-OBJ", "no owner"),
    ("evidence_uri", "", "K-OBJ", "no evidence_uri"),
    ("last_review", "yesterday", "K-OBJ", "not a date"),
    ("audience", "everyone", "K-AUD", "not one of"),
    ("theme", "", "K-AUD", "no theme"),
])
def test_each_rule_broken_alone_is_found_alone(good, key, value, rule, what):
    """One failure, with the rule's name."""
    table = lint({**good, key: value})
    assert table["rule"].tolist() == [rule]
    assert what in table["what"].item()


def test_no_source_breaks_two_rules(good):
    """The raw value has no origin, and the indicator no source system."""
    assert lint({**good, "source_system": ""})["rule"].tolist() == ["K-OBJ", "K-RAW"]


def test_public_ones_need_two_labels_and_a_trace(good, public):
    """A label in each language, and a performance indicator behind it."""
    assert "in fr" in lint(good, {**public, "label_fr": ""})["what"].item()
    assert "no performance indicator" in lint(good, {**public, "traces_to": "training_public"})["what"].item()


def test_limits_of_the_catalogue(good, public):
    """At most four a theme, at most three public."""
    many = [{**good, "id": f"n{i}", "scope": str(i)} for i in range(5)]
    assert lint(*many)["what"].item() == "theme 'people' has 5 indicators, at most 4"
    four = [{**public, "id": f"p{i}", "theme": f"t{i}", "scope": str(i)} for i in range(4)]
    assert lint(good, *four)["what"].item() == "4 public indicators, at most 3"


def test_same_id_and_same_formula_are_found(good):
    """An id twice is an error, a formula twice for one scope a warning."""
    table = lint(good, {**good, "theme": "other"})
    assert set(zip(table["rule"], table["severity"], strict=True)) == {("K-DUP", "error"), ("K-DUP", "warning")}


def test_an_old_review_is_a_warning(good):
    """Over one and a half periods, or never."""
    assert lint({**good, "last_review": "2024-01-01"}, on=DAY)["severity"].item() == "warning"
    assert lint({**good, "last_review": ""}, on=DAY)["what"].item() == "never reviewed"


def test_all_failures_come_at_once_and_sorted(good):
    """Four faults of two indicators: four lines, by indicator and rule."""
    table = lint({**good, "owner": "", "raw_unit": ""}, {**good, "id": "a", "theme": "x", "scope": "s", "target": "1",
                                                         "direction": "diagonal"})
    assert list(zip(table["indicator"], table["rule"], strict=True)) == [
        ("a", "K-EVAL"), ("training", "K-OBJ"), ("training", "K-RAW")]


def test_not_a_catalogue_and_unknown_keys_are_refused(good):
    """The file's shape is checked before its rules."""
    with pytest.raises(ParamsError):
        catalogue({"indicator": []})
    with pytest.raises(ParamsError, match="colour"):
        catalogue({"indicators": [{**good, "colour": "green"}]})


def test_nothing_is_computed_from_a_broken_catalogue(good):
    """Weak indicators are refused when defined, not when reported."""
    broken = catalogue({"indicators": [{**good, "owner": ""}]})
    with pytest.raises(UsageError, match="1 rules"):
        values(broken, measures_table([], period="2025", on=DAY))


def test_two_hundred_indicators_are_quick(good):
    """A catalogue of 200 is linted and computed in half a second."""
    entries = [{**good, "id": f"i{n}", "theme": f"t{n // 4}", "scope": f"s{n}"} for n in range(200)]
    whole = catalogue({"indicators": entries})
    measured = measures_table([("training_rate", f"s{n}", n, 200, n, 1, "") for n in range(200)], period="2025", on=DAY)
    values(whole, measured)
    start = time.perf_counter()
    assert len(values(whole, measured)) == 200
    assert time.perf_counter() - start < 0.5


def test_a_ratio_that_improves_while_its_raw_value_worsens_is_named(good):
    """Fewer trained people of far fewer people: the rate rises, the number falls by more than 5 %."""
    before, after = compute(good, 50, 100, on=date(2023, 12, 31)), compute(good, 40, 60)
    found = check_values(after, before, on=YEAR_END)
    assert found["rule"].tolist() == ["K-GAME"] and "50 to 66.67" in found["what"].item()
    assert check_values(compute(good, 60, 100), before, on=YEAR_END).empty


def test_stale_and_partial_values_are_warned_of(good):
    """Older than its frequency; under 80 % of the population."""
    none = compute(good, 1, 2).iloc[:0]
    assert check_values(compute(good, 50, 100), none, on=date(2026, 6, 1))["rule"].tolist() == ["K-DATA"]
    assert "70%" in check_values(compute(good, 50, 100, population=0.7), none, on=YEAR_END)["what"].item()
