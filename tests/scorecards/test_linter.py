"""Each rule broken alone is found alone; all failures come in one sorted table."""

from __future__ import annotations

import time
from datetime import date

import pytest

from carbon.core.errors import ParamsError
from carbon.scorecards.catalogue import catalogue, starter
from carbon.scorecards.computation import values
from carbon.scorecards.declared import measures_table
from carbon.scorecards.linter import check

DAY = date(2026, 3, 1)


def lint(*entries, on=None):
    return check(catalogue({"indicators": list(entries)}), on=on)


def test_good_indicators_and_the_starter_catalogue_break_no_rule(good, public):
    """The packaged catalogue is valid before anyone has decided on a target, and names no company's figure."""
    assert lint(good, public, on=DAY).empty
    assert check(starter(), on=DAY).empty
    assert set(starter().table["baseline"]) == {"computed"} and set(starter().table["target"]) == {""}


@pytest.mark.parametrize(("key", "value", "rule", "what"), [
    ("raw_unit", "t CO2e", "K-RAW", "is a result"),
    ("raw_unit", "hours", "K-RAW", "is not the formula's"),
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
    ("feeds", "VSME B99", "K-REG", "no datapoint known here"),
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


def test_limits_hide_what_is_beyond_them_and_nothing_else(good, public):
    """The fifth of a theme, the fourth public one and the fifth of a body on a page; governance has no such limit."""
    many = [{**good, "id": f"n{i}", "scope": str(i), "body": f"b{i}"} for i in range(5)]
    table = lint(*many)
    assert table[["indicator", "rule"]].to_numpy().tolist() == [["n4", "K-LIM"]]
    four = [{**public, "id": f"p{i}", "theme": f"t{i}", "scope": str(i)} for i in range(4)]
    assert lint(good, *four)["indicator"].tolist() == ["p3"]
    of_body = [{**good, "id": f"n{i}", "scope": str(i), "theme": f"t{i}", "body": "IT"} for i in range(5)]
    assert "'IT' has over 4 performance indicators" in lint(*of_body)["what"].item()
    assert lint(*({**entry, "audience": "governance"} for entry in of_body)).empty


def test_a_percentage_is_not_a_fraction_of_one(good):
    """0.30 of a rate in % is a hundredth of what is meant, and 1 may be all of it: asked with a computed start too. A
    target far above, the sign of a cell or the unit of the indicator shows that it is meant.
    """
    for start, target in (("0.2", "0.3"), ("0.46", "1"), ("computed", "0.9"), ("computed", "1"), ("0.46 %", "0.9")):
        assert lint({**good, "baseline": start, "target": target})["rule"].tolist() == ["K-UNIT"], (start, target)
    for start, target in (("0.2", "30"), ("0.46 %", "0.9%"), ("computed", "1 %"), ("computed", "3")):
        assert lint({**good, "baseline": start, "target": target}).empty, (start, target)
    assert lint({**good, "unit": "%", "baseline": "0.46", "target": "0.9"}).empty
    assert catalogue({"indicators": [{**good, "target": "0.9 %"}]}).table["target"].item() == "0.9"
    screens = lint({**good, "formula_id": "screens_per_person", "target": "90 %"})
    assert "target in %, and the formula is in" in screens.loc[screens["rule"] == "K-UNIT", "what"].item()
    assert "not between 0 and 100" in lint({**good, "target": "120"})["what"].item()


def test_a_target_may_be_open_but_not_in_public(good, public):
    """An indicator without one is followed; a public one is a claim."""
    open_target = {"target": "", "target_date": "", "baseline": "computed", "baseline_date": "", "last_review": ""}
    assert lint({**good, **open_target}, on=DAY).empty
    assert "a public indicator has one" in lint(good, {**public, **open_target})["what"].item()


def test_a_formula_of_ones_own_that_is_wrong_costs_its_own_indicators(good):
    """One line with the key and what it lacks; the indicator of a sound formula next to it is untouched."""
    wrong = {"formula_id": "mine", "numerator": {"table": "assets", "count": "rows"}, "denominator": {"figure": "year"}}
    table = check(catalogue({"indicators": [good, {**good, "id": "own", "formula_id": "mine"}], "formulas": [wrong]}))
    assert table[["indicator", "rule"]].to_numpy().tolist() == [["own", "K-EVAL"]] and "`when`" in table["what"].item()
    again = check(catalogue({"indicators": [good], "formulas": [{**wrong, "formula_id": "training_rate"}]}))
    assert "packaged one" in again["what"].item()
    bare = {"formula_id": "mine", "numerator": {"table": "assets", "count": "rows", "when": "always"},
            "denominator": {"figure": "year"}}
    entry = {key: value for key, value in good.items() if not key.endswith("_unit")} | {"formula_id": "mine"}
    assert lint_rules(entry, bare) == ["K-RAW", "K-REL", "K-REL"]


def lint_rules(entry, formula):
    return check(catalogue({"indicators": [entry], "formulas": [formula]}))["rule"].tolist()


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
    table = lint({**good, "owner": "", "raw_unit": "t CO2e"},
                 {**good, "id": "a", "theme": "x", "scope": "s", "target": "1", "direction": "diagonal"})
    assert list(zip(table["indicator"], table["rule"], strict=True)) == [
        ("a", "K-EVAL"), ("training", "K-OBJ"), ("training", "K-RAW")]


def test_not_a_catalogue_and_unknown_keys_are_refused(good):
    """The file's shape is checked before its rules."""
    with pytest.raises(ParamsError):
        catalogue({"indicator": []})
    with pytest.raises(ParamsError, match="colour"):
        catalogue({"indicators": [{**good, "colour": "green"}]})


def test_a_broken_indicator_hides_itself_alone(good):
    """One fault hides only its own indicator."""
    pair = catalogue({"indicators": [{**good, "owner": ""}, {**good, "id": "other", "scope": "s"}]})
    assert values(pair, measures_table([], period="2025", on=DAY))["indicator_id"].tolist() == ["other"]


def test_two_hundred_indicators_are_quick(good):
    """A catalogue of 200 is linted and computed in half a second."""
    entries = [{**good, "id": f"i{n}", "theme": f"t{n // 4}", "body": f"b{n // 4}", "scope": f"s{n}"}
               for n in range(200)]
    whole = catalogue({"indicators": entries})
    measured = measures_table([("training_rate", f"s{n}", n, 200, n, 1, "") for n in range(200)], period="2025", on=DAY)
    values(whole, measured)
    start = time.perf_counter()
    assert len(values(whole, measured)) == 200
    assert time.perf_counter() - start < 0.5
