"""Breaches: measures outside their band, each cause once, with the tonnes at stake and what it may be."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import compress
from typing import Any

import numpy as np
import pandas as pd

from carbon.accounting.expectations import names as m
from carbon.accounting.expectations.bands import EXPECTATIONS
from carbon.accounting.expectations.measures import KG, SEPARATOR, WHOLE, Line, key_of
from carbon.core.schemas import FLAG, NUMBER, TEXT, Table
from carbon.core.text_columns import records_of

BREACHES = Table("breaches", {
    "code": TEXT, **{c: k for c, k in EXPECTATIONS.columns.items() if c not in ("before_kg", "co2e_kg")},
    "at_stake_kg": NUMBER, "cause": TEXT, "fails": FLAG, "accepted": TEXT,
})
"""One breach. at_stake_kg: how far the headline total would move if the measure were as expected [kg CO2e]; fails: a
run does not publish the year until it is accepted (of `breaches_of`: whether its size alone may be why); accepted: the
reason in params, who and when, "" without one.
"""
SLIPS = {1000.0: "MWh for kWh, t for kg, thousands of a currency", 100.0: "cents, or a decimal comma",
         12.0: "a year's total in each month", 10.0: "a digit too many"}
SHORTFALLS = {1000.0: "kWh for MWh, kg for t, a column in thousands", 100.0: "two digits missing, or a decimal comma",
              12.0: "a month's amount for the year", 10.0: "a digit missing"}
POWERS = (10.0, 100.0, 1000.0)
NEAR, DOUBLE = 0.22, 0.05
"""How near a ratio is to a power, or to two [ln]."""
NAMED = 3
"""Keys without rows that a breach names."""
EXPLAINED = 1.5
"""Times what is at stake of finer keys up to which a coarser one is explained by them."""


def breaches_of(expectations: pd.DataFrame, *, least_kg: Mapping[str, float]) -> pd.DataFrame:
    """Return `BREACHES`: the lines of `breach_lines`."""
    return BREACHES.of(breach_lines(expectations, least_kg=least_kg))


def breach_lines(expectations: pd.DataFrame, *, least_kg: Mapping[str, float]) -> list[Line]:
    """Return the measures outside their band with enough at stake, largest first, each cause once.

    Of the measures of one key only the one with the most at stake is listed; its accounts, meters or routes
    replace a kind where they explain it.

    least_kg: emissions from which a breach is listed [kg CO2e], by scope; "" for what belongs to none.
    """
    value, low, high = (expectations[c].to_numpy() for c in ("value", "low", "high"))
    high = np.where(np.isinf(high), np.nan, high)  # if all came
    tolerance = 1e-9 * np.fmax(np.abs(high), 1.0)  # a band may have no upper end
    outside = (value < low - tolerance) | (value > high + tolerance)
    places = np.flatnonzero(outside | (value < 0))
    described, lines = m.described(), []
    # Totals below zero and a carrier of next to nothing are listed whatever their size; what months hold is a guess.
    part = {m.TOTAL: 0.0, m.OF_A_METER: 0.0, m.MONTHS: 0.5, m.TO_END: 0.5}
    for line, is_outside in zip(records_of(expectations.iloc[places]), outside[places].tolist(), strict=True):
        name, below = line["measure"], _is_below(line)
        kg = _at_stake(line)
        if kg > 0 and kg >= least_kg[line["scope"]] * part.get(name, 1.0) and (is_outside or (below and (
                line["expected"] > 0 or line["dimension"] == WHOLE or not line["years"]))):
            lines.append({**line, "at_stake_kg": kg, "code": described[m.NEGATIVE if below else name].code,
                          "fails": not described[name].question, "accepted": "", "more": "",
                          "high": math.nan if math.isinf(line["high"]) else line["high"]})
    lines = _gone_together(_most_telling(_one_akey_of(_below_once(lines))))
    return [{**line, "cause": _cause(line) + line["more"]} for line in lines]


def _is_below(line: Line) -> bool:
    return bool(line["measure"] == m.LEVEL and line["value"] < 0)


def _at_stake(line: Line) -> float:
    """Return how far the total would move if a measure were as expected [kg CO2e]; 0 where nothing is expected."""
    measure, value, expected = line["measure"], line["value"], line["expected"]
    kg, before = abs(line["co2e_kg"]), abs(line["before_kg"]) if line["before_kg"] == line["before_kg"] else 0.0
    usual = expected if expected == expected else 0.0
    over, short = max(value - usual, 0.0), max(usual - value, 0.0)
    more = kg * abs(1 - expected / value) if value and expected == expected else 0.0
    if measure == m.LEVEL and value < 0:
        return 2.0 * kg + before
    lost_share = min(max(1 - value / usual, 0.0), 1.0) if usual else float(value < 0)
    less = max(more if value > 0 else 0.0, before * lost_share)
    sizes = {
        **dict.fromkeys(m.group("limit"), more),
        **dict.fromkeys(m.INVERSE, kg * abs(1 - value / expected) if usual else 0.0),
        **dict.fromkeys((*m.group("pattern"), m.AMOUNTS), kg), **dict.fromkeys(m.group("odd"), kg * value),
        **dict.fromkeys((m.MONTHS, m.TO_END), max(kg / max(value, 1.0), before / 12.0) * short),
        **dict.fromkeys((m.EXCLUDED, m.REJECTED), max(before - kg, 0.0)),
        m.SHARE: max(kg, before) * abs(value - usual), m.VAT_INSIDE: kg * value / 6, m.OTHER_YEAR: kg * value,
        m.AT_A_RATIO: kg * value / 2, m.PEAK: more, m.SUMS: kg / 2, m.NEGATIVE: 2 * kg * over,
        m.NEGATIVE_ROWS: abs(value - usual) / max(line["rows"], 1) * 2 * kg, m.REPEATED: kg * over, m.PLACE: before,
        m.VAT: more, m.TOTAL: 2 * kg,
        # Half the price of before: twice the quantity, of which half is too much.
        m.PRICE: more if not value < expected else kg * lost_share if usual > 0 else 0.0}
    return float(sizes.get(measure, less if value < expected else more))


def _one_akey_of(lines: list[Line]) -> list[Line]:
    """Return the measure of each key with most at stake; no question where a claim has half as much or more."""
    claimed: dict[tuple[str, ...], float] = {}
    for line in lines:
        if line["fails"]:
            claimed[key_of(line)] = max(claimed.get(key_of(line), 0.0), line["at_stake_kg"])
    order = {name: i for i, name in enumerate(m.described())}
    first, unique_lines = dict[tuple[str, ...], Line](), dict[tuple[Any, ...], Line]()
    for line in sorted(lines, key=lambda line: (-line["at_stake_kg"], order[line["measure"]])):
        if line["fails"] or 2 * claimed.get(key_of(line), 0.0) < line["at_stake_kg"]:
            first.setdefault(key_of(line), line)
    for key, line in first.items():  # one total among the rows of an account, of their supplier and of their file
        is_total = line["measure"] == m.SUMS
        unique_lines.setdefault((line["kind"], line["example"], line["at_stake_kg"], m.SUMS) if is_total else key, line)
    return [*unique_lines.values()]


def _most_telling(lines: list[Line]) -> list[Line]:
    """Leave out coarser keys that finer ones explain: their breaches have most of what is at stake. Questions in place
    of a coarser claim stop a run as it would.
    """
    kept_lines: list[Line] = []
    for kind in dict.fromkeys(line["kind"] for line in lines):
        finer = claimed = 0.0
        levels: dict[int, list[Line]] = {}
        for line in lines:
            if line["kind"] == kind:
                depth = 0 if line["dimension"] == WHOLE else 1 + line["dimension"].count(SEPARATOR)
                levels.setdefault(depth, []).append(line)
        for _, level in sorted(levels.items(), reverse=True):
            unexplained = [line["at_stake_kg"] > finer * EXPLAINED or _is_kind_below(line) for line in level]
            if any(line["fails"] and line["at_stake_kg"] > claimed * EXPLAINED
                   for line, is_kept in zip(level, unexplained, strict=True) if not is_kept):
                kept_lines = [{**line, "fails": line["fails"] or line["kind"] == kind} for line in kept_lines]
            kept_lines += compress(level, unexplained)
            finer = max(finer, math.fsum(line["at_stake_kg"] for line in level))
            claimed = max(claimed, math.fsum(line["at_stake_kg"] for line in level if line["fails"]))
    return sorted(kept_lines, key=_largest_first)


def _largest_first(line: Line) -> tuple[float, str, str]:
    return -line["at_stake_kg"], line["kind"], line["key"]


def _below_once(lines: list[Line]) -> list[Line]:
    """Leave out what the records of a kind below zero are the cause of: keys and emissions below zero, scope totals."""
    kinds = [line for line in lines if _is_kind_below(line)]
    units = {(line["kind"], unit) for line in kinds for unit in (line["unit"], KG)}
    scopes = {line["scope"] for line in kinds}
    return [line for line in lines if not (
        (line["measure"] == m.TOTAL and line["scope"] in scopes)
        or (_is_below(line) and not _is_kind_below(line) and (line["kind"], line["unit"]) in units))]


def _is_kind_below(line: Line) -> bool:
    """Return whether a line is the amount of a whole kind that is below zero, in its own unit."""
    return _is_below(line) and line["dimension"] == WHOLE and line["unit"] != KG


def _gone_together(lines: list[Line]) -> list[Line]:
    """Return one line for all keys of a kind that have no rows this year: the largest, with what is at stake of all."""
    gone, kept_lines = dict[str, list[Line]](), list[Line]()
    for line in lines:
        is_gone = line["measure"] == m.LEVEL and line["value"] == 0
        (gone.setdefault(line["kind"], []) if is_gone else kept_lines).append(line)
    for of_kind in gone.values():
        others = [SEPARATOR.join(word for word in line["key"].split(SEPARATOR) if word.strip()) for line in of_kind[1:]]
        more = f"; so do {', '.join(others[:NAMED])}" if others else ""
        more += f" and {len(others) - NAMED} more" if len(others) > NAMED else ""
        kept_lines.append({**of_kind[0], "more": more, "at_stake_kg": math.fsum(
            line["at_stake_kg"] for line in of_kind)})
    return sorted(kept_lines, key=_largest_first)


def _cause(line: Line) -> str:
    """Return in words what the breach may be."""
    measure, value, expected = line["measure"], line["value"], line["expected"]
    first, _, below = m.described()[measure].cause.partition("|")
    if first or (value < 0 and np.isnan(expected)):
        text = below if below and value < 0 else first or m.described()[m.TOTAL].cause
        return text.format(unit=line["unit"], value=value, expected=expected, missing=expected - value)
    if value < 0:
        return m.described()[m.NEGATIVE].cause
    if measure in m.group("limit"):
        return _beyond(expected / value if measure in m.INVERSE else value / expected)
    if value == 0:
        return "no rows this year: closed, renamed, or a file that is missing?"
    if measure == m.PEAK and not line["years"]:
        return f"one row {value:,.0f} times the next: a digit too many, or cents?"
    return _slip(value / expected, measure) if expected > 0 else "no earlier year has it"


def _slip(ratio: float, measure: str) -> str:
    power = min(SLIPS, key=lambda p: abs(abs(np.log(ratio)) - np.log(p)))
    if abs(abs(np.log(ratio)) - np.log(power)) < NEAR:
        times = f"{power:g} times" if ratio > 1 else f"1/{power:g} of"
        # A price a thousand times too low is that of an amount a thousand times too high.
        of_more = (ratio > 1) != (measure == m.PRICE and power == max(POWERS))
        return f"{times} the years before: {(SLIPS if of_more else SHORTFALLS)[power]}?"
    if abs(np.log(ratio / 2)) < DOUBLE:
        return "twice the years before: a file entered twice?"
    return f"{ratio:.2g} times the years before"


def _beyond(ratio: float) -> str:
    """Return how far an amount is from what is published, to the nearest power: its middle is no measurement."""
    power = min(POWERS, key=lambda p: abs(abs(np.log(ratio)) - np.log(p)))
    many = "too much" if ratio > 1 else "too little"
    return f"some {power:g} times {many}: {(SLIPS if ratio > 1 else SHORTFALLS)[power]}?"
