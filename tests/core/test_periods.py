"""Reporting years, and shares of a period that add up exactly."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import UsageError
from carbon.core.periods import factor_year, latest_end_before, reporting_year, share_by_days, years_of_days


def i(*days: int) -> np.ndarray:
    return np.array(days, dtype=np.int64)


def test_calendar_year():
    """A year that starts on 1 January is the calendar year."""
    assert reporting_year(2024, "01-01") == (pd.Timestamp("2024-01-01"), pd.Timestamp("2024-12-31"))


def test_fiscal_year_bears_the_number_of_its_end():
    """A fiscal year from April belongs to the calendar year in which it ends, and reaches the leap day."""
    assert reporting_year(2024, "04-01") == (pd.Timestamp("2023-04-01"), pd.Timestamp("2024-03-31"))
    assert reporting_year(2024, "03-01")[1] == pd.Timestamp("2024-02-29")


@pytest.mark.parametrize("starts", ["02-29", "13-01", "00-10"])
def test_a_start_that_not_every_year_has_is_refused(starts: str):
    """29 February is no start of a year."""
    with pytest.raises(UsageError, match=starts):
        reporting_year(2024, starts)


def test_worked_share():
    """Three of ten days are three tenths."""
    # 100 kWh x 3 / 10 = 30 kWh, and 70 kWh remain
    assert share_by_days(np.array([100.0]), first=i(0), stop=i(3), days=i(10)).item() == 30.0
    assert share_by_days(np.array([100.0]), first=i(3), stop=i(10), days=i(10)).item() == 70.0


def test_ten_thousand_periods_against_exact_fractions():
    """Each share is within a unit in the last place of the exact one, and the shares of all years sum to the whole."""
    rng = np.random.default_rng(7)
    n = 10_000
    quantity = rng.lognormal(5, 8, n) * rng.choice([1.0, -1.0], n)
    days = rng.integers(1, 2_000, n)
    cuts = np.sort(rng.integers(0, days[:, None] + 1, (n, 3)), axis=1)
    edges = np.column_stack([np.zeros(n, np.int64), cuts, days])
    parts = [share_by_days(quantity, first=edges[:, k], stop=edges[:, k + 1], days=days) for k in range(4)]

    exact = [[Fraction(q) * int(b - a) / int(d) for q, a, b, d in zip(
        quantity.tolist(), edges[:, k], edges[:, k + 1], days, strict=True)] for k in range(4)]
    ulp = np.spacing(np.abs(quantity))
    for part, truth in zip(parts, exact, strict=True):
        off = [abs(Fraction(p) - t) for p, t in zip(part.tolist(), truth, strict=True)]
        assert all(o <= Fraction(u) for o, u in zip(off, ulp.tolist(), strict=True))
    sums = [sum(map(Fraction, row)) for row in np.column_stack(parts).tolist()]
    assert sums == [Fraction(q) for q in quantity.tolist()]


def test_missing_and_negative_quantities():
    """A missing quantity stays missing; a credit note mirrors its invoice."""
    part = share_by_days(np.array([np.nan, 1e7, -1e7]), first=i(0, 0, 0), stop=i(1, 1, 1), days=i(3, 3, 3))
    assert np.isnan(part[0])
    assert part[1] == -part[2] > 0


def test_the_latest_end_before_a_line_is_of_the_lines_above_it_with_the_same_keys():
    """A long period counts until a later one ends after it; other meters do not count, and the first has none before
    it.
    """
    meter = i(0, 0, 0, 1, 2)
    ends = np.array(["2024-06-30", "2024-03-31", "2024-07-31", "2024-01-31", "2023-02-28"], dtype="datetime64[s]")
    before = latest_end_before(meter, ends)
    assert np.isnat(before).tolist() == [True, False, False, True, True]
    assert before[1:3].astype(str).tolist() == ["2024-06-30", "2024-06-30"]
    assert len(latest_end_before(meter[:0], ends[:0])) == 0


@pytest.mark.parametrize(("starts", "year"), [("01-01", 2022), ("04-01", 2021), ("06-30", 2021), ("07-01", 2022),
                                              ("10-01", 2022)])
def test_a_reporting_year_takes_the_factors_of_the_calendar_year_with_most_of_its_days(starts, year):
    """April 2021 to March 2022: 2021; two halves: the newer, as DESNZ states."""
    assert factor_year(2022, starts) == year


def test_each_day_is_of_one_reporting_year():
    """31 March 2022 ends 2022, 1 April begins 2023; in calendar years both are of 2022."""
    days = np.array(["2022-03-31", "2022-04-01"], dtype="datetime64[D]")
    assert years_of_days(days, "04-01").tolist() == [2022, 2023]
    assert years_of_days(days, "01-01").tolist() == [2022, 2022]
