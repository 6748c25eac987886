"""Emission lines: each is its quantity times its factor."""

import math

import numpy as np
import pytest
from burnt_diesel import DIESEL, emissions_of


def test_gases_are_kilograms_of_gas_and_missing_stays_missing(make_activities, match):
    """A gas the source does not split is NaN, never zero; biogenic CO2 is apart and moves no CO2e."""
    activities = make_activities({"activity": "diesel", "quantity": 10.0})
    burnt, upstream = emissions_of(activities, match(activities, {"diesel": DIESEL})).itertuples()

    assert burnt.ch4_kg == pytest.approx(0.001)  # 10 x 0.0001
    assert burnt.biogenic_co2_kg == 2.0
    assert burnt.co2e_kg == 25.0
    assert math.isnan(upstream.co2_kg)


def test_zero_factors_and_credit_notes_keep_their_lines(make_activities, match):
    """A zero factor gives a zero line; a negative quantity gives a negative line that cancels its invoice exactly."""
    spend = {"activity": "purchase", "scope": "3", "category": 1, "unit": "EUR"}
    activities = make_activities({**spend, "quantity": 119.99}, {**spend, "quantity": -119.99},
                                 {"activity": "bicycle", "scope": "3", "category": 6, "quantity": 7.0})
    emissions = emissions_of(activities, match(activities, {"purchase": [{"co2e_kg": 0.123}],
                                                            "bicycle": [{"co2e_kg": 0.0}]}))

    assert emissions["co2e_kg"].tolist()[2] == 0.0
    assert emissions["co2e_kg"].tolist()[0] == -emissions["co2e_kg"].tolist()[1] != 0.0


def test_every_line_is_its_quantity_times_its_factor(make_activities, match):
    """To the last bit, and each line names its factor, source, file and line."""
    rng = np.random.default_rng(5)
    activities = make_activities(*[{"activity": "diesel", "quantity": q} for q in rng.lognormal(3, 2, 50)])
    emissions = emissions_of(activities, match(activities, {"diesel": DIESEL}))

    assert (emissions["co2e_kg"] == emissions["quantity"] * emissions["kg_per_unit"]).all()
    assert (emissions[["factor_id", "source_id", "source_file"]] != "").all(axis=None)
