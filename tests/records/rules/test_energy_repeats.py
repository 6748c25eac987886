"""Energy of one meter twice for the same days: replaced bills, versions, readings that differ."""

from __future__ import annotations

import pytest

METER = {"meter": "A"}


@pytest.mark.parametrize(("note", "rejected"), [
    ("facture rectificative", {2: "bill_replaced"}), ("replaced by F13", {3: "bill_replaced"}),
    ("correction", {2: "version_repeated", 3: "version_repeated"})])
def test_a_bill_that_replaces_another_leaves_one_of_them(verdict, note, rejected):
    """The bill that another one replaces is a reject; where either may be right, both are."""
    read = verdict("energy", {"Comment": "", "quantity": "900"}, {"Comment": note, "quantity": "1000"})
    assert read.rejected == rejected


def test_readings_of_a_named_meter_that_differ_are_both_rejects(verdict):
    """One meter has one quantity for the same days, unless params declare that both rows are kept."""
    rows = [METER, METER | {"quantity": "1001"}]
    assert verdict("energy", *rows).rejected == {2: "readings_differ", 3: "readings_differ"}
    assert verdict("energy", *rows, options={"duplicates": "keep"}).rejected == {}
    assert verdict("energy", METER, {"meter": "B", "quantity": "1001"}).rejected == {}


def test_a_credit_settles_its_days(verdict):
    """A reading below zero corrects what was billed: nothing of these days is a reject."""
    rows = [METER, METER | {"quantity": "-1000"}, METER | {"quantity": "1001"}]
    assert verdict("energy", *rows).rejected == {}
