"""Shares of what others run: the worked examples of the Technical Guidance (2013) by plain functions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from carbon.activities.kinds import allocation
from carbon.core.errors import MethodError


def test_leased_space_of_example_8_1():
    """200 m2 of 2,000 m2 at 75 %: 0.1333 of gas, power and refrigerant; 40 + 280 + 1,000 kg (printed with 0.67 kg)."""
    kg = allocation.leased_kg(np.array([1500.0, 3000.0, 5.0]), kg_per_unit=np.array([0.2, 0.7, 1500.0]), area=200.0,
                              total_area=2000.0, occupied_share=0.75)
    assert kg == pytest.approx([40.0, 280.0, 1000.0])


def test_storage_and_assets_of_examples_4_5_and_13_1():
    """10,000 kWh x 100/400 x 0.8 = 2,000 kg; 9,000 kg x 5,000/15,000 m2 = 3,000 kg."""
    assert allocation.allocated_kg(10_000.0, kg_per_unit=0.8, part=100.0, total=400.0) == 2000.0
    assert allocation.allocated_kg(9000.0, kg_per_unit=1.0, part=5000.0, total=15_000.0) == pytest.approx(3000.0)


def test_a_delivery_run_of_example_4_3():
    """31.5 kg by 240, 150 and 250 of 640 tkm: 11.8, 7.4 and 12.3 kg; all of it is allocated."""
    kg = allocation.allocated_kg(31.5, kg_per_unit=1.0, part=pd.Series([240.0, 150.0, 250.0]), total=640.0)
    assert kg.round(1).tolist() == [11.8, 7.4, 12.3]
    assert kg.sum() == pytest.approx(31.5)
    # Page 64, by great circles: 240, 150 and 100 of 490 tkm, printed to two decimals.
    kg = allocation.allocated_kg(31.5, kg_per_unit=1.0, part=pd.Series([240.0, 150.0, 100.0]), total=490.0)
    assert kg.round(2).tolist() == [15.43, 9.64, 6.43]


def test_averages_of_examples_4_6_and_14_2():
    """4,000 m3 x 2 days x 0.01 = 80 kg; 100 m2 x 30,000 kg = 3,000,000 kg, half of it in half a year."""
    assert allocation.storage_kg(4000.0, 2.0, kg_per_unit_day=0.01) == 80.0
    assert allocation.yearly_average_kg(100.0, kg_per_unit_year=30_000.0, share_of_year=1.0) == 3_000_000.0
    assert allocation.yearly_average_kg(100.0, kg_per_unit_year=30_000.0, share_of_year=0.5) == 1_500_000.0


def test_a_sample_is_extrapolated():
    """Formula 14.3: 100 t of 4 sampled franchises, 10 in the group: 250 t."""
    assert allocation.extrapolated(100.0, sampled=4.0, group_size=10.0) == 250.0


@pytest.mark.parametrize("wrong", [
    lambda: allocation.leased_share(200.0, 2000.0, 75.0), lambda: allocation.leased_share(200.0, 2000.0, 0.0),
    lambda: allocation.leased_share(1800.0, 2000.0, 0.75), lambda: allocation.leased_share(200.0, 0.0, 1.0),
    lambda: allocation.allocated_share(5.0, 4.0), lambda: allocation.allocated_share(-1.0, 4.0),
    lambda: allocation.allocated_share(1.0, 0.0), lambda: allocation.extrapolated(1.0, sampled=5.0, group_size=4.0),
    lambda: allocation.yearly_average_kg(1.0, kg_per_unit_year=1.0, share_of_year=1.5)])
def test_impossible_shares_raise(wrong):
    """A share above 1, a percentage for a part of one, a total of zero: never a figure."""
    with pytest.raises(MethodError):
        wrong()
