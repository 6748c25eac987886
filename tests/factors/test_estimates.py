"""One small question, answered by part and gas."""

import re

import numpy as np
import pytest

from carbon.core.errors import AmbiguousFactorError, MethodError, MissingFactorError, UnitError, UsageError
from carbon.factors import estimate, show

GAS = {"activity": "natural_gas", "unit": "kWh_HHV", "region": "GB", "valid_from": 2024, "element_id": "gas"}
FLIGHT = {"activity": "flight.x", "unit": "passenger.km", "region": "GB", "element_id": "f"}


@pytest.fixture(scope="module")
def library(make_library):
    """Gas in two parts, a flight with contrails, an unstated factor, electricity of two kinds."""
    return make_library(
        {**GAS, "factor_id": "gas-c", "co2e_kg": 0.18, "co2_kg": 0.1799, "ch4_nonfossil_kg": 0.0, "n2o_kg": 1e-7},
        {**GAS, "factor_id": "gas-u", "part": "upstream", "co2e_kg": 0.03},
        {**FLIGHT, "factor_id": "f-c", "co2e_kg": 0.07}, {**FLIGHT, "factor_id": "f-x", "part": "contrails",
                                                          "co2e_kg": 0.05},
        {"factor_id": "old", "activity": "meal.x", "unit": "meal", "part": "total", "co2e_kg": 2.0, "gwp_set": ""},
        {"factor_id": "eea"}, {"factor_id": "ember", "life_cycle": True, "part": "total", "source_id": "ember"})


def test_a_quantity_by_activity(library):
    """100 kWh of gas, by part and gas."""
    found = estimate("natural_gas", 100, "kWh PCS", region="GB", year=2024, gwp="AR5GWP100", factors=library)
    # 100 x 0.18 + 100 x 0.03 = 21 kg
    assert found.co2e_kg == pytest.approx(21.0) and found.table["part"].tolist() == ["combustion", "upstream"]
    assert found.table["co2_kg"].iloc[0] == pytest.approx(17.99) and np.isnan(found.table["co2_kg"].iloc[1])
    assert repr(found) == "Estimate(21 kg CO2e: 100 kWh PCS natural_gas, GB 2024, AR5GWP100)"


def test_a_quantity_by_factor(library):
    """The named factor, whole or one part, in its own set; nothing else is asked."""
    assert estimate(10, "MWh_HHV", factor="gas", factors=library).co2e_kg == pytest.approx(2100.0)
    assert estimate(10, "MWh_HHV", factor="gas-u", factors=library).co2e_kg == pytest.approx(300.0)
    assert estimate(3, "meal", factor="old", factors=library).table["gwp_used"].item() == "unstated"
    row = library.table.set_index("factor_id").loc["gas-u"].to_dict() | {"factor_id": "gas-u"}
    assert estimate(1, "kWh_HHV", factor=row, factors=library).co2e_kg == pytest.approx(0.03)


def test_purchased_energy_never_takes_a_life_cycle_grid(library):
    """Electricity is scope 2 unless said otherwise; as scope 3 the two kinds are ambiguous, and listed."""
    choices = {"region": "FR", "year": 2024, "gwp": "AR5GWP100", "factors": library}
    assert estimate("electricity", 1, "kWh", **choices).table["factor_id"].item() == "eea"
    with pytest.raises(AmbiguousFactorError, match="ember"):
        estimate("electricity", 1, "kWh", scope="3", **choices)


def test_contrails_are_a_choice(library):
    """A factor with contrails wants `non_co2` said."""
    choices = {"region": "GB", "year": 2024, "gwp": "AR5GWP100", "factors": library}
    with pytest.raises(MethodError, match="contrails"):
        estimate("flight.x", 100, "passenger.km", **choices)
    assert estimate("flight.x", 100, "passenger.km", non_co2="none", **choices).co2e_kg == pytest.approx(7)
    assert estimate("flight.x", 100, "passenger.km", non_co2="as_published", **choices).co2e_kg == pytest.approx(12)


def test_a_missing_choice_is_named(library):
    """Region, year and GWP set have no default; a wrong call shows a right one."""
    with pytest.raises(UsageError, match="region, gwp"):
        estimate("natural_gas", 1, "kWh_HHV", year=2024, factors=library)
    for question in ((1, "kWh_HHV"), ("natural_gas", "1", "kWh_HHV"), ("natural_gas", True, "kWh_HHV"), ()):
        with pytest.raises(UsageError):
            estimate(*question, region="GB", year=2024, gwp="AR5GWP100", factors=library)


