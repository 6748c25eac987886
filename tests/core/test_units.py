"""Units: exact ratios, one spelling, and no conversion that needs an assumption."""

import itertools
import math
import re
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon.core import packaged, units
from carbon.core.errors import UnitError

TABLE = units.table()
PHYSICAL = TABLE[~TABLE["dimension"].str.startswith("currency")]
PAIRS = [pair for _, group in PHYSICAL.groupby("dimension") for pair in itertools.permutations(group["unit"], 2)]


@pytest.mark.parametrize(("value", "start", "end", "expected"), [
    (1.0, "lb", "kg", 0.45359237),
    (1.0, "short ton", "lb", 2000.0),
    (1.0, "long ton", "lb", 2240.0),
    (1.0, "short ton", "t", 0.90718474),
    (1.0, "MWh", "GJ", 3.6),
    (1.0, "therm", "kWh", 29.3071070172222),  # 105,505,585.262 J / 3.6e6 J
    (1.0, "mmBtu", "therm", 10.0),
    (1.0, "toe", "kWh", 11630.0),
    (1.0, "mile", "km", 1.609344),
    (1.0, "nmi", "km", 1.852),
    (1.0, "US gallon", "L", 3.785411784),
    (1.0, "UK gallon", "L", 4.54609),
    (1.0, "bbl", "US gallon", 42.0),
    (1.0, "short ton.mile", "tonne.km", 1.45997231821056),  # 0.90718474 t x 1.609344 km
    (1.0, "passenger.mile", "passenger.km", 1.609344),
    (1.0, "GB", "MB", 1000.0),
    (8.0, "Gbit", "GB", 1.0),
    (1.0, "kEUR", "EUR", 1000.0),
    (2500.0, "L", "m3", 2.5),
])
def test_a_ratio_is_the_exact_definition(value, start, end, expected):
    """Worked conversions are met to the last place their definition gives."""
    assert units.convert(value, start, end) == pytest.approx(expected, rel=1e-14)


def _of(text):
    """The exact product of what a definition names: "907.18474 1609.344" and "2^20 8" are products of numbers."""
    factors = [word.partition("^") for word in text.split()]
    return math.prod((Fraction(base) ** int(power or 1) for base, _, power in factors), start=Fraction(1))


