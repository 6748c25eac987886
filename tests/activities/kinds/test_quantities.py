"""Records that already are quantities, and surveys scaled up."""

from __future__ import annotations

import pytest

from carbon.activities import classify
from carbon.activities.kinds.quantities import record_words
from carbon.factors import load


@pytest.mark.parametrize(("kind", "line", "expected"), [
    ("water", {}, ("water.supply", 10.0, "m3", "3", 1)),
    ("water", {"service": "treatment"}, ("water.treatment", 10.0, "m3", "3", 5)),
    ("waste", {}, ("waste.paper_and_board_mixed.landfill", 2.0, "t", "3", 5)),
    ("waste", {"treatment": "energy_recovery", "unit": "kg"},
     ("waste.paper_and_board_mixed.combustion", 2.0, "kg", "3", 5)),
    ("waste", {"material": "Papier", "treatment": "recycling"},
     ("waste.paper_and_board_paper.closed_loop_recycling", 2.0, "t", "3", 5)),
    ("waste", {"material": "DEEE", "treatment": "recycling"},
     ("waste.weee_mixed.open_loop_recycling", 2.0, "t", "3", 5)),
    ("waste", {"material": "glass", "treatment": "recycling", "country": "US"},
     ("waste.glass.recycling", 2.0, "t", "3", 5)),
    ("freight", {"mode": "Camion", "quantity": 5.0, "unit": "tonne.km"},
     ("freight.hgv.average", 5.0, "tonne.km", "3", 4)),
    ("equipment", {"item": "Écran"}, ("it.monitor", 10.0, "unit", "3", 2)),
    ("refrigerants", {}, ("refrigerant.r410a", 1.5, "kg", "1", 0)),
    ("equipment", {}, ("it.laptop", 10.0, "unit", "3", 2)),
    ("equipment", {"item": "furniture.desk"}, ("furniture.desk", 10.0, "unit", "3", 2)),
    # 10 people x 100 days x 7 hours = 7000 hours
    ("homeworking", {}, ("homeworking.total", 7000.0, "FTE.hour", "3", 7)),
    ("activities", {}, ("use.server", 3.0, "kWh", "3", 11)),
    ("activities", {"scope": "1", "category": 0}, ("use.server", 3.0, "kWh", "1", 0)),
    ("freight", {"quantity": 500.0, "unit": "tonne.km"}, ("freight.hgv.average", 500.0, "tonne.km", "3", 4)),
    # 2000 kg over 300 km = 600 t.km
    ("freight", {"mass": 2000.0, "mass_unit": "kg", "distance": 300.0, "distance_unit": "km", "direction": "sold"},
     ("freight.hgv.average", 600.0, "tonne.km", "3", 9)),
])
def test_each_kind(read, kind, line, expected):
    """Activity, quantity, unit, scope and category of each kind of record."""
    result = classify(read(**{kind: [line]}))
    assert result.ledger.empty
    row = result.activities.iloc[0]
    assert tuple(row[["activity", "quantity", "unit", "scope", "category"]]) == expected


@pytest.mark.parametrize(("kind", "line", "code"), [
    ("water", {"service": "rain"}, "service_unknown"), ("water", {"unit": "kWh"}, "unit_dimension"),
    ("waste", {"treatment": ""}, "treatment_missing"), ("waste", {"material": ""}, "material_missing"),
    ("waste", {"unit": "m3"}, "unit_dimension"), ("refrigerants", {"gas": ""}, "gas_missing"),
    ("refrigerants", {"quantity": -1.0}, "refrigerant_negative"), ("equipment", {"item": ""}, "item_missing"),
    ("homeworking", {"days": 367.0}, "days_impossible"), ("homeworking", {"hours": 25.0}, "hours_impossible"),
    ("activities", {"activity": ""}, "activity_missing"), ("activities", {"category": 0}, "category_unknown"),
    ("activities", {"scope": "1"}, "category_unknown"), ("activities", {"scope": "4"}, "scope_unknown"),
    ("activities", {"method": ""}, "method_unknown"), ("freight", {}, "freight_incomplete"),
    ("freight", {"mode": ""}, "mode_missing"), ("freight", {"direction": ""}, "direction_unknown"),
    ("freight", {"quantity": 5.0, "unit": "t"}, "unit_dimension"),
    ("commuting", {"headcount": float("nan")}, "response_rate_unknown"),
    ("commuting", {"days": 400.0}, "days_impossible"),
    ("commuting", {"answers": 101.0}, "response_impossible"), ("commuting", {"mode": "sledge"}, "mode_unknown"),
    ("commuting", {"distance_unit": "kg"}, "distance_unit"),
])
def test_doubt_is_rejected(read, kind, line, code):
    """A missing word, a wrong dimension, an impossible number: rejected with words and remedy."""
    result = classify(read(**{kind: [line]}))
    assert result.activities.empty
    assert result.ledger[["outcome", "code"]].values.tolist() == [["rejected", code]]
    assert result.ledger["what_to_do"].item()


def test_second_hand_equipment_is_excluded(read):
    """Its making was counted by its first owner."""
    assert classify(read(equipment=[{"second_hand": True}])).ledger["code"].tolist() == ["second_hand"]


def test_freight_between_towns(read):
    """Without a distance the great circle between the ends, flagged."""
    line = {"mass": 1.0, "mass_unit": "t", "origin": "Lyon", "destination": "Paris"}
    row = classify(read(freight=[line])).activities.iloc[0]
    assert row["quantity"] == pytest.approx(392, abs=2)
    assert row["quality"] == "great circle"


def test_every_word_of_a_list_leads_to_an_activity_of_the_library():
    """A word that named nothing would turn rows into rejects one year later."""
    known = set(load("2026.1").table["activity"])
    words = record_words()
    by_field = {f: rows.set_index("word")["name"] for f, rows in words.groupby("field")}
    assert {f"it.{n}" for n in by_field["equipment.item"]} <= known
    assert {f"freight.{n}" for n in by_field["freight.mode"]} <= known
    assert {f"waste.{m}.{loop}" for m, loop in by_field["waste.recycling"].items()} <= known
    assert set(by_field["waste.material"]) <= {a.split(".")[1] for a in known if a.startswith("waste.")}


@pytest.mark.parametrize(("method", "tier"), [
    ("average-data", "physical average"), ("Average-data method", "physical average"),
    ("distance-based", "physical average"), ("spend-based", "spend"), ("Supplier specific", "supplier-specific"),
    ("measured", "measured"), ("données moyennes", "physical average"), ("hybrid", None), ("", None)])
def test_methods_by_the_names_of_the_guidance(read, method, tier):
    """The Technical Guidance's names of methods are tiers; a name that may be several is refused."""
    result = classify(read(activities=[{"method": method}]))

    assert result.activities["tier"].tolist() == ([tier] if tier else [])
    assert result.rejects["code"].tolist() == ([] if tier else ["method_unknown"])
