"""
Values of indicators: numerator, denominator, target, date and evidence; progress is not clipped.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from carbon.core.errors import MethodError, UsageError
from carbon.core.plain_numbers import refuse_no_number
from carbon.core.schemas import DAY, NUMBER, TEXT, Table
from carbon.indicators.catalogue import Catalogue, formulas
from carbon.indicators.linter import ERROR, check

MEASURES = Table("measures", {
    "formula_id": TEXT, "scope": TEXT, "period": TEXT, "date": DAY, "numerator": NUMBER, "denominator": NUMBER,
    "raw": NUMBER, "population": NUMBER, "evidence": TEXT,
}, key=("formula_id", "scope", "period"))
"""What was measured: the parts of each formula, the raw value beneath it, the share of the population it covers."""
VALUES = Table("indicator_value", {
    "indicator_id": TEXT, "audience": TEXT, "theme": TEXT, "period": TEXT, "numerator": NUMBER, "denominator": NUMBER,
    "value": NUMBER, "unit": TEXT, "raw": NUMBER, "raw_unit": TEXT, "baseline": NUMBER, "target": NUMBER,
    "target_date": TEXT, "progress": NUMBER, "expected": NUMBER, "status": TEXT, "direction": TEXT, "date": DAY,
    "population": NUMBER, "method_version": TEXT, "evidence_uri": TEXT, "evidence": TEXT, "owner": TEXT,
    "frequency": TEXT,
}, key=("indicator_id", "period"))
METHOD_VERSION = "2026.0"
NO_DATA, REACHED, ON_THE_WAY, BEHIND, BACKWARDS = "no data", "reached", "on the way", "behind", "backwards"


def progress(value: float, baseline: float, target: float) -> float:
    """
    (value - baseline) / (target - baseline), not clipped: going backwards must show.

    Raises
    ------
    MethodError
        target = baseline.
    """
    refuse_no_number("progress", value=value, baseline=baseline, target=target)
    if target == baseline:
        raise MethodError("target = baseline: there is no way to measure progress",
                          hint="set a target that differs from the baseline")
    return (value - baseline) / (target - baseline)


def expected_progress(on: date, start: date, end: date) -> float:
    """
    Share of the time between baseline and target that has passed: 0 before, 1 after.
    """
    if not all(isinstance(d, date) for d in (on, start, end)) or end <= start:
        raise MethodError(f"no time passes from {start} to {end}, seen on {on}",
                          hint="three dates: datetime.date(2026, 6, 30); the target's after the baseline's")
    return min(1.0, max(0.0, (on - start).days / (end - start).days))


def status_of(done: float, expected: float) -> str:
    """
    Computed, never typed: reached, on the way, behind, backwards, or "no data".
    """
    if np.isnan(done):
        return NO_DATA
    if done < 0:
        return BACKWARDS
    return REACHED if done >= 1 else ON_THE_WAY if done >= expected else BEHIND


def values(catalogue: Catalogue, measures: pd.DataFrame, *, failures: pd.DataFrame | None = None) -> pd.DataFrame:
    """
    `VALUES` of a catalogue for one period.

    value = scale x numerator / denominator; NaN ("no data") where the denominator is zero or missing.

    Parameters
    ----------
    measures
        `MEASURES` of one period; an indicator without its measure has no data.
    failures
        What `check` says of the catalogue, where that is known already.

    Raises
    ------
    UsageError
        The catalogue breaks a rule (see `check`), or the measures are of several periods.
    """
    failures = check(catalogue) if failures is None else failures
    errors = failures[failures["severity"] == ERROR]
    if len(errors):
        raise UsageError(f"{len(errors)} rules of the catalogue are broken: nothing is computed from it", rows=errors,
                         hint="see carbon indicators check")
    measured = MEASURES.validate(measures)
    periods = measured["period"].unique()
    if len(periods) > 1:
        raise UsageError(f"Measures of several periods: {', '.join(periods)}", hint="compute one period at a time")
    table = _joined(catalogue.table, measured, periods[0] if len(periods) else "")
    divisor = table["denominator"].where(table["denominator"] != 0)
    table["value"] = table["scale"] * table["numerator"] / divisor
    # Half up, in whole numbers: (200 c + n) // (2 n), never Python's round to even.
    half_up = (200 * table["numerator"] + divisor) // (2 * divisor)
    table["value"] = table["value"].where(table["rounding"] != "half_up", half_up)
    table["progress"] = (table["value"] - table["baseline"]) / (table["target"] - table["baseline"])
    start, end = (pd.to_datetime(table[c], format="%Y-%m-%d") for c in ("baseline_date", "target_date"))
    passed = (table["date"] - start).dt.days / (end - start).dt.days
    table["expected"] = passed.clip(0.0, 1.0)
    table["status"] = pd.Series(
        [status_of(p, e) for p, e in zip(table["progress"], table["expected"], strict=True)], dtype="str")
    return VALUES.validate(table[list(VALUES.columns)])


def _joined(rows: pd.DataFrame, measured: pd.DataFrame, period: str) -> pd.DataFrame:
    table = rows.drop(columns=["unit", "scale", "value", "progress", "status"]).rename(columns={"id": "indicator_id"})
    known = formulas()[["formula_id", "unit", "scale", "rounding"]].set_index("formula_id")
    # One line a formula and scope, as the key of `MEASURES` says.
    place = {key: at for at, key in enumerate(zip(measured["formula_id"], measured["scope"], strict=True))}
    at = [place.get(key, -1) for key in zip(table["formula_id"], table["scope"], strict=True)]
    parts = [known.reindex(table["formula_id"]),
             measured.drop(columns=["formula_id", "scope", "period"]).reset_index(drop=True).reindex(at)]
    table = pd.concat([table, *(part.set_axis(table.index) for part in parts)], axis=1)
    numbers = {c: table[c].astype("float64") for c in ("baseline", "target")}
    return table.assign(**numbers, period=period, method_version=METHOD_VERSION,
                        evidence=table["evidence"].fillna(""), population=table["population"].fillna(0.0),
                        date=table["date"].astype("datetime64[s]"))
