"""`carbon explain`: from a printed figure to rows, factors and pages, from the published set alone."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pandas as pd

from carbon.core.errors import UsageError
from carbon.records.project import Project
from carbon.runs.publish.sets import current_set, published_table, read_manifest

FIGURE = re.compile(r"^(?P<company>[a-z0-9][a-z0-9-]{0,60})/(?P<year>\d{4})/(?P<name>.+)$")
ROW_COLUMNS = ["source_file", "source_line", "activity", "part", "quantity", "unit", "kg_per_unit", "co2e_kg",
               "scope2_method", "factor_id", "reason"]
SOURCE_COLUMNS = ["source_id", "title", "publisher", "edition", "licence", "citation"]


@dataclass(frozen=True)
class Explained:
    """
    One figure of a published set.

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
        """
        All rows, factors and sources as plain values.
        """
        tables = {"rows": self.rows, "factors": self.factors, "sources": self.sources}
        records = {name: json.loads(table.to_json(orient="records", double_precision=15))
                   for name, table in tables.items()}
        return {"figure_id": self.figure_id, "co2e_kg": self.co2e_kg, "formula": self.formula,
                "release": self.release, **records}

    def text(self, rows: int) -> str:
        """
        The figure in words, its largest rows, factors and sources.
        """
        known = [c for c in ROW_COLUMNS if c in self.rows]
        parts = [f"{self.figure_id} = {self.co2e_kg:,.3f} kg CO2e", self.formula]
        if len(self.rows):
            parts += ["", f"Rows ({min(rows, len(self.rows))} of {len(self.rows):,}):",
                      self.rows[known].head(rows).to_string(index=False), "", f"Factors (release {self.release}):",
                      self.factors.head(rows).to_string(index=False), "", "Sources:"]
            parts += [f"  {s['source_id']}: {s['title']}, {s['publisher']}, {s['edition']}; {s['licence']}"
                      for s in self.sources.to_dict("records")]
        return "\n".join(parts)


def explain(project: Project, figure_id: str) -> Explained:
    """
    Explain a figure from the set in force.

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
    from carbon.inventory.explain import explain_figure

    manifest = read_manifest(folder)
    found = explain_figure(_published(match["company"], int(match["year"]), folder, manifest), match["name"])
    sources = published_table(folder, "factor_sources")
    sources = sources[sources["source_id"].isin(found.factors["source_id"])][SOURCE_COLUMNS].reset_index(drop=True)
    return Explained(found.figure_id, found.co2e_kg, found.formula, found.rows, found.factors, sources,
                     manifest["release"])


def _published(company: str, year: int, folder: Any, manifest: dict[str, Any]) -> Any:
    """
    What `explain_figure` needs of an inventory, read back from its set.
    """
    return SimpleNamespace(
        company=company, year=year, emissions=published_table(folder, "emissions"),
        factors=published_table(folder, "factors"), table=published_table(folder, "inventory"),
        params=SimpleNamespace(scope2_headline=manifest["settings"]["scope2_headline"]))
