"""The scope 3 category of a rule that names none."""

from __future__ import annotations

import pytest

from carbon.activities import classify
from carbon.activities.classification.own_category import place
from carbon.core import packaged
from carbon.factors import load
from carbon.params.shapes.company import Rule


def rule(activity: str, **given) -> dict:
    return {"id": "own", "when": {"supplier": ["Maison"]}, "activity": activity, **given}


@pytest.mark.parametrize(("activity", "category"), [
    ("flight.long_haul.average", 6), ("rail.tgv", 6), ("hotel_night", 6), ("taxi.regular", 6),
    ("freight.hgv.average", 4),
    ("waste.glass.landfill", 5), ("water.treatment", 5), ("water.supply", 1), ("it.laptop", 2),
    ("furniture.wooden_table", 2), ("homeworking.total", 7), ("material.glass", 1), ("purchase.nace.J62_63", 1),
    ("purchase.nace.E37T39", 5), ("purchase.naics.562111", 5), ("purchase.naics.334111", 1), ("waste_oils", None),
    ("purchase.nace.H51", None), ("purchase.naics.481000", None), ("natural_gas", None), ("electricity", None),
    ("company_car.small.diesel", None), ("refrigerant.r410a", None)])
def test_a_rule_without_a_category_takes_that_of_its_activity(read, activity, category):
    """Flights are category 6 and freight 4, never 1; what may be several categories, or none, is rejected."""
    result = classify(read(purchases=[{"supplier": "Maison"}], rules=[rule(activity)]))
    if category is None:
        assert result.ledger[["outcome", "code"]].values.tolist() == [["rejected", "category_unclear"]]
        assert activity in result.ledger["reason"].item() and "category" in result.ledger["what_to_do"].item()
    else:
        assert result.activities[["scope", "category"]].values.tolist() == [["3", category]]


@pytest.mark.parametrize(("given", "expected"), [
    ({"category": 4}, ("3", 4)), ({"scope": "1"}, ("1", 0)), ({"scope": "3", "category": 8}, ("3", 8))])
def test_a_stated_scope_or_category_holds(read, given, expected):
    """What the rule states is not replaced by the activity's own category."""
    activity = classify(read(purchases=[{"supplier": "Maison"}], rules=[rule("natural_gas", **given)])).activities
    assert tuple(activity[["scope", "category"]].iloc[0]) == expected


def test_the_purchase_of_uncovered_days_takes_its_own_category(read):
    """`otherwise` without a category is no category 1 either."""
    own = {"id": "own", "when": {"supplier": ["Maison"]}, "set_aside_for": "travel",
           "otherwise": {"activity": "flight.short_haul.average"}}
    assert classify(read(purchases=[{"supplier": "Maison"}], rules=[own])).activities["category"].tolist() == [6]


def test_a_fixed_asset_is_capital_goods(read):
    """On an account of class 2 of the French chart a purchase by money is category 2; elsewhere it is 1."""
    lines = [{"supplier": "Maison", "account": "218300"}, {"supplier": "Maison", "account": "606300"}]
    rules = [rule("purchase.nace.C26")]
    result = classify(read(purchases=lines, rules=rules, account_map="pcg"))
    assert result.activities["category"].tolist() == [2, 1]
    assert classify(read(purchases=lines, rules=rules)).activities["category"].tolist() == [1, 1]


@pytest.mark.parametrize("activity", ["hosting.own_factor", "purchase.nace.I"])
def test_an_assumed_category_is_said_with_its_amount(read, activity):
    """An activity of the company's own, or one of a second category, is counted in its usual one with a warning."""
    result = classify(read(purchases=[{"supplier": "Maison", "amount": 250.0}], rules=[rule(activity)]))
    warned = dict(result.warnings.values.tolist())
    assert result.activities["category"].tolist() == [1]
    assert "250.00 EUR" in warned["category_assumed"] and activity in warned["category_assumed"]
    stated = classify(read(purchases=[{"supplier": "Maison"}], rules=[rule(activity, category=1)]))
    assert stated.warnings.empty


def test_a_physical_record_keeps_its_scope(read):
    """A rule that renames meter readings and names no scope leaves them where they were."""
    own = {"id": "bio", "when": {"kind": ["energy"], "site": ["lyon"]}, "activity": "biogas"}
    result = classify(read(energy=[{"carrier": "natural_gas", "unit": "kWh_HHV"}], rules=[own]))
    assert result.activities[["activity", "scope", "category"]].values.tolist() == [["biogas", "1", 0]]


def test_every_activity_of_the_library_has_an_entry():
    """An activity that the table forgets would be goods and services."""
    entries = packaged.read_rows("carbon.activities", "data/activity_categories.csv")
    assert len({e["activity"] for e in entries}) == len(entries)
    for activity in load().table["activity"].unique():
        where = place(Rule.model_validate(rule(activity)))
        assert "company's own" not in where.assumed, activity
