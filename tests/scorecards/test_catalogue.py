"""A catalogue of indicators as it is written: its shape, its keys and its cells."""

from __future__ import annotations

import pytest

from carbon.core.errors import ParamsError
from carbon.scorecards.catalogue import COMPUTED, TEXTS, by_formula, catalogue, formulas, starter


def test_every_cell_is_text_as_written(good):
    """A list becomes one cell, a key that is not given is empty; all known keys are columns."""
    table = catalogue({"indicators": [{**good, "target": 80, "scope": ["a", "b"]}]}).table

    assert list(table.columns) == [*TEXTS, *COMPUTED]
    assert table.loc[0, ["target", "scope", "traces_to"]].tolist() == ["80", "a, b", ""]


@pytest.mark.parametrize(("values", "message"), [
    ([], "one key `indicators`"), ({"indicators": {}}, "one key `indicators`"), ({"indicator": []}, "one key"),
    ({"indicators": ["x"]}, "indicator 1 is not keys and values"),
    ({"indicators": [{"id": "a", "aim": 1}]}, "a: unknown key `aim`"),
])
def test_what_is_no_catalogue_is_refused_with_the_place(values, message):
    """The file's name, the indicator and the key."""
    with pytest.raises(ParamsError, match=message) as refused:
        catalogue(values, name="mine.yml")
    assert str(refused.value).startswith("mine.yml")


def test_the_starter_uses_known_formulas_only():
    """Each has its units and its words in both languages; what a caller writes into the table is in no other."""
    known = formulas()
    assert set(starter().table["formula_id"]) <= set(known["formula_id"]) == set(by_formula())
    assert (known[["words_en", "words_fr", "unit"]] != "").all(axis=None)
    known["unit"] = "x"
    assert "x" not in set(formulas()["unit"])
