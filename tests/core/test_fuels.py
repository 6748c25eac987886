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
        if record.amounts["volume"]:
            kg_per_m3 = float(1 / record.amounts["volume"])
            assert 0.5 < kg_per_m3 < 1.5 if gas else 100 < kg_per_m3 < 1500
        assert 1.02 < record.amounts["energy_HHV"] / record.amounts["energy_LHV"] < 1.2

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


@pytest.mark.parametrize(("value", "start", "end", "fuel", "country", "expected"), [
    (1.0, "scf", "mmBtu_HHV", "natural_gas", "US", 0.001026), (1.0, "Mcf", "therm_HHV", "natural_gas", "US", 10.26),
    (1.0, "short ton", "mmBtu_HHV", "coal.industrial", "US", 22.35),
    (1.0, "bbl", "mmBtu_HHV", "crude_oil", "US", 42 * 0.138),
    (1.0, "US gallon", "mmBtu_HHV", "propane", "US", 0.091), (2.0, "klb", "kBtu", "steam", "US", 2 * 1194.0),
    (1.0, "kWh_LHV", "kWh_HHV", "natural_gas", "FR", 1.11),
    (1.0, "kWh_LHV", "kWh_HHV", "natural_gas", "GB", 49.521 / 44.695),
])
def test_each_country_has_its_own_heat_contents(value, start, end, fuel, country, expected):
    """EPA's table for the United States, PCS / PCI of 1.11 for French gas, DESNZ for Great Britain."""
    assert units.convert(value, start, end, fuel=fuel, country=country) == pytest.approx(expected, rel=1e-12)


def test_a_country_without_the_figure_takes_that_of_great_britain_and_the_record_says_so():
    """EPA gives no density: kilograms of American propane go by DESNZ; German gas has no record of its own."""
    for country, start in (("US", "kg"), ("DE", "m3")):
        fuel = "propane" if country == "US" else "natural_gas"
        record = fuels.bridging(fuel, units.unit(start).dimension, "energy_HHV", year=2025, country=country)
        assert record.country == "GB" and "DESNZ 2025" in record.citation


def test_gas_volumes_at_other_conditions_never_convert_by_a_fuel():
    """A normal cubic metre, a standard cubic foot and a metered one are kept apart, also where a record has two."""
    for start, end in (("Nm3", "m3"), ("scf", "m3"), ("Mcf", "scf"), ("Nm3", "scf")):
        with pytest.raises(UnitError):
            units.convert(1.0, start, end, fuel="natural_gas", country="US")
    with pytest.raises(UnitError):
        units.convert(1.0, "klb", "kWh", fuel="steam", country="FR")  # its heat depends on pressure: asked
    # 1 Sm3 holds 273.15 / 288.15 of the gas of 1 Nm3
    assert units.convert(1.0, "Sm3", "Nm3") == pytest.approx(273.15 / 288.15, rel=1e-15)


def test_french_gas_has_the_ratio_of_the_pairs_that_ademe_prints():
    """Base Carbone V23.6 prints kg CO2e a tep PCI and a tep PCS: their rounding allows 1.11, and not 1.111."""
    pairs = [(2758, 2484), (2391, 2154), (2639, 2377), (2180, 1964), (2781, 2506), (2337, 2106)]
    low = max((net - 0.5) / (gross + 0.5) for net, gross in pairs)
    high = min((net + 0.5) / (gross - 0.5) for net, gross in pairs)
    assert 1.1098 < low < high < 1.1103
    assert low < units.convert(1.0, "kWh_LHV", "kWh_HHV", fuel="natural_gas", country="FR") < high


@pytest.mark.parametrize(("fuel", "unit", "mmbtu"), [
    # 40 CFR 98, subpart C, table C-1, default high heat value (81 FR 89188).
    ("coal.anthracite", "short ton", 25.09), ("coal.lignite", "short ton", 14.21), ("natural_gas", "scf", 1.026e-3),
    ("diesel", "US gallon", 0.138), ("petrol", "US gallon", 0.125), ("jet_fuel", "US gallon", 0.135),
    ("propane", "US gallon", 0.091), ("kerosene", "US gallon", 0.135), ("ethane", "US gallon", 0.068),
])
def test_the_heat_contents_of_the_united_states_are_those_of_the_regulation(fuel, unit, mmbtu):
    """EPA's Hub prints the heat contents of its own rule."""
    assert units.convert(1.0, unit, "mmBtu_HHV", fuel=fuel, country="US") == pytest.approx(mmbtu, rel=1e-12)
