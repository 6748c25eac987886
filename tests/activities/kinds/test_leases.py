"""Leased assets, franchises and shared logistics: what is counted, in which category, and what is asked."""

from __future__ import annotations

import pytest

from carbon.activities import classify

SPACE = {"area": 200.0, "area_unit": "m2", "total_area": 2000.0, "total_area_unit": "m2", "occupied_share": 0.75}
WHOLE_YEAR = {"period_start": "2024-01-01", "period_end": "2024-12-31"}


def outcome(read, kind, line, **params):
    """The only activity of a line, or the code of its only ledger row."""
    result = classify(read(**{kind: [line]}, **params))
    if len(result.activities):
        row = result.activities.iloc[0]
        return row["activity"], row["quantity"], row["unit"], row["category"]
    return result.ledger["code"].item()


@pytest.mark.parametrize(("approach", "role", "lease", "no_control", "category"), [
    ("operational_control", "lessee", "operating", "", None), ("operational_control", "lessee", "finance", "x", None),
    ("operational_control", "lessee", "operating", "serviced office", 8),
    ("operational_control", "lessor", "operating", "", 13), ("operational_control", "lessor", "finance", "", 13),
    ("financial_control", "lessee", "operating", "", 8), ("financial_control", "lessee", "finance", "", None),
    ("equity_share", "lessor", "operating", "", None), ("equity_share", "lessor", "finance", "", 13),
])
def test_a_lease_within_the_approach_is_not_scope_3(read, approach, role, lease, no_control, category):
    """Tables A.1 and A.2 of the Scope 3 Standard: a lease under control is scopes 1 and 2, and rejected by name."""
    found = outcome(read, "leased_assets", {"role": role, "lease": lease, "no_control": no_control},
                    consolidation=approach)

    assert (found if category is None else found[3]) == (category or "lease_within_approach")


@pytest.mark.parametrize(("change", "expected"), [
    ({}, ("electricity", 400.0, "kWh", 13)),  # 3,000 x 200 / (2,000 x 0.75)
    ({"occupied_share": 1.0}, ("electricity", 300.0, "kWh", 13)),
    # 2,152.782 ft2 are 200 m2
    ({"area": 2152.782083344, "area_unit": "ft2"}, ("electricity", pytest.approx(400.0, rel=1e-9), "kWh", 13)),
    ({"area_unit": "", "total_area_unit": ""}, ("electricity", 400.0, "kWh", 13)),
    ({"area_unit": ""}, "units_differ"), ({"area_unit": "kg"}, "units_differ"),
    ({"occupied_share": 75.0}, "occupied_share_impossible"), ({"occupied_share": 0.0}, "occupied_share_impossible"),
    ({"occupied_share": float("nan")}, "space_incomplete"), ({"total_area": float("nan")}, "space_incomplete"),
    ({"area": 1800.0}, "area_above_total"), ({"area": -1.0}, "area_impossible"),
    ({"total_area": 0.0}, "area_impossible"), ({"quantity": -1.0}, "quantity_negative"),
    ({"activity": ""}, "activity_missing"),
    ({"activity": "emissions declarees", "unit": "kWh"}, "unit_dimension"),
    ({"activity": "emissions declarees", "unit": "t"}, "gwp_missing"),
    ({"activity": "emissions declarees", "unit": "t", "gwp": "AR9"}, "gwp_missing"),
    ({"activity": "emissions declarees", "unit": "t", "gwp": "AR6GWP100"}, "evidence_missing"),
    # 9 t x 200 / 1,500
    ({"activity": "emissions declarees", "unit": "t", "gwp": "AR6", "evidence": "report", "quantity": 9.0},
     ("reported.co2e.AR6GWP100", pytest.approx(1200.0, rel=1e-12), "kg", 13)),
])
def test_leased_space(read, change, expected):
    """The share of the occupied space of a building; a share that is not certain is asked for, never assumed."""
    assert outcome(read, "leased_assets", {**SPACE, **change}) == expected


@pytest.mark.parametrize(("days", "expected"), [
    (WHOLE_YEAR, 100.0), ({"period_start": "2024-01-01", "period_end": "2024-06-30"}, 100 * 182 / 366),
    ({}, "period_missing")])
def test_an_average_per_area_is_that_of_a_year(read, days, expected):
    """100 m2 for 182 of 366 days count 100 x 182/366; for one day the period is asked."""
    line = {"activity": "building.office", "quantity": 100.0, "unit": "m2", **days}
    for kind in ("leased_assets", "franchises"):
        found = outcome(read, kind, line)
        assert found == expected if isinstance(expected, str) else found[1] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("change", "expected"), [
    # 100 kWh of 4 sampled franchises, 10 in the group
    ({"sampled": 4.0, "group_size": 10.0}, ("electricity", 250.0, "kWh", 14)),
    ({"sampled": 4.0}, "sample_incomplete"), ({"sampled": 4.0, "group_size": 3.0}, "sample_impossible"),
    ({"sampled": 0.0, "group_size": 3.0}, "sample_impossible")])
def test_a_sample_of_franchises_is_extrapolated(read, change, expected):
    """Total of the sample x number in the group / number sampled."""
    assert outcome(read, "franchises", change) == expected


@pytest.mark.parametrize(("change", "expected"), [
    ({"basis": "volume", "part": 100.0, "part_unit": "m3", "total": 400.0, "total_unit": "m3"},
     ("electricity", 25.0, "kWh", 4)),
    ({"basis": "time", "part": 30.0, "part_unit": "pallet.day", "total": 300.0, "total_unit": "pallet.day",
      "direction": "sold"}, ("electricity", 10.0, "kWh", 9)),
    ({"basis": "mass", "part": 500.0, "part_unit": "kg", "total": 2.0, "total_unit": "t"},
     ("electricity", 25.0, "kWh", 4)),
    ({"part": 100.0, "part_unit": "m3", "total": 400.0, "total_unit": "m3"}, "basis_missing"),
    ({"basis": "mass", "part": 100.0, "part_unit": "m3", "total": 400.0, "total_unit": "m3"}, "basis_differs"),
    ({"basis": "volume", "part": 500.0, "part_unit": "m3", "total": 400.0, "total_unit": "m3"}, "part_above_total"),
    ({"basis": "volume", "part": 5.0, "part_unit": "m3", "total": 0.0, "total_unit": "m3"}, "part_impossible"),
    ({"basis": "volume", "part": 5.0, "part_unit": "m3"}, "part_incomplete"),
    ({"activity": "storage.ambient", "quantity": 4000.0, "unit": "L", "days": 2.0},
     ("storage.ambient", 8.0, "m3.day", 4)),
    ({"activity": "storage.ambient", "quantity": 10.0, "unit": "pallet"}, "days_missing"),
    ({"days": 2.0}, "days_impossible"), ({"direction": "sideways"}, "direction_unknown")])
def test_shared_logistics(read, change, expected):
    """A part of what a vehicle or store uses, on a stated basis; goods stored x days for an average."""
    assert outcome(read, "shared_logistics", change) == expected
