"""The table of a map: every route of flights and every site, placed or with the reason why not."""

import dataclasses

import pytest

from carbon.reports.tables.on_map import map_table


def test_every_flight_and_site_has_a_line(studio):
    """Their tonnes are those of the pivot; a site is placed by its own name, or by the town that is given."""
    table = map_table(studio, scope2_method="market-based").set_index("name")
    flights = table[table["what"] == "flight"]
    of_pivot = studio.pivot("mode", scope2_method="market-based", where={"mode": "air"})["co2e_t"]
    assert flights["co2e_t"].sum() == pytest.approx(of_pivot["total"])
    assert (table["reason"] == "").all() and table.loc["lyon", "latitude"] == pytest.approx(45.75, abs=0.1)
    moved = map_table(studio, scope2_method="market-based", towns={"lyon": "Nowhere-at-all, FR"}).set_index("name")
    assert moved.loc["lyon", "reason"] and moved.loc["lyon", "co2e_t"] == table.loc["lyon", "co2e_t"]


def test_flights_without_a_route_keep_their_tonnes_on_one_line(studio):
    """Kilometres alone are a flight too: they have no point, a reason, and their part of the sum; so has a site that
    params do not name.
    """
    travel = studio.records["travel"]
    air = travel["mode"].astype("str") == "air"
    ends = {end: travel[end].astype("str").mask(air & (air.cumsum() < 6), "") for end in ("origin", "destination")}
    strange = dataclasses.replace(studio, records={**studio.records, "travel": travel.assign(**ends)},
                                  params=studio.params.model_copy(update={"sites": {}}))
    table = map_table(strange, scope2_method="market-based").set_index("name")
    of_pivot = studio.pivot("mode", scope2_method="market-based", where={"mode": "air"})["co2e_t"]
    assert table.loc[table["what"] == "flight", "co2e_t"].sum() == pytest.approx(of_pivot["total"])
    assert table.loc["(no route)", "reason"] and table.loc["(no route)", "co2e_t"] > 0
    assert table.loc["lyon", "reason"] and table.loc["lyon", "co2e_t"] > 0


def test_flights_are_divided_by_a_second_column(studio):
    """A line for each route and cabin; they sum to the flights of the map without it."""
    table = map_table(studio, scope2_method="market-based", hue="cabin")
    flights, whole = (t[t["what"] == "flight"]["co2e_t"] for t in (table, map_table(
        studio, scope2_method="market-based")))
    assert flights.sum() == pytest.approx(whole.sum())
    assert (table.loc[table["what"] == "flight", "hue"] != "").all() and (table["hue"] == "").any()
