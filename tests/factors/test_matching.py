"""Choosing a factor: region, vintage, source, unit, and a miss that says why."""

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import AmbiguousFactorError, MissingFactorError, TableError
from carbon.factors import matching

CHAIN = {"FR": ["FR", "EU27", "GLO"]}
LATER = {"later": "allow", "max_gap": 5}


@pytest.fixture
def ask(make_library, make_keys, make_policy):
    """Resolve keys against a library of dicts; policy changes and choices by keyword."""
    def resolve(specs, keys, *, gwp="AR5GWP100", allow=(), non_co2="as_published", fx=None, **policy):
        library = specs if isinstance(specs, SimpleNamespace) else make_library(*specs)
        return matching.resolve(make_keys(*keys), library, policy=make_policy(**policy), gwp=gwp,
                                allow_mixed_gwp=list(allow), non_co2=non_co2, fx=fx)

    return resolve


def _one(resolved):
    assert resolved.misses.empty, resolved.misses.to_string()
    return resolved.table.iloc[0]


def _miss(resolved):
    assert resolved.table.empty and len(resolved.misses) == 1
    return resolved.misses.iloc[0]


ELEC = ("electricity", "kWh", "FR", 2024, "2")


def test_an_exact_factor_in_parts(ask):
    """All parts of the element come, each with its kilograms; nothing needs a word."""
    found = ask([{"factor_id": "a-direct", "element_id": "a", "co2e_kg": 0.05},
                 {"factor_id": "a-up", "element_id": "a", "part": "upstream", "co2e_kg": 0.01}], [ELEC])
    assert found.table["part"].tolist() == ["combustion", "upstream"]
    assert found.table["co2e_kg"].tolist() == [0.05, 0.01]
    assert found.table["reason"].tolist() == ["exact", "exact"] and found.misses.empty


def test_a_miss_that_is_no_fault_is_listed_without_words(make_library, make_keys, make_policy):
    """An optional activity without a factor is a miss like any other, but without a reason or a remedy."""
    keys = make_keys(("electricity.residual", "kWh", "FR", 2024, "2"), ("coal", "kWh", "FR", 2024, "1"), ELEC)
    found = matching.resolve(keys, make_library({"factor_id": "a"}), policy=make_policy(), gwp="AR5GWP100",
                             allow_mixed_gwp=[], non_co2="none", optional=["electricity.residual"])

    assert found.table["key_id"].tolist() == [2] and found.misses["key_id"].tolist() == [0, 1]
    assert found.misses["reason"].tolist()[0] == "" and "no factor for activity coal" in found.misses["reason"][1]


def test_a_zero_factor_is_a_factor(ask):
    """A zero-carbon contract gives zero, not the grid's factor and not a miss; the GWP set cannot matter to zero."""
    row = _one(ask([{"factor_id": "zero", "co2e_kg": 0.0, "gwp_set": ""},
                    {"factor_id": "grid", "region": "GLO", "co2e_kg": 0.5}], [ELEC], regions=CHAIN))
    assert row["factor_id"] == "zero" and row["co2e_kg"] == 0.0


def test_the_region_chain_is_followed_and_said(ask):
    """The first region of the chain that has a factor; only the own region where no chain is declared."""
    specs = [{"factor_id": "world", "region": "GLO"}, {"factor_id": "europe", "region": "EU27"}]
    row = _one(ask(specs, [ELEC], regions=CHAIN))
    assert (row["factor_id"], row["region_used"], row["reason"]) == ("europe", "EU27", "region fallback")
    miss = _miss(ask(specs, [ELEC]))
    assert miss["code"] == "region" and "EU27" in miss["nearest"] and "regions" in miss["what_to_do"]


@pytest.mark.parametrize(("region", "write"), [("France", "ISO code FR"), ("UK", "ISO code GB"),
                                               ("XX", "ISO code, e.g.")])
def test_a_region_that_is_no_code_is_told_the_code(ask, region, write):
    """The name of a country leads to its code, not to a chain of regions under that name."""
    miss = _miss(ask([{"factor_id": "a"}], [("electricity", "kWh", region, 2024, "2")]))
    assert miss["code"] == "region" and "is not known" in miss["reason"] and write in miss["what_to_do"]
    known = _miss(ask([{"factor_id": "a"}], [("electricity", "kWh", "AE", 2024, "2")]))
    assert "factors.regions.AE" in known["what_to_do"]


