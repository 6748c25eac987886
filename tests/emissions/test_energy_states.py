"""Every kWh and every unit of fuel has one state for each of its parts."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from one_meter import instrument

from carbon.core import schemas
from carbon.core.ghg_protocol import LIFE_CYCLE
from carbon.emissions.energy_states import STATES, energy_states, inside_other_figures, without_factor

KWH = {"activity": "electricity", "unit": "kWh", "scope": "2", "quantity": 1000.0}
COMBUSTION = [{"part": "combustion", "co2e_kg": 0.35}]
PARTS = [*COMBUSTION, {"part": "upstream", "co2e_kg": 0.05}, {"part": "losses", "co2e_kg": 0.02}]
LIFE = [{"part": "total", "co2e_kg": 0.4, "life_cycle": True, "reason": LIFE_CYCLE}]
DELIVERED = [{**LIFE[0], "reason": f"{LIFE_CYCLE}; losses are inside this figure"}]
UNSPLIT = [{"part": "total", "co2e_kg": 0.4, "reason": "unsplit"}]
GRIDS = {"combustion": COMBUSTION, "parts": PARTS, "life": LIFE, "delivered": DELIVERED, "unsplit": UNSPLIT}


def states(emissions):
    table = energy_states(emissions)
    return {(r["part"], r["state"]): (r["quantity"], r["scope"], r["category"]) for r in table.to_dict("records")}


def test_a_combustion_factor_leaves_upstream_and_losses_without_factor(make_activities, emissions_of):
    """The generation is in scope 2; the other two parts are named with their kWh, and have no kilograms."""
    emissions = emissions_of(make_activities(KWH), factors={"electricity": COMBUSTION})
    assert states(emissions) == {("generation", "counted"): (1000, "2", 0), ("upstream", "no factor"): (1000, "3", 3),
                                 ("losses", "no factor"): (1000, "3", 3)}
    table = energy_states(emissions).set_index("part")
    assert table.loc["generation", "co2e_kg"] == 350 and np.isnan(table.loc["losses", "co2e_kg"])
    assert without_factor(energy_states(emissions)) == ["upstream and losses of 1,000 kWh of electricity in FR"]


def test_a_stated_zero_lacks_no_factor(make_activities, emissions_of):
    """0 kWh has no upstream and no losses to look for: they are counted as zero, and no phrase names them."""
    emissions = emissions_of(make_activities({**KWH, "quantity": 0.0}), factors={"electricity": COMBUSTION})
    table = energy_states(emissions)
    assert set(table["state"]) == {"counted"} and table["co2e_kg"].sum() == 0 and without_factor(table) == []


def test_a_factor_with_parts_is_complete(make_activities, emissions_of):
    """All three parts are counted: scope 2, and category 3 twice."""
    emissions = emissions_of(make_activities(KWH), factors={"electricity": PARTS})
    assert states(emissions) == {("generation", "counted"): (1000, "2", 0), ("upstream", "counted"): (1000, "3", 3),
                                 ("losses", "counted"): (1000, "3", 3)}
    assert energy_states(emissions).set_index("part")["co2e_kg"].to_dict() == {
        "generation": 350.0, "upstream": 50.0, "losses": 20.0}
    assert without_factor(energy_states(emissions)) == []


@pytest.mark.parametrize(("factors", "losses"), [
    (LIFE, "no factor"), (DELIVERED, "inside another figure"), (UNSPLIT, "inside another figure")])
def test_a_total_holds_its_upstream(make_activities, emissions_of, factors, losses):
    """A life-cycle factor per generated kWh does not hold the losses; one per delivered kWh, and an unsplit one, do."""
    emissions = emissions_of(make_activities(KWH), factors={"electricity": factors})
    found = states(emissions)
    assert ("upstream", "inside another figure") in found and ("losses", losses) in found
    assert inside_other_figures(energy_states(emissions))


def test_a_certificate_on_a_life_cycle_grid_leaves_the_upstream_of_its_kwh(make_activities, emissions_of):
    """400 of 1,000 kWh are covered: in the market-based total nothing holds their upstream, and that is said."""
    emissions = emissions_of(make_activities(KWH), instrument(volume_kwh=400), factors={"electricity": DELIVERED})
    found = states(emissions)
    assert found["upstream", "inside another figure"][0] == pytest.approx(600)
    assert found["upstream", "no factor"][0] == pytest.approx(400)
    assert found["losses", "no factor"][0] == pytest.approx(400)
    assert "market-based total" in energy_states(emissions).set_index("state").loc["no factor", "reason"].iloc[0]


def test_a_certificate_on_a_factor_with_parts_leaves_them_counted(make_activities, emissions_of):
    """Category 3 is computed once from the metered kWh, in both totals."""
    emissions = emissions_of(make_activities(KWH), instrument(volume_kwh=1000), factors={"electricity": PARTS})
    assert ("upstream", "counted") in states(emissions) and without_factor(energy_states(emissions)) == []


def test_a_residual_mix_on_a_life_cycle_grid_is_no_life_cycle(make_activities, emissions_of):
    """A residual mix of direct emissions holds no upstream either."""
    emissions = emissions_of(make_activities(KWH), residual=[{"part": "combustion", "co2e_kg": 0.5}],
                             factors={"electricity": LIFE})
    assert states(emissions)["upstream", "no factor"][0] == 1000


def test_fuels_have_no_losses_and_refrigerants_no_energy(make_activities, emissions_of):
    """Fuel: combustion and upstream; a gas that leaks is no energy; an unsplit fuel holds its upstream."""
    rows = ({"activity": "diesel"}, {"activity": "refrigerant.r32", "unit": "kg", "kind": "refrigerants"},
            {"activity": "petrol"})
    emissions = emissions_of(make_activities(*rows), factors={
        "diesel": [{"part": "combustion"}], "refrigerant.r32": [{"part": "fugitive"}], "petrol": UNSPLIT})
    table = energy_states(emissions)
    assert [tuple(r) for r in table[["activity", "part", "state"]].to_numpy()] == [
        ("diesel", "generation", "counted"), ("diesel", "upstream", "no factor"),
        ("petrol", "generation", "counted"), ("petrol", "upstream", "inside another figure")]
    assert table.loc[0, "energy_kwh"] == pytest.approx(9.9, rel=0.05)  # 1 L of diesel, net


def test_why_a_part_has_no_figure_is_told(make_activities, emissions_of):
    """The words of the factor's choice are the reason of the state."""
    refused = [{**COMBUSTION[0], "reason": "older vintage; no upstream: a is below b: a negative upstream is refused"}]
    table = energy_states(emissions_of(make_activities(KWH), factors={"electricity": refused})).set_index("part")
    assert table.loc["upstream", "reason"] == "a is below b: a negative upstream is refused"
    assert "loss share" in table.loc["losses", "reason"]


