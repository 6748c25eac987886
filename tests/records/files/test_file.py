"""One file read whole: damaged ones are refused or accounted for, each packaged source is known by its headings.

No file is a crash.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import random
import re
import time
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import yaml

from carbon.core.errors import FileRefused
from carbon.params.files.sources import resolved, source_names, source_of
from carbon.params.shapes.files import FilePattern
from carbon.records.files.fec import LAW_ORDER
from carbon.records.files.file import read_file, read_records, source_hint
from carbon.records.files.file_read import FileRead
from carbon.records.kinds.contract import ProjectContext
from carbon.runs.desk.check import check_paths

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


GOLDEN = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) | {"source": path.stem}
          for path in sorted((Path(__file__).parent / "golden").glob("*.yml"))}
"""Invented rows below the documented headings. totals, excluded, rejected and day are the verdict; `plain` is what
pandas makes of the file on its own: the sum of a column (text is nothing), the day of its first row, or that it fails.
"""
YEAR = ProjectContext("acme", pd.Timestamp("2024-01-01"), pd.Timestamp("2024-12-31"), declared=True)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every golden file, by its source."""
    folder = tmp_path_factory.mktemp("golden")
    return {name: _written(case, folder / name) for name, case in GOLDEN.items()}


def _written(case: dict[str, Any], path: Path) -> Path:
    if "text" in case:
        path = path.with_suffix(".csv")
        path.write_text(case["text"], encoding="utf-8")
        return path
    book = openpyxl.Workbook()
    for row in case["rows"]:
        book.active.append(row)
    path = path.with_suffix(".xlsx")
    book.save(path)
    return path


def _options(case: dict[str, Any], **entry: Any) -> FilePattern:
    kind = source_of(case["source"], None).profile.kind
    return resolved(FilePattern.model_validate({"pattern": "*", "kind": kind, "source": case["source"],
                                                **case["entry"], **entry}))


def _verdict(read: FileRead) -> dict[str, Any]:
    codes = read.rejects.groupby("source_line")["code"].agg(lambda found: " ".join(dict.fromkeys(found)))
    days = read.records.get("period_start")
    return {"totals": read.totals, "excluded": read.rows_excluded, "rejected": codes.to_dict(),
            "day": "" if days is None or days.empty else str(days.iloc[0].date())}


def test_every_source_reads_its_golden_file_right(files):
    """Totals, excluded rows, rejects and the first day are those written down before it was read."""
    wrong = {}
    for name, case in GOLDEN.items():
        try:
            found = _verdict(read_file(files[name], name, _options(case), YEAR))
        except FileRefused as refused:
            found = str(refused)
        expected = {"totals": case["totals"], "excluded": case.get("excluded", 0),
                    "rejected": case.get("rejected", {}), "day": str(case["day"])}
        if found != expected:
            wrong[name] = found

    assert not wrong
    assert sorted(GOLDEN) == list(source_names(None))


def test_pandas_reads_each_golden_file_wrong(files):
    """The case holds what it is there for: read without being told, it gives another sum, another day, or nothing."""
    wrong = {}
    for name, case in GOLDEN.items():
        plain = case["plain"]
        try:
            table = pd.read_csv(files[name], sep=None, engine="python") if "text" in case else \
                pd.read_excel(files[name], engine="calamine")
        except pd.errors.ParserError:
            wrong |= {} if plain.get("fails") else {name: "fails"}
            continue
        if plain.get("fails"):
            wrong[name] = list(table.columns)
            continue
        found = pd.to_numeric(table[plain["column"]], errors="coerce").sum()
        if found != pytest.approx(plain["sum"]) or f"{found:g}" in case["totals"].values():
            wrong[name] = found
        if "first" in plain:
            day = str(pd.to_datetime(table[plain["first"]["column"]].iloc[0]).date())
            if day != str(plain["first"]["day"]) or day == str(case["day"]):
                wrong[name] = day

    assert not wrong


def test_no_two_sources_fit_one_file(files):
    """The headings of each golden file name its own source and no other."""
    nothing = FilePattern(pattern="*", kind="")
    hints = {name: source_hint(path, nothing, None) for name, path in files.items()}

    asks = {name: "".join(f" and `{key}`" for key in source_of(name, None).profile.asks) for name in files}
    assert hints == {name: f"these headings are those of source `{name}`: add `source: {name}`{asks[name]}"
                     for name in files}
    assert asks["octopus"] == " and `site` and `carrier`"


