"""The life of sold products: the worked examples of the Technical Guidance (2013) by plain functions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from carbon.activities.kinds import product_life
from carbon.core.errors import MethodError


def test_processing_of_examples_10_1_and_10_2():
    """3,500 x 0.2 + 2,000 x 0.5 + 50 x 0.5 = 1,725 kg; 1,000 x 1.5 = 1,500 kg."""
    kg = product_life.processing_kg(np.array([3500.0, 2000.0, 50.0]), kg_per_unit=np.array([0.2, 0.5, 0.5]), share=1.0)
    assert kg.sum() == pytest.approx(1725.0)
    assert product_life.processing_kg(1000.0, kg_per_unit=1.5, share=1.0) == 1500.0


def test_direct_use_of_example_11_1():
    """7,475,000, 1,567,500 and 4,000,000 kg of two washing machines and an iron."""
    kg = product_life.use_phase_kg(
        pd.Series([11_500.0, 1900.0, 20_000.0]), lifetime_uses=pd.Series([1000.0, 1100.0, 2000.0]),
        quantity_per_use=pd.Series([1.3, 1.5, 0.2]), kg_per_unit=0.5, share=1.0)
    assert kg.tolist() == pytest.approx([7_475_000, 1_567_500, 4_000_000])


def test_shares_of_examples_11_2_and_11_3():
    """Washing, 80,000, 200,000 and 480,000 kg; engines by mass, 10 x 300,000 x 0.3 x 20/500 = 36,000 kg."""
    kg = product_life.use_phase_kg(2000.0, lifetime_uses=1000.0, quantity_per_use=np.array([0.4, 0.5, 1.2]),
                                   kg_per_unit=0.5, share=np.array([0.2, 0.4, 0.4]))
    assert kg == pytest.approx([80_000, 200_000, 480_000])
    assert product_life.use_phase_kg(10.0, lifetime_uses=300_000.0, quantity_per_use=1.0, kg_per_unit=0.3,
                                     share=20 / 500) == pytest.approx(36_000)


def test_a_grid_of_each_year():
    """25,000 kWh in 2.5 years at 0.5 kg, less 10 %: 10,000 x 0.5 + 10,000 x 0.45 + 5,000 x 0.405 = 11,525 kg."""
    grid = product_life.declining_grid(0.5, decline=0.1, lifetime_years=2.5)
    assert grid == pytest.approx([0.5, 0.45, 0.405])
    assert product_life.years_of_life(2.5) == pytest.approx([0.4, 0.4, 0.2])
    kg = product_life.use_phase_by_year_kg(25_000.0, grid_kg_per_kwh=grid, lifetime_years=2.5)
    assert kg == pytest.approx(11_525)
    # A constant grid is the plain formula.
    assert product_life.use_phase_by_year_kg(25_000.0, grid_kg_per_kwh=np.full(3, 0.5), lifetime_years=2.5) == 12_500.0
    assert product_life.years_of_life(0.4).tolist() == [1.0]


def test_gases_in_products():
    """Formula 11.3: 100 fridges x 0.15 kg x 40 % x 1,300 = 7,800 kg."""
    assert product_life.contained_gas_kg(100.0, gas_kg_per_unit=0.15, released_share=0.4, gwp=1300.0) == pytest.approx(
        7800)


def test_end_of_life_of_example_12_1():
    """10,000 kg x (90 % x 0.3 + 10 % x 1.0 + 0 % x 0) = 3,700 kg."""
    assert product_life.end_of_life_kg(10_000.0, shares=np.array([0.9, 0.1, 0.0]), kg_per_unit=np.array(
        [0.3, 1.0, 0.0])) == pytest.approx(3700)


@pytest.mark.parametrize("wrong", [
    lambda: product_life.end_of_life_kg(1.0, shares=np.array([0.9, 0.2]), kg_per_unit=np.array([1.0, 1.0])),
    lambda: product_life.end_of_life_kg(1.0, shares=np.array([1.0]), kg_per_unit=np.array([1.0, 1.0])),
    lambda: product_life.years_of_life(0.0), lambda: product_life.years_of_life(-3.0),
    lambda: product_life.declining_grid(0.5, decline=3.0, lifetime_years=2.0),
    lambda: product_life.use_phase_by_year_kg(1.0, grid_kg_per_kwh=np.array([0.5]), lifetime_years=2.0),
    lambda: product_life.lifetime_quantity(1.0, lifetime_uses=-1.0, quantity_per_use=1.0, share=1.0),
    lambda: product_life.processing_kg(1.0, kg_per_unit=1.0, share=40.0),
    lambda: product_life.contained_gas_kg(1.0, gas_kg_per_unit=1.0, released_share=40.0, gwp=1.0)])
def test_impossible_lives_raise(wrong):
    """No life of zero years, no negative uses, no shares beyond 1, no year without a factor."""
    with pytest.raises(MethodError):
        wrong()
