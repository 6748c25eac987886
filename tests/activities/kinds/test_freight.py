"""Transport of goods: work, direction and the most specific vehicle or ship."""

from __future__ import annotations

import pytest

from carbon.activities import classify
from carbon.core.errors import ParamsError

WORK = {"quantity": 500.0, "unit": "tonne.km"}


@pytest.mark.parametrize(("line", "expected"), [
    (WORK, ("freight.hgv.average", 500.0, "tonne.km", "3", 4)),
    ({"mode": "Camion", "quantity": 5.0, "unit": "tonne.km"}, ("freight.hgv.average", 5.0, "tonne.km", "3", 4)),
    # 2000 kg over 300 km = 600 t.km
    ({"mass": 2000.0, "mass_unit": "kg", "distance": 300.0, "distance_unit": "km", "direction": "sold"},
     ("freight.hgv.average", 600.0, "tonne.km", "3", 9)),
    ({"mode": "hgv.average.laden_50", "quantity": 80.0, "unit": "km"},
     ("freight.hgv.average.laden_50", 80.0, "km", "3", 4))])
def test_work_scope_and_category(read, line, expected):
    """Tonne-kilometres as stated or computed, or kilometres of a whole vehicle; 4 is bought, 9 is paid by others."""
    row = classify(read(freight=[line])).activities.iloc[0]
    assert tuple(row[["activity", "quantity", "unit", "scope", "category"]]) == expected


@pytest.mark.parametrize(("line", "code"), [
    ({}, "freight_incomplete"), ({"mode": ""}, "mode_missing"), ({"direction": ""}, "direction_unknown"),
    ({"quantity": 5.0, "unit": "t"}, "unit_dimension"),
    ({"quantity": 5.0, "unit": "km", "mass": 2.0, "mass_unit": "t"}, "unit_dimension")])
def test_doubt_is_rejected(read, line, code):
    """A missing word or a wrong dimension; km with a mass may be the distance, or the trips of a whole vehicle."""
    result = classify(read(freight=[line]))
    assert result.activities.empty
    assert result.ledger[["outcome", "code"]].values.tolist() == [["rejected", code]]


@pytest.mark.parametrize(("mode", "detour", "quality"), [
    ("road", 1.5, "great circle x 1.5"), ("van", 1.5, "great circle x 1.5"), ("rail", 1.2, "great circle x 1.2"),
    ("air", 1.0, "great circle")])
def test_freight_between_towns(read, mode, detour, quality):
    """Without a distance the great circle with the detour of params: factors are by the km driven."""
    # Lyon to Paris: 392 km
    line = {"mode": mode, "mass": 1.0, "mass_unit": "t", "origin": "Lyon", "destination": "Paris"}
    row = classify(read(freight=[line])).activities.iloc[0]
    assert row["quantity"] == pytest.approx(392 * detour, abs=2)
    assert row["quality"].startswith(quality)


def test_the_way_of_a_ship_is_asked(read):
    """Shanghai to Rotterdam is 8,900 km by the great circle, over land, and some 19,500 km by sea."""
    line = {"mode": "container ship", "mass": 1.0, "mass_unit": "t", "origin": "Shanghai", "destination": "Rotterdam"}
    ledger = classify(read(freight=[line])).ledger
    assert ledger["code"].tolist() == ["freight_incomplete"] and "route" in ledger["what_to_do"][0]
    row = classify(read(freight=[{**line, "distance": 19_500.0, "distance_unit": "km"}])).activities.iloc[0]
    assert row["quantity"] == pytest.approx(19_500)


TOWNS = {"mass": 1.0, "mass_unit": "t", "origin": "Lyon", "destination": "Paris"}


def test_a_declared_word_has_the_detour_of_its_mode(read):
    """Parcels that params declare to go by van are driven; of a word that nobody declared no way is known."""
    lines = [{**TOWNS, "mode": "parcels"}, {**TOWNS, "mode": "courier"}]
    result = classify(read(freight=lines, freight_modes={"parcels": "van"}))
    assert result.activities["quantity"].tolist() == [pytest.approx(392 * 1.5, abs=2)]
    assert [("ship" in reason) for reason in result.rejects["reason"]] == [False]


@pytest.mark.parametrize(("mode", "ends", "code"), [
    ("road", {"destination": "Lyon"}, "zero_length"),                  # 5 t within a town are not 0 t.km
    ("road", {"origin": "Orange Business Park"}, "freight_incomplete"),  # no town in Vaucluse
    ("Camion", {"origin": "Rye"}, "distance_implausible")])              # that of New York: the one in Sussex is small