def test_the_world_is_nearer_than_another_country(ask):
    """Of regions that are not the key's own, those that may hold it are shown first."""
    specs = [{"factor_id": "emirates", "region": "AE"}, {"factor_id": "world", "region": "GLO", "valid_from": 2020}]
    assert _miss(ask(specs, [ELEC]))["nearest"].startswith("world")


def test_an_unknown_country_is_never_a_factor(ask):
    """No region, or one nobody declared, is a miss."""
    for region in ("", "XX"):
        assert _miss(ask([{"factor_id": "a"}], [("electricity", "kWh", region, 2024, "2")]))["code"] == "region"


@pytest.mark.parametrize(("year", "factor", "gap", "reason"), [
    (2022, "y22", 0, "exact"), (2021, "y20", 1, "older vintage"), (2024, "y22", 2, "older vintage"),
])
def test_vintage_within_then_the_latest_before(ask, year, factor, gap, reason):
    """The validity that contains the year, else the latest that starts before it, with the gap."""
    specs = [{"factor_id": f"y{y - 2000}", "valid_from": y, "valid_to": y} for y in (2019, 2020, 2022)]
    row = _one(ask(specs, [("electricity", "kWh", "FR", year, "2")]))
    assert (row["factor_id"], row["vintage_gap"], row["reason"]) == (factor, gap, reason)


def test_a_later_vintage_only_where_allowed(ask):
    """A factor dated after the activity is refused, unless params allow it by name, within the gap, flagged."""
    specs = [{"factor_id": f"y{y - 2000}", "valid_from": y, "valid_to": y} for y in (2025, 2026)]
    key = [("electricity", "kWh", "FR", 2022, "2")]
    assert _miss(ask(specs, key))["code"] == "year"
    row = _one(ask(specs, key, vintage=LATER))
    assert (row["factor_id"], row["vintage_gap"], row["reason"]) == ("y25", -3, "later vintage")
    assert _miss(ask(specs, key, vintage={"later": "allow", "max_gap": 2}))["code"] == "year"


def test_an_older_one_comes_before_a_later_one(ask):
    """The latest before the year wins over a nearer one after it."""
    specs = [{"factor_id": "old", "valid_from": 2015, "valid_to": 2015}, {"factor_id": "new", "valid_from": 2023}]
    assert _one(ask(specs, [("electricity", "kWh", "FR", 2022, "2")], vintage=LATER))["factor_id"] == "old"


def test_too_old_is_refused(ask):
    """Beyond older_max_gap the factor is a miss that names it."""
    vintage = {"later": "refuse", "max_gap": 0, "older_max_gap": 3}
    miss = _miss(ask([{"factor_id": "old", "valid_from": 2015, "valid_to": 2015}], [ELEC], vintage=vintage))
    assert miss["code"] == "year" and "old" in miss["nearest"] and "vintage" in miss["what_to_do"]


def test_several_candidates_are_listed_not_chosen(ask):
    """Neither value, order nor recency decides; at most ten are listed."""
    specs = [{"factor_id": f"f{i:02}", "source_id": f"s{i:02}", "co2e_kg": i / 10} for i in range(12)]
    miss = _miss(ask(specs, [ELEC]))
    assert miss["code"] == "ambiguous" and miss["nearest"].count("|") == 9 and "prefer" in miss["what_to_do"]


def test_the_declared_order_of_sources_decides(ask):
    """The first prefix that fits wins; a source nobody named comes last."""
    specs = [{"factor_id": "a", "source_id": "ember_2026"}, {"factor_id": "b", "source_id": "eea_2023"},
             {"factor_id": "c", "source_id": "other"}]
    assert _one(ask(specs, [ELEC], prefer=["eea", "ember"]))["factor_id"] == "b"
    assert _one(ask(specs, [ELEC], prefer=["ember"]))["factor_id"] == "a"


def test_the_companys_own_factor_comes_first(ask, make_library):
    """A factor that the company brought by name is used before any source, in the same region and year."""
    library = make_library({"factor_id": "grid"}, {"factor_id": "mine", "source_id": "own", "co2e_kg": 0.0})
    own = SimpleNamespace(table=library.table, sources=None, overrides=frozenset({"mine"}))
    assert _one(ask(own, [ELEC], prefer=["source_a"]))["factor_id"] == "mine"


