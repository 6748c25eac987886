"""Workbooks, other files and filings of a published set against those of a second run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from carbon.core.errors import CarbonError
from carbon.params.files.project import Project
from carbon.runs.company_year.filing import filing_of, made_with
from carbon.runs.publish.hashing import code_hash
from carbon.runs.publish.identity import MANIFEST
from carbon.runs.publish.sets import FILED, FILINGS, read_manifest
from carbon.runs.review.exact import first_difference
from carbon.runs.review.meaning import Finding, same_value

SHOWN = 50
"""Cells or lines of a file that are named one by one."""
_FIGURE = re.compile(r"[a-z0-9][a-z0-9-]*/\d{4}/\S+")


def file_findings(in_force: Path, now: Path, *, prefix: str = "") -> list[Finding]:
    """List each cell of a workbook and line of another file in which two folders differ, with its figure."""
    findings: list[Finding] = []
    for path in sorted(now.iterdir()):
        stored, name = in_force / path.name, prefix + path.name
        if path.suffix in (".html", ".ipynb", ".parquet", ".json", ".sha256") or not stored.is_file() or \
                path.read_bytes() == stored.read_bytes():
            continue
        compare = _workbook_findings if path.suffix == ".xlsx" else _line_findings
        findings += compare(name, stored, path)
    return findings


def filing_findings(project: Project, company: str, year: int, in_force: Path, now: Path, *,
                    exact: bool) -> list[Finding]:
    """Make each filing of a set again and list other cells, lines, statements of its manifest and, `exact`, bytes."""
    findings: list[Finding] = []
    for stored in sorted((in_force / FILINGS).glob("*/")):
        name = f"{FILINGS}/{stored.name}/"
        try:
            manifest = read_manifest(stored, key="filing")
            output = filing_of(project, company, year, now, stored.name, of_set=str(manifest.get("set_manifest", "")))
            files = output.files()
        except CarbonError as error:
            findings.append(Finding(name, "", "filed", str(error.what), "cannot be filed again"))
            continue
        made = made_with(project, company, output)
        same_code = manifest.get("code") == made.pop("code")
        findings += [Finding(f"{name}{MANIFEST}", "", str(manifest.get(part)), str(value), part)
                     for part, value in made.items() if manifest.get(part) != value]
        findings += _filed_again(name, stored, now / FILINGS / stored.name, files, exact=exact and same_code)
    return findings


def other_code(in_force: Path) -> str:
    """Return the filings that other code made than this, or that state so; "" without one."""
    filings = [path.parent for path in sorted((in_force / FILINGS).glob(f"*/{MANIFEST}"))]
    return ", ".join(f"{FILINGS}/{path.name}" for path in filings
                     if read_manifest(path, key="filing").get("code") != code_hash())


def _filed_again(name: str, stored: Path, again: Path, files: Mapping[str, bytes], *, exact: bool) -> list[Finding]:
    again.mkdir(parents=True, exist_ok=True)
    for file_name, data in files.items():
        (again / file_name).write_bytes(data)
    stored_names = {path.name for path in stored.iterdir()} - {MANIFEST, FILED}
    findings = [Finding(name + other, "", str(other in stored_names), str(other in files), "file of a filing")
                for other in sorted(stored_names ^ files.keys())] + file_findings(stored, again, prefix=name)
    named_files = {finding.where.removeprefix(name).split()[0] for finding in findings}
    unlike = [other for other in sorted(stored_names & files.keys() - named_files)
              if exact and (stored / other).read_bytes() != files[other]]
    return findings + [finding for other in unlike
                       for finding in first_difference(name + other, stored / other, again / other)]


def _workbook_findings(name: str, stored: Path, now: Path) -> list[Finding]:
    try:
        one, two = _cells(stored), _cells(now)
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        return [Finding(name, "", "", f"{type(error).__name__}: {error}", "unreadable")]
    pairs = {place: (one.get(place, ("", "")), two.get(place, ("", ""))) for place in {**two, **one}}
    unlike = [(place, a, b) for place, (a, b) in pairs.items() if not same_value(a[1], b[1])]
    return _first(name, "cell", (Finding(f"{name} {place}", b[0] or a[0], str(a[1]), str(b[1]), "cell")
                                 for place, a, b in unlike), len(unlike))


def _first(name: str, what: str, findings: Iterable[Finding], count: int) -> list[Finding]:
    first = [finding for finding, _ in zip(findings, range(SHOWN), strict=False)]
    rest = count - len(first)
    return first + ([Finding(name, "", "", f"and {rest} more {what}s", what)] if rest > 0 else [])


def _cells(path: Path) -> dict[str, tuple[str, Any]]:
    """Return, by sheet and place, the figure of the row and the value of every filled cell (a formula: its text)."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    try:
        return dict(cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in _row(sheet.title, row))
    finally:
        book.close()


def _row(sheet: str, row: Iterable[Any]) -> Iterator[tuple[str, tuple[str, Any]]]:
    cells = [cell for cell in row if cell.value is not None]
    figure = _figure(str(cell.value) for cell in cells)
    yield from ((f"sheet '{sheet}' {cell.coordinate}", (figure, cell.value)) for cell in cells)


def _figure(words: Iterable[str]) -> str:
    return next((word for word in words if _FIGURE.fullmatch(word)), "")


def _line_findings(name: str, stored: Path, now: Path) -> list[Finding]:
    one, two = (path.read_bytes().decode("utf-8", "replace").splitlines() for path in (stored, now))
    unlike = [(number, a, b) for number, (a, b) in enumerate(zip_longest(one, two, fillvalue="(no line)"), start=1)
              if a != b]
    if len(one) != len(two):
        unlike = unlike[:1]  # a line more moves all those after it
    return _first(name, "line", (Finding(f"{name} line {number}", _figure(b.split(",")) or _figure(a.split(",")),
                                         a[:200], b[:200], "line") for number, a, b in unlike), len(unlike))
