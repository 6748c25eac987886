"""`carbon explain`: from a printed figure or chart to rows, factors, publications and files, from the published set.

The table of a chart is read from the published workbook, the rows behind it from the published tables, files and their
hashes from the manifest. Nothing is computed anew but the sum of emission rows, which must be that of the table.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from carbon.accounting.compile import COMPUTED
from carbon.core.display import Displayed
from carbon.core.errors import UsageError
from carbon.core.text import instead
from carbon.params.files.project import Project
from carbon.params.files.strict_yaml import parse_yaml
from carbon.runs.publish.sets import (
    SIZE,
    TABLES_BOOK,
    UNJUDGED,
    WORKBOOK,
    current_set,
    no_set,
    published_table,
    read_manifest,
)
from carbon.runs.review.explain_indicator import OF_INDICATOR, OF_ROW, ExplainedIndicator, explain_indicator
from carbon.runs.review.published import published_in

FIGURE = re.compile(r"^(?P<company>[a-z0-9][a-z0-9-]{0,60})/(?P<year>\d{4})/(?P<name>.+)$")
OF_TARGET = ("gap", "target")
OF_CHART, OF_HISTORY, REVENUE = "chart/", "history/", "revenue"
ROW_COLUMNS = ["source_file", "source_line", "activity", "part", "quantity", "unit", "kg_per_unit", "co2e_kg",
               "scope2_method", "factor_id", "reason"]
SOURCE_COLUMNS = ["source_id", "title", "publisher", "edition", "licence", "citation"]
HEADINGS, FIRST_LINE = 2, 3
"""Rows of a workbook's sheet (from 0) before its lines: title, blank, headings."""
HISTORY_COLUMNS = ["year", "scope", "category", "scope2_method", "co2e_kg", "status", "gwp", "source"]
LEDGER_COLUMNS = ["source_file", "source_line", "kind", "outcome", "stage", "code", "reason", "amount", "unit"]
RAW = "data/raw/*/*/*"
"""Files that a chart is based on where its entry in data/charts.yml names none: those of its own year."""


@cache
def charts() -> dict[str, Any]:
    """Return exhibit name -> what its chart is based on (`lines`, `rows`, `files`)."""
    text = (resources.files("carbon.runs") / "data" / "charts.yml").read_text(encoding="utf-8")
    return dict(parse_yaml(text, "charts.yml").values)


def _history(folder: Path) -> pd.DataFrame:
    table = published_table(folder, "history")
    return table.loc[table["co2e_kg"].notna() & (table["co2e_kg"] != 0), HISTORY_COLUMNS].reset_index(drop=True)


def _ledger(folder: Path) -> pd.DataFrame:
    table = published_table(folder, "ledger")
    lost_first = table["outcome"].map({"rejected": 0, "excluded": 1, "set aside": 2}).fillna(3)
    order = lost_first[table["counts_row"]].sort_values(kind="stable").index
    return table.loc[order, LEDGER_COLUMNS].reset_index(drop=True)