DEFINED = {
    # J, W; SI prefixes. Btu and calorie: International Table (1956). toe: 10^7 kcal.
    "J": "1", "millijoule": "1/1000", "kJ": "10^3", "MJ": "10^6", "GJ": "10^9", "TJ": "10^12", "PJ": "10^15",
    "milliwatt-hour": "1/1000 3600", "Wh": "3600", "kWh": "10^3 3600", "MWh": "10^6 3600", "GWh": "10^9 3600",
    "TWh": "10^12 3600", "Btu": "1055.05585262", "mmBtu": "10^6 1055.05585262", "therm": "10^5 1055.05585262",
    "kBtu": "10^3 1055.05585262", "Dth": "10^6 1055.05585262", "ton-hour": "12 10^3 1055.05585262",
    "kcal": "10^3 4.1868", "toe": "10^7 10^3 4.1868",
    "milliwatt": "1/1000", "W": "1", "kW": "10^3", "MW": "10^6", "GW": "10^9",
    # kg; pound of 1959: 0.45359237 kg, ounce 1/16 lb, short ton 2000 lb, long ton 2240 lb.
    "mg": "1/1000000", "g": "1/1000", "kg": "1", "t": "10^3", "kt": "10^6", "Mt": "10^9", "lb": "0.45359237",
    "oz": "1/16 0.45359237", "short ton": "2000 0.45359237", "long ton": "2240 0.45359237",
    "klb": "10^3 0.45359237", "million lb": "10^6 0.45359237",
    # m3; inch of 1959: 0.0254 m; US gallon 231 in3, barrel 42 of them, foot 12 in; UK gallon 4.54609 L.
    "mL": "1/1000000", "cL": "1/100000", "L": "1/1000", "hL": "1/10", "m3": "1", "ML": "10^3",
    "US gallon": "231 0.0254^3", "UK gallon": "4.54609 1/1000", "ft3": "12^3 0.0254^3", "bbl": "42 231 0.0254^3",
    "CCF": "100 12^3 0.0254^3", "Mcf": "10^3 12^3 0.0254^3", "MMcf": "10^6 12^3 0.0254^3",
    "kgal": "10^3 231 0.0254^3",
    # ISO 13443: a standard m3 of gas is at 15 °C (288.15 K), a normal one at 0 °C (273.15 K), both at 101.325 kPa.
    "scf": "1", "Mscf": "10^3", "MMscf": "10^6", "Nm3": "1", "Sm3": "273.15 20/5763",
    # m; mile 5280 ft; nautical mile 1852 m.
    "m": "1", "km": "10^3", "ft": "12 0.0254", "mile": "5280 12 0.0254", "nmi": "1852",
    "m2": "1", "ha": "10^4", "km2": "10^6", "ft2": "12^2 0.0254^2",
    "passenger.km": "10^3", "passenger.mile": "5280 12 0.0254", "passenger-equivalent.km": "10^3",
    "tonne.km": "10^3 10^3", "kg.km": "10^3", "tonne.mile": "10^3 5280 12 0.0254",
    "short ton.mile": "2000 0.45359237 5280 12 0.0254",
    "s": "1", "min": "60", "h": "60^2", "day": "24 60^2",
    "FTE.hour": "1", "room.night": "1", "meal": "1", "unit": "1", "dozen": "12", "person": "1", "pallet": "1",
    "TEU": "1", "m3.day": "1", "m2.day": "1", "pallet.day": "1", "TEU.day": "1",
    "TEU.km": "10^3",
    # bit; B = 8 bit; k, M, G, T, P by thousands, Ki, Mi, Gi, Ti by 1024.
    "kbit": "10^3", "Mbit": "10^6", "Gbit": "10^9", "B": "8", "kB": "8 10^3", "MB": "8 10^6", "GB": "8 10^9",
    "TB": "8 10^12", "PB": "8 10^15", "MiB": "8 1024^2", "GiB": "8 1024^3", "TiB": "8 1024^4",
}
"""Each unit in base units of its dimension, from definitions alone; nothing is read from the package's table."""


def test_every_ratio_of_the_table_is_its_definition():
    """Each ratio of units.csv, and of the calorific units made from it, equals its definition as a fraction, to the
    last digit; a unit without a definition here fails.
    """
    want = {name: _of(text) for name, text in DEFINED.items()}
    energy = PHYSICAL.loc[PHYSICAL["dimension"] == "energy", "unit"]
    want |= {f"{name}_{basis}": want[name] for name in energy for basis in ("HHV", "LHV")}
    assert dict(zip(PHYSICAL["unit"], PHYSICAL["ratio"].map(Fraction), strict=True)) == want


@pytest.mark.parametrize(("text", "name"), [
    ("kWh PCS", "kWh_HHV"), ("kWh PCI", "kWh_LHV"), ("kWh (HHV/GCV)", "kWh_HHV"), ("kWh (Net CV)", "kWh_LHV"),
    ("mcf", "Mcf"), ("MCF", "Mcf"), ("MMcf", "MMcf"), ("mmcf", "MMcf"), ("ccf", "CCF"), ("Sm³", "Sm3"), ("Nm³", "Nm3"),
    ("kBtu", "kBtu"), ("MMBtu", "mmBtu"), ("kBtu HHV", "kBtu_HHV"), ("dekatherms", "Dth"), ("ton-hours", "ton-hour"),
    ("kLbs", "klb"), ("kGal", "kgal"), ("barrels", "bbl"), ("therms (gross CV)", "therm_HHV"),
    ("kWh (Gross CV)", "kWh_HHV"), ("MWh PCI", "MWh_LHV"), ("kWh_HHV", "kWh_HHV"), ("mmBtu (HHV)", "mmBtu_HHV"),
    ("m³", "m3"), ("M3", "m3"), ("mètres cubes", "m3"), ("litres", "L"), ("LITRES", "L"), ("l", "L"), ("ℓ", "L"),
    ("US gal", "US gallon"), ("gal (US)", "US gallon"), ("imp. gallon", "UK gallon"),
    ("passenger-km", "passenger.km"), ("passager·km", "passenger.km"), ("p.km", "passenger.km"),
    ("vehicle-mile", "mile"), ("t.km", "tonne.km"), ("tonne km", "tonne.km"), ("nuitée", "room.night"),
    ("FTE working hour", "FTE.hour"), ("unité", "unit"), ("k€", "kEUR"), ("€", "EUR"), ("Go", "GB"), ("KWH", "kWh"),
    ("MWH", "MWh"), ("  kWh ", "kWh"), ("kWh\u00a0PCS", "kWh_HHV"), ("tonnes", "t"), ("Tonne", "t"), ("kg", "kg"),
])
def test_spellings_by_table(text, name):
    """French, English and typographic spellings name one unit."""
    assert units.parse_unit(text) == name


