"""`carbon explain`: from a printed figure to rows, factors and pages, from the published set alone."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd

from carbon.core.display import Displayed
from carbon.core.errors import UsageError
from carbon.records.params.project import Project
from carbon.runs.publish.sets import current_set, published_table, read_manifest
from carbon.runs.review.explain_chart import CHARTS, RAW, ExplainedChart, chart_table, files_behind

FIGURE = re.compile(r"^(?P<company>[a-z0-9][a-z0-9-]{0,60})/(?P<year>\d{4})/(?P<name>.+)$")
OF_TARGET = ("gap", "target")
OF_CHART = "chart/"
ROW_COLUMNS = ["source_file", "source_line", "activity", "part", "quantity", "unit", "kg_per_unit", "co2e_kg",
               "scope2_method", "factor_id", "reason"]
SOURCE_COLUMNS = ["source_id", "title", "publisher", "edition", "licence", "citation"]


@dataclass(frozen=True, repr=False)
class Explained(Displayed):
    """One figure of a published set.

    rows: emission rows, largest first; factors: with page and edition; sources: what publications they come from.
    """

    figure_id: str
    co2e_kg: float
    formula: str
    rows: pd.DataFrame
    factors: pd.DataFrame
    sources: pd.DataFrame
    release: str

    def as_json(self) -> dict[str, Any]:
        """All rows, factors and sources as plain values."""
        tables = {"rows": self.rows, "factors": self.factors, "sources": self.sources}
        records = {name: json.loads(table.to_json(orient="records", double_precision=15))
                   for name, table in tables.items()}
        return {"figure_id": self.figure_id, "co2e_kg": self.co2e_kg, "formula": self.formula,
                "release": self.release, **records}

    def text(self, rows: int) -> str:
        """The figure in words, its largest rows, factors and sources."""
        known = [c for c in ROW_COLUMNS if c in self.rows] or list(self.rows.columns)
        parts = [f"{self.figure_id} = {self.co2e_kg:,.3f} kg CO2e", self.formula]
        if len(self.rows):
            parts += ["", f"Rows ({min(rows, len(self.rows))} of {len(self.rows):,}):",
                      self.rows[known].head(rows).to_string(index=False), ""]
            if len(self.factors):
                parts += [f"Factors (release {self.release}):", self.factors.head(rows).to_string(index=False), ""]
            parts.append("Sources:")
            parts += [f"  {s['source_id']}: {s['title']}, {s['publisher']}, {s['edition']}; {s['licence']}"
                      for s in self.sources.to_dict("records")]
        return "\n".join(parts)


def explain(project: Project, figure_id: str) -> Explained | ExplainedChart:
    """Explain a figure from the set in force.

    Raises
    ------
    UsageError
        Not a figure id, no published set, or no such figure in it.
    """
    match = FIGURE.match(figure_id)
    if match is None:
        raise UsageError(f"{figure_id!r} is not company/year/figure", hint="e.g. petit-studio/2024/scope2-market")
    folder = current_set(project.processed(match["company"], int(match["year"])))
    if folder is None:
        raise UsageError(f"{match['company']}/{match['year']} has no published set", hint="publish with `carbon run`")
    from carbon.accounting.explain import explain_figure

    manifest = read_manifest(folder)
    if match["name"] in OF_TARGET:
        return _explain_target(match["company"], int(match["year"]), match["name"], folder, manifest)
    if match["name"].startswith(OF_CHART):
        return _explain_chart(match["company"], int(match["year"]), match["name"], folder, manifest)
    found = explain_figure(_published(match["company"], int(match["year"]), folder, manifest), match["name"])
    return Explained(found.figure_id, found.co2e_kg, found.formula, found.rows, found.factors,
                     _sources(folder, found.factors), manifest["release"])


def _sources(folder: Path, factors: pd.DataFrame) -> pd.DataFrame:
    """The publications of these factors."""
    table = published_table(folder, "factor_sources")
    return table[table["source_id"].isin(factors["source_id"])][SOURCE_COLUMNS].reset_index(drop=True)


def _explain_chart(company: str, year: int, name: str, folder: Path, manifest: dict[str, Any]) -> ExplainedChart:
    """A chart's table as printed, how its lines are made, and what they stand on."""
    from carbon.accounting.explain import OF_CHART as OF_ROWS
    from carbon.accounting.explain import explain_figure

    short = name.removeprefix(OF_CHART)
    if short not in CHARTS:
        raise UsageError(f"{name!r} is not a chart", hint=f"one of {', '.join(OF_CHART + c for c in CHARTS)}")
    chart, nothing = CHARTS[short], pd.DataFrame()
    table = chart_table(folder, short, manifest["outputs"]["workbook.xlsx"])
    if table.empty:
        raise UsageError(f"{company}/{year} shows no chart {short!r}", hint="its table is empty")
    own_year = year if chart.files == (RAW,) else None
    files = files_behind(manifest["dependencies"], chart.files, own_year)
    kg, formula, rows, factors, sources = None, chart.lines, nothing, nothing, nothing
    if name in OF_ROWS:
        found = explain_figure(_published(company, year, folder, manifest), name)
        kg, formula = found.co2e_kg, f"{chart.lines}\n{found.formula}"
        rows, factors, sources = found.rows, found.factors, _sources(folder, found.factors)
    elif chart.rows is not None:
        rows = chart.rows(folder)
    return ExplainedChart(f"{company}/{year}/{name}", kg, formula, table, rows, factors, sources, files,
                          manifest["release"])