def test_a_unit_converts_once_and_is_shown(ask):
    """MWh take a factor per kWh, times 1000."""
    row = _one(ask([{"factor_id": "a", "co2e_kg": 0.05}], [("electricity", "MWh", "FR", 2024, "2")]))
    # 0.05 kg/kWh x 1000 kWh/MWh = 50 kg/MWh
    assert row["conversion"] == 1000.0 and row["co2e_kg"] == 50.0
    assert row["reason"] == "converted" and row["steps"] == "1 MWh = 1000 kWh"


def test_the_same_unit_is_preferred(ask):
    """Where one source gives litres and kWh, litres take the factor per litre."""
    specs = [{"factor_id": "l", "activity": "diesel", "unit": "L"}, {"factor_id": "kwh", "activity": "diesel",
                                                                    "unit": "kWh_HHV"}]
    row = _one(ask(specs, [("diesel", "litres", "FR", 2024, "1")]))
    assert row["factor_id"] == "l" and row["reason"] == "exact"


def test_a_fuel_bridges_with_its_record(ask):
    """Gas in m3 meets a factor per kWh gross by the properties of its year, and the step cites the cells."""
    row = _one(ask([{"factor_id": "gas", "activity": "natural_gas", "unit": "kWh_HHV", "co2e_kg": 0.2}],
                   [("natural_gas", "m³", "FR", 2024, "1")]))
    # 11.18395 kWh/m3 x 0.2 kg/kWh
    assert row["co2e_kg"] == pytest.approx(1000 / 1255568.684 * 50.552 / 0.0036 * 0.2)
    assert "DESNZ 2024, Fuel properties!D31:G31" in row["steps"]


def test_both_routes_between_calorific_bases_agree(ask):
    """The same gas in kWh PCI and in kWh PCS gives the same kilograms."""
    specs = [{"factor_id": "gas", "activity": "natural_gas", "unit": "kWh_HHV", "co2e_kg": 0.18231}]
    net = _one(ask(specs, [("natural_gas", "kWh PCI", "FR", 2024, "1")]))["co2e_kg"]
    assert net * 45.627 / 50.552 == pytest.approx(0.18231, rel=1e-14)


@pytest.mark.parametrize(("activity", "unit", "factor_unit"), [
    ("natural_gas", "kWh", "kWh_HHV"), ("electricity", "kW", "kWh"), ("electricity", "kg", "kWh"),
    ("water.supply", "kg", "m3"), ("rail.national", "km", "passenger.km"), ("it.laptop", "EUR", "unit"),
])
def test_another_dimension_is_never_used(ask, activity, unit, factor_unit):
    """A wrong dimension or a missing basis is a miss that names the units there are."""
    miss = _miss(ask([{"factor_id": "a", "activity": activity, "unit": factor_unit}],
                     [(activity, unit, "FR", 2024, "3")]))
    assert miss["code"] == "unit" and factor_unit in miss["nearest"]


def test_an_unknown_unit_or_activity_suggests_the_nearest(ask):
    """A misspelt word is a miss with what may have been meant."""
    miss = _miss(ask([{"factor_id": "a"}], [("electricity", "kWhh", "FR", 2024, "2")]))
    assert miss["code"] == "unit_unknown" and "kWh" in miss["nearest"]
    miss = _miss(ask([{"factor_id": "a"}], [("electrcity", "kWh", "FR", 2024, "2")]))
    assert miss["code"] == "activity" and miss["nearest"] == "electricity"


def test_a_life_cycle_grid_needs_its_region_named(ask):
    """In scope 2 it would count the upstream twice; accepted by name, it says so. Scope 3 takes it."""
    specs = [{"factor_id": "ember", "part": "total", "life_cycle": True}]
    assert _miss(ask(specs, [ELEC]))["code"] == "life_cycle_grid"
    row = _one(ask(specs, [ELEC], life_cycle_grid=["FR"]))
    assert row["life_cycle"] and "category 3 is zero" in row["reason"]
    assert _one(ask(specs, [("electricity", "kWh", "FR", 2024, "3")]))["reason"] == "exact"
    assert _miss(ask(specs, [ELEC], life_cycle_grid=["DE"]))["code"] == "life_cycle_grid"


