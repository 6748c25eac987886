"""Data quality by indicator and class: shares of emissions, worked by hand."""

import pandas as pd
from rows_of_spend import FACTORS, SPEND

from carbon.accounting.quality_classes import CLASSES, INDICATORS, quality_classes


def classes(rows, factors=FACTORS):
    table = quality_classes(rows, factors)
    return {i: table[(table["indicator"] == i) & (table["share"] > 0)].set_index("class")["share"].round(6).to_dict()
            for i in INDICATORS}


def test_emissions_fall_in_the_classes_worked_by_hand(make_emissions):
    """60 kg of a meter on the region's factor of two years before, 30 kg of spend on Europe's since 2015, 10 kg
    estimated on a factor of no known place, twelve years old.
    """
    rows = make_emissions({"co2e_kg": 60.0}, {**SPEND, "factor_id": "gbp", "co2e_kg": 30.0},
                          {"tier": "estimated", "factor_id": "old", "co2e_kg": 10.0})
    assert classes(rows) == {
        "technology": {"very good": 0.6, "fair": 0.3, "poor": 0.1},
        "time": {"very good": 0.6, "fair": 0.3, "poor": 0.1},
        "geography": {"very good": 0.6, "good": 0.3, "poor": 0.1}, "completeness": {"very good": 0.9, "poor": 0.1},
        "reliability": {"good": 0.6, "fair": 0.3, "poor": 0.1}}
    table = quality_classes(rows, FACTORS)
    assert table["class"].tolist() == list(CLASSES) * 5
    assert table.groupby("indicator")["co2e_kg"].sum().tolist() == [100.0] * 5


def test_nothing_unknown_is_good(make_emissions):
    """A factor nobody lists, a tier nobody knows: poor. A remark on a measured row: fair in reliability."""
    unknown = classes(make_emissions({"factor_id": "?", "tier": "?"}))
    assert {i: list(c) for i, c in unknown.items()} == {i: ["poor"] for i in INDICATORS}
    remarked = classes(make_emissions({"quality": "unit slip suspected"}, {"factor_id": "gb"}))
    assert remarked["reliability"] == {"good": 0.5, "fair": 0.5}
    assert remarked["geography"] == {"very good": 0.5, "fair": 0.5}


def test_a_credit_note_does_not_hide_what_it_cancels(make_emissions):
    """100 kg and -100 kg have shares by size; no emissions have no share."""
    both = make_emissions({"co2e_kg": 100.0}, {**SPEND, "co2e_kg": -100.0})
    assert classes(both)["technology"] == {"very good": 0.5, "fair": 0.5}
    assert quality_classes(make_emissions(), FACTORS)["share"].tolist() == [0.0] * 20


def test_what_a_supplier_s_country_produces_is_of_the_place(make_emissions):
    """Bought in France from Germany: German industry is the place itself, what France buys is one wider."""
    factors = pd.concat([FACTORS, FACTORS[FACTORS["factor_id"] == "eur"].assign(factor_id="de", region="DE-supply")])
    bought = {**SPEND, "region": "FR-from-DE"}
    rows = make_emissions({**bought, "factor_id": "de", "co2e_kg": 60.0}, {**bought, "co2e_kg": 40.0})
    assert classes(rows, factors)["geography"] == {"very good": 0.6, "good": 0.4}
