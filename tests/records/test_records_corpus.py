"""Hostile and merely European files, each with its verdict: read rightly, or refused with a named reason.

Cases are data (cases/*.yml). A case gives a file (rows below standard headings, or its whole text, or a workbook, or
columns of a Parquet file) and what must come out: lines rejected with their codes, totals, rows excluded, warnings, or
the code with which the whole file is refused.
"""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from standard_rows import STANDARD

from carbon.params.shapes.company import FilePattern
from carbon.records.files.file import read_records
from carbon.records.grids import cells
from carbon.records.values import fields
from carbon.runs.desk.check import check_paths
from carbon.runs.desk.checked import exit_code

CASES = [case | {"class": path.stem} for path in sorted((Path(__file__).parent / "cases").glob("*.yml"))
         for case in yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))]


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case['class']}-{case['name']}", marks=[
    pytest.mark.torture] if n % 4 else []) for n, case in enumerate(CASES)])
def test_verdict(case, tmp_path):
    """A file is read as its case says, to the last digit, or refused for the reason it names; three of four at
    length.
    """
    path = _build(case, tmp_path)
    checked = _with_options(path, case) if "options" in case else \
        check_paths([path], kind=case["kind"], year=case.get("year"))
    file = checked["files"][0]

    if "refused" in case:
        assert file["refused"] is not None, f"read in silence: {file}"
        assert file["refused"]["code"] == case["refused"], file["refused"]
        assert file["refused"]["what_to_do"]
        assert exit_code(checked) == 2
        return
    assert file["refused"] is None, file["refused"]
    found: dict[int, set[str]] = {}
    for reject in checked["rejects"]:
        found.setdefault(reject["source_line"], set()).add(reject["code"])
    assert found == {line: set(codes.split()) for line, codes in case.get("rejected", {}).items()}, checked["rejects"]
    assert {k: Decimal(v) for k, v in file["totals"].items()} == \
        {k: Decimal(v) for k, v in case.get("totals", {}).items()}
    assert file["rows_read"] == file["rows_accepted"] + file["rows_rejected"]
    assert file["rows_rejected"] == case.get("rejected_rows", len(found))  # a line of months is several rows
    assert file["rows_excluded"] == case.get("excluded", 0)
    if "rows" in case.get("expect", {}):
        assert file["rows_read"] == case["expect"]["rows"]
    assert set(case.get("warned", "").split()) <= {w["code"] for w in checked["warnings"]}, checked["warnings"]
    assert not set(case.get("unwarned", "").split()) & {w["code"] for w in checked["warnings"]}, checked["warnings"]
    _check_values(path, case)


LONG_CASES = [c for c in CASES if c["class"] in (
    "kinds", "fec", "words", "declared", "signs", "exports", "doubles", "twice", "registers")]


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case['class']}-{case['name']}", marks=[
    pytest.mark.torture] if n % 12 else []) for n, case in enumerate(LONG_CASES)])
def test_verdict_of_long_tables(case, tmp_path, monkeypatch):
    """Tables so long that their text is held as categories give the same verdicts; eleven of twelve at length."""
    monkeypatch.setattr(fields, "LONG", 0)
    monkeypatch.setattr(cells, "_MANY", 0)
    test_verdict(case, tmp_path)


def _check_values(path: Path, case: dict[str, Any]) -> None:
    wanted = case.get("values", {})
    if wanted:
        records = read_records(path, case["kind"]).records
        for column, values in wanted.items():
            assert [str(v).removesuffix(" 00:00:00") for v in records[column]] == values


def _with_options(path: Path, case: dict[str, Any]) -> dict[str, Any]:
    """As `check_paths`, with a file pattern of params."""
    from carbon.core.errors import FileRefused
    from carbon.runs.desk.checked import as_object

    options = FilePattern.model_validate({"pattern": "*", "kind": case["kind"], **case["options"]})
    try:
        outcome: Any = read_records(path, case["kind"], options=options)
    except FileRefused as refused:
        outcome = refused
    return as_object([(path.as_posix(), None, outcome)], case["kind"])


def _build(case: dict[str, Any], folder: Path) -> Path:
    path = folder / case.get("file", _name(case))
    data = _content(case)
    if path.suffix == ".gz":
        data = gzip.compress(data)
    if path.suffix == ".zip":
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
            for member in case.get("members", ["data.csv"]):
                packed.writestr(member, data)
        data = buffer.getvalue()
    path.write_bytes(data[:case["cut"]] if "cut" in case else data)
    return path


def _name(case: dict[str, Any]) -> str:
    return "data.xlsx" if "workbook" in case else "data.parquet" if "parquet" in case else \
        "000000000FEC20241231.txt" if "fec" in case else "data.csv"


