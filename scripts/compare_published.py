"""Compare two published trees (`data/processed`) value by value.

    python scripts/compare_published.py OLD NEW [--ignore NAME ...] [--rows 3]

Compared: every Parquet table (columns, types, rows, values), every CSV, every cell of the workbooks, the figures in
pages (cells with their stored value; numbers in prose), the totals in manifests and in the run summary. Missing values
are equal; a dictionary-encoded column has the type of its values. Not compared: hashes, times, paths, PDF files,
notebooks and pictures, and words in pages: their figures are in the tables.
`--ignore` takes the name of a file ("annual_report*.html"), of a column or of a sheet ("*.parquet:reason").

Exit code: 0 equal, 1 different, 2 a tree is missing or empty.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from fnmatch import fnmatch
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import load_workbook

TOTALS = ("company", "year", "parameters", "release", "settings", "figures", "summary", "trend")
"""Keys of a manifest that hold choices and figures; the others are hashes of code, inputs and outputs."""
TIMES = ("seconds", "peak_mb", "manifest_sha256", "path", "at", "started", "ended", "reused")
NUMBER = re.compile(r"[\u2212-]?\d(?:[\d\u202f\u00a0,.]*\d)?")
PICTURES = ("svg", "style", "script", "figure")


class Difference(NamedTuple):
    """A place where two trees differ, with both values."""

    file: str
    column: str
    row: str
    old: object
    new: object


def main(arguments: list[str] | None = None) -> int:
    """Print the differences by file and column; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--ignore", action="append", default=[], metavar="NAME", help="file, column or file:column")
    parser.add_argument("--rows", type=int, default=3, help="rows shown of each column")
    asked = parser.parse_args(arguments)
    trees = [published(asked.old), published(asked.new)]
    if empty := [str(path) for path, tree in zip((asked.old, asked.new), trees, strict=True) if not tree]:
        print(f"No published set in {', '.join(empty)}", file=sys.stderr)
        return 2
    differences = [d for d in compare(*trees) if not _ignored(d, asked.ignore)]
    _print(differences, asked.rows)
    print(f"{len(trees[0])} files before, {len(trees[1])} after: "
          + (f"{len(differences):,} differences" if differences else "every value is equal"))
    return 1 if differences else 0


def published(tree: Path) -> dict[str, Path]:
    """Return the files that hold figures: name without the set's folder -> path."""
    files = {}
    for path in sorted(tree.rglob("*")):
        inside = path.relative_to(tree)
        current = path.parent.parent / "current"
        outdated = path.parent.name.startswith("set-") and current.is_dir() and not current.samefile(path.parent)
        if path.suffix in READERS and path.is_file() and not path.is_symlink() and not outdated:
            parts = [p for p in inside.parts if p != "current" and not p.startswith("set-")]
            files["/".join(parts)] = path
    return {name: path for name, path in files.items()
            if path.suffix != ".json" or path.name in ("manifest.json", "run_summary.json")}


def compare(old: dict[str, Path], new: dict[str, Path]) -> Iterator[Difference]:
    """Yield each difference: files that one tree lacks first, then columns, rows and values."""
    for name in sorted(old.keys() ^ new.keys()):
        yield Difference(name, "(file)", "", _present(name in old), _present(name in new))
    for name in sorted(old.keys() & new.keys()):
        read = READERS[old[name].suffix]
        before, after = read(old[name]), read(new[name])
        for column in sorted(before.keys() ^ after.keys()):
            yield Difference(name, column, "", _present(column in before), _present(column in after))
        for column in before:
            if column in after:
                yield from _different(name, column, before[column], after[column])


def _different(file: str, column: str, old: list[Any], new: list[Any]) -> Iterator[Difference]:
    if len(old) != len(new):
        yield Difference(file, column, "rows", len(old), len(new))
    for row, (before, after) in enumerate(zip(old, new, strict=False), 1):
        if before is after or (type(before) is type(after) and before == after):
            continue
        if not (_missing(before) and _missing(after)):
            yield Difference(file, column, str(row), before, after)


