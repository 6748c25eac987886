"""The cells of each column: of the file, of a heading, joined, or declared."""

import pytest

from carbon.records.headings.layout import find_layout
from carbon.records.kinds.faults import Faults
from carbon.records.kinds.registry import KINDS
from carbon.records.values.contract_columns import columns_of, in_parts


def cells_of(grid_of, headings_of, text, **options):
    headings = headings_of("purchases", **options)
    grid = grid_of(text)
    layout = find_layout(grid, headings, "a.csv", set())
    body = type(grid)([c.below(layout.first_row) for c in grid.columns], grid.lines[layout.first_row:], "")
    columns = columns_of(body, layout, headings.contract, headings.options)
    return {name: column.text.to_pylist() for name, column in columns.items()}


def test_debit_less_credit_is_one_number_a_line(grid_of, headings_of):
    """A credit turns its sign, a credit with a minus is a debit; both sides filled are no number."""
    cells = cells_of(grid_of, headings_of, "date;supplier;Soll;Haben\nd;s;5;\nd;s;;3\nd;s;;-2\nd;s;5;3\nd;s;0;0\n"
                     "d;s;;\n", columns={"amount": "{Soll} - {Haben}"}, constants={"currency": "EUR"})
    assert cells["amount"] == ["5", "-3", "2", "5 - 3", "0", ""]
    assert cells["currency"] == ["EUR"] * 6


def test_text_is_joined_of_several_columns(grid_of, headings_of):
    """The strings between the braces stay, and a mark of our own export goes."""
    cells = cells_of(grid_of, headings_of, "date;supplier;city;land\nd;'=Mill;Lyon;FR\n",
                     columns={"description": "{city}, {land}"})
    assert cells["description"] == ["Lyon, FR"]


@pytest.mark.parametrize(("heading", "shares", "parts"), [
    ("share", ["0.5", "40 %"], ["0.5", "0.4"]), ("share (%)", ["50", "0,5"], ["0.5", "0.005"]),
    ("share (%)", ["0.5", "1"], None)])
def test_shares_in_percent_are_parts_of_one(grid_of, headings_of, heading, shares, parts):
    """A heading in percent above parts of one leaves every share unclear."""
    grid = grid_of(f"entity;control;{heading}\n" + "".join(f"e;full;{s}\n" for s in shares))
    headings, faults = headings_of("entities"), Faults(2)
    layout = find_layout(grid, headings, "a.csv", {"entity"})
    columns = {c: grid.columns[i].below(1) for c, i in layout.columns.items()}

    cells = in_parts(columns, layout, KINDS["entities"], faults)["share"].text.to_pylist()

    assert cells == (parts or shares)
    assert faults.table()["code"].tolist() == ([] if parts else ["share_ambiguous"] * 2)
