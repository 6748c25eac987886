"""A catalogue of indicators: definitions as they are written, before they are checked or computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from carbon.core import packaged
from carbon.core.display import as_html
from carbon.core.errors import ParamsError
from carbon.core.text_columns import text_array

AUDIENCES = ("public", "performance", "governance")
FREQUENCIES = {"monthly": 1.0, "quarterly": 3.0, "half-yearly": 6.0, "yearly": 12.0}
"""Frequency -> months."""
DIRECTIONS = ("up", "down")
LANGUAGES = ("en", "fr")
TEXTS = ("id", "audience", "theme", "formula_id", "raw_unit", "numerator_unit", "denominator_unit", "direction",
         "baseline", "baseline_date", "target", "target_date", "source_system", "owner", "evidence_uri", "frequency",
         "last_review", "scope", "traces_to", "label_en", "label_fr", "unit", "scale")
COMPUTED = ("status", "value", "progress")
"""Keys that are computed, never typed."""
FORMULAS = "formulas.csv"


@dataclass(frozen=True, eq=False, repr=False)
class Catalogue:
    """Definitions of indicators: one row each, every cell a string, as written."""

    table: pd.DataFrame

    def __repr__(self) -> str:
        counts = self.table["audience"].value_counts()
        return f"Catalogue({len(self.table)} indicators: {', '.join(f'{a} {counts.get(a, 0)}' for a in AUDIENCES)})"

    def _repr_html_(self) -> str:
        return as_html(repr(self), self.table[["id", "audience", "theme", "label_en", "unit", "formula_id", "target"]])


def catalogue(values: Any, *, name: str = "indicators.yml") -> Catalogue:
    """Build a catalogue from the plain values of a file: one key `indicators`, a list of mappings.

    Raises ParamsError: Another shape, or an unknown key; `check` checks the rules, all at once.
    """
    if not isinstance(values, Mapping) or set(values) != {"indicators"} or not isinstance(values["indicators"], list):
        raise ParamsError(f"{name}: must hold the one key `indicators`, a list", hint="start the file with indicators:")
    rows = [_row(entry, i, name) for i, entry in enumerate(values["indicators"], 1)]
    return Catalogue(pd.DataFrame({key: text_array([row[key] for row in rows]) for key in (*TEXTS, *COMPUTED)}))


def starter() -> Catalogue:
    """Return the packaged catalogue to start from: rates of digital services, fleet, travel and scopes 1-3.

    Its baselines and targets are examples: a company writes its own into params/<company>/indicators.yml.
    """
    return catalogue(packaged.read_yaml("carbon.scorecards", "data/starter.yml"), name="starter.yml")


def formulas() -> pd.DataFrame:
    """Return the formulas: formula_id, numerator_unit, denominator_unit, unit, scale, raw_unit, words_en, words_fr."""
    # A copy of its own for each caller, which costs nothing until something is written to it.
    return _formulas().copy(deep=False)


@lru_cache(maxsize=1)
def by_formula() -> Mapping[str, Mapping[str, Any]]:
    """Return the row of each formula, by formula_id."""
    # pandas' stubs let keys of records be anything; here they are names of columns.
    return {row["formula_id"]: row for row in _formulas().to_dict("records")}  # type: ignore[misc]


@lru_cache(maxsize=1)
def _formulas() -> pd.DataFrame:
    return packaged.read_csv("carbon.scorecards", f"data/{FORMULAS}", {"scale": "number"})


def _row(entry: Any, number: int, name: str) -> dict[str, str]:
    if not isinstance(entry, Mapping):
        raise ParamsError(f"{name}: indicator {number} is not keys and values", hint="write `- id: ...` and its keys")
    unknown = sorted(set(entry) - set(TEXTS) - set(COMPUTED))
    if unknown:
        raise ParamsError(f"{name}: indicator {entry.get('id', number)}: unknown key `{unknown[0]}`",
                          hint=f"known: {', '.join(TEXTS)}")
    return {k: _text(entry.get(k)) for k in (*TEXTS, *COMPUTED)}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
