"""A breach in words: what, its value and band, the tonnes at stake, what it may be, where to look, how to accept it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from carbon.accounting.expectations.bands import OWN_PAST
from carbon.accounting.expectations.measures import (
    EXCLUDED,
    LEVEL,
    MONTHS,
    NEGATIVE,
    NEGATIVE_ROWS,
    PEAK,
    PLACE,
    PRICE,
    REJECTED,
    REPEATED,
    ROWS,
    SUMS,
    TOTAL,
    VAT,
)
from carbon.core.units import KG_PER_T

NAMES = {LEVEL: "amount", ROWS: "rows", MONTHS: "months with rows", PRICE: "price", PEAK: "largest to usual amount",
         VAT: "VAT", NEGATIVE: "share of negative amounts", NEGATIVE_ROWS: "negative rows",
         REPEATED: "share of repeated amounts", SUMS: "rows that are the sum of the others", PLACE: "rows",
         EXCLUDED: "share of rows excluded", REJECTED: "share of rows rejected", TOTAL: "emissions"}
"""Measure -> what a reader calls it."""
SHARES = (VAT, NEGATIVE, REPEATED, EXCLUDED, REJECTED)
WITH_UNIT = (LEVEL, TOTAL)
DIGITS = 3


def message(breach: Mapping[str, Any], year: int) -> str:
    """Return one breach as a warning: its facts, then the YAML line that accepts it.

    Parameters
    ----------
    breach
        A row of `BREACHES`.
    year
        The reporting year, for the line of params.
    """
    return f"{facts(breach)}; if it is right, add to `expected` in params: {acceptance_line(breach, year)}"


def facts(breach: Mapping[str, Any]) -> str:
    """Return what is odd of a breach, without its remedy.

    purchases, account 218100: amount 1,150,000 EUR, expected 117,000 to 732,000 (own past, 2 years); 209 t CO2e at
    stake; 3.9 times the years before (achats.xlsx:264)
    """
    at_stake = shown(breach["at_stake_kg"] / KG_PER_T)
    example = f" ({breach['example']})" if breach["example"] else ""
    return (f"{subject(breach)}: {measured(breach)}, {band(breach)}; {at_stake} t CO2e at stake; "
            f"{breach['cause']}{example}")


def subject(breach: Mapping[str, Any]) -> str:
    """Return the table and the key of a breach: "energy, site · carrier paris · natural_gas"."""
    return f"{breach['kind']}, {breach['dimension']} {breach['key']}" if breach["key"] else str(breach["kind"])


def measured(breach: Mapping[str, Any]) -> str:
    """Return the measure of a breach and its value with unit."""
    name, value = str(breach["measure"]), float(breach["value"])
    if name == PLACE:
        return f"rows in {breach['unit']} {'gone' if value == 0 else 'new'}"
    return f"{NAMES[name]} {of_measure(breach, value)}"


def of_measure(breach: Mapping[str, Any], value: float) -> str:
    """Return a value of the breach's measure with its unit."""
    name, unit = str(breach["measure"]), str(breach["unit"])
    if name in SHARES:
        return f"{shown(100 * value)} %"
    if name == PRICE:
        return f"{shown(value)} per {unit}"
    return f"{shown(value)} {unit}" if name in WITH_UNIT and unit else shown(value)


def band(breach: Mapping[str, Any]) -> str:
    """Return the expected band, and what it is made of."""
    name, low, high, basis = str(breach["measure"]), breach["low"], breach["high"], str(breach["basis"])
    years = int(breach["years"])
    of = f"own past, {years} year{'s' if years > 1 else ''}" if basis == OWN_PAST else basis
    if name == PLACE:
        return f"expected as before ({of})"
    if name == TOTAL or math.isnan(high):
        return f"expected at least {of_measure(breach, low)} ({of})"
    if math.isnan(low) or low == 0 or low == high:
        most = "none" if high == 0 else f"at most {of_measure(breach, high)}"
        return f"expected {of_measure(breach, high) if low == high != 0 else most} ({of})"
    least = shown(100 * low) if name in SHARES else shown(low)
    return f"expected {least} to {of_measure(breach, high)} ({of})"


def acceptance_line(breach: Mapping[str, Any], year: int) -> str:
    """Return the YAML line that accepts one breach by name."""
    named = {name: breach[name] for name in ("kind", "key", "unit") if breach[name]}
    words = ", ".join(f"{name}: {json.dumps(str(value), ensure_ascii=False)}" for name, value in named.items())
    return (f"{{code: {breach['code']}, year: {year}, {words}, value: {breach['value']:.10g}, reason: \"...\", "
            "by: \"...\", on: YYYY-MM-DD}")


def shown(value: float) -> str:
    """Return a number with three significant figures and groups of three digits."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    digits = DIGITS - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, digits)
    return f"{rounded:,.{max(digits, 0)}f}".rstrip("0").rstrip(".") if digits > 0 else f"{rounded:,.0f}"
