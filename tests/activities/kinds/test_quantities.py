"""Records that already are quantities, and surveys scaled up."""

from __future__ import annotations

import pytest

from carbon.activities import classify
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
    ("equipment", {"item": "Écran"}, ("it.monitor", 10.0, "unit", "3", 2)),
    ("refrigerants", {}, ("refrigerant.r410a", 1.5, "kg", "1", 0)),
    ("equipment", {}, ("it.laptop", 10.0, "unit", "3", 2)),
    ("equipment", {"item": "furniture.desk"}, ("furniture.desk", 10.0, "unit", "3", 2)),
    # 10 people x 100 days x 7 hours = 7000 hours
    ("homeworking", {}, ("homeworking.total", 7000.0, "FTE.hour", "3", 7)),
    ("activities", {}, ("use.server", 3.0, "kWh", "3", 11)),
    ("activities", {"scope": "1", "category": 0}, ("use.server", 3.0, "kWh", "1", 0)),
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
    ("activities", {"method": ""}, "method_unknown"),
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


@pytest.mark.parametrize(("method", "tier"), [
    ("average-data", "physical average"), ("Average-data method", "physical average"),
    ("distance-based", "physical average"), ("spend-based", "spend"), ("Supplier specific", "supplier-specific"),
    ("measured", "measured"), ("données moyennes", "physical average"), ("hybrid", None), ("", None)])
def test_methods_by_the_names_of_the_guidance(read, method, tier):
    """The Technical Guidance's names of methods are tiers; a name that may be several is refused."""
    result = classify(read(activities=[{"method": method}]))

    assert result.activities["tier"].tolist() == ([tier] if tier else [])
    assert result.rejects["code"].tolist() == ([] if tier else ["method_unknown"])


@pytest.mark.parametrize(("country", "material", "treatment", "activity", "remark"), [
    ("FR", "carton", "energy_recovery", "waste.paper_and_board_board.combustion", ""),
    ("FR", "carton", "average", "waste.packaging_cardboard.average", ""),
    ("FR", "Emballages PET", "incineration", "waste.packaging_pet.incineration", ""),
    ("FR", "Emballages acier", "incineration", "waste.metal_steel_cans.combustion", ""),
    ("FR", "packaging_steel", "average", "waste.packaging_steel.average", ""),
    ("FR", "packaging_steel", "incineration", "waste.metal_steel_cans.combustion", ""),
    ("US", "carton", "recycling", "waste.corrugated_containers.recycling", ""),
    ("US", "Wood", "landfill", "waste.dimensional_lumber.landfill", "wood by dimensional lumber"),
    ("GB", "carton", "recycling", "waste.paper_and_board_board.closed_loop_recycling", "recycling loop not given"),
    ("DE", "Metals", "open_loop_recycling", "waste.metals.open_loop_recycling", "")])
def test_waste_has_the_names_of_its_country(read, country, material, treatment, activity, remark):
    """A material leads to the country's own publisher; what the name assumes is a remark on the row."""
    row = classify(read(waste=[{"material": material, "treatment": treatment, "country": country}])).activities.iloc[0]
    assert (row["activity"], row["quality"], row["category"]) == (activity, remark, 5)


@pytest.mark.parametrize(("material", "treatment", "old", "new"), [
    ("Emballages acier", "incineration", "waste.packaging_steel.average", "waste.metal_steel_cans.combustion"),
    ("packaging_steel", "average", "waste.packaging_steel.not_published", "waste.packaging_steel.average")])
def test_steel_packaging_finds_element_34462_in_each_release(read, material, treatment, old, new):
    """135 kg/t is the incineration: release 2026.1 names it "average"; an average of steel packaging finds nothing."""
    policy = {"regions": {}, "vintage": {"later": "refuse", "max_gap": 0}, "price_basis": "as_is", "deflator": "none"}
    for release, activity in (("2026.1", old), ("2026.2", new)):
        row = classify(read(waste=[{"material": material, "treatment": treatment, "country": "FR"}],
                            factors={"release": release, **policy})).activities.iloc[0]
        assert row["activity"] == activity
        table = load(release).table
        found = table[table["activity"].eq(activity) & table["region"].eq("FR")]
        assert found["co2e_kg"].tolist() == ([135.0] if treatment == "incineration" else [])
