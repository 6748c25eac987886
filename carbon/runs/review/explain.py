"""`carbon explain`: from a printed figure or chart to rows, factors, publications and files, from the published set.

The table of a chart is read from the published workbook, the rows behind it from the published tables, files and their
hashes from the manifest. Nothing is computed anew but the sum of emission rows, which must be that of the table.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from carbon.accounting.compile import COMPUTED
from carbon.core.display import Displayed
from carbon.core.errors import UsageError
from carbon.core.text import instead
from carbon.records.params.project import Project
from carbon.runs.publish.sets import TABLES_BOOK, WORKBOOK, current_set, no_set, published_table, read_manifest
from carbon.runs.review.explain_indicator import OF_INDICATOR, OF_ROW, ExplainedIndicator, explain_indicator
from carbon.runs.review.published import published_in

FIGURE = re.compile(r"^(?P<company>[a-z0-9][a-z0-9-]{0,60})/(?P<year>\d{4})/(?P<name>.+)$")
OF_TARGET = ("gap", "target")
OF_CHART = "chart/"
ROW_COLUMNS = ["source_file", "source_line", "activity", "part", "quantity", "unit", "kg_per_unit", "co2e_kg",
               "scope2_method", "factor_id", "reason"]
SOURCE_COLUMNS = ["source_id", "title", "publisher", "edition", "licence", "citation"]
FILES = ("path", "sha256")
HEADINGS, FIRST_LINE = 2, 3
"""Rows of a workbook's sheet (from 0) before its lines: title, blank, headings."""
HISTORY_COLUMNS = ["year", "scope", "category", "scope2_method", "co2e_kg", "status", "gwp", "source"]
LEDGER_COLUMNS = ["source_file", "source_line", "kind", "outcome", "stage", "code", "reason", "amount", "unit"]
RAW, LEDGER, PARAMS = "data/raw/*/*/*", "data/ledger/*/*", "params/*.yml"


@dataclass(frozen=True)
class Chart:
    """What a chart is based on.

    lines: how each line of its table is made; rows: the published rows behind it; files: patterns of paths.
    """

    lines: str
    rows: Callable[[Path], pd.DataFrame] | None = None
    files: tuple[str, ...] = (RAW,)


def _history(folder: Path) -> pd.DataFrame:
    table = published_table(folder, "history")
    return table.loc[table["co2e_kg"].notna() & (table["co2e_kg"] != 0), HISTORY_COLUMNS].reset_index(drop=True)


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
    "icicle": Chart("scope, category, supplier = sums of their rows, scope 2 by the headline method; each level is the "
                    "sum of the next; share = part / headline total"),
    "icicle_public": Chart("scope, category = sums of their rows, scope 2 by the headline method; share = part / "
                           "headline total"),
    "years": Chart("as the chart trajectory, of the target whose scopes emitted most", _history, _YEARS),
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
                    "last inventory that keeps the budget and ends at the target or below", _history, _YEARS),
    "breaches": Chart("ratio = value / usual value (median of the last three earlier years), bar = the band that they, "
                      "published limits or the calendar let expect; at stake = how far the total would move if the "
                      "value were as expected", files=("data/raw/*/*", "params/*.yml")),
    "coverage": Chart("read = inventoried + set aside + excluded + rejected, in rows; rejected share = rejected / "
                      "(read - excluded)", _ledger),
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
"""Exhibit name -> what its chart is based on; a test checks that every exhibit with a figure has its line."""


@dataclass(frozen=True, eq=False, repr=False)
class ExplainedChart(Displayed):
    """One chart of a published set.

    table: as printed next to it; co2e_kg: the sum of its emission rows, None for a chart that is no such sum or has no
    row; state: "computed", or why there is no figure ("" for a chart that is no such sum);
    rows: those it is made from; factors, sources: of emission rows; files: paths with sha256.
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
    state: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return all lines, rows, factors, sources and files as plain values."""
        return _plain(self, "table", "rows", "factors", "sources", "files")

    def text(self, rows: int) -> str:
        """Return the chart as a string: its table, how the lines are made, the first rows behind it, the files."""
        total = "" if self.co2e_kg is None else f" = {self.co2e_kg:,.3f} kg CO2e"
        parts = [f"{self.figure_id}{total}", self.formula, "", f"Table ({len(self.table)} lines, as printed):",
                 self.table.to_string(index=False, na_rep="-")]
        if len(self.rows):
            parts += ["", f"Rows ({min(rows, len(self.rows))} of {len(self.rows):,}):",
                      self.rows.head(rows).to_string(index=False)]
        parts += ["", *_source_lines(self.sources)] if len(self.sources) else []
        files = self.files.head(rows).to_dict("records")
        parts += ["", f"Files ({len(files)} of {len(self.files)}):", *(f"  {f['path']}  {f['sha256']}" for f in files)]
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


def files_behind(dependencies: dict[str, Any], patterns: tuple[str, ...], year: int | None) -> pd.DataFrame:
    """Return path and sha256 of the inputs and params that match; with `year`, of that year alone."""
    all_files = {**dependencies.get("inputs", {}), **dependencies.get("params", {})}
    matching_files = {path: sha for path, sha in all_files.items()
             if any(PurePosixPath(path).match(p) and path.count("/") == p.count("/") for p in patterns)}
    if year is not None:
        matching_files = {path: sha for path, sha in matching_files.items() if f"/{year}/" in path}
    return pd.DataFrame(sorted(matching_files.items()), columns=pd.Index(FILES), dtype="str")


