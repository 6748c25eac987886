"""Values of indicators: numerator, denominator, target, date and evidence; progress is not clipped."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from carbon.core.errors import MethodError, UsageError
from carbon.core.plain_numbers import refuse_no_number
from carbon.core.schemas import DAY, NUMBER, TEXT, Table
from carbon.core.text_columns import Flags, lines_of, records_of
from carbon.scorecards.catalogue import Catalogue, Formula
from carbon.scorecards.linter import COLUMNS, Row, day_of, failures_of, number_of, sound

VALUES = Table("indicator_value", {
    "indicator_id": TEXT, "audience": TEXT, "theme": TEXT, "period": TEXT, "numerator": NUMBER, "denominator": NUMBER,
    "value": NUMBER, "unit": TEXT, "raw": NUMBER, "raw_unit": TEXT, "baseline": NUMBER, "target": NUMBER,
    "target_date": TEXT, "progress": NUMBER, "expected": NUMBER, "status": TEXT, "direction": TEXT, "date": DAY,
    "population": NUMBER, "method_version": TEXT, "evidence_uri": TEXT, "evidence": TEXT, "owner": TEXT,
    "frequency": TEXT, "body": TEXT, "feeds": TEXT, "last_review": TEXT, "baseline_date": TEXT, "baseline_from": TEXT,
    "about": TEXT, "about_from": NUMBER, "about_to": NUMBER, "about_since": NUMBER,
}, key=("indicator_id", "period"))
"""baseline_from: "computed" by the tool, or "stated" by the company; about: the figure of the inventory that the
indicator speaks of, at the baseline and now [t CO2e].
"""
METHOD_VERSION = "2026.1"
COMPUTED_BASELINE, STATED_BASELINE = "computed", "stated"
HALF_UP = "half_up"
_UNMEASURED: Mapping[str, Any] = {"numerator": np.nan, "denominator": np.nan, "raw": np.nan, "population": 0.0,
                                  "date": np.datetime64("NaT", "s"), "evidence": ""}
"""Values of columns of `MEASURES` where nothing was measured."""
_NO_FIGURE = dict.fromkeys(("about_from", "about_to", "about_since"), np.nan)
NO_DATA, REACHED, ON_THE_WAY, BEHIND, BACKWARDS = "no data", "reached", "on the way", "behind", "backwards"
FOLLOWED = "followed"
"""A value without a baseline or a target: there is no progress to judge."""
GOOD = (REACHED, ON_THE_WAY)
RISE = 0.02
"""A figure of the inventory that rose by more contradicts a good status: below are roundings."""


def progress(value: float, baseline: float, target: float) -> float:
    """Return (value - baseline) / (target - baseline), not clipped: going backwards must show.

    Raises MethodError: target = baseline.
    """
    refuse_no_number("progress", value=value, baseline=baseline, target=target)
    if target == baseline:
        raise MethodError("target = baseline: there is no way to measure progress",
                          hint="set a target that differs from the baseline")
    return (value - baseline) / (target - baseline)


def expected_progress(on: date, start: date, end: date) -> float:
    """Return the share of the time between baseline and target that has passed: 0 before, 1 after."""
    if not all(isinstance(d, date) for d in (on, start, end)) or end <= start:
        raise MethodError(f"no time passes from {start} to {end}, seen on {on}",
                          hint="three dates: datetime.date(2026, 6, 30); the target's after the baseline's")
    return min(1.0, max(0.0, (on - start).days / (end - start).days))


def status_of(progress: float, expected: float) -> str:
    """Return the computed status: reached, on the way, behind, backwards, or "no data"."""
    if np.isnan(progress):
        return NO_DATA
    if progress < 0:
        return BACKWARDS
    return REACHED if progress >= 1 else ON_THE_WAY if progress >= expected else BEHIND


def values(catalogue: Catalogue, measures: pd.DataFrame, *, failures: pd.DataFrame | None = None,
           baselines: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Compute the `VALUES` of a catalogue for one period.

    value = scale x numerator / denominator; NaN ("no data") where the denominator is zero or missing. An indicator that
    breaks a rule (`failures` of `check`) is left out, one without its measure (`MEASURES` of one period) has no data.
    baselines: indicator -> its value at the baseline, where the tool can compute it; it takes the place of what is
    written.

    Raises UsageError: The measures are of several periods.
    """
    faults = failures_of(catalogue) if failures is None else lines_of(failures, COLUMNS)
    return values_of(catalogue, sound(catalogue.rows, faults), measures, baselines or {})