@dataclass(frozen=True, eq=False, repr=False)
class Explained(Displayed):
    """One figure or chart of a published set.

    co2e_kg: the sum of its emission rows, None without rows or of a chart that is no such sum; state: why there is no
    figure; rows: those it is made from, emission rows largest first; factors, sources: of emission rows; of a chart,
    table: as printed next to it; files: paths with sha256.
    """

    figure_id: str
    co2e_kg: float | None
    formula: str
    rows: pd.DataFrame
    factors: pd.DataFrame
    sources: pd.DataFrame
    release: str
    state: str = ""
    table: pd.DataFrame | None = None
    files: pd.DataFrame | None = None

    def as_json(self) -> dict[str, Any]:
        """Return all lines, rows, factors, sources and files as plain values."""
        tables = {name: getattr(self, name) for name in ("table", "rows", "factors", "sources", "files")}
        records = {name: json.loads(table.to_json(orient="records", double_precision=15))
                   for name, table in tables.items() if table is not None}
        return {"figure_id": self.figure_id, "co2e_kg": self.co2e_kg, "state": self.state, "formula": self.formula,
                "release": self.release, **records}

    def text(self, rows: int) -> str:
        """Return it as a string, with its first rows: of a figure its factors, of a chart its table and files."""
        from carbon.accounting.explain import equal_to

        is_sum = self.table is None or self.co2e_kg is not None
        parts = [self.figure_id + (equal_to(self.co2e_kg, self.rows) if is_sum else ""), self.formula]
        if self.table is not None:
            parts += ["", f"Table ({len(self.table)} lines):", self.table.to_string(index=False, na_rep="-")]
        if len(self.rows):
            columns = [c for c in ROW_COLUMNS if c in self.rows and self.table is None] or list(self.rows.columns)
            parts += ["", f"Rows ({min(rows, len(self.rows))} of {len(self.rows):,}):",
                      self.rows[columns].head(rows).to_string(index=False)]
        if len(self.factors) and self.table is None:
            parts += ["", f"Factors (release {self.release}):", self.factors.head(rows).to_string(index=False)]
        parts += ["", "Sources:"] if len(self.sources) else []
        parts += [f"  {s['source_id']}: {s['title']}, {s['publisher']}, {s['edition']}; {s['licence']}"
                  for s in self.sources.to_dict("records")]
        if self.files is not None:
            files = self.files.head(rows).to_dict("records")
            parts += ["", f"Files ({len(files)} of {len(self.files)}):",
                      *(f"  {f['path']}  {f['sha256']}" for f in files)]
        return "\n".join(parts)


def chart_table(folder: Path, name: str, outputs: dict[str, str]) -> pd.DataFrame:
    """Read the table of a chart from the published tables: headings in the report's language, numbers unrounded.

    Raises UsageError: The workbook has no such sheet, or its bytes are not those that were published.
    """
    from hashlib import sha256 as digest
    from io import BytesIO

    import openpyxl

    file = TABLES_BOOK if TABLES_BOOK in outputs else WORKBOOK  # sets of earlier releases have one workbook
    data = (folder / file).read_bytes()
    if digest(data).hexdigest() != outputs[file]:
        raise UsageError(f"{folder.name}/{file} has changed since it was published", hint="`carbon verify`")
    book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
    if name[:31] not in book.sheetnames:
        raise UsageError(f"{file} has no sheet {name!r}", hint="publish again with `carbon run`")
    lines = list(book[name[:31]].iter_rows(values_only=True))
    headings = [h for h in lines[HEADINGS] if h is not None] if len(lines) > HEADINGS else []
    body = [line[: len(headings)] for line in lines[FIRST_LINE:]]
    return pd.DataFrame(body, columns=pd.Index(headings, dtype="str")).infer_objects()


def files_behind(dependencies: dict[str, Any], patterns: Sequence[str], year: int | None) -> pd.DataFrame:
    """Return path and sha256 of the inputs and params that match; with `year`, of that year alone."""
    all_files = {**dependencies.get("inputs", {}), **dependencies.get("params", {})}
    matching_files = {path: sha for path, sha in all_files.items()
             if any(PurePosixPath(path).match(p) and path.count("/") == p.count("/") for p in patterns)}
    if year is not None:
        matching_files = {path: sha for path, sha in matching_files.items() if f"/{year}/" in path}
    return pd.DataFrame(sorted(matching_files.items()), columns=["path", "sha256"], dtype="str")


