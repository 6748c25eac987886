"""The encoding of a file: by mark, by proof or declared, never guessed."""

import codecs

import pytest

from carbon.core.errors import FileRefused
from carbon.records.grids.encodings import decode

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
