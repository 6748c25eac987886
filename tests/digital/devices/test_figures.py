"""Counts, shares, headline and second lives of a fleet, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from carbon.digital.devices.fleet import fleet
from carbon.params.shapes.digital import FleetPolicy
from carbon.reports.tables.fleet import story_lines
from carbon.reports.words.language import Words

CHOICES = {"view": "spread", "lifespan_rule": "max_of_age_and_planned", "idle_months": 3}


def test_shares_over_six_and_eight_years(by_hand, row):
    """One of two laptops is over six years, none over eight; a device without date has no age and no share."""
    laptop = row(by_hand, "laptop", "spread")
    assert (laptop["share_over_6y"], laptop["share_over_8y"]) == (0.5, 0)
    assert math.isnan(row(by_hand, "monitor", "spread")["share_over_6y"])
    assert by_hand.figure("without purchase date") == 1
    assert "no purchase date" in by_hand.pyramid["age"].tolist()


def test_headline_by_hand(by_hand):
    """5 devices for 2 people; 2 days of purchase in 12 months; 1 idle tablet; 1 of 1 retired was donated."""
    assert by_hand.figure("devices in stock") == 5
    assert by_hand.figure("devices per employee") == 2.5
    assert by_hand.figure("months between orders") == 6
    assert by_hand.figure("idle stock") == 1
    # 84.294 x (1 - (244/365)/3): 2024-05-01 to 2024-12-31 is 244 days
    assert by_hand.figure("carbon asleep in idle stock") == pytest.approx(84.294 * (1 - 244 / 365 / 3))
    assert by_hand.figure("reuse rate") == 1


def test_second_lives_stand_apart(assets, grid):
    """A refurbished laptop avoids 5 x 27 = 135 kg over its life; the fleet's total is the same as without."""
    used = assets([{"asset_id": "a", "category": "laptop", "purchased_on": "2024-06-01",
                    "condition_at_purchase": "refurbished"}])
    new = used.assign(condition_at_purchase="new").astype({"condition_at_purchase": "str"})
    result = fleet(used, year=2024, grid=grid, **CHOICES)
    assert result.second_lives["avoided_co2e_kg"].tolist() == pytest.approx([135])
    assert result.embodied_kg == fleet(new, year=2024, grid=grid, **CHOICES).embodied_kg


def test_a_device_without_a_purchase_date_is_in_no_reuse_rate(assets, grid):
    """Nobody knows whether it was under ten years old: one of one dated exits was reused, and the other is named."""
    gone = {"category": "laptop", "status": "retired", "retired_on": "2024-05-01"}
    table = assets([{**gone, "asset_id": "a", "purchased_on": "2020-01-01", "exit_route": "donated"},
                    {**gone, "asset_id": "b", "exit_route": "recycled"}])
    found = fleet(table, year=2024, grid=grid, policy=FleetPolicy(reuse_share=0.9), **CHOICES)
    assert found.figure("reuse rate") == 1 and "without purchase date, so in no reuse rate: 1 retired" in found.notes
    assert found.policy[["verdict", "of"]].to_numpy().tolist() == [["met", 1.0]]


def test_exits_without_a_route_are_no_reuse_of_zero(assets, grid):
    """Nobody recorded where two laptops went: no data, and the sentence states it; with one route known, a share."""
    gone = {"category": "laptop", "status": "retired", "retired_on": "2024-05-01", "purchased_on": "2020-01-01"}
    rows = [{**gone, "asset_id": "a"}, {**gone, "asset_id": "b"}]
    lost = fleet(assets(rows), year=2024, grid=grid, **CHOICES)
    assert np.isnan(lost.figure("reuse rate"))
    assert "does not state where 2 of them went; at least 0" in " ".join(story_lines(lost, Words("en"))["what"])
    half = fleet(assets([{**rows[0], "exit_route": "donated"}, rows[1]]), year=2024, grid=grid, **CHOICES)
    assert half.figure("reuse rate") == 0.5
