"""`carbon explain` of an indicator and of a row: what the published set holds, and nothing computed anew."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from carbon.core.errors import UsageError
from carbon.reports.exhibits.digital import Attempt
from carbon.reports.filings.indicators import indicators_table
from carbon.reports.words.language import Words
from carbon.runs.company_year.inventory_content import _indicators
from carbon.runs.review import explain_indicator as explained
from carbon.scorecards.company import indicators_of
from tests.reports.exhibits.test_governance import INDICATOR
from tests.support.estate import records, table

MANIFEST = {"dependencies": {"inputs": {"training.csv": "abc"}}}


@pytest.fixture
def found():
    people = table("training", *({"person_id": str(i), "hired_on": "2020-01-01", "course": "nr",
                                  "completed_on": f"{2022 + i}-05-01"} for i in range(4)))
    entries = [INDICATOR, {**INDICATOR, "id": "wrong", "owner": "", "theme": "other"}]
    kept = records(indicators={"indicators": entries}, training=people,
                   policies={"training_course": "nr", "onboarding_days": 60})
    return indicators_of(kept, 2024, inventory=None)


@pytest.fixture
def explain(monkeypatch, found):
    tables = _indicators(found, Attempt(None, ""))
    monkeypatch.setattr(explained, "published_table", lambda folder, name: tables[name])
    return lambda name: explained.explain_indicator(Path(), f"c/2024/{name}", name, MANIFEST)


def test_an_indicator_leads_to_its_years_rows_and_files(explain):
    """Value, parts and baseline; two years; four rows, three of them in the numerator; the file with its hash."""
    found = explain("indicator/training")
    assert (found.facts["value"], found.facts["baseline"], found.facts["numerator"]) == (75, 25, 3)
    assert found.history["value"].tolist() == [25, 75] and found.rows["numerator"].sum() == 3
    assert found.files.to_numpy().tolist() == [["training.csv", "abc"]]
    text = found.text(2)
    assert "Rows (2 of 4)" in text and "training.csv  abc" in text
    assert json.loads(json.dumps(found.as_json()))["progress"] == pytest.approx(50 / 65)


def test_a_hidden_indicator_leads_to_the_rule_that_it_breaks(explain):
    """It has no value, and its rule is named."""
    found = explain("indicator/wrong")
    assert found.facts == {"status": "hidden: it breaks a rule"} and "K-OBJ" in set(found.rules["rule"])


def test_a_row_leads_to_the_indicators_that_it_counts_in(explain):
    """Line 5 is in the denominator alone; a line that nothing counts is said so; what is no row is an error."""
    assert explain("row/training.csv:5").rows[["numerator", "denominator"]].to_numpy().tolist() == [[0, 1]]
    assert explain("row/training.csv:99").facts["counts in"] == "no indicator of this year"
    for wrong in ("row/other.csv:2", "row/training.csv", "indicator/none"):
        with pytest.raises(UsageError):
            explain(wrong)


def test_indicators_that_nobody_could_hold_against_the_inventory_are_not_filed(found):
    """Where that comparison fails the set states no difference, and no agreement either: no filing takes a value."""
    held = _indicators(found, Attempt(None, ""))["indicators"].assign(feeds="ESRS E1-6")
    not_held = _indicators(found, Attempt(None, "No grid factor of zone DE"))["indicators"].assign(feeds="ESRS E1-6")
    assert "differs" in held and "differs" not in not_held
    assert indicators_table("esrs_e1", not_held, {}, None, Words("en"), "") is None
