"""Minutes by train: the estimate, its error, and the published times."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from carbon.core.digital_tables import OD_TIME
from carbon.core.errors import FileRefused, MethodError
from carbon.digital import rail_times
from carbon.digital.rail_times import estimated_minutes, pairs_with_times, rail_km
from carbon.records.files.digital import read_gtfs


def test_estimate_and_rail_km_by_hand():
    """400 km great circle: 498 km of rail, -19.8 + 0.3261 x 498 = 142.6 min."""
    assert rail_times.rail_km(400) == pytest.approx(498)
    assert rail_times.estimated_minutes(498) == pytest.approx(142.5978)


BEST = Path(__file__).resolve().parents[3] / "shared" / "data" / "digital" / "odbl" / "rail_best_times_fr.csv"


@pytest.mark.official
@pytest.mark.skipif(not BEST.exists(), reason="the comparison tables are not beside the project")
def test_the_error_given_to_an_estimate_holds_on_forty_pairs():
    """Every published best time lies within the error that the estimate is given, with Paris and without."""
    table = pd.read_csv(BEST)
    pairs = table[["city_a", "city_b"]].set_axis(["origin", "destination"], axis=1).astype("str")
    found = rail_times.pairs_with_times(pairs, None, home=("FR",))
    estimate = rail_times.estimated_minutes(rail_times.rail_km(found["great_circle_km"]))
    error = (estimate - table["best_time_min"]).abs()
    paris = (pairs == "Paris").any(axis=1)
    stated = paris.map({True: rail_times.ERROR_WITH_PARIS, False: rail_times.ERROR_ELSEWHERE})
    assert error.notna().all() and (error <= stated).all()
    assert error.max() > 150


def test_a_short_line_has_no_estimate():
    """10 km of rail would take -16.5 minutes: refused alone, missing in a Series; 500 km: -19.8 + 163.05 = 143.25."""
    with pytest.raises(MethodError, match="no estimate for 10 km"):
        estimated_minutes(10.0)
    found = estimated_minutes(pd.Series([10.0, 500.0]))
    assert found.isna().tolist() == [True, False]
    assert found[1] == pytest.approx(143.25)
    with pytest.raises(MethodError):
        rail_km(-1.0)


def own(*rows: tuple[str, str, float]) -> pd.DataFrame:
    """Times of the user."""
    return OD_TIME.validate(pd.DataFrame(
        [(a, b, "train", minutes, "user", 2025, "travel team") for a, b, minutes in rows],
        columns=list(OD_TIME.columns)).astype({"minutes": "float64", "year": "int64"}))


def minutes_of(*pairs: tuple[str, str], times=None, timetable=None, home=("FR",)) -> list:
    """Minutes and kind of some pairs."""
    found = pairs_with_times(pd.DataFrame(pairs, columns=["origin", "destination"]).astype("str"), times, home=home,
                             timetable=timetable)
    return list(found[["minutes", "kind"]].itertuples(index=False, name=None))


def test_stations_airports_and_other_names_are_their_town():
    """A row of stations or of codes serves the towns, and a row of towns serves stations, codes and other languages."""
    times = own(("Lyon Part-Dieu", "Nantes", 265), ("NCE", "TLS", 420))
    assert minutes_of(("Lyon", "Nantes"), ("LYS", "NTE"), ("Nice", "Toulouse Matabiau"), times=times) == [
        (265.0, "user"), (265.0, "user"), (420.0, "user")]
    assert minutes_of(("Bruxelles", "Köln"), ("LHR", "Paris Gare du Nord"), ("Barcelona", "Madrid")) == [
        (111.0, "best"), (135.0, "best"), (150.0, "best")]
    # Belgium: inland, and to its neighbours; an airport is that of its own town, whatever town is nearer.
    lines = {("Bruxelles-Midi", "Lyon Part-Dieu"): 210, ("BRU", "MRS"): 300, ("Liège-Guillemins", "Köln Hbf"): 61,
             ("Gand", "Brussel-Zuid"): 32, ("Namur", "Bruxelles"): 65, ("LUX", "BRU"): 197, ("LIL", "Brugge"): 80}
    assert [minutes for minutes, _ in minutes_of(*lines, home=("BE",))] == list(lines.values())


def test_a_pair_without_a_known_line_is_an_estimate_with_its_error():
    """Nantes-Nice has no published time: an estimate, off by up to 155 minutes; a stated time has no such error."""
    pairs = pd.DataFrame({"origin": ["Nantes", "Paris"], "destination": ["Nice", "Lyon"]}).astype("str")
    found = pairs_with_times(pairs, None, home=("FR",))
    assert found["kind"].tolist() == ["estimate", "best"]
    assert found["error_minutes"].tolist()[0] == 155 and found["error_minutes"].isna().tolist() == [False, True]


GTFS = {
    "stops.txt": "stop_id,stop_lat,stop_lon\nA,48.8443,2.3744\nA2,48.8413,2.3206\nB,45.7606,4.8598\nC,43.3027,5.3806\n",
    "routes.txt": "route_id,route_type\nR,2\nBUS,3\n",
    "trips.txt": "trip_id,route_id\n1,R\n2,R\n3,R\n4,BUS\n",
    "stop_times.txt": "trip_id,stop_id,stop_sequence,arrival_time,departure_time\n1,C,10,10:55:00,10:55:00\n"
                      "1,B,9,09:10:00,09:15:00\n1,A,8,07:00:00,07:00:00\n1,A2,7,06:30:00,06:30:00\n2,A,1,08:00:00,08:00:00\n"
                      "2,B,2,10:00:00,10:00:00\n3,A,1,23:30:00,23:30:00\n3,B,2,25:50:00,25:50:00\n"
                      "4,A,1,09:00:00,09:00:00\n4,B,2,09:01:00,09:01:00\n",
}


def test_a_timetable_gives_the_median_of_its_direct_trains(tmp_path):
    """Paris-Lyon takes 130, 120 and, past midnight, 140 minutes: 130; a bus, and the way back, have none.

    Stops are in the order of their numbers, not of the file; of two in a town, the last departure and first arrival.
    """
    for name, text in GTFS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    timetable = read_gtfs(tmp_path)
    both = minutes_of(("Paris", "Lyon"), ("Lyon", "MRS"), timetable=timetable)
    assert both == [(130.0, "typical"), (100.0, "typical")]
    assert minutes_of(("Lyon", "Paris"), timetable=timetable) == [(117.0, "best")]
    assert minutes_of(("Paris", "Lyon"), times=own(("Paris", "Lyon", 125)), timetable=timetable) == [(125.0, "user")]
    (tmp_path / "stop_times.txt").unlink()
    with pytest.raises(FileRefused, match=r"stop_times\.txt"):
        read_gtfs(tmp_path)


FEED = {"stops": "stop_id,stop_lat,stop_lon\na,45.76,4.86\nb,43.30,5.38\n", "trips": "trip_id,route_id\nt,r\n",
        "routes": "route_id,route_type\nr,2\n",
        "stop_times": "trip_id,stop_id,stop_sequence,arrival_time,departure_time\nt,a,1,08:00:00,08:00:00\n"
                      "t,b,2,09:40:00,\n"}


@pytest.mark.parametrize(("name", "old", "new", "words"), [
    ("stop_times", "09:40:00", "9h40", r"1 values of arrival_time that are no time, e\.g\. '9h40' in line 3"),
    ("routes", "r,2", "r,3", "no route is by rail; the types of its routes: 3")])
def test_a_timetable_that_would_give_nothing_is_refused_in_words(tmp_path, name, old, new, words):
    """A time that is none, and buses alone: an empty cell is a train that does not stop, and no fault."""
    for table, text in FEED.items():
        (tmp_path / f"{table}.txt").write_text(text, encoding="utf-8")
    assert len(read_gtfs(tmp_path)) == 2
    (tmp_path / f"{name}.txt").write_text(FEED[name].replace(old, new), encoding="utf-8")
    with pytest.raises(FileRefused, match=words):
        read_gtfs(tmp_path)
