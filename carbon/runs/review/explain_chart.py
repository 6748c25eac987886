"""`carbon explain` of a chart: its table as published, how each line is made, and what it stands on.

The table is read from the published workbook; the rows behind it from the published tables; files with their hashes
from the manifest. Nothing is computed anew but the sum of emission rows, which must be that of the table.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from carbon.core.display import Displayed
from carbon.core.errors import UsageError
from carbon.runs.publish.sets import published_table

FILES = ("path", "sha256")
HEADINGS, FIRST_LINE = 2, 3
"""Rows of a workbook's sheet (from 0) before its lines: title, blank, headings."""
HISTORY_COLUMNS = ["year", "scope", "category", "scope2_method", "co2e_kg", "status", "gwp", "source"]
LEDGER_COLUMNS = ["source_file", "source_line", "kind", "outcome", "stage", "code", "reason", "amount", "unit"]


RAW, LEDGER, PARAMS = "data/raw/*/*/*", "data/ledger/*/*", "params/*.yml"


@dataclass(frozen=True)
class Chart:
    """What a chart stands on.

    lines: how each line of its table is made; rows: the published rows behind it; files: patterns of paths.
    """

    lines: str
    rows: Callable[[Path], pd.DataFrame] | None = None
    files: tuple[str, ...] = (RAW,)


def _history(folder: Path) -> pd.DataFrame:
    table = published_table(folder, "history")
    return table.loc[table["co2e_kg"] != 0, HISTORY_COLUMNS].reset_index(drop=True)


def _ledger(folder: Path) -> pd.DataFrame:
    table = published_table(folder, "ledger")
    lost_first = table["outcome"].map({"rejected": 0, "excluded": 1, "set aside": 2}).fillna(3)
    order = lost_first[table["counts_row"]].sort_values(kind="stable").index
    return table.loc[order, LEDGER_COLUMNS].reset_index(drop=True)


_YEARS = (RAW, LEDGER, PARAMS)
_PLAN = ("params/*/levers.yml", PARAMS, LEDGER, "data/raw/*/reported/*")
CHARTS: dict[str, Chart] = {
    "scopes": Chart("scope = sum of its rows, each quantity x kg per unit; total = scope 1 + scope 2 (one method) "
                    "+ scope 3; share = scope / total"),
    "categories": Chart("category = sum of its rows of scope 3, each quantity x kg per unit; share = category / "
                        "scope 3"),
    "travel": Chart("mode = sum of its rows of kind travel, each km (or night) x kg per unit; kg per km = kg / km"),
    "suppliers": Chart("supplier = sum of its rows of scope 3, each quantity x kg per unit; share = supplier / "
                       "scope 3; the last line is the sum of all others"),
    "energy_by_month": Chart("month = sum over bills of the bill's kg x its days in the month / its days; the months "
                             "sum to the rows below"),
    "scopes_by_year": Chart("year and scope = sum of the history's categories / 1000, scope 2 by the headline method",
                            _history, _YEARS),
    "trajectory": Chart("gap = emitted - pathway; pathway = base year x (1 - reduction x years passed / years of the "
                        "target); median and intervals from the model fitted to the history, see trajectory_notes",
                        _history, _YEARS),
    "bridge": Chart("step = change of the total by one cause, computed from the rows of both years; last year + sum "
                    "of the steps = this year", _history, _YEARS),
    "budget": Chart("cumulated = sum over the years so far of (emitted - pathway); line = the straight line from the "
                    "last inventory that still keeps the budget", _history, _YEARS),
    "coverage": Chart("read = inventoried + set aside + excluded + rejected, in rows; rejected share = rejected / "
                      "read", _ledger),
    "wedges": Chart("baseline (what would be emitted without the plan) - sum of the levers' wedges = plan; gap = plan "
                    "- target where it is above", _history, _PLAN),
    "calendar": Chart("effect share = share of a lever's full effect in the year, from its start and ramp; capex in "
                      "the currency of the params", _history, _PLAN),
    "fleet_ages": Chart("units = devices in stock at the end of the year by whole years since they were bought",
                        files=("data/raw/*/digital/assets*", "params/*/fleet.yml")),
    "thresholds": Chart("avoided = sum over trips by air whose train takes at most so many hours of (kg as travelled "
                        "- kg by train); net = avoided - nights added",
                        files=("data/raw/*/digital/trips*", "params/*/digital_policies.yml",
                               "params/*/rail_times.csv")),
}
"""Exhibit name -> what its chart stands on; every exhibit with a figure has its line (a test looks)."""


