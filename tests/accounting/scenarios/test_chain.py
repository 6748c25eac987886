"""What if: a chain agrees with the records edited by hand, leaves the year as it was, and names what it cannot do."""

import math
from dataclasses import replace

import pandas as pd
import pytest

from carbon.accounting.scenarios.chain import what_if
from carbon.accounting.scenarios.steps import LEFT, by_other_mode
from carbon.activities import classify
from carbon.core.errors import CarbonError, UsageError
from carbon.core.ghg_protocol import SCOPE2_METHODS
from carbon.params.shapes.heat_contents import HeatContent
from carbon.records.files.company import read_company

METHOD = "market-based"


@pytest.fixture(scope="module")
def begun(hand):
    """A what-if in which nothing is changed yet."""
    return what_if(hand)


def test_a_move_to_rail_is_that_of_the_edited_records(begun, hand, hand_company, tmp_path):
    """30 % of a flight by train, typed into the file as 0.7 trips by air and 0.3 by rail: the same to the gram."""
    edited = hand_company.travel.replace("air,LYS,MAD,500,km,,2,1,no", "air,LYS,MAD,500,km,,2,0.7,no")
    edited += "2024-03-01,rail,LYS,MAD,500,km,,2,0.3,no,,FR\n"
    by_hand = hand_company.inventory(tmp_path, travel=edited)
    moved = begun.move({"mode": "air", "km": "<800"}, to="rail", share=0.3)
    assert moved.inventory.total(METHOD) != hand.total(METHOD)
    for method in SCOPE2_METHODS:
        assert moved.inventory.total(method) == pytest.approx(by_hand.total(method), abs=1e-3)
    whole = begun.move({"mode": "air"}, to="rail", share=1)
    gone = hand_company.inventory(tmp_path, travel=hand_company.travel.replace("air,LYS,MAD", "rail,LYS,MAD"))
    assert whole.inventory.total(METHOD) == pytest.approx(gone.total(METHOD), abs=1e-3)
    modes = whole.inventory.rows(scope2_method=METHOD).query("mode != '' and mode != 'hotel'")
    assert modes["mode"].unique().tolist() == ["rail"] and modes["route"].tolist() == ["Lyon – Paris", "LYS – MAD"]
    later = moved.cut({"mode": "rail", "route": "LYS*"}, share=1)  # what was moved is found by its new mode
    assert later.inventory.total(METHOD) == pytest.approx(moved.inventory.total(METHOD) - 0.3 * 1000 * 0.003, abs=1e-6)


def test_flights_by_codes_abroad_move_to_rail(hand_company, tmp_path):
    """MAD and LIS without a distance are Madrid and Lisbon by train, whose codes alone would be asked."""
    ends = {"air": "MAD,LIS", "rail": '"Madrid, ES","Lisbon, PT"'}
    flown, by_rail = (read_company("hand", 2024, project=hand_company.write(
        tmp_path / mode, travel=hand_company.travel + f"2024-03-01,{mode},{ends[mode]},,,,1,1,no,,ES\n"))
        for mode in ends)
    activities, typed = classify(flown).activities, classify(by_rail).activities
    hit = ((activities["source_line"] == 5) & (activities["kind"] == "travel")).to_numpy()
    moved, tables = by_other_mode(flown, activities.assign(**{LEFT: 1.0}), hit, "rail")
    there = typed[(typed["source_line"] == 5) & (typed["kind"] == "travel")]
    assert moved["quantity"].tolist() == there["quantity"].tolist() and there["quantity"].item() > 400
    assert tables["travel"]["origin"].tolist() == ["MAD"]  # the record names what was typed


def test_a_cut_and_a_heat_pump_are_those_of_the_edited_records(begun, hand_company, tmp_path):
    """A tenth of a supplier's spend; gas at 0.3 kWh of electricity a kWh, in scope 2 by both methods."""
    energy = hand_company.energy.replace("lyon,natural_gas,2024-01-01,2024-12-31,2000,kWh_HHV\n", "")
    purchases = hand_company.purchases.replace("Beta,software,500.00", "Beta,software,450.00")
    by_hand = hand_company.inventory(tmp_path, energy=energy.replace("06-30,600,kWh", "06-30,1200,kWh"),
                                     purchases=purchases)
    chain = begun.cut({"supplier": "Beta"}, share=0.1).electrify(
        {"activity": "natural_gas"}, unit="kWh_HHV", kwh_per_unit=0.3)
    for method in SCOPE2_METHODS:
        assert chain.inventory.total(method) == pytest.approx(by_hand.total(method), abs=1e-3)
    assert "natural_gas" not in chain.inventory.activities["activity"].tolist()


