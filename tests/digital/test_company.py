"""A company's fleet, service and trips by its parameter files."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbon.core.errors import UsageError
from carbon.digital.company import company_fleet, company_service, company_travel_policy
from carbon.records.params.project import Project
from carbon.scorecards.company import company_check, indicators

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ("petit-studio", "nuage-logiciels", "cap-conseil")


@pytest.mark.parametrize("company", EXAMPLES)
def test_the_example_companies_have_it_all(company):
    """A fleet, a service, trips and a valid catalogue with values for most indicators."""
    project = Project(ROOT)
    fleet = company_fleet(company, 2025, project=project)
    assert fleet.figure("devices in stock") > 30 and len(fleet.policy) >= 5
    assert company_service(company, hosts=["DE"], project=project).co2e_kg > 0
    assert len(company_travel_policy(company, 2025, project=project).departures)
    assert company_check(company, project=project).empty
    table = indicators(company, 2025, project=project).table
    assert (table["status"] != "no data").sum() >= 12
    # Of the inventory: climate, the kWh of contracts, the trips.
    assert set(table.loc[table["status"] == "no data", "indicator_id"]) == {
        "total_per_employee", "total_per_employee_public", "energy_per_employee", "scope3_coverage", "renewable",
        "train_share"}


def test_a_company_without_tables_is_told_what_to_write(tmp_path):
    """No stock list, no fleet: a sentence, not a zero."""
    (tmp_path / "params").mkdir()
    text = (ROOT / "params" / "petit-studio.yml").read_text(encoding="utf-8")
    (tmp_path / "params" / "petit-studio.yml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"fleet\.yml"):
        company_fleet("petit-studio", 2025, project=Project(tmp_path))
