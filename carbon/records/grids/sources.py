"""Opening a file a company sent: what it really is, unpacked where it is packed, with limits checked before parsing."""

from __future__ import annotations

import gzip
import io
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from carbon.records.kinds.messages import refusal

DELIMITED, WORKBOOK, OLD_WORKBOOK, PARQUET = "delimited text", "workbook", "workbook (xls)", "parquet"
FORMS = {".csv": DELIMITED, ".tsv": DELIMITED, ".txt": DELIMITED, ".tab": DELIMITED, ".fec": DELIMITED,
         ".xlsx": WORKBOOK, ".xlsm": WORKBOOK, ".xls": OLD_WORKBOOK, ".parquet": PARQUET, ".pq": PARQUET}
PACKED = (".gz", ".zip")

MAX_FILE = 8 << 30
"""Bytes of a file that is read: eight times the largest ledger measured, ten million lines."""
MAX_UNPACKED = 4 << 30
"""Bytes that a packed file may unpack to: half the memory of a small machine."""
MAX_RATIO = 200
"""Unpacked to packed size beyond which a large member is a bomb, not data (text packs 5 to 30 times)."""
_SMALL = 32 << 20  # below this size any ratio is harmless
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError,
              KeyError)
"""What reading a damaged zip may raise."""
_ZIP, _GZIP, _OLE, _PARQUET = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1"
_OTHER = {b"%PDF": "a PDF", b"\x89PNG": "an image", b"\xff\xd8\xff": "an image", b"{\\rt": "an RTF document",
          b"7z\xbc\xaf": "a 7z archive", b"Rar!": "a RAR archive", b"\x7fELF": "a program", b"SQLi": "a database"}
_FORM_OF = {_ZIP: WORKBOOK, _OLE: OLD_WORKBOOK, _PARQUET: PARQUET, _GZIP: "gzip", **_OTHER}
OF_SYSTEMS = frozenset((".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini"))
"""What file managers add to a folder or a zip, in lower case."""


@dataclass(frozen=True)
class Source:
    """One input file, opened: its true form and its bytes (`data` is None where it is read from `path` in pieces)."""

    path: Path
    name: str
    form: str
    size: int
    data: bytes | None = None

    def content(self) -> bytes:
        """Return all bytes of the file."""
        return self.path.read_bytes() if self.data is None else self.data

    def head(self, size: int) -> bytes:
        """Return the first bytes."""
        if self.data is not None:
            return self.data[:size]
        with self.path.open("rb") as file:
            return file.read(size)


def is_data_file(path: Path) -> bool:
    """Return whether a file's name has an extension that is read, packed or not."""
    return path.suffix.lower() in (*FORMS, *PACKED)


def open_source(path: Path, name: str) -> Source:
    """Open one file.

    Raises FileRefused: Missing, not a regular file, empty, a bomb, damaged, locked by a password, or of another form.
    """
    size = _regular_size(path, name)
    with path.open("rb") as file:
        magic = file.read(8)
    suffix = path.suffix.lower()
    if suffix in PACKED:
        inner, data = _unpack(path, name, magic, suffix)
        form = _form(data[:8], Path(inner).suffix.lower() or ".csv", name)
        return Source(path, name, form, len(data), data)
    return Source(path, name, _form(magic, suffix, name), size)


def _regular_size(path: Path, name: str) -> int:
    try:
        status = path.stat()
    except FileNotFoundError:
        raise refusal("file_missing", name) from None
    except OSError as wrong:
        raise refusal("file_unreadable", name, why=wrong.strerror) from None
    if not stat.S_ISREG(status.st_mode):
        raise refusal("not_a_file", name)
    if status.st_size == 0:
        raise refusal("file_empty", name)
    check_size(status.st_size, name)
    return status.st_size


def check_size(size: int, name: str) -> None:
    """Refuse a file of more than `MAX_FILE` bytes, before a byte of it is read."""
    if size > MAX_FILE:
        raise refusal("file_too_large", name, size=size / 2**30, most=MAX_FILE / 2**30)


def _form(magic: bytes, suffix: str, name: str) -> str:
    form_of_suffix = FORMS.get(suffix)
    if form_of_suffix is None:
        raise refusal("form_unknown", name, suffix=suffix or "no", forms=", ".join(FORMS))
    really = next((what for start, what in _FORM_OF.items() if magic.startswith(start)), DELIMITED)
    if really in _OTHER.values():
        raise refusal("content_mismatch.other", name, suffix=suffix, really=really)
    if really == OLD_WORKBOOK and form_of_suffix == WORKBOOK:
        raise refusal("encrypted_or_old", name, suffix=suffix)
    if really != form_of_suffix:
        raise refusal("content_mismatch.form", name, suffix=suffix, really=really)
    return form_of_suffix


def _unpack(path: Path, name: str, magic: bytes, suffix: str) -> tuple[str, bytes]:
    if suffix == ".gz":
        if not magic.startswith(_GZIP):
            raise refusal("content_mismatch.gz", name)
        return path.stem, _gunzip(path, name)
    if not magic.startswith(_ZIP):
        raise refusal("content_mismatch.zip", name)
    with open_zip(path, name) as packed:
        members = [i for i in packed.infolist() if not i.is_dir() and not i.filename.startswith("__MACOSX/")
                   and Path(i.filename).name.casefold() not in OF_SYSTEMS]
        if len(members) != 1:
            raise refusal("zip_members", name, count=len(members))
        try:
            return members[0].filename, packed.read(members[0])
        except BROKEN_ZIP as wrong:
            raise refusal("file_damaged.packed", name, wrong=wrong) from None


def open_zip(path: Path | io.BytesIO, name: str) -> zipfile.ZipFile:
    """Open a zip once its directory is checked: sizes, ratios, passwords.

    Raises FileRefused: Damaged, locked, or a bomb.
    """
    try:
        packed = zipfile.ZipFile(path)
    except BROKEN_ZIP as wrong:
        raise refusal("file_damaged.zip", name, wrong=wrong) from None
    members = packed.infolist()
    if any(i.flag_bits & 1 for i in members):
        raise refusal("encrypted.zip", name)
    total = sum(i.file_size for i in members)
    worst = max((i.file_size / max(i.compress_size, 1) for i in members if i.file_size > _SMALL), default=0)
    if total > MAX_UNPACKED or worst > MAX_RATIO or len(members) > 10_000:
        raise refusal("bomb.zip", name, megabytes=total / 1e6, parts=len(members), times=worst)
    return packed


def _gunzip(path: Path, name: str) -> bytes:
    limit = min(MAX_UNPACKED, max(_SMALL, MAX_RATIO * path.stat().st_size))
    try:
        with gzip.open(path) as packed:
            data = packed.read(limit + 1)
    except BROKEN_ZIP as wrong:
        raise refusal("file_damaged.packed", name, wrong=wrong) from None
    if len(data) > limit:
        raise refusal("bomb.gzip", name, most=limit / 1e6)
    if not data:
        raise refusal("file_empty.packed", name)
    return data
