"""Companies side by side: figures add up, shares are whole, and what differs in method is stated first."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from carbon import factors
from carbon.core.errors import UsageError
from carbon.core.ghg_protocol import SCOPE2_METHODS
from carbon.reports.tables import catalogue as tables

pytestmark = pytest.mark.usefixtures("agg")


@pytest.fixture(scope="module")
def inventory(studio):
    return studio


@pytest.mark.parametrize("method", SCOPE2_METHODS)
def test_a_line_is_the_inventory(inventory, other, method):
    """Scopes add up to the inventory's own total; twice the people halve the figure per employee."""
    table = tables.companies_table([inventory, other], scope2_method=method).set_index("company")
    line = table.loc["petit-studio"]

    assert line["total_t"] == pytest.approx(inventory.total(method) / 1000, rel=1e-12)
    assert line[["scope1_t", "scope2_t", "scope3_t"]].sum() == pytest.approx(line["total_t"], rel=1e-12)
    assert line["low_t"] < line["total_t"] < line["high_t"]
    assert line["per_employee_t"] == pytest.approx(line["total_t"] / 12)
    assert table.loc["other-studio", "per_employee_t"] == pytest.approx(line["per_employee_t"] / 2)
    assert line["rejected_rows"] == 5


def test_without_a_number_of_employees_there_is_no_figure_per_employee(inventory):
    """No number is no data: neither zero nor the total itself."""
    alone = dataclasses.replace(inventory, params=inventory.params.model_copy(update={"employees": {}}))
    line = tables.companies_table([alone], scope2_method="location-based").iloc[0]
    assert np.isnan(line["per_employee_t"]) and line["total_t"] > 0


def test_choices_that_differ_are_named_and_others_are_not(inventory, other):
    """Only the GWP set differs here; a category left out by one of them is a difference too; equal methods give no
    line.
    """
    table = tables.differing_choices_table([inventory, other])
    assert table["key"].tolist() == ["gwp"]
    assert table[["petit-studio 2024", "other-studio 2024"]].iloc[0].tolist() == [
        "IPCC AR5, 100 years", "IPCC AR6, 100 years"]

    narrower = inventory.table.assign(rows=inventory.table["rows"].where(inventory.table["category"] != 6, 0))
    fewer = dataclasses.replace(inventory, company="fewer", table=narrower)
    assert tables.differing_choices_table([inventory, fewer])["key"].tolist() == ["categories"]
    assert tables.differing_choices_table([inventory]).empty


def test_one_publication_by_region_and_year():
    """Each cell is that publication's own figure; another publication's is not mixed in; none at all is an error."""
    library = factors.load("2026.1")
    table = tables.factors_by_region_table(library, "electricity", ["PL", "FR"], unit="kWh",
                                           source_id="ember_owid_2026").set_index("year")
    rows = library.table.set_index("factor_id")["co2e_kg"]

    assert list(table.columns) == ["PL", "FR"]
    assert table.loc[2024, "FR"] == rows["ember-fr-electricity-2024"]
    assert table.loc[2024, "PL"] == rows["ember-pl-electricity-2024"]
    with pytest.raises(UsageError, match=r"factors\.search"):
        tables.factors_by_region_table(library, "electricity", ["FR"], unit="kg", source_id="ember_owid_2026")


def test_what_cannot_be_compared_is_refused(inventory):
    """Nothing, the same inventory twice, and no scope 2 method."""
    with pytest.raises(UsageError, match="Nothing"):
        tables.companies_table([], scope2_method="location-based")
    with pytest.raises(UsageError, match="twice"):
        tables.companies_table([inventory, inventory], scope2_method="location-based")
    with pytest.raises(UsageError, match="location-based"):
        tables.companies_table([inventory], scope2_method="both")
