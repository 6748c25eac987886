"""A breach in words: what, its value and band, the tonnes at stake, what it may be, where to look, how to accept it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from carbon.accounting.expectations import names as m
from carbon.accounting.expectations.bands import OWN_PAST
from carbon.accounting.expectations.measures import SEPARATOR
from carbon.core.units import KG_PER_T

OF_ANOTHER_YEAR = "a set of amounts that an earlier year has too"
DIGITS = 3


def message(breach: Mapping[str, Any], year: int) -> str:
    """Return one row of `BREACHES` as a warning: its facts, then the YAML line that accepts it in that year."""
    return f"{facts(breach)}; if it is right, add to `expected` in params: {acceptance_line(breach, year)}"


def facts(breach: Mapping[str, Any]) -> str:
    """Return what is odd of a breach, without its remedy.

    purchases, account 218100: an amount of 1,150,000 EUR, outside the expected 117,000 to 732,000 EUR (own past,
    2 years); 209 t CO2e at stake; 3.9 times the years before; e.g. achats.xlsx:264
    """
    example = f"; e.g. {breach['example']}" if breach["example"] else ""
    return (f"{subject(breach)}: {measured(breach)}, {band(breach)}; {shown(breach['at_stake_kg'] / KG_PER_T)} t CO2e "
            f"at stake; {breach['cause']}{example}")


def listed(breach: Mapping[str, Any]) -> dict[str, Any]:
    """Return a breach as JSON has it, in summaries and in `carbon check`: t_at_stake in t CO2e."""
    return {**{name: str(breach[name]) for name in ("code", "kind", "key", "unit")},
            "t_at_stake": float(breach["at_stake_kg"]) / KG_PER_T, "fails": bool(breach["fails"]),
            "accepted": str(breach["accepted"]), "text": facts(breach)}


def refusal(refused: Sequence[Mapping[str, Any]], company: str, year: int) -> tuple[str, str]:
    """Return why a run does not publish a year with these breaches, and what to do."""
    at_stake = shown(sum(float(breach["at_stake_kg"]) for breach in refused) / KG_PER_T)
    number = f"{len(refused)} measure{'s' if len(refused) > 1 else ''}"
    first = f"{number} of {year} not as expected, {at_stake} t CO2e at stake"
    lines = ", ".join(acceptance_line(breach, year) for breach in refused)
    return ("\n".join([first, *map(facts, refused)]),
            f"correct the records; or, of what is right, write in `params/{company}.yml`: expected: [{lines}]")


def subject(breach: Mapping[str, Any]) -> str:
    """Return the table and the key of a breach, without empty parts: "energy, site · carrier paris · natural_gas"."""
    dimension, key = (str(breach[name]).split(SEPARATOR) for name in ("dimension", "key"))
    if len(dimension) == len(key):
        parts = [(column, word) for column, word in zip(dimension, key, strict=True) if word.strip()]
        dimension, key = [column for column, _ in parts], [word for _, word in parts]
    named_key = f", {SEPARATOR.join(dimension)} {SEPARATOR.join(key)}" if breach["key"] else ""
    return f"{breach['kind']}{named_key}"


def measured(breach: Mapping[str, Any]) -> str:
    """Return the measure of a breach and its value with unit."""
    name, value = str(breach["measure"]), float(breach["value"])
    if name == m.PLACE:
        return f"no rows in {breach['unit']}" if value == 0 else f"rows in {breach['unit']}"
    return OF_ANOTHER_YEAR if name == m.AMOUNTS else f"{m.described()[name].name} {of_measure(breach, value)}"


def unit_word(breach: Mapping[str, Any]) -> str:
    """Return the unit of a breach's measure, without what a published limit is of: "EUR/kWh"."""
    unit = str(breach["unit"]).rpartition(":")[2]
    if m.described()[str(breach["measure"])].group in ("limit", "pattern"):
        return unit.partition(" of ")[0].partition(" by ")[0].partition(",")[0]
    return unit


def of_measure(breach: Mapping[str, Any], value: float) -> str:
    """Return a value of the breach's measure with its unit."""
    name, unit = str(breach["measure"]), unit_word(breach)
    printed = m.described()[name].printed
    if printed == "share":
        return f"{shown(100 * value)} %"
    if name == m.PRICE:
        return f"{shown(value)} {unit} a unit" if breach["kind"] == "purchases" else f"{shown(value)} a {unit}"
    return f"{shown(value)} {unit}" if printed == "unit" and unit else shown(value)


def band(breach: Mapping[str, Any]) -> str:
    """Return the expected band, and what it is made of."""
    value, low, high = (float(breach[name]) for name in ("value", "low", "high"))
    years, basis = int(breach["years"]), str(breach["basis"])
    of = f"own past, {years} year{'s' if years > 1 else ''}" if basis == OWN_PAST else basis
    if breach["measure"] == m.PLACE:
        return f"not as before ({of})"
    if math.isnan(low) and math.isnan(high):
        return "less than nothing"
    if math.isnan(high) or (value < low and low == high):
        return f"below the expected {of_measure(breach, low)} ({of})"
    if high == 0:
        return f"where none is expected ({of})"
    if math.isnan(low) or low == 0 or low == high:
        return f"above the expected {of_measure(breach, high)} ({of})"
    least = shown(100 * low) if m.is_share(str(breach["measure"])) else shown(low)
    return f"outside the expected {least} to {of_measure(breach, high)} ({of})"


def acceptance_line(breach: Mapping[str, Any], year: int) -> str:
    """Return the YAML line that accepts one breach by name."""
    names = {name: breach[name] for name in ("kind", "key", "unit")}
    words = ", ".join(f"{name}: {json.dumps(str(value), ensure_ascii=False)}" for name, value in names.items())
    return (f"{{code: {breach['code']}, year: {year}, {words}, value: {breach['value']:.10g}, reason: \"...\", "
            "by: \"...\", on: YYYY-MM-DD}")


def shown(value: float) -> str:
    """Return a number with three significant figures and groups of three digits."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    digits = DIGITS - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, digits)
    return f"{rounded:,.{max(digits, 0)}f}".rstrip("0").rstrip(".") if digits > 0 else f"{rounded:,.0f}"
