"""Breaches of what is expected, in plain words: what, its value against its band, tonnes at stake, what it may be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from carbon.accounting.expectations.bands import ANY_YEAR, OWN_PAST
from carbon.accounting.expectations.measures import OPEN_NAMES, SEPARATOR
from carbon.accounting.expectations.names import AMOUNTS, LACKING, LEVEL, PLACE, PRICE, TOTAL, described, is_share
from carbon.accounting.expectations.words import unit_word
from carbon.core.ghg_protocol import CATEGORIES
from carbon.core.units import KG_PER_T
from carbon.reports.words.language import Words
from carbon.reports.words.phrases import phrase
from carbon.reports.words.sentence import Figure, Sentence, percent, sentence, tonnes

_POINT = re.compile(r"(?<=\d)\.(?=\d)")
MOST_DIGITS = 6
"""Figures more than usual that a value and the end of its band may take to differ."""
Form = tuple[str, dict[str, Figure], dict[str, float]]


def breach_sentence(breach: Mapping[str, Any], words: Words, digits: int, *, is_public: bool = False) -> Sentence:
    """Return one line of `BREACHES` in a sentence: which way it is out of its band, and the tonnes at stake."""
    key, figures, behind = _form(breach, words, digits)
    # A share is printed with its sign already.
    unit = "" if is_share(str(breach["measure"])) else unit_of(breach, words)
    return sentence(words, key, f"{breach['code']} of {breach['kind']} {breach['key']}", behind=behind, **figures,
                    stake=tonnes(words, float(breach["at_stake_kg"]) / KG_PER_T, digits),
                    what=subject(breach, words, is_public=is_public), measure=measure_name(breach, words),
                    unit=f"\u00a0{unit}" if unit else "", place=str(breach["unit"]), source=basis(breach, words),
                    cause=cause(breach, words))


def _form(breach: Mapping[str, Any], words: Words, digits: int) -> Form:
    """Return the sentence of a breach, the numbers that it prints and those behind it."""
    name, scale = str(breach["measure"]), scale_of(breach)
    value, low, high = (float(breach[c]) * scale for c in ("value", "low", "high"))
    if name == TOTAL:
        return "breach.negative_total", {"value": tonnes(words, value, digits)}, {}
    if name == AMOUNTS:
        return "breach.year_repeated", {}, {"value": value, "high": high}
    if name == PLACE and value == 0:
        return "breach.gone_place", {}, {"value": value}
    if name in LACKING:
        return "breach.lacking", {}, {"value": value, "low": low}
    figures = {"value": measured(breach, value, words)}
    if value < 0:
        return "breach.negative", figures, {}
    if name == LEVEL and value == 0 and low > 0:
        return "breach.gone", {"expected": measured(breach, low, words)}, {"value": value}
    if value == 0 < low and not is_share(name):
        return "breach.nothing", {"limit": measured(breach, low, words)}, {"value": value}
    if not (value > high or value < low):
        return "breach.other", figures, {"low": low, "high": high}
    limit = high if value > high else low
    # Of numbers that are printed alike a reader sees no breach.
    more = next((n for n in range(MOST_DIGITS) if _rounded(breach, value, n) != _rounded(breach, limit, n)), 0)
    figures = {"value": measured(breach, value, words, more), "limit": measured(breach, limit, words, more)}
    return "breach.above" if value > high else "breach.below", figures, {}


def _rounded(breach: Mapping[str, Any], value: float, more: int) -> float:
    return round(100 * value, 1 + more) if is_share(str(breach["measure"])) else float(f"{value:.{3 + more}g}")


def subject(breach: Mapping[str, Any], words: Words, *, is_public: bool = False) -> str:
    """Return the records of a breach and its key, "Energy, paris · Natural gas"; a public page names no supplier."""
    dimensions, keys = (str(breach[c]).split(SEPARATOR) for c in ("dimension", "key"))
    if len(dimensions) != len(keys):
        dimensions, keys = [str(breach["dimension"])], [str(breach["key"])]
    parts = [_part(dimension, key, words) for dimension, key in zip(dimensions, keys, strict=True)
             if key and (dimension in OPEN_NAMES or not is_public)]
    kind = words.term("kind", str(breach["kind"]))
    return f"{kind}, {SEPARATOR.join(parts)}" if parts else kind


def _part(dimension: str, key: str, words: Words) -> str:
    if dimension == "category" and key.removeprefix("3.").isdigit():
        number = int(key.removeprefix("3."))
        return words.term("category", CATEGORIES[number]) if number in CATEGORIES else words.term("scope", key)
    if words.has(f"dimension.{dimension}"):
        return f"{words(f'dimension.{dimension}')} {key}"
    return words.term(dimension, key)


def measure_name(breach: Mapping[str, Any], words: Words) -> str:
    """Return what was measured: "amount", "price"."""
    return words.term("measure", str(breach["measure"]))


def measured(breach: Mapping[str, Any], value: float, words: Words, more: int = 0) -> Figure:
    """Return a value of the measure as it is printed: a share in percent, else three significant figures, or more."""
    is_percent = is_share(str(breach["measure"]))
    return percent(words, value, 1 + more) if is_percent else Figure(value, words.significant(value, 3 + more))


def scale_of(breach: Mapping[str, Any]) -> float:
    """Return by what a value of the measure is multiplied to be printed: emissions are in tonnes."""
    name = str(breach["measure"])
    return 1 / KG_PER_T if unit_word(breach) == "kg CO2e" and name != PRICE and not is_share(name) else 1.0


def unit_of(breach: Mapping[str, Any], words: Words) -> str:
    """Return the unit of a value of the measure as it is printed behind it, "kWh", "per kWh", "%"; "" without one."""
    name, unit = str(breach["measure"]), words.term("unit", unit_word(breach))
    if is_share(name):
        return "%"
    if scale_of(breach) != 1:
        return words("unit.t_co2e")
    if name == PRICE:
        return words("text.per_unit", unit=unit)
    return unit if described()[name].printed == "unit" else ""


def basis(breach: Mapping[str, Any], words: Words) -> str:
    """Return what the band is made of: the number of earlier years, or another source by its name."""
    years, of = int(breach["years"]), str(breach["basis"])
    if of == OWN_PAST:
        return words("text.past_years" if years > 1 else "text.past_year", years=years)
    names = [words.term("limit", name) for name in of.split("; ")]
    return words("text.list").join(phrase(name or ANY_YEAR, words.language) for name in names)  # "": below zero


def cause(breach: Mapping[str, Any], words: Words) -> str:
    """Return what the breach may be, in the reader's language."""
    text = cause_text(str(breach["cause"]), words)
    return f"{text[:1].upper()}{text[1:]}"


def cause_text(cause: str, words: Words) -> str:
    """Return a cause in the reader's language, with its numbers."""
    text = phrase(cause, words.language)
    return _POINT.sub(",", text) if words.language == "fr" else text
