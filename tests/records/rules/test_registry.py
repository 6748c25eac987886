"""The registry of reading rules: each rule has a place, a reason and the codes that it gives."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from carbon.core.errors import FileRefused
from carbon.params.shapes.company import FilePattern
from carbon.params.shapes.files import kind_names
from carbon.records.files.duplicates import BETWEEN_FILES
from carbon.records.files.file import read_records
from carbon.records.rules import registry as rules_registry
from carbon.records.rules.registry import RULES, Rule, Stage, rules_of
from carbon.records.rules.sheet import Sheet

SPEC = spec_from_file_location("corpus", Path(__file__).parents[1] / "test_records_corpus.py")
CORPUS = module_from_spec(SPEC)
SPEC.loader.exec_module(CORPUS)


def test_each_rule_has_a_place_of_its_own_and_says_why():
    """Orders rise without a tie, codes are told apart, and each rule has known kinds and a reason that is one
    sentence.
    """
    every = [*RULES, *BETWEEN_FILES]
    orders = [rule.order for rule in every]
    assert orders == sorted(set(orders))
    assert len({rule.code for rule in every}) == len(every)
    for rule in every:
        assert rule.kinds, rule.code
        assert rule.kinds <= {*kind_names()}, rule.code
        assert rule.code.replace("_", "").isalpha(), rule.code
        assert rule.code.islower(), rule.code
        assert rule.reason.endswith("."), rule.code
        assert ". " not in rule.reason, rule.code
        assert rule.stage in Stage


def test_a_kind_is_asked_its_own_rules_in_order():
    """A file is asked the rules of its kind alone, stage by stage; the FEC has its own reader and shares three of
    them.
    """
    assert [r.code for r in rules_of("water", Stage.RECORDS)] == [
        "negative_quantities", "limits", "water_days", "sizes", "uncertainty", "sum_columns", "units_of_headings",
        "unread_units", "titles", "other_years_rejected"]
    assert [r.code for stage in Stage for r in rules_of("fec", stage)] == ["row_widths", "hidden_rows", "other_years"]


def _codes(sheet: Sheet) -> set[str]:
    blocks = [*sheet.faults._blocks, *sheet.excluded._blocks]
    return {*(p.code for block in blocks for p in block.problems), *(w.code for w in sheet.warnings)}


def _watched(rule: Rule[Sheet], given: dict[str, set[str]]) -> Rule[Sheet]:
    """The rule, with what it gives noted under its code."""
    def apply(sheet: Sheet):
        before = _codes(sheet)
        try:
            return rule.apply(sheet)
        except FileRefused as refused:
            given.setdefault(rule.code, set()).add(refused.code)
            raise
        finally:
            given.setdefault(rule.code, set()).update(_codes(sheet) - before)
    return replace(rule, apply=apply)


def test_rules_give_the_codes_that_they_declare(tmp_path, monkeypatch):
    """Over all hostile files no rule gives a code that its entry does not list."""
    given: dict[str, set[str]] = {}
    monkeypatch.setattr(rules_registry, "RULES", tuple(_watched(rule, given) for rule in RULES))
    rules_of.cache_clear()
    try:
        for number, case in enumerate(CORPUS.CASES):
            folder = tmp_path / str(number)
            folder.mkdir()
            options = FilePattern.model_validate({"pattern": "*", "kind": case["kind"], **case.get("options", {})})
            try:
                read_records(CORPUS._build(case, folder), case["kind"], options=options)
            except FileRefused:
                continue
    finally:
        rules_of.cache_clear()
    wrong = {r.code: sorted(given.get(r.code, set()) - {*r.codes.split()}) for r in RULES}
    assert {code: codes for code, codes in wrong.items() if codes} == {}
