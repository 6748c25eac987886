"""Actions at the end of a year: dates, money and evidence, worked by hand."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest
from recorded_plans import emitted, recorded

from carbon.levers.followup import follow_actions
from carbon.levers.record import followed
from carbon.params.shapes.actions import ActionFile

STEPS = [{"what": "order", "due": "2025-03-31", "done": "2025-04-12"}, {"what": "training", "due": "2025-06-30"},
         {"what": "second order", "due": "2026-03-31"}]
FLIGHTS = {"what": "flights", "unit": "km", "before": 1000, "after": {2025: 600}, "uncertainty_pct": 10,
           "evidence": "bookings", "where": {"activity": ["flight.*"]}}


def inventory(kg: float = 44.0):
    """A flight of 400 km: `kg` in two parts that share the activity, and 5 kg of fuel production of its own."""
    rows = emitted([("3", "flight.short", "", kg - 4), ("3", "flight.short", "", 4.0), ("1", "natural_gas", "", 53.0)])
    rows = rows.assign(activity_id=["t1", "t1", "g1"], quantity=[400.0, 400.0, 250.0], unit=["km", "km", "kWh"])
    return SimpleNamespace(emissions=rows, params=SimpleNamespace(scope2_headline="location-based"))


def at_year_end(plan=None, as_of="2025-12-31", year=2025, inv=None, until=None, **action):
    """The actions of one file with one action on lever `a`, against a plan that starts it in 2025."""
    inv = inv or inventory()
    first = {"label": {"en": "Trains"}, "lever": "a", "owner": "travel manager", "steps": STEPS, **action}
    file = ActionFile.model_validate({"as_of": as_of, "currency": "EUR", "actions": {"trains": first}})
    past = None if plan is None else followed(plan, inv.emissions, year=year, gwp="AR6GWP100", release="r1")
    return follow_actions(file, inv, company="c", year=year, until=until or date(year, 12, 31), record=plan,
                          plan_followed=past, intervals=False)


def levers(**of_a):
    """The recorded plan with lever `a` changed."""
    plan = recorded()
    return plan.model_copy(update={"levers": [plan.levers[0].model_copy(update=of_a), *plan.levers[1:]]})


@pytest.mark.parametrize(("given", "until", "state", "timing", "late"), [
    ({"in_service": "2025-09-01"}, None, "in service", "on time", 1),
    ({"in_service": "2024-11-01"}, None, "in service", "early", 1),
    ({}, None, "under way", "late", 1),  # the plan's year is over
    ({"steps": STEPS[:1]}, None, "under way", "late", 0),
    ({"steps": STEPS[:1], "as_of": "2025-05-31"}, None, "under way", "on time", 0),  # the year is not over
    ({"steps": STEPS[2:]}, None, "not begun", "late", 0),
    ({"steps": STEPS[:1], "in_service": "2025-09-01"}, None, "done", "on time", 0),
    ({"stopped": {"on": "2025-10-01", "reason": "landlord sold"}}, None, "stopped", "", 0),
    ({"in_service": "2025-09-01"}, date(2025, 3, 31), "not begun", "late", 0),  # a year that ends in March
])
def test_state_and_timing_follow_from_dates(given, until, state: str, timing: str, late: int):
    """Of a lever that the plan starts in 2025; what happened after the reporting year is not known yet."""
    line = at_year_end(recorded(), until=until, **given).table.iloc[0]
    assert (line["state"], line["timing"], line["late_steps"]) == (state, timing, late)


def test_without_a_plan_lateness_is_that_of_steps():
    """An action of its own, outside the plan: no planned tonnes, no invented zero."""
    line = at_year_end(lever=None).table.iloc[0]
    assert line["timing"] == "late" and line["steps_done"] == 1 and line["next_step"] == "training"
    assert np.isnan(line["planned_kg"]) and np.isnan(line["inventory_kg"])


@pytest.mark.parametrize(("spent", "budget", "paid"), [
    ({2025: {"capex": 900}}, "within budget", 900),
    ({2024: {"capex": 300}, 2025: {"capex": 900}}, "ahead of budget", 1200),
    ({2025: {"capex": 1600, "running": 5}}, "over budget", 1600), ({2026: {"capex": 9000}}, "within budget", 0),
    ({}, "", np.nan)])
def test_money_is_held_against_the_plan_until_the_year_and_in_all(spent, budget: str, paid: float):
    """1,000 planned until 2025 and 500 after: 1,200 is early, 1,600 too much; a later year's money is not spent yet."""
    plan = levers(capex={2025: 1000.0, 2026: 500.0})
    line = at_year_end(plan, spent=spent).table.iloc[0]
    assert line["budget"] == budget and line["planned_capex"] == 1000
    assert line["spent_capex"] == pytest.approx(paid, nan_ok=True)
    other = levers(capex={2025: 1000.0}).model_copy(update={"currency": "USD"})
    found = at_year_end(other, spent=spent)
    assert found.table.iloc[0]["budget"] == "" and "no budget is compared" in " ".join(found.notes)