@pytest.mark.parametrize("text", [
    "", " ", "ton", "tons", "gallon", "gal", "mwh", "mw", "gb", "MT", "T", "zorg", "t/km", "kg/m3", "EUR/t", "$", "£",
    "kWh (HHV/PCI)", "m HHV", None, 3, "nan",
])
def test_an_unknown_blank_or_ambiguous_unit_is_refused(text):
    """No unit is guessed: not by case, not by prefix, not by the first of several."""
    with pytest.raises(UnitError):
        units.parse_unit(text)


def test_an_unknown_unit_suggests_the_nearest():
    """The message names what may have been meant."""
    with pytest.raises(UnitError, match="kWh"):
        units.parse_unit("kWhh")
    with pytest.raises(UnitError, match="short ton, long ton"):
        units.parse_unit("ton")


@pytest.mark.parametrize(("text", "choices"), [
    ("mWh", "MWh, milliwatt-hour"), ("mwh", "MWh, milliwatt-hour"), ("mWH", "MWh, milliwatt-hour"),
    ("mWh PCS", "MWh, milliwatt-hour"), ("mW", "MW, milliwatt"), ("mw", "MW, milliwatt"), ("mJ", "MJ, millijoule"),
    ("mj", "MJ, millijoule"), ("MBtu", "kBtu, mmBtu"), ("MBTU", "kBtu, mmBtu"), ("Mlb", "klb, million lb"),
])
def test_milli_or_mega_is_refused_with_both(text, choices):
    """A small m before a unit of energy or power says milli and is meant for mega: a factor of a thousand million; M
    before Btu or lb is the Roman thousand or a million.
    """
    with pytest.raises(UnitError, match=f"more than one meaning(.|\n)*{choices}"):
        units.parse_unit(text)
    for word in choices.split(", "):
        assert units.parse_unit(word) == word


@pytest.mark.parametrize("text", ["kwh", "KWH", "Kwh", "KWh", "Mwh", "MWH", "Gwh", "MW", "kw", "MJ"])
def test_a_case_that_leaves_no_doubt_is_read(text):
    """No prefix of energy is written K, and a capital M is mega."""
    assert units.parse_unit(text).casefold() == text.casefold()


def test_case_counts_where_a_prefix_changes_the_value():
    """A gigabit is not a gigabyte, a megalitre is not a millilitre."""
    assert units.parse_unit("Gb") == "Gbit"
    assert units.convert(1.0, "ML", "mL") == 1e9


@pytest.mark.parametrize(("start", "end", "words"), [
    ("kW", "kWh", "power is not energy"),
    ("kWh", "kWh_HHV", "calorific basis"),
    ("kWh_HHV", "kWh_LHV", "naming the fuel"),
    ("kg", "L", "naming the fuel"),
    ("m3", "kWh_HHV", "naming the fuel"),
    ("scf", "m3", "temperature and pressure"),
    ("passenger.km", "km", "does not convert"),
    ("EUR", "USD", "does not convert"),
    ("room.night", "unit", "does not convert"),
])
def test_a_change_of_dimension_is_refused(start, end, words):
    """No bridge is taken that was not named; the message says which is missing."""
    with pytest.raises(UnitError, match=re.escape(words)):
        units.convert(1.0, start, end)


def test_every_pair_of_dimensions_is_refused():
    """No two units of different dimensions convert without a named bridge."""
    firsts = PHYSICAL.drop_duplicates("dimension")["unit"]
    for start, end in itertools.permutations(firsts, 2):
        with pytest.raises(UnitError):
            units.ratio(start, end)