def test_a_lorry_goes_from_door_to_door(read, mode, ends, code):
    """Two addresses of one town are no way of 0 km, and the first word of an address is no town."""
    result = classify(read(freight=[{**TOWNS, "mode": mode, **ends}]))
    assert result.activities.empty and result.ledger["code"].tolist() == [code]


def freight(read, *lines, **given):
    result = classify(read(freight=list(lines), **given))
    return result, [tuple(r) for r in result.activities[
        ["activity", "quantity", "unit", "scope", "category"]].itertuples(index=False)]


KM = {"quantity": 300.0, "unit": "km"}
TRIP = {"mass": 2.0, "mass_unit": "t", "distance": 300.0, "distance_unit": "km"}


@pytest.mark.parametrize(("line", "expected"), [
    # An empty distance as given, in miles; a share of the way back; five journeys, 80 % of them back empty.
    ({**TRIP, "load": "half", "empty_distance": 100.0, "empty_distance_unit": "mile"},
     [("hgv.average.laden_50", 600.0, "tonne.km"), ("hgv.average.laden_0", 160.9344, "km")]),
    ({**TRIP, "load": "full", "empty_share": 1.0},
     [("hgv.average.laden_100", 600.0, "tonne.km"), ("hgv.average.laden_0", 300.0, "km")]),
    ({**TRIP, "mode": "Porteur 19 t", "country": "GB", "load": "full", "trips": 5.0, "empty_share": 0.8},
     [("hgv.rigid_over_17t.laden_100", 600.0, "tonne.km"), ("hgv.rigid_over_17t.laden_0", 1200.0, "km")]),
    ({**KM, "load": "empty"}, [("hgv.average.laden_0", 300.0, "km")]),
    # France has classes of its own, without figures by load: those of the class of the weight are taken.
    ({**TRIP, "mode": "Porteur 19 t", "empty_share": 1.0},
     [("hgv.rigid_12_to_20t", 600.0, "tonne.km"), ("hgv.rigid_over_17t.laden_0", 300.0, "km")])])
def test_the_empty_way_back_is_an_activity_of_its_own(read, line, expected):
    """The empty vehicle has its own factor by km; the loaded way keeps its work."""
    result, found = freight(read, line)
    assert result.ledger.empty, result.ledger[["code", "reason"]]
    assert [row[:3] for row in found] == [("freight." + a, pytest.approx(q, rel=1e-12), u) for a, q, u in expected]
    assert result.activities["activity_id"].is_unique


def test_empty_kilometres_next_to_an_average_load_are_a_warning(read):
    """A factor of average load may hold empty running already; one of a stated load does not."""
    asked, _ = freight(read, {**TRIP, "empty_share": 1.0})
    assert asked.warnings["code"].tolist() == ["empty_running"]
    assert "300 km" in asked.warnings["text"][0]
    assert freight(read, {**TRIP, "load": "half", "empty_share": 1.0})[0].warnings.empty


@pytest.mark.parametrize(("line", "code"), [
    ({**TRIP, "empty_distance": -5.0, "empty_distance_unit": "km"}, "empty_distance_impossible"),
    ({**TRIP, "empty_share": 1.5}, "empty_share_impossible"), ({**TRIP, "empty_share": -0.1}, "empty_share_impossible"),
    ({**TRIP, "empty_share": 0.5, "empty_distance": 5.0, "empty_distance_unit": "km"}, "empty_twice"),
    ({**WORK, "empty_share": 1.0}, "trips_missing"), ({**TRIP, "mass": 200.0, "empty_share": 1.0}, "trips_missing"),
    ({**TRIP, "mode": "rail", "empty_share": 1.0}, "empty_without_figure"),
    ({**TRIP, "load": "empty"}, "load_conflict"), ({**TRIP, "mode": "rail", "load": "half"}, "load_without_figure"),
    ({**KM, "mode": "van", "load": "full"}, "load_without_figure"),
    ({**KM, "fuel": "electricity"}, "fuel_without_figure"), ({**KM, "mode": "rail", "fuel": "diesel"},
                                                           "fuel_without_figure"),
    ({"quantity": 50.0, "unit": "L"}, "fuel_missing"),
    ({"quantity": 50.0, "unit": "L", "fuel": "diesel", "empty_share": 1.0}, "empty_in_fuel"),
    ({"quantity": 50.0, "unit": "kWh", "fuel": "diesel"}, "gas_basis_missing"),
    ({"teu": 2.0, "distance": 500.0, "distance_unit": "km", "mode": "container ship"}, "teu_without_mass"),
    ({"quantity": 900.0, "unit": "TEU.km", "mode": "container ship"}, "teu_without_mass"),
    ({"teu": -2.0, "distance": 500.0, "distance_unit": "km"}, "teu_impossible"),
    ({**WORK, "run_by": "own"}, "own_vehicle_by_work"),
    ({**KM, "run_by": "own", "mode": "camionnette électrique"}, "vehicle_electric"),
    ({"quantity": 50.0, "unit": "kWh", "fuel": "electricity", "run_by": "own"}, "vehicle_electric")])
