"""The tier of each footprint, its range, and the order in which tiers are tried."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from carbon.core.digital_tables import DEVICE_FACTOR
from carbon.core.errors import AmbiguousFactorError, TableError
from carbon.digital.devices import factors as device_factors
from carbon.digital.devices.fleet import fleet

CHOICES = {"view": "spread", "lifespan_rule": "max_of_age_and_planned", "idle_months": 3}
OWN = {"model_pattern": "", "step": "embodied", "criterion": "climate_change", "low": np.nan, "high": np.nan,
       "unit": "kg CO2e", "lifespan_years": np.nan, "active_power_w": np.nan, "source_id": "maker", "licence": "sheet"}


def test_no_factor_is_not_covered_and_never_zero(by_hand, row):
    """The drone's kg are missing; the total leaves it out, counts it and reads "at least"."""
    drone = row(by_hand, "drone", "spread")
    assert math.isnan(drone["embodied_co2e_kg"]) and drone["not_covered"] == 1
    assert row(by_hand, "all", "spread")["not_covered"] == 1
    assert "at least" in repr(by_hand)
    assert any("not covered (no factor): drone" in n for n in by_hand.notes)


def test_range_of_a_category_is_the_assumed_band(by_hand, row):
    """Category figures are halved and doubled, monitors divided by 1.5 and multiplied by 5; "assumed" is printed."""
    laptop, monitor = row(by_hand, "laptop", "spread"), row(by_hand, "monitor", "spread")
    assert laptop["low_co2e_kg"] * 4 == pytest.approx(laptop["high_co2e_kg"])
    assert monitor["high_co2e_kg"] == pytest.approx(monitor["embodied_co2e_kg"] * 5)
    assert monitor["low_co2e_kg"] == pytest.approx(monitor["embodied_co2e_kg"] / 1.5)
    assert any("assumed" in n for n in by_hand.notes)


def test_tiers_in_order_model_then_category_then_spend(assets, grid):
    """A model's sheet wins over the user's category, that over the packaged one; a price stands where nothing does."""
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
    """None is taken in silence; a footprint without its end of life is not mixed with whole ones."""
    pair = pd.DataFrame({"category": ["laptop"], "model": ["nova 14"]}).astype("str")
    two = assets([{**OWN, "category": "laptop", "model_pattern": p, "value": 1.0} for p in ("nova*", "*14")],
                 DEVICE_FACTOR, {})
    with pytest.raises(AmbiguousFactorError):
        device_factors.match_devices(pair, two)
    part = assets([{**OWN, "category": "laptop", "step": s, "value": 1.0} for s in ("manufacture", "distribution")],
                  DEVICE_FACTOR, {})
    with pytest.raises(TableError, match="not whole"):
        device_factors.match_devices(pair, part)