def test_a_conversion_is_by_the_heat_content_of_the_company(hand):
    """2,000 kWh of gas that its supplier states at 20 kWh a m3 are 100 m3: at 5 kWh of electricity each, 500 kWh."""
    factors = hand.params.factors
    rich = HeatContent(fuel="natural_gas", amount=20, unit="kWh_HHV", per="m3", country="FR", evidence="bill")
    own = factors.model_copy(update={"heat_contents": [rich]})
    made = what_if(replace(hand, params=hand.params.model_copy(update={"factors": own}))).electrify(
        {"activity": "natural_gas"}, unit="m3", kwh_per_unit=5)
    activities = made.inventory.activities
    is_new = activities["activity_id"].astype("str").str.contains("what-if")
    assert activities.loc[is_new, "quantity"].tolist() == pytest.approx([500.0])


def test_a_chain_leaves_each_link_as_it_was(begun, hand):
    """A step returns a new one; the bridge, the changes and the intervals are those of the totals."""
    before = hand.total(METHOD)
    one = begun.cut({"kind": "purchases"}, share=0.5)
    two = one.swap_factor({"activity": "rail.tgv"}, to="flight.under_1000km.average")
    assert (len(begun.names), len(one.names), len(two.names)) == (0, 1, 2) and hand.total(METHOD) == before
    bridge = two.bridge(scope2_method=METHOD)
    assert math.fsum(bridge["change_t"].dropna()) == pytest.approx((two.inventory.total(METHOD) - before) / 1000)
    changes = two.changes(scope2_method=METHOD)
    assert math.fsum(changes["change_kg"]) == pytest.approx(two.inventory.total(METHOD) - before, rel=1e-9)
    half = changes[changes["supplier"] == "Beta"].iloc[0]
    assert (half["old_quantity"], half["new_quantity"], half["new_co2e_kg"]) == (500.0, 250.0, 25.0)
    change = two.change(scope2_method=METHOD)
    assert change.low_kg < change.value_kg < change.high_kg
    assert two.compare(one, scope2_method=METHOD).loc["total"].tolist() == pytest.approx(
        [before / 1000, two.inventory.total(METHOD) / 1000, one.inventory.total(METHOD) / 1000])
    spent = one.money().set_index("kind")  # half of 1000.10 - 200.10 + 500.00; the cables have no factor
    assert spent.loc["purchases", ["currency", "amount"]].tolist() == ["EUR", 650.0]
    whole = begun.move({"mode": "air"}, to="rail", share=1).money().set_index("kind")  # the file has no fares
    assert whole.loc["travel", "rows_without"] == 1 and whole["amount"].isna().all()
    assert begun.swap_factor({"activity": "diesel"}, to="natural_gas", share=0.5).money().empty  # as much is bought


@pytest.mark.parametrize(("step", "words"), [
    (lambda w: w.move({"mode": "air", "km": "<10"}, to="rail", share=0.3), "km is between"),
    (lambda w: w.move({"mode": "air"}, to="rail", share=1.3), "not above 0 and at most 1"),
    (lambda w: w.cut({"mode": "air"}, share=0), "not above 0 and at most 1"),
    (lambda w: w.move({"mode": "air"}, to="rail.tgw", share=0.3), "rail.tgv"),
    (lambda w: w.move({"kind": "purchases"}, to="rail", share=0.3), "no mode of transport"),
    (lambda w: w.move({"mode": "air"}, to="hotel", share=0.3), "cannot be hotel"),
    (lambda w: w.swap_factor({"mode": "air"}, to="unobtainium"), "have no factor"),
    (lambda w: w.electrify({"mode": "air"}, unit="L", kwh_per_unit=1), "does not convert"),
    (lambda w: w.electrify({"activity": "natural_gas"}, unit="kWh_HHV", kwh_per_unit=-1), "not above 0"),
    (lambda w: w.cut({}, share=0.1), "empty"), (lambda w: w.change(scope2_method=METHOD), "no emission row")])
def test_what_cannot_be_done_is_named(begun, step, words):
    """Nothing fits, an impossible share, mode, unit or factor; nothing was changed yet."""
    with pytest.raises(CarbonError, match=words):
        step(begun)


def test_an_inventory_without_records_begins_no_what_if(begun, hand):
    """Its activities cannot be classified again."""
    bare = hand.__class__(**{name: getattr(hand, name) for name in hand.__dataclass_fields__} | {"records": {}})
    with pytest.raises(CarbonError, match="holds no records"):
        what_if(bare)
    with pytest.raises(UsageError, match="`to`, `share` are missing"):
        begun.move({"mode": "air"})
    assert isinstance(begun.bridge(scope2_method=METHOD), pd.DataFrame)


def test_two_steps_that_differ_in_a_number_are_two_columns(begun):
    """Neither hides the other, nor one that is there twice."""
    little, much = (begun.electrify({"activity": "natural_gas"}, unit="kWh_HHV", kwh_per_unit=k, share=1.0)
                    for k in (0.3, 300.0))
    assert len(little.compare(much, little, scope2_method=METHOD).columns) == 4