def test_what_is_impossible_or_unproved_is_asked(read, line, code):
    """Each bad input is a reject with its reason and what to write instead; nothing of it is counted."""
    result, found = freight(read, line)
    assert found == []
    assert result.ledger[["outcome", "code"]].values.tolist() == [["rejected", code]]
    assert result.ledger["what_to_do"][0]


SHIP = {"mode": "container ship", "teu": 2.0, "distance": 500.0, "distance_unit": "km"}
BY_TEU = {"activity": "freight.sea.container_ship.average", "region": "FR", "unit": "TEU.km", "valid_from": 2020}


@pytest.mark.parametrize(("line", "own", "expected"), [
    ({**SHIP, "mass": 14.0, "mass_unit": "t"}, [], (7000.0, "tonne.km")),
    ({**SHIP, "mass_per_teu": 10_000.0, "mass_per_teu_unit": "kg"}, [], (10_000.0, "tonne.km")),
    ({**SHIP, "quantity": 900.0, "unit": "TEU.km", "mass_per_teu": 10.0, "mass_per_teu_unit": "t"}, [],
     (9000.0, "tonne.km")),
    ({**SHIP, "mass": 14.0, "mass_unit": "t"}, [BY_TEU], (1000.0, "TEU.km")),
    ({**SHIP, "quantity": 900.0, "unit": "TEU.km"}, [BY_TEU], (900.0, "TEU.km"))])
def test_containers_count_by_mass_or_by_the_company_s_own_factor(read, line, own, expected):
    """2 TEU over 500 km: by the mass of the goods, by a stated mass of a TEU, or by an own factor per TEU.km."""
    result, found = freight(read, line, own_factors=own)
    assert [row[:3] for row in found] == [("freight.sea.container_ship.average", *expected)]
    if "mass_per_teu" in line:
        assert "10 t per TEU" in result.activities["quality"][0]


@pytest.mark.parametrize(("line", "expected"), [
    ({**KM, "run_by": "own"}, [("freight.hgv.average", 300.0, "km", "1", 0)]),
    ({**TRIP, "run_by": "own", "trips": 4.0}, [("freight.hgv.average", 1200.0, "km", "1", 0)]),
    ({**KM, "run_by": "leased"}, [("freight.hgv.average", 300.0, "km", "1", 0)]),
    ({**KM, "run_by": "hired", "direction": "sold"}, [("freight.hgv.average", 300.0, "km", "3", 9)]),
    ({"distance": 300.0, "distance_unit": "km", "trips": 2.0}, [("freight.hgv.average", 600.0, "km", "3", 4)]),
    ({**KM, "mode": "van", "fuel": "diesel", "run_by": "own"}, [("freight.van.average.diesel", 300.0, "km", "1", 0)]),
    ({"quantity": 50.0, "unit": "L", "fuel": "diesel"}, [("diesel", 50.0, "L", "3", 4)]),
    ({"quantity": 50.0, "unit": "L", "fuel": "diesel", "direction": "sold"}, [("diesel", 50.0, "L", "3", 9)]),
    ({"quantity": 50.0, "unit": "L", "fuel": "diesel", "run_by": "own"}, [("diesel", 50.0, "L", "1", 0)]),
    ({"quantity": 50.0, "unit": "kWh", "fuel": "electricity"}, [("electricity", 50.0, "kWh", "3", 4)])])
def test_who_runs_the_vehicle_decides_the_scope(read, line, expected):
    """The company's own vehicles are scope 1, by km or fuel; hired ones category 4 or 9."""
    result, found = freight(read, line)
    assert found == expected
    if expected[0][2:4] == ("km", "1"):
        assert "less exact than its fuel" in result.activities["quality"][0]


def test_a_lease_is_asked_about_outside_operational_control(read):
    """Under the other approaches a lease may be outside: only params or the list of vehicles can tell."""
    result, _ = freight(read, {**KM, "run_by": "leased"}, consolidation="financial_control")
    assert result.ledger["code"].tolist() == ["lease_unclear"]
    listed = [{"vehicle": "L 1", "ownership": "leased_outside"}]
    _, found = freight(read, {**KM, "run_by": "leased", "vehicle": "l1"}, vehicles=listed,
                       consolidation="financial_control")
    assert found[0][3:] == ("3", 8)


