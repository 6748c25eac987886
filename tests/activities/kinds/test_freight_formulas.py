"""Transport of goods by plain functions: the worked examples of the Technical Guidance (2013), chapters 4 and 9."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from carbon.activities.kinds import freight_formulas
from carbon.core.errors import MethodError
from carbon.emissions.formulas import freight_kg


def test_fuel_and_refrigerant_of_example_4_1():
    """Page 56: (50,000 + 80,000 + 90,000) L x 3 = 660,000 kg; 50 kg x 2,000 = 100,000 kg; in all 760,000 kg."""
    kg = freight_formulas.transport_fuel_kg(np.array([50_000.0, 80_000, 90_000, 50]),
                                            kg_per_unit=np.array([3.0, 3, 3, 2000]))
    assert (kg[:3].sum(), kg[3], kg.sum()) == (660_000, 100_000, 760_000)


def test_distance_of_examples_4_2_and_9_1():
    """Page 62: 800 + 3,000 + 1,200 = 5,000 kg; page 105: 4 t x 2,000 km x 0.2 = 1,600 kg."""
    kg = freight_kg(pd.Series([2.0, 1, 6]), pd.Series([2000.0, 3000, 4000]), kg_per_tonne_km=pd.Series([0.2, 1, 0.05]))
    assert kg.tolist() == pytest.approx([800, 3000, 1200])
    assert kg.sum() == pytest.approx(5000)
    assert freight_kg(4.0, 2000.0, kg_per_tonne_km=0.2) == pytest.approx(1600)


def test_spend_of_example_4_4():
    """Page 66: 800 + 4,500 + 2,000 = 7,300 kg."""
    kg = freight_formulas.transport_spend_kg(np.array([20_000.0, 30_000, 40_000]),
                                             kg_per_amount=np.array([0.04, 0.15, 0.05]))
    assert kg == pytest.approx([800, 4500, 2000])


def test_fuel_from_money_and_from_distance():
    """Formulas 4.2 and 4.3: 300 / 1.5 a litre = 200 L; 1,000 km x 0.3 L = 300 L."""
    assert freight_formulas.fuel_from_spend(300.0, price_per_unit=1.5) == 200
    assert freight_formulas.fuel_from_distance(1000.0, fuel_per_km=0.3) == 300


def test_an_empty_way_back():
    """Formula 4.5: 5 journeys of 300 km, 80 % of them back empty: 1,200 km x 0.25 L x 2.5 kg = 750 kg."""
    km = freight_formulas.empty_km(300.0, trips=5.0, empty_share=0.8)
    litres = freight_formulas.fuel_from_distance(km, fuel_per_km=0.25)
    assert freight_formulas.transport_fuel_kg(litres, kg_per_unit=2.5) == pytest.approx(750)


def test_containers_by_a_mean_mass():
    """Table 4.2: 3 TEU of 10 t each are 30 t."""
    assert freight_formulas.container_tonnes(3.0, t_per_teu=10.0) == 30


@pytest.mark.parametrize("wrong", [
    lambda: freight_formulas.empty_km(300.0, trips=1.0, empty_share=1.5),
    lambda: freight_formulas.empty_km(-300.0, trips=1.0, empty_share=1.0),
    lambda: freight_formulas.fuel_from_spend(300.0, price_per_unit=0.0),
    lambda: freight_formulas.fuel_from_distance(1.0, fuel_per_km=-0.3),
    lambda: freight_formulas.container_tonnes(3.0, t_per_teu=0.0),
    lambda: freight_formulas.transport_fuel_kg(-1.0, kg_per_unit=3.0),
    lambda: freight_formulas.transport_spend_kg(-1.0, kg_per_amount=3.0)])
def test_impossible_inputs_raise(wrong):
    """A share above 1, a distance below zero, a price of nothing: never a figure."""
    with pytest.raises(MethodError):
        wrong()