@dataclass(frozen=True, eq=False, repr=False)
class ExplainedChart(Displayed):
    """One chart of a published set.

    table: as printed beside it; co2e_kg: the sum of its emission rows, None for a chart that is no such sum;
    rows: what stands behind it; factors, sources: of emission rows; files: paths with sha256.
    """

    figure_id: str
    co2e_kg: float | None
    formula: str
    table: pd.DataFrame
    rows: pd.DataFrame
    factors: pd.DataFrame
    sources: pd.DataFrame
    files: pd.DataFrame
    release: str

    def as_json(self) -> dict[str, Any]:
        """All lines, rows, factors, sources and files as plain values."""
        tables = {"table": self.table, "rows": self.rows, "factors": self.factors, "sources": self.sources,
                  "files": self.files}
        records = {name: json.loads(table.to_json(orient="records", double_precision=15))
                   for name, table in tables.items()}
        return {"figure_id": self.figure_id, "co2e_kg": self.co2e_kg, "formula": self.formula,
                "release": self.release, **records}

    def text(self, rows: int) -> str:
        """The chart in words: its table, how the lines are made, the first rows behind it, the files."""
        total = "" if self.co2e_kg is None else f" = {self.co2e_kg:,.3f} kg CO2e"
        parts = [f"{self.figure_id}{total}", self.formula, "", f"Table ({len(self.table)} lines, as printed):",
                 self.table.to_string(index=False, na_rep="-")]
        if len(self.rows):
            parts += ["", f"Rows ({min(rows, len(self.rows))} of {len(self.rows):,}):",
                      self.rows.head(rows).to_string(index=False)]
        parts += ["", "Sources:"] if len(self.sources) else []
        parts += [f"  {s['source_id']}: {s['title']}, {s['publisher']}, {s['edition']}; {s['licence']}"
                  for s in self.sources.to_dict("records")]
        shown = self.files.head(rows).to_dict("records")
        parts += ["", f"Files ({len(shown)} of {len(self.files)}):", *(f"  {f['path']}  {f['sha256']}" for f in shown)]
        return "\n".join(parts)


def chart_table(folder: Path, name: str, sha256: str) -> pd.DataFrame:
    """The table of a chart as the published workbook has it: headings in the report's language, numbers unrounded.

    Raises
    ------
    UsageError
        The workbook has no such sheet, or its bytes are not those that were published.
    """
    from hashlib import sha256 as digest
    from io import BytesIO

    import openpyxl

    data = (folder / "workbook.xlsx").read_bytes()
    if digest(data).hexdigest() != sha256:
        raise UsageError(f"{folder.name}/workbook.xlsx has changed since it was published", hint="`carbon verify`")
    book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
    if name[:31] not in book.sheetnames:
        raise UsageError(f"The published workbook has no sheet {name!r}", hint="publish again with `carbon run`")
    lines = list(book[name[:31]].iter_rows(values_only=True))
    headings = [h for h in lines[HEADINGS] if h is not None] if len(lines) > HEADINGS else []
    body = [line[: len(headings)] for line in lines[FIRST_LINE:]]
    return pd.DataFrame(body, columns=pd.Index(headings, dtype="str")).infer_objects()


def files_behind(dependencies: dict[str, Any], patterns: tuple[str, ...], year: int | None) -> pd.DataFrame:
    """path, sha256 of the inputs and params that match; of one year alone where raw records of other years do not
    enter.
    """
    known = {**dependencies.get("inputs", {}), **dependencies.get("params", {})}
    found = {path: sha for path, sha in known.items()
             if any(PurePosixPath(path).match(p) and path.count("/") == p.count("/") for p in patterns)}
    if year is not None:
        found = {path: sha for path, sha in found.items() if f"/{year}/" in path}
    return pd.DataFrame(sorted(found.items()), columns=pd.Index(FILES), dtype="str")
