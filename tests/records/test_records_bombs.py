"""Files made to exhaust whoever opens them are refused early, in little memory."""

from __future__ import annotations

import gzip
import io
import resource
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from carbon.core.errors import FileRefused, ParamsError
from carbon.params.files.strict_yaml import read_yaml
from carbon.records.files.file import read_records

HEADINGS = "date;company;supplier;category;amount;currency;description\n"
ROW = "2024-03-13;Acme;Mill;paper;10.25;EUR;x\n"
SECONDS, HANGS, MEGABYTES = 5, 100, 512


def _workbook_with(sheet: bytes) -> bytes:
    book = openpyxl.Workbook()
    plain, changed = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, sheet if part == "xl/worksheets/sheet1.xml" else old.read(part))
    return changed.getvalue()


def _sheet(rows: bytes) -> bytes:
    return (b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            b"<sheetData>" + rows + b"</sheetData></worksheet>")


def _zip(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, data)
    return buffer.getvalue()


def _empty_cells() -> bytes:
    row = b"".join(b'<c r="A1"/>' for _ in range(1000))
    return _workbook_with(_sheet(b"".join(b'<row r="%d">%s</row>' % (i, row) for i in range(1, 10_001))))


def _far_corner() -> bytes:
    return _workbook_with(_sheet(b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="ALL1048576"><v>1</v>'
                                 b"</c></row>"))


BOMBS = {
    "zip_ratio": ("data.zip", lambda: _zip("data.csv", b"0" * (200 << 20)), "bomb"),
    "gzip_ratio": ("data.csv.gz", lambda: gzip.compress(b"0" * (200 << 20)), "bomb"),
    "empty_cells": ("data.xlsx", _empty_cells, "bomb"),
    "far_corner": ("data.xlsx", _far_corner, "bomb"),
    "far_column": ("data.xlsx", lambda: _workbook_with(_sheet(b'<row r="1"><c r="XFD1"><v>1</v></c></row>')),
                   "too_many_columns"),
    "entities": ("data.xlsx", lambda: _workbook_with(
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + _sheet(b"")[21:]),
        "bomb"),
    "long_field": ("data.csv", lambda: (HEADINGS + ROW + ROW.replace("Mill", "M" * (5 << 20))).encode(),
                   "field_too_long"),
    "long_quoted_field": ("data.csv", lambda: (HEADINGS + ROW.replace("Mill", '"' + "M\n" * (3 << 20) + '"')).encode(),
                          "field_too_long"),
    "many_columns": ("data.csv", lambda: (HEADINGS.strip() + "".join(f";c{i}" for i in range(9000)) + "\n").encode(),
                     "too_many_columns"),
}


@pytest.mark.parametrize(("bomb", "bound"), [
    *((bomb, HANGS) for bomb in ("zip_ratio", "empty_cells", "entities", "long_field", "many_columns")),
    *(pytest.param(bomb, SECONDS, marks=pytest.mark.torture) for bomb in BOMBS)])
def test_bomb_is_refused_early(bomb, bound, tmp_path):
    """A bomb is refused by name within 5 seconds, which are measured at length alone, and 512 MB of address space
    beyond what an idle process holds.
    """
    name, build, code = BOMBS[bomb]
    path = tmp_path / name
    path.write_bytes(build())
    script = (
        "import resource, sys, time\n"
        "import pyarrow.parquet, pandas, openpyxl, python_calamine\n"
        "from carbon.core.errors import FileRefused\n"
        "from carbon.records.files.file import read_records\n"
        "held = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        f"resource.setrlimit(resource.RLIMIT_AS, (held + ({MEGABYTES} << 20),) * 2)\n"
        "start = time.process_time()\n"
        "try:\n"
        "    read_records(sys.argv[1], 'purchases')\n"
        "except FileRefused as refused:\n"
        "    print(refused.code, time.process_time() - start)\n")
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, timeout=120,
                          check=False)
    assert done.returncode == 0, done.stderr[-500:]
    found, seconds = done.stdout.split()
    assert found == code
    assert float(seconds) < bound


@pytest.mark.parametrize(("text", "what"), [
    ("a: &x [1]\nb: *x\n", "alias"), ("a: !!python/object:os.system x\n", "tag"), ("a: 1\n---\nb: 2\n", "document"),
    ("a: 1\na: 2\n", "twice"), ("[" * 30 + "]" * 30, "nested"), ("a: [1\n", "not valid"), ("? [a]\n: 1\n", "word"),
    ("a: " + "x" * (1 << 20), "1 MiB"),
], ids=["alias", "tag", "documents", "repeated key", "nesting", "broken", "key", "size"])
def test_parameter_bombs_are_refused(text, what, tmp_path):
    """YAML that expands, nests, tags or repeats is refused with its line."""
    path = tmp_path / "acme.yml"
    path.write_text(text)

    with pytest.raises(ParamsError, match=what):
        read_yaml(path, "acme.yml")


def test_folders_pipes_and_missing_files_are_no_files(tmp_path):
    """Only regular files are opened: a folder, a pipe and a missing file are refused by name."""
    import os

    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    for path, code in ((tmp_path / "gone.csv", "file_missing"), (pipe, "not_a_file")):
        with pytest.raises(FileRefused) as refused:
            read_records(path, "purchases")
        assert refused.value.code == code


def test_limits_leave_room_for_honest_files(tmp_path):
    """A wide but honest file of 400 columns and a cell of 50,000 characters is read."""
    wide = ROW.replace("Mill", "M" * 50_000).strip()
    path = Path(tmp_path / "data.csv")
    path.write_text(HEADINGS.strip() + "".join(f";c{i}" for i in range(400)) + "\n" + wide + ";" * 400 + "\n")

    assert read_records(path, "purchases").totals == {"EUR": "10.25"}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0
