"""Series of a publication, and what its earlier edition gave for the same thing."""

from __future__ import annotations

import pytest

from carbon.core.errors import UsageError
from carbon.factors import editions, library


@pytest.mark.parametrize(("source_id", "series"), [
    ("desnz_2025", "desnz"), ("epa_hub_2024", "epa_hub"), ("epa_egrid_2023", "epa_egrid"),
    ("sdes_ges501", "sdes_ges501"), ("ember_owid_2026", "ember_owid"), ("epa_supply_chain_1_3", "epa_supply_chain"),
    ("ademe_base_carbone_23", "ademe_base_carbone"), ("company", ""), ("company_supplier_2024", ""),
])
def test_a_series_is_the_source_without_its_edition(source_id, series):
    """Numbers at the end are the edition; what a company brought itself has none."""
    assert editions.series_of(source_id) == series


@pytest.fixture
def table(make_library):
    row = {"activity": "flight.long_haul.economy", "unit": "passenger.km", "region": "GB", "part": "combustion"}
    grid = {"activity": "electricity", "region": "FR", "source_id": "ember_owid_2026", "life_cycle": True}
    spec = [{**row, "factor_id": f"flight-{y}", "source_id": f"desnz_{y}", "valid_from": y, "valid_to": y}
            for y in (2022, 2024, 2025)]
    spec += [{**grid, "factor_id": f"grid-{y}", "valid_from": y, "valid_to": y} for y in (2020, 2024)]
    spec += [{"factor_id": "uk-2025", "region": "GB", "source_id": "desnz_2025", "valid_from": 2025, "valid_to": 2025},
             {"factor_id": "uk-2026", "region": "GB", "source_id": "desnz_2026", "valid_from": 2026, "valid_to": 2026},
             {"factor_id": "gas", "activity": "refrigerant.r32", "unit": "kg", "source_id": "epa_hub_2025",
              "valid_from": 1990, "valid_to": 9999},
             {"factor_id": "mine", "source_id": "company", "valid_from": 2024, "valid_to": 9999}]
    return make_library(*spec).table


def found(table, element, year):
    return editions.earlier(table, [element], year).iloc[0]


def test_another_edition_of_the_series_gives_the_earlier_factor(table):
    """The flight of 2025 in 2024 is that of the edition of 2024; the activity, the region and the unit are the same."""
    row = found(table, "flight-2025", 2024)
    assert (row["earlier_id"], row["earlier_source"], row["kind"]) == ("flight-2024", "desnz_2024", editions.EDITION)


def test_a_year_without_an_edition_takes_the_nearest_earlier_one(table):
    """2023 has none: that of 2022 stands in, and is named with its year."""
    row = found(table, "flight-2025", 2023)
    assert row["earlier_id"] == "flight-2022" and row["earlier_from"] == 2022


def test_one_edition_with_many_years_is_a_reference_year(table):
    """Ember's file of 2026 holds 2020 and 2024: the step between is the grid's, not an edition's."""
    assert found(table, "grid-2024", 2020)["kind"] == editions.REFERENCE_YEAR


def test_what_did_not_exist_is_said(table):
    """Before the first edition there is no earlier factor, and none is invented."""
    row = found(table, "flight-2025", 2019)
    assert row["kind"] == editions.NONE and row["earlier_id"] == "" and row["earlier_from"] == 0


def test_a_factor_that_holds_both_years_is_the_same(table):
    """A composition does not age."""
    assert found(table, "gas", 2020)["kind"] == editions.SAME


def test_own_factors_have_no_edition(table):
    """A supplier's figure is the company's purchasing, not a publisher's edition."""
    assert found(table, "mine", 2020)["kind"] == editions.OWN


def test_a_change_of_method_is_named(table):
    """DESNZ 2026 computes UK electricity another way: the step from 2025 is no change of the grid."""
    assert "method" in found(table, "uk-2026", 2025)["method_break"]
    assert found(table, "uk-2025", 2025)["method_break"] == ""


def test_elements_of_another_library_are_refused(table):
    """An element that the table does not have would be left out in silence."""
    with pytest.raises(UsageError, match="no elements elsewhere"):
        editions.earlier(table, ["elsewhere"], 2024)


def test_the_packaged_series_reach_back():
    """The flight of 2025, the French grid of 2024 and an eGRID subregion of 2023 in the years of their editions."""
    table = library.load("2026.2").table
    ids = ["desnz-2025-gb-flight.long_haul.economy-passenger_km", "ember-fr-electricity-2024",
           "epa-egrid-2023-us-egrid-rmpa-electricity-kwh"]
    rows = editions.earlier(table, ids, 2021).set_index("element_id")
    assert rows.loc[ids, "earlier_id"].tolist() == [
        "desnz-2021-gb-flight.long_haul.economy-passenger_km", "ember-fr-electricity-2021",
        "epa-egrid-2021-us-egrid-rmpa-electricity-kwh"]
    assert rows.loc[ids, "kind"].tolist() == [editions.EDITION, editions.REFERENCE_YEAR, editions.EDITION]
