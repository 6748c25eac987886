"""What a company states twice: agreement within two percent, else a line with both figures."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest
from typed_services import PORTAL, portfolio

from carbon.core.errors import TableError
from carbon.digital.electricity import with_metered
from carbon.digital.reconciliation import metered_kwh, reconciliation, suppliers_named

DAYS = (pd.Timestamp(2024, 1, 1), pd.Timestamp(2024, 12, 31))
ORDERS = pd.DataFrame({"category": ["laptop", "monitor"], "quantity": [2.0, 1.0], "model": "",
                       "date": pd.to_datetime(["2024-01-20", "2023-05-05"])})
CONTRACTS = pd.DataFrame({"site": ["lyon", "nantes"], "kwh": [1000.0, 2100.0], "renewable_kwh": [1000.0, 0.0]})


def inventory(covered: float = 1000.0) -> SimpleNamespace:
    """Lyon meters 1,000 kWh in two units, Nantes 2,000; an instrument covers some of it."""
    activities = pd.DataFrame({"activity": ["electricity"] * 3 + ["natural_gas"],
                               "site": ["lyon", "lyon", "nantes", "lyon"],
                               "unit": ["kWh", "MWh", "kWh", "kWh"], "quantity": [400.0, 0.6, 2000.0, 9.0],
                               "period_start": pd.to_datetime(["2024-01-01", "2024-07-01", "2024-01-01", "2024-01-01"]),
                               "period_end": pd.to_datetime(["2024-06-30", "2024-12-31", "2024-06-30", "2024-12-31"])})
    emissions = pd.DataFrame({
        "scope": "3", "category": [1, 1, 2, 2, 1], "supplier": ["OVH SAS", "Toits et Tuiles", "", "", "Hôte Sobre"],
        "activity": ["purchase.nace.J62_63", "purchase.nace.F", "it.laptop", "purchase.nace.C26",
                     "purchase.nace.J62_63"],
        "co2e_kg": [900.0, 50.0, 300.0, 100.0, 1.0]})
    instruments = pd.DataFrame({"carrier": "electricity", "instrument": ["GO-1", "uncovered"],
                                "kind": ["certificate", ""], "allocated_kwh": [covered, 2000.0]})
    purchases = pd.DataFrame({"category": ["PC portable", "écran", "loyer"], "quantity": [3.0, 1.0, 4.0],
                              "unit": ["unit", "unit", "unit"]})
    return SimpleNamespace(activities=activities, instruments=instruments, records={"purchases": purchases},
                           emissions=emissions)


def verdicts(table: pd.DataFrame) -> dict[tuple[str, str], bool]:
    return dict(zip(zip(table["what"], table["item"], strict=True), table["agrees"], strict=True))


def test_contracts_are_held_against_meters_and_proofs_against_instruments():
    """Lyon agrees; 2,100 kWh where the meter has 2,000 do not; neither does a proof that scope 2 does not have."""
    assert metered_kwh(inventory()) == {"lyon": 1000.0, "nantes": 2000.0}
    assert verdicts(reconciliation({}, inventory(), DAYS, CONTRACTS)) == {
        ("electricity", "lyon"): True, ("electricity", "nantes"): False, ("renewable electricity", ""): True}
    assert not verdicts(reconciliation({}, inventory(0.0), DAYS, CONTRACTS))["renewable electricity", ""]


def test_a_difference_has_the_cause_that_the_records_show():
    """The meters of Nantes cover half the year: that is the cause, and no other is guessed; what agrees has none."""
    table = reconciliation({}, inventory(0.0), DAYS, CONTRACTS).set_index(["what", "item"])
    assert table.loc[("electricity", "nantes"), ["cause", "detail"]].tolist() == ["months", "50 %"]
    assert table.loc[("electricity", "lyon"), "cause"] == ""
    assert table.loc[("renewable electricity", ""), "cause"] == "no instrument"


def test_orders_are_held_against_the_devices_that_the_inventory_counts():
    """Two laptops ordered, three in the purchases under a French word; a roof tile is no device."""
    table = reconciliation({"it_purchases": ORDERS}, inventory(), DAYS, None).set_index(["what", "item"])
    assert table.loc[("devices in the inventory", "laptop"), ["digital", "other", "agrees"]].tolist() == [2, 3, False]
    assert "devices in the inventory" not in {what for what, item in table.index if item not in ("laptop", "monitor")}


def test_equipment_counts_devices_by_the_words_of_its_items():
    """Two notebooks are laptops, and chairs are no devices; without orders the stock list is held against them."""
    found = inventory()
    found.records["equipment"] = pd.DataFrame({"item": ["notebook", "chaise"], "quantity": [2.0, 9.0], "unit": "unit"})
    found.records["purchases"] = found.records["purchases"].iloc[:0]
    stock = pd.DataFrame({"category": ["laptop"], "purchased_on": pd.to_datetime(["2024-02-01"])})
    line = reconciliation({"assets": stock}, found, DAYS, None).iloc[0]
    assert line[["table", "digital", "other", "other_table"]].tolist() == ["assets", 1.0, 2.0, "equipment"]


def test_the_manufacture_of_devices_has_two_figures_and_says_why():
    """380 kg device by device; 300 kg by number and 100 kg by price in the inventory: a quarter of it by price."""
    rows = {"category": "all", "view": ["spread", "purchase_year"], "bought": 2, "embodied_co2e_kg": [99.0, 380.0]}
    fleet = SimpleNamespace(table=pd.DataFrame(rows))
    line = reconciliation({}, inventory(), DAYS, None, fleet).iloc[0]
    assert line[["digital", "other", "agrees", "cause", "detail"]].tolist() == [380, 400, False, "two methods", "25 %"]


def test_hosts_are_the_suppliers_of_their_name():
    """OVH is OVH SAS, whose whole bill is counted; one whose bill is less than its electricity is too small; the own
    room is part of the meters; a host without a supplier is no agreement.
    """
    hosting = pd.DataFrame({
        "service": list("abcd"), "provider": ["OVH", "Hôte sobre", "Salle de Lyon", "Lointain"], "kwh": 1000.0,
        "grid_g_per_kwh": [100.0, 100.0, 50.0, 50.0], "period_start": pd.NaT, "period_end": pd.NaT})
    table = reconciliation({"hosting": hosting}, inventory(), DAYS, None).set_index("item")
    assert table["cause"].to_dict() == {
        "OVH": "whole bill", "Hôte sobre": "too small", "Salle de Lyon": "own site", "Lointain": "no supplier"}
    assert table["agrees"].to_dict() == {"OVH": True, "Hôte sobre": False, "Salle de Lyon": True, "Lointain": False}
    assert suppliers_named("Hébergeur Sobre", ["Hébergeur", "hebergeur sobre sa", "Sobre"]) == [
        "Hébergeur", "hebergeur sobre sa"]


def test_a_service_and_its_host_have_their_kwh_side_by_side():
    """The ten answers calculate 2 servers x 400 W + 4 disks x 6 W = 0.824 kW x 8,760 h x 1.5 = 10,827 kWh; the host
    states 3,100 for Portal. One month of kWh is stated so; another country, host or name is asked, never compared.
    """
    found = portfolio(PORTAL, {**PORTAL, "service": "Shop", "datacentre_zone": "ES"},
                      {**PORTAL, "service": "Blog", "version": "1"}, {**PORTAL, "service": "Wiki"}, uses=tuple(
        {"service": name, "item": "electricity", "detail": "OVH", "quantity": 1000.0, "unit": "kWh", "zone": "FR",
         "period_start": "2025-01-01", "period_end": "2025-12-31"} for name in ("Mail", "Wiki")))
    days = (pd.Timestamp(2025, 1, 1), pd.Timestamp(2025, 12, 31))
    hosting = pd.DataFrame({
        "service": ["portal", "Shop", "Blog 2", "Mail", "Wiki", "Lab"],
        "provider": ["", "", "", "Other", "OVH SAS", ""],
        "kwh": [3100.0, 10827.36, 5.0, 1000.0, 1000.0, 9.0], "location": ["FR", "FR", "", "FR", "DE", "FR"],
        "grid_g_per_kwh": 50.0, "period_start": pd.NaT, "period_end": pd.NaT})
    line = reconciliation({"hosting": hosting}, inventory(), days, None, None, found).set_index("what").loc[
        "electricity of a service"].set_index("item")
    assert line["cause"].to_dict() == {"Portal": "ten answers", "Shop": "other place", "Blog": "other name",
                                       "Mail": "other host", "Wiki": ""}
    assert line["agrees"].to_dict() == {"Portal": False, "Shop": False, "Blog": False, "Mail": False, "Wiki": True}
    assert line.loc["Portal", ["digital", "other"]].tolist() == pytest.approx([10827.36, 3100.0])
    assert line["table"].tolist() == ["service_uses" if n in ("Mail", "Wiki") else "service" for n in line.index]
    month = hosting.iloc[:1].assign(period_start=days[0], period_end=pd.Timestamp(2025, 1, 31))
    line = reconciliation({"hosting": month}, inventory(), days, None, None, found).set_index("what")
    assert line.loc["electricity of a service", ["cause", "detail"]].tolist() == ["host days", "100 % / 8 %"]


def test_the_stock_list_is_held_against_the_orders_of_the_year():
    """Two laptops listed and two ordered agree; a screen that nobody ordered does not."""
    stock = pd.DataFrame({"category": ["laptop", "laptop", "monitor"],
                          "purchased_on": pd.to_datetime(["2024-02-01", "2024-02-01", "2024-05-05"])})
    stock = stock.assign(asset_id=["A1", "A2", "A3"], model="")
    table = reconciliation({"assets": stock, "it_purchases": ORDERS}, inventory(), DAYS, None)
    table = table[table["what"] == "devices bought"]
    assert verdicts(table) == {("devices bought", "laptop"): True, ("devices bought", "monitor"): False}
    assert table["detail"].tolist() == ["", "A3"]


def test_a_contract_without_kwh_has_those_of_its_meters():
    """The kWh are typed once; a site that no meter has, or with two contracts, is asked."""
    contracts = pd.DataFrame({"site": ["lyon", "nantes"], "kwh": [float("nan"), 5.0]})
    assert with_metered(contracts, {"lyon": 1000.0})["kwh"].tolist() == [1000.0, 5.0]
    with pytest.raises(TableError, match="without electricity"):
        with_metered(contracts, {})
    with pytest.raises(TableError, match="several"):
        with_metered(contracts.assign(site="lyon"), {"lyon": 1000.0})
