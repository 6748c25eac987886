"""Which column of the contract each heading is, and the unit that it names."""

import pytest

from carbon.core.errors import FileRefused
from carbon.records.headings.matching import key_of


@pytest.mark.parametrize(("kind", "heading", "column", "units"), [
    ("purchases", "Amount (EUR)", "amount", {"currency": "EUR"}), ("purchases", "Montant", "amount", {}),
    ("purchases", "amount_eur", "amount", {"currency": "EUR"}),
    ("energy", "quantity_kwh", "quantity", {"unit": "kwh"}), ("energy", "kWh", "quantity", {"unit": "kWh"}),
    ("travel", "Distance en km", "distance", {"distance_unit": "km"}),
    ("travel", "Distance, km", "distance", {"distance_unit": "km"}),
    ("travel", "Nb km", "distance", {"distance_unit": "km"}), ("energy", "Datum / Date", "date", {})])
def test_a_heading_names_its_column_and_unit(headings_of, kind, heading, column, units):
    """Brackets, a trailing unit, a unit alone, two languages of one heading."""
    columns, found, twice = headings_of(kind).match(["", heading])
    assert columns == {column: 1}
    assert {k: v.lower() for k, v in found.items()} == {k: v.lower() for k, v in units.items()}
    assert twice == {}


def test_a_sign_stays_a_sign_and_an_unknown_one_names_no_column(headings_of):
    """Which dollar is not known yet; a heading with another sign is no amount at all."""
    assert headings_of("purchases").match(["Amount ($)"])[:2] == ({"amount": 0}, {"currency": "$"})
    assert headings_of("purchases").match(["Amount (?)"])[0] == {}


def test_declared_headings_outrank_known_ones(headings_of):
    """What params map is that column alone, whatever case and space; templates join several headings."""
    headings = headings_of("purchases", columns={"amount": "Net  total", "description": "{city}, {country}"})
    row = ["amount", "NET TOTAL", "city", "country"]
    assert headings.match(row)[0]["amount"] == 1
    assert headings.joined(row) == {"description": ["", 2, ", ", 3, ""]}
    assert key_of("\ufeffNet  Total ") == "net total"


def test_rivals_and_twins_are_ambiguous(headings_of):
    """A number under its own name and under another; a conversion with a currency of its own is none."""
    headings = headings_of("purchases")
    assert headings.match(["amount", "montant"])[2] == {"amount": [0, 1]}
    assert headings.match(["amount", "Amount in local currency"])[2] == {}
    assert headings.wanted(["date", "x", "amount"], "a.parquet") == [0, 2]
    with pytest.raises(FileRefused) as refused:
        headings.wanted(["amount", "montant"], "a.parquet")
    assert refused.value.code == "columns_ambiguous"