def explain(project: Project, figure_id: str) -> Explained | ExplainedIndicator:
    """Explain a figure of the current set.

    Raises UsageError: Not a figure id, no published set, or no such figure in it.
    """
    match = FIGURE.match(figure_id)
    if match is None:
        raise UsageError(f"{figure_id!r} is not company/year/figure", hint="e.g. petit-studio/2024/scope2-market")
    folder = current_set(project.processed(match["company"], int(match["year"])))
    if folder is None:
        raise no_set(project, f"{match['company']}/{match['year']}")
    from carbon.accounting.explain import explain_figure

    manifest = read_manifest(folder)
    if match["name"].startswith((OF_INDICATOR, OF_ROW)):
        return explain_indicator(folder, figure_id, match["name"], manifest)
    if match["name"] == REVENUE:
        return _explain_revenue(match["company"], int(match["year"]), manifest)
    if match["name"].startswith(OF_HISTORY):
        return _explain_history(match["company"], int(match["year"]), match["name"], folder, manifest)
    if match["name"].partition("/")[0] in OF_TARGET:
        return _explain_target(match["company"], int(match["year"]), match["name"], folder, manifest)
    if match["name"].startswith(OF_CHART):
        return _explain_chart(match["company"], int(match["year"]), match["name"], folder, manifest)
    figure = explain_figure(published_in(folder, match["company"], int(match["year"])), match["name"])
    return Explained(figure.figure_id, _known(figure), figure.formula, figure.rows, figure.factors,
                     _sources(folder, figure.factors), manifest["release"], figure.state)


def _known(figure: Any) -> float | None:
    """Return the kilograms of a figure; None, as JSON has it, without rows."""
    return float(figure.co2e_kg) if len(figure.rows) else None


def _sources(folder: Path, factors: pd.DataFrame) -> pd.DataFrame:
    table = published_table(folder, "factor_sources")
    return table[table["source_id"].isin(factors["source_id"])][SOURCE_COLUMNS].reset_index(drop=True)


def _explain_chart(company: str, year: int, name: str, folder: Path, manifest: dict[str, Any]) -> Explained:
    """Explain a chart: its table as printed, how its lines are made, and what they are based on."""
    from carbon.accounting.explain import OF_CHART as OF_ROWS
    from carbon.accounting.explain import explain_figure

    short = name.removeprefix(OF_CHART)
    if short not in charts():
        raise UsageError(f"{name!r} is not a chart", hint=instead(name, [OF_CHART + c for c in charts()]))
    chart, nothing = charts()[short], pd.DataFrame()
    table = chart_table(folder, short, manifest["outputs"])
    if table.empty:
        raise UsageError(f"{company}/{year} shows no chart {short!r}", hint="its table is empty")
    files = files_behind(manifest["dependencies"], chart.get("files", [RAW]), None if "files" in chart else year)
    kg, formula, rows, factors, sources, state = None, chart["lines"], nothing, nothing, nothing, ""
    if name in OF_ROWS:
        figure = explain_figure(published_in(folder, company, year), name)
        kg, state, formula = _known(figure), figure.state, f"{formula}\n{figure.formula}"
        rows, factors, sources = figure.rows, figure.factors, _sources(folder, figure.factors)
    elif "rows" in chart:
        rows = {"history": _history, "ledger": _ledger}[chart["rows"]](folder)
    return Explained(f"{company}/{year}/{name}", kg, formula, rows, factors, sources, manifest["release"], state, table,
                     files)


