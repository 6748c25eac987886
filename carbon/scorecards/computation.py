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
from carbon.core.text_columns import Flags, lines_of, listed, same_text, text_array
from carbon.scorecards.catalogue import Catalogue, Formula
from carbon.scorecards.linter import COLUMNS, Row, day_of, failures_of, sound

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
_DEFINED = ("id", "audience", "theme", "raw_unit", "target_date", "direction", "evidence_uri", "owner", "frequency",
            "body", "feeds", "last_review", "baseline_date")
HALF_UP = "half_up"
_UNMEASURED: Mapping[str, Any] = {"numerator": np.nan, "denominator": np.nan, "raw": np.nan, "population": 0.0,
                                  "date": np.datetime64("NaT", "s")}
"""Values of columns of `MEASURES` where nothing was measured."""
Floats = npt.NDArray[np.floating[Any]]
Days = npt.NDArray[np.datetime64]
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


def status_of(done: float, expected: float) -> str:
    """Return the computed status: reached, on the way, behind, backwards, or "no data"."""
    if np.isnan(done):
        return NO_DATA
    if done < 0:
        return BACKWARDS
    return REACHED if done >= 1 else ON_THE_WAY if done >= expected else BEHIND


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
    return values_of(catalogue, sound(catalogue, faults), measures, baselines or {})


def values_of(catalogue: Catalogue, rows: Sequence[Row], measures: pd.DataFrame,
              baselines: Mapping[str, float]) -> pd.DataFrame:
    """Compute the `VALUES` of some definitions of a catalogue, as `values`."""
    periods = measures["period"].unique()
    if len(periods) > 1:
        raise UsageError(f"Measures of several periods: {', '.join(periods)}", hint="compute one period at a time")
    period, by_id = str(periods[0]) if len(periods) else "", catalogue.formulas
    columns = _measured(rows, measures)
    columns |= {"indicator_id" if c == "id" else c: text_array([row[c] for row in rows]) for c in _DEFINED}
    columns |= {"period": same_text(period, len(rows)), "method_version": same_text(METHOD_VERSION, len(rows))}
    computed = np.array([baselines.get(row["id"], np.nan) for row in rows], dtype=np.float64)
    typed, target = (np.asarray(pd.to_numeric(np.array([row[c] for row in rows], dtype=object), errors="coerce"),
                                dtype=np.float64) for c in ("baseline", "target"))
    baseline = np.where(np.isnan(computed), typed, computed)
    origin = np.where(np.isnan(computed), np.where(np.isnan(typed), "", STATED_BASELINE), COMPUTED_BASELINE)
    start, end = (np.array([day_of(row[c]) for row in rows], dtype="datetime64[s]")
                  for c in ("baseline_date", "target_date"))
    formulas = [by_id.get(row["formula_id"]) for row in rows]
    columns |= _results(columns, formulas, baseline, target, start, end)
    columns |= {"baseline_from": text_array(origin.tolist()),
                "about": text_array(["" if f is None else f.about for f in formulas]),
                **{name: np.full(len(rows), np.nan) for name in ("about_from", "about_to", "about_since")}}
    return VALUES.validate({c: columns[c] for c in VALUES.columns})


def _ratio(numerator: Any, denominator: Any, *, scale: float, half_up: bool = False) -> Any:
    """Return scale x numerator / denominator; NaN ("no data") where the denominator is zero. half_up, for RGAA rates in
    percent: in whole numbers, (200 c + n) // (2 n), never Python's round to even.
    """
    above, below = np.asarray(numerator, np.float64), np.asarray(denominator, np.float64)
    divisor = np.where(below != 0, below, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (200 * above + divisor) // (2 * divisor) if half_up else scale * above / divisor


def formula_value(formula: Formula, numerator: float, denominator: float) -> float:
    """Return scale x numerator / denominator of a formula, by its own rounding."""
    return float(_ratio(numerator, denominator, scale=formula.scale, half_up=formula.rounding == HALF_UP))


def with_figures(table: pd.DataFrame, then: Mapping[str, tuple[int, float]], now: Mapping[str, float]) -> pd.DataFrame:
    """Return values with the figure of the inventory that each speaks of, at its baseline (year, t CO2e) and now."""
    pairs = [then.get(name, (np.nan, np.nan)) for name in table["indicator_id"]]
    return table.assign(about_since=[float(year) for year, _ in pairs], about_from=[float(t) for _, t in pairs],
                        about_to=[float(now.get(about, np.nan)) for about in table["about"]])


def contradicted(table: pd.DataFrame) -> Flags:
    """Return which values have a good status while the figure that they speak of rose since the baseline."""
    then, now = (table[c].to_numpy(dtype=np.float64) for c in ("about_from", "about_to"))
    return np.isin(table["status"].to_numpy(dtype=object), GOOD) & (now > then * (1 + RISE))


def _measured(rows: Sequence[Row], measures: pd.DataFrame) -> dict[str, Any]:
    """Return the measures of each indicator; missing numbers and a population of zero where nothing was measured."""
    # One line a formula and scope: the key of `MEASURES`.
    place = {key: at for at, key in enumerate(lines_of(measures, ["formula_id", "scope"]))}
    at = np.array([place.get((row["formula_id"], row["scope"]), -1) for row in rows], dtype=np.intp)
    columns = {c: np.append(measures[c].to_numpy(), none)[at] for c, none in _UNMEASURED.items()}
    return columns | {"evidence": text_array([*listed(measures["evidence"]), ""]).take(at)}


def _results(columns: Mapping[str, Any], formulas: Sequence[Formula | None], baseline: Floats, target: Floats,
             start: Days, end: Days) -> dict[str, Any]:
    """Return value, progress and status of each indicator by its formula, baseline and target."""
    value = np.array([np.nan if f is None else formula_value(f, n, d) for f, n, d in zip(
        formulas, columns["numerator"], columns["denominator"], strict=True)], dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        progress = (value - baseline) / np.where(target != baseline, target - baseline, np.nan)
        expected = np.clip(_days(start, columns["date"]) / _days(start, end), 0.0, 1.0)
    status = [FOLLOWED if v == v and p != p else status_of(p, e)
              for v, p, e in zip(value.tolist(), progress.tolist(), expected.tolist(), strict=True)]
    return {"value": value, "unit": text_array(["" if f is None else f.unit for f in formulas]), "baseline": baseline,
            "target": target, "progress": progress, "expected": expected, "status": text_array(status)}


def _days(first: Days, last: Days) -> Floats:
    """Return the days from one day to another; missing where one is."""
    days = last.astype("datetime64[D]") - first.astype("datetime64[D]")
    return np.where(np.isnat(days), np.nan, days.astype(np.int64).astype(np.float64))
