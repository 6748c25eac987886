"""Fuels bridge mass, volume and energy, by the properties of one edition."""

import itertools

import pytest

from carbon.core import fuels, units
from carbon.core.errors import UnitError


def test_a_fuel_bridges_volume_mass_and_energy():
    """One cubic metre of natural gas by the properties of one edition."""
    # DESNZ 2024, row 31: 50.552 GJ/t gross, 1,255,568.684 litres/t
    # 1 m3 = 1000 / 1,255,568.684 t = 0.000796452 t; x 50.552 GJ/t = 0.04026223 GJ = 11.18395 kWh
    kwh = units.convert(1.0, "m3", "kWh_HHV", fuel="natural_gas", year=2024)
    assert kwh == pytest.approx(1000 / 1255568.684 * 50.552 / 0.0036, rel=1e-14)
    assert units.convert(1.0, "kWh_HHV", "kWh_LHV", fuel="natural_gas", year=2024) == pytest.approx(45.627 / 50.552)
    # Diesel, 2024: 1199.733 litres/t
    assert units.convert(1199.733, "L", "t", fuel="diesel", year=2024) == pytest.approx(1.0, rel=1e-14)


def test_densities_are_not_off_by_a_thousand(every):
    """Liquids and solids lie between 0.1 and 1.5 kg per litre, gases between 0.5 and 1.5 kg per m3; gross exceeds
    net.
    """
    def check(fuel, year):
        record = fuels.properties(fuel, year)
        gas = fuel.startswith(("natural_gas", "biogas", "biomethane", "landfill_gas"))
        if record.per_kg["volume"]:
            kg_per_m3 = float(1 / record.per_kg["volume"])
            assert 0.5 < kg_per_m3 < 1.5 if gas else 100 < kg_per_m3 < 1500
        assert 1.02 < record.per_kg["energy_HHV"] / record.per_kg["energy_LHV"] < 1.2

    every(itertools.product(sorted(set(fuels.labels())), (2024, 2025, 2026)), check)


def test_both_routes_between_calorific_bases_agree():
    """Converting the energy, or converting the factor, gives the same kilograms."""
    kwh_lhv, kg_per_kwh_lhv = 12_345.6, 0.20199
    ratio = float(units.ratio("kWh_LHV", "kWh_HHV", fuel="natural_gas"))
    kg_per_kwh_hhv = kg_per_kwh_lhv / ratio
    by_energy = units.convert(kwh_lhv, "kWh_LHV", "kWh_HHV", fuel="natural_gas") * kg_per_kwh_hhv
    assert by_energy == pytest.approx(kwh_lhv * kg_per_kwh_lhv, rel=1e-14)


def test_a_fuel_without_the_property_is_refused():
    """Industrial coal has no density in the source: no volume is made up. An unknown fuel is named."""
    with pytest.raises(UnitError, match="No volume property"):
        units.convert(1.0, "t", "m3", fuel="coal.industrial")
    with pytest.raises(UnitError, match="No properties of fuel"):
        units.convert(1.0, "t", "m3", fuel="unobtainium")


def test_a_named_fuel_bridges_no_other_dimension():
    """Naming a fuel does not turn bare kWh, power or money into fuel."""
    for start in ("kWh", "kW", "EUR", "km"):
        with pytest.raises(UnitError):
            units.convert(1.0, start, "L", fuel="diesel")


def test_the_edition_of_a_fuel_is_the_latest_not_after_the_year():
    """2023 takes the earliest edition, 2025 its own, 2030 and no year the newest."""
    years = {2023: 2024, 2025: 2025, 2030: 2026, None: 2026}
    assert {y: fuels.properties("natural_gas", y).year for y in years} == years
