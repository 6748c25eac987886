"""Values of indicators: numerator, denominator, target, date and evidence; progress is not clipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.errors import MethodError, UsageError
from carbon.core.plain_numbers import refuse_no_number
from carbon.core.schemas import DAY, NUMBER, TEXT, Table
from carbon.core.text_columns import same_text, text_array
from carbon.scorecards.catalogue import Catalogue, by_formula
from carbon.scorecards.linter import ERROR, check

MEASURES = Table("measures", {
    "formula_id": TEXT, "scope": TEXT, "period": TEXT, "date": DAY, "numerator": NUMBER, "denominator": NUMBER,
    "raw": NUMBER, "population": NUMBER, "evidence": TEXT,
}, key=("formula_id", "scope", "period"))
"""Measures: the parts of each formula, its raw value and the share of the population that it covers."""
VALUES = Table("indicator_value", {
    "indicator_id": TEXT, "audience": TEXT, "theme": TEXT, "period": TEXT, "numerator": NUMBER, "denominator": NUMBER,
    "value": NUMBER, "unit": TEXT, "raw": NUMBER, "raw_unit": TEXT, "baseline": NUMBER, "target": NUMBER,
    "target_date": TEXT, "progress": NUMBER, "expected": NUMBER, "status": TEXT, "direction": TEXT, "date": DAY,
    "population": NUMBER, "method_version": TEXT, "evidence_uri": TEXT, "evidence": TEXT, "owner": TEXT,
    "frequency": TEXT,
}, key=("indicator_id", "period"))
METHOD_VERSION = "2026.0"
_DEFINED = ("id", "audience", "theme", "raw_unit", "target_date", "direction", "evidence_uri", "owner", "frequency")
_KEY = ("formula_id", "scope")
_UNMEASURED: Mapping[str, Any] = {"numerator": np.nan, "denominator": np.nan, "raw": np.nan, "population": 0.0,
                                  "date": np.datetime64("NaT", "s")}
"""Values of columns of `MEASURES` where nothing was measured."""
Floats = npt.NDArray[np.floating[Any]]
Days = npt.NDArray[np.datetime64]
NO_DATA, REACHED, ON_THE_WAY, BEHIND, BACKWARDS = "no data", "reached", "on the way", "behind", "backwards"


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


def status_of(done: float, expected: float) -> str:
    """Return the computed status: reached, on the way, behind, backwards, or "no data"."""
    if np.isnan(done):
        return NO_DATA
    if done < 0:
        return BACKWARDS
    return REACHED if done >= 1 else ON_THE_WAY if done >= expected else BEHIND


def values(catalogue: Catalogue, measures: pd.DataFrame, *, failures: pd.DataFrame | None = None) -> pd.DataFrame:
    """Compute the `VALUES` of a catalogue for one period.

    value = scale x numerator / denominator; NaN ("no data") where the denominator is zero or missing.

    Parameters
    ----------
    measures
        `MEASURES` of one period; an indicator without its measure has no data.
    failures
        Result of `check` for the catalogue, if already computed.

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
    rows, period = catalogue.table, str(periods[0]) if len(periods) else ""
    columns = {"indicator_id" if c == "id" else c: rows[c].array for c in _DEFINED} | _measured(rows, measured)
    columns |= {"period": same_text(period, len(rows)), "method_version": same_text(METHOD_VERSION, len(rows))}
    baseline, target = (rows[c].astype("float64").to_numpy(dtype=np.float64) for c in ("baseline", "target"))
    start, end = (pd.to_datetime(rows[c], format="%Y-%m-%d").to_numpy() for c in ("baseline_date", "target_date"))
    columns |= _results(columns, [by_formula().get(name, {}) for name in rows["formula_id"].tolist()], baseline, target,
                        start, end)
    return VALUES.validate(pd.DataFrame({c: columns[c] for c in VALUES.columns}))


def _measured(rows: pd.DataFrame, measured: pd.DataFrame) -> dict[str, Any]:
    """Return the measures of each indicator; missing numbers and a population of zero where nothing was measured."""
    # One line a formula and scope: the key of `MEASURES`.
    place = {key: at for at, key in enumerate(zip(*(measured[c].tolist() for c in _KEY), strict=True))}
    at = np.array([place.get(key, -1) for key in zip(*(rows[c].tolist() for c in _KEY), strict=True)], dtype=np.intp)
    columns = {c: np.append(measured[c].to_numpy(), none)[at] for c, none in _UNMEASURED.items()}
    return columns | {"evidence": text_array([*measured["evidence"].tolist(), ""]).take(at)}


def _results(columns: Mapping[str, Any], formula: Sequence[Mapping[str, Any]], baseline: Floats, target: Floats,
             start: Days, end: Days) -> dict[str, Any]:
    """Return value, progress and status of each indicator by its formula, baseline and target."""
    scale = np.array([entry.get("scale", np.nan) for entry in formula], dtype=np.float64)
    half_up = np.array([entry.get("rounding") == "half_up" for entry in formula], dtype=bool)
    numerator, denominator = columns["numerator"], columns["denominator"]
    divisor = np.where(denominator != 0, denominator, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Half up, in whole numbers: (200 c + n) // (2 n), never Python's round to even.
        value = np.where(half_up, (200 * numerator + divisor) // (2 * divisor), scale * numerator / divisor)
        progress = (value - baseline) / (target - baseline)
        expected = np.clip(_days(start, columns["date"]) / _days(start, end), 0.0, 1.0)
    status = [status_of(p, e) for p, e in zip(progress.tolist(), expected.tolist(), strict=True)]
    return {"value": value, "unit": text_array([entry.get("unit") for entry in formula]), "baseline": baseline,
            "target": target, "progress": progress, "expected": expected, "status": text_array(status)}


def _days(first: Days, last: Days) -> Floats:
    """Return the days from one day to another; missing where one is."""
    days = last.astype("datetime64[D]") - first.astype("datetime64[D]")
    return np.where(np.isnat(days), np.nan, days.astype(np.int64).astype(np.float64))
