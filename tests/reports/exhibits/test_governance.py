"""Commitments and indicators on pages: the adopted text next to its verdict, in the reader's words."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from carbon.core.params.commitments import Commitments
from carbon.reports.exhibits import governance
from carbon.reports.exhibits.digital import Attempt
from carbon.reports.words.language import Words
from carbon.scorecards.company import indicators_of
from tests.support.estate import records, table

INVENTORY = SimpleNamespace(year=2024, params=SimpleNamespace(reporting_year_starts="01-01"))
COMMITMENTS = Commitments.model_validate({"commitments": [{
    "id": "mission", "kind": "mission", "title": {"fr": "Raison d'être"}, "text": {"fr": "Moins."},
    "adopted_on": "2023-01-01", "body": "direction", "review_months": 12,
    "committee": {"name": "comité de mission", "every_months": 12, "last_on": "2022-01-01"},
    "verifier": {"name": "organisme tiers", "every_months": 24},
    "objectives": [
        {"id": "a", "text": {"fr": "Former."}, "indicators": ["training"], "reviewed_on": "2024-06-01"},
        {"id": "b", "text": {"fr": "Appliquer le RGESN."}, "criteria": "RGESN 2024"},
        {"id": "c", "text": {"fr": "Autre chose."}}]}]})
INDICATOR = {
    "id": "training", "audience": "governance", "theme": "people", "label_en": "People trained",
    "label_fr": "Personnes formées", "formula_id": "training_rate", "direction": "up", "baseline": "computed",
    "baseline_date": "2022-12-31", "target": "90", "target_date": "2030-12-31", "source_system": "training",
    "owner": "people team", "evidence_uri": "data/training.csv", "frequency": "yearly", "feeds": "VSME B10; VSME B99"}


@pytest.fixture
def kept():
    people = table("training", *({"person_id": str(i), "hired_on": "2020-01-01", "course": "nr",
                                  "completed_on": f"{2022 + i}-05-01"} for i in range(4)))
    criteria = table("criteria", *({"framework": "RGESN 2024", "criterion_id": str(i), "result": "compliant"}
                                   for i in range(77)))
    return records(indicators={"indicators": [INDICATOR]}, commitments=COMMITMENTS, training=people,
                   criteria=criteria, policies={"training_course": "nr", "onboarding_days": 60})


@pytest.fixture
def attempt(kept):
    return Attempt(indicators_of(kept, 2024, inventory=None), "")


def test_each_objective_is_in_its_adopted_words_next_to_its_verdict(kept, attempt):
    """On the way by its indicator's label; a list of 77 of 78 cannot be judged; nothing measures the last one."""
    lines = governance.commitments_lines(kept, INVENTORY, attempt, Words("fr"))
    assert lines["adopted_text"].tolist() == ["Former.", "Appliquer le RGESN.", "Autre chose."]
    assert lines["verdict_text"].tolist() == ["en bonne voie", "ne peut pas être jugé", "ne peut pas être jugé"]
    assert "Personnes formées" in lines["why_text"][0] and "77 critères au lieu de 78" in lines["why_text"][1]
    assert lines["why_text"][2] == "rien ne le mesure" and lines["review"][0] == "1 juin 2024 (à jour)"


def test_committee_and_verifier_are_shown_with_the_age_of_their_opinion(kept):
    """One is late by its own interval, the other has never looked."""
    lines = governance.reviewers_lines(kept, INVENTORY, Words("fr"))
    assert lines["review"].tolist() == ["1 janvier 2022 (en retard)", "jamais"]
    assert lines["role"].tolist() == ["Comité", "Organisme tiers indépendant"]


def test_a_datapoint_is_fed_by_the_value_and_an_unknown_one_is_a_remark(attempt):
    """VSME B10 has the value and its evidence; VSME B99 is no datapoint, and the rules name it."""
    lines = governance.datapoints_table(attempt, Words("en"))
    assert lines[["datapoint", "value_now"]].to_numpy().tolist() == [["VSME B10", "75 %"]]
    rules = governance.rules_table(attempt, Words("fr"))
    assert [text for text in rules["finding"] if "VSME B99" in text] and "remarque" in set(rules["effect"])


def test_without_a_file_nothing_is_shown():
    """No commitments, no indicators: tables without columns, and no words."""
    bare = records()
    for lines in (governance.commitments_lines(bare, INVENTORY, Attempt(None, ""), Words("en")),
                  governance.reviewers_lines(bare, INVENTORY, Words("en")),
                  governance.datapoints_table(Attempt(None, ""), Words("en"))):
        assert lines.columns.empty
    assert governance.scorecard_html(pd.DataFrame(), Attempt(SimpleNamespace(), ""), Words("en")) == ""
