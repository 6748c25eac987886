"""A fleet of one year, worked by hand."""

from __future__ import annotations

import math

import pytest

from carbon.core.errors import MethodError
from carbon.digital.devices.fleet import fleet
from carbon.digital.electricity import given_grid

CHOICES = {"view": "spread", "lifespan_rule": "max_of_age_and_planned", "idle_months": 3}


def test_counts_and_both_views_by_hand(by_hand, row):
    """Stock a, b; bought b, c; retired c. The purchase-year table stands beside the spread one."""
    spread, bought = row(by_hand, "laptop", "spread"), row(by_hand, "laptop", "purchase_year")
    assert (spread["stock"], spread["bought"], spread["retired"]) == (2, 2, 1)
    # a: 185.09 / max(2556/365, 5) = 26.431; b: 185.09 / max(0.67, 5) = 37.018
    assert spread["embodied_co2e_kg"] == pytest.approx(185.09 / (2556 / 365) + 185.09 / 5)
    assert bought["embodied_co2e_kg"] == pytest.approx(2 * 185.09)
    # use: 2 x 26.5 W x 3 h x 365 / 1000 x 0.05
    assert spread["use_co2e_kg"] == pytest.approx(2 * 29.0175 * 0.05)


def test_sum_of_categories_is_the_whole(by_hand):
    """In each view the categories sum to "all", in units and in kg."""
    for view in ("spread", "purchase_year"):
        table = by_hand.table[by_hand.table["view"] == view]
        parts, whole = table[table["category"] != "all"], table[table["category"] == "all"].iloc[0]
        for column in ("stock", "bought", "retired", "embodied_co2e_kg", "low_co2e_kg", "high_co2e_kg", "use_co2e_kg"):
            assert parts[column].sum() == pytest.approx(whole[column])
    assert by_hand.tiers["embodied_co2e_kg"].sum() == pytest.approx(by_hand.embodied_kg)


def test_an_empty_stock_has_no_data(assets, grid):
    """No device: counts are zero, shares and means are "no data"."""
    empty = fleet(assets([]), year=2024, grid=grid, employees=0, **CHOICES)
    assert empty.figure("devices in stock") == 0
    assert all(math.isnan(empty.figure(n)) for n in ("mean age", "share over 6 years", "devices per employee",
                                                     "reuse rate"))


def test_unknown_view_is_refused(assets, grid):
    """The view is a choice with two words."""
    with pytest.raises(MethodError):
        fleet(assets([]), year=2024, grid=grid, **{**CHOICES, "view": "both"})


def test_repr_is_short_and_html_is_escaped(by_hand):
    """One line, two significant digits; no raw markup from data."""
    assert len(repr(by_hand)) < 120 and "\n" not in repr(by_hand)
    assert "<table" in by_hand._repr_html_()


def test_devices_of_another_country_have_its_grid_and_measured_kwh_go_first(assets, grid):
    """Three laptops: 26.5 W x 3 h x 365 on 0.05 kg, the same on Berlin's 0.4 kg, and 20 kWh measured in its place."""
    table = assets([{"asset_id": name, "category": category, "site": site, "purchased_on": "2023-01-01"}
                    for name, category, site in (("a", "laptop", "paris"), ("b", "laptop", "berlin"))])
    choices = {**CHOICES, "year": 2024, "grid": grid}
    kwh, berlin = 26.5 * 3 * 365 / 1000, given_grid(0.4, zone="DE", year=2024, source="a test")

    def use(**more) -> float:
        found = fleet(table, **choices, **more)
        return float(found.row["use_co2e_kg"])

    assert use() == pytest.approx(2 * kwh * 0.05)
    assert use(site_grids={"berlin": berlin}) == pytest.approx(kwh * (0.05 + 0.4))
    assert use(kwh_per_year={"laptop": 20}, site_grids={"berlin": berlin}) == pytest.approx(20 * 0.45)
    assert use(hours_per_day={"laptop": 6}) == pytest.approx(4 * kwh * 0.05)
    noted = fleet(table, **choices, site_grids={"berlin": berlin}, hours_per_day={"laptop": 6}).notes
    assert any("berlin" in note for note in noted) and any("hours a day" in note for note in noted)


def test_the_work_share_of_phones_is_the_companys_own(assets, grid):
    """Own phones at work count 0.57 of their footprint, or what the company states."""
    table = assets([{"asset_id": "a", "category": "smartphone", "private_use": "BYOD", "purchased_on": "2023-01-01"}])
    choices = {**CHOICES, "year": 2024, "grid": grid}
    standard, stated = fleet(table, **choices), fleet(table, **choices, work_share={"BYOD": 0.3})
    assert stated.embodied_kg / standard.embodied_kg == pytest.approx(0.3 / 0.57)
