"""Processing, use and end of life of sold products."""

from __future__ import annotations

import pytest

from carbon.activities import classify

YEARS = {"lifetime_uses": float("nan"), "uses_per_year": 200.0, "grid_source": "national plan"}


def outcome(read, kind, line):
    """The only activity of a line, or the codes of its ledger rows."""
    result = classify(read(**{kind: [line]}))
    if len(result.activities):
        row = result.activities.iloc[0]
        return row["activity"], row["quantity"], row["unit"], row["category"]
    return result.ledger["code"].item()


@pytest.mark.parametrize(("change", "expected"), [
    ({}, ("electricity", 100.0, "kWh", 10)),
    # 2 kWh a piece x 50 pieces x 30 kg of 120 kg
    ({"quantity": 2.0, "units_sold": 50.0, "part": 30.0, "part_unit": "kg", "total": 120.0, "total_unit": "kg"},
     ("electricity", 25.0, "kWh", 10)),
    ({"units_sold": -1.0}, "units_impossible"), ({"quantity": -1.0}, "quantity_negative")])
def test_processing(read, change, expected):
    """What the processor uses, by piece where pieces are given, and the share of the intermediate product."""
    assert outcome(read, "processing", change) == expected


@pytest.mark.parametrize(("change", "expected"), [
    ({}, ("electricity", 50_000.0, "kWh", 11)),  # 100 x 1,000 x 0.5
    ({"share": 0.4}, ("electricity", 20_000.0, "kWh", 11)),
    ({"phase": "gas_contained", "activity": "refrigerant.r134a", "quantity": 0.1, "unit": "kg", "share": 0.5,
      "lifetime_uses": float("nan")}, ("refrigerant.r134a", 5.0, "kg", 11)),
    ({"phase": "fuel_sold", "activity": "diesel", "quantity": 1.0, "unit": "L", "lifetime_uses": float("nan")},
     ("diesel", 100.0, "L", 11)),
    ({"phase": "later"}, "phase_unknown"), ({"share": 40.0}, "share_impossible"),
    ({"units_sold": -1.0}, "units_impossible"), ({"lifetime_uses": -1.0}, "uses_impossible"),
    ({"lifetime_uses": float("nan")}, "uses_missing"), ({"uses_per_year": 10.0}, "uses_twice"),
    ({**YEARS, "lifetime_years": 0.0}, "lifetime_impossible"),
    ({**YEARS, "lifetime_years": -2.0}, "lifetime_impossible"),
    ({**YEARS, "lifetime_years": 2000.0}, "lifetime_impossible"), ({"country": ""}, "country_missing"),
    ({"grid": ""}, "grid_missing"), ({"grid": "declining"}, "lifetime_missing"),
    ({**YEARS, "lifetime_years": 2.0, "grid": "declining"}, "grid_decline_impossible"),
    ({**YEARS, "lifetime_years": 2.0, "grid": "declining", "grid_decline": 3.0}, "grid_decline_impossible"),
    ({**YEARS, "lifetime_years": 2.0, "grid": "path", "grid_source": ""}, "grid_source_missing")])
def test_use(read, change, expected):
    """Units x uses x quantity a use x share; what the figure depends on is asked for, with the choices."""
    assert outcome(read, "product_use", change) == expected


def test_a_declining_grid_is_a_row_a_year(read):
    """
    2.5 years at a decline of 10 % a year: 0.4, 0.4 and 0.2 of the kWh, weighted 1, 0.9 and 0.81.

    100 lamps x 500 uses x 0.5 kWh = 25,000 kWh: 10,000; 10,000 x 0.9; 5,000 x 0.81.
    """
    line = {**YEARS, "lifetime_years": 2.5, "grid": "declining", "grid_decline": 0.1}
    result = classify(read(product_use=[line]))

    assert result.activities["quantity"].tolist() == pytest.approx([10_000, 9_000, 4_050], rel=1e-12)
    assert result.activities["activity_id"].is_unique
    assert set(result.activities["year"]) == {2024}
    assert result.activities["record_amount"].sum() == 100.0
    assert "use in 2026, kWh weighted by a grid declining 10 % a year" in result.activities["quality"].iloc[2]


def test_a_path_takes_the_factor_of_each_year(read):
    """Each year of use is an activity of its own: electricity of the reporting year, electricity.<year> after it."""
    line = {**YEARS, "lifetime_years": 3.0, "grid": "path"}
    result = classify(read(product_use=[line, {"grid": "constant"}]))

    assert result.activities["activity"].tolist() == [
        "electricity", "electricity.2025", "electricity.2026", "electricity"]
    # 100 x 200 x 3 x 0.5 = 30,000 kWh: 10,000 a year
    assert result.activities["quantity"].tolist() == pytest.approx([10_000] * 3 + [50_000], rel=1e-12)


def test_indirect_use_has_a_group_of_its_own(read):
    """The optional part of category 11 is counted apart from the direct one."""
    result = classify(read(product_use=[{}, {"phase": "indirect"}]))
    assert result.activities["group"].tolist() == ["use of sold products", "indirect use phase (optional)"]


@pytest.mark.parametrize(("shares", "codes"), [
    ((0.9, 0.1), []), ((0.9, 0.2), ["shares_not_whole"] * 2), ((0.9, 0.0), ["shares_not_whole"] * 2),
    ((1.0, 0.0), ["share_zero"]), ((90.0, 10.0), ["share_impossible"] * 2), ((1.1, -0.1), ["share_impossible"] * 2)])
def test_shares_of_treatments_are_a_whole(read, shares, codes):
    """Shares of one material sum to 1, or none of its rows is counted."""
    lines = [{"treatment": t, "share": s} for t, s in zip(("landfill", "incineration"), shares, strict=True)]
    result = classify(read(end_of_life=lines))

    assert result.ledger["code"].tolist() == codes
    assert result.activities["quantity"].sum() == pytest.approx(2.0 if len(codes) < 2 else 0.0)
    assert set(result.activities["category"]) <= {12}


def test_two_masses_of_one_material_are_not_divided(read):
    """Each row gives the whole mass: 2 t and 1 t of one material are a contradiction."""
    lines = [{"share": 0.5}, {"share": 0.5, "quantity": 1.0, "treatment": "incineration"}]
    assert classify(read(end_of_life=lines)).ledger["code"].tolist() == ["mass_differs"] * 2
