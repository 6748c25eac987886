"""Responsible-digital results become levers: shares worked by hand, and entries that a lever file takes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from carbon.core.digital_tables import OD_TIME, TRIP
from carbon.core.errors import MethodError
from carbon.digital.devices.fleet import fleet
from carbon.digital.electricity import given_grid
from carbon.digital.services.service import service
from carbon.digital.travel_policy import plane_kg_per_km, train_kg_per_km, travel_policy
from carbon.levers import from_digital
from carbon.levers.model import from_template
from carbon.params.shapes.digital import ServiceAnswers
from carbon.params.shapes.levers import LeverEntry

BLANK = {"date": "2025-03-04", "traveller_id": "", "origin": "Paris", "destination": "Lyon", "mode": "plane",
         "class": "", "distance_km": np.nan, "amount_eur": np.nan, "nights": np.nan}
COST = {"currency": "EUR", "price_year": 2025, "capex": 0, "opex_per_year": 0, "savings_per_year": 0}
DIVIDED = {"label": {"en": "x"}, "cost": COST, "lifetime_years": 5, "earliest_start": 2026}


def built(found: from_digital.Suggestion) -> dict:
    """The entry with what the company adds, as the plan reads it."""
    return from_template(LeverEntry.model_validate({**DIVIDED, **found.entry()}), where="a test")


@pytest.fixture
def policy(assets):
    """Three flights: 600 km under 4 h by train, 600 km at exactly 4 h, 1 000 km of unknown time."""
    trips = assets([{"trip_id": str(i), "destination": to, "distance_km": km} for i, (to, km) in enumerate(
        [("Near", 600.0), ("Edge", 600.0), ("Far", 1000.0)])], TRIP, BLANK)
    times = assets([{"origin": "Paris", "destination": to, "mode": "train", "minutes": minutes, "kind": "user",
                     "year": 2025, "source_id": "own"} for to, minutes in (("Near", 239), ("Edge", 240))], OD_TIME, {})
    return lambda **more: travel_policy(trips, hours=4, contrails=True, train="tgv", times=times, **more)


def test_the_rule_moves_what_is_strictly_under_its_hours(policy):
    """600 of 600 + 600 + 1000 km at one factor each: share = kg of the first flight / kg of all; at 240 min no move."""
    found = from_digital.train_rule(policy())
    # distance given and no known place: the flight's great circle is its distance, the train's 1.245 x that
    flights = [km * plane_kg_per_km(km, contrails=True) for km in (600, 600, 1000)]
    assert found.parameters["share"].likely == pytest.approx(flights[0] / sum(flights))
    assert found.parameters["kg_per_kg_cut"].likely == pytest.approx(600 * 1.245 * train_kg_per_km("tgv") / flights[0])
    assert "1 without a known time stay on the plane" in found.evidence
    lever = built(found)
    assert lever["cuts"][0].reduction.likely == pytest.approx(flights[0] / sum(flights))
    assert lever["adds"][0].kg_per_kg_cut.likely == pytest.approx(found.parameters["kg_per_kg_cut"].likely)


def test_extra_nights_are_in_what_is_added_or_refused(policy):
    """A train of 239 min over 3 h needs a night of 7 kg; without its mass there is no figure."""
    bare = from_digital.train_rule(policy()).parameters["kg_per_kg_cut"].likely
    slept = from_digital.train_rule(policy(night_over_hours=3, hotel_night_kg=7.0)).parameters["kg_per_kg_cut"].likely
    assert slept - bare == pytest.approx(7.0 / (600 * plane_kg_per_km(600, contrails=True)))
    with pytest.raises(MethodError, match="nights have no mass"):
        from_digital.train_rule(policy(night_over_hours=3))


@pytest.fixture
def stock(assets, grid):
    """Two laptops and one monitor, bought in the year, planned lives of 4 years."""
    devices = assets([{"asset_id": str(i), "category": c, "purchased_on": "2024-02-01", "in_service_on": "2024-02-01",
                       "planned_lifespan_years": 4.0} for i, c in enumerate(("laptop", "laptop", "monitor"))])
    return fleet(devices, year=2024, view="spread", lifespan_rule="max_of_age_and_planned", idle_months=3, grid=grid)


def test_a_longer_life_cuts_the_devices_share_of_the_purchases(stock):
    """2 laptops of 185.09 kg and a monitor of 69.84: share 0.841; 4 -> 6 years cuts 0.841 x (1 - 4/6)."""
    found = from_digital.fleet_life(stock, "laptop", new_years=6)
    laptop, monitor = 170 + 12.3 + 2.79, 64.6 + 1.29 + 3.95
    share = 2 * laptop / (2 * laptop + monitor)
    assert found.parameters["share_of_stream"].likely == pytest.approx(share)
    cut = built(found)["cuts"][0].reduction
    assert cut.likely == pytest.approx(share / 3)
    assert cut.low < cut.likely < cut.high < 1 / 3


def test_a_life_that_does_not_change_is_no_lever(stock):
    """Back to its planned 4 years, or a category nobody bought: refused, not a lever of zero."""
    with pytest.raises(MethodError, match="not longer"):
        from_digital.fleet_life(stock, "laptop", new_years=4)
    with pytest.raises(MethodError, match="tablet"):
        from_digital.fleet_life(stock, "tablet", new_years=6)


def test_a_hosting_lever_is_the_data_centre_after_over_before():
    """From PUE 1.8 to 1.2 only the electricity falls, by a third; a lever that lowers nothing is refused."""
    answers = ServiceAnswers(service_id="shop", year=2025, users=10, hours_per_user=1, gb_per_user=1, pue=1.8,
                             zone="FR", servers=[{"quantity": 2}], storage=[{"disks": 0}], datacentre_zone="FR",
                             allocation="active_hours")
    france = given_grid(0.05, zone="FR", year=2025, source="a test")
    base = service(answers, grid_users=france, grid_datacentre=france)
    rows = base.table[(base.table["tier"] == "data centre") & (base.table["criterion"] == "climate_change")]
    use = rows.loc[rows["step"] == "use", "value"].sum()
    found = from_digital.hosting_move(base, "pue_lower", share=0.5)
    assert found.parameters["kg_ratio"].likely == pytest.approx(1 - use / 3 / rows["value"].sum())
    assert built(found)["cuts"][0].reduction.likely == pytest.approx(0.5 * use / 3 / rows["value"].sum())
    with pytest.raises(MethodError, match="lowers nothing"):
        from_digital.hosting_move(base, "data_half", share=0.5)


def test_a_contract_covers_what_no_proof_covers_yet():
    """100 of 400 kWh are proved; the other 300 stand at 0.06 kg/kWh: share 0.75, market-based only."""
    contracts = pd.DataFrame({"kwh": [100.0, 300.0], "renewable_kwh": [100.0, 0.0], "market_co2e_kg": [0.0, 18.0]})
    found = from_digital.renewable_contract(contracts, contract_kg_per_kwh=0.0)
    assert found.parameters["share"].likely == pytest.approx(0.75)
    assert found.parameters["market_kg_per_kwh"].likely == pytest.approx(0.06)
    assert (found.track, built(found)["cuts"][0].reduction.likely) == ("market", pytest.approx(0.75))
    with pytest.raises(MethodError, match="nothing to cover"):
        from_digital.renewable_contract(contracts.iloc[:1], contract_kg_per_kwh=0.0)
    with pytest.raises(MethodError, match="states its market-based figure"):
        from_digital.renewable_contract(contracts.assign(market_co2e_kg=np.nan), contract_kg_per_kwh=0.0)
    given = from_digital.renewable_contract(contracts.assign(market_co2e_kg=np.nan), contract_kg_per_kwh=0.0,
                                            market_kg_per_kwh=0.3)
    assert given.parameters["market_kg_per_kwh"].likely == 0.3 and given.evidence.endswith("market factor given")
    # what the contracts state goes before what is given
    both = from_digital.renewable_contract(contracts, contract_kg_per_kwh=0.0, market_kg_per_kwh=0.3)
    assert both.parameters["market_kg_per_kwh"].likely == pytest.approx(0.06)
