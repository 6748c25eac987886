"""Purchases become money in the company's currency, or quantities where a rule asks."""

from __future__ import annotations

import pytest

from carbon.activities import classify

ANY = [{"id": "any", "when": {"supplier": ["*"]}, "activity": "purchase.nace.S96"}]


def test_foreign_currency_at_the_rate_of_the_day(read):
    """quantity = amount x rate; the rate, its day and the amount stay on the row; the ledger keeps the currency."""
    result = classify(read(purchases=[{"amount": 109.13, "currency": "USD", "day": "2024-04-02"}], rules=ANY))
    row = result.activities.iloc[0]
    # ECB, 2 April 2024: 1 EUR = 1.0749 USD
    assert row["fx_rate"] == pytest.approx(1 / 1.0749, rel=1e-12)
    assert row["quantity"] == pytest.approx(109.13 / 1.0749, rel=1e-12)
    assert (row["unit"], row["fx_date"], row["record_unit"], row["record_amount"]) == (
        "EUR", "2024-04-02", "USD", 109.13)


def test_a_credit_note_stays_negative_and_cancels_its_invoice(read):
    """Nothing is clipped or made positive."""
    lines = [{"amount": 80.1, "currency": "GBP"}, {"amount": -80.1, "currency": "GBP"}]
    quantity = classify(read(purchases=lines, rules=ANY)).activities["quantity"]
    assert quantity.iloc[1] < 0
    assert quantity.sum() == 0.0


@pytest.mark.parametrize(("line", "code"), [
    ({"currency": "XYZ"}, "currency_unknown"), ({"currency": ""}, "currency_unknown"), ({"currency": "AOA"}, "no_rate"),
])
def test_a_currency_without_rate_is_rejected(read, line, code):
    """It is never summed as if it were the company's."""
    result = classify(read(purchases=[line], rules=ANY))
    assert result.activities.empty
    assert result.ledger[["outcome", "code", "value"]].values.tolist() == [["rejected", code, line["currency"]]]


def test_quantities_where_the_rule_asks(read):
    """Ten laptops are ten laptops; without a quantity the line is rejected, never taken by its money."""
    rules = [{"id": "it", "when": {"category": ["laptop"]}, "activity": "it.laptop", "category": 2,
              "use_quantity": True}]
    lines = [{"category": "laptop", "quantity": 10.0, "unit": "unit", "amount": 9000.0}, {"category": "laptop"}]
    result = classify(read(purchases=lines, rules=rules))
    row = result.activities.iloc[0]
    assert (row["quantity"], row["unit"], row["tier"], row["category"]) == (10.0, "unit", "physical average", 2)
    assert row["record_amount"] == 9000.0
    assert result.ledger["code"].tolist() == ["quantity_missing"]


def test_year_mean(read):
    """With fx: year_mean the rate is the year's, and says so."""
    row = classify(read(purchases=[{"currency": "USD"}], rules=ANY, fx="year_mean")).activities.iloc[0]
    assert row["fx_date"] == "2024"
    assert 0.9 < row["fx_rate"] < 0.95


def test_a_supplier_abroad_keeps_both_countries(read):
    """Money bought in France from Germany is priced by what Germany produces, else by what France buys; a supplier at
    home changes nothing; goods are counted where they are made, energy that is used at home there; the region of a
    rule stays.
    """
    rules = [{"id": "it", "when": {"category": ["laptop"]}, "activity": "it.laptop", "category": 2,
              "use_quantity": True},
             {"id": "fixed", "when": {"category": ["fixed"]}, "activity": "purchase.nace.C20", "region": "US"},
             {"id": "power", "when": {"category": ["power"]}, "activity": "electricity", "scope": "2",
              "use_quantity": True}, *ANY]
    goods = {"quantity": 1.0, "unit": "unit", "supplier_country": "DE", "category": "laptop"}
    lines = [{"country": "FR", "supplier_country": "DE"}, {"supplier_country": "DE"},
             {"country": "FR", "supplier_country": "FR"}, {"country": "FR"},
             {"category": "fixed", "supplier_country": "DE"}, goods, {**goods, "country": "ES"},
             {**goods, "unit": "kWh", "category": "power"}]
    assert classify(read(purchases=lines, rules=rules)).activities["region"].tolist() == [
        "FR-from-DE", "FR-from-DE", "FR", "FR", "US", "DE", "ES", "FR"]
