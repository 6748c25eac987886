"""Annuity, cost per tonne, net present value and the cost curve, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from carbon.core.errors import MethodError
from carbon.levers.cost import (
    capital_recovery_factor,
    carried,
    cost_curve,
    cost_per_tonne,
    lever_money,
)
from carbon.levers.life import life
from carbon.params.shapes.levers import Lever


def test_annuity_and_cost_per_tonne():
    """CRF(5 %, 10 years) = 0.05 / (1 - 1.05^-10) = 0.129505; at 0 % it is 1/10. Nothing abated has no price."""
    assert capital_recovery_factor(0.05, 10) == pytest.approx(0.129505, abs=1e-6)
    assert capital_recovery_factor(0.0, 10) == 0.1
    # (1000 x 0.129505 + 50 - 20) / 2 t = 79.75
    got = cost_per_tonne(capex=1000, opex=50, savings=20, abatement_t=2, rate=0.05, years=10)
    assert got == pytest.approx(79.75, abs=0.01)
    with pytest.raises(MethodError):
        cost_per_tonne(capex=1, opex=0, savings=0, abatement_t=0, rate=0.05, years=10)


def test_net_present_value_pays_again_and_credits_what_is_left():
    """Capex 100 with a life of 2 years over 3 years at 10 %: 100 + 100/1.21 = 182.64; half of the second is left at the
    end: 50/1.331 = 37.57 less.
    """
    lever = Lever(id="a", label={}, cuts=[{"where": {"scope": ["1"]}, "reduction": 0.1}], track="both", evidence="test",
                  lifetime_years=2, earliest_start=2026, cost={
                      "currency": "EUR", "price_year": 2025, "capex": {"low": 80, "likely": 100, "high": 150},
                      "opex_per_year": 0, "savings_per_year": 0})
    units = [life(lever, 1, first_year=2026, starts=3, years=3)]
    none = lever_money([lever], units, discount_rate=0.1, residual_value="none")
    left = lever_money([lever], units, discount_rate=0.1, residual_value="remaining_life")
    assert none.npv[0, 0] == pytest.approx(100 + 100 / 1.21)
    assert left.npv[0, 0] == pytest.approx(100 + 100 / 1.21 - 50 / 1.331)
    assert none.capex[0, 1].tolist() == [0.0, 100.0, 0.0]
    assert [value[0, 2] for value in none.ranges["capex"]] == pytest.approx([80 / 1.21, 100 / 1.21, 150 / 1.21])
    # what is left is a share of the same price: half of 80, 100, 150 at 1.1^-3
    assert [value[0, 2] for value in left.ranges["capex"]] == pytest.approx(
        [c * (1 / 1.21 - 0.5 / 1.331) for c in (80, 100, 150)])


def test_a_sum_of_costs_is_no_finer_than_its_parts():
    """Parts of 418,000 and 24,000 are known to thousands: 855,739 is 856,000, and 12.34 of parts of 3 is 12.34."""
    assert carried(-855_739.2, [-418_000, 24_000]) == -856_000
    assert carried(12.344, [3.0]) == pytest.approx(12.34)
    assert carried(0.0, []) == 0.0


def test_levers_that_save_money_stand_apart_by_their_total_saving():
    """A tiny saver at -1000 EUR/t never stands before one that saves a hundred times the money."""
    table = cost_curve(["tiny", "large", "dear", "cheap"], np.array([-10.0, -1000.0, 500.0, 50.0]),
                       np.array([10.0, 20_000.0, 1000.0, 1000.0]))
    assert table["lever"].tolist() == ["large", "tiny", "cheap", "dear"]
    assert table["cost_per_t"].isna().tolist() == [True, True, False, False]
    assert table["to_kg"].iloc[-1] == 22_010.0
    with pytest.raises(MethodError):
        cost_curve(["none"], np.array([1.0]), np.array([0.0]))
