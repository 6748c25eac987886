"""The encoding of a file: by mark, by proof or declared, never guessed."""

import codecs

import pytest

from carbon.core.errors import FileRefused
from carbon.records.grids.delimited import decode

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
