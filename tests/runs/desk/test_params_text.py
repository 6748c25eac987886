"""An entry put into the text of params: comments and order stay, and the text reads as meant."""

import pytest

from carbon.core.errors import ParamsError
from carbon.params.files.strict_yaml import parse_yaml
from carbon.runs.desk.params_text import difference, with_entry

ENTRY = {"pattern": "a.csv", "kind": "purchases", "columns": {"amount": "{Soll} - {Haben}"},
         "constants": {"currency": "EUR"}, "header_row": 3}
NOTES = {"": "a.csv", "columns.amount": "each row fills\none of the two"}
TEXTS = {
    "none": "company: x # mine\n", "blank": "files:\ncompany: x\n", "empty": "files: []  # none yet\ncompany: x\n",
    "block": "files: # by pattern\n- pattern: b.csv\n  columns:\n    amount: x # why\n# tail\ncompany: x\n",
    "lines": "files:\n  - {pattern: b.csv, kind: energy} # b\n\n# --- next\ncompany: x",
    "flow": "files: [{pattern: b.csv, kind: energy}] # two\n", "last": "files:\n  - pattern: b.csv\n    kind: energy",
    "there": "files:\n  - {pattern: a.csv, kind: purchases, columns: {supplier: K}} # keep\n  - {pattern: c.csv}\n",
    "there_in_lines": "files:\n  - pattern: a.csv # keep\n    kind: energy # wrong\n    columns:\n"
                      "      amount: Soll\n      supplier: K # who\n\n  - {pattern: c.csv}\n"}


@pytest.mark.parametrize("name", TEXTS)
def test_an_entry_is_put_into_every_form_of_files(name):
    """Every earlier comment is still there, the entry is read as stated, and other entries are as they were."""
    text = TEXTS[name]
    new = with_entry(text, ENTRY, NOTES, "x.yml")

    assert [c for line in text.splitlines() if "#" in line and (c := line[line.index("#"):]) not in new] == []
    files = parse_yaml(new, "x.yml").values["files"]
    mine = [one for one in files if one["pattern"] == "a.csv"]
    assert len(mine) == 1 and mine[0]["columns"]["amount"] == "{Soll} - {Haben}" and mine[0]["header_row"] == "3"
    assert mine[0]["kind"] == "purchases"
    before = parse_yaml(text, "x.yml").values.get("files") or []
    assert [one for one in files if one not in mine] == [one for one in before if one["pattern"] != "a.csv"]
    if name == "block":
        assert "    amount: '{Soll} - {Haben}' # each row fills one of the two\n" in new
    if name.startswith("there"):
        assert mine[0]["columns"]["supplier"] == "K"


def test_the_difference_shows_what_changes_alone():
    """Lines that are added have a plus, none is taken away."""
    lines = difference(TEXTS["lines"], with_entry(TEXTS["lines"], ENTRY, NOTES, "x.yml"), "x.yml").splitlines()
    assert [line for line in lines if line.startswith("-") and not line.startswith("---")] == []
    assert sum(line.startswith("+") for line in lines) == 8


def test_files_that_are_no_list_are_refused():
    """What cannot be read as meant is not written."""
    with pytest.raises(ParamsError):
        with_entry("files: {pattern: a.csv}\n", ENTRY, NOTES, "x.yml")