def values_of(catalogue: Catalogue, rows: Sequence[Row], measures: pd.DataFrame,
              baselines: Mapping[str, float]) -> pd.DataFrame:
    """Compute the `VALUES` of some definitions of a catalogue, as `values`."""
    periods = measures["period"].unique()
    if len(periods) > 1:
        raise UsageError(f"Measures of several periods: {', '.join(periods)}", hint="compute one period at a time")
    period, formulas, lines = str(periods[0]) if len(periods) else "", catalogue.formulas, []
    measured = {(line["formula_id"], line["scope"]): line for line in records_of(measures)}
    for row in rows:
        measure = measured.get((row["formula_id"], row["scope"]), _UNMEASURED)
        formula, computed = formulas.get(row["formula_id"]), baselines.get(row["id"], np.nan)
        typed, target = (np.nan if (number := number_of(row[c])) is None else number for c in ("baseline", "target"))
        baseline = typed if computed != computed else computed
        value = formula_value(formula, measure["numerator"], measure["denominator"]) if formula else np.nan
        progress = (value - baseline) / (target - baseline) if target != baseline else np.nan
        start, end, on = day_of(row["baseline_date"]), day_of(row["target_date"]), measure["date"]
        expected = expected_progress(on.date(), start, end) if start and end and start < end and on == on else np.nan
        lines.append({
            **row, **measure, **_NO_FIGURE, "indicator_id": row["id"], "period": period, "value": value,
            "method_version": METHOD_VERSION, "baseline": baseline, "target": target, "progress": progress,
            "baseline_from": "" if baseline != baseline else STATED_BASELINE if computed != computed else
            COMPUTED_BASELINE, "unit": formula.unit if formula else "", "about": formula.about if formula else "",
            "status": FOLLOWED if value == value and progress != progress else status_of(progress, expected),
            "expected": expected})
    return VALUES.of(lines)


def formula_value(formula: Formula, numerator: float, denominator: float) -> float:
    """Return scale x numerator / denominator of a formula; NaN ("no data") where the denominator is zero. Half up, for
    RGAA rates in percent: in whole numbers, (200 c + n) // (2 n), never Python's round to even.
    """
    if not denominator:
        return math.nan
    if formula.rounding == HALF_UP:
        return (200 * numerator + denominator) // (2 * denominator)
    return formula.scale * numerator / denominator


def with_figures(table: pd.DataFrame, then: Mapping[str, tuple[int, float]], now: Mapping[str, float]) -> pd.DataFrame:
    """Return values with the figure of the inventory that each speaks of, at its baseline (year, t CO2e) and now."""
    pairs = [then.get(name, (np.nan, np.nan)) for name in table["indicator_id"]]
    return table.assign(about_since=[float(year) for year, _ in pairs], about_from=[float(t) for _, t in pairs],
                        about_to=[float(now.get(about, np.nan)) for about in table["about"]])


def contradicted(table: pd.DataFrame) -> Flags:
    """Return which values have a good status while the figure that they speak of rose since the baseline."""
    then, now = (table[c].to_numpy(dtype=np.float64) for c in ("about_from", "about_to"))
    return np.isin(table["status"].to_numpy(dtype=object), GOOD) & (now > then * (1 + RISE))
