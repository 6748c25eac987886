"""Energy by month."""

from __future__ import annotations

import pytest

from carbon.reports.tables import catalogue as tables


def test_energy_by_month_keeps_the_year(inventory):
    """A bill of the whole leap year 2024: January has 31 of 366 days, and the months sum to the bill."""
    table = tables.monthly_energy_table(inventory)
    gas = table[table["carrier"] == "natural_gas"].set_index("month")["co2e_t"]

    # 10,000 kWh x (0.18 + 0.04) kg/kWh = 2.2 t
    assert gas["2024-01"] == pytest.approx(2.2 * 31 / 366, rel=1e-12)
    assert gas.sum() == pytest.approx(2.2, rel=1e-12)
    assert len(gas) == 12