def test_evidence_is_before_less_after_times_the_factor_of_the_year():
    """44 kg on 400 km, each activity once whatever its parts: 0.11 kg/km; (1,000 - 600) km are 44 kg of the 30 planned.

    +- 10 % of both quantities, none of the factor: 0.11 x 0.1 x sqrt(1,000^2 + 600^2) = 12.8 kg.
    """
    found = at_year_end(recorded(), measured=[FLIGHTS])
    line = found.table.iloc[0]
    assert found.evidence["kg_per_unit"].item() == pytest.approx(0.11)
    assert line["evidence_kg"] == pytest.approx(44)
    assert line["evidence_high_kg"] - line["evidence_kg"] == pytest.approx(12.83, abs=0.01)
    assert line["achieved_share"] == pytest.approx(44 / 30) and line["inventory_kg"] == pytest.approx(42)


@pytest.mark.parametrize(("measured", "kg"), [
    (FLIGHTS | {"before": {2025: 700}}, 11.0),  # adjusted for what was travelled that year
    (FLIGHTS | {"unit": "mi", "before": 100, "after": {2025: 0}}, 100 * 1.609344 * 0.11),
    ({**FLIGHTS, "where": None, "kg_per_unit": 0.2, "factor_pct": 10}, 80.0),
    # 50 lamps save 4 kWh each, of 53 kg / 250 kWh
    ({"what": "lamps", "unit": "lamp", "before": 0, "after": {2025: 50}, "uncertainty_pct": 0, "evidence": "count",
      "saves_per_unit": {"low": 3, "likely": 4, "high": 5}, "saves_unit": "kWh",
      "where": {"activity": ["natural_gas"]}}, 50 * 4 * 53 / 250),
    (FLIGHTS | {"after": {2025: 1200}}, -22.0)])  # more than before: a loss, never hidden
def test_evidence_in_other_units_and_of_units_installed(measured, kg: float):
    """Adjusted, in miles, by a factor of the company's own, by lamps; more than before is negative, and a note asks
    whether it was generated or installed.
    """
    found = at_year_end(recorded(), measured=[measured])
    assert found.table.iloc[0]["evidence_kg"] == pytest.approx(kg)
    assert any("saves_per_unit" in note for note in found.notes) == (kg < 0)


@pytest.mark.parametrize("measured", [FLIGHTS | {"unit": "kWh"}, FLIGHTS | {"where": {"activity": ["coal"]}}])
def test_evidence_without_a_factor_of_the_year_has_no_tonnes(measured):
    """Counted in another unit, or no longer there: the sum has no figure either, and the note names the remedy."""
    found = at_year_end(recorded(), measured=[FLIGHTS, measured])
    assert np.isnan(found.table.iloc[0]["evidence_kg"])
    assert "give kg_per_unit" in " ".join(found.notes)


def test_a_lever_of_the_plan_without_an_action_is_listed():
    """`b` and `later` should have begun in 2025 and nobody states anything: late, with what was planned."""
    table = at_year_end(recorded()).table.set_index("lever")
    assert table.loc["b", ["state", "timing", "planned_kg"]].tolist() == ["no action stated", "late", 10]
    assert at_year_end(recorded(), lever="unknown").notes[-1].endswith("lever unknown is not in the adopted plan")
