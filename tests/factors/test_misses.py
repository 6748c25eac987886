"""The chain for regions that params do not list by name."""

from carbon.factors import matching

OTHER = {"FR": ["FR", "EU27", "GLO"], "other": ["GB", "GLO"]}
HOTEL = ("hotel_night", "room.night", "BR", 2024, "3")
HOTELS = [{"factor_id": "gb", "activity": "hotel_night", "unit": "room.night", "region": "GB", "part": "total"},
          {"factor_id": "glo", "activity": "hotel_night", "unit": "room.night", "region": "GLO", "part": "total"}]


def ask(make_library, make_keys, make_policy, specs, key, regions):
    """One key against a library of dicts."""
    return matching.resolve(make_keys(key), make_library(*specs), policy=make_policy(regions=regions), gwp="AR5GWP100",
                            allow_mixed_gwp=[], non_co2="as_published")


def test_a_country_that_is_not_listed_looks_at_home_then_in_other(make_library, make_keys, make_policy):
    """Brazil's own factor where there is one, else the first of `other`; a listed country never uses `other`."""
    made = (make_library, make_keys, make_policy)
    assert ask(*made, HOTELS, HOTEL, OTHER).table["factor_id"].item() == "gb"
    own = [*HOTELS, {**HOTELS[0], "factor_id": "br", "region": "BR"}]
    assert ask(*made, own, HOTEL, OTHER).table["factor_id"].item() == "br"
    french = ("hotel_night", "room.night", "FR", 2024, "3")
    assert ask(*made, HOTELS[:1], french, OTHER).misses["code"].item() == "region"


def test_no_grid_stands_in_for_another_unsaid(make_library, make_keys, make_policy):
    """Electricity of a site in a country without a list of its own is a miss, although `other` would have a factor."""
    grid = [{"factor_id": "grid", "region": "GB"}]
    found = ask(make_library, make_keys, make_policy, grid, ("electricity", "kWh", "BR", 2024, "2"), OTHER)
    assert found.table.empty
    assert "factors.regions.BR" in found.misses["what_to_do"].item()
    assert "other" not in found.misses["what_to_do"].item()


def test_the_miss_names_both_keys_of_params(make_library, make_keys, make_policy):
    """Without `other` the message says which key would serve this country, and which all others."""
    found = ask(make_library, make_keys, make_policy, HOTELS, HOTEL, {})
    said = found.misses["what_to_do"].item()
    assert "factors.regions.BR" in said
    assert "factors.regions.other" in said
