"""
The written files agree: figures of notebook, pages and workbook, against the tables read back from the disk.

A figure stands in the HTML as an element with `data-figure-id`; the exact value of each number in it is `data-value`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from carbon.core.errors import LedgerError, RunError
from carbon.core.exact import exact_sum, exact_total
from carbon.core.ghg_protocol import CATEGORIES, LOCATION, MARKET, NO_METHOD
from carbon.runs.content import Content
from carbon.runs.parquet import PIECE, pieces_of, read_arrow, read_table

RELATIVE = 1e-12
KG_PER_T = 1000.0
REPORTED = "reported_inventories"
"""Totals of earlier years are read beside the records and counted in the history, not in the ledger."""
_OF_SOURCES = ["kind", "source_file", "rows_read"]
_READ = ["kyoto", "scope", "category", "scope2_method", "co2e_kg", "kind", "activity", "site", "supplier"]
BY_SCOPE = ("energy/", "site/")
"""Figures whose lines show their parts by scope and site, and so not the figure itself."""
WORKBOOK = "workbook.xlsx"
_TYPES = b"pandas"
"""Where a schema keeps what the columns are in pandas."""
NEEDED = ("total-location", "total-market", "scope1", "scope2-location", "scope2-market", "scope3")
"""Figures that every report must show."""


def check_stage(folder: Path, made: Content, written: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """
    Read every table back, compare it with what was meant to be written, then let the content check its files; returns
    the tables by file name, as read back, but for long ones.

    Parameters
    ----------
    written
        {file name: table} of those that are compared value by value; of the others, the rows are counted.

    Raises
    ------
    RunError, LedgerError
        Which file, which figure, both values.
    """
    read = {}
    for name, table in made.tables.items():
        path = folder / f"{name}.parquet"
        if path.name in written:
            back = read[path.name] = read_arrow(path)  # the stage has no manifest yet
            same = _equal(back, written[path.name])
        else:  # row hashes come from the disk, piece by piece
            found = [(p.num_rows, p.column_names) for p in pieces_of(path, PIECE)]
            rows, columns = sum(n for n, _ in found), found[0][1] if found else []
            same = rows == len(table) and columns == list(table.columns)
        if not same:
            raise RunError(f"{path.name} does not hold the rows it was given")
    made.check(folder, read)
    return read


def _equal(back: pa.Table, written: pa.Table) -> bool:
    """
    Whether each value is the one that was written; how a column is encoded may differ.
    """
    found, meant = back.schema, written.schema
    if found.names != meant.names or (found.metadata or {}).get(_TYPES) != (meant.metadata or {}).get(_TYPES):
        return False
    return (back if found.types == meant.types else back.cast(meant)).equals(written)


def figures_of(company: str, year: int, emissions: pd.DataFrame, headline: str) -> dict[str, float]:
    """
    Every figure of a company-year that has an id: the exact sum of its own emission rows [kg CO2e].

    Parameters
    ----------
    headline
        Scope 2 method of the figures that mix scopes (sites, energy carriers).
    """
    # Which rows count, column by column: tables of some of the rows would copy every column of each.
    kg, kyoto = emissions["co2e_kg"].to_numpy(), emissions["kyoto"].to_numpy(dtype=bool)
    scope = {number: kyoto & (emissions["scope"] == number).to_numpy(dtype=bool) for number in ("1", "2", "3")}
    inside = scope["1"] | scope["2"] | scope["3"]
    counted = {method: inside & emissions["scope2_method"].isin((NO_METHOD, method)).to_numpy(dtype=bool)
               for method in (LOCATION, MARKET)}
    figures = {"scope1": exact_total(kg[scope["1"]]), "scope3": exact_total(kg[scope["3"]])}
    for word, method in (("location", LOCATION), ("market", MARKET)):
        figures[f"scope2-{word}"] = exact_total(kg[counted[method] & scope["2"]])
        figures[f"total-{word}"] = exact_total(kg[counted[method]])
    by_category = _sums(emissions["category"][scope["3"]], kg[scope["3"]])
    figures |= {f"3.{number}": by_category.get(number, 0.0) for number in CATEGORIES}
    mixed = counted[headline]
    energy = mixed & (emissions["kind"] == "energy").to_numpy(dtype=bool)
    carriers = emissions["activity"][energy].astype("str").str.split(".").str[0]
    named = (("energy", carriers, energy), ("site", emissions["site"][mixed], mixed),
             ("supplier", emissions["supplier"][scope["3"]], scope["3"]))
    for prefix, names, rows in named:
        figures |= {f"{prefix}/{name}": total for name, total in _sums(names, kg[rows]).items() if name}
    return {f"{company}/{year}/{name}": kg for name, kg in figures.items()}


def _sums(names: pd.Series[Any], kg: npt.NDArray[np.float64]) -> dict[object, float]:
    # A row without a name has group -1, which the sum refuses.
    group, known = pd.factorize(names)
    return dict(zip(known.tolist(), exact_sum(kg, group, len(known)), strict=True))


@dataclass(frozen=True)
class Reconciled:
    """
    The check of a written stage: callable with its folder, and with the tables that were read back from it already.
    """

    company: str
    year: int
    headline: str

    def __call__(self, folder: Path, read: Mapping[str, pa.Table]) -> None:
        emissions = _written(folder, "emissions.parquet", read, _READ)
        expected = figures_of(self.company, self.year, emissions, self.headline)
        ledger = _written(folder, "ledger.parquet", read, ["source_file", "counts_row"])
        check_ledger(ledger, _written(folder, "sources.parquet", read, _OF_SOURCES))
        pages = sorted(folder.glob("annual_report*.html"))
        notebook = json.loads((folder / "annual_report.ipynb").read_bytes())
        prefix = f"{self.company}/{self.year}/"
        needed = {prefix + name for name in NEEDED}
        for page in pages:
            check_figures(shown_figures([page.read_text(encoding="utf-8")]), expected, needed, page.name)
        check_figures(shown_figures(_html_outputs(notebook)), expected, needed, "annual_report.ipynb")
        check_figures(workbook_figures(folder / WORKBOOK), expected, needed, WORKBOOK)


def _written(folder: Path, name: str, read: Mapping[str, pa.Table], columns: list[str]) -> pd.DataFrame:
    if name in read:
        return read[name].select(columns).to_pandas(use_threads=False)
    return read_table(folder / name, columns=columns)


def workbook_figures(path: Path) -> dict[str, list[list[float]]]:
    """
    Figures of a workbook: of each line that starts with a figure id, the numbers beside it.
    """
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    found: dict[str, list[list[float]]] = {}
    for name in book.sheet_names:
        for first, *cells in book.get_sheet_by_name(name).to_python():
            if isinstance(first, str) and first.count("/") >= 2:
                found.setdefault(first, []).append([cell for cell in cells if isinstance(cell, float)])
    return found


def _html_outputs(notebook: dict[str, Any]) -> Iterable[str]:
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            html = output.get("data", {}).get("text/html", "")
            yield html if isinstance(html, str) else "".join(html)


TAG = re.compile(r"""<(/?)([a-z][a-z0-9]*+)((?:[^>"']++|"[^"]*+"|'[^']*+')*+)>|<!--.*?-->""", re.DOTALL)
MARK = re.compile(r"""\s(data-figure-id|data-value)="([^"]*)\"""")


def shown_figures(pages: Iterable[str]) -> dict[str, list[list[float]]]:
    """
    Figures shown in pieces of HTML: for each id, the values of each place where it stands.

    For markup as our own templates and the sanitiser write it: lower-case tags, attributes in double quotes, text
    escaped. A parser that takes any markup needs ten times as long for the same answer.
    """
    found: dict[str, list[list[float]]] = {}
    inside: list[tuple[str, list[float]]] = []
    for end, name, attributes in (tag for page in pages for tag in TAG.findall(page)):
        if end and inside and inside[-1][0] == name:
            inside.pop()
        if end or "data-" not in attributes:
            continue
        marks = {mark: unescape(text) for mark, text in MARK.findall(attributes)}
        identifier, value = marks.get("data-figure-id"), marks.get("data-value")
        if identifier and name != "table":
            inside.append((name, []))
            found.setdefault(identifier, []).append(inside[-1][1])
        if value is not None:
            for _, values in inside:
                values.append(float(value))
    return found


def check_figures(shown: dict[str, list[list[float]]], expected: dict[str, float], needed: set[str],
                  name: str) -> None:
    """
    Every figure shown with values has, in each place, the value of the tables [t CO2e]; the needed ones are shown.

    Raises
    ------
    RunError
        Names the file, the figure, what it shows and what the tables give.
    """
    missing = sorted(needed - {identifier for identifier, places in shown.items() if any(places)})
    if missing:
        raise RunError(f"{name} does not show {', '.join(missing)}",
                       hint="the report must show every total with its id")
    for identifier, places in shown.items():
        if identifier not in expected or identifier.split("/", 2)[2].startswith(BY_SCOPE):
            continue
        tonnes = expected[identifier] / KG_PER_T
        for values in places:
            if values and not any(math.isclose(value, tonnes, rel_tol=RELATIVE, abs_tol=1e-12) for value in values):
                raise RunError(f"{name}: {identifier} shows {values[:6]}, its rows give {tonnes!r} t")


def check_ledger(ledger: pd.DataFrame, sources: pd.DataFrame) -> None:
    """
    Rows of records accounted for equal rows read, file by file.

    Raises
    ------
    LedgerError
        The files whose rows differ.
    """
    records = sources[sources["kind"] != REPORTED]
    counted = ledger[ledger["counts_row"]].groupby("source_file").size()
    read = records.groupby("source_file")["rows_read"].sum()
    both = pd.DataFrame({"rows_read": read, "in_ledger": counted}).fillna(0).astype("int64").reset_index()
    wrong = both[both["rows_read"] != both["in_ledger"]]
    if len(wrong):
        raise LedgerError(f"{len(wrong)} files have rows that are not accounted for", rows=wrong)
