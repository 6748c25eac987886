"""Values with their parts, and progress that is not clipped."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd
import pytest

from carbon.core.errors import MethodError, UsageError
from carbon.scorecards.catalogue import catalogue
from carbon.scorecards.computation import contradicted, progress, status_of, values, with_figures
from carbon.scorecards.declared import measures_table

DAY = date(2024, 12, 31)


def compute(entry, numerator, denominator, *, raw=None, on=DAY, population=1.0):
    row = (entry["formula_id"], entry.get("scope", ""), numerator, denominator, numerator if raw is None else raw,
           population, "a file")
    return values(catalogue({"indicators": [entry]}), measures_table([row], period=str(on.year), on=on))


def test_value_progress_and_status_by_hand(good):
    """56 of 100 people: 56 %; progress (56 - 20) / (80 - 20) = 0.6; 731 of 1461 days: on the way; at 0.5 it is
    behind.
    """
    row = compute(good, 56, 100).iloc[0]
    assert (row["value"], row["progress"]) == (56, pytest.approx(0.6))
    assert compute(good, 50, 100)["status"].item() == "behind"
    assert row["expected"] == pytest.approx(731 / 1461)
    assert row["status"] == "on the way"
    assert (row["numerator"], row["denominator"], row["evidence"]) == (56, 100, "a file")


def test_progress_is_not_clipped(good):
    """Going backwards shows, and so does more than the target."""
    assert compute(good, 10, 100)["progress"].item() == pytest.approx(-1 / 6)
    assert compute(good, 10, 100)["status"].item() == "backwards"
    assert compute(good, 95, 100)["progress"].item() == 1.25
    assert progress(90, 100, 60) == 0.25
    with pytest.raises(MethodError):
        progress(1, 2, 2)


@pytest.mark.parametrize("denominator", [0, math.nan])
def test_denominator_zero_is_no_data(good, denominator):
    """Never 0 % or 100 %."""
    row = compute(good, 0, denominator).iloc[0]
    assert math.isnan(row["value"]) and row["status"] == "no data"


def test_an_indicator_without_measure_has_no_data(good):
    """It stands in the table, empty."""
    table = values(catalogue({"indicators": [good]}), measures_table([], period="2024", on=DAY))
    assert table["status"].tolist() == ["no data"]


def test_rgaa_is_rounded_half_up_in_the_table(good):
    """1 of 8 criteria is 13 %."""
    entry = {**good, "formula_id": "rgaa_rate", "raw_unit": "criteria", "numerator_unit": "criteria",
             "denominator_unit": "criteria"}
    assert compute(entry, 1, 8)["value"].item() == 13


def test_measures_of_two_periods_are_refused(good):
    """One period at a time."""

    one, two = (measures_table([("training_rate", "", 1, 2, 1, 1, "")], period=p, on=DAY) for p in ("2023", "2024"))
    with pytest.raises(UsageError, match="several periods"):
        values(catalogue({"indicators": [good]}), pd.concat([one, two]))


def test_status_words():
    """Computed from progress and time only."""
    assert [status_of(p, 0.5) for p in (math.nan, -0.1, 0.2, 0.5, 1.0)] == [
        "no data", "backwards", "behind", "on the way", "reached"]


def test_without_baseline_or_target_a_value_is_followed(good):
    """56 % is shown and nothing is judged; the computed baseline takes its place as soon as there is one."""
    entry = {**good, "baseline": "computed"}
    measures = measures_table([("training_rate", "", 56, 100, 56, 1, "")], period="2024", on=DAY)
    row = values(catalogue({"indicators": [entry]}), measures).iloc[0]
    assert (row["value"], row["status"], row["baseline_from"]) == (56, "followed", "")
    row = values(catalogue({"indicators": [entry]}), measures, baselines={"training": 20.0}).iloc[0]
    assert (row["progress"], row["baseline_from"]) == (pytest.approx(0.6), "computed")


def test_a_good_status_next_to_a_figure_that_rose_is_contradicted(good):
    """Rising from 100 to 103 t contradicts, to 101 t (a rounding) does not; a bad status claims nothing."""
    reached, behind = compute(good, 95, 100), compute(good, 30, 100)
    for table, to, is_contradicted in ((reached, 103.0, True), (reached, 101.0, False), (behind, 103.0, False)):
        table = table.assign(about="scope1")
        found = with_figures(table, {"training": (2022, 100.0)}, {"scope1": to})
        assert contradicted(found).tolist() == [is_contradicted]
