"""Own generation: no scope 2 figure of its own use, none below zero of exports, no claim once certificates are sold."""

import pytest

from carbon.accounting.company import inventory_of
from carbon.records.files.company import read_company

HEAD = "site,carrier,period_start,period_end,quantity,unit\n"
METER = "lyon,electricity,2024-01-01,2024-12-31,1000,kWh\n"


@pytest.fixture
def inventory_with(tmp_path, hand_company):
    """The company of the tests: a meter of 1000 kWh (grid 0.05, residual mix 0.08, 300 kWh certified), and a line."""
    def make(line):
        project = hand_company.write(tmp_path, energy=HEAD + METER + line)
        return inventory_of(read_company("hand", 2024, project=project), hand_company.library())
    return make


def kg(inv):
    table = inv.table.set_index(["scope", "category", "scope2_method"])["co2e_kg"]
    return table["2", 0, "location-based"], table["2", 0, "market-based"], table["3", 3, ""]


@pytest.mark.parametrize(("carrier", "code"), [
    ("own generation", "own_generation"), ("autoconsommation", "own_generation"), ("own solar", "own_generation"),
    ("exported electricity", "exported"), ("électricité injectée", "exported")])
def test_own_use_and_exports_have_no_scope_2_figure(inventory_with, carrier, code):
    """400 kWh used on site or fed to the grid change no figure; they are in the ledger with kWh and reason."""
    inv = inventory_with(f"lyon,{carrier},2024-01-01,2024-12-31,400,kWh\n")
    line = inv.ledger[inv.ledger["code"] == code]

    assert kg(inv) == (50.0, pytest.approx(56.0), 14.0)
    assert line[["outcome", "amount"]].to_numpy().tolist() == [["excluded", 400.0]]
    assert ("own_generation_certificates" in inv.warnings["code"].tolist()) is (carrier == "own solar")


def test_own_use_takes_the_residual_mix_once_its_certificates_are_sold(inventory_with):
    """400 kWh: nothing location-based and nothing in category 3, 400 x 0.08 = 32 kg market-based."""
    inv = inventory_with("lyon,own generation certificates sold,2024-01-01,2024-12-31,400,kWh\n")

    assert kg(inv) == (50.0, pytest.approx(56.0 + 32.0), 14.0)
