"""Periods by month: shares of days sum to one, and the label of a longer period names both its ends."""

import numpy as np

from carbon.accounting.frames.months import by_month, labels, month_numbers

START = np.array(["2024-01-31", "2024-12-15"], dtype="datetime64[D]")
END = np.array(["2024-02-02", "2024-12-31"], dtype="datetime64[D]")


def test_a_period_is_spread_over_its_days():
    """31 January to 2 February: one day and two; both ends count."""
    line, month, share = by_month(START, END)
    assert line.tolist() == [0, 0, 1]
    assert month.astype("datetime64[M]").astype(str).tolist() == ["2024-01", "2024-02", "2024-12"]
    assert np.allclose(share, [1 / 3, 2 / 3, 1.0], rtol=1e-15)


def test_a_label_names_one_month_or_both_ends():
    """By month, and by quarter."""
    first, last = month_numbers(START), month_numbers(END)
    assert labels(first, last, quarter=False).tolist() == ["2024-01 to 2024-02", "2024-12"]
    assert labels(first, last, quarter=True).tolist() == ["2024-Q1", "2024-Q4"]
    assert labels(first[:0], last[:0], quarter=True).tolist() == []
