"""A fleet worked by hand, the refusals of its stock list, the tiers of its evidence."""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd
import pytest

from carbon.core.digital_params import FleetPolicy
from carbon.core.digital_tables import DEVICE_FACTOR
from carbon.core.errors import AmbiguousFactorError, MethodError, TableError
from carbon.digital.devices import factors as device_factors
from carbon.digital.devices.fleet import fleet

CHOICES = {"view": "spread", "lifespan_rule": "max_of_age_and_planned", "idle_months": 3}
OWN = {"model_pattern": "", "step": "embodied", "criterion": "climate_change", "low": np.nan, "high": np.nan,
       "unit": "kg CO2e", "lifespan_years": np.nan, "active_power_w": np.nan, "source_id": "maker", "licence": "sheet"}


@pytest.fixture
def by_hand(assets, grid):
    rows = assets([
        # 7.005 years old at the end of 2024 (2557 days): over 6, under 8
        {"asset_id": "a", "category": "laptop", "purchased_on": "2018-01-01"},
        {"asset_id": "b", "category": "laptop", "purchased_on": "2024-05-01"},
        # bought and retired in the year: both flows, not the stock
        {"asset_id": "c", "category": "laptop", "purchased_on": "2024-02-01", "retired_on": "2024-11-01",
         "status": "retired", "exit_route": "donated"},
        {"asset_id": "d", "category": "monitor", "purchased_on": ""},
        # decoy: bought after the year
        {"asset_id": "e", "category": "laptop", "purchased_on": "2025-01-01"},
        # decoy: left before the year
        {"asset_id": "f", "category": "laptop", "purchased_on": "2010-01-01", "retired_on": "2023-06-01",
         "status": "retired", "exit_route": "recycled"},
        {"asset_id": "g", "category": "drone", "purchased_on": "2023-01-01"},
        {"asset_id": "h", "category": "tablet", "purchased_on": "2024-05-01", "status": "in stock"},
    ])
    return fleet(rows, year=2024, grid=grid, employees=2, scenario_lifespans=(6, 8), **CHOICES)


def row(result, category, view):
    table = result.table
    return table[(table["category"] == category) & (table["view"] == view)].iloc[0]


def test_counts_and_both_views_by_hand(by_hand):
    """
    Stock a, b; bought b, c; retired c. The purchase-year table stands beside the spread one.
    """
    spread, bought = row(by_hand, "laptop", "spread"), row(by_hand, "laptop", "purchase_year")
    assert (spread["stock"], spread["bought"], spread["retired"]) == (2, 2, 1)
    # a: 185.09 / max(2556/365, 5) = 26.431; b: 185.09 / max(0.67, 5) = 37.018
    assert spread["embodied_co2e_kg"] == pytest.approx(185.09 / (2556 / 365) + 185.09 / 5)
    assert bought["embodied_co2e_kg"] == pytest.approx(2 * 185.09)
    # use: 2 x 26.5 W x 3 h x 365 / 1000 x 0.05
    assert spread["use_co2e_kg"] == pytest.approx(2 * 29.0175 * 0.05)


def test_shares_over_six_and_eight_years(by_hand):
    """
    One of two laptops is over six years, none over eight; a device without date has no age and no share.
    """
    laptop = row(by_hand, "laptop", "spread")
    assert (laptop["share_over_6y"], laptop["share_over_8y"]) == (0.5, 0)
    assert math.isnan(row(by_hand, "monitor", "spread")["share_over_6y"])
    assert by_hand.figure("without purchase date") == 1
    assert "no purchase date" in by_hand.pyramid["age"].tolist()


def test_headline_by_hand(by_hand):
    """
    5 devices for 2 people; 2 days of purchase in 12 months; 1 idle tablet; 1 of 1 retired was donated.
    """
    assert by_hand.figure("devices in stock") == 5
    assert by_hand.figure("devices per employee") == 2.5
    assert by_hand.figure("months between orders") == 6
    assert by_hand.figure("idle stock") == 1
    # 84.294 x (1 - (244/365)/3): 2024-05-01 to 2024-12-31 is 244 days
    assert by_hand.figure("carbon asleep in idle stock") == pytest.approx(84.294 * (1 - 244 / 365 / 3))
    assert by_hand.figure("reuse rate") == 1


