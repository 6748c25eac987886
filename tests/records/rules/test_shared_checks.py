"""Checks that several kinds share: one unit, days of two rows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from carbon.records.rules.shared_checks import in_unit, overlapping


def _days(*pairs):
    first, last = zip(*pairs, strict=True)
    return pd.DataFrame({"period_start": pd.to_datetime(list(first)), "period_end": pd.to_datetime(list(last)),
                         "site": "Lyon"})


def test_a_column_in_one_unit():
    """Tonnes and kilograms become tonnes; kilometres and blanks are no mass."""
    table = pd.DataFrame({"mass": [2.0, 500.0, 3.0, 4.0], "mass_unit": ["t", "kg", "km", ""]})
    np.testing.assert_allclose(in_unit(table, "mass", "mass_unit", "t"), [2.0, 0.5, np.nan, np.nan])
    miles = table.assign(mass_unit=["mi", "L", "", "km"])
    np.testing.assert_allclose(in_unit(miles, "mass", "mass_unit", "km"), [3.218688, np.nan, np.nan, 4.0])


def test_rows_that_begin_before_another_one_ends():
    """The later row is flagged; a row that begins on the day after is not, and an open end never ends."""
    table = _days(("2024-01-01", "2024-01-31"), ("2024-02-01", None), ("2024-06-01", "2024-06-30"))
    assert overlapping(table, ["site"], np.ones(3, dtype=bool)).tolist() == [False, False, True]
    assert overlapping(table, ["site"], np.array([True, False, True])).tolist() == [False, False, False]
