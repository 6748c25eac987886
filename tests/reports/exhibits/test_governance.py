"""Commitments and indicators on pages: the adopted text next to its verdict, in the reader's words."""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from carbon.params.shapes.commitments import Commitments
from carbon.reports.exhibits import governance
from carbon.reports.exhibits.digital import Attempt
from carbon.reports.tables import governance as tables
from carbon.reports.words.language import Words, term_key
from carbon.scorecards.company import indicators_of
from carbon.trajectory import Situation, Target, ruleset, rulesets
from carbon.trajectory.findings import _RULES
from carbon.trajectory.rulesets import _WAYS
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
    assert lines["why_text"][2] == "rien ne le mesure" and lines["review"][0] == "1er juin 2024 (à jour)"


def test_committee_and_verifier_are_shown_with_the_age_of_their_opinion(kept):
    """One is late by its own interval, the other has never looked."""
    lines = governance.reviewers_lines(kept, INVENTORY, Words("fr"))
    assert lines["review"].tolist() == ["1er janvier 2022 (en retard)", "jamais"]
    assert lines["role"].tolist() == ["Comité", "Organisme tiers indépendant"]


def test_a_datapoint_is_fed_by_the_value_and_an_unknown_one_is_a_remark(attempt):
    """VSME B10 has the value and its evidence; VSME B99 is no datapoint, and the rules name it."""
    lines = governance.datapoints_table(attempt, Words("en"))
    assert lines[["datapoint", "value_now"]].to_numpy().tolist() == [["VSME B10", "75%"]]
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


def _situation(base_t: float) -> Situation:
    kg = pd.Series({"1": base_t * 1000, "2": 0.0})
    return Situation(base_kg=kg, recent_kg=kg, recent_year=2025, by_scope=pd.Series({"1": 1e5, "2": 0.0, "3": 9e5}),
                     excluded_kg=pd.Series({"3": 0.0}), years=pd.DataFrame())


def _target(scopes: list[str], **more: object) -> Target:
    return Target(id="cut", scopes=scopes, scope2_method="market-based", base_year=2020, target_year=2030,
                  reduction=0.40, **more)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_target_is_judged_under_rulesets_by_name(language: str):
    """100 t cut by 40 % is 2 t short of 42 %; no id of a record or English rule reaches a French reader."""
    lines = tables.ruleset_lines([("Ours", _target(["1", "2"]), _situation(100))], date(2025, 12, 31), Words(language))
    sbti = lines[lines["ruleset_name"] == ruleset("sbti_near_term_pre_2026").name[language]].iloc[0]
    assert (sbti["missed"][:8], sbti["verdict_text"]) == ("ambition", {"en": "missed", "fr": "non respecté"}[language])
    assert not lines["ruleset_name"].isin(rulesets()).any() and "snbc_2" not in lines.to_string()
    assert lines["verdict_text"].iloc[-1] == {"en": "does not apply", "fr": "ne s’applique pas"}[language]
    esrs = lines[lines["ruleset_name"] == ruleset("esrs_e1_set1").name[language]].iloc[0]
    assert esrs["missing_t"] == pytest.approx(2.0)


def test_a_target_on_scope_3_answers_the_rule_that_asks_for_one():
    """Scope 3 is 90 % of the total: the target on scopes 1 and 2 alone misses that rule, with another target not."""
    ours, day, words = ("Ours", _target(["1", "2"]), _situation(100)), date(2025, 12, 31), Words("en")
    alone = tables.ruleset_lines([ours], day, words)
    both = tables.ruleset_lines([ours, ("Theirs", _target(["3"]), None)], day, words)
    assert "scope 3 target required" in alone["missed"][0] and "scope 3" not in both["missed"][0]


def test_what_no_ruleset_can_judge_has_a_line():
    """A target without a base year, and a ruleset of the company that is not packaged, are never left out."""
    day, words = date(2025, 12, 31), Words("en")
    without_base = tables.ruleset_lines([("Ours", _target(["1"]), None)], day, words)
    assert without_base[["verdict_text", "unjudged"]].values.tolist() == [["cannot be judged", "base year"]]
    named = tables.ruleset_lines([("Ours", _target(["1", "2"], ruleset="our_sector"), _situation(100))], day, words)
    assert ["our_sector", "cannot be judged"] in named[["ruleset_name", "verdict_text"]].values.tolist()
    chosen = tables.ruleset_lines([("Ours", _target(["1", "2"], ruleset="sbti_cnzs_2_0"), _situation(100))], day, words)
    assert "SBTi Net-Zero Standard V2.0 (named by the company)" in chosen["ruleset_name"].tolist()


def test_every_rule_has_a_name_in_both_languages():
    """A rule added to the findings or to a record gets its words, or its English name would be on a French page."""
    rules = {rule for _, rule, _ in (*_RULES, *_WAYS)} | {"boundary", "applies", "nothing to judge"} | {
        rule for record in rulesets().values() for rule in record.not_known}
    assert sorted(rule for rule in rules if not Words("fr").has(f"rule.{term_key(rule)}")) == []


def test_the_sign_off_names_no_identity_and_its_commands_do_not_print(report):
    """The page is part of what is signed: it gives the steps in order, and how the identity is read."""
    html = str(report.signoff().html)
    commands = re.findall(r'<p class="trace"><code>carbon (\w+)', html)
    assert commands == ["verify", "review", "audit", "review"] and not re.search(r"[0-9a-f]{12}", html)
    assert "signoff.html" in html and "atelier-exemple/signatures.jsonl" in html
    texts = report.evidence().table["value"]
    read = report.words.number(report.exhibit("coverage").table["read"].sum(), 0)
    assert f"Files: {len(report.inventory.sources)}. Rows of the year: {read}; " in texts[0]
    assert "carbon verify" in texts.iloc[-1]


def test_what_a_signature_covers_is_read_in_the_language_of_the_page(report):
    """A French page marks none of its own French words as English for a screen reader."""
    french = dataclasses.replace(report, language="fr")
    assert "Fichiers" in str(french.evidence()._repr_html_()) and "lang=" not in str(french.evidence()._repr_html_())
