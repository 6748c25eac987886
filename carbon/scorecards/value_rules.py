"""Rules that values must meet, against data and against gaming: they run in `carbon check` and in every report."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd

from carbon.core.text_columns import records_of
from carbon.scorecards.catalogue import BASELINE_COMPUTED, FREQUENCIES, Formula
from carbon.scorecards.linter import (
    COLUMNS,
    DAYS_PER_MONTH,
    ERROR,
    REVIEW_PERIODS,
    WARNING,
    Failure,
    number_of,
    side_of_target,
)

WORSE_SHARE, POPULATION = 0.05, 0.8
ROUNDING_SHARE = 0.005
"""A typed baseline within this share of the computed one is its rounding to three digits."""
LARGEST_ROUNDING = 0.05
"""No rounding of a baseline moves it by more than this share."""
NEAR = 1e-9


def check_values(values: pd.DataFrame, before: pd.DataFrame, days: Mapping[str, pd.Timestamp], *, on: date
                 ) -> pd.DataFrame:
    """Check `VALUES` of a period and of the one before: a ratio that improves while its raw value worsens, old or
    partial data. days: indicator -> day of its data, where that is not the end of the period.
    """
    faults: list[Failure] = []
    pairs = values.merge(before[["indicator_id", "value", "raw"]], on="indicator_id", how="left",
                         validate="one_to_one", suffixes=("", "_before"))
    sign = np.where(pairs["direction"] == "up", 1.0, -1.0)
    better = sign * (pairs["value"] - pairs["value_before"]) > 0
    worse = sign * (pairs["raw"] - pairs["raw_before"]) < -WORSE_SHARE * pairs["raw_before"].abs()
    faults += [(row["indicator_id"], "K-GAME", WARNING,
                f"the ratio goes from {row['value_before']:.4g} to {row['value']:.4g} while the raw value goes from "
                f"{row['raw_before']:.6g} to {row['raw']:.6g}") for row in records_of(pairs[better & worse])]
    for row in records_of(values[values["value"].notna()]):
        age = (pd.Timestamp(on) - days.get(row["indicator_id"], row["date"])).days
        if age > REVIEW_PERIODS * FREQUENCIES.get(row["frequency"], 12.0) * DAYS_PER_MONTH:
            faults.append((row["indicator_id"], "K-DATA", WARNING,
                           f"its data are {age} days old: over {REVIEW_PERIODS:g} periods, frequency "
                           f"{row['frequency']}"))
        if row["population"] < POPULATION:
            faults.append((row["indicator_id"], "K-DATA", WARNING, f"covers {row['population']:.0%} of the population"))
    return pd.DataFrame(faults, columns=COLUMNS).sort_values(["indicator", "rule"], ignore_index=True)


def refused_baselines(definitions: pd.DataFrame, computed: Mapping[str, float]) -> Iterator[Failure]:
    """Yield each baseline of `Catalogue.table` that the tool's own value contradicts, or that cannot be had.

    computed: Indicator -> the value of the year that ends on its `baseline_date`; NaN, or absent, where there is none.
    """
    for row in records_of(definitions):
        computed_value, typed = computed.get(str(row["id"]), math.nan), number_of(str(row["baseline"]))
        target = number_of(str(row["target"]))
        if row["baseline"] == BASELINE_COMPUTED:
            if math.isnan(computed_value) and row["baseline_date"]:
                yield (str(row["id"]), "K-BASE", WARNING, f"no value of {row['baseline_date']} can be computed: "
                       "there is no progress; keep records of that year, or a baseline_date on the last day of a later "
                       "one")
            elif target is not None and not math.isnan(computed_value):
                yield from ((str(row["id"]), *fault) for fault in side_of_target(computed_value, target, {
                    str(k): str(v) for k, v in row.items()}))
        elif typed is not None and not math.isnan(computed_value) and not agrees(str(row["baseline"]), computed_value):
            yield (str(row["id"]), "K-BASE", ERROR,
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
            yield (str(row["indicator_id"]), "K-UNIT", ERROR,
                   f"{value:.6g} {formula.unit} is not between {formula.low:g} and {formula.high:g}: its numerator "
                   f"{row['numerator']:.6g} and denominator {row['denominator']:.6g} do not belong together")
