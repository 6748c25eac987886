"""The table of a portfolio: sums of the published lines, compared with like ones alone."""

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import UsageError
from carbon.reports.tables.portfolio import portfolio_table

NAMES = ["company", "year", "scope", "category", "scope2_method", "co2e_kg", "rows", "status"]
YEAR = [("1", 0, "", 200.0), ("2", 0, "location-based", 100.0), ("2", 0, "market-based", 40.0), ("3", 1, "", 700.0)]


def published(kg_per_million: list[float], year: int = 2024, **changes) -> pd.DataFrame:
    """Companies of one tonne location-based each, ten employees, and what revenue their kilograms give."""
    lines = [(f"c{at}", year, *line, 1, "computed") for at in range(len(kg_per_million)) for line in YEAR]
    size = np.repeat(1e9 / np.asarray(kg_per_million), len(YEAR))
    return pd.DataFrame(lines, columns=NAMES).assign(gwp="AR6GWP100", employees=10.0, revenue=size, currency="EUR") \
        .assign(**changes)


def test_a_total_has_one_scope_2_method_and_the_newest_year():
    """1.0 t by location, 0.94 t by market; of two years the later alone."""
    table = pd.concat([published([1000.0], year=2023), published([1000.0] * 2)])
    assert portfolio_table(table, scope2_method="location-based")["total_t"].tolist() == [1.0, 1.0]
    by_market = portfolio_table(table, scope2_method="market-based")
    assert by_market["total_t"].tolist() == [0.94, 0.94] and by_market["year"].tolist() == [2024, 2024]
    with pytest.raises(UsageError, match="location-based, market-based"):
        portfolio_table(table, scope2_method="location")


def test_companies_are_compared_with_like_ones():
    """The ratio to the median of eight of one year, currency and GWP set; a ninth in another currency has no ratio by
    revenue, and one by employees.
    """
    kg = [1000.0, 1000.0, 900.0, 1100.0, 1000.0, 1200.0, 800.0, 50_000.0, 1000.0]
    table = published(kg).assign(currency=lambda t: t["company"].map(lambda name: "SEK" if name == "c8" else "EUR"))
    found = portfolio_table(table, scope2_method="location-based").set_index("company")
    assert found["per_million_t"].tolist() == pytest.approx([k / 1000 for k in kg])
    assert found.loc["c7", "per_million_times"] == pytest.approx(50.0) and found.loc["c7", "per_million_peers"] == 8
    assert found["per_million_far"].tolist() == ["", "", "", "", "", "", "", "high", ""]
    assert np.isnan(found.loc["c8", "per_million_times"]) and found.loc["c8", "per_employee_times"] == 1.0
    assert found.loc["c8", "reason"] == "revenue: fewer than 8 peers"


def test_what_is_not_complete_or_not_stated_is_not_compared():
    """A scope without records and one in part; without employees NaN, and all of them stay in the table."""
    table = published([1000.0] * 11)
    table.loc[(table["company"] == "c0") & (table["scope"] == "3"), ["co2e_kg", "rows", "status"]] = [
        np.nan, 0, "no records"]
    table.loc[(table["company"] == "c1") & (table["scope"] == "1"), "status"] = "partly: diesel (5 L)"
    table.loc[table["company"] == "c2", "employees"] = np.nan
    found = portfolio_table(table, scope2_method="location-based").set_index("company")
    assert len(found) == 11 and found["reason"][found["reason"] != ""].to_dict() == {
        "c0": "scope 3: no records", "c1": "scope 1: partly: diesel (5 L)", "c2": "employees not stated"}
    assert found.loc[["c0", "c1", "c2"], "per_employee_times"].isna().all()
    assert np.isnan(found.loc["c2", "per_employee_t"]) and found.loc["c2", "per_million_times"] == 1.0
    assert found.loc["c0", "categories"] == 0 and found.loc["c3", "categories"] == 1


def test_no_company_is_an_empty_table():
    """A selection without a line, e.g. of a year that nobody has published, has the columns of any other."""
    table = published([1000.0])
    found = portfolio_table(table[table["year"] == 2030], scope2_method="location-based")
    assert found.empty and [*found] == [*portfolio_table(table, scope2_method="location-based")]