def _published(company: str, year: int, folder: Any, manifest: dict[str, Any]) -> Any:
    """What `explain_figure` needs of an inventory, read back from its set."""
    return SimpleNamespace(
        company=company, year=year, emissions=published_table(folder, "emissions"),
        factors=published_table(folder, "factors"), table=published_table(folder, "inventory"),
        params=SimpleNamespace(scope2_headline=manifest["settings"]["scope2_headline"]))


def _explain_target(company: str, year: int, name: str, folder: Path, manifest: dict[str, Any]) -> Explained:
    """The first target's pathway and the gap to it, year by year, from the published history."""
    from carbon.accounting.years.history import Inventories
    from carbon.core.params.company import TargetParams
    from carbon.trajectory import Target, gap

    targets = manifest["settings"]["targets"]
    if not targets:
        raise UsageError(f"{company} states no target", hint="`targets:` in its params file")
    target = Target.from_params(TargetParams.model_validate(targets[0]))
    history = published_table(folder, "history")
    series = Inventories(company, history).series(target.scopes, target.scope2_method)
    table = gap(series, target)
    line = table[table["year"] == year].iloc[0] if year in set(table["year"]) else None
    if line is None or line.isna().any():
        raise UsageError(f"{company}/{year} lies outside the pathway {target.base_year} to {target.target_year}")
    base = target.base_kg(series)
    done = (year - target.base_year) / (target.target_year - target.base_year)
    formula = (f"target {targets[0]['id']}: scopes {', '.join(target.scopes)} ({target.scope2_method}), "
               f"-{target.reduction:.1%} from {target.base_year} to {target.target_year}\n"
               f"pathway {year} = {base:,.3f} kg x (1 - {target.reduction:g} x {done:.6g}) "
               f"= {line['pathway_kg']:,.3f} kg\n"
               f"gap {year} = actual {line['actual_kg']:,.3f} kg - pathway = {line['gap_kg']:+,.3f} kg")
    if target.base_years:
        formula += f"\nbase = mean of {', '.join(map(str, target.base_years))} = {base:,.3f} kg"
    value = float(line["gap_kg"] if name == "gap" else line["pathway_kg"])
    sources = history.loc[history["source"] != "", ["year", "source"]].drop_duplicates().assign(
        source_id=lambda t: t["year"].astype("str"), title=lambda t: t["source"], publisher=company,
        edition="earlier report", licence="", citation="")[SOURCE_COLUMNS].reset_index(drop=True)
    return Explained(f"{company}/{year}/{name}", value, formula, table, pd.DataFrame(), sources, manifest["release"])