def test_no_factor_is_not_covered_and_never_zero(by_hand):
    """
    The drone's kg are missing; the total leaves it out, counts it and reads "at least".
    """
    drone = row(by_hand, "drone", "spread")
    assert math.isnan(drone["embodied_co2e_kg"]) and drone["not_covered"] == 1
    assert row(by_hand, "all", "spread")["not_covered"] == 1
    assert "at least" in repr(by_hand)
    assert any("not covered (no factor): drone" in n for n in by_hand.notes)


def test_sum_of_categories_is_the_whole(by_hand):
    """
    In each view the categories sum to "all", in units and in kg.
    """
    for view in ("spread", "purchase_year"):
        table = by_hand.table[by_hand.table["view"] == view]
        parts, whole = table[table["category"] != "all"], table[table["category"] == "all"].iloc[0]
        for column in ("stock", "bought", "retired", "embodied_co2e_kg", "low_co2e_kg", "high_co2e_kg", "use_co2e_kg"):
            assert parts[column].sum() == pytest.approx(whole[column])
    assert by_hand.tiers["embodied_co2e_kg"].sum() == pytest.approx(by_hand.embodied_kg)


def test_range_of_a_category_is_the_assumed_band(by_hand):
    """
    Category figures are halved and doubled, monitors divided by 1.5 and multiplied by 5; "assumed" is printed.
    """
    laptop, monitor = row(by_hand, "laptop", "spread"), row(by_hand, "monitor", "spread")
    assert laptop["low_co2e_kg"] * 4 == pytest.approx(laptop["high_co2e_kg"])
    assert monitor["high_co2e_kg"] == pytest.approx(monitor["embodied_co2e_kg"] * 5)
    assert monitor["low_co2e_kg"] == pytest.approx(monitor["embodied_co2e_kg"] / 1.5)
    assert any("assumed" in n for n in by_hand.notes)


def test_an_empty_stock_has_no_data(assets, grid):
    """
    No device: counts are zero, shares and means are "no data".
    """
    empty = fleet(assets([]), year=2024, grid=grid, employees=0, **CHOICES)
    assert empty.figure("devices in stock") == 0
    assert all(math.isnan(empty.figure(n)) for n in ("mean age", "share over 6 years", "devices per employee",
                                                     "reuse rate"))


@pytest.mark.parametrize(("bad", "what"), [
    ({"purchased_on": "2024-05-01", "retired_on": "2024-04-01", "status": "retired"}, "before they were bought"),
    ({"status": "retired"}, "and no date"),
    ({"retired_on": "2024-04-01"}, "and another status"),
    ({"exit_route": "donated"}, "a way out that have not left"),
    ({"private_use": "COPE"}, "other than phones"),
    ({"planned_lifespan_years": 0}, "zero or less"),
    ({"status": "broken"}, "is not one of"),
])
def test_a_stock_list_that_contradicts_itself_is_refused(assets, grid, bad, what):
    """
    Each fault is named with its rows.
    """
    with pytest.raises(TableError, match=re.escape(what)):
        fleet(assets([{"asset_id": "a", "category": "laptop", **bad}]), year=2024, grid=grid, **CHOICES)


def test_a_serial_number_twice_is_refused(assets, grid):
    """
    One asset_id is one device.
    """
    twice = assets([{"asset_id": "a", "category": "laptop"}, {"asset_id": "a", "category": "monitor"}])
    with pytest.raises(TableError, match="asset_id is not unique"):
        fleet(twice, year=2024, grid=grid, **CHOICES)


def test_unknown_view_is_refused(assets, grid):
    """
    The view is a choice with two words.
    """
    with pytest.raises(MethodError):
        fleet(assets([]), year=2024, grid=grid, **{**CHOICES, "view": "both"})


def test_phones_used_privately_count_by_their_work_share(assets, grid):
    """
    A company phone with private use is 0.8 of a phone in carbon, one device in the count.
    """
    phones = assets([{"asset_id": str(i), "category": "smartphone", "purchased_on": "2024-06-01", "private_use": use}
                     for i, use in enumerate(("", "COPE", "BYOD"))])
    result = fleet(phones, year=2024, grid=grid, **{**CHOICES, "view": "purchase_year"})
    assert result.embodied_kg == pytest.approx(79.516 * (1 + 0.8 + 0.57))
    assert result.row["stock"] == 3


