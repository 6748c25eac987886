"""The written files agree: figures of notebook, pages and workbook, against the tables read back from the disk.

A figure is in the HTML an element with `data-figure-id`; the exact value of each number in it is `data-value`.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from carbon.core.columns import Rows
from carbon.core.errors import LedgerError, MethodError, RunError
from carbon.core.ghg_protocol import CATEGORIES, NO_METHOD, SCOPE2_METHODS, SCOPE_FIGURES, SCOPES, TOTAL_FIGURES
from carbon.runs.company_year.content import Content
from carbon.runs.publish.parquet import PIECE, pieces_of, read_arrow, read_table
from carbon.runs.publish.sets import TABLES_BOOK, WORKBOOK
from carbon.runs.publish.sheets import Sheets, read_sheets

RELATIVE = 1e-12
KG_PER_T = 1000.0
REPORTED = "reported_inventories"
"""Totals of earlier years are read with the records and counted in the history, not in the ledger."""
_OF_SOURCES = ["kind", "source_file", "rows_read"]
_NAMES = ["scope", "scope2_method", "kind", "activity", "site", "supplier"]
_KG = "co2e_kg"
_READ = [*_NAMES, "kyoto", "category", _KG]
BY_SCOPE = ("energy/", "site/")
"""Figures whose lines show their parts by scope and site, and so not the figure itself."""
FIGURE = re.compile(r"[a-z0-9][a-z0-9-]*/\d{4}/\S.*")
_TYPES = b"pandas"
"""Where a schema keeps what the columns are in pandas."""


def check_stage(folder: Path, outputs: Content, written_tables: Mapping[str, pa.Table]) -> dict[str, pa.Table | Sheets]:
    """Read every table back, compare it with what was to be written, then let the content check its files;
    returns what was read back by file name: the tables, but for long ones, and the sheets of workbooks.

    `written_tables`: {file name: table} of those that are compared value by value; of the others, the rows are counted.

    Raises RunError, LedgerError: Which file, which figure, both values.
    """
    tables_read: dict[str, pa.Table | Sheets] = {}
    for name, table in outputs.tables.items():
        path = folder / f"{name}.parquet"
        if path.name in written_tables:
            back = tables_read[path.name] = read_arrow(path)  # the stage has no manifest yet
            is_equal = _equal(back, written_tables[path.name])
        else:  # row hashes come from the disk, piece by piece
            pieces = [(p.num_rows, p.column_names) for p in pieces_of(path, PIECE)]
            rows, columns = sum(n for n, _ in pieces), pieces[0][1] if pieces else []
            is_equal = rows == len(table) and columns == list(table.columns)
        if not is_equal:
            raise RunError(f"{path.name} does not hold the rows it was given")
    tables_read |= {name: read_sheets(folder / name) for name in outputs.files if name.endswith(".xlsx")}
    outputs.check(folder, tables_read)
    return tables_read


def _equal(back: pa.Table, written_table: pa.Table) -> bool:
    """Return whether each value is the one that was written; the encoding of a column may differ."""
    schema, written_schema = back.schema, written_table.schema
    same_schema = schema.equals(written_schema)
    if not same_schema and schema.names != written_schema.names:
        return False
    if (schema.metadata or {}).get(_TYPES) != (written_schema.metadata or {}).get(_TYPES):
        return False
    return (back if same_schema else back.cast(written_schema)).equals(written_table)


def figures_of(company: str, year: int, emissions: pd.DataFrame, headline: str) -> dict[str, float | None]:
    """Calculate every figure of a company-year that has an id: the exact sum of its emission rows [kg CO2e]; None
    without rows, which is no zero.

    `headline`: Scope 2 method of the figures that mix scopes (sites, energy carriers).
    """
    rows = Rows(emissions).where(emissions["kyoto"].to_numpy(dtype=bool), scope=SCOPES)
    scope3, by_method = rows.where(scope="3"), {m: rows.where(scope2_method=(NO_METHOD, m)) for m in SCOPE2_METHODS}
    energy = by_method[headline].where(kind="energy")
    energy = energy.assign(carrier=energy.column("activity").map(lambda activity: activity.partition(".")[0]))
    of_figure = {name: rows.where(scope=scope, scope2_method=method) for name, (scope, method) in SCOPE_FIGURES.items()}
    of_figure |= {name: by_method[method] for name, method in TOTAL_FIGURES.items()}
    sums: dict[str, float | None] = {name: of.total(_KG) if len(of) else None for name, of in of_figure.items()}
    sums |= dict.fromkeys(f"3.{number}" for number in CATEGORIES) | _sums("3.", scope3, "category", CATEGORIES)
    sums |= _sums("energy/", energy, "carrier") | _sums("site/", by_method[headline], "site")
    sums |= _sums("supplier/", scope3, "supplier")
    return {f"{company}/{year}/{name}": kg for name, kg in sums.items()}


def _sums(prefix: str, rows: Rows, name: str, known_names: Collection[int] = ()) -> dict[str, float]:
    """Sum the rows of each name exactly; rows without a name or category belong to no figure.

    Raises MethodError: A row whose value is missing or not a known one.
    """
    sums = rows.sums([name], _KG)
    unknown_names = [word for word in sums if word != word or (known_names and word not in (0, *known_names))]
    if unknown_names:
        raise MethodError(f"emission rows have the {name} {unknown_names[0]}, for which there is no figure")
    return {f"{prefix}{word}": kg for word, kg in sums.items() if word}


@dataclass(frozen=True)
class Reconciled:
    """The check of a written stage: callable with its folder and what was read back from it."""

    company: str
    year: int
    headline: str

    def __call__(self, folder: Path, tables_read: Mapping[str, pa.Table | Sheets]) -> None:
        emissions = _written(folder, "emissions.parquet", tables_read, _READ)
        expected = figures_of(self.company, self.year, emissions, self.headline)
        ledger = _written(folder, "ledger.parquet", tables_read, ["source_file", "counts_row"])
        check_ledger(ledger, _written(folder, "sources.parquet", tables_read, _OF_SOURCES))
        pages = sorted(folder.glob("annual_report*.html"))
        notebook = json.loads((folder / "annual_report.ipynb").read_bytes())
        prefix = f"{self.company}/{self.year}/"
        needed = {prefix + name for name in needed_figures(emissions)}
        for page in pages:
            check_figures(shown_figures([page.read_text(encoding="utf-8")]), expected, needed, page.name)
        check_figures(shown_figures(list(_html_outputs(notebook))), expected, needed, "annual_report.ipynb")
        for book in (WORKBOOK, TABLES_BOOK):
            sheets = tables_read[book] if book in tables_read else read_sheets(folder / book)
            check_figures(workbook_figures(sheets), expected, needed, book)


def needed_figures(emissions: pd.DataFrame) -> list[str]:
    """Return the figures that have rows; without records there is no figure to show, and no zero."""
    rows = Rows(emissions).where(emissions["kyoto"].to_numpy(dtype=bool), scope=SCOPES)
    lines = set(rows.groups(["scope", "scope2_method"]).lines())
    return [*(TOTAL_FIGURES if lines else ()), *(n for n, line in SCOPE_FIGURES.items() if line in lines)]


def _written(folder: Path, name: str, tables_read: Mapping[str, Any], columns: list[str]) -> pd.DataFrame:
    if name in tables_read:
        # Arrow's own types are those of these columns.
        return tables_read[name].select(columns).to_pandas(use_threads=False, ignore_metadata=True)
    return read_table(folder / name, columns=columns)


def workbook_figures(sheets: Sheets) -> dict[str, list[list[float]]]:
    """Return the figures of a workbook: of each line that has a figure id, its numbers."""
    figures: dict[str, list[list[float]]] = {}
    for rows in sheets.values():
        for cells in rows:
            for name in [cell for cell in cells if isinstance(cell, str) and "/" in cell and FIGURE.fullmatch(cell)]:
                figures.setdefault(name, []).append([cell for cell in cells if isinstance(cell, float)])
    return figures


def _html_outputs(notebook: dict[str, Any]) -> Iterable[str]:
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            html = output.get("data", {}).get("text/html", "")
            yield html if isinstance(html, str) else "".join(html)


_MARKED = r"""<([a-z][a-z0-9]*+)(\s(?:[^>"'d]++|"[^"]*+"|'[^']*+'|d(?!ata-))*+data-(?:[^>"']++|"[^"]*+"|'[^']*+')*+)>"""
TAG = re.compile(rf"</([a-z][a-z0-9]*+)>|{_MARKED}|<!--.*?-->", re.DOTALL)
"""A closing tag, or an opening one with an attribute of data; one without holds no figure."""
TAG_BUT_OF_CELLS = re.compile(rf"</((?!t[dh]>)[a-z][a-z0-9]*+)>|{_MARKED}|<!--.*?-->", re.DOTALL)
"""Half of all tags end the cell of a table."""
CELLS = ("td", "th")
MARK = re.compile(r"""\s(data-figure-id|data-value)="([^"]*)\"""")


def shown_figures(pages: Sequence[str], *, tags: re.Pattern[str] = TAG_BUT_OF_CELLS) -> dict[str, list[list[float]]]:
    """Return the figures shown in pieces of HTML: for each id, the values of each place that shows it.

    For markup as our own templates and the sanitiser write it: lower-case tags, attributes in double quotes, text
    escaped. A parser that takes any markup needs ten times as long for the same answer.

    `tags`: Those of cells' ends are found only in pages in which a cell is a figure of its own.
    """
    figures: dict[str, list[list[float]]] = {}
    inside: list[tuple[str, list[float]]] = []
    for ended, name, attributes in (tag for page in pages for tag in tags.findall(page)):
        if ended:
            if inside and inside[-1][0] == ended:
                inside.pop()
            continue
        if "data-figure-id" not in attributes and not (inside and "data-value" in attributes):
            continue  # a value outside any figure is not compared
        marks = {mark: unescape(text) for mark, text in MARK.findall(attributes)}
        identifier, value = marks.get("data-figure-id"), marks.get("data-value")
        if identifier and name in CELLS and tags is not TAG:
            return shown_figures(pages, tags=TAG)
        if identifier and name != "table":
            inside.append((name, []))
            figures.setdefault(identifier, []).append(inside[-1][1])
        if value is not None:
            for _, values in inside:
                values.append(float(value))
    return figures


def check_figures(shown_values: dict[str, list[list[float]]], expected: Mapping[str, float | None], needed: set[str],
                  name: str) -> None:
    """Check that every figure shows the value of the tables in each place [t CO2e], and that the needed ones are shown.

    Raises RunError: Names the file, the figure, what it shows and what the tables give.
    """
    missing = sorted(needed - {identifier for identifier, places in shown_values.items() if any(places)})
    if missing:
        raise RunError(f"{name} does not show {', '.join(missing)}",
                       hint="the report must show every total with its id")
    for identifier, places in shown_values.items():
        kg = expected.get(identifier)
        if kg is None or identifier.split("/", 2)[2].startswith(BY_SCOPE):
            continue  # its line may hold other numbers (rows, an estimate), but no tonnes to compare
        tonnes = kg / KG_PER_T
        for values in places:
            if values and not any(math.isclose(value, tonnes, rel_tol=RELATIVE, abs_tol=1e-12) for value in values):
                raise RunError(f"{name}: {identifier} shows {values[:6]}, its rows give {tonnes!r} t")


def check_ledger(ledger: pd.DataFrame, sources: pd.DataFrame) -> None:
    """Check that the ledger accounts for every row read, file by file.

    Raises LedgerError: The files whose rows differ.
    """
    files = Rows(ledger).where(ledger["counts_row"].to_numpy(dtype=bool)).groups(["source_file"])
    in_ledger = Counter(dict(zip(files.lines(), files.counts(), strict=True)))
    rows_read: Counter[Any] = Counter()
    for kind, file, rows in zip(*(sources[name].tolist() for name in _OF_SOURCES), strict=True):
        rows_read[file] += 0 if kind == REPORTED else rows
    unequal_files = [file for file in sorted({*rows_read, *in_ledger}, key=str) if rows_read[file] != in_ledger[file]]
    if unequal_files:
        rows = pd.DataFrame({"source_file": unequal_files, "rows_read": [rows_read[file] for file in unequal_files],
                             "in_ledger": [in_ledger[file] for file in unequal_files]})
        raise LedgerError(f"{len(unequal_files)} files have rows that are not accounted for", rows=rows)
