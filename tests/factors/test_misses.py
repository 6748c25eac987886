"""Keys without a factor: the reason, what to do and the nearest elements."""

import pytest

from carbon.factors import load, matching
from carbon.factors.misses import _close

ELEC = ("electricity", "kWh", "FR", 2024, "2")


def test_a_miss_that_is_no_fault_is_listed_without_words(make_library, make_keys, make_policy):
    """An optional activity without a factor is a miss like any other, but without a reason or a remedy."""
    keys = make_keys(("electricity.residual", "kWh", "FR", 2024, "2"), ("coal", "kWh", "FR", 2024, "1"), ELEC)
    found = matching.resolve(keys, make_library({"factor_id": "a"}), policy=make_policy(), gwp="AR5GWP100",
                             allow_mixed_gwp=[], non_co2="none", optional=["electricity.residual"])

    assert found.table["key_id"].tolist() == [2] and found.misses["key_id"].tolist() == [0, 1]
    assert found.misses["reason"].tolist()[0] == "" and "no factor for activity coal" in found.misses["reason"][1]


@pytest.mark.parametrize(("region", "write"), [("France", "ISO code FR"), ("UK", "ISO code GB"),
                                               ("XX", "ISO code, e.g.")])
def test_a_region_that_is_no_code_is_told_the_code(ask, region, write, miss_of):
    """The name of a country leads to its code, not to a chain of regions under that name."""
    miss = miss_of(ask([{"factor_id": "a"}], [("electricity", "kWh", region, 2024, "2")]))
    assert miss["code"] == "region" and "is not known" in miss["reason"] and write in miss["what_to_do"]
    known = miss_of(ask([{"factor_id": "a"}], [("electricity", "kWh", "AE", 2024, "2")]))
    assert "factors.regions.AE" in known["what_to_do"]


def test_the_world_is_nearer_than_another_country(ask, miss_of):
    """Of regions that are not the key's own, those that may hold it are shown first."""
    specs = [{"factor_id": "emirates", "region": "AE"}, {"factor_id": "world", "region": "GLO", "valid_from": 2020}]
    assert miss_of(ask(specs, [ELEC]))["nearest"].startswith("world")


def test_an_unknown_country_is_never_a_factor(ask, miss_of):
    """No region, or one nobody declared, is a miss."""
    for region in ("", "XX"):
        assert miss_of(ask([{"factor_id": "a"}], [("electricity", "kWh", region, 2024, "2")]))["code"] == "region"


def test_too_old_is_refused(ask, miss_of):
    """Beyond older_max_gap the factor is a miss that names it."""
    vintage = {"later": "refuse", "max_gap": 0, "older_max_gap": 3}
    miss = miss_of(ask([{"factor_id": "old", "valid_from": 2015, "valid_to": 2015}], [ELEC], vintage=vintage))
    assert miss["code"] == "year" and "old" in miss["nearest"] and "vintage" in miss["what_to_do"]


@pytest.mark.parametrize(("years", "vintage", "reason", "what_to_do"), [
    ((2015, 2016), {"later": "allow", "max_gap": 3, "older_max_gap": 3},
     "the nearest is of 2016, 8 years earlier, and factors.vintage.older_max_gap is 3", "set older_max_gap: 8 under"),
    ((2028, 2028), {"later": "allow", "max_gap": 3},
     "the nearest is of 2028, 4 years later, and factors.vintage.max_gap is 3", "set max_gap: 4 under factors.vintage"),
    ((2025, 2025), {"later": "refuse", "max_gap": 3},
     "the nearest is of 2025, 1 year later, and factors.vintage.later is refuse", "set later: allow and max_gap: 1"),
])
def test_years_out_of_reach_are_told_with_what_reaches_them(ask, miss_of, years, vintage, reason, what_to_do):
    """The nearest year, how far it lies, the limit that stops it, and the line of the params that lets it in."""
    first, last = years
    specs = [{"factor_id": "near", "valid_from": first, "valid_to": last},
             {"factor_id": "far", "valid_from": 1960, "valid_to": 1960}]
    miss = miss_of(ask(specs, [ELEC], vintage=vintage))

    assert miss["code"] == "year" and miss["reason"].endswith(reason)
    assert miss["what_to_do"].startswith(what_to_do) and "import a table of years nearer to 2024" in miss["what_to_do"]


