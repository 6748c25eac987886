"""A first question that has no answer is told the call that has one."""

import math
import re
from decimal import Decimal
from itertools import product

import numpy as np
import pytest

import carbon as cb
from carbon.core.errors import AmbiguousFactorError, MethodError, MissingFactorError, UnitError, UsageError
from carbon.params.shapes.company import FactorPolicy, Vintage

CHOICES = {"region": "FR", "year": 2024, "gwp": "AR5GWP100"}
NAMES = {"cb": cb, "FactorPolicy": FactorPolicy, "Vintage": Vintage}


@pytest.mark.parametrize(("activity", "unit", "region", "year"), [
    ("electricity", "kWh", "FR", 2024), ("electricity", "kWh", "DE", 2024), ("electricity", "MWh", "ES", 2024),
    ("electricity", "kWh", "BE", 2024), ("electricity", "kWh", "PL", 2024), ("electricity", "kWh", "IN", 2024),
    ("natural_gas", "kWh_HHV", "FR", 2024), ("gaz naturel", "kWh PCS", "FR", 2024), ("heating_oil", "L", "FR", 2024),
    ("diesel", "L", "FR", 2024), ("petrol", "L", "FR", 2024), ("lpg", "kg", "FR", 2024),
    ("rail.tgv", "passenger.km", "FR", 2024), ("district_heat", "kWh", "FR", 2024),
    ("rail.tgv", "passenger.km", "GB", 2024), ("purchase.nace.M69_70", "EUR", "FR", 2024),
])
def test_the_hint_of_a_refused_estimate_is_a_call_that_answers(activity, unit, region, year):
    """What a French, German or Indian analyst types first is refused with the exact call that has an answer, and each
    choice it changed is said.
    """
    with pytest.raises((MissingFactorError, AmbiguousFactorError)) as refused:
        cb.estimate(activity, 1000, unit, region=region, year=year, gwp="AR5GWP100")
    assert "company's params" not in refused.value.hint
    call, = re.findall(r"^cb\.estimate\(.*\)$", refused.value.hint, flags=re.MULTILINE)
    found = eval(call, NAMES)  # the call is what is tested
    assert found.co2e_kg > 0 and math.isfinite(found.co2e_kg)
    for choice in ("allow_mixed_gwp", "policy"):
        assert (f"{choice}=" in call) == (f"- {choice}: " in refused.value.hint)


def test_a_hint_changes_no_more_than_it_must():
    """French grid power lacks only the consent to CO2e of an unstated GWP set."""
    with pytest.raises(MissingFactorError, match="unstated GWP set") as refused:
        cb.estimate("electricity", 1000, "kWh", **CHOICES)
    assert 'cb.estimate("electricity", 1000, "kWh", region="FR", year=2024, gwp="AR5GWP100", ' \
        'allow_mixed_gwp=["ademe-base-carbone-23-43642"])' in refused.value.hint


def test_no_foreign_grid_is_proposed():
    """Where a country has no district heat, another country's is named as nearest and never typed in the call."""
    with pytest.raises(MissingFactorError) as refused:
        cb.estimate("district_heat", 1, "kWh", **CHOICES | {"region": "BE"})
    assert "factor=..." in refused.value.hint and "If that is what you want" not in refused.value.hint


def test_a_gas_without_its_basis_is_told_the_units():
    """A kWh of gas is gross or net: neither is proposed before the other."""
    with pytest.raises(MissingFactorError, match="kWh_HHV or kWh_LHV") as refused:
        cb.estimate("natural_gas", 1, "kWh", **CHOICES)
    assert "If that is what you want" not in refused.value.hint


@pytest.mark.parametrize("quantity", [float("nan"), float("inf"), -float("inf"), np.nan, True, np.True_, None, "5",
                                      Decimal(5), 1e308])
def test_a_quantity_that_is_no_figure_is_refused(quantity):
    """Not a number, no end, a flag, text, or so large that the product has no end: never 0 kg, never inf."""
    with pytest.raises((UsageError, MethodError)):
        cb.estimate("electricity", quantity, "TWh", **CHOICES | {"region": "GB"})
    factor = "desnz-2024-gb-electricity-kwh"
    with pytest.raises((UsageError, MethodError)):
        cb.estimate(quantity, "TWh", factor=factor)


@pytest.mark.parametrize("quantity", [100, 100.0, np.int64(100), np.float32(100)])
def test_whole_and_numpy_numbers_are_quantities(quantity):
    """Any finite real number is a quantity, with one answer."""
    got = cb.estimate("electricity", quantity, "kWh", **CHOICES | {"region": "GB"}).co2e_kg
    assert got == cb.estimate("electricity", 100, "kWh", **CHOICES | {"region": "GB"}).co2e_kg


