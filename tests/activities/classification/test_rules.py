"""Which rule a purchase falls under: the company's in file order, then the account map."""

from __future__ import annotations

from hashlib import sha256

import pytest
from company_rules import rule, rules_of

from carbon.activities import classify
from carbon.activities.classification.charts import PACKAGE, chart_table
from carbon.core import packaged


def test_company_rules_come_before_the_account_map(read):
    """The map speaks only where the company does not."""
    rules = [rule("own", {"account": ["6226"]}, activity="purchase.nace.M71")]
    lines = [{"account": "622600"}, {"account": "622700"}]
    assert rules_of(read, lines, rules, account_map="pcg") == ["own", "pcg:622"]


def test_account_map_includes_excludes_and_asks(read):
    """Fees are a purchase, wages are not, and a rent needs a person to say what is rented."""
    result = classify(read(purchases=[{"account": "622600"}, {"account": "641100"}, {"account": "613200"},
                                      {"account": "218300"}], account_map="pcg"))
    assert result.activities[["activity", "category"]].values.tolist() == [
        ["purchase.nace.M69_70", 1], ["purchase.nace.C26", 2]]
    assert result.ledger[["outcome", "code"]].values.tolist() == [
        ["excluded", "excluded_by_rule"], ["rejected", "needs_review"]]


def test_without_account_map_accounts_stay_open(read):
    """The French map is used only where the company names it."""
    assert classify(read(purchases=[{"account": "622600"}])).ledger["code"].tolist() == ["unclassified"]


def test_unclassified_are_grouped_largest_first(read):
    """Groups by supplier, account and category, ordered by their amount without sign; currencies stay apart."""
    lines = [{"supplier": "A", "amount": 10.0}, {"supplier": "B", "amount": -50.0},
             {"supplier": "A", "amount": 15.0}, {"supplier": "A", "amount": 20.0, "currency": "USD"}]
    waiting = classify(read(purchases=lines)).unclassified
    assert waiting[["supplier", "currency", "rows", "amount"]].values.tolist() == [
        ["B", "EUR", 1, -50.0], ["A", "EUR", 2, 25.0], ["A", "USD", 1, 20.0]]


@pytest.mark.parametrize("name", [
    "charts", "no_purchase", *(f"{name}_map" for name in chart_table()["name"]),
    "desnz_haul", "flight_bands", "carriers", "travel_activities", "travel_services", "ev_consumption",
    "vocabulary", "record_words", "activity_categories", "country_words", "freight_sizes"])
def test_packaged_tables_carry_their_citation(name):
    """Each table has a citation beside it, with its own hash."""
    citation = packaged.read_yaml(PACKAGE, f"data/{name}.yml")
    assert citation["title"] and citation["publisher"] and citation["licence"]
    assert citation["sha256"] == sha256(packaged.read_bytes(PACKAGE, f"data/{name}.csv")).hexdigest()
