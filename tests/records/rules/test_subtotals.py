"""Totals among the rows and remarks below them."""

from __future__ import annotations

import pytest

from carbon.records.files.file import read_records

TOTAL = {"date": "", "company": "", "category": "", "currency": "", "description": "", "supplier": "Total"}


def test_an_incomplete_row_named_total_that_is_the_sum(verdict):
    """It is excluded; where it is not the sum it stays a reject for what it lacks."""
    rows = [{"amount": "10"}, {"amount": "20"}]
    assert verdict("purchases", *rows, TOTAL | {"amount": "30"}).excluded == {4: "subtotal"}
    assert verdict("purchases", *rows, TOTAL | {"amount": "31"}).excluded == {}


@pytest.mark.parametrize(("supplier", "amount", "rejected"), [
    ("Grand total", "31", {4: "subtotal_suspected"}), ("Opening balance", "5", {4: "balance_row"}),
    ("Total", "31", {})])
def test_a_complete_row_that_may_be_a_total(verdict, supplier, amount, rejected):
    """Words that no supplier bears are rejects; a supplier may be called Total."""
    rows = [{"amount": "10"}, {"amount": "20"}, {"supplier": supplier, "amount": amount}]
    assert verdict("purchases", *rows).rejected == rejected


def test_a_complete_total_of_several_rows(verdict):
    """A row named total that equals the sum of several rows above is a reject."""
    rows = [{"amount": "10"}, {"amount": "20"}, {"supplier": "Total", "amount": "30"}, TOTAL | {"amount": "30"}]
    assert verdict("purchases", *rows).rejected[4] == "subtotal_suspected"


@pytest.mark.parametrize("balance", ["Opening balance", "前期繰越", "전기이월", "Devir"])
def test_a_total_may_hold_the_balance_above_it(verdict, balance):
    """The total of a card of an account counts what was brought forward: both rows are rejects."""
    rows = [{"supplier": balance, "amount": "50"}, {"amount": "10"}, {"amount": "20"}]
    assert verdict("purchases", *rows, {"supplier": "Total", "amount": "80"}).rejected == {
        2: "balance_row", 5: "subtotal_suspected"}


@pytest.mark.parametrize(("line", "code"), [("Page 3 of 9;;;;;;", "remark"), ("Prices as agreed;;;;;;", "remark")])
def test_remarks_between_and_below_the_rows(tmp_path, line, code):
    """A lone phrase is no record: excluded, with a warning where it is between rows."""
    path = tmp_path / "a.csv"
    row = "2024-03-13;Acme;Mill;p;1;EUR;x\n"
    path.write_text(f"date;company;supplier;category;amount;currency;description\n{row}{line}\n{row.replace('1', '2')}"
                    "Source: the ledger;;;;;;\n")
    read = read_records(path, "purchases")
    assert read.ledger["code"].tolist()[:2] == [code, "note"] or set(read.ledger["code"]) == {code, "note"}
    assert code in {w.code for w in read.warnings}
