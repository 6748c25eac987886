"""`carbon explain` of an indicator, or of a row of a digital file: from the published set, nothing computed anew.

`<company>/<year>/indicator/<id>`: its parts, years and rows. `<company>/<year>/row/<file>:<line>`: the indicators that
the row counts in.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from carbon.core.display import Displayed
from carbon.core.errors import UsageError
from carbon.runs.publish.sets import published_table

OF_INDICATOR, OF_ROW = "indicator/", "row/"
FIELDS = ["value", "unit", "numerator", "denominator", "raw", "raw_unit", "population", "baseline", "baseline_from",
          "baseline_date", "target", "target_date", "progress", "status", "about", "about_since", "about_from",
          "about_to", "owner", "body", "frequency", "last_review", "feeds", "evidence_uri"]


@dataclass(frozen=True, eq=False, repr=False)
class ExplainedIndicator(Displayed):
    """One indicator of a published set, or one row of a digital file.

    facts: what is printed of it; history: its values by year; rules: what it breaks; rows: what each row of the files
    adds; files: those rows' files with sha256.
    """

    figure_id: str
    formula: str
    facts: dict[str, Any]
    history: pd.DataFrame
    rules: pd.DataFrame
    rows: pd.DataFrame
    files: pd.DataFrame

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain values."""
        tables = {name: json.loads(getattr(self, name).to_json(orient="records", double_precision=15))
                  for name in ("history", "rules", "rows", "files")}
        facts = {name: None if value != value else value for name, value in self.facts.items()}
        return {"figure_id": self.figure_id, "formula": self.formula, **facts, **tables}

    def text(self, rows: int) -> str:
        """Return it as a string, with its first rows."""
        parts = [self.figure_id, self.formula, ""] if self.formula else [self.figure_id, ""]
        parts += [f"  {name}: {value}" for name, value in self.facts.items() if value == value and value != ""]
        for title, table in (("Years", self.history), ("Rules", self.rules)):
            parts += ["", f"{title}:", table.to_string(index=False, na_rep="no data")] if len(table) else []
        if len(self.rows):
            parts += ["", f"Rows ({min(rows, len(self.rows))} of {len(self.rows):,}):",
                      self.rows.head(rows).to_string(index=False)]
        parts += ["", "Files:", *(f"  {f['path']}  {f['sha256']}" for f in self.files.to_dict("records"))] if len(
            self.files) else []
        return "\n".join(parts)


def explain_indicator(folder: Path, figure_id: str, name: str, manifest: dict[str, Any]) -> ExplainedIndicator:
    """Explain an indicator, or the place of a row in the indicators.

    Raises UsageError: No such indicator, or no indicator counts the row.
    """
    counted_rows = published_table(folder, "indicator_rows")
    counted_rows = counted_rows.assign(source_line=counted_rows["source_line"].astype("Int64"))
    if name.startswith(OF_ROW):
        return _row(figure_id, name.removeprefix(OF_ROW), counted_rows, manifest)
    indicator = name.removeprefix(OF_INDICATOR)
    table, history = published_table(folder, "indicators"), published_table(folder, "indicator_history")
    rules = published_table(folder, "indicator_rules")
    broken = rules[rules["indicator"] == indicator].drop(columns="indicator").reset_index(drop=True)
    lines = table[table["indicator_id"] == indicator]
    if lines.empty and broken.empty:
        raise UsageError(f"No indicator {indicator!r} in {figure_id.rpartition('/indicator/')[0]}",
                         hint=f"one of {', '.join(table['indicator_id'])}")
    years = history[history["indicator_id"] == indicator].drop(columns="indicator_id").reset_index(drop=True)
    rows = counted_rows[counted_rows["indicator_id"] == indicator].drop(columns="indicator_id").reset_index(drop=True)
    line = {} if lines.empty else lines.iloc[0].to_dict()
    facts = {field: line[field] for field in FIELDS if field in line} or {"status": "hidden: it breaks a rule"}
    return ExplainedIndicator(figure_id, f"scale x {line['formula']}" if line else "", facts, years, broken, rows,
                              _files(rows, manifest))


def _row(figure_id: str, place: str, counted: pd.DataFrame, manifest: dict[str, Any]) -> ExplainedIndicator:
    file, _, number = place.rpartition(":")
    none = pd.Series(False, index=counted.index)
    is_file = ("/" + counted["source_file"]).str.endswith(f"/{file}") if file else none
    if not number.isdigit() or not is_file.any():
        raise UsageError(f"{place!r} is no row that an indicator counts", hint="write FILE:LINE, e.g. "
                         f"{', '.join(sorted(set(counted['source_file']) - {''})[:3])}:2")
    rows = counted[is_file & (counted["source_line"] == int(number)).fillna(False)].reset_index(drop=True)
    facts = {"counts in": ", ".join(rows["indicator_id"]) or "no indicator of this year"}
    nothing = pd.DataFrame()
    return ExplainedIndicator(figure_id, "", facts, nothing, nothing, rows, _files(rows, manifest))


def _files(rows: pd.DataFrame, manifest: dict[str, Any]) -> pd.DataFrame:
    inputs = manifest["dependencies"].get("inputs", {})
    names = sorted(set(rows["source_file"]) - {""}) if len(rows) else []
    return pd.DataFrame([(name, inputs.get(name, "")) for name in names], columns=["path", "sha256"], dtype="str")
