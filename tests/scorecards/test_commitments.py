"""Verdicts of commitments: from indicators and criteria, the worst part first."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pydantic
import pytest

from carbon.core.errors import UsageError
from carbon.params.shapes.commitments import Commitments
from carbon.scorecards.commitments import commitments_table, criteria_list, criteria_result, reviewers_table, state_of
from tests.support.estate import table

ON = date(2025, 12, 31)
OBJECTIVE = {"id": "o", "text": {"fr": "Garder le matériel."}, "indicators": ["life"]}
CHARTER = {"id": "c", "kind": "charter", "title": {"fr": "Charte"}, "text": {"fr": "Moins."},
           "adopted_on": "2024-01-01", "body": "direction", "review_months": 12, "objectives": [OBJECTIVE]}


def found(status: str, rose: bool = False) -> SimpleNamespace:
    return SimpleNamespace(table=pd.DataFrame({
        "indicator_id": ["life"], "status": [status], "about": ["total"], "about_from": [1.0],
        "about_to": [2.0 if rose else 1.0]}))


def verdict(indicators=None, criteria=None, objective=None, **commitment) -> str:
    entry = {**CHARTER, "objectives": [{**OBJECTIVE, **(objective or {})}], **commitment}
    commitments = Commitments.model_validate({"commitments": [entry]})
    return commitments_table(commitments, indicators, criteria, on=ON, language="fr")["verdict"].item()


@pytest.mark.parametrize(("indicators", "expected"), [
    (found("reached"), "kept"), (found("on the way"), "on the way"), (found("behind"), "behind"),
    (found("backwards"), "behind"), (found("no data"), "cannot be judged"), (found("followed"), "cannot be judged"),
    (found("reached", rose=True), "contradicted"), (None, "cannot be judged")])
def test_a_verdict_is_that_of_its_indicator(indicators, expected):
    """A hidden one cannot be judged; a good one whose emissions rose is contradicted."""
    assert verdict(indicators) == expected


def test_days_and_ends_decide():
    """On the way after the day is not kept; after its end a label is expired, however good; unmeasured is open."""
    assert verdict(found("on the way"), objective={"due": "2025-06-30"}) == "not kept"
    assert verdict(found("behind"), objective={"due": "2025-06-30"}) == "not kept"
    assert verdict(found("reached"), objective={"due": "2025-06-30"}) == "kept"
    assert verdict(found("reached"), valid_until="2025-06-30") == "expired"
    assert verdict(objective={"indicators": []}) == "cannot be judged"


def criteria(*results: str, framework: str = "RGESN 2024") -> pd.DataFrame:
    return table("criteria", *({"framework": framework, "criterion_id": str(i), "result": r}
                               for i, r in enumerate(results)))


def test_a_list_of_criteria_is_judged_only_if_it_is_complete():
    """78 criteria are published: 77 cannot be judged, nor can an untested one; one that fails is not kept."""
    full = ["compliant"] * 77
    assert criteria_result(criteria(*full, "not_applicable"), "rgesn 2024")[0] == "kept"
    assert criteria_result(criteria(*full), "rgesn 2024")[0] == "cannot be judged"
    assert criteria_result(criteria(*full, "untested"), "rgesn 2024")[0] == "cannot be judged"
    assert criteria_result(criteria(*full, "non_compliant"), "RGESN 2024") == (
        "not kept", "criteria:RGESN 2024:77:78:0:78:78")
    ours = criteria("compliant", framework="ours")
    # Three criteria of a list whose length nobody states may be three of a hundred.
    assert criteria_result(ours, "ours")[0] == "cannot be judged" == criteria_result(ours, "ours", 2)[0]
    assert criteria_result(ours, "ours", 1)[0] == "kept" == verdict(
        criteria=ours, objective={"indicators": [], "criteria": "ours", "criteria_number": 1})
    assert criteria_result(None, "ours")[0] == "cannot be judged"


def test_reviews_are_in_time_by_their_own_interval():
    """A month more is let be; a day in the future is no review."""
    assert [state_of(day, 12, ON) for day in (date(2024, 12, 31), date(2024, 11, 1), None, date(2026, 1, 1))] == [
        "in time", "late", "never", "never"]


def test_a_mission_names_its_committee_and_verifier():
    """Both bodies are required, an opinion has its day and evidence, perma principles are three."""
    committee = {"name": "comité", "every_months": 12, "last_on": "2025-06-01", "opinion": "favorable",
                 "evidence": "avis.pdf"}
    mission = {**CHARTER, "kind": "mission", "committee": committee, "verifier": {"name": "OTI", "every_months": 24}}
    made = Commitments.model_validate({"commitments": [mission]})
    assert reviewers_table(made, on=ON, language="fr")["state"].tolist() == ["in time", "never"]
    for wrong in ({**CHARTER, "kind": "mission"}, {**CHARTER, "kind": "perma"},
                  {**mission, "committee": {**committee, "evidence": ""}},
                  {**CHARTER, "objectives": [OBJECTIVE, OBJECTIVE]}):
        with pytest.raises(pydantic.ValidationError):
            Commitments.model_validate({"commitments": [wrong]})


def test_the_packaged_list_is_judged_by_its_own_criteria():
    """106 criteria of RGAA 4.1.2: all met are kept; one that the list does not have cannot stand in for another."""
    packaged = criteria_list("RGAA 4.1.2")
    assert len(packaged) == 106 and packaged["text"].str.endswith("?").sum() > 100
    assert criteria_result(packaged, "RGAA 4.1.2")[0] == "cannot be judged"
    met = packaged.assign(result="compliant").astype({"result": "str"})
    assert criteria_result(met, "rgaa 4.1.2")[0] == "kept"
    ids = met["criterion_id"].mask(met["criterion_id"] == "13.12", "99.9")
    assert criteria_result(met.assign(criterion_id=ids), "RGAA 4.1.2")[0] == "cannot be judged"
    with pytest.raises(UsageError, match=r"packaged: RGAA 4\.1\.2"):
        criteria_list("RGESN 2024")