def test_tiers_in_order_model_then_category_then_spend(assets, grid):
    """
    A model's sheet wins over the user's category, that over the packaged one; a price stands where nothing does.
    """
    own = assets([{**OWN, "category": "laptop", "model_pattern": "Nova 14*", "value": 300.0},
                  {**OWN, "category": "laptop", "value": 250.0, "source_id": "study"}], DEVICE_FACTOR, {})
    stock = assets([
        {"asset_id": "a", "category": "laptop", "model": "NOVA 14 G2", "purchased_on": "2024-06-01"},
        {"asset_id": "b", "category": "laptop", "model": "Other", "purchased_on": "2024-06-01"},
        {"asset_id": "c", "category": "monitor", "purchased_on": "2024-06-01"},
        {"asset_id": "d", "category": "drone", "purchased_on": "2024-06-01", "amount_eur": 1000.0},
    ])
    result = fleet(stock, year=2024, grid=grid, factors=own, spend_kg_per_eur=0.3,
                   **{**CHOICES, "view": "purchase_year"})
    devices = result.devices.set_index("asset_id")
    assert devices["tier"].tolist() == ["model", "category", "category", "spend"]
    assert devices["embodied_kg"].tolist() == pytest.approx([300, 250, 69.84, 300])
    # two sources of the category are loaded: their spread is the range
    assert (devices.loc["b", "low_kg"], devices.loc["b", "high_kg"]) == pytest.approx((185.09, 250))
    assert devices.loc["a", "low_kg"] == pytest.approx(200) and devices.loc["d", "high_kg"] == pytest.approx(900)


def test_two_patterns_for_one_model_are_ambiguous_and_parts_must_be_whole(assets):
    """
    None is taken in silence; a footprint without its end of life is not mixed with whole ones.
    """
    pair = pd.DataFrame({"category": ["laptop"], "model": ["nova 14"]}).astype("str")
    two = assets([{**OWN, "category": "laptop", "model_pattern": p, "value": 1.0} for p in ("nova*", "*14")],
                 DEVICE_FACTOR, {})
    with pytest.raises(AmbiguousFactorError):
        device_factors.match_devices(pair, two)
    part = assets([{**OWN, "category": "laptop", "step": s, "value": 1.0} for s in ("manufacture", "distribution")],
                  DEVICE_FACTOR, {})
    with pytest.raises(TableError, match="not whole"):
        device_factors.match_devices(pair, part)


def test_second_lives_stand_apart(assets, grid):
    """
    A refurbished laptop avoids 5 x 27 = 135 kg over its life; the fleet's total is the same as without.
    """
    used = assets([{"asset_id": "a", "category": "laptop", "purchased_on": "2024-06-01",
                    "condition_at_purchase": "refurbished"}])
    new = used.assign(condition_at_purchase="new").astype({"condition_at_purchase": "str"})
    result = fleet(used, year=2024, grid=grid, **CHOICES)
    assert result.second_lives["avoided_co2e_kg"].tolist() == pytest.approx([135])
    assert result.embodied_kg == fleet(new, year=2024, grid=grid, **CHOICES).embodied_kg


def test_policy_verdicts(by_hand):
    """
    The donated laptop left at nine months: the five-year rule is broken; a rule without rows has no data.
    """
    from carbon.digital.devices.policy import check_policy

    policy = FleetPolicy(minimum_lifespan_years={"laptop": 5, "tablet": 3}, exit_routes=["donated"],
                         reuse_share=0.5, refurbished_share=0.2, devices_per_employee=2)
    table = check_policy(by_hand.devices, policy, employees=2).set_index("rule")
    assert table["verdict"].to_dict() == {
        "life of a laptop": "not met", "life of a tablet": "no data", "exit routes": "met",
        "refurbished or donated of units bought": "not met", "reused of units retired under 10 years": "met",
        "devices per employee": "not met"}


def test_repr_is_short_and_html_is_escaped(by_hand):
    """
    One line, two significant digits; no raw markup from data.
    """
    assert len(repr(by_hand)) < 120 and "\n" not in repr(by_hand)
    assert "<table" in by_hand._repr_html_()