def _missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and value != value) or value is pd.NaT


def read_parquet(path: Path) -> dict[str, list[Any]]:
    """Return the columns of a table as lists, with their order and types as columns of their own."""
    table = pq.ParquetFile(path).read()
    types = {f.name: str(f.type.value_type if pa.types.is_dictionary(f.type) else f.type) for f in table.schema}
    columns = {f"(type) {name}": [kind] for name, kind in types.items()}
    return {"(columns)": list(table.column_names), **columns,
            **{name: table[name].to_pylist() for name in table.column_names}}


def read_csv(path: Path) -> dict[str, list[Any]]:
    """Return the columns of a CSV as lists of strings, by heading."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = list(csv.reader(file)) or [[]]
    widest = max(map(len, [head, *rows]))
    names = [*head, *(f"(column {n})" for n in range(len(head) + 1, widest + 1))]
    return {"(columns)": head, **{name: [row[n] if n < len(row) else None for row in rows]
                                  for n, name in enumerate(names)}}


def read_workbook(path: Path) -> dict[str, list[Any]]:
    """Return the cells of each column of each sheet: "sheet!column" -> values from the first row down."""
    book = load_workbook(path, read_only=True, data_only=True)
    cells: dict[str, list[Any]] = {"(sheets)": list(book.sheetnames)}
    for sheet in book:
        rows = list(sheet.iter_rows(values_only=True))
        cells |= {f"{sheet.title}!{n}": list(column) for n, column in enumerate(zip(*rows, strict=True), 1)}
    book.close()
    return cells


def read_json(path: Path) -> dict[str, list[Any]]:
    """Return the leaves of a manifest or run summary: path of keys -> value."""
    content = json.loads(path.read_text(encoding="utf-8"))
    if path.name == "manifest.json":
        content = {key: content.get(key) for key in TOTALS}
    return {key: [value] for key, value in _leaves(content, "")}


def _leaves(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        value = dict(enumerate(value))
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in TIMES:
                yield from _leaves(inner, f"{place}.{key}".lstrip("."))
    else:
        yield place, value


def read_page(path: Path) -> dict[str, list[Any]]:
    """Return the figures of a page: cells by section and table, numbers in prose by section."""
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return dict(page.figures)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.figures: defaultdict[str, list[Any]] = defaultdict(list)
        self.section, self.table, self.tables, self.pictures = "", "", 0, 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in PICTURES:
            self.pictures += 1
        elif tag == "section":
            self.section, self.tables = given.get("id") or "", 0
        elif tag == "table":
            self.tables += 1
            self.table = f"#{self.section} table {self.tables}"
        if self.table and tag in ("td", "th"):
            self.figures[self.table].append(given.get("data-value"))

    def handle_endtag(self, tag: str) -> None:
        if tag in PICTURES:
            self.pictures -= 1
        elif tag == "table":
            self.table = ""

    def handle_data(self, data: str) -> None:
        if not self.pictures and not self.table:
            self.figures[f"#{self.section} prose"] += NUMBER.findall(data)


READERS = {".parquet": read_parquet, ".csv": read_csv, ".xlsx": read_workbook, ".json": read_json, ".html": read_page}


def _present(is_there: bool) -> str:
    return "present" if is_there else "absent"


def _ignored(difference: Difference, names: list[str]) -> bool:
    file, column = difference.file, difference.column
    return any(fnmatch(text, name) for name in names
               for text in (file, file.rsplit("/", 1)[-1], column, f"{file}:{column}",
                            f"{file.rsplit('/', 1)[-1]}:{column}"))


def _print(differences: list[Difference], rows: int) -> None:
    groups: defaultdict[tuple[str, str], list[Difference]] = defaultdict(list)
    for difference in differences:
        groups[difference.file, difference.column].append(difference)
    for (file, column), members in groups.items():
        print(f"{file}: {column}: {len(members):,} differ")
        for d in members[:rows]:
            print(f"    {d.row and f'row {d.row}: '}{d.old!r} -> {d.new!r}")


if __name__ == "__main__":
    sys.exit(main())
