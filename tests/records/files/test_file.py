"""Bit rot, cuts and insertions: a damaged file is refused, or read with every row accounted for. Never a crash."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import random
import time
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from carbon.core.errors import FileRefused
from carbon.records.files.fec import LAW_ORDER
from carbon.records.files.file import read_records

COLUMNS = ["date", "company", "supplier", "category", "amount", "currency", "description"]
ROWS = [[f"2024-03-{d:02d}", "Acme", f"Énergie {d}", "paper", f"{d}.25", "EUR", "x"] for d in range(1, 7)]


def _csv(encoding: str = "utf-8") -> bytes:
    return "".join(";".join(row) + "\n" for row in [COLUMNS, *ROWS]).encode(encoding)


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in [COLUMNS, *ROWS]:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _parquet() -> bytes:
    buffer = io.BytesIO()
    pd.DataFrame(ROWS, columns=COLUMNS).to_parquet(buffer, store_schema=False, write_page_checksum=True)
    return buffer.getvalue()


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.csv", _csv())
    return buffer.getvalue()


def _fec() -> bytes:
    lines = [list(LAW_ORDER)]
    for n in range(1, 4):
        for account, debit, credit in (("606100", f"{n},25", "0,00"), ("401000", "0,00", f"{n},25")):
            day = f"202403{n:02d}"
            lines.append(["AC", "Achats", str(n), day, account, "Compte", "", "", f"P{n}", day, "Électricité", debit,
                          credit, "", "", day, "", ""])
    return "".join("\t".join(line) + "\r\n" for line in lines).encode("iso-8859-15")


FORMS = {"csv": ("a.csv", "purchases", _csv), "utf-16": ("a.csv", "purchases", lambda: _csv("utf-16")),
         "workbook": ("a.xlsx", "purchases", _workbook), "parquet": ("a.parquet", "purchases", _parquet),
         "gzip": ("a.csv.gz", "purchases", lambda: gzip.compress(_csv(), mtime=0)), "zip": ("a.zip", "purchases", _zip),
         "fec": ("a.txt", "fec", _fec)}


DAMAGES = int(os.environ.get("CARBON_DAMAGES", "100_000"))
"""Damages a format of the long run; a smaller number runs the first so many of the same draws."""


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("times", [60, pytest.param(DAMAGES, marks=pytest.mark.torture, id="long")])
def test_damage_is_refused_or_accounted_for(form, times, part, tmp_path, record_property):
    """After any flip, cut or insertion: refused by name, or rows read = records + ledger; within 10 seconds of
    processor time.

    Damage is drawn from a fixed seed. Two draws may give the same bytes (a file of 300 bytes has 2,400 flips): those
    are read once, and counted. A slice (CARBON_SLICE) makes every draw and reads its share of the different files.
    """
    number, count = part
    name, kind, build = FORMS[form]
    sound = build()
    draw = random.Random(form)
    path = tmp_path / name
    seen: set[bytes] = set()
    read = 0
    for _ in range(times):
        data = _damaged(sound, draw)
        digest = hashlib.blake2b(data, digest_size=12).digest()
        if digest in seen:
            continue
        seen.add(digest)
        if len(seen) % count == number - 1:
            path.write_bytes(data)
            _read_or_refused(path, kind)
            read += 1
    assert read >= len(seen) // count > 0
    record_property("different files", read)


def _read_or_refused(path: Path, kind: str) -> None:
    # Of this process: a machine at rest, or busy with others, is no slow reader.
    start = time.process_time()
    try:
        read = read_records(path, kind)
    except FileRefused as refused:
        assert refused.code != "unreadable", refused
    else:
        assert read.rows_read == len(read.records) + len(read.ledger)
        assert read.rows_read == read.rows_accepted + read.rows_rejected
        assert not read.records["amount"].isna().any()
    assert time.process_time() - start < 10


def _damaged(sound: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(sound))
    kind = draw.choice(["flip", "flip", "cut", "insert", "drop", "double"])
    if kind == "flip":
        return sound[:at] + bytes([sound[at] ^ (1 << draw.randrange(8))]) + sound[at + 1:]
    if kind == "cut":
        return sound[:at] or sound
    if kind == "insert":
        return sound[:at] + bytes(draw.randrange(256) for _ in range(draw.randrange(1, 9))) + sound[at:]
    size = draw.randrange(1, 20)
    return sound[:at] + sound[at + size:] if kind == "drop" else sound[:at + size] + sound[at:]
