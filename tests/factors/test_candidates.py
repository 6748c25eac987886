"""Filters and ranks of elements: region, vintage, source, unit, life-cycle grids, parts."""

from types import SimpleNamespace

import pytest

from carbon.core.errors import TableError

CHAIN = {"FR": ["FR", "EU27", "GLO"]}
LATER = {"later": "allow", "max_gap": 5}
ELEC = ("electricity", "kWh", "FR", 2024, "2")


def test_the_region_chain_is_followed_and_said(ask, one, miss_of):
    """The first region of the chain that has a factor; only the own region where no chain is declared."""
    specs = [{"factor_id": "world", "region": "GLO"}, {"factor_id": "europe", "region": "EU27"}]
    row = one(ask(specs, [ELEC], regions=CHAIN))
    assert (row["factor_id"], row["region_used"], row["reason"]) == ("europe", "EU27", "region fallback")
    miss = miss_of(ask(specs, [ELEC]))
    assert miss["code"] == "region" and "EU27" in miss["nearest"] and "regions" in miss["what_to_do"]


@pytest.mark.parametrize(("year", "factor", "gap", "reason"), [
    (2022, "y22", 0, "exact"), (2021, "y20", 1, "older vintage"), (2024, "y22", 2, "older vintage"),
])
def test_vintage_within_then_the_latest_before(ask, year, factor, gap, reason, one):
    """The validity that contains the year, else the latest that starts before it, with the gap."""
    specs = [{"factor_id": f"y{y - 2000}", "valid_from": y, "valid_to": y} for y in (2019, 2020, 2022)]
    row = one(ask(specs, [("electricity", "kWh", "FR", year, "2")]))
    assert (row["factor_id"], row["vintage_gap"], row["reason"]) == (factor, gap, reason)


def test_a_later_vintage_only_where_allowed(ask, one, miss_of):
    """A factor dated after the activity is refused, unless params allow it by name, within the gap, flagged."""
    specs = [{"factor_id": f"y{y - 2000}", "valid_from": y, "valid_to": y} for y in (2025, 2026)]
    key = [("electricity", "kWh", "FR", 2022, "2")]
    assert miss_of(ask(specs, key))["code"] == "year"
    row = one(ask(specs, key, vintage=LATER))
    assert (row["factor_id"], row["vintage_gap"], row["reason"]) == ("y25", -3, "later vintage")
    assert miss_of(ask(specs, key, vintage={"later": "allow", "max_gap": 2}))["code"] == "year"


def test_an_older_one_comes_before_a_later_one(ask, one):
    """The latest before the year wins over a nearer one after it."""
    specs = [{"factor_id": "old", "valid_from": 2015, "valid_to": 2015}, {"factor_id": "new", "valid_from": 2023}]
    assert one(ask(specs, [("electricity", "kWh", "FR", 2022, "2")], vintage=LATER))["factor_id"] == "old"


def test_the_declared_order_of_sources_decides(ask, one):
    """The first prefix that fits wins; a source nobody named comes last."""
    specs = [{"factor_id": "a", "source_id": "ember_2026"}, {"factor_id": "b", "source_id": "eea_2023"},
             {"factor_id": "c", "source_id": "other"}]
    assert one(ask(specs, [ELEC], prefer=["eea", "ember"]))["factor_id"] == "b"
    assert one(ask(specs, [ELEC], prefer=["ember"]))["factor_id"] == "a"


def test_the_companys_own_factor_comes_first(ask, make_library, one):
    """A factor that the company brought by name is used before any source, in the same region and year."""
    library = make_library({"factor_id": "grid"}, {"factor_id": "mine", "source_id": "own", "co2e_kg": 0.0})
    own = SimpleNamespace(table=library.table, sources=None, overrides=frozenset({"mine"}))
    assert one(ask(own, [ELEC], prefer=["source_a"]))["factor_id"] == "mine"


def test_the_same_unit_is_preferred(ask, one):
    """Where one source gives litres and kWh, litres take the factor per litre."""
    specs = [{"factor_id": "l", "activity": "diesel", "unit": "L"}, {"factor_id": "kwh", "activity": "diesel",
                                                                    "unit": "kWh_HHV"}]
    row = one(ask(specs, [("diesel", "litres", "FR", 2024, "1")]))
    assert row["factor_id"] == "l" and row["reason"] == "exact"


