"""A company's fleet, service and trips by its parameter files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from carbon.accounting.company import inventory
from carbon.core.errors import TableError, UsageError
from carbon.digital.company import (
    _placed,
    company_fleet,
    contracts_of,
    fleet_of,
    hosting_of,
    reconciliation_of,
    service_of,
    travel_policy_of,
)
from carbon.params.files.project import Project
from carbon.records.files.digital import read_digital
from carbon.scorecards.company import indicators_of
from carbon.scorecards.linter import check
from tests.support.estate import records, table

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ("petit-studio", "nuage-logiciels", "cap-conseil")


@pytest.mark.parametrize("company", EXAMPLES)
def test_the_example_companies_have_it_all(company):
    """A fleet, a service, trips and a valid catalogue with values for most indicators."""
    project = Project(ROOT)
    kept = read_digital(company, project=project)
    fleet = fleet_of(kept, 2025)
    assert fleet.figure("devices in stock") > 30 and len(fleet.policy) >= 5
    assert service_of(kept, hosts=["DE"]).co2e_kg > 0
    assert len(travel_policy_of(kept, 2025, inventory=inventory(company, 2025, project=project)).departures)
    found = indicators_of(kept, 2025, inventory=None)
    assert check(found.catalogue).empty
    assert (found.table["status"] != "no data").sum() >= 12
    # Of the inventory: climate, the kWh of contracts, the trips.
    assert set(found.table.loc[found.table["status"] == "no data", "indicator_id"]) == {
        "total_per_employee", "total_per_employee_public", "energy_per_employee", "scope3_coverage", "renewable",
        "train_share"}


def placed(site: str, countries: dict[str, str]):
    """One laptop at a site, of a company with sites in these countries, on the grid of France."""
    kept = records(assets=table("assets", {"asset_id": "a", "category": "laptop", "site": site}))
    kept.params.sites = {name: SimpleNamespace(country=country) for name, country in countries.items()}
    return _placed(kept, "FR")


def test_a_site_of_the_stock_list_is_found_in_another_spelling_or_asked():
    """BERLIN is berlin; a town that params do not name is asked where grids differ, and named where all are one."""
    assets, notes = placed(" BERLIN", {"lyon": "FR", "berlin": "DE"})
    assert assets["site"].tolist() == ["berlin"] and notes == []
    with pytest.raises(TableError, match="1 devices of sites that params do not name: Munich"):
        placed("Munich", {"lyon": "FR", "berlin": "DE"})
    assert placed("Nantes", {"lyon": "FR"})[1] == [
        "devices of sites that params do not name, on the grid of FR: Nantes"]


def test_the_kwh_of_a_host_are_those_of_the_days_of_the_year():
    """366 kWh from July to June: 182 of them in 2024; what is of other years is not hosted in it."""
    days = {"period_start": "2023-07-01", "period_end": "2024-06-30"}
    kept = records(hosting=table("hosting", {"service": "a", "kwh": 366.0, **days},
                                 {"service": "b", "kwh": 9.0, "period_end": "2023-12-31"}))
    assert hosting_of(kept, 2024)["kwh"].tolist() == pytest.approx([182.0])
    assert hosting_of(kept, 2023)["kwh"].iloc[0] + 182 == pytest.approx(366)


def test_a_contract_without_a_country_has_that_of_its_site():
    """A list of contracts with sites alone: the grid is that of the site's country; a site nobody knows is asked."""
    kept = read_digital("petit-studio", project=Project(ROOT))
    row = {"site": "lyon", "supplier": "x", "kwh": 1000.0, "renewable_share": 0.0}
    found = [contracts_of(replace(kept, tables={**kept.tables, "energy_contracts": table(
        "energy_contracts", {**row, "zone": zone})}), 2025)["location_co2e_kg"].item() for zone in ("", "FR")]
    assert found[0] == found[1] > 0
    lost = replace(kept, tables={**kept.tables, "energy_contracts": table("energy_contracts", {**row, "site": "Ulm"})})
    with pytest.raises(TableError, match="1 contracts without a country"):
        contracts_of(lost, 2025)


def test_a_contract_that_cannot_be_read_costs_its_own_lines_alone():
    """Grams of a supplier without their method: no line of electricity, and the devices and flights are held still."""
    kept = read_digital("petit-studio", project=Project(ROOT))
    of_year = inventory("petit-studio", 2025, project=Project(ROOT))
    whole = reconciliation_of(kept, of_year)
    row = {"site": "lyon", "supplier": "x", "kwh": 1.0, "renewable_share": 0.0, "market_g_per_kwh": 5.0, "zone": "FR"}
    broken = replace(kept, tables={**kept.tables, "energy_contracts": table("energy_contracts", row)})
    rest = whole[~whole["table"].isin(["energy_contracts"])].reset_index(drop=True)
    assert len(rest) < len(whole)
    assert reconciliation_of(broken, of_year).equals(rest)
    # A site without a country has no grid, and kWh that indicators count: they are held.
    row |= {"market_g_per_kwh": None, "zone": "", "site": "Ulm", "proof": "GO", "renewable_share": 1.0}
    lost = replace(kept, tables={**kept.tables, "energy_contracts": table("energy_contracts", row)})
    held = reconciliation_of(lost, of_year).set_index("what").loc["renewable electricity"]
    assert held["digital"] == 1.0 != held["other"]


def test_a_company_without_tables_is_told_what_to_write(tmp_path):
    """No stock list, no fleet: a sentence, not a zero."""
    (tmp_path / "params").mkdir()
    text = (ROOT / "params" / "petit-studio.yml").read_text(encoding="utf-8")
    (tmp_path / "params" / "petit-studio.yml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"fleet\.yml"):
        company_fleet("petit-studio", 2025, project=Project(tmp_path))
