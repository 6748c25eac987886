"""Delimited text: its separator by evidence, and the line of every row."""

from __future__ import annotations

import pytest

from carbon.core.errors import FileRefused
from carbon.core.params.company import FilePattern
from carbon.records.files.file import read_records
from carbon.records.grids import delimited as bulk
from carbon.records.grids.delimited import read_delimited, refuse_datev
from carbon.records.grids.sources import open_source
from carbon.records.headings.matching import Headings
from carbon.records.kinds.contract import KINDS

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


HEADINGS = "date;company;supplier;category;amount;currency;description\n"


def test_the_fast_reader_is_taken(tmp_path, monkeypatch):
    """A regular file is read by columns, quoted newlines counted; a quote inside a cell is left to the careful
    reader.
    """
    path = tmp_path / "a.csv"
    good = HEADINGS + 3 * '2024-03-13;Acme;Mill;paper;10.25;EUR;"two\nlines"\n'
    path.write_text(good, encoding="utf-8")
    monkeypatch.setattr(bulk, "SMALLEST", 0)
    headings = Headings(KINDS["purchases"], FilePattern(pattern="*", kind="purchases"))

    grid = bulk.read_bulk(open_source(path, "a.csv"), headings.recognise)
    assert grid is not None
    assert grid.lines.tolist() == [2, 4, 6]

    path.write_text(good.replace("Mill", '5" pipe'), encoding="utf-8")
    assert bulk.read_bulk(open_source(path, "a.csv"), headings.recognise) is None


@pytest.mark.parametrize(("text", "words"), [
    ('"EXTF";700;21;"Buchungsstapel";7', "Buchungsstapel"), ('EXTF;700;20;"Kontenbeschriftungen";2', "no list"),
    ("Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;Konto;Gegenkonto\n", "include tax")])
def test_an_export_is_named_with_its_reason(tmp_path, text, words):
    """The first line or the headings of a batch of postings tell it; other contents are no purchases."""
    (tmp_path / "a.csv").write_text(text, encoding="cp1252")
    with pytest.raises(FileRefused, match=words) as refused:
        refuse_datev(open_source(tmp_path / "a.csv", "a.csv"))
    assert refused.value.code == "datev_export"


@pytest.mark.parametrize("cell", ["DATEV eG", "EXTF", "Soll/Haben-Kennzeichen"])
def test_another_file_passes(tmp_path, cell):
    """A list of purchases with DATEV, its mark or one of its headings in a cell is read: it is no export of it."""
    path = tmp_path / "a.csv"
    path.write_text(f"date;company;supplier;category;amount;currency;description\n2024-01-01;a;{cell};paper;10;EUR;x\n")
    assert read_records(path, "purchases").totals == {"EUR": "10"}
