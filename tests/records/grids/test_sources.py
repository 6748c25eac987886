"""A file that a company sent: its true form, unpacked, within limits."""

import gzip
import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from carbon.core.errors import FileRefused
from carbon.records.grids.sources import DELIMITED, is_data_file, open_source, sha256_of

TEXT = b"date;amount\n2024-01-01;10\n"


def packed(*members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as book:
        for member in members:
            book.writestr(member, TEXT)
    return buffer.getvalue()


@pytest.mark.parametrize(("name", "data", "inner"), [
    ("a.csv", TEXT, ""), ("a.csv.gz", gzip.compress(TEXT), "a.csv"), ("a.csv.gz", 2 * gzip.compress(TEXT), "a.csv"),
    ("a.zip", packed("b.csv"), "b.csv"), ("a.zip", packed("b.csv", "__MACOSX/._b.csv", ".DS_Store"), "b.csv")],
    ids=lambda v: v if isinstance(v, str) else "")
def test_a_packed_file_is_the_file_inside(tmp_path, name, data, inner):
    """gzip of one or several parts, and a zip of one file with what file managers add."""
    (tmp_path / name).write_bytes(data)
    source = open_source(tmp_path / name, name)
    assert (source.form, source.inner) == (DELIMITED, inner)
    assert source.content().startswith(TEXT)
    assert source.head(4) == b"date"


@pytest.mark.parametrize(("name", "data", "code"), [
    ("a.csv", b"", "file_empty"), ("a.csv", b"%PDF-1.7", "content_mismatch"), ("a.doc", b"x", "form_unknown"),
    ("a.xlsx", TEXT, "content_mismatch"), ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "encrypted_or_old"),
    ("a.zip", packed("a.csv", "b.csv"), "zip_members"), ("a.gz", TEXT, "content_mismatch"),
    ("a.csv.gz", gzip.compress(TEXT)[:-6], "file_damaged"), ("a.csv.gz", gzip.compress(b""), "file_empty"),
    ("a.zip", packed("a.csv")[:60], "file_damaged")], ids=lambda v: v if isinstance(v, str) else "")
def test_what_is_not_the_form_of_its_name_is_refused(tmp_path, name, data, code):
    """Each with its own code, before anything parses it."""
    (tmp_path / name).write_bytes(data)
    with pytest.raises(FileRefused) as refused:
        open_source(tmp_path / name, name)
    assert refused.value.code == code


def test_names_and_digests(tmp_path):
    """The last extension decides whether a file is read; its digest is that of its bytes."""
    assert [is_data_file(Path(n)) for n in ("a.CSV", "a.csv.gz", "a.docx", "README")] == [True, True, False, False]
    (tmp_path / "a.csv").write_bytes(TEXT)
    assert sha256_of(tmp_path / "a.csv") == hashlib.sha256(TEXT).hexdigest()
