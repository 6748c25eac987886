"""The prepared tables of a year: rows that count at its end, in it, and on any of its days."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pandas as pd
import pytest

from carbon.core.errors import UsageError
from carbon.scorecards.tables import as_of
from tests.support.estate import table, year

HOSTS = table("hosting", {"service": "ends", "period_end": "2024-12-31", "pue": 1.0}, {"service": "open"},
              {"service": "ended", "period_end": "2024-06-30"}, {"service": "later", "period_start": "2025-01-01"})
POLICY = {"hosting": [{"column": "pue", "operator": "<=", "value": "2"}]}


def test_a_period_counts_on_its_last_day_and_a_leaver_does_not():
    """A contract runs on the day that it ends; a device that left on that day is gone."""
    tables = year(2024, hosting=HOSTS, policies=POLICY)
    assert tables.counts("hosting", "year_end", "").tolist() == [True, True, False, False]
    assert tables.counts("hosting", "any_day", "").tolist() == [True, True, True, False]
    devices = table("assets", {"asset_id": "a", "purchased_on": "2020-01-01", "retired_on": "2024-12-31"},
                    {"asset_id": "b", "purchased_on": "2024-12-31"})
    assert year(2024, assets=devices).counts("assets", "year_end", "").tolist() == [False, True]


def test_a_reporting_year_of_other_months_ends_on_its_own_last_day():
    """The year from April ends in March: an audit of February is its last one, one of April is not."""
    audits = table("rgaa_audits", *({"service": "a", "date": day, "compliant": 1, "non_compliant": 0,
                                     "not_applicable": 105, "untested": 0} for day in (
                                         "2023-06-01", "2024-02-01", "2024-04-02")))
    tables = year(2024, rgaa_audits=audits, starts="04-01")
    assert tables.counts("rgaa_audits", "year_end", "").tolist() == [False, True, False]


def test_rows_of_one_day_have_no_state_at_the_end_of_a_year():
    """Purchases happen in a year; at its end they are not something that is true."""
    orders = table("it_purchases", {"date": "2024-05-01", "quantity": 1})
    with pytest.raises(UsageError, match="have one day each"):
        year(2024, it_purchases=orders).counts("it_purchases", "year_end", "")


def test_figures_without_records_are_no_zero():
    """No headcount of the year; no inventory; and one year is one."""
    tables = year(2024, employees={2023: 5})
    assert math.isnan(tables.figure("employees")) and tables.figure("year") == 1
    with pytest.raises(UsageError, match="No inventory of c in 2024"):
        tables.figure("total")


def test_the_figures_of_an_inventory_are_in_tonnes():
    """Total by the headline method, and scopes 1 and 2 as what scope 3 is not."""
    rows = pd.DataFrame({"scope": ["1", "3"], "kyoto": [True, True]})
    inventory = SimpleNamespace(params=SimpleNamespace(scope2_headline="location-based"), total=lambda method: 4000.0,
                                emissions=rows)
    tables = year(2024, inventory)
    tables.figure = lambda name, real=tables.figure: 3.0 if name == "scope3" else real(name)
    assert (tables.figure("total"), tables.figure("scope1and2")) == (4, 1)


def test_trips_of_a_year_without_travel_have_no_origin():
    """No file of travel at all: no trip, no line, and the indicators of the year are computed."""
    tables = year(2024, SimpleNamespace(records={}))
    tables.table = {"trips": pd.DataFrame({"trip_id": pd.Series([], dtype="str")})}.get
    assert [column.tolist() for column in tables.origin("trips")] == [[], []]


def test_the_parts_of_a_trip_have_the_line_of_their_record():
    """The third part of a record has its line, a trip that no record has none; a record counts with its first row."""
    travel = pd.DataFrame({"record_id": ["a", "b", "b"], "source_file": ["t.csv"] * 3, "source_line": [2, 3, 4]})
    tables = year(2024, SimpleNamespace(records={"travel": travel}))
    tables.table = {"trips": pd.DataFrame({"trip_id": ["b/3", "a", "x"]})}.get
    files, lines = tables.origin("trips")
    assert files.tolist() == ["t.csv", "t.csv", ""] and lines.tolist()[:2] == [3, 2] and math.isnan(lines[2])


def test_every_table_that_can_be_counted_states_its_days():
    """All tables of records but those of params, and three that are computed."""
    from carbon.records.kinds.contract import DIGITAL

    assert set(as_of()) == {*DIGITAL, "service", "activities", "emissions"}


def test_a_device_without_a_date_is_neither_over_nor_under_ten_years():
    """Bought eleven years ago, two years ago, and nobody knows when."""
    devices = table("assets", {"asset_id": "a", "purchased_on": "2013-01-01"},
                    {"asset_id": "b", "purchased_on": "2022-01-01"}, {"asset_id": "c"})
    assert year(2024, assets=devices).table("assets")["over_10_years"].tolist() == ["yes", "no", ""]


def test_the_services_of_an_indicator_are_those_of_the_portfolio():
    """Two services of a table, one without a figure: the first has kilograms and users, the other no kilograms."""
    frame = pd.DataFrame({"service": ["portal", "suite"], "version": ["1", ""], "users": [100.0, 10.0],
                          "days_share": [0.5, 1.0], "co2e_kg": [40.0, 7.0], "covered": [True, False]})
    answers = SimpleNamespace(answers=SimpleNamespace(hours_per_user=2.0))
    found = year(2024, services=table("services", {"service": "portal"}))
    assert found.keeps("service")
    found._services = SimpleNamespace(by_service=frame, services={("portal", "1"): answers})
    rows = found.table("service").set_index("service_id")
    assert rows.loc["portal", ["co2e_kg", "users", "hours"]].tolist() == [40, 50, 100]
    assert math.isnan(rows.loc["suite", "co2e_kg"])


@pytest.mark.parametrize(("name", "row", "policies"), [
    ("hosting", {"service": "a"}, POLICY),
    ("it_purchases", {"date": "2024-05-01", "category": "laptop", "quantity": 1},
     {"purchasing": {"laptop": [{"column": "support_years", "operator": ">=", "value": "7"}]}}),
    ("solutions", {"solution_id": "a", "delivered_on": "2020-01-01"}, {"active_months": 12}),
])
def test_a_rule_about_what_no_row_states_has_no_rate(name, row, policies):
    """A column that is not there makes no rate of 0 %; one value of it is enough to judge the rows."""
    tables = year(2024, **{name: table(name, row), "policies": policies})
    with pytest.raises(UsageError, match=f"No row of {name} has"):
        tables.table(name)


def test_a_rule_of_what_nobody_bought_costs_no_rate_of_the_others():
    """No screen was bought, so that no row states what its rule is about: laptops are judged by theirs."""
    bought = table("it_purchases", {"date": "2024-05-01", "category": "laptop", "quantity": 1, "support_years": 7})
    rules = {"laptop": [{"column": "support_years", "operator": ">=", "value": "7"}],
             "screen": [{"column": "condition", "operator": "=", "value": "refurbished"}]}
    found = year(2024, it_purchases=bought, policies={"purchasing": rules}).table("it_purchases")
    assert found["meets_policy"].tolist() == ["yes"]


def test_trips_of_a_file_of_two_years_have_the_lines_of_the_year():
    """The table has the trips of 2024 alone: the second line of the file is its first row."""
    tables = year(2024)
    tables.records.tables["trips"] = pd.DataFrame({"trip_id": ["old", "new"]})
    tables.records.origins["trips"] = pd.DataFrame({"source_file": ["trips.csv"] * 2, "source_line": [2, 3]})
    tables.table = {"trips": pd.DataFrame({"trip_id": ["new"]})}.get
    assert [column.tolist() for column in tables.origin("trips")] == [["trips.csv"], [3.0]]
