"""Refrigerant losses by balance and by screening."""

from __future__ import annotations

import numpy as np
import pytest

from carbon.activities.kinds.refrigerants import refrigerant_balance_kg, refrigerant_screening_kg
from carbon.core.errors import MethodError


def test_refrigerant_balance():
    """What is missing from stock and purchases has escaped; a negative balance is refused."""
    # 12 - 5 + 10 - 2 - 8 = 7 kg
    given = {"stock_start_kg": 12.0, "stock_end_kg": 5.0, "bought_kg": 10.0, "returned_kg": 2.0, "charge_rise_kg": 8.0}
    assert refrigerant_balance_kg(**given) == 7.0
    with pytest.raises(MethodError, match="negative"):
        refrigerant_balance_kg(**{**given, "charge_rise_kg": 16.0})


def test_refrigerant_screening():
    """Filling, yearly leak and scrapping, of numbers or arrays; shares beyond 0 to 1 are refused."""
    given = {"new_charge_kg": 10.0, "loss_at_filling": 0.01, "charge_kg": np.array([40.0, 0.0]), "yearly_leak": 0.05,
             "years": 1.0, "scrapped_charge_kg": 5.0, "share_left": 0.8, "recovered": 0.75}
    # 10 x 0.01 + 40 x 0.05 x 1 + 5 x 0.8 x (1 - 0.75) = 0.1 + 2 + 1 = 3.1 kg
    assert refrigerant_screening_kg(**given) == pytest.approx([3.1, 1.1])
    with pytest.raises(MethodError, match="yearly_leak"):
        refrigerant_screening_kg(**{**given, "yearly_leak": 5.0})