def test_nothing_is_estimated_without_a_factor(library):
    """No factor, an unstated GWP set, a bare kWh of gas or an unknown factor: each an error, never zero."""
    choices = {"region": "FR", "year": 2024, "gwp": "AR5GWP100", "factors": library}
    with pytest.raises(MissingFactorError, match=re.escape("rail.national")):
        estimate("rail.national", 1, "passenger.km", **choices)
    with pytest.raises(MissingFactorError, match="unstated"):
        estimate("meal.x", 1, "meal", **choices)
    assert estimate("meal.x", 1, "meal", allow_mixed_gwp=["old"], **choices).co2e_kg == 2.0
    with pytest.raises(MissingFactorError, match="kWh_HHV"):
        estimate("natural_gas", 1, "kWh", **{**choices, "region": "GB"})
    with pytest.raises(UnitError):
        estimate(1, "kWh", factor="gas", factors=library)
    with pytest.raises(UsageError, match="No factor"):
        estimate(1, "kWh", factor="nothing", factors=library)


def test_another_set_is_recomputed_or_refused(library):
    """A named factor moves to another GWP set only by its gases."""
    got = estimate(1, "kWh_HHV", factor="gas-c", gwp="AR6GWP100", factors=library).co2e_kg
    # 0.1799 + 1e-7 x 273
    assert got == pytest.approx(0.1799273)
    with pytest.raises(MethodError, match="another set"):
        estimate(1, "kWh_HHV", factor="gas-u", gwp="AR6GWP100", factors=library)


def test_a_factor_with_parts_is_counted_whole(library):
    """An element by its id, its rows or as shown: each part in its row, and their sum."""
    rows = library.table[library.table["element_id"] == "gas"]
    for factor in ("gas", rows):
        found = estimate(10, "MWh_HHV", factor=factor, factors=library)
        assert found.table[["part", "co2e_kg"]].values.tolist() == [["combustion", 1800.0], ["upstream", 300.0]]
        assert repr(found) == "Estimate(2,100 kg CO2e: 10 MWh_HHV by gas)"
    shown = show("ademe-base-carbone-23-28033")
    assert len(estimate(1, "tonne.km", factor=shown).table) == 3


def test_one_part_of_several_is_said(library):
    """A single row of a factor with parts is not the factor: what is missing is named."""
    rows = library.table[library.table["element_id"] == "gas"]
    for part in ("gas-c", rows.iloc[0], rows.iloc[:1]):
        assert repr(estimate(1, "kWh_HHV", factor=part, factors=library)).endswith("combustion only, without upstream)")


def test_rows_of_two_elements_are_no_factor(library):
    """Factors of two editions or countries are never added up, nor a part twice."""
    two = library.table[library.table["factor_id"].isin(["gas-c", "f-c"])]
    twice = library.table[library.table["factor_id"] == "gas-c"].iloc[[0, 0]]
    for rows in (two, twice, two.iloc[:0]):
        with pytest.raises(UsageError, match="one element"):
            estimate(1, "kWh_HHV", factor=rows, factors=library)


def test_zero_kilograms_name_what_is_not_in_them():
    """The exhaust of an electric company car is 0 kg; the estimate repeats the note that its kWh are not in there."""
    found = estimate("company_car.average.battery_electric", 1000, "km", region="GB", year=2024, gwp="AR5GWP100")
    assert found.co2e_kg == 0 and "electricity of the car is not in here" in repr(found)


def test_a_province_is_a_region():
    """Quebec has no factor of its own: the question reaches Canada's, whose life-cycle factor is not taken."""
    with pytest.raises(MissingFactorError, match="CA-QC > CA"):
        estimate("electricity", 1000, "kWh", region="CA-QC", year=2024, gwp="AR5GWP100")


def test_a_choice_that_is_missing_is_asked_for_with_its_values(library):
    """The year by its name, the GWP set by the sets there are."""
    with pytest.raises(UsageError, match="needs year, gwp") as raised:
        estimate("electricity", 1, "kWh", region="FR", factors=library)
    assert raised.value.hint is not None and "give year=" in raised.value.hint and "'AR5GWP100'" in raised.value.hint
