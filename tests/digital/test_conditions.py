"""A policy as conditions: nothing is evaluated as code."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import UsageError
from carbon.digital.conditions import meets, share_in

HOSTS = pd.DataFrame({"service": ["a", "b", "c"], "provider": ["Nord", "Sud", "Est"], "kwh": [100.0, 300.0, np.nan],
                      "pue": [1.2, 1.6, np.nan], "grid_g_per_kwh": [50.0, 400.0, 30.0],
                      "renewable_share": [1.0, 0.2, 1.0], "location": ["FR", "DE", ""]})


@pytest.mark.parametrize("condition", [("colour", "=", "x"), ("pue", "~", "1"), ("pue", "<", "low"),
                                       ("provider", "<", "5"), ("pue", "=", "__import__('os')")])
def test_a_condition_is_never_code(condition):
    """An unknown column or operator, a text for a number: refused; nothing is evaluated."""
    with pytest.raises(UsageError):
        meets(HOSTS, [condition])
    with pytest.raises(UsageError):
        meets(HOSTS, [])


def test_every_operator():
    """Each sign once on one column."""
    found = {sign: meets(HOSTS, [("grid_g_per_kwh", sign, 50)]).tolist() for sign in ("=", "!=", "<", "<=", ">", ">=")}
    assert found == {"=": [True, False, False], "!=": [False, True, True], "<": [False, False, True],
                     "<=": [True, False, True], ">": [False, True, False], ">=": [True, True, False]}
    assert meets(HOSTS, [("provider", "not in", ["nord"])]).tolist() == [False, True, True]


def test_the_part_of_a_period_within_some_days_is_by_days():
    """184 of 366 days before the year's end; an open period states a year's, and of a part of one nothing is known."""
    rows = pd.DataFrame({"period_start": ["2023-07-01", None, "2024-05-01", "2025-01-01"],
                         "period_end": ["2024-06-30", None, None, "2025-02-01"]}).apply(pd.to_datetime)
    found = share_in(rows, pd.Timestamp(2024, 1, 1), pd.Timestamp(2024, 12, 31))
    assert found[[0, 1, 3]].tolist() == pytest.approx([182 / 366, 1.0, 0.0]) and math.isnan(found[2])