@pytest.mark.parametrize(("activity", "unit", "factor_unit"), [
    ("natural_gas", "kWh", "kWh_HHV"), ("electricity", "kW", "kWh"), ("electricity", "kg", "kWh"),
    ("water.supply", "kg", "m3"), ("rail.national", "km", "passenger.km"), ("it.laptop", "EUR", "unit"),
])
def test_another_dimension_is_never_used(ask, activity, unit, factor_unit, miss_of):
    """A wrong dimension or a missing basis is a miss that names the units there are."""
    miss = miss_of(ask([{"factor_id": "a", "activity": activity, "unit": factor_unit}],
                     [(activity, unit, "FR", 2024, "3")]))
    assert miss["code"] == "unit" and factor_unit in miss["nearest"]


def test_a_life_cycle_grid_needs_its_region_named(ask, one, miss_of):
    """In scope 2 it would count the upstream twice; accepted by name, it says so. Scope 3 takes it."""
    specs = [{"factor_id": "ember", "part": "total", "life_cycle": True}]
    assert miss_of(ask(specs, [ELEC]))["code"] == "life_cycle_grid"
    row = one(ask(specs, [ELEC], life_cycle_grid=["FR"]))
    assert row["life_cycle"] and "its upstream is inside this figure" in row["reason"]
    assert one(ask(specs, [("electricity", "kWh", "FR", 2024, "3")]))["reason"] == "exact"
    assert miss_of(ask(specs, [ELEC], life_cycle_grid=["DE"]))["code"] == "life_cycle_grid"


def test_a_direct_factor_comes_before_a_life_cycle_one(ask, one):
    """A country that is not accepted takes its direct factor, also an older one."""
    specs = [{"factor_id": "ember", "part": "total", "life_cycle": True, "source_id": "ember"},
             {"factor_id": "eea", "valid_from": 2021, "valid_to": 2021, "source_id": "eea"}]
    assert one(ask(specs, [ELEC]))["factor_id"] == "eea"


def test_a_factor_of_side_parts_serves_no_scope_1_or_2(ask, miss_of):
    """An upstream or loss factor alone is not the combustion."""
    specs = [{"factor_id": "wtt", "part": "upstream"}]
    assert miss_of(ask(specs, [ELEC]))["code"] == "part"


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


def test_torn_elements_are_refused(ask):
    """Parts of one element that differ in unit or region break the library's contract."""
    with pytest.raises(TableError, match="do not agree"):
        ask([{"factor_id": "a", "element_id": "e"}, {"factor_id": "b", "element_id": "e", "part": "upstream",
                                                     "unit": "MWh"}], [ELEC])


def test_an_element_with_a_part_of_another_region_is_refused(ask):
    """Of two parts in FR and DE, asked in FR alone, none is left out in silence; one of DE alone does no harm."""
    torn = [{"factor_id": "a", "element_id": "e", "part": "combustion"},
            {"factor_id": "b", "element_id": "e", "part": "upstream", "region": "DE"}]
    with pytest.raises(TableError, match="do not agree"):
        ask(torn, [ELEC])
    assert ask([torn[0], {**torn[1], "element_id": "other"}], [ELEC]).table["factor_id"].tolist() == ["a"]



def own(library, *names):
    """The library, some of whose factors the company brought itself."""
    return SimpleNamespace(table=library.table, sources=None, overrides=frozenset(names))


def test_the_companys_own_factor_comes_before_a_published_one_of_a_nearer_region(ask, make_library, one, miss_of):
    """Wherever its region stands in the chain; outside it, it does not apply; out of date, it has no privilege."""
    grid, mine = {"factor_id": "grid"}, {"factor_id": "mine", "region": "EU27", "source_id": "own"}
    row = one(ask(own(make_library(grid, mine), "mine"), [ELEC], regions=CHAIN))
    assert (row["factor_id"], row["reason"]) == ("mine", "region fallback")
    assert one(ask(own(make_library(grid, mine), "mine"), [ELEC]))["factor_id"] == "grid"
    past = {**mine, "region": "FR", "valid_to": 2021}
    assert one(ask(own(make_library(grid, past), "mine"), [ELEC]))["factor_id"] == "grid"


def test_a_zone_falls_back_to_its_country_and_says_so(ask, one, miss_of):
    """A zone's own factor first; without one its country's chain, flagged; a zone of another country never."""
    specs = [{"factor_id": "us", "region": "US"}, {"factor_id": "camx", "region": "US-eGRID-CAMX"}]
    row = one(ask(specs, [("electricity", "kWh", "US-eGRID-CAMX", 2024, "2")]))
    assert (row["factor_id"], row["reason"]) == ("camx", "exact")
    row = one(ask(specs, [("electricity", "kWh", "US-eGRID-RMPA", 2024, "2")]))
    assert (row["factor_id"], row["reason"]) == ("us", "region fallback")
    assert miss_of(ask(specs, [("electricity", "kWh", "AU-NSW", 2024, "2")]))["code"] == "region"
