"""Drafts: rows cut to the reporting year by day, and periods that end before they start."""

from __future__ import annotations

from fractions import Fraction

import pytest

from carbon.activities import classify


def test_a_bill_across_the_year_end_is_cut_by_day(read):
    """The days inside the year are counted, the others excluded with their amount, and the row counts once."""
    result = classify(read(energy=[{"period_start": "2023-12-22", "period_end": "2024-01-20", "quantity": 300.0}]))
    # 30 days: 10 in 2023, 20 in 2024; 300 kWh x 20 / 30 = 200 kWh
    row = result.activities.iloc[0]
    assert (row["quantity"], row["record_amount"], row["record_unit"]) == (200.0, 200.0, "electricity:kWh")
    assert (str(row["period_start"].date()), str(row["period_end"].date())) == ("2024-01-01", "2024-01-20")
    cut = result.ledger.iloc[0]
    assert (cut["outcome"], cut["code"], cut["amount"], cut["counts_row"]) == ("excluded", "out_of_year", 100.0, False)


@pytest.mark.parametrize("starts", ["01-01", "03-01", "07-01"])
def test_shares_of_all_years_sum_to_the_whole(read, starts):
    """Three reporting years that share one long bill share its kWh exactly, leap day included."""
    line = {"period_start": "2022-11-07", "period_end": "2024-10-03", "quantity": 123456.789}
    parts = [classify(read(year=y, energy=[line], reporting_year_starts=starts)) for y in range(2022, 2026)]
    shares = [q for part in parts for q in part.activities["quantity"]]
    assert sum(shares) == pytest.approx(123456.789, rel=1e-15)
    assert sum(map(Fraction, shares)) == Fraction(123456.789)


def test_outside_and_reversed_periods(read):
    """A bill of another year is excluded whole; a period that ends before it starts is rejected."""
    result = classify(read(energy=[{"day": "2023-05-01"}, {"period_start": "2024-05-02", "period_end": "2024-05-01"}]))
    assert sorted(result.ledger["code"]) == ["out_of_year", "period_reversed"]
    assert result.activities.empty