def test_a_direct_factor_comes_before_a_life_cycle_one(ask):
    """A country that is not accepted takes its direct factor, also an older one."""
    specs = [{"factor_id": "ember", "part": "total", "life_cycle": True, "source_id": "ember"},
             {"factor_id": "eea", "valid_from": 2021, "valid_to": 2021, "source_id": "eea"}]
    assert _one(ask(specs, [ELEC]))["factor_id"] == "eea"


def test_a_factor_of_side_parts_serves_no_scope_1_or_2(ask):
    """An upstream or loss factor alone is not the combustion."""
    specs = [{"factor_id": "wtt", "part": "upstream"}]
    assert _miss(ask(specs, [ELEC]))["code"] == "part"


def test_an_unsplit_factor_in_scope_1_is_flagged(ask):
    """A total that goes whole to its main part says so."""
    specs = [{"factor_id": "a", "activity": "diesel", "unit": "L", "part": "total"}]
    assert _one(ask(specs, [("diesel", "L", "FR", 2024, "1")]))["reason"] == "unsplit"


def test_contrails_are_kept_or_left_out_by_name(ask):
    """
    "none" drops the part and says so; "as_published" keeps it; anything else is refused.
    """
    flight = {"activity": "flight.long_haul.economy", "unit": "passenger.km", "element_id": "f"}
    specs = [{**flight, "factor_id": "f-c", "co2e_kg": 0.07},
             {**flight, "factor_id": "f-x", "part": "contrails", "co2e_kg": 0.05}]
    key = [("flight.long_haul.economy", "passenger.km", "FR", 2024, "3")]
    assert ask(specs, key).table["part"].tolist() == ["combustion", "contrails"]
    without = ask(specs, key, non_co2="none").table
    assert without["part"].tolist() == ["combustion"] and without["reason"].item() == "contrails left out"
    with pytest.raises(TableError):
        ask(specs, key, non_co2="maybe")


def test_the_published_co2e_stands_in_its_own_set(ask):
    """Gas columns do not replace the publisher's figure where the sets are the same."""
    gases = {"co2_kg": 0.12, "ch4_fossil_kg": 1e-4, "n2o_kg": 0.0}
    row = _one(ask([{"factor_id": "a", "co2e_kg": 0.1234, **gases}], [ELEC]))
    assert row["co2e_kg"] == 0.1234 and row["gwp_used"] == "AR5GWP100"


def test_gas_columns_are_recomputed_in_another_set(ask):
    """CO2 stays, methane and nitrous oxide move with the set."""
    # AR5: 2.0 + 0.001 x 28 + 0.0001 x 265 = 2.0545;  AR6: 2.0 + 0.001 x 27.0 + 0.0001 x 273 = 2.0543
    row = _one(ask([{"factor_id": "a", "co2e_kg": 2.0545, "co2_kg": 2.0, "ch4_nonfossil_kg": 1e-3, "n2o_kg": 1e-4}],
                   [ELEC], gwp="AR6GWP100"))
    assert row["co2e_kg"] == pytest.approx(2.0543) and row["co2_kg"] == 2.0
    assert row["gwp_used"] == "AR6GWP100" and row["reason"] == "recomputed from gases"
    assert row["ch4_kg"] == 1e-3


def test_gases_that_do_not_explain_the_co2e_are_not_recomputed(ask):
    """A total that holds gases without a column (SF6, HFC) is frozen: recomputing would lose them."""
    specs = [{"factor_id": "a", "co2e_kg": 3.0, "co2_kg": 2.0, "ch4_nonfossil_kg": 1e-3, "n2o_kg": 1e-4}]
    assert _miss(ask(specs, [ELEC], gwp="AR6GWP100"))["code"] == "gwp_mixed"


def test_a_blend_is_recomputed_from_its_composition(ask):
    """R-410A per kg: 1923.5 in AR5, 2255.5 in AR6; grams convert."""
    specs = [{"factor_id": "r", "activity": "refrigerant.r410a", "unit": "kg", "part": "fugitive", "co2e_kg": 1924.0,
              "composition": "HFC-32:0.5;HFC-125:0.5"}]
    row = _one(ask(specs, [("refrigerant.r410a", "g", "FR", 2024, "1")], gwp="AR6GWP100"))
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
def test_a_frozen_set_is_listed_unless_named(ask, factor_set):
    """CO2e of another or an unstated set is a miss; named by factor or source it is used, and says its set."""
    specs = [{"factor_id": "frozen-1", "gwp_set": factor_set, "source_id": "epa_2010"}]
    miss = _miss(ask(specs, [ELEC]))
    assert miss["code"] == "gwp_mixed" and "allow_mixed_gwp" in miss["what_to_do"] and "frozen-1" in miss["nearest"]
    for allow in (["frozen"], ["epa"]):
        row = _one(ask(specs, [ELEC], allow=allow))
        assert row["gwp_used"] == (factor_set or "unstated") and row["reason"] == "frozen in another GWP set"
    assert _miss(ask(specs, [ELEC], allow=["", "ep_"]))["code"] == "gwp_mixed"


