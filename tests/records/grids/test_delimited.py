"""Delimited text: its separator by evidence, and the line of every row."""

import pytest

from carbon.core.errors import FileRefused
from carbon.records.grids.delimited import read_delimited

KNOWN = {"date", "amount", "supplier"}


def recognise(row):
    return len(KNOWN & set(row))


@pytest.mark.parametrize(("text", "dialect"), [
    ("date;amount\n1;2,5\n", "semicolon separated"), ("date,amount\n1,2\n", "comma separated"),
    ("date\tamount\n1\t2\n", "tab separated"), ("sep=;\ndate;amount\n1;2\n", "semicolon separated"),
    ("a|b\n1|2\n", "pipe separated")])
def test_the_separator_is_that_of_the_headings(text, dialect):
    """The one that shows most headings of the kind; without any, the one that cuts every row alike."""
    grid = read_delimited(text, "a.csv", recognise)
    assert grid.dialect == dialect
    assert len(grid.columns) == 2
    assert not grid.warnings


def test_a_row_begins_on_its_line_whatever_its_cells_hold():
    """A quoted line end belongs to its cell; the next row is two lines further."""
    grid = read_delimited('date;amount\n"a\nb";1\nc;2', "a.csv", recognise)
    assert grid.lines.tolist() == [1, 2, 4]
    assert grid.row(1) == ["a\nb", "1"]
    assert [w.code for w in grid.warnings] == ["no_final_newline"]


@pytest.mark.parametrize(("text", "code"), [
    (" \n", "file_empty"), ('date;amount\n"a;1\n', "quote_open"), ("date;a,supplier;b\n1;2,3;4\n", None),
    ("date,x;amount\n", "separator_ambiguous"), ("one line\n", "separator_unknown")])
def test_text_without_one_reading_is_refused(text, code):
    """Nothing, an open quote, two separators that fit equally, none that fits."""
    if code is None:
        assert read_delimited(text, "a.csv", recognise).dialect == "semicolon separated"
        return
    with pytest.raises(FileRefused) as refused:
        read_delimited(text, "a.csv", recognise)
    assert refused.value.code == code
