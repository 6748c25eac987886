"""Gases: one GWP set at a time, methane by its origin, blends by their composition."""

import re

import numpy as np
import pandas as pd
import pytest

from carbon.core import gases
from carbon.core.errors import MethodError


@pytest.mark.parametrize(("gas", "gwp_set", "value"), [
    ("CO2", "AR6GWP100", 1), ("N2O", "AR4GWP100", 298), ("N2O", "AR5GWP100", 265), ("N2O", "AR6GWP100", 273),
    ("CH4", "AR4GWP100", 25), ("CH4", "AR5GWP100", 28), ("CH4_fossil", "AR5GWP100", 30),
    ("CH4_nonfossil", "AR5GWP100", 28), ("CH4_fossil", "AR6GWP100", 29.8), ("CH4_nonfossil", "AR6GWP100", 27.0),
    ("CH4_fossil", "AR4GWP100", 25), ("SF6", "AR5GWP100", 23500), ("NF3", "AR5GWP100", 16100),
    ("HFC-134a", "AR5GWP100", 1300), ("R134a", "AR6GWP100", 1530), ("hfc134a", "AR4GWP100", 1430),
    ("R-22", "AR5GWP100", 1760), ("R744", "AR6GWP100", 1), ("PFC-14", "AR5GWP100", 6630),
])
def test_gwp_of_the_ipcc_tables(gas, gwp_set, value):
    """The values of AR4, AR5 (table 8.A.1) and AR6 (tables 7.15 and 7.SM.7), under any spelling of the gas."""
    assert gases.gwp(gas, gwp_set) == value


def test_methane_of_ar6_must_say_its_origin():
    """AR6 has no single methane; the message names both."""
    with pytest.raises(MethodError, match=r"CH4_fossil.*CH4_nonfossil"):
        gases.gwp("CH4", "AR6GWP100")


@pytest.mark.parametrize(("gas", "gwp_set"), [("R999", "AR5GWP100"), ("co2e", "AR5GWP100"), ("CO2", "AR7GWP100"),
                                              ("CO2", ""), ("", "AR5GWP100"), ("Halon1202", "AR4GWP100")])
def test_an_unknown_gas_or_set_is_refused(gas, gwp_set):
    """No gas counts as zero, no set is a default; a gas that one set lacks is refused there."""
    with pytest.raises(MethodError):
        gases.gwp(gas, gwp_set)


def test_a_blend_moves_with_the_set():
    """R-410A is half HFC-32, half HFC-125."""
    # AR4: (675 + 3500) / 2 = 2087.5; AR5: (677 + 3170) / 2 = 1923.5; AR6: (771 + 3740) / 2 = 2255.5
    values = [gases.blend_gwp("HFC-32:0.5;HFC-125:0.5", s) for s in ("AR4GWP100", "AR5GWP100", "AR6GWP100")]
    assert values == [2087.5, 1923.5, 2255.5]


def test_a_blend_splits_into_kyoto_and_the_rest():
    """HCFC and CFC stand beside the scopes; the two parts add up to the whole."""
    blend = "HFC-125:0.38;R-22:0.60;HFC-32:0.02"
    kyoto, rest = (gases.blend_gwp(blend, "AR5GWP100", kyoto=k) for k in (True, False))
    # 0.38 x 3170 + 0.02 x 677 = 1218.14; 0.60 x 1760 = 1056
    assert kyoto == pytest.approx(1218.14) and rest == pytest.approx(1056)
    assert gases.blend_gwp(blend, "AR5GWP100") == pytest.approx(kyoto + rest)


@pytest.mark.parametrize(("blend", "words"), [
    ("HFC-32:0.5;HFC-125:0.4", "sum to 0.9"), ("HFC-32:0.5;HFC-32:0.5", "twice"), ("HFC-32:x", "not a mass share"),
    ("HFC-32:1.5;HFC-125:-0.5", "between 0 and 1"), ("HFC-32:nan", "between 0 and 1"), ("", "Unknown gas"),
    ("HFC-32:0.5;:0.5", "Unknown gas"), ("unobtainium:1", "Unknown gas"),
])
def test_a_blend_that_is_not_one_is_refused(blend, words):
    """Shares sum to 1, each positive, each of a known gas named once."""
    with pytest.raises(MethodError, match=re.escape(words)):
        gases.blend_gwp(blend, "AR5GWP100")


def test_shares_sum_to_one_within_a_tolerance():
    """Thirds are accepted: floats are not compared exactly."""
    assert gases.composition("HFC-32:0.3333333;HFC-125:0.3333333;HFC-134a:0.3333334")


def test_co2e_is_the_weighted_sum_of_gases():
    """A gas other than CO2 enters at its GWP; missing stays missing, zero stays zero."""
    gas_kg = pd.DataFrame({
        "co2_kg": [10.0, 0.0, 1.0], "ch4_nonfossil_kg": [0.01, 0.0, np.nan], "n2o_kg": [0.001, 0.0, 0.0]})
    co2e = gases.to_co2e(gas_kg, gwp="AR6GWP100")
    # 10 + 0.01 x 27.0 + 0.001 x 273 = 10.543
    assert co2e.iloc[0] == pytest.approx(10.543) and co2e.iloc[1] == 0 and np.isnan(co2e.iloc[2])


def test_changing_the_set_never_moves_co2():
    """CO2 counts once in every set."""
    gas_kg = pd.DataFrame({"co2_kg": [3.0]})
    assert {gases.to_co2e(gas_kg, gwp=s).item() for s in gases.GWP_SETS} == {3.0}


def test_co2_is_never_added_to_co2e():
    """A column that is no gas is refused."""
    with pytest.raises(MethodError, match="Unknown gas"):
        gases.to_co2e(pd.DataFrame({"co2_kg": [1.0], "co2e_kg": [1.0]}), gwp="AR5GWP100")


def test_the_kyoto_basket():
    """Seven gases and families are in, HCFC and CFC are out."""
    inside = ["CO2", "CH4", "N2O", "HFC-32", "CF4", "SF6", "NF3", "R-134a"]
    assert all(map(gases.is_kyoto, inside)) and not any(map(gases.is_kyoto, ["R-22", "R-12", "Halon1301", "CCl4"]))
