"""A catalogue of indicators: definitions as they are written, before they are checked or computed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import pandas as pd
from pydantic import ValidationError

from carbon.core import packaged
from carbon.core.display import Displayed, HandsOut, as_html
from carbon.core.errors import ParamsError
from carbon.core.text_columns import records_of, text_array
from carbon.params.shapes.indicators import DeclaredFormula, Part

AUDIENCES = ("public", "performance", "governance")
FREQUENCIES = {"monthly": 1.0, "quarterly": 3.0, "half-yearly": 6.0, "yearly": 12.0}
"""Frequency -> months."""
DIRECTIONS = ("up", "down")
LANGUAGES = ("en", "fr")
TEXTS = ("id", "audience", "theme", "formula_id", "raw_unit", "numerator_unit", "denominator_unit", "direction",
         "baseline", "baseline_date", "target", "target_date", "source_system", "owner", "body", "evidence_uri",
         "frequency", "last_review", "scope", "traces_to", "feeds", "label_en", "label_fr", "unit", "scale")
FROM_FORMULA = ("raw_unit", "numerator_unit", "denominator_unit")
"""Keys that an indicator may leave to its formula."""
BASELINE_COMPUTED = "computed"
"""Baseline: the value that the tool computes for the year that ends on `baseline_date`."""
COMPUTED = ("status", "value", "progress")
"""Keys that are computed, never typed."""
PERCENT, IN_PERCENT = "%", "in_percent"
"""The sign of a percentage, and the column that names the keys which were written with it."""
KEYS = {"indicators", "formulas"}


@dataclass(frozen=True, repr=False)
class Formula(HandsOut, Displayed):
    """One formula: its parts, units, limits and words; `value` = scale x numerator / denominator.

    fault: why a formula that a company wrote cannot be used, "" for all others.
    """

    formula_id: str
    parts: DeclaredFormula | None
    numerator_unit: str = ""
    denominator_unit: str = ""
    raw_unit: str = ""
    unit: str = ""
    unit_fr: str = ""
    scale: float = 1.0
    low: float = -math.inf
    high: float = math.inf
    rounding: str = ""
    about: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""

    def unit_in(self, language: str) -> str:
        """Return the unit of a value in the reader's language."""
        return self.unit_fr or self.unit if language == "fr" else self.unit


@dataclass(frozen=True, eq=False, repr=False)
class Catalogue(HandsOut):
    """Definitions of indicators: one row each, every cell a string; and the formulas that they may use, by id."""

    table: pd.DataFrame
    formulas: Mapping[str, Formula] = field(default_factory=dict)

    @cached_property
    def rows(self) -> list[dict[str, str]]:
        """The same definitions, a mapping each."""
        return records_of(vars(self)["table"])  # itself, which is only read

    def __repr__(self) -> str:
        counts = self.table["audience"].value_counts()
        return f"Catalogue({len(self.table)} indicators: {', '.join(f'{a} {counts.get(a, 0)}' for a in AUDIENCES)})"

    def _repr_html_(self) -> str:
        return as_html(repr(self), self.table[["id", "audience", "theme", "label_en", "unit", "formula_id", "target"]])


def catalogue(values: Any, *, name: str = "indicators.yml") -> Catalogue:
    """Build a catalogue from the values of a file: `indicators`, a list of mappings; `formulas`, the company's own.

    Raises ParamsError: Another shape, or an unknown key; `check` checks the rules, all at once.
    """
    if not isinstance(values, Mapping) or not {"indicators"} <= set(values) <= KEYS or not all(
            isinstance(part, list) for part in values.values()):
        raise ParamsError(f"{name}: must hold the key `indicators`, a list, and may hold `formulas`, another",
                          hint="start the file with indicators:")
    rows = [_row(entry, i, name) for i, entry in enumerate(values["indicators"], 1)]
    formulas = {**by_formula(), **{f.formula_id: f for f in map(_declared, values.get("formulas", ()))}}
    for row in rows:
        formula = formulas.get(row["formula_id"])
        for key in FROM_FORMULA:
            row[key] = row[key] or ("" if formula is None else str(getattr(formula, key)))
    table = pd.DataFrame({key: text_array([row[key] for row in rows]) for key in (*TEXTS, *COMPUTED, IN_PERCENT)})
    return Catalogue(table, formulas)


def starter() -> Catalogue:
    """Return the packaged catalogue to start from: every practice that the tool can measure, baselines computed.

    Targets are a company's own: none is given. `carbon init --digital` writes it as params/<company>/indicators.yml.
    """
    return catalogue({"indicators": starter_entries("COMPANY", "en")}, name="starter.csv")


