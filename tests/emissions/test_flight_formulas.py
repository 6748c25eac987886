"""Flights on plain numbers: one detour, factors in bands, the same without jumps."""

import numpy as np
import pytest

from carbon.core.errors import MethodError
from carbon.emissions import flight_formulas as flights

BANDS = {"up_to_km": [1000.0, float("inf")], "kg_per_km": [0.2, 0.09]}
REFERENCES = [500.0, 2000.0]


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
