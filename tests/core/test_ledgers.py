"""In which reporting year an event falls, and for which share of it."""

import pandas as pd
import pytest

from carbon.core.ledgers import with_years
from carbon.core.periods import reporting_year


@pytest.mark.parametrize(("day", "starts", "year", "share"), [
    ("2023-01-01", "01-01", 2023, 1.0), ("2023-12-31", "01-01", 2023, 1 / 365), ("2024-01-01", "01-01", 2024, 1.0),
    ("2024-07-01", "01-01", 2024, 184 / 366)])
def test_an_event_belongs_to_the_year_of_its_day(day: str, starts: str, year: int, share: float):
    """Its first day counts whole, its last day as one of the year's days."""
    table = with_years(pd.DataFrame({"date": [pd.Timestamp(day)]}), starts)
    assert table["event_year"].tolist() == [year]
    assert table["share"].tolist() == [pytest.approx(share, rel=1e-15)]


def test_the_days_of_a_year_that_starts_in_april_belong_to_it():
    """First and last day of each of three reporting years, and the day after."""
    for year in (2022, 2023, 2024):
        first, last = reporting_year(year, "04-01")
        days = [first, last, last + pd.Timedelta(days=1)]
        table = with_years(pd.DataFrame({"date": pd.to_datetime(days)}), "04-01")
        assert table["event_year"].tolist() == [year, year, year + 1]
