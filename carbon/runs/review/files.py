"""Workbooks, other files and filings of a published set against those of a second run."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from carbon.runs.review.meaning import Finding, same_value

SHOWN_CELLS = 50


def file_findings(in_force: Path, now: Path) -> list[Finding]:
    """List every cell of a workbook, and each other file, in which a set differs from a second run."""
    findings: list[Finding] = []
    for path in sorted(now.iterdir()):
        stored = in_force / path.name
        if path.suffix in (".html", ".ipynb", ".parquet", ".json") or not stored.is_file() or \
                path.read_bytes() == stored.read_bytes():
            continue
        if path.suffix == ".xlsx":
            findings += _workbook_findings(stored, path)
        else:
            findings += _text_findings(stored, path)
    return findings


def _workbook_findings(stored: Path, now: Path) -> list[Finding]:
    try:
        one, two = _cells(stored), _cells(now)
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        return [Finding(stored.name, "", "", f"{type(error).__name__}: {error}", "unreadable")]
    names = [name for name in {**two, **one} if not same_value(one.get(name), two.get(name))]
    findings = [Finding(f"{stored.name} {name}", "", str(one.get(name, "")), str(two.get(name, "")), "cell")
                for name in names[:SHOWN_CELLS]]
    rest = len(names) - len(findings)
    return findings + ([Finding(stored.name, "", "", f"and {rest} more cells", "cell")] if rest else [])


def _cells(path: Path) -> dict[str, Any]:
    """Return the value of every cell that has one, by sheet and place; a formula is its text."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    try:
        return {f"sheet '{sheet.title}' {cell.coordinate}": cell.value for sheet in book.worksheets
                for row in sheet.iter_rows() for cell in row if cell.value is not None}
    finally:
        book.close()


def _text_findings(stored: Path, now: Path) -> list[Finding]:
    one, two = (path.read_bytes().decode("utf-8", "replace").splitlines() for path in (stored, now))
    for number, (a, b) in enumerate(zip_longest(one, two, fillvalue="(no line)"), start=1):
        if a != b:
            return [Finding(f"{stored.name} line {number}", "", a[:200], b[:200], "line")]
    return []