def test_nothing_is_an_empty_table():
    """No energy, no states."""
    assert energy_states(schemas.EMISSIONS.empty()).equals(STATES.empty())


def test_category_3_alone_is_an_empty_table(make_activities, emissions_of):
    """Upstream that is reported without the energy it belongs to has no meter, and so no state."""
    emissions = emissions_of(make_activities(KWH), factors={"electricity": PARTS})
    assert energy_states(emissions[emissions["scope"] == "3"].reset_index(drop=True)).empty


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(st.sampled_from(["electricity", "diesel", "steam"]), st.floats(0, 1e6),
                               st.sampled_from(["lyon", "paris"])), min_size=1, max_size=6),
       grid=st.sampled_from(sorted(GRIDS)), fuel=st.sampled_from([COMBUSTION, PARTS[:2], UNSPLIT]),
       volume=st.floats(0.001, 2e6), mixed=st.booleans())
def test_the_quantities_of_each_part_are_the_metered_ones(
        make_activities, emissions_of, rows, grid, fuel, volume, mixed):
    """Whatever the factors and instruments: each unit of each part of each record has exactly one state."""
    activities = make_activities(*[
        {"activity": a, "quantity": q, "site": s, "unit": "L" if a == "diesel" else "kWh",
         "scope": "1" if a == "diesel" else "2"} for a, q, s in rows])
    residual = [{"part": "combustion", "co2e_kg": 0.5}] if mixed else None
    table = energy_states(emissions_of(activities, instrument(volume_kwh=volume), residual=residual, factors={
        "electricity": GRIDS[grid], "steam": GRIDS[grid], "diesel": fuel}))
    assert not table.duplicated(["activity_id", "part", "state"]).any()
    sums = table.groupby(["part", "activity_id"])["quantity"].sum()
    metered = activities.set_index("activity_id")["quantity"]
    bought = activities[activities["scope"] == "2"]
    for part, of in (("generation", activities), ("upstream", activities), ("losses", bought)):
        if len(of):
            np.testing.assert_allclose(sums[part].reindex(of["activity_id"]), metered[of["activity_id"]], rtol=1e-12)
        assert set(table.loc[table["part"] == part, "activity_id"]) == set(of["activity_id"])

