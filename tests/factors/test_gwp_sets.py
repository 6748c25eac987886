"""Factors in the inventory's GWP set, and the GWP of a refrigerant by its name."""

import pytest

import carbon as cb
from carbon.core import gases
from carbon.core.errors import MethodError

ELEC = ("electricity", "kWh", "FR", 2024, "2")


def test_the_published_co2e_stands_in_its_own_set(ask, one):
    """Gas columns do not replace the publisher's figure where the sets are the same."""
    gases = {"co2_kg": 0.12, "ch4_fossil_kg": 1e-4, "n2o_kg": 0.0}
    row = one(ask([{"factor_id": "a", "co2e_kg": 0.1234, **gases}], [ELEC]))
    assert row["co2e_kg"] == 0.1234 and row["gwp_used"] == "AR5GWP100"


def test_gas_columns_are_recomputed_in_another_set(ask, one):
    """CO2 stays, methane and nitrous oxide move with the set."""
    # AR5: 2.0 + 0.001 x 28 + 0.0001 x 265 = 2.0545;  AR6: 2.0 + 0.001 x 27.0 + 0.0001 x 273 = 2.0543
    row = one(ask([{"factor_id": "a", "co2e_kg": 2.0545, "co2_kg": 2.0, "ch4_nonfossil_kg": 1e-3, "n2o_kg": 1e-4}],
                   [ELEC], gwp="AR6GWP100"))
    assert row["co2e_kg"] == pytest.approx(2.0543) and row["co2_kg"] == 2.0
    assert row["gwp_used"] == "AR6GWP100" and row["reason"] == "recomputed from gases"
    assert row["ch4_kg"] == 1e-3


def test_gases_that_do_not_explain_the_co2e_are_not_recomputed(ask, miss_of):
    """A total that holds gases without a column (SF6, HFC) is frozen: recomputing would lose them."""
    specs = [{"factor_id": "a", "co2e_kg": 3.0, "co2_kg": 2.0, "ch4_nonfossil_kg": 1e-3, "n2o_kg": 1e-4}]
    assert miss_of(ask(specs, [ELEC], gwp="AR6GWP100"))["code"] == "gwp_mixed"


def test_a_blend_is_recomputed_from_its_composition(ask, one):
    """R-410A per kg: 1923.5 in AR5, 2255.5 in AR6; grams convert."""
    specs = [{"factor_id": "r", "activity": "refrigerant.r410a", "unit": "kg", "part": "fugitive", "co2e_kg": 1924.0,
              "composition": "HFC-32:0.5;HFC-125:0.5"}]
    row = one(ask(specs, [("refrigerant.r410a", "g", "FR", 2024, "1")], gwp="AR6GWP100"))
    assert row["co2e_kg"] == pytest.approx(2.2555)


def test_kyoto_and_other_gases_of_a_blend_stay_apart(ask):
    """Two rows of one element: each takes its own gases, and together they are the blend."""
    blend = {"activity": "refrigerant.r402a", "unit": "kg", "element_id": "r", "part": "fugitive",
             "composition": "HFC-125:0.38;R-22:0.60;HFC-32:0.02"}
    specs = [{**blend, "factor_id": "r-k", "co2e_kg": 1218.0}, {**blend, "factor_id": "r-o", "co2e_kg": 1056.0,
                                                                "kyoto": False}]
    table = ask(specs, [("refrigerant.r402a", "kg", "FR", 2024, "1")], gwp="AR6GWP100").table.set_index("kyoto")
    # AR6: 0.38 x 3740 + 0.02 x 771 = 1436.62; 0.60 x 1960 = 1176
    assert table.loc[True, "co2e_kg"] == pytest.approx(1436.62) and table.loc[False, "co2e_kg"] == pytest.approx(1176)


@pytest.mark.parametrize("factor_set", ["AR4GWP100", ""])
def test_a_frozen_set_is_listed_unless_named(ask, factor_set, one, miss_of):
    """CO2e of another or an unstated set is a miss; named by factor or source it is used, and says its set."""
    specs = [{"factor_id": "frozen-1", "gwp_set": factor_set, "source_id": "epa_2010"}]
    miss = miss_of(ask(specs, [ELEC]))
    assert miss["code"] == "gwp_mixed" and "allow_mixed_gwp" in miss["what_to_do"] and "frozen-1" in miss["nearest"]
    for allow in (["frozen"], ["epa"]):
        row = one(ask(specs, [ELEC], allow=allow))
        assert row["gwp_used"] == (factor_set or "unstated") and row["reason"] == "frozen in another GWP set"
    assert miss_of(ask(specs, [ELEC], allow=["", "ep_"]))["code"] == "gwp_mixed"


def test_co2_alone_is_of_every_set(ask, one):
    """A factor of CO2 only has no GWP in it."""
    row = one(ask([{"factor_id": "a", "gwp_set": "AR4GWP100", "co2e_kg": 0.4, "co2_kg": 0.4}], [ELEC]))
    assert row["co2e_kg"] == 0.4 and row["gwp_used"] == "AR5GWP100"


@pytest.mark.parametrize(("gas", "gwp_set", "value"), [
    ("R-410A", "AR4GWP100", 2087.5),  # (675 + 3500) / 2
    ("R410A", "AR5GWP100", 1923.5),  # (677 + 3170) / 2
    ("r 410a", "AR6GWP100", 2255.5),  # (771 + 3740) / 2
    ("R-404A", "AR5GWP100", 0.44 * 3170 + 0.52 * 4800 + 0.04 * 1300),
    ("R-407C", "AR6GWP100", 0.23 * 771 + 0.25 * 3740 + 0.52 * 1530),
    ("HFC-134a", "AR5GWP100", 1300), ("R-22", "AR5GWP100", 1760), ("SF6", "AR5GWP100", 23500),
])
def test_a_blend_has_the_gwp_of_its_gases(gas, gwp_set, value):
    """A blend by its number is the sum of mass share x GWP of its published composition; a gas is what it was."""
    assert cb.gwp(gas, gwp_set) == pytest.approx(value, rel=1e-12)


def test_a_blend_that_a_publisher_prints_without_its_gases_follows_the_set():
    """R-422D is 65.1 % HFC-125, 31.5 % HFC-134a, 3.4 % isobutane: AR6 0.651 x 3740 + 0.315 x 1530 + 0.034 x 3."""
    assert cb.gwp("R-422D", "AR6GWP100") == pytest.approx(0.651 * 3740 + 0.315 * 1530 + 0.034 * 3, rel=1e-12)


@pytest.mark.parametrize(("gas", "words"), [
    ("R-412A", 'search\\("R-412A"\\)'), ("R-499A", "blend_gwp takes a composition"),
    ("unobtainium", "Unknown gas"), ("CO2e", "Unknown gas"),
])
def test_a_blend_without_a_composition_is_refused_with_the_way(gas, words):
    """A blend whose composition is not packaged has no GWP made up; the message says where to look or what to give."""
    with pytest.raises(MethodError, match=words):
        cb.gwp(gas, "AR6GWP100")


def test_a_blend_in_an_unknown_set_is_refused():
    """No set is a default, for blends either."""
    with pytest.raises(MethodError, match="Unknown GWP set"):
        cb.gwp("R-410A", "AR7GWP100")


def test_the_core_says_what_a_blend_is():
    """Asked in the module of single gases, the number of a blend is not answered with three gases that look alike."""
    with pytest.raises(MethodError, match=r"carbon\.gwp knows the blends"):
        gases.blend_gwp("R-410A", "AR5GWP100")
