"""Messages about headings: what is missing, what is nearest, what was left unread."""

import pytest

from carbon.core.errors import FileRefused
from carbon.records.headings.layout import (
    column_of_returns,
    missing_columns,
    refuse_other_currency,
    refuse_scale,
    unread_headings,
)
from carbon.records.kinds.contract import KINDS

CELLS = ["Datum", "Betrag netto", "Lieferant"]


def test_a_missing_column_is_named_with_the_nearest_heading(headings_of):
    """The heading that looks most like the column comes first, and all headings are listed."""
    refusal = missing_columns("a.csv", ["amount"], ["date", "amout", "supplier"], {"date": 0}, headings_of("purchases"))
    assert refusal.code == "columns_missing"
    assert "amount (nearest: 'amout'" in str(refusal)
    assert "Columns found: 'date', 'amout', 'supplier'" in str(refusal)


@pytest.mark.parametrize(("title", "code"), [
    ("Amounts in thousands", "scale_above"), ("k€", "scale_above"), ("Montants TTC", "amount_with_tax"),
    ("Purchases 2024", None)])
def test_a_title_that_scales_or_taxes_the_amounts_is_refused(headings_of, title, code):
    """Nothing shows whether it applies; `header_row` in params declares that it does not."""
    refuse_scale([[title]], headings_of("purchases", header_row=2), "a.csv", CELLS[:1])
    if code is None:
        refuse_scale([[title]], headings_of("purchases"), "a.csv", CELLS[:1])
        return
    with pytest.raises(FileRefused, match="a line above the headings is") as refused:
        refuse_scale([[title]], headings_of("purchases"), "a.csv", CELLS[:1])
    assert refused.value.code == code


def test_an_amount_in_local_currency_does_not_have_the_currency_of_the_document(headings_of):
    """A plain "Currency" next to it may be either's; params decide."""
    cells, columns = ["Amount in local currency", "Currency"], {"amount": 0, "currency": 1}
    with pytest.raises(FileRefused) as refused:
        refuse_other_currency(cells, columns, headings_of("purchases"), "a.csv")
    assert refused.value.code == "currency_of_another_amount"
    refuse_other_currency(cells, columns, headings_of("purchases", constants={"currency": "EUR"}), "a.csv")


def test_a_column_of_returns_is_known_by_its_cells(grid_of):
    """Every cell is one way or return; a word of another kind makes it another column."""
    travel = KINDS["travel"]
    assert column_of_returns(grid_of("mode;x\nair;aller retour\nair;aller simple\n"), 1, {"mode": 0}, travel) == 1
    assert column_of_returns(grid_of("mode;x\nair;aller retour\nair;perhaps\n"), 1, {"mode": 0}, travel) is None
    assert column_of_returns(grid_of("mode;x\nrail;Single\nrail;Return\n"), 1, {"mode": 0}, travel) == 1
    assert column_of_returns(grid_of("mode;x\nrail;Single\nrail;\n"), 1, {"mode": 0}, travel) is None  # a room


def test_unread_headings_that_may_be_a_number_or_the_way_back_are_warned_of(headings_of):
    """A distance under another name and a date of return each leave half a journey out."""
    cells = ["date", "mode", "Distance aller", "Date de retour"]
    warned = unread_headings("a.csv", cells, {"date": 0, "mode": 1}, {"date", "mode"}, headings_of("travel"))
    assert [w.code for w in warned] == ["return_unsaid", "column_unread"]
    assert "'Distance aller'" in warned[1].text