def test_the_nearest_year_is_of_a_factor_that_would_serve(ask, miss_of):
    """A factor of the wrong unit, however near its year, reaches nothing."""
    specs = [{"factor_id": "per-kg", "unit": "kg", "valid_from": 2023, "valid_to": 2023},
             {"factor_id": "per-kwh", "valid_from": 2010, "valid_to": 2010}]
    miss = miss_of(ask(specs, [ELEC], vintage={"later": "refuse", "max_gap": 0, "older_max_gap": 2}))
    assert "the nearest is of 2010, 14 years earlier" in miss["reason"]


def test_years_no_policy_reaches_ask_for_a_table(ask, miss_of):
    """Beyond the widest gap that params accept, nothing is proposed that the params would refuse."""
    miss = miss_of(ask([{"factor_id": "old", "valid_from": 1970, "valid_to": 1970}], [ELEC]))
    assert "54 years earlier" in miss["reason"] and miss["what_to_do"].startswith("import a table of years nearer")


def test_several_candidates_are_listed_not_chosen(ask, miss_of):
    """Neither value, order nor recency decides; at most ten are listed."""
    specs = [{"factor_id": f"f{i:02}", "source_id": f"s{i:02}", "co2e_kg": i / 10} for i in range(12)]
    miss = miss_of(ask(specs, [ELEC]))
    assert miss["code"] == "ambiguous" and miss["nearest"].count("|") == 9 and "prefer" in miss["what_to_do"]


def test_an_unknown_unit_or_activity_suggests_the_nearest(ask, miss_of):
    """A misspelt word is a miss with what may have been meant."""
    miss = miss_of(ask([{"factor_id": "a"}], [("electricity", "kWhh", "FR", 2024, "2")]))
    assert miss["code"] == "unit_unknown" and "kWh" in miss["nearest"]
    miss = miss_of(ask([{"factor_id": "a"}], [("electrcity", "kWh", "FR", 2024, "2")]))
    assert miss["code"] == "activity" and miss["nearest"] == "electricity"


OTHER = {"FR": ["FR", "EU27", "GLO"], "other": ["GB", "GLO"]}
HOTEL = ("hotel_night", "room.night", "BR", 2024, "3")
HOTELS = [{"factor_id": "gb", "activity": "hotel_night", "unit": "room.night", "region": "GB", "part": "total"},
          {"factor_id": "glo", "activity": "hotel_night", "unit": "room.night", "region": "GLO", "part": "total"}]


def ask_other(make_library, make_keys, make_policy, specs, key, regions):
    """One key against a library of dicts."""
    return matching.resolve(make_keys(key), make_library(*specs), policy=make_policy(regions=regions), gwp="AR5GWP100",
                            allow_mixed_gwp=[], non_co2="as_published")


def test_a_country_that_is_not_listed_looks_at_home_then_in_other(make_library, make_keys, make_policy):
    """Brazil's own factor where there is one, else the first of `other`; a listed country never uses `other`."""
    made = (make_library, make_keys, make_policy)
    assert ask_other(*made, HOTELS, HOTEL, OTHER).table["factor_id"].item() == "gb"
    own = [*HOTELS, {**HOTELS[0], "factor_id": "br", "region": "BR"}]
    assert ask_other(*made, own, HOTEL, OTHER).table["factor_id"].item() == "br"
    french = ("hotel_night", "room.night", "FR", 2024, "3")
    assert ask_other(*made, HOTELS[:1], french, OTHER).misses["code"].item() == "region"


def test_no_grid_stands_in_for_another_unsaid(make_library, make_keys, make_policy):
    """Electricity of a site in a country without a list of its own is a miss, although `other` would have a factor."""
    grid = [{"factor_id": "grid", "region": "GB"}]
    found = ask_other(make_library, make_keys, make_policy, grid, ("electricity", "kWh", "BR", 2024, "2"), OTHER)
    assert found.table.empty
    assert "factors.regions.BR" in found.misses["what_to_do"].item()
    assert "other" not in found.misses["what_to_do"].item()


