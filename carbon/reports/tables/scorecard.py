"""Scorecards by audience, in words: plain ones for the public, the parts and the progress for those who act."""

from __future__ import annotations

from typing import Any

import pandas as pd

from carbon.core.text_columns import text_array
from carbon.reports.words.language import Words
from carbon.scorecards.catalogue import by_formula
from carbon.scorecards.company import Indicators


def scorecard_title(indicators: Indicators, audience: str, *, language: str) -> str:
    """Return the audience's heading and the period."""
    periods = indicators.scorecard(audience)["period"].tolist()
    return f"{Words(language)(f'scorecard.{audience}')}, {periods[0] if periods else ''}"


def scorecard_table(indicators: Indicators, audience: str, *, language: str) -> pd.DataFrame:
    """Return the indicators of one audience in words.

    Public: indicator, value, where it started, target, status. Others: numerator and denominator, progress, evidence
    too.

    Parameters
    ----------
    audience
        "public", "performance" or "governance".
    language
        "en" or "fr".

    Raises
    ------
    UsageError
        Another audience or language.
    """
    words = Words(language)
    headings = {"start": words("scorecard.start"), "target": words("scorecard.target")}
    return scorecard_lines(indicators, audience, words).rename(columns=headings, errors="raise")


def scorecard_lines(indicators: Indicators, audience: str, words: Words) -> pd.DataFrame:
    """Return indicator, value, start, target, status; for others than the public formula, numerator, denominator,
    progress, evidence.
    """
    card, catalogue, language = indicators.scorecard(audience), indicators.catalogue.table, words.language
    labels = dict(zip(catalogue["id"], catalogue[f"label_{language}"], strict=True))
    by = words("scorecard.by")
    columns: dict[str, Any] = {
        "indicator": _texts([labels.get(name) for name in card["indicator_id"]]),
        "value": _values(card, "value", words), "start": _values(card, "baseline", words),
        "target": [f"{v} {by} {d[:4]}" for v, d in zip(_values(card, "target", words), card["target_date"],
                                                       strict=True)],
        "status": _texts([words(f"scorecard.{status.replace(' ', '_')}") for status in card["status"]])}
    if audience != "public":
        formulas = {name: entry[f"words_{language}"] for name, entry in by_formula().items()}
        columns |= {
            "formula": _texts([formulas.get(name) for name in card["formula_id"]]),
            **{c: [_number(v, words) for v in card[c]] for c in ("numerator", "denominator")},
            "progress": [words("scorecard.no_data") if p != p else f"{_number(round(100 * p), words)} %"
                         for p in card["progress"]],
            "evidence": text_array(card["evidence_uri"].tolist())}
    return pd.DataFrame(columns)


def _texts(texts: list[Any]) -> pd.api.extensions.ExtensionArray:
    return pd.array(texts, dtype="str")


def _values(card: pd.DataFrame, column: str, words: Words) -> list[str]:
    french = {entry["unit"]: entry["unit_fr"] for entry in by_formula().values()} if words.language == "fr" else {}
    return [_number(v, words) + (f" {french.get(u, u)}" if v == v else "")
            for v, u in zip(card[column], card["unit"], strict=True)]


def _number(value: float, words: Words) -> str:
    if value != value:
        return words("scorecard.no_data")
    digits = 0 if abs(value) >= 100 or value == int(value) else 1 if abs(value) >= 10 else 2
    text = f"{value:,.{digits}f}"
    return text if words.language == "en" else text.replace(",", "\u202f").replace(".", ",")