def starter_entries(company: str, language: str) -> list[dict[str, str]]:
    """Return the indicators of the packaged catalogue, with the paths of a company."""
    keys = ("id", "audience", "theme", "body", "formula_id", "scope", "direction", "label_en", "label_fr", "feeds",
            "traces_to")
    entries = []
    for row in packaged.read_rows("carbon.scorecards", "data/starter.csv"):
        table, owner = row["source_system"], row["body"] if language == "en" else row["body_fr"]
        path = f"data/processed/{company}" if table == "inventory" else f"params/{company}/service.yml" if \
            table == "service" else f"data/raw/{company}/digital"
        entries.append({
            **{key: row[key] for key in keys if row[key]}, "body": owner, "owner": owner,
            "baseline": BASELINE_COMPUTED, "frequency": "yearly", "source_system": table, "evidence_uri": path})
    return entries


@lru_cache(maxsize=1)
def by_formula() -> Mapping[str, Formula]:
    """Return each packaged formula, by formula_id."""
    entries = packaged.read_yaml("carbon.scorecards", "data/declared.yml")
    return {name: _formula(DeclaredFormula.model_validate({"formula_id": name, **parts}))
            for name, parts in entries.items()}


@lru_cache(maxsize=1)
def datapoints() -> Mapping[str, Mapping[str, str]]:
    """Return the regulatory datapoints that an indicator can feed, by their name such as "VSME B3"."""
    rows = packaged.read_rows("carbon.scorecards", "data/datapoints.csv")
    return {f"{row['framework']} {row['datapoint']}": row for row in rows}


def _declared(entry: Any) -> Formula:
    """Return a formula of the company; one that cannot be read keeps its reason, and costs its own indicators only."""
    name = str(entry.get("formula_id", "")) if isinstance(entry, Mapping) else ""
    if name in by_formula():
        return Formula(name, None, fault=f"formula {name!r} is a packaged one: give yours another name")
    try:
        return _formula(DeclaredFormula.model_validate(entry))
    except ValidationError as wrong:
        error = wrong.errors(include_url=False)[0]
        where = ".".join(map(str, error["loc"]))
        return Formula(name, None, fault=f"formula {name!r}: {where}: {error['msg'].removeprefix('Value error, ')}")


def _formula(parts: DeclaredFormula) -> Formula:
    """Return a formula with what it leaves open: a share is in percent, its parts in one unit."""
    of_share = parts.share is not None
    common = parts.raw_unit or parts.numerator_unit
    units = {key: getattr(parts, key) or (common if of_share or key == "raw_unit" else "") for key in FROM_FORMULA}
    definition = f"{_described(parts.parts[0])} / {_described(parts.parts[1])}"
    return Formula(
        parts.formula_id, parts, **units, unit=parts.unit or ("%" if of_share else ""), unit_fr=parts.unit_fr,
        scale=parts.scale if parts.scale is not None else 100.0 if of_share else 1.0,
        low=parts.low if parts.low is not None else 0.0 if of_share else -math.inf,
        high=parts.high if parts.high is not None else 100.0 if of_share else math.inf,
        rounding=parts.rounding, about=parts.figure, words={"en": parts.words_en or definition,
                                                            "fr": parts.words_fr or definition})


def _described(part: Part) -> str:
    """Return a part as it was declared, for a formula without words of its own."""
    if part.figure:
        return part.figure
    conditions = "; ".join(f"{w.column} {w.operator} {w.value if isinstance(w.value, str) else ', '.join(w.value)}"
                           for w in part.where)
    return f"{part.table}: {part.sum or part.count}{f' ({conditions})' if conditions else ''}"


def _row(entry: Any, number: int, name: str) -> dict[str, str]:
    if not isinstance(entry, Mapping):
        raise ParamsError(f"{name}: indicator {number} is not keys and values", hint="write `- id: ...` and its keys")
    unknown = sorted(set(entry) - set(TEXTS) - set(COMPUTED))
    if unknown:
        raise ParamsError(f"{name}: indicator {entry.get('id', number)}: unknown key `{unknown[0]}`",
                          hint=f"known: {', '.join(TEXTS)}")
    row = {k: _text(entry.get(k)) for k in (*TEXTS, *COMPUTED)}
    signed = [key for key in ("baseline", "target") if row[key].endswith(PERCENT)]
    return row | {key: row[key].removesuffix(PERCENT).strip() for key in signed} | {IN_PERCENT: " ".join(signed)}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