def test_a_factor_without_a_figure_is_refused():
    """A row whose CO2e is missing, or that lacks columns, is no factor of 0 kg."""
    row = cb.factors.table().iloc[0].to_dict()
    with pytest.raises(MethodError, match="no finite figure"):
        cb.estimate(1, row["unit"], factor=row | {"co2e_kg": float("nan")})
    with pytest.raises(UsageError, match="lacks factor_id"):
        cb.estimate(1, "kWh", factor={"unit": "kWh", "co2e_kg": 1.0})


@pytest.mark.parametrize("element", ["fr-elec-eea-2023", "ademe-impact-co2-2026-tgv"])
def test_a_named_factor_of_another_set_is_told_the_consent_that_works(element):
    """Asked in a set its publisher does not state, a named factor is refused with the very ids to accept."""
    unit = cb.factors.table().set_index("element_id").loc[[element], "unit"].iloc[0]
    with pytest.raises(MethodError, match="leave gwp out") as refused:
        cb.estimate(1000, unit, factor=element, gwp="AR5GWP100")
    names = re.findall(r'"([^"]+)"', refused.value.hint)
    got = cb.estimate(1000, unit, factor=element, gwp="AR5GWP100", allow_mixed_gwp=names)
    assert got.co2e_kg == cb.estimate(1000, unit, factor=element).co2e_kg > 0


@pytest.mark.parametrize("year", ["2024", 2024.5, True, None, float("nan")])
def test_a_year_is_a_whole_number(year):
    """The message speaks of the year, not of a table's column."""
    with pytest.raises(UsageError, match="year"):
        cb.estimate("electricity", 1, "kWh", region="GB", year=year, gwp="AR5GWP100")


@pytest.mark.parametrize(("region", "code"), [("France", "FR"), ("Allemagne", "DE"), ("fr", "FR"), ("UK", "GB"),
                                              ("royaume-uni", "GB")])
def test_a_country_by_its_name_is_told_its_code(region, code):
    """A country's name is no region; its ISO code is."""
    with pytest.raises(UsageError, match=f'Unknown region(.|\n)*region="{code}"'):
        cb.estimate("electricity", 1, "kWh", **CHOICES | {"region": region})


@pytest.mark.parametrize("region", ["XX", "", "Atlantis", 33])
def test_an_unknown_region_is_said_to_be_unknown(region):
    """No other country is shown as the nearest to a region that does not exist."""
    with pytest.raises(UsageError, match=r"Unknown region|needs region") as refused:
        cb.estimate("electricity", 1, "kWh", **CHOICES | {"region": region})
    assert "ember-ae" not in str(refused.value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.float64("nan")])
def test_a_single_number_to_convert_is_finite(value):
    """One missing number is a mistake of the caller; in a column it is a gap, and stays one."""
    with pytest.raises(UnitError, match="finite"):
        cb.convert(value, "kWh", "MWh")
    assert np.isnan(cb.convert(np.array([np.nan]), "kWh", "MWh")).all()


CARRIERS = {"electricity": "kWh", "natural_gas": "kWh_HHV", "diesel": "L", "petrol": "L", "lpg": "kg",
            "heating_oil": "L", "district_heat": "kWh", "district_cooling": "kWh", "steam": "kWh", "biomass": "t"}


def test_every_carrier_has_a_factor_or_is_told_which_to_name(every):
    """A company's carrier has a factor of its country, or the error names factors or activities that exist."""
    def check(carrier, region):
        purchased = carrier in ("electricity", "district_heat", "district_cooling", "steam")
        try:
            found = cb.estimate(carrier, 1, CARRIERS[carrier], region=region, year=2024, gwp="AR5GWP100",
                                scope="2" if purchased else "1")
        except (MissingFactorError, AmbiguousFactorError) as refused:
            table = cb.factors.table()
            named = set(re.findall(r"[\w.-]+", refused.hint))
            assert named & set(table["element_id"]) or named & set(table["activity"]).difference({carrier})
        else:
            assert found.co2e_kg > 0

    every(product(CARRIERS, ("GB", "FR", "US", "DE", "ES", "BE")), check)


def test_british_heating_oil_is_told_its_british_names():
    """DESNZ publishes heating oil as burning oil or gas oil: both are named, and one is typed."""
    with pytest.raises(MissingFactorError, match="burning_oil or gas_oil: name the one") as refused:
        cb.estimate("heating_oil", 1000, "L", **CHOICES | {"region": "GB"}, scope="1")
    assert 'cb.estimate("burning_oil", 1000, "L", region="GB"' in refused.value.hint


def test_an_activity_like_no_other_has_no_nearest():
    """What resembles an unknown name only by its letters is not shown."""
    with pytest.raises(MissingFactorError) as refused:
        cb.estimate("district_cold", 1, "kWh", **CHOICES)
    assert "waste" not in refused.value.hint and "district_heat" in refused.value.hint