@dataclass(frozen=True, repr=False)
class Explained(Displayed):
    """One figure of a published set.

    co2e_kg: None without rows, and `state` is why; rows: emission rows, largest first; factors: with page and edition;
    sources: the publications they come from.
    """

    figure_id: str
    co2e_kg: float | None
    formula: str
    rows: pd.DataFrame
    factors: pd.DataFrame
    sources: pd.DataFrame
    release: str
    state: str

    def as_json(self) -> dict[str, Any]:
        """Return all rows, factors and sources as plain values."""
        return _plain(self, "rows", "factors", "sources")

    def text(self, rows: int) -> str:
        """Return the figure as a string, with its largest rows, factors and sources."""
        from carbon.accounting.explain import equal_to

        columns = [c for c in ROW_COLUMNS if c in self.rows] or list(self.rows.columns)
        parts = [f"{self.figure_id}{equal_to(self.co2e_kg, self.rows)}", self.formula]
        if len(self.rows):
            parts += ["", f"Rows ({min(rows, len(self.rows))} of {len(self.rows):,}):",
                      self.rows[columns].head(rows).to_string(index=False), ""]
            if len(self.factors):
                parts += [f"Factors (release {self.release}):", self.factors.head(rows).to_string(index=False), ""]
            parts += _source_lines(self.sources)
        return "\n".join(parts)


def _plain(explained: Explained | ExplainedChart, *tables: str) -> dict[str, Any]:
    records = {name: json.loads(getattr(explained, name).to_json(orient="records", double_precision=15))
               for name in tables}
    return {"figure_id": explained.figure_id, "co2e_kg": explained.co2e_kg, "state": explained.state,
            "formula": explained.formula, "release": explained.release, **records}


def _source_lines(sources: pd.DataFrame) -> list[str]:
    return ["Sources:", *(f"  {s['source_id']}: {s['title']}, {s['publisher']}, {s['edition']}; {s['licence']}"
                          for s in sources.to_dict("records"))]


def explain(project: Project, figure_id: str) -> Explained | ExplainedChart | ExplainedIndicator:
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
    if match["name"] in OF_TARGET:
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


def _explain_chart(company: str, year: int, name: str, folder: Path, manifest: dict[str, Any]) -> ExplainedChart:
    """Explain a chart: its table as printed, how its lines are made, and what they are based on."""
    from carbon.accounting.explain import OF_CHART as OF_ROWS
    from carbon.accounting.explain import explain_figure

    short = name.removeprefix(OF_CHART)
    if short not in CHARTS:
        raise UsageError(f"{name!r} is not a chart", hint=instead(name, [OF_CHART + c for c in CHARTS]))
    chart, nothing = CHARTS[short], pd.DataFrame()
    table = chart_table(folder, short, manifest["outputs"])
    if table.empty:
        raise UsageError(f"{company}/{year} shows no chart {short!r}", hint="its table is empty")
    own_year = year if chart.files == (RAW,) else None
    files = files_behind(manifest["dependencies"], chart.files, own_year)
    kg, formula, rows, factors, sources, state = None, chart.lines, nothing, nothing, nothing, ""
    if name in OF_ROWS:
        figure = explain_figure(published_in(folder, company, year), name)
        kg, state, formula = _known(figure), figure.state, f"{chart.lines}\n{figure.formula}"
        rows, factors, sources = figure.rows, figure.factors, _sources(folder, figure.factors)
    elif chart.rows is not None:
        rows = chart.rows(folder)
    return ExplainedChart(f"{company}/{year}/{name}", kg, formula, table, rows, factors, sources, files,
                          manifest["release"], state)


def _explain_target(company: str, year: int, name: str, folder: Path, manifest: dict[str, Any]) -> Explained:
    """Explain the first target's pathway and the gap to it, year by year, from the published history."""
    from carbon.accounting.years.history_tables import PlainHistory
    from carbon.core.params.company import TargetParams
    from carbon.trajectory import Target, course, gap

    targets = manifest["settings"]["targets"]
    if not targets:
        raise UsageError(f"{company} states no target", hint="`targets:` in its params file")
    target = Target.from_params(TargetParams.model_validate(targets[0]))
    history = published_table(folder, "history")
    way = course(PlainHistory(history), target)
    table = gap(way.series, target)
    line = table[table["year"] == year].iloc[0] if year in set(table["year"]) else None
    if line is None or line.isna().any():
        raise UsageError(f"{company}/{year} is outside the pathway {target.base_year} to {target.target_year}")
    base = way.base_kg
    share_passed = (year - target.base_year) / (target.target_year - target.base_year)
    formula = (f"target {targets[0]['id']}: scopes {', '.join(target.scopes)} ({target.scope2_method}), "
               f"-{target.reduction:.1%} from {target.base_year} to {target.target_year}\n"
               f"pathway {year} = {base:,.3f} kg x (1 - {target.reduction:g} x {share_passed:.6g}) "
               f"= {line['pathway_kg']:,.3f} kg\n"
               f"gap {year} = actual {line['actual_kg']:,.3f} kg - pathway = {line['gap_kg']:+,.3f} kg")
    if target.base_years:
        formula += f"\nbase = mean of {', '.join(map(str, target.base_years))} = {base:,.3f} kg"
    if manifest["summary"]["gap_t"] is None:
        formula += ("\nthe report does not judge this gap: what changes of the boundary have moved since "
                    f"{min(target.years_of_base)} is not known")
    value = float(line["gap_kg"] if name == "gap" else line["pathway_kg"])
    sources = history.loc[history["source"] != "", ["year", "source"]].drop_duplicates().assign(
        source_id=lambda t: t["year"].astype("str"), title=lambda t: t["source"], publisher=company,
        edition="earlier report", licence="", citation="")[SOURCE_COLUMNS].reset_index(drop=True)
    return Explained(f"{company}/{year}/{name}", value, formula, table, pd.DataFrame(), sources, manifest["release"],
                     COMPUTED)
