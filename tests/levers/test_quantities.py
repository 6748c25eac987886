"""Resources: quantities of the inventory's own rows, and price paths."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from carbon.core.errors import ParamsError
from carbon.levers.baseline import path_by_year
from carbon.levers.company import plan_of
from carbon.params.files.levers import read_levers

COMPANY = "nuage-logiciels"


def test_a_price_is_straight_between_its_years_and_constant_outside():
    """1 in 2026 and 2 in 2028: 1, 1.5, 2, 2."""
    assert path_by_year({2026: 1.0, 2028: 2.0}, np.arange(2026, 2030)).tolist() == [1, 1.5, 2, 2]
    assert path_by_year(3.0, np.arange(2026, 2028)).tolist() == [3, 3]


def test_quantities_are_those_of_the_rows_in_the_unit_asked(made, history):
    """Litres of petrol and diesel as counted; gas in kWh and m3 together; spend in EUR; a stated bill as it is."""
    problem, rows = made.plan.problem, history.inventories[2025].emissions
    last = {name: float(problem.base[(problem.rows["resource"] == name).to_numpy(), 0].sum())
            for name in ("motor-fuel", "gas", "air-fares")}
    fuel = rows[rows["activity"].isin(["petrol", "diesel"]) & (rows["scope"] == "1") & rows["kyoto"]]
    litres = fuel.drop_duplicates("activity_id")["quantity"].sum()
    index = made.baseline.index[(made.baseline.streams["activity"] == "petrol").to_numpy()][0, 0]
    assert last["motor-fuel"] == pytest.approx(litres * index) and last["air-fares"] > 0
    gas = rows[(rows["activity"] == "natural_gas") & (rows["scope"] == "1")].drop_duplicates("activity_id")
    kwh = gas.loc[gas["unit"] == "kWh_HHV", "quantity"].sum()
    cubic = gas.loc[gas["unit"] == "m3", "quantity"].sum()
    # a cubic metre of gas holds 10 to 12 kWh HHV
    assert kwh + 10 * cubic < last["gas"] / index < kwh + 12 * cubic


def test_a_kwh_of_two_scopes_is_paid_once(small_made, small_history):
    """Gas is burnt in scope 1 and its upstream is in category 3: a resource on both has the kWh of the meters, once."""
    problem, activities = small_made.plan.problem, small_history.inventories[2025].activities
    of_gas = (problem.rows["resource"] == "gas").to_numpy()
    metered = activities.loc[activities["activity"] == "natural_gas", "quantity"].sum()
    streams, index = small_made.baseline.streams, small_made.baseline.index
    first = index[((streams["activity"] == "natural_gas") & (streams["scope"] == "1")).to_numpy()][0, 0]
    assert problem.base[of_gas, 0].sum() == pytest.approx(metered * first)


def test_a_stream_has_one_price_and_what_is_used_counts_what_is_saved(tmp_path: Path, history, setter, written):
    """Two resources on the same flights, and kWh for each litre of a fuel that the lever does not save: refused."""
    two = setter("plan.resources.trips", {"of": {"activity": ["flight.*"]}, "unit": "trip", "quantity": 9, "price": 1})
    with pytest.raises(ParamsError, match=r"trips.of: air-fares has some of the same streams"):
        plan_of(read_levers(COMPANY, project=written(tmp_path / "a", two)), history)
    none = setter("levers.electric-fleet.saves", [])
    with pytest.raises(ParamsError, match=r"electric-fleet, uses: it saves nothing of 'motor-fuel'"):
        plan_of(read_levers(COMPANY, project=written(tmp_path / "b", none)), history)


def test_a_resource_that_the_inventory_does_not_count_asks_for_its_quantity(tmp_path: Path, history, setter, written):
    """Flights are counted in passenger.km: a price in EUR needs the bill."""
    change = setter("plan.resources.air-fares", {"of": {"activity": ["flight.*"]}, "unit": "EUR", "price": 1})
    with pytest.raises(ParamsError, match=r"air-fares: the inventory counts flight.* in passenger.km, not in EUR"):
        plan_of(read_levers(COMPANY, project=written(tmp_path, change)), history)
