"""Checks of purchases: taxes, files of credits, sums of other rows."""

from __future__ import annotations

import pytest


def test_taxes_are_listed(verdict):
    """A row of VAT is no purchase where the tax is recovered."""
    assert "tax_row" in verdict("purchases", {}, {"category": "TVA déductible 20"}).warned
    assert "tax_row" not in verdict("purchases", {}, {"category": "TVA advice"}).warned
    assert "tax_row" in verdict("purchases", {}, {"account": "2315 GST Paid on Purchases"}).warned


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


def test_a_category_that_is_all_others_each_month(verdict):
    """A pivot unfolded into rows has its totals under a name of their own: each is a reject; an honest one is none."""
    def rows(total):
        return [{"date": f"2024-0{month}-28", "supplier": f"{name} SARL", "category": name, "amount": str(amount)}
                for month in (1, 2, 3) for name, amount in (
                    ("paper", 10.25 * month), ("travel", 20.5 + month), ("Overall", total(month)))]

    totals = rows(lambda month: 10.25 * month + 20.5 + month)
    assert verdict("purchases", *totals).rejected == dict.fromkeys((4, 7, 10), "subtotal_suspected")
    assert verdict("purchases", *rows(lambda month: 10.25 * month + 20.5 + month + (month == 2))).rejected == {}


def test_the_last_row_of_a_list_may_be_its_total(verdict):
    """A complete row at the end that equals all others to the cent is a reject; a cent more, or elsewhere, none."""
    rows = [{"amount": a} for a in ("1034.17", "220.08", "97.31")]
    assert verdict("purchases", *rows, {"amount": "1351.56"}).rejected == {5: "subtotal_suspected"}
    assert verdict("purchases", *rows, {"amount": "1351.57"}).rejected == {}
    assert verdict("purchases", *rows[:2], {"amount": "1351.56"}, rows[2]).rejected == {}


def test_a_tax_by_a_word_of_another_column_or_by_its_supplier_is_listed(verdict):
    """A line type that other rows do not have, or a posting text that is the tax; a rate that all rows have is none."""
    assert "tax_row" in verdict("purchases", {"Line Type": "ITEM"}, {"Line Type": "REC_TAX", "amount": "2"}).warned
    assert "tax_row" in verdict("purchases", {}, {"supplier": "Vorsteuer 19%", "amount": "2"}).warned
    assert "tax_row" not in verdict("purchases", {"Kind": "VAT"}, {"Kind": "VAT", "amount": "2"}).warned


def test_an_account_that_payments_bring_to_zero_is_listed(verdict):
    """Invoices below zero next to the payments above it sum to nothing: no silence."""
    assert "net_negative" in verdict("purchases", {"amount": "-9.5"}, {"amount": "9.5"}).warned
    assert "net_negative" not in verdict("purchases", {"amount": "0"}).warned


@pytest.mark.parametrize(("heading", "debit", "credit"), [
    ("Sens", "D", "C"), ("S/H", "S", "H"), ("Posting key", "40", "50"), ("Type d'écriture", "Débit", "Crédit")])
def test_marked_credits_count_below_zero(verdict, heading, debit, credit):
    """The mark gives the sign, with a warning."""
    read = verdict("purchases", {heading: debit, "amount": "30"}, {heading: credit, "amount": "10"})
    assert read.records["amount"].tolist() == [30.0, -10.0]
    assert "credits_marked" in read.warned


def test_marks_that_do_not_decide(verdict):
    """More credits than debits refuse the file; all credits count as written; one row without a mark is a reject."""
    assert verdict("purchases", {"Sens": "D", "amount": "5"}, {"Sens": "C", "amount": "9"}).refused == "sign_ambiguous"
    assert "all_credits" in verdict("purchases", {"Sens": "C"}).warned
    rows = [{"Sens": "D", "amount": "30"}, {"Sens": "C"}, {"Sens": "", "amount": "4"}]
    assert verdict("purchases", *rows).rejected == {4: "sign_missing"}


def test_a_credit_note_that_is_positive(verdict):
    """By its type it is a reject, by its description alone it is listed."""
    typed = verdict("purchases", {"Document type": "Invoice", "amount": "30"}, {"Document type": "Credit note"})
    described = verdict("purchases", {}, {"description": "Avoir 12"})
    assert typed.rejected == {3: "credit_note_positive"}
    assert (described.rejected, described.warned) == ({}, {"credit_note_positive"})
