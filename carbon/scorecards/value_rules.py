"""Rules that values must meet, against data and against gaming: they run in `carbon check` and in every report."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import pandas as pd

from carbon.core.text_columns import records_of
from carbon.scorecards.catalogue import BASELINE_COMPUTED, FREQUENCIES, Formula
from carbon.scorecards.linter import (
    DAYS_PER_MONTH,
    ERROR,
    REVIEW_PERIODS,
    WARNING,
    Failure,
    Row,
    in_order,
    number_of,
    side_of_target,
)

WORSE_SHARE, POPULATION = 0.05, 0.8
ROUNDING_SHARE = 0.005
"""A typed baseline within this share of the computed one is its rounding to three digits."""
LARGEST_ROUNDING = 0.05
"""No rounding of a baseline moves it by more than this share."""
NEAR = 1e-9


def check_values(values: pd.DataFrame, before: Mapping[str, tuple[float, float]], days: Mapping[str, pd.Timestamp], *,
                 on: date) -> list[Failure]:
    """Check `VALUES` of a period against those of the one before, indicator -> (value, raw): a ratio that improves
    while its raw value worsens, old or partial data. days: indicator -> day of its data, where that is not the end of
    the period.
    """
    faults: list[Failure] = []
    rows, unknown = [row for row in records_of(values) if row["value"] == row["value"]], (math.nan, math.nan)
    for row in rows:
        value, raw = before.get(row["indicator_id"], unknown)
        sign = 1.0 if row["direction"] == "up" else -1.0
        if sign * (row["value"] - value) > 0 and sign * (row["raw"] - raw) < -WORSE_SHARE * abs(raw):
            faults.append((row["indicator_id"], "K-GAME", WARNING,
                           f"the ratio goes from {value:.4g} to {row['value']:.4g} while the raw value goes from "
                           f"{raw:.6g} to {row['raw']:.6g}"))
    for row in rows:
        age = (pd.Timestamp(on) - days.get(row["indicator_id"], row["date"])).days
        if age > REVIEW_PERIODS * FREQUENCIES.get(row["frequency"], 12.0) * DAYS_PER_MONTH:
            faults.append((row["indicator_id"], "K-DATA", WARNING,
                           f"its data are {age} days old: over {REVIEW_PERIODS:g} periods, frequency "
                           f"{row['frequency']}"))
        if row["population"] < POPULATION:
            faults.append((row["indicator_id"], "K-DATA", WARNING, f"covers {row['population']:.0%} of the population"))
    return in_order(faults)


def refused_baselines(definitions: Sequence[Row], computed: Mapping[str, float]) -> Iterator[Failure]:
    """Yield each baseline of `Catalogue.rows` that the tool's own value contradicts, or that cannot be had.

    computed: Indicator -> the value of the year that ends on its `baseline_date`; NaN, or absent, where there is none.
    """
    for row in definitions:
        computed_value, typed = computed.get(row["id"], math.nan), number_of(row["baseline"])
        target = number_of(row["target"])
        if row["baseline"] == BASELINE_COMPUTED:
            if math.isnan(computed_value) and row["baseline_date"]:
                yield (row["id"], "K-BASE", WARNING, f"no value of {row['baseline_date']} can be computed: "
                       "there is no progress; keep records of that year, or a baseline_date on the last day of a later "
                       "one")
            elif target is not None and not math.isnan(computed_value):
                yield from ((row["id"], *fault) for fault in side_of_target(computed_value, target, row))
        elif typed is not None and not math.isnan(computed_value) and not agrees(row["baseline"], computed_value):
            yield (row["id"], "K-BASE", ERROR,
                   f"baseline {row['baseline']} is typed, and the records of {row['baseline_date']} give "
                   f"{computed_value:.4g}: write `{BASELINE_COMPUTED}`, or correct the records")


def agrees(typed: str, computed: float) -> bool:
    """Return whether a typed number is the computed one rounded to its last digit, or to three digits."""
    number = number_of(typed)
    if number is None:
        return False
    mantissa = typed.lower().partition("e")[0]
    digits = len(mantissa.partition(".")[2]) if "e" not in typed.lower() else 12
    half_a_digit = min(0.5 * 10.0 ** -digits, LARGEST_ROUNDING * abs(computed))
    return abs(number - computed) <= max(half_a_digit, ROUNDING_SHARE * abs(computed)) + NEAR


def impossible(values: pd.DataFrame, formulas: Sequence[Formula]) -> Iterator[Failure]:
    """Yield each value outside the limits of its formula: a rate over 100 % has a part that is not of the whole."""
    for row, formula in zip(records_of(values), formulas, strict=True):
        value = row["value"]
        if not math.isnan(value) and not formula.low - NEAR <= value <= formula.high + NEAR:
            yield (row["indicator_id"], "K-UNIT", ERROR,
                   f"{value:.6g} {formula.unit} is not between {formula.low:g} and {formula.high:g}: its numerator "
                   f"{row['numerator']:.6g} and denominator {row['denominator']:.6g} do not belong together")
