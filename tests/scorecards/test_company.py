"""Indicators of a company and year, and their scorecards in two languages."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from carbon.core.errors import UsageError
from carbon.reports.tables.scorecard import figure_words, scorecard_table, scorecard_title, status_text
from carbon.reports.words.language import Words
from carbon.scorecards.catalogue import by_formula, catalogue
from carbon.scorecards.company import Indicators, indicators_of
from carbon.scorecards.computation import values
from carbon.scorecards.declared import measures_table
from tests.support.estate import records, table

DAY = date(2024, 12, 31)


def test_scorecards_speak_both_languages_and_hide_no_missing_value(good, public):
    """The public sheet has plain labels and no ids; what has no data says so."""
    whole = catalogue({"indicators": [good, public]})
    measured = values(whole, measures_table([("training_rate", "", 56, 100, 56, 1, "")], period="2024", on=DAY))
    found = Indicators("c", 2024, whole, pd.DataFrame(), pd.DataFrame(), measured)
    sheet = scorecard_table(found, "public", language="fr")
    assert scorecard_title(found, "public", language="fr") == "Pour tout le monde, 2024"
    assert sheet["indicator"].tolist() == ["Personnes formées"]
    assert sheet["status"].tolist() == ["en bonne voie"]
    assert list(sheet.columns) == ["indicator", "value", "au départ", "objectif", "status"]
    empty = values(whole, measures_table([], period="2024", on=DAY))
    own = scorecard_table(found, "performance", language="fr")
    # Those who act see what is divided by what.
    assert own["formula"].tolist() == [by_formula()[good["formula_id"]].words["fr"]]
    unknown = Indicators("c", 2024, whole, pd.DataFrame(), pd.DataFrame(), empty)
    assert scorecard_table(unknown, "public", language="en")["value"].tolist() == ["no data"]
    with pytest.raises(UsageError, match="No scorecard for 'press'"):
        scorecard_table(found, "press", language="en")


def followed(status, rises):
    """A row of a scorecard whose figure rose by 12 % since 2022."""
    return {"status": status, "rises": rises, "about": "scope2-location", "about_from": 100.0, "about_to": 112.0,
            "about_since": 2022.0}


def test_a_good_status_states_the_figure_that_rose():
    """"Target reached" never stands alone next to a scope that rose."""
    words = Words("fr")
    text = status_text(followed("reached", True), words)
    figure = "scope 2 (méthode fondée sur la localisation)"
    assert all(part in text for part in ("objectif atteint", figure, "12", "2022"))
    assert status_text(followed("reached", False), words) == "objectif atteint"
    assert figure_words("3.6", words) == "3.6 Déplacements professionnels" and figure_words("site/x", words) == "site/x"


TRAINING = table("training", *({"person_id": str(i), "hired_on": "2020-01-01", "course": "nr",
                                "completed_on": f"{2021 + i}-05-01"} for i in range(5)))


def computed(good, **changes):
    kept = records(indicators={"indicators": [{**good, "baseline_date": "2022-12-31", "baseline": "computed",
                                               "audience": "governance", **changes}]},
                   policies={"training_course": "nr", "onboarding_days": 60}, training=TRAINING)
    return indicators_of(kept, 2024, inventory=None)


def test_a_baseline_is_computed_with_what_was_true_then(good):
    """Two of five had done the course at the end of 2022, four at the end of 2024; the rows name file and line."""
    found = computed(good)
    row = found.table.iloc[0]
    assert (row["baseline"], row["value"], row["baseline_from"]) == (40, 80, "computed")
    assert found.history[["year", "value"]].to_numpy().tolist() == [[2022, 40], [2024, 80]]
    assert found.rows[["source_file", "source_line", "numerator"]].to_numpy().tolist() == [
        ["training.csv", line, float(line < 6)] for line in range(2, 7)]


@pytest.mark.parametrize(("changes", "rule"), [
    ({"baseline": "20"}, ["K-BASE"]), ({"baseline": "40"}, []), ({"baseline": "computed", "target": "30"}, ["K-EVAL"]),
    ({"baseline": "20", "baseline_date": "2022-06-30"}, [])])
def test_a_typed_baseline_that_the_records_contradict_hides_its_indicator(good, changes, rule):
    """40 % is computed: 20 is refused, 40 is not, a target below it is none; no value is of a day within a year."""
    found = computed(good, **changes)
    errors = found.violations[found.violations["severity"] == "error"]
    assert errors["rule"].tolist() == rule and len(found.table) == (not rule)


def test_an_indicator_of_a_table_that_is_not_kept_is_no_line_until_it_has_a_target(good):
    """The starter lists every practice; what nobody keeps nor has decided on is not on the page."""
    kept = records(indicators={"indicators": [
        {**good, "audience": "governance", "target": "", "target_date": "", "baseline": "computed"},
        {**good, "id": "decided", "scope": "", "theme": "other", "audience": "governance"}]})
    found = indicators_of(kept, 2024, inventory=None)
    assert found.scorecard("governance")["indicator_id"].tolist() == ["decided"]


def test_the_only_service_needs_no_name_and_one_of_two_does(good):
    """One audited service is meant by an empty scope; of two, both are named in the remark."""
    audit = {"date": "2024-01-01", "compliant": 50, "non_compliant": 50, "not_applicable": 6, "untested": 0}
    entry = {key: value for key, value in good.items() if not key.endswith("_unit")} | {
        "formula_id": "rgaa_rate", "audience": "governance", "baseline": "10", "baseline_date": "2022-06-30"}
    for services, value, said in ((["a"], 50.0, ""), (["a", "b"], None, "write one of a, b")):
        kept = records(indicators={"indicators": [entry]},
                       rgaa_audits=table("rgaa_audits", *({**audit, "service": s} for s in services)))
        found = indicators_of(kept, 2024, inventory=None)
        assert found.table["value"].fillna(-1).tolist() == [-1 if value is None else value]
        assert said in "".join(found.violations["what"])


def test_an_audit_of_years_ago_is_named_as_old(good):
    """The last audit is of 2021 and counts in 2024: its rate is shown with the age of its data."""
    entry = {key: value for key, value in good.items() if not key.endswith("_unit")} | {
        "formula_id": "rgaa_rate", "audience": "governance", "baseline": "computed", "last_review": "2024-12-01"}
    audits = table("rgaa_audits", {"service": "a", "date": "2021-03-01", "compliant": 50, "non_compliant": 50,
                                   "not_applicable": 6, "untested": 0})
    found = indicators_of(records(indicators={"indicators": [entry]}, rgaa_audits=audits), 2024, inventory=None)
    assert found.violations["rule"].tolist() == ["K-DATA"] and "1401 days" in found.violations["what"].item()
