"""A policy as conditions: nothing is evaluated as code."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import UsageError
from carbon.digital.conditions import meets

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
