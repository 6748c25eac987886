"""Delimited text: its encoding and separator by evidence, and the line of every row."""

from __future__ import annotations

import codecs

import pytest

from carbon.core.errors import FileRefused
from carbon.params.shapes.company import FilePattern
from carbon.records.files.file import read_records
from carbon.records.grids import delimited as bulk
from carbon.records.grids.delimited import decode, read_delimited, refuse_datev
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


TEXT = "date;café\n2024;Zoé"


@pytest.mark.parametrize(("data", "encoding"), [
    (TEXT.encode(), "utf-8 (valid throughout)"), (b"date;cafe", "ascii"),
    (codecs.BOM_UTF8 + TEXT.encode(), "utf-8 (byte order mark)"), (TEXT.encode("utf-16"), "utf-16 (byte order mark)"),
    (TEXT.encode("utf-16-le"), "utf-16-le (every other byte is zero)"),
    (TEXT.encode("cp1252"), "cp1252 (the same text in ISO 8859-15)"),
    ((TEXT + "’").encode("cp1252"), "cp1252 (bytes 0x80-0x9F)")])
def test_the_same_text_in_every_encoding_that_proves_itself(data, encoding):
    """The text comes back, and the reason of the choice with it."""
    text, reason = decode(data, "a.csv")
    assert text.rstrip("’") in (TEXT, "date;cafe")
    assert reason == encoding


@pytest.mark.parametrize(("data", "declared", "code"), [
    ("1 €".encode("iso-8859-15"), None, "encoding_uncertain"), ("Wrocław".encode("cp1250"), None, "encoding_uncertain"),
    (TEXT.encode("cp1252"), "utf-8", "encoding_uncertain"), (b"a", "klingon", "encoding_unknown")])
def test_bytes_of_several_meanings_are_refused(data, declared, code):
    """A euro that is another sign elsewhere, another alphabet, a declaration that does not fit or does not exist."""
    with pytest.raises(FileRefused) as refused:
        decode(data, "a.csv", declared)
    assert refused.value.code == code


def test_a_declared_and_a_prescribed_encoding_decide():
    """The sign of the euro is read where params or the law name the encoding."""
    data = "1 €".encode("iso-8859-15")
    assert decode(data, "a.csv", "iso-8859-15")[0] == decode(data, "a.csv", norm="iso-8859-15")[0] == "1 €"


@pytest.mark.parametrize(("encoding", "country", "word"), [
    ("cp1250", "CZ", "Plzeň"), ("cp1251", "BG", "Да"), ("cp1253", "GR", "ΔΕΗ"), ("cp1254", "TR", "Yakıt"),
    ("cp1257", "LV", "Rīga"), ("cp932", "JP", "金額"), ("cp949", "KR", "금액"), ("cp950", "TW", "電費"),
    ("gb18030", "CN", "电费")])
def test_a_word_of_the_country_s_own_code_page_is_asked_with_its_reading(encoding, country, word):
    """What Windows-1252 would read as another word names the encoding to declare; declared, it is the word."""
    data = f"supplier;amount\n{word};100\n".encode(encoding)
    with pytest.raises(FileRefused, match=word) as refused:
        decode(data, "a.csv", home={country})
    assert f"`encoding: {encoding}` or `encoding: cp1252`" in refused.value.what_to_do
    assert "line 2" in str(refused.value)
    assert word in decode(data, "a.csv", encoding, home={country})[0]


@pytest.mark.parametrize("home", [{"CZ"}, {"MA"}, {"FR", "CZ"}, {"FR"}, ()])
def test_a_word_that_both_code_pages_hold_is_read(home):
    """Café is the same in the pages of Central Europe and of Arabic; a group of several pages has none of its own."""
    assert "Café Müller" in decode("Café Müller;1".encode("cp1252"), "a.csv", home=home)[0]


@pytest.mark.parametrize("word", ["Libellé", "Électricité", "Müller"])
def test_a_text_of_an_old_macintosh_is_refused(word):
    """Its accents are capitals and signs in Windows-1252."""
    with pytest.raises(FileRefused):
        decode(f"{word};100".encode("mac_roman"), "a.csv")


def test_letters_of_icelandic_are_read_where_the_company_is_there():
    """Þ and ð are letters of Iceland and the Faroes; elsewhere they are ţ, ş or ğ of another code page, and asked."""
    text = "Dagsetning;Birgir;Upphæð\n2024-05-06;Þjónusta Reykjavíkur, Ríkið og Höfði;1200\n"
    assert decode(text.encode("cp1252"), "a.csv", home={"IS"})[0] == text
    with pytest.raises(FileRefused, match="encoding is not certain"):
        decode(text.encode("cp1252"), "a.csv", home={"TR", "IS"})
    with pytest.raises(FileRefused):
        decode("Wrocław".encode("cp1250"), "a.csv", home={"IS"})