def _explain_target(company: str, year: int, name: str, folder: Path, manifest: dict[str, Any]) -> Explained:
    """Explain the pathway of a target ("target/<id>", the first one without an id) and the gap to it ("gap/<id>"), year
    by year, from the published history.
    """
    from carbon.accounting.years.history_tables import PlainHistory
    from carbon.params.shapes.company import TargetParams
    from carbon.trajectory import Target, course, gap

    targets = manifest["settings"]["targets"]
    if not targets:
        raise UsageError(f"{company} states no target", hint="`targets:` in its params file")
    what, _, target_id = name.partition("/")
    of_ids = {entry["id"]: entry for entry in reversed(targets)}
    entry = of_ids.get(target_id) if target_id else targets[0]
    if entry is None:
        raise UsageError(f"{company} states no target {target_id!r}", hint=instead(target_id, list(of_ids)))
    target = Target.from_params(TargetParams.model_validate(entry))
    history = published_table(folder, "history")
    way = course(PlainHistory(history), target)
    table = gap(way.series, target)
    line = table[table["year"] == year].iloc[0] if year in set(table["year"]) else None
    if line is None or line.isna().any():
        raise UsageError(f"{company}/{year} is outside the pathway {target.base_year} to {target.target_year}")
    base = way.base_kg
    share_passed = (year - target.base_year) / (target.target_year - target.base_year)
    formula = (f"target {target.id}: scopes {', '.join(target.scopes)} ({target.scope2_method}), "
               f"-{target.reduction:.1%} from {target.base_year} to {target.target_year}\n"
               f"pathway {year} = {base:,.3f} kg x (1 - {target.reduction:g} x {share_passed:.6g}) "
               f"= {line['pathway_kg']:,.3f} kg\n"
               f"gap {year} = actual {line['actual_kg']:,.3f} kg - pathway = {line['gap_kg']:+,.3f} kg")
    if target.base_years:
        formula += f"\nbase = mean of {', '.join(map(str, target.base_years))} = {base:,.3f} kg"
    if manifest["summary"]["gap_t"] is None:
        unknown = f"what changes of the boundary have moved since {min(target.years_of_base)} is not known"
        reason = manifest["settings"].get(UNJUDGED, {}).get(target.id, unknown)
        formula += f"\nthe report does not judge this gap: {reason}"
    value = float(line["gap_kg"] if what == "gap" else line["pathway_kg"])
    return Explained(f"{company}/{year}/{name}", value, formula, table, pd.DataFrame(), _reports(history, company),
                     manifest["release"], COMPUTED)


def _reports(history: pd.DataFrame, company: str) -> pd.DataFrame:
    """Return the earlier reports that years of the history were taken from."""
    return history.loc[history["source"] != "", ["year", "source"]].drop_duplicates().assign(
        source_id=lambda t: t["year"].astype("str"), title=lambda t: t["source"], publisher=company,
        edition="earlier report", licence="", citation="")[SOURCE_COLUMNS].reset_index(drop=True)


def _explain_revenue(company: str, year: int, manifest: dict[str, Any]) -> Explained:
    """Explain the revenue that intensities are of, as the set has it."""
    size = manifest["summary"].get(SIZE, {})
    if size.get("revenue") is None:
        raise UsageError(f"{company}/{year} states no revenue", hint="`revenue:` in its params file")
    table = pd.DataFrame({"year": [year], "revenue": [size["revenue"]], "currency": [size["currency"]]})
    return _stated(f"{company}/{year}/{REVENUE}", "net revenue of the year, as params or records state it", table,
                   pd.DataFrame(), manifest)


def _explain_history(company: str, year: int, name: str, folder: Path, manifest: dict[str, Any]) -> Explained:
    """Explain one year of the set's history ("history/2019"): its lines, each with its status and its report."""
    history = published_table(folder, "history")
    known_lines = history[history["co2e_kg"].notna()]
    lines = known_lines[known_lines["year"].astype("str") == name.removeprefix(OF_HISTORY)]
    if lines.empty:
        years = [f"{OF_HISTORY}{known_year}" for known_year in sorted(set(known_lines["year"]))]
        raise UsageError(f"the history of {company}/{year} has no {name!r}", hint=instead(name, years))
    return _stated(f"{company}/{year}/{name}", "lines of the history: computed, or as the earlier report has them",
                   lines[HISTORY_COLUMNS].reset_index(drop=True), _reports(lines, company), manifest)


def _stated(figure: str, formula: str, table: pd.DataFrame, sources: pd.DataFrame, manifest: dict[str, Any]
            ) -> Explained:
    files = files_behind(manifest["dependencies"], [RAW, "data/ledger/*/*", "params/*.yml"], None)
    return Explained(figure, None, formula, pd.DataFrame(), pd.DataFrame(), sources, manifest["release"], COMPUTED,
                     table, files)
