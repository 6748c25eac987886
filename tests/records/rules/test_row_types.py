"""Rows that state in a column of their own that they are not records."""

from __future__ import annotations

import pytest

from carbon.records.kinds.messages import problem
from carbon.records.kinds.vocabulary import words_of
from carbon.records.rules.row_types import ANY, MARKS


@pytest.mark.parametrize(("kind", "column", "word", "code"), [
    ("purchases", "Status", "Cancelled", "row_withdrawn"), ("purchases", "Scenario", "Budget", "row_not_actual"),
    ("travel", "Purpose", "Private", "row_private"), ("energy", "Direction", "Injection", "not_consumption"),
    ("travel", "Rooms", "2", "rooms_unread"), ("purchases", "VAT included", "yes", "amount_with_tax")])
def test_a_row_that_is_no_record_by_its_type(verdict, kind, column, word, code):
    """The row is a reject, the other one a record."""
    assert verdict(kind, {}, {column: word}).rejected == {3: code}


def test_words_that_need_another_word_next_to_them(verdict):
    """A payment is no purchase where invoices are in other rows; alone it is."""
    assert verdict("purchases", {"Type": "Invoice"}, {"Type": "Payment"}).rejected == {3: "payment_row"}
    assert verdict("purchases", {}, {"Type": "Payment"}).rejected == {}


def test_a_row_that_counts_nothing_needs_no_verdict(verdict):
    """A cancelled row of zero adds nothing."""
    assert verdict("purchases", {}, {"Status": "Cancelled", "amount": "0"}).rejected == {}


def test_every_mark_has_headings_and_a_way_out():
    """Each mark names its columns and tells the sender what to do."""
    assert all(words_of(f"heading {mark.heading}") and problem(mark.message).what_to_do for mark in MARKS)
    assert all(words_of(f"row {words}") for mark in MARKS for words in (mark.words, mark.beside)
               if words not in ("", ANY))


def test_a_payment_is_no_purchase_among_other_types(verdict):
    """Next to "Vendor" a payment is a reject; payments alone, by card or not, are what was bought."""
    assert verdict("purchases", {"Type": "Vendor"}, {"Type": "Payment"}).rejected == {3: "payment_row"}
    assert verdict("purchases", {"Type": "Card payment"}, {"Type": "Payment"}).rejected == {}


def test_registers_by_their_obis_codes(verdict):
    """2 is fed in and 3 is reactive, next to 1 that is drawn."""
    rows = [{"OBIS": f"1-1:{n}.29.0", "site": f"Site {n}"} for n in (1, 2, 3)]
    assert verdict("energy", *rows).rejected == {3: "not_consumption", 4: "not_consumption"}
