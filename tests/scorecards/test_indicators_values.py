"""Values with their parts, progress that is not clipped, and scorecards in two languages."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd
import pytest

from carbon.core.errors import MethodError, UsageError
from carbon.reports.tables.scorecard import scorecard_table, scorecard_title
from carbon.scorecards.catalogue import catalogue, formulas
from carbon.scorecards.company import Indicators
from carbon.scorecards.computation import progress, status_of, values
from carbon.scorecards.linter import check_values
from carbon.scorecards.measuring import measures_table

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
    import pandas as pd

    one, two = (measures_table([("training_rate", "", 1, 2, 1, 1, "")], period=p, on=DAY) for p in ("2023", "2024"))
    with pytest.raises(UsageError, match="several periods"):
        values(catalogue({"indicators": [good]}), pd.concat([one, two]))


def test_status_words():
    """Computed from progress and time only."""
    assert [status_of(p, 0.5) for p in (math.nan, -0.1, 0.2, 0.5, 1.0)] == [
        "no data", "backwards", "behind", "on the way", "reached"]


def test_a_ratio_that_improves_while_its_raw_value_worsens_is_named(good):
    """Fewer trained people of far fewer people: the rate rises, the number falls by more than 5 %."""
    before, after = compute(good, 50, 100, on=date(2023, 12, 31)), compute(good, 40, 60)
    found = check_values(after, before, on=DAY)
    assert found["rule"].tolist() == ["K-GAME"] and "50 to 66.67" in found["what"].item()
    assert check_values(compute(good, 60, 100), before, on=DAY).empty


def test_stale_and_partial_values_are_warned_of(good):
    """Older than its frequency; under 80 % of the population."""
    none = compute(good, 1, 2).iloc[:0]
    assert check_values(compute(good, 50, 100), none, on=date(2026, 6, 1))["rule"].tolist() == ["K-DATA"]
    assert "70%" in check_values(compute(good, 50, 100, population=0.7), none, on=DAY)["what"].item()


def test_scorecards_speak_both_languages_and_hide_no_missing_value(good, public):
    """The public sheet has plain labels and no ids; what has no data says so."""
    whole = catalogue({"indicators": [good, public]})
    table = values(whole, measures_table([("training_rate", "", 56, 100, 56, 1, "")], period="2024", on=DAY))
    found = Indicators("c", 2024, whole, pd.DataFrame(), pd.DataFrame(), table)
    sheet = scorecard_table(found, "public", language="fr")
    assert scorecard_title(found, "public", language="fr") == "Pour tout le monde, 2024"
    assert sheet["indicator"].tolist() == ["Personnes formées"]
    assert sheet["status"].tolist() == ["en bonne voie"]
    assert list(sheet.columns) == ["indicator", "value", "au départ", "objectif", "status"]
    empty = values(whole, measures_table([], period="2024", on=DAY))
    own = scorecard_table(found, "performance", language="fr")
    known = formulas().set_index("formula_id")["words_fr"]
    assert own["formula"].tolist() == [known[good["formula_id"]]]  # those who act are told what was divided by what
    unknown = Indicators("c", 2024, whole, pd.DataFrame(), pd.DataFrame(), empty)
    assert scorecard_table(unknown, "public", language="en")["value"].tolist() == ["no data"]
    with pytest.raises(UsageError, match="No scorecard for 'press'"):
        scorecard_table(found, "press", language="en")
