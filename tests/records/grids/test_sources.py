"""A file that a company sent: its true form, unpacked, within limits."""

import gzip
import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from carbon.core.errors import FileRefused
from carbon.params.files.project import sha256_of
from carbon.records.grids.sources import DELIMITED, MAX_FILE, is_data_file, open_source

TEXT = b"date;amount\n2024-01-01;10\n"


def packed(*members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as book:
        for member in members:
            book.writestr(member, TEXT)
    return buffer.getvalue()


@pytest.mark.parametrize(("name", "data"), [
    ("a.csv", TEXT), ("a.csv.gz", gzip.compress(TEXT)), ("a.csv.gz", 2 * gzip.compress(TEXT)),
    ("a.zip", packed("b.csv")), ("a.zip", packed("b.csv", "__MACOSX/._b.csv", ".DS_Store"))],
    ids=lambda v: v if isinstance(v, str) else "")
def test_a_packed_file_is_the_file_inside(tmp_path, name, data):
    """gzip of one or several parts, and a zip of one file with what file managers add."""
    (tmp_path / name).write_bytes(data)
    source = open_source(tmp_path / name, name)
    assert source.form == DELIMITED
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


def test_a_file_above_the_limit_is_refused_before_a_byte_is_read(tmp_path, monkeypatch):
    """One byte more than the limit, of a file without blocks: nothing opens it; at the limit it is opened."""
    path = tmp_path / "large.csv"
    path.touch()
    for size, refused in ((MAX_FILE, False), (MAX_FILE + 1, True)):
        with path.open("r+b") as file:
            file.truncate(size)
        opened = []
        monkeypatch.setattr(Path, "open", lambda self, mode, opened=opened: opened.append(self) or io.BytesIO(b"a;b"))
        if refused:
            with pytest.raises(FileRefused, match=r"8\.0 GiB; at most 8 GiB") as wrong:
                open_source(path, "large.csv")
            assert wrong.value.code == "file_too_large" and opened == []
        else:
            assert open_source(path, "large.csv").size == size and opened == [path]
        monkeypatch.undo()
