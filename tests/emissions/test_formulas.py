"""Plain formulas of rows, scope 2, flights, capital goods and shared errors, each once by hand."""

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import MethodError
from carbon.emissions import formulas


def test_market_takes_the_residual_mix_for_what_no_instrument_covers():
    """1000 kWh: 600 at 0, 100 at 0.02, the other 300 at 0.5: 0 + 2 + 150 = 152 kg; without instruments 500 kg."""
    kg = formulas.scope2_market_kg(1000.0, instrument_kwh=np.array([600.0, 100.0]),
                                   instrument_kg_per_kwh=np.array([0.0, 0.02]), residual_kg_per_kwh=0.5)

    assert kg == pytest.approx(152)
    assert formulas.scope2_market_kg(1000.0, instrument_kwh=np.array([]), instrument_kg_per_kwh=np.array([]),
                                     residual_kg_per_kwh=0.5) == pytest.approx(500)
    with pytest.raises(MethodError, match="cover 1100 kWh of 1000"):
        formulas.scope2_market_kg(1000.0, instrument_kwh=np.array([1100.0]), instrument_kg_per_kwh=np.array([0.0]),
                                  residual_kg_per_kwh=0.5)


def test_declared_meters_come_first_then_pro_rata():
    """100 kWh: the declared meter takes its 40, the others share 60 of 90: 30 x 60/90 = 20 and 60 x 60/90 = 40."""
    kwh = formulas.allocated_kwh(100.0, declared_kwh=pd.Series({"a": 40.0}),
                                 other_kwh=pd.Series({"b": 30.0, "c": 60.0}))

    assert kwh.to_dict() == pytest.approx({"a": 40, "b": 20, "c": 40})
    assert formulas.allocated_kwh(500.0, declared_kwh=pd.Series({"a": 40.0}),
                                  other_kwh=pd.Series({"b": 30.0})).sum() == pytest.approx(70)


def test_small_rows_by_hand():
    """Rail 400 x 1.2 = 480 km, bus 400 x 1.5 = 600; hotel 2 x 3 x 7 = 42; freight 2 t x 100 km x 0.1 = 20; waste 2 x
    50; at home 100 d x 7 h x (0.1 kW x 0.05 + 0.2) = 143.5; commuting 10/2 x (200 x 10 x 0.1 + 0) = 1000 kg.
    """
    answers = pd.DataFrame({"days": [200.0, 150.0], "km": [10.0, 3.0], "kg_per_km": [0.1, 0.0]})

    assert formulas.detour_km(400.0, detour=formulas.RAIL_DETOUR) == pytest.approx(480)
    assert formulas.detour_km(400.0, detour=formulas.BUS_DETOUR) == pytest.approx(600)
    assert formulas.hotel_kg(2, 3, kg_per_room_night=7) == 42
    assert formulas.freight_kg(2, 100, kg_per_tonne_km=0.1) == pytest.approx(20)
    assert formulas.waste_kg(2, kg_per_tonne=50) == 100
    assert formulas.car_passenger_km(100, occupants=1.5) == 150
    assert formulas.homeworking_kg(100, 7, equipment_kw=0.1, grid_kg_per_kwh=0.05, heating_kg_per_hour=0.2) == (
        pytest.approx(143.5))
    assert formulas.commuting_kg(answers, headcount=10) == pytest.approx(1000)
    with pytest.raises(MethodError, match="366"):
        formulas.commuting_kg(answers.assign(days=367.0), headcount=10)