@settings(max_examples=60, deadline=None)
@given(values=st.lists(st.floats(1e-9, 1e12), min_size=1, max_size=5))
def test_there_and_back_is_the_identity(values):
    """All ordered pairs of a dimension, there and back: 1 unit in the last place."""
    numbers = np.array(values)
    for start, end in PAIRS:
        back = units.convert(units.convert(numbers, start, end), end, start)
        assert (np.abs(back - numbers) <= np.spacing(numbers)).all(), (start, end)


@settings(max_examples=200, deadline=None)
@given(value=st.floats(1e-6, 1e12), pair=st.sampled_from(PAIRS))
def test_a_conversion_is_rounded_once(value, pair):
    """The result is the exact product, correctly rounded (at most half a unit in the last place away)."""
    exact = Fraction(value) * units.ratio(*pair)
    got = units.convert(value, *pair)
    assert abs(Fraction(got) - exact) <= Fraction(math.ulp(got)) * Fraction(501, 1000)


def test_scalars_arrays_and_series_agree():
    """One rule for a number, an array and a Series; the index stays, missing stays missing, input stays."""
    series = pd.Series([1.5, np.nan, -2.0], index=["a", "b", "c"], name="energy")
    got = units.convert(series, "MWh", "kWh")
    assert list(got.index) == ["a", "b", "c"] and got.name == "energy"
    assert got.iloc[0] == 1500.0 and math.isnan(got.iloc[1]) and got.iloc[2] == -2000.0
    assert series.iloc[0] == 1.5
    assert (units.convert(series.to_numpy(), "MWh", "kWh")[[0, 2]] == [1500.0, -2000.0]).all()
    assert units.convert(0, "kg", "t") == 0.0


@pytest.mark.parametrize("value", [True, "3", None])
def test_a_quantity_must_be_a_number(value):
    """Text, flags and nothing are no quantities."""
    with pytest.raises(UnitError):
        units.convert(value, "kg", "t")


def test_no_spelling_names_two_units():
    """Every name and alias of the table leads to its own unit, so no alias is shadowed by another."""
    rows = packaged.read_csv(packaged.CORE, "data/units.csv")
    for name, aliases in zip(rows["unit"], rows["aliases"], strict=True):
        for word in [name, *filter(None, aliases.split("|"))]:
            assert units.parse_unit(word) == name, word


@pytest.mark.official
def test_ratios_agree_with_the_publisher_sheet(shared_data):
    """The exact ratios meet the rounded ones of the DESNZ sheet "Conversions" within its rounding."""
    calamine = pytest.importorskip("python_calamine")
    path = shared_data / "desnz" / "ghg-conversion-factors-2024-full_set__for_advanced_users__v1_1.xlsx"
    sheet = calamine.CalamineWorkbook.from_path(path).get_sheet_by_name("Conversions").to_python(skip_empty_area=False)
    for row, column, start, end in [(29, "C", "kWh", "GJ"), (30, "D", "therm", "kWh"), (31, "D", "toe", "kWh"),
                                    (36, "F", "L", "UK gallon"), (36, "G", "L", "US gallon"), (45, "G", "kg", "lb"),
                                    (56, "E", "km", "mile"), (48, "C", "short ton", "kg")]:
        printed = sheet[row - 1][ord(column) - ord("A")]
        assert units.convert(1.0, start, end) == pytest.approx(printed, rel=2e-6), (start, end)


def test_the_nearest_units_are_of_the_dimensions_a_column_holds():
    """A column of energy is offered no currency, one of distances no hour; a unit of several meanings keeps them."""
    assert units.nearest("kVAh") == ["kUAH"] and units.nearest("kVAh", ("energy", "volume")) == []
    assert units.remedy("leagues", ("distance",)) == ""
    assert units.remedy("kwhh", ("energy",)) == "the nearest known: kWh, Wh"
    assert units.remedy("tons", ("mass",)) == "write one of: t, short ton, long ton"


def test_kwh_of_units():
    """A heating value that a unit states is not converted; a unit of no energy has no kWh."""
    assert (units.kwh_of("MWh"), units.kwh_of("kWh_HHV")) == (1000.0, 1.0)
    assert units.kwh_of("L") != units.kwh_of("L")
