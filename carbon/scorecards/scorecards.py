"""
Scorecards by audience: a page of plain words for the public, the parts and progress for those who act.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from carbon.core.display import as_html, one_line
from carbon.core.errors import UsageError
from carbon.core.text_columns import text_array
from carbon.scorecards.catalogue import AUDIENCES, LANGUAGES, Catalogue, by_formula

_SHOWN = ("indicator_id", "value", "unit", "baseline", "target", "target_date", "status", "numerator", "denominator",
          "progress", "evidence_uri", "period")
_WORDS = {
    "en": {"no data": "no data", "reached": "target reached", "on the way": "on the way", "behind": "behind",
           "backwards": "going backwards", "public": "For everyone", "performance": "For those who act",
           "governance": "For those who decide", "target": "target", "by": "by", "start": "at the start"},
    "fr": {"no data": "pas de donnée", "reached": "objectif atteint", "on the way": "en bonne voie",
           "behind": "en retard", "backwards": "recul", "public": "Pour tout le monde",
           "performance": "Pour celles et ceux qui agissent", "governance": "Pour celles et ceux qui décident",
           "target": "objectif", "by": "d'ici", "start": "au départ"},
}


@dataclass(frozen=True, eq=False, repr=False)
class Scorecard:
    """
    One audience's indicators in one language: label, value, target and status in words; parts for the others.
    """

    audience: str
    language: str
    period: str
    table: pd.DataFrame

    @property
    def title(self) -> str:
        """
        The audience's heading in its language.
        """
        return f"{_WORDS[self.language][self.audience]}, {self.period}"

    def __repr__(self) -> str:
        return one_line(f"Scorecard({self.audience}, {self.language}, {self.period}: {len(self.table)} indicators)")

    def _repr_html_(self) -> str:
        return as_html(self.title, self.table)


def scorecard(catalogue: Catalogue, values: pd.DataFrame, *, audience: str, language: str) -> Scorecard:
    """
    The indicators of one audience.

    Public: label, value, where it started, target, status. Others: numerator and denominator, progress, evidence too.

    Parameters
    ----------
    values
        `computation.VALUES`.
    audience
        "public", "performance" or "governance".
    language
        "en" or "fr".

    Raises
    ------
    UsageError
        Another audience or language.
    """
    if audience not in AUDIENCES or language not in LANGUAGES:
        raise UsageError(f"No scorecard for {audience!r} in {language!r}",
                         hint=f"audiences {', '.join(AUDIENCES)}; languages {', '.join(LANGUAGES)}")
    at = np.flatnonzero(values["audience"] == audience)
    rows = {c: values[c].array.take(at).tolist() for c in _SHOWN}
    ids = catalogue.table["id"].tolist()
    labels, formula = (dict(zip(ids, catalogue.table[c].tolist(), strict=True))
                       for c in (f"label_{language}", "formula_id"))
    said, names = _WORDS[language], rows["indicator_id"]
    shown = {
        "indicator": _texts(names, labels), "value": _values(rows, "value", language),
        said["start"]: _values(rows, "baseline", language),
        said["target"]: [f"{v} {said['by']} {d[:4]}" for v, d in zip(
            _values(rows, "target", language), rows["target_date"], strict=True)],
        "status": _texts(rows["status"], said)}
    if audience != "public":
        words = {name: known[f"words_{language}"] for name, known in by_formula().items()}
        shown |= {
            "formula": _texts([formula.get(name) for name in names], words),
            **{c: [_number(v, language) for v in rows[c]] for c in ("numerator", "denominator")},
            "progress": [_percent(p, language) for p in rows["progress"]],
            "evidence": text_array(rows["evidence_uri"])}
    return Scorecard(audience, language, str(rows["period"][0]) if len(at) else "", pd.DataFrame(shown))


def _texts(keys: list[Any], known: Mapping[str, str]) -> pd.api.extensions.ExtensionArray:
    """
    What each key says; missing where it is not known.
    """
    return pd.array([known.get(key) for key in keys], dtype="str")


def _values(rows: Mapping[str, list[Any]], column: str, language: str) -> list[str]:
    names = {known["unit"]: known["unit_fr"] for known in by_formula().values()} if language == "fr" else {}
    return [_number(v, language) + (f" {names.get(u, u)}" if v == v else "")
            for v, u in zip(rows[column], rows["unit"], strict=True)]


def _number(value: float, language: str) -> str:
    if value != value:
        return _WORDS[language]["no data"]
    digits = 0 if abs(value) >= 100 or value == int(value) else 1 if abs(value) >= 10 else 2
    text = f"{value:,.{digits}f}"
    return text if language == "en" else text.replace(",", "\u202f").replace(".", ",")


def _percent(share: float, language: str) -> str:
    return _WORDS[language]["no data"] if share != share else f"{_number(round(100 * share), language)} %"
