"""Checks of purchases: taxes, files of credits, sums of other rows."""

from __future__ import annotations


def test_taxes_are_listed(verdict):
    """A row of VAT is no purchase where the tax is recovered."""
    assert "tax_row" in verdict("purchases", {}, {"category": "TVA déductible 20"}).warned
    assert "tax_row" not in verdict("purchases", {}, {"category": "TVA advice"}).warned


def test_a_file_of_credits_is_listed(verdict):
    """Amounts that sum below zero may have been exported with the other sign."""
    assert "net_negative" in verdict("purchases", {"amount": "-9"}, {"amount": "2"}).warned
    assert "net_negative" not in verdict("purchases", {"amount": "9"}, {"amount": "-2"}).warned


def test_a_quarter_next_to_its_months(verdict):
    """A purchase that is, to the cent, the sum of others of its supplier and category within its days is a reject."""
    def row(start, end, amount):
        return {"date": None, "period_start": start, "period_end": end, "amount": amount}

    months = [row("2024-01-01", "2024-01-31", "10.10"), row("2024-02-01", "2024-02-29", "20.20"),
              row("2024-03-01", "2024-03-31", "30.30")]
    assert verdict("purchases", *months, row("2024-01-01", "2024-03-31", "60.60")).rejected == {5: "subtotal_suspected"}
    assert verdict("purchases", *months, row("2024-01-01", "2024-03-31", "60.61")).rejected == {}