def test_the_miss_names_both_keys_of_params(make_library, make_keys, make_policy):
    """Without `other` the message says which key would serve this country, and which all others."""
    found = ask_other(make_library, make_keys, make_policy, HOTELS, HOTEL, {})
    said = found.misses["what_to_do"].item()
    assert "factors.regions.BR" in said
    assert "factors.regions.other" in said


def test_a_corrected_name_is_told_what_it_named(ask, miss_of):
    """Who used the name that release 2026.1 gave the incineration of steel packaging is told the right one."""
    reason = miss_of(ask([{"factor_id": "a"}], [("waste.packaging_steel.average", "t", "FR", 2024, "3")]))["reason"]
    assert "34462, which had this name before release 2026.2, is waste.metal_steel_cans.combustion" in reason


KINDS = ["freight.hgv.average", "freight.hgv.rigid_average", "freight.rail", "freight.sea.container_ship.average",
         "freight.sea.container_ship.8000_teu", "freight.sea.lng_tanker.average", "freight.sea.crude_tanker.average",
         "freight.air.domestic", "freight.air.international", "freight.van.average.unknown_fuel",
         "freight.van.average.diesel"]


@pytest.mark.parametrize(("word", "choices", "settled"), [
    ("sea", "freight.sea.container_ship.average, freight.sea.crude_tanker.average, freight.sea.lng_tanker.average", ""),
    ("air", "freight.air.domestic, freight.air.international", "origin and destination of the row give the haul"),
    ("tanker", "freight.sea.crude_tanker.average, freight.sea.lng_tanker.average", ""),
    ("parcels", "freight.air.*, freight.hgv.average, freight.rail, freight.sea.*, freight.van.*", ""),
    ("colis", "freight.air.*, freight.hgv.average, freight.rail, freight.sea.*, freight.van.*", ""),
])
def test_a_bare_word_of_freight_is_asked_with_its_choices(ask, miss_of, word, choices, settled):
    """The kinds below the word, those that hold it, or one of each kind; and the line of params for all rows."""
    specs = [{"factor_id": name, "activity": name, "unit": "tonne.km"} for name in KINDS]
    asked = miss_of(ask(specs, [(f"freight.{word}", "tonne.km", "FR", 2024, "3")]))["what_to_do"]
    assert f"nearest for FR: {choices};" in asked and settled in asked
    assert f"freight_modes.{word} in the company's params settles the word for all rows" in asked


def test_choices_of_other_regions_are_named_as_such(ask, miss_of):
    """A family that the key's regions do not have at all is shown as other regions have it."""
    specs = [{"factor_id": n, "activity": f"it.{n}", "unit": "unit", "region": "FR"} for n in ("laptop", "desktop")]
    asked = miss_of(ask(specs, [("it.computer", "unit", "GB", 2024, "3")]))["what_to_do"]
    assert "nearest of other regions: it.desktop, it.laptop, or add" in asked


def test_a_spelling_error_among_many_materials_is_told_the_nearest(ask, miss_of):
    """A family of many words is not listed: the nearest are."""
    specs = [{"factor_id": f"w{i}", "activity": f"waste.material_{i}.landfill", "unit": "t"} for i in range(20)]
    asked = miss_of(ask(specs, [("waste.materiel_3.landfill", "t", "FR", 2024, "3")]))["what_to_do"]
    assert "waste.material_3.landfill" in asked and "freight_modes" not in asked and asked.count("waste.") == 5


@pytest.mark.parametrize(("word", "nearest"), [("r134a", "refrigerant.r134a"), ("HFC-23", "refrigerant.hfc23")])
def test_a_bare_word_names_the_activity_that_ends_in_it(word, nearest):
    """Nothing begins like r134a: the gas is offered by its own name."""
    assert _close(word, tuple(load().table["activity"].drop_duplicates()))[0] == nearest