def test_a_file_of_another_language_or_version_is_refused_in_words(files, tmp_path):
    """What differs is named with its nearest heading; nothing is read by half."""
    case = GOLDEN["fluvius-en"]
    path = tmp_path / "other.csv"
    path.write_text(case["text"].replace("Validation status", "Statut de validation"), encoding="utf-8")

    with pytest.raises(FileRefused, match=re.escape("not there: 'Validation status'")) as refused:
        read_file(path, "other.csv", _options(case), YEAR)
    assert refused.value.code == "source_differs"
    with pytest.raises(FileRefused, match=re.escape("'Caloric upper value' is of another source")):
        read_file(files["fluvius-en-gas"], "gas.csv", _options(case), YEAR)
    assert source_hint(path, FilePattern(pattern="*", kind="energy"), None) == ""


@pytest.mark.parametrize(("written", "read_as", "code"), [
    ("utf-8", "cp1252", "source_differs"), ("cp1252", "cp1252", "encoding_uncertain")])
def test_a_heading_in_another_encoding_is_never_read_by_half(tmp_path, written, read_as, code):
    """"MÃ¥lepunktsID" is no heading of the source; bytes that are not in its encoding are refused with their line."""
    case = GOLDEN["eloverblik"]
    path = tmp_path / "f.csv"
    path.write_bytes(case["text"].encode(written).decode(read_as).encode("utf-8" if written != read_as else read_as))

    with pytest.raises(FileRefused) as refused:
        read_file(path, "f.csv", _options(case), YEAR)
    assert refused.value.code == code


def test_a_file_in_two_bytes_a_character_is_recognised(tmp_path):
    """The headings of a file in UTF-16 are found, of a short file and of one longer than what is looked at."""
    head, row = GOLDEN["datadis"]["text"].splitlines(keepends=True)[:2]
    for rows in (1, 8000):
        path = tmp_path / f"{rows}.csv"
        path.write_text(head + row * rows, encoding="utf-16")
        assert source_hint(path, FilePattern(pattern="*", kind=""), None).startswith("these headings are those")
    read = read_file(tmp_path / "1.csv", "f", _options(GOLDEN["datadis"]), YEAR)
    assert read.totals == {"electricity:kWh": "0.267"}


def test_a_parquet_file_is_recognised_and_read(files, tmp_path):
    """Its columns are the headings: those of its source are read, and a file that lacks one is refused."""
    table = pd.read_csv(files["focus"])
    path = tmp_path / "f.parquet"
    table.to_parquet(path)

    assert "source `focus`" in source_hint(path, FilePattern(pattern="*", kind=""), None)
    assert read_file(path, "f", _options(GOLDEN["focus"]), YEAR).totals == {"USD": "100"}
    table.drop(columns="ListCost").to_parquet(path)
    with pytest.raises(FileRefused, match="not there: 'ListCost'"):
        read_file(path, "f", _options(GOLDEN["focus"]), YEAR)


def test_keys_of_the_entry_count_over_those_of_the_profile(files):
    """A constant of the entry replaces the column that the profile reads, and adds to its other constants."""
    options = _options(GOLDEN["engie-nl"], constants={"site": "Utrecht", "carrier": "electricity"},
                       values={"unit": {"Gas": "kWh"}}, count_rows_where={"Type": ["Elektriciteit", "Gas"]})

    assert options.constants == {"country": "NL", "site": "Utrecht", "carrier": "electricity"}
    assert "carrier" not in options.columns
    assert options.values["unit"] == {"Elektriciteit": "kWh", "Gas": "kWh"}
    read = read_file(files["engie-nl"], "f", options, YEAR)
    assert read.totals == {"electricity:kWh": "1.5"}
    assert "source engie-nl (packaged, version 1, sha256 " in read.dialect


def test_check_names_the_source_of_a_file_that_names_none(files):
    """A file is never read by a source for its headings alone: `check` states the line to add, refused or not."""
    found = check_paths([files["datadis"], files["azure-ea"]], kind="purchases")
    texts = [*(f["refused"]["what_to_do"] for f in found["files"] if f["refused"]),
             *(w["text"] for w in found["warnings"])]

    for name in ("datadis", "azure-ea"):
        assert any(f"add `source: {name}`" in text for text in texts), (name, texts)
