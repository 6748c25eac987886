"""Causes of rejects and warnings: each once, with every row of it."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon.activities.causes import cause_of, cells_of, file_pattern, rejects_by_cause, warnings_by_cause


def rejects(*lines: tuple) -> pd.DataFrame:
    """Lines (file, line, code, column, value, reason)."""
    names = ["source_file", "source_line", "code", "column", "value", "reason"]
    return pd.DataFrame(lines, columns=names).assign(what_to_do="correct the cell")


@pytest.mark.parametrize(("name", "pattern"), [
    ("data/raw/x/2024/000000000FEC20241231.txt", "data/raw/x/*/*FEC*.txt"), ("bills-2024-01.csv", "bills-*-*.csv"),
    ("achats.xlsx#Q1", "achats.xlsx#Q*"), ("a.csv", "a.csv")])
def test_files_of_one_name_are_one_pattern(name: str, pattern: str):
    """Years, months and numbers of a name are what differs between the files of one export."""
    assert file_pattern(name) == pattern


def test_the_same_fault_in_many_rows_and_years_is_one_line():
    """Three cells that are no numbers in two years' files: one cause with its count, first cell and file pattern; the
    same words in another column, and another fault, are causes of their own.
    """
    table = rejects_by_cause(rejects(
        ("x/2023/a.csv", 4, "not_a_number", "amount", "n.c.", "'n.c.' is not a number"),
        ("x/2024/a.csv", 9, "not_a_number", "amount", "12,3,4", "'12,3,4' is not a number"),
        ("x/2024/a.csv", 11, "not_a_number", "amount", "?", "'?' is not a number"),
        ("x/2024/a.csv", 11, "not_a_number", "nights", "?", "'?' is not a number"),
        ("x/2024/t.csv", 2, "airport_unknown", "origin", "QQZ", "no airport has the code QQZ"),
        ("x/2024/t.csv", 3, "airport_unknown", "origin", "QQX", "no airport has the code QQX")))

    assert table[["files", "column", "rows", "example", "value"]].values.tolist() == [
        ["x/*/a.csv", "amount", 3, "x/2023/a.csv:4", "n.c."], ["x/*/t.csv", "origin", 2, "x/2024/t.csv:2", "QQZ"],
        ["x/*/a.csv", "nights", 1, "x/2024/a.csv:11", "?"]]
    assert table["amount"].isna().all()


def test_amounts_of_a_cause_add_up_and_units_stay_apart():
    """0.1 + 0.2 EUR is 0.3 exactly rounded, GBP is a line of its own; a row that explains another is not counted."""
    line = ("a.csv", 1, "unclassified", "account", "1", "no rule identifies it")
    table = rejects(line, line, line, line).assign(
        amount=[0.1, 0.2, 5.0, float("nan")], unit=["EUR", "EUR", "GBP", "EUR"], counts_row=[True, True, True, False])
    found = rejects_by_cause(table, by=("unit",)).set_index("unit")

    assert found["amount"].to_dict() == {"EUR": pytest.approx(0.3, rel=1e-15), "GBP": 5.0}
    assert found["rows"].to_dict() == {"EUR": 2, "GBP": 1}


def test_a_warning_of_several_files_is_one_line_with_the_first():
    """One code and cause in three years is one line; other numbers and examples are no other cause, other words are."""
    text = "x/{}/a.csv: {} flights whose distance does not fit their airports, e.g. LYS-LIS: 8,500 km given"
    warned = [("distance_implausible", text.format(y, n)) for y, n in ((2022, 14), (2023, 1), (2024, "1,250"))]
    warned += [("distance_implausible", "a total over the airports"),
               ("column_absent", "x/2024/a.csv: no column for day")]
    table = warnings_by_cause(pd.DataFrame(warned, columns=["code", "text"]))

    assert table[["times", "files"]].values.tolist() == [[3, "x/*/a.csv"], [1, ""], [1, "x/*/a.csv"]]
    assert table["text"].iloc[0] == warned[0][1]


def test_what_differs_is_not_the_cause():
    """File, line, numbers, quoted cells and examples differ; words, columns in backticks and units do not."""
    assert cause_of("x/a.csv, line 1,204: `amount` is 12.5 kWh, e.g. 'a'") == cause_of("y/b.csv:3: `amount` is 7 kWh")
    assert cause_of("a.csv: `amount` is empty") != cause_of("a.csv: `date` is empty")
    assert cause_of("Unknown unit 'kVAh'", "kVAh") == cause_of("Unknown unit 'leagues'", "leagues")


WORDS = st.sampled_from(["a.csv: no day", "b.csv, line 3: 12 rows", "no factor", "'x' is no unit", ""])


@given(st.lists(st.tuples(st.sampled_from(["c", "d"]), WORDS), max_size=12))
@settings(max_examples=50, deadline=None)
def test_nothing_is_lost(warned: list[tuple[str, str]]):
    """Counts of causes sum to the lines, and every text that is shown is one of them."""
    table = warnings_by_cause(pd.DataFrame(warned, columns=["code", "text"], dtype="str"))
    assert table["times"].sum() == len(warned)
    assert set(zip(table["code"], table["text"], strict=True)) <= set(warned)


def test_no_rejects_are_no_causes():
    """An empty table keeps its columns."""
    assert list(rejects_by_cause(rejects())) == ["code", "files", "column", "rows", "amount", "reason", "what_to_do",
                                                 "example", "value"]


def test_the_example_of_a_cause_is_a_cell_where_a_line_has_several():
    """The record's id names the cell, of one line or of many; a line of one record is its number."""
    ids = ["2024/a.csv:7", "2024/a.xls#Site Data:AS45", "2024/b.csv:B2:B145", ""]
    assert cells_of(pd.Series(ids)).tolist() == ["", "AS45", "B2:B145", ""]
    rejects = pd.DataFrame({"source_file": ["a.xls"], "source_line": [45], "code": ["x"], "column": ["quantity"],
                            "value": ["n"], "reason": ["r"], "what_to_do": ["w"], "record_id": ids[1:2]})
    assert rejects_by_cause(rejects)["example"].tolist() == ["a.xls:AS45"]
