"""Faults of cells and rows: each kept once, every row counted once."""

from __future__ import annotations

import ast
from pathlib import Path
from string import Formatter

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from carbon.core import packaged
from carbon.records.kinds.faults import Excluded, Faults, shown
from carbon.records.kinds.messages import Problem, problem, refusal, warned

WRONG = Problem("not_a_number", "no number", "write one")
BLANK = Problem("blank", "nothing", "fill it in")


def test_each_fault_of_a_row_is_one_line_in_the_order_of_rows():
    """The same problem of a row, column and value is one line; another problem of the row is another line."""
    faults = Faults(4)
    faults.add_cells(np.array([0, 1, 1, 2], dtype=np.int32), pa.array(["5", "x", ""]), "amount", {1: WRONG, 2: BLANK})
    faults.add(np.array([2]), "amount", WRONG, pd.Series(["x"]))
    faults.add(np.array([2]), "currency", BLANK)

    table = faults.table()

    assert table[["row", "column", "value", "code"]].to_numpy().tolist() == [
        [1, "amount", "x", "not_a_number"], [2, "amount", "x", "not_a_number"], [2, "currency", "", "blank"],
        [3, "amount", "", "blank"]]
    assert faults.bad_rows().tolist() == [False, True, True, True]
    assert faults.in_column("currency").tolist() == [False, False, True, False]
    assert faults.rows_with({"blank"}).tolist() == [2, 3]


def test_a_row_is_excluded_once_for_its_first_reason():
    """A second reason takes no row that is excluded already."""
    excluded = Excluded(3)
    excluded.add(np.array([True, False, True]), "total", "a total", "supplier", pd.Series(["Total", "Mill", "Sum"]))
    excluded.add(np.array([True, True, False]), "blank", "an empty row")

    assert excluded.table()[["row", "code", "value"]].to_numpy().tolist() == [
        [0, "total", "Total"], [1, "blank", ""], [2, "total", "Sum"]]
    assert excluded.cells_of("total") == [(0, "Total"), (2, "Sum")]
    assert excluded.flags.tolist() == [True, True, True]


def test_no_fault_is_a_table_of_no_rows_with_its_types():
    """An empty table has the columns and types of a full one, and a change of it changes no other."""
    table = Faults(2).table()
    assert list(table.columns) == ["row", "column", "value", "code", "reason", "what_to_do"]
    table.loc[0] = [1, *"abcde"]
    assert Faults(2).table().empty


@pytest.mark.parametrize(("cell", "text"), [("a\x1b[2Jb", r"a\x1b[2Jb"), ("x" * 300, "x" * 200), ("é", "é"),
                                            ("\u202e1", r"\u202e1")])
def test_a_raw_cell_is_shown_without_control_characters(cell, text):
    """Control and direction characters become escapes, and 200 characters are enough."""
    assert shown(cell) == text


PACKAGE = Path(__file__).parents[3] / "carbon"
GIVERS = sorted([*(PACKAGE / "records").rglob("*.py"), *(PACKAGE / "runs" / "desk").glob("*.py")])
TABLES = {name: packaged.read_rows("carbon.records", f"data/{name}.csv")
          for name in ("messages", "marks", "sums", "ranges")}
GIVEN = {"outside": {"column", "most"}, "warn_at": {"rows", "row"}, **dict.fromkeys(
    ("fault", "fault_at", "exclude", "warn_of", "refusal", "warned", "problem"), frozenset())}
"""Functions that give messages, with the words that they give to each of them."""


def _words(name: str) -> set[str]:
    row = next(row for row in TABLES["messages"] if row["name"] == name)
    fields = {field for text in row.values() for _, field, _, _ in Formatter().parse(text) if field}
    return {field.partition("[")[0].partition(".")[0] for field in fields} - {"skip", "swear"}


def _uses():
    """Module, line, message and words of each call that names a message."""
    names = {row["name"] for row in TABLES["messages"]}
    for path in GIVERS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                function = getattr(node.func, "attr", getattr(node.func, "id", ""))
                found = {a.value for a in node.args if isinstance(a, ast.Constant)} & names
                for name in found if function in GIVEN else ():
                    yield path.name, node.lineno, name, {k.arg for k in node.keywords} | GIVEN[function]


def test_each_use_gives_all_words_of_its_message():
    """A word that is missing would be an error in place of the message."""
    uses = [*_uses()]
    assert len(uses) > 100
    assert [(module, line, name) for module, line, name, given in uses
            if None not in given and not _words(name) <= given] == []  # None: words in a dictionary


def test_each_message_is_used():
    """A message that nothing gives is none; marks and sums name theirs in tables."""
    sources = "\n".join(path.read_text(encoding="utf-8") for path in GIVERS)
    in_tables = {row["message"] for table in ("marks", "sums", "ranges") for row in TABLES[table]}
    assert [row["name"] for row in TABLES["messages"]
            if f'"{row["name"]}"' not in sources and row["name"] not in in_tables] == []


def test_a_message_holds_its_words():
    """The code is what precedes the full stop, with its words; the file is named first."""
    message = problem("{column}_missing", column="trips")
    assert (message.code, message.what_to_do) == ("trips_missing", "fill in `trips`")
    assert warned("all_credits", "a.csv", heading="C").text.startswith("a.csv: 'C' marks")
    refused = refusal("amount_split", "a.csv", heading="Ct", counted_heading="Amount")
    assert refused.code == "amount_split"
    assert "`swears: [{what: whole_amounts, reason:" in refused.what_to_do
    with pytest.raises(KeyError):
        problem("no_such_message")
