"""Plain formulas of rows, scope 2, flights, capital goods and shared errors, each once by hand."""

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import MethodError
from carbon.emissions import flight_formulas as flights
from carbon.emissions import formulas
from carbon.emissions.capital_goods import capital_goods_views
from carbon.emissions.uncertainty.closed_form import combined_sigma, contribution_shares, narrowed, total_moments

BANDS = {"up_to_km": [1000.0, float("inf")], "kg_per_km": [0.2, 0.09]}
REFERENCES = [500.0, 2000.0]


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


def test_distance_flown_holds_one_detour():
    """900 km + 95 = 995; a zero-length leg is refused."""
    assert flights.distance_flown_km(900.0, detour_km=flights.DETOUR_KM) == 995
    with pytest.raises(MethodError, match="over 0"):
        flights.distance_flown_km(0.0, detour_km=95)


def test_banded_makes_a_longer_flight_cheaper_and_says_where():
    """1000 km: 200 kg; 1001 km: 90.09 kg. Both lie within 100 km of the edge, 800 km does not."""
    kg = flights.banded_flight_kg(np.array([1000.0, 1001.0]), **BANDS)

    assert kg == pytest.approx([200, 90.09])
    near = flights.near_band_edge(np.array([1000.0, 1001.0, 800.0]), up_to_km=BANDS["up_to_km"], within_km=100)
    assert near.tolist() == [True, True, False]


def test_continuous_passes_through_the_published_factors_by_hand():
    """500 km x 0.2 = 100 kg and 2000 km x 0.09 = 180 kg: one line of slope 80/1500 from 100 - 500 x 80/1500 = 73.33
    kg.
    """
    table = flights.continuous_bands(reference_km=REFERENCES, **BANDS)
    kg = flights.continuous_flight_kg(np.array([500.0, 2000.0]), reference_km=REFERENCES, **BANDS)

    assert kg == pytest.approx([100, 180])
    assert table["a_kg"].tolist() == pytest.approx([100 - 500 * 80 / 1500] * 2)
    assert table["b_kg_per_km"].tolist() == pytest.approx([80 / 1500] * 2)


def random_bands(rng: np.random.Generator) -> dict[str, list[float]]:
    """Four bands; a longer flight at its reference emits more than a shorter one at its own."""
    edges = np.sort(rng.uniform(300, 6000, 3))
    references = rng.uniform(0.2, 1.0, 4) * np.diff([0, *edges, edges[-1] * 2]) + [0, *edges]
    factors = np.cumsum(rng.uniform(1, 300, 4)) / references
    return {"up_to_km": [*edges, float("inf")], "reference_km": references.tolist(), "kg_per_km": factors.tolist()}


def test_continuous_never_falls_and_never_jumps():
    """On random bands: equal to the factor at each reference, joined at each edge, never falling, never below zero.
    Lines that turn at the edges alone cannot always rise: the others are refused, and at least a third is answered.
    """
    rng, answered = np.random.default_rng(7), 0
    for _ in range(60):
        bands = random_bands(rng)
        references, edges = np.array(bands["reference_km"]), np.array(bands["up_to_km"][:-1])
        try:
            at = flights.continuous_flight_kg(references, **bands)
        except MethodError as error:
            assert "no line that never falls" in error.what
            continue
        answered += 1
        kg = flights.continuous_flight_kg(np.linspace(1, edges[-1] * 2, 2000), **bands)
        below, above = (flights.continuous_flight_kg(x, **bands) for x in (edges, np.nextafter(edges, 1e9)))

        assert at == pytest.approx(references * bands["kg_per_km"])
        assert (np.diff(kg) >= -1e-9).all()
        assert kg.min() >= -1e-9
        assert above == pytest.approx(below, rel=1e-9)
    assert answered >= 20


def test_the_multiplier_is_on_the_co2_of_combustion_alone_and_never_twice():
    """1.7 on 100 kg CO2 adds 70 kg; on a factor with contrails it is refused, and so is a multiplier under 1."""
    assert flights.non_co2_kg(100.0, multiplier=1.7, contains_non_co2=False) == pytest.approx(70)
    with pytest.raises(MethodError, match="counts them twice"):
        flights.non_co2_kg(100.0, multiplier=1.7, contains_non_co2=True)
    with pytest.raises(MethodError, match="at least 1"):
        flights.non_co2_kg(100.0, multiplier=0.7, contains_non_co2=False)


def test_both_views_of_capital_goods_sum_to_the_same():
    """90 kg in 2020 and 30 in 2021 over three years: 30, 40, 40, 10 kg. Both views sum to 120."""
    views = capital_goods_views(pd.Series([90.0, 30.0], index=[2020, 2021]), depreciation_years=3)

    assert views["year"].tolist() == [2020, 2021, 2022, 2023]
    assert views["amortised_kg"].tolist() == pytest.approx([30, 40, 40, 10])
    assert views["purchase_year_kg"].tolist() == [90, 30, 0, 0]
    assert views["moving_average_kg"].tolist()[:2] == pytest.approx([90, 60])


def test_shared_errors_by_hand_and_against_draws():
    """One shared source of 0.1 on 100 and 50 kg: mean 150 exp(0.005), sd mean x sqrt(exp(0.01) - 1): they do not
    shrink. Seeded draws of a mixed case agree within 1 %.
    """
    mean, sd = total_moments(np.array([100.0, 50.0]), np.array([[0.1], [0.1]]))
    assert mean == pytest.approx(150 * np.exp(0.005))
    assert sd == pytest.approx(mean * np.sqrt(np.expm1(0.01)))

    kg, b = np.array([100.0, 50.0, 80.0]), np.array([[0.1, 0.2, 0.0], [0.1, 0.0, 0.3], [0.0, 0.2, 0.1]])
    z = np.random.default_rng(1).standard_normal((400_000, 3))
    totals = np.exp(np.log(kg) + z @ b.T).sum(axis=1)
    assert total_moments(kg, b) == pytest.approx((totals.mean(), totals.std()), rel=0.01)


def test_contributions_by_hand():
    """Weights 2/3 and 1/3; source 1 on both rows: (0.1)^2, source 2 on the second: (0.2/3)^2; shares 9/13 and 4/13.
    Knowing a share of 0.36 narrows by 1 - 0.8 = 0.2. Activity 0.3 and factor 0.4 make 0.5.
    """
    shares = contribution_shares(np.array([100.0, 50.0]), np.array([[0.1, 0.0], [0.1, 0.2]]))

    assert shares == pytest.approx([9 / 13, 4 / 13])
    assert narrowed(0.36) == pytest.approx(0.2)
    assert combined_sigma(0.3, 0.4) == pytest.approx(0.5)
