"""The tidy frame of a history: computed years row by row, reported ones line by line, totals those of the series."""

import pandas as pd
import pytest
from reported_years import reported

from carbon.accounting.years.history import history_of
from carbon.core.ghg_protocol import SCOPES


@pytest.fixture
def history(hand):
    """One computed year; before it a reported one, and one that lacks scope 2 by the market-based method."""
    lines = reported(*((2022, scope, 0, method, t) for scope, method, t in (
        ("1", "", 7.0), ("2", "location-based", 2.0), ("2", "market-based", 3.0), ("3", "", 30.0))),
        *((2021, scope, 0, method, t) for scope, method, t in (
            ("1", "", 6.0), ("2", "location-based", 2.5), ("3", "", 20.0))))
    return history_of("hand", {2024: hand}, lines)


def test_each_year_s_total_is_that_of_the_series(history):
    """By both methods; a year that lacks a scope by a method has no rows and is named."""
    for method in ("location-based", "market-based"):
        series = history.series(SCOPES, method)
        totals = history.pivot("scope", "year", "co2e_kg", scope2_method=method).loc["total"].drop("total")
        pd.testing.assert_series_equal(totals.astype(float), series, check_names=False, check_index_type=False)
    rows = history.rows(scope2_method="market-based")
    assert 2021 not in rows["year"].tolist() and 2021 in rows.attrs["incomplete"]
    assert rows.dtypes["km"] == rows.dtypes["quantity"] == "float64"


def test_a_reported_line_has_no_day(history):
    """It is in no month, and a revenue by year is joined to all years."""
    months = history.pivot("month", scope2_method="location-based")["co2e_t"]
    assert months["(no month)"] == pytest.approx(39.0 + 28.5)
    joined = history.join(pd.DataFrame({"year": [2022, 2024], "revenue": [1000.0, 2000.0]}), "year",
                          scope2_method="location-based").set_index("year")
    assert joined.loc[2022, "kg_per_revenue"] == 39.0 and joined.loc[2021, "found"] == "only in the inventory"
