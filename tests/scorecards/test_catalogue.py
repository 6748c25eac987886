"""A catalogue of indicators as it is written: its shape, its keys and its cells."""

from __future__ import annotations

import pytest

from carbon.core.errors import ParamsError
from carbon.scorecards.catalogue import COMPUTED, IN_PERCENT, TEXTS, by_formula, catalogue, starter


def test_every_cell_is_text_as_written(good):
    """A list becomes one cell, a key that is not given is empty; all known keys are columns."""
    table = catalogue({"indicators": [{**good, "target": 80, "scope": ["a", "b"]}]}).table

    assert list(table.columns) == [*TEXTS, *COMPUTED, IN_PERCENT]
    assert table.loc[0, ["target", "scope", "traces_to"]].tolist() == ["80", "a, b", ""]


@pytest.mark.parametrize(("values", "message"), [
    ([], "the key `indicators`"), ({"indicators": {}}, "the key `indicators`"), ({"indicator": []}, "the key"),
    ({"indicators": ["x"]}, "indicator 1 is not keys and values"),
    ({"indicators": [{"id": "a", "aim": 1}]}, "a: unknown key `aim`"),
])
def test_what_is_no_catalogue_is_refused_with_the_place(values, message):
    """The file's name, the indicator and the key."""
    with pytest.raises(ParamsError, match=message) as refused:
        catalogue(values, name="mine.yml")
    assert str(refused.value).startswith("mine.yml")


def test_every_packaged_formula_is_complete():
    """Each has its parts, units and words in both languages, and the starter uses no other."""
    known = by_formula()
    assert set(starter().table["formula_id"]) <= set(known)
    wrong = [name for name, f in known.items() if f.parts is None or not all(
        (f.numerator_unit, f.denominator_unit, f.raw_unit, f.unit, f.words["en"], f.words["fr"]))]
    assert wrong == []


def test_units_of_a_formula_of_ones_own_are_those_of_its_indicators():
    """A share counts one unit on both sides, in per cent; its words are its declaration where it has none."""
    formula = {"formula_id": "second_hand", "raw_unit": "devices", "share": {
        "table": "assets", "when": "year", "by": "purchased_on",
        "of": [{"column": "condition_at_purchase", "operator": "!=", "value": "new"}]}}
    found = catalogue({"indicators": [{"id": "a", "formula_id": "second_hand"}], "formulas": [formula]})
    own = found.formulas["second_hand"]
    assert found.table.loc[0, ["raw_unit", "numerator_unit", "denominator_unit"]].tolist() == ["devices"] * 3
    assert (own.unit, own.scale, own.low, own.high) == ("%", 100, 0, 100)
    assert "condition_at_purchase != new" in own.words["fr"]
