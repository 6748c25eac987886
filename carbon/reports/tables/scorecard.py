"""Scorecards by audience, in words: plain ones for the public, the parts and the progress for those who act."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from carbon.core.ghg_protocol import CATEGORIES
from carbon.core.text_columns import lines_of, records_of, text_array
from carbon.reports.words.language import MINUS, Words
from carbon.reports.words.phrases import phrase
from carbon.scorecards.catalogue import datapoints
from carbon.scorecards.company import Indicators
from carbon.scorecards.linter import feeds_of

_LINES = {"value": "value_now", "start": "value_start", "target": "goal", "status": "progress_status",
          "progress": "progress_text", "years": "values_by_year", "parts": "parts", "raw": "raw", "covered": "covered",
          "body": "body", "review": "review", "evidence": "evidence_file"}
"""Columns of a scorecard -> those of a report, which have words of their own; formula and parts are one of them."""
OF_INDICATOR = "indicator/"
COMPLETE = 0.995
"""Coverage from which a value is printed without it."""


def scorecard_title(indicators: Indicators, audience: str, *, language: str) -> str:
    """Return the audience's heading and the period."""
    periods = indicators.scorecard(audience)["period"].tolist()
    return f"{Words(language)(f'scorecard.{audience}')}, {periods[0] if periods else ''}"