def _content(case: dict[str, Any]) -> bytes:
    if "workbook" in case:
        return _workbook(case)
    if "parquet" in case:
        return _parquet(case)
    if "fec" in case:
        return _fec(case)
    if "bytes" in case:
        return case["bytes"].encode("latin-1")
    text = case["text"] if "text" in case else _rows(case)
    text = text.replace("\n", case["newline"]) if "newline" in case else text
    return case.get("bom", "").encode("latin-1") + text.encode(case.get("encoding", "utf-8"))


def _rows(case: dict[str, Any]) -> str:
    standard = STANDARD[case["kind"]] | case.get("with", {})
    separator = case.get("separator", ";")
    names = [c for c in standard if standard[c] is not None]
    lines = [[case.get("headings", {}).get(c, c) for c in names]]
    for row in case["cells"]:
        given = row if isinstance(row, dict) else {case["column"]: row}
        lines.append([str((standard | given)[c]) for c in names])
    return "\n".join(separator.join(line) for line in lines) + "\n"


def _fec(case: dict[str, Any]) -> bytes:
    """The 18 columns of the law around the cells of a case."""
    amounts = ("Montant", "Sens") if case.get("sense") else ("Debit", "Credit")
    names = ["JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum",
             "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", *amounts, "EcritureLet", "DateLet", "ValidDate",
             "Montantdevise", "Idevise", *case.get("extra", [])]
    lines = [] if case.get("headless") else [names]
    for journal, number, day, account, first, second, label in case["fec"]:
        called = case.get("journals", {}).get(journal, journal)
        lines.append([journal, called, str(number), str(day), account, f"Compte {account}", "", "", f"P{number}",
                      str(day), label, first, second, "", "", str(day), "", "", *["" for _ in case.get("extra", [])]])
    keep = [i for i, name in enumerate(names) if name not in case.get("drop", [])]
    text = "".join(case.get("separator", "\t").join(line[i] for i in keep) + "\r\n" for line in lines)
    return text.encode(case.get("encoding", "iso-8859-15"))


def _workbook(case: dict[str, Any]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, sheet in case["workbook"].items():
        page = book.create_sheet(name)
        for row in sheet["rows"]:
            page.append([_typed(cell) for cell in row])
        for line in sheet.get("hidden_rows", []):
            page.row_dimensions[line].hidden = True
        for merged in sheet.get("merged", []):
            page.merge_cells(merged)
        for cell, code in sheet.get("formats", {}).items():
            page[cell].number_format = code
        for cell in sheet.get("struck", []):
            page[cell].font = openpyxl.styles.Font(strike=True)
        for letter in sheet.get("hidden_columns", []):
            page.column_dimensions[letter].hidden = True
        page.sheet_state = sheet.get("state", "visible")
    if case.get("epoch") == 1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    buffer = io.BytesIO()
    book.save(buffer)
    return _patched(buffer.getvalue(), case["patch"]) if "patch" in case else buffer.getvalue()


def _patched(data: bytes, changes: dict[str, list[str]]) -> bytes:
    """The workbook with texts of its parts replaced, as other writers would have them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as book, zipfile.ZipFile(buffer, "w") as packed:
        for name in book.namelist():
            part = book.read(name).decode()
            for end, (old, new) in changes.items():
                if name.endswith(end.strip()):
                    part = _prefixed(part) if old == "prefix" else part.replace(old, new.replace("LONG", " " * 5000))
            packed.writestr(name, part)
    return buffer.getvalue()


def _prefixed(part: str) -> str:
    """Every tag of the part with a namespace prefix."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    tagged = re.sub(r"<(/?)(\w)", r"<\1x:\2", part)
    return tagged.replace(f'xmlns="{space}"', f'xmlns:x="{space}"')


def _typed(cell: Any) -> Any:
    # A word in YAML that stands for a standard row's cell is written by its own type.
    return datetime.combine(cell, datetime.min.time()) if isinstance(cell, date) and not isinstance(cell, datetime) \
        else cell


def _parquet(case: dict[str, Any]) -> bytes:
    arrays = {}
    for name, (kind, values) in case["parquet"].items():
        arrays[name] = _array(kind, values)
    buffer = io.BytesIO()
    pq.write_table(pa.table(arrays), buffer)
    return buffer.getvalue()


def _array(kind: str, values: list[Any]) -> pa.Array:
    if kind == "decimal":
        return pa.array([None if v is None else Decimal(v) for v in values], pa.decimal128(18, 2))
    if kind == "dictionary":
        return pa.array(values, pa.string()).dictionary_encode()
    if kind.startswith("zone:"):
        return pa.array([datetime.fromisoformat(v) for v in values], pa.timestamp("us", kind.removeprefix("zone:")))
    types = {"text": pa.string(), "double": pa.float64(), "float": pa.float32(), "int": pa.int64(),
             "day": pa.date32(), "list": pa.list_(pa.string()), "binary": pa.binary(), "bool": pa.bool_()}
    return pa.array(values, types[kind])
