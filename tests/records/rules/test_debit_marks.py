"""Amounts whose sign is in another column: marks of debit and credit, credit notes."""

from __future__ import annotations

import pytest


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