def test_co2_alone_is_of_every_set(ask):
    """A factor of CO2 only has no GWP in it."""
    row = _one(ask([{"factor_id": "a", "gwp_set": "AR4GWP100", "co2e_kg": 0.4, "co2_kg": 0.4}], [ELEC]))
    assert row["co2e_kg"] == 0.4 and row["gwp_used"] == "AR5GWP100"


def test_torn_elements_are_refused(ask):
    """Parts of one element that differ in unit or region break the library's contract."""
    with pytest.raises(TableError, match="do not agree"):
        ask([{"factor_id": "a", "element_id": "e"}, {"factor_id": "b", "element_id": "e", "part": "upstream",
                                                     "unit": "MWh"}], [ELEC])


def test_no_keys_no_answers(ask):
    """An empty question has an empty, typed answer."""
    found = ask([{"factor_id": "a"}], [])
    assert len(found.table) == len(found.misses) == len(found.keys) == 0


ACTIVITIES = pd.DataFrame({
    "activity_id": ["t1", "t2", "t3", "t4"], "activity": ["electricity", "rail", "electricity", "rail"],
    "unit": ["kWh", "km", "kWh", "km"], "region": ["FR"] * 4, "year": [2024, 2024, 2024, 2023],
    "scope": ["2", "3", "2", "3"],
    "quantity": [1.0, 2.0, 3.0, 4.0]})


def _match(library, policy, **keywords):
    return matching.match_factors(ACTIVITIES, library, policy=policy, gwp="AR5GWP100", allow_mixed_gwp=[],
                                  non_co2="none", **keywords)


def test_each_activity_gets_the_code_of_its_key(make_library, make_policy):
    """Equal keys share a code; the keys table holds each once."""
    matched = _match(make_library({"factor_id": "a"}), make_policy())
    assert matched.codes.tolist()[0] == matched.codes.tolist()[2] and len(set(matched.codes)) == 3
    keys = matched.resolved.keys.set_index("key_id")
    assert keys.loc[matched.codes, "activity"].tolist() == ACTIVITIES["activity"].tolist()
    assert keys.loc[matched.codes, "year"].tolist() == ACTIVITIES["year"].tolist()
    assert matched.missing().tolist() == [False, True, False, True]


def test_strict_raises_with_rows_and_a_remedy(make_library, make_policy):
    """The message shows what, which rows, and what to do."""
    with pytest.raises(MissingFactorError) as caught:
        _match(make_library({"factor_id": "a"}), make_policy(), strict=True)
    text = str(caught.value)
    assert text.startswith("2 activities have no emission factor:") and "t2" in text and "t4" in text
    assert "t1" not in text and "Hint:" in text and "factors.csv" in text


def test_strict_lists_the_candidates_of_an_ambiguous_key(make_library, make_policy):
    """Two sources that fit equally are both named."""
    rail = {"activity": "rail", "unit": "km"}
    library = make_library({"factor_id": "a"}, {"factor_id": "r1", "source_id": "s1", **rail},
                           {"factor_id": "r2", "source_id": "s2", **rail})
    with pytest.raises(AmbiguousFactorError, match=re.escape("r1 (s1")) as caught:
        _match(library, make_policy(), strict=True)
    assert "r2 (s2" in str(caught.value)


def test_codes_do_not_depend_on_row_order(make_library, make_policy):
    """Shuffled activities meet the same keys."""
    order = [3, 1, 0, 2]
    codes, keys = matching.distinct_keys(ACTIVITIES)
    again, same = matching.distinct_keys(ACTIVITIES.iloc[order])
    pd.testing.assert_frame_equal(keys, same)
    assert np.array_equal(codes[order], again)
    categories = ACTIVITIES.astype(dict.fromkeys(("activity", "unit", "region", "scope"), "category"))
    pd.testing.assert_frame_equal(matching.distinct_keys(categories)[1], keys)