def scorecard_table(indicators: Indicators, audience: str, *, language: str) -> pd.DataFrame:
    """Return the indicators of one audience in words.

    Public: indicator, value, where it started, target, status. Others: the values of all years, numerator and
    denominator, raw value, coverage and progress too; for governance also body, review, datapoints and evidence.

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
    columns = _columns(indicators, records_of(indicators.scorecard(audience)), audience, words)
    return pd.DataFrame({headings.get(name, name): text_array(texts) for name, texts in columns.items()})


def _columns(indicators: Indicators, rows: Sequence[Mapping[str, Any]], audience: str,
             words: Words) -> dict[str, list[str]]:
    """Return indicator, value, start, target, status; for others than the public years, formula, numerator,
    denominator, raw, coverage, progress; for governance body, review, feeds, evidence.
    """
    language = words.language
    formula_of = indicators.catalogue.formulas
    formulas = [formula_of[row["formula_id"]] for row in rows]
    units = [formula.unit_in(language) for formula in formulas]
    columns = {
        "indicator": _labels(indicators, rows, language),
        "value": [_with_unit(row["value"], unit, words) for row, unit in zip(rows, units, strict=True)],
        "start": [_start(row, unit, words) for row, unit in zip(rows, units, strict=True)],
        "target": [f"{_with_unit(row['target'], unit, words)} {words('scorecard.by')} {row['target_date'][:4]}"
                   if row["target"] == row["target"] else words("scorecard.no_target")
                   for row, unit in zip(rows, units, strict=True)],
        "status": [status_text(row, words) for row in rows]}
    if audience != "public":
        history = _known_years(indicators.history)
        columns |= {
            "years": [_years(row["indicator_id"], history, words) for row in rows],
            "formula": [formula.words[language] for formula in formulas],
            **{c: [_number(row[c], words) for row in rows] for c in ("numerator", "denominator")},
            "raw": [_with_unit(row["raw"], words.unit(row["raw_unit"]), words) for row in rows],
            "covered": [words("scorecard.all") if row["population"] >= COMPLETE
                        else words.percent(row["population"], 0) for row in rows],
            "progress": [words("scorecard.no_data") if row["progress"] != row["progress"]
                         else words.percent(row["progress"], 0) for row in rows]}
    if audience == "governance":
        columns |= {"body": [row["body"] or row["owner"] for row in rows],
                    "review": [words.date(date.fromisoformat(row["last_review"])) if row["last_review"]
                               else words("scorecard.never") for row in rows],
                    "feeds": ["; ".join(feeds_of(row["feeds"])) for row in rows],
                    "evidence": [row["evidence_uri"] for row in rows]}
    return columns


def _labels(indicators: Indicators, rows: Sequence[Mapping[str, Any]], language: str) -> list[str]:
    """Return the label of each indicator in a language, its id where it has none."""
    labels = dict(lines_of(indicators.catalogue.table, ("id", f"label_{language}")))
    return [labels.get(row["indicator_id"]) or row["indicator_id"] for row in rows]


def indicator_lines(indicators: Indicators, audience: str, words: Words) -> pd.DataFrame:
    """Return the indicators of one audience, in words; the public ones without the parts of each figure.

    Columns: indicator, value_now, value_start, goal, progress_status; for the others also raw, covered and figure_id,
    which `carbon explain` takes; for performance progress_text, values_by_year, parts (numerator / denominator, with
    their words); for governance body, review, evidence_file.
    """
    rows = records_of(indicators.scorecard(audience))
    columns = _columns(indicators, rows, audience, words)
    if audience == "governance":
        columns = {name: texts for name, texts in columns.items() if name not in ("years", "progress")}
    elif audience != "public":
        columns["parts"] = [f"{above} / {below} ({formula})" for above, below, formula in zip(
            columns["numerator"], columns["denominator"], columns["formula"], strict=True)]
    lines = {name: columns[source] if name == "evidence_file" else list(map(_typeset, columns[source]))
             for source, name in ({"indicator": "indicator"} | _LINES).items() if source in columns}
    if audience != "public":
        prefix = f"{indicators.company}/{indicators.year}/{OF_INDICATOR}"
        lines["figure_id"] = [f"{prefix}{row['indicator_id']}" for row in rows]
    return pd.DataFrame({name: text_array(texts) for name, texts in lines.items()}, copy=False)


def violation_lines(indicators: Indicators, words: Words) -> pd.DataFrame:
    """Return each broken rule: indicator, rule_of_indicators, effect (hidden, or a remark), finding."""
    table = indicators.violations
    labels = dict(lines_of(indicators.catalogue.table, ("id", f"label_{words.language}")))
    return pd.DataFrame({
        "indicator": text_array([labels.get(name) or name for name in table["indicator"]]),
        "rule_of_indicators": text_array([words(f"indicator_rule.{rule}") for rule in table["rule"]]),
        "effect": text_array([words(f"indicator_effect.{severity}") for severity in table["severity"]]),
        "finding": text_array([phrase(text, words.language) for text in table["what"]])})


def datapoint_lines(indicators: Indicators, words: Words) -> pd.DataFrame:
    """Return each regulatory datapoint that an indicator feeds.

    Columns: datapoint, asks_for, indicator, value_now, evidence_file.
    """
    lines, known_datapoints, formula_of = [], datapoints(), indicators.catalogue.formulas
    for audience in ("performance", "governance"):
        rows = records_of(indicators.scorecard(audience))
        for row, label in zip(rows, _labels(indicators, rows, words.language), strict=True):
            value = _with_unit(row["value"], formula_of[row["formula_id"]].unit_in(words.language), words)
            lines += [(name, known_datapoints[name][f"what_{words.language}"], label, _typeset(value),
                       row["evidence_uri"]) for name in feeds_of(row["feeds"]) if name in known_datapoints]
    columns = ["datapoint", "asks_for", "indicator", "value_now", "evidence_file"]
    return pd.DataFrame(sorted(lines), columns=columns).astype("str")


def status_text(row: Any, words: Words) -> str:
    """Return a status in words; next to a good one the figure that it speaks of, if that rose since the baseline."""
    status = words(f"scorecard.{row['status'].replace(' ', '_')}")
    if not row["rises"]:
        return status
    change = words.percent(row["about_to"] / row["about_from"] - 1, sign=True)
    return words("scorecard.but", status=status, figure=figure_words(row["about"], words), change=change,
                 year=int(row["about_since"]))


def figure_words(name: str, words: Words) -> str:
    """Return a figure of the inventory in words; its id where it has none."""
    key = f"scorecard.figure.{name}"
    if words.has(key):
        return words(key)
    number = name.removeprefix("3.")
    if name != number and number.isdigit() and int(number) in CATEGORIES:
        return f"{name} {words.term('category', CATEGORIES[int(number)])}"
    return name


def _start(row: Any, unit: str, words: Words) -> str:
    text = _with_unit(row["baseline"], unit, words)
    return text if row["baseline_from"] != "stated" else words("scorecard.stated", value=text)


def _known_years(history: pd.DataFrame) -> dict[str, list[tuple[int, float]]]:
    """Return year and value of each indicator, in the order of years; a year without a value is left out."""
    years: dict[str, list[tuple[int, float]]] = {}
    columns = (history[c].tolist() for c in ("indicator_id", "year", "value"))
    for name, year, value in sorted(zip(*columns, strict=True)):
        if value == value:
            years.setdefault(name, []).append((year, value))
    return years


def _years(name: str, history: Mapping[str, list[tuple[int, float]]], words: Words) -> str:
    """Return the values of years that follow one another with the first and last year; else each with its year."""
    known_years = history.get(name, [])
    years, texts = [year for year, _ in known_years], [_number(value, words) for _, value in known_years]
    if len(years) > 1 and years == [*range(years[0], years[0] + len(years))]:
        # A narrow column has two values a line, not one.
        pairs = ["\u00a0→\u00a0".join(texts[at:at + 2]) for at in range(0, len(texts), 2)]
        period = words("text.period", first=years[0], last=years[-1]).replace(" ", "\u00a0")
        return " →\u00a0".join(pairs) + f" ({period})"
    return " → ".join(f"{text} ({year})" for year, text in zip(years, texts, strict=True))


def _with_unit(value: float, unit: str, words: Words) -> str:
    if value == value and unit == "%":
        return words.percent(value / 100, _digits(value))
    return _number(value, words) + (f" {unit}" if value == value and unit else "")


def _digits(value: float) -> int:
    return 0 if abs(value) >= 100 or value == int(value) else 2 - math.floor(math.log10(abs(value)))


def _number(value: float, words: Words) -> str:
    """Return a number with three significant figures, whole ones in full; "no data" where there is none."""
    if value != value:
        return words("scorecard.no_data")
    text = f"{value:,.{_digits(value)}f}"
    return text if words.language == "en" else text.replace(",", "\u202f").replace(".", ",")


def _typeset(text: str) -> str:
    typeset = text.replace("CO2e", "CO₂e").replace("'", "’")
    return MINUS + typeset[1:] if typeset[:1] == "-" and typeset[1:2].isdigit() else typeset
