"""Counting of a framework."""

from __future__ import annotations

import math
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

import pytest

from carbon.core import packaged
from carbon.reports.filings import esrs_e1
from carbon.reports.filings.counting import longest_prefix
from carbon.reports.words.language import Words

PACKAGED = ("beges_v5", "beges_v5_routing", "iso_14064_1", "filing_layouts", "frameworks", "energy_kinds",
            "eu_datapoints", "vsme_cells", "vsme_versions")


def test_a_year_that_lacks_a_scope_has_no_total(inventory: Any, history: Any):
    """2019 without scope 3 is no total: an empty cell, never a smaller base year."""
    cut = history.table[(history.table["year"] != 2019) | (history.table["scope"] != "3")]
    table = esrs_e1.ar48_table(inventory, SimpleNamespace(table=cut, recalculated=False), Words("en")).set_index("row")

    assert math.isnan(table.loc["total-market", "base_year_t"])
    assert table.loc["scope1", "base_year_t"] > 0


def test_a_name_of_a_routing_ends_at_a_dot():
    """A wax is no petrol, gasoline from gas wells no gas: a beginning that ends within a word routes nothing; codes of
    industries hold their parts.
    """
    names = ["petrol", "natural_gas", "wood", "purchase.nace.C", "purchase.nace.C33", "purchase.naics.31"]
    found = {activity: longest_prefix(names, activity) for activity in (
        "petroleum_wax", "natural_gasoline", "petrol", "wood.pellets", "purchase.nace.C10T12", "purchase.nace.C33",
        "purchase.naics.3112", "purchase.nace.Coal")}

    assert found == {"petroleum_wax": "", "natural_gasoline": "", "petrol": "petrol", "wood.pellets": "wood",
                     "purchase.nace.C10T12": "purchase.nace.C", "purchase.nace.C33": "purchase.nace.C33",
                     "purchase.naics.3112": "purchase.naics.31", "purchase.nace.Coal": ""}


@pytest.mark.parametrize("name", PACKAGED)
def test_routing_tables_have_their_citation_and_hash(name: str):
    """Dated data: title, edition and the hash of the table as it stands."""
    citation = packaged.read_yaml("carbon.reports", f"data/{name}.yml")

    assert {"title", "publisher", "edition", "licence", "date_fetched"} <= set(citation)
    assert citation["table_sha256"] == sha256(packaged.read_bytes("carbon.reports", f"data/{name}.csv")).hexdigest()