LITRES = {"carrier": "diesel", "quantity": 900.0, "unit": "L", "meter": "L-1", "country": "FR", "site": ""}


@pytest.mark.parametrize("empty", [{}, {"load": "full", "distance": 300.0, "distance_unit": "km", "empty_share": 1.0}])
def test_litres_and_km_of_one_lorry_count_once(read, empty):
    """The litres of a vehicle's month replace its km, the empty way back with them; one line of the ledger a row."""
    result = classify(read(freight=[{**KM, "run_by": "own", "vehicle": "l 1", **empty}], energy=[LITRES]))
    assert result.activities["activity"].tolist() == ["diesel"]
    assert result.ledger[["outcome", "code"]].values.tolist() == [["set aside", "litres_counted"]]
    assert "litres_and_km" not in set(result.warnings["code"])


def test_litres_of_a_hired_lorry_replace_its_work(read):
    """A haulier's litres and tonne-kilometres of one vehicle are one transport."""
    lines = [{**WORK, "vehicle": "X 9"}, {"quantity": 50.0, "unit": "L", "fuel": "diesel", "vehicle": "x9"}]
    result, found = freight(read, *lines)
    assert found == [("diesel", 50.0, "L", "3", 4)]
    assert result.ledger["code"].tolist() == ["litres_counted"]


def test_litres_and_km_without_a_vehicle_s_number_are_a_warning(read):
    """Nobody can tell whether the litres are those of the lorries: the warning has the km, and both are counted."""
    result = classify(read(freight=[{**KM, "run_by": "own"}], energy=[LITRES]))
    assert len(result.activities) == 2
    assert result.warnings["code"].tolist() == ["litres_and_km"]
    assert "300 km" in result.warnings["text"][0]


HAUL = {"mass": 2.0, "mass_unit": "t", "distance": 300.0, "distance_unit": "km", "direction": "outbound"}
DECLARED_MODES = {"sea": "container_ship", "parcels": "van", "Colis": "fourgonnette", "air": "air.international",
            "barge": "sea.general_cargo.average"}


@pytest.mark.parametrize(("mode", "country", "activity", "remark"), [
    ("sea", "GB", "sea.container_ship.average", "assumed: sea is freight.sea.container_ship.average (freight_modes)"),
    ("Fret maritime", "FR", "sea.container_ship.average",
     "assumed: sea is freight.sea.container_ship.average (freight_modes)"),
    ("parcels", "GB", "van.average.unknown_fuel",
     "assumed: parcels is freight.van.average.unknown_fuel (freight_modes)"),
    ("COLIS", "FR", "van.average.unknown_fuel", "assumed: colis is freight.van.average.unknown_fuel (freight_modes)"),
    ("avion", "FR", "air.international", "assumed: air is freight.air.international (freight_modes)"),
    ("barge", "DE", "sea.general_cargo.average", "assumed: barge is freight.sea.general_cargo.average (freight_modes)"),
    ("camion", "FR", "hgv.average", ""), ("sea", "US", "sea.average", ""), ("courier", "GB", "courier", "")])
def test_a_declared_word_is_an_assumption(read, mode, country, activity, remark):
    """The declared mode, with a remark; a country's own average goes first, other words are asked."""
    line = {**HAUL, "mode": mode, "country": country}
    row = classify(read(freight=[line], freight_modes=DECLARED_MODES)).activities.iloc[0]
    assert (row["activity"], row["quality"]) == (f"freight.{activity}", remark)


def test_the_ends_of_a_flight_go_before_the_declaration(read):
    """Both ends give the haul: nothing is assumed."""
    line = {**HAUL, "mode": "air", "country": "GB", "origin": "LHR", "destination": "JFK"}
    row = classify(read(freight=[line], freight_modes=DECLARED_MODES)).activities.iloc[0]
    assert (row["activity"], row["quality"]) == ("freight.air.long_haul", "")


def test_without_a_declaration_the_word_stays_open(read):
    """Nobody chose a ship: the activity has no factor."""
    assert classify(read(freight=[{**HAUL, "mode": "sea"}])).activities["activity"].tolist() == ["freight.sea"]


@pytest.mark.parametrize("declared", [{"lorry": "van"}, {"Camion": "rail"}, {"sea": "sea"}])
def test_a_word_that_has_a_mode_is_not_declared(read, declared):
    """A line that changes nothing, or what the package reads, is an error: it would be ignored in silence."""
    with pytest.raises(ParamsError, match=r"freight_modes\."):
        classify(read(freight=[{**HAUL, "mode": "hgv"}], freight_modes=declared))
