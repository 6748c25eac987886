"""Energy readings: carriers, units, periods across year ends, overlaps and slips of unit."""

from __future__ import annotations

import pytest

from carbon.activities import classify
from carbon.activities.kinds.energy import carriers
from carbon.core import units, vocabulary


@pytest.mark.parametrize(("carrier", "unit", "scope"), [
    ("electricity", "MWh", "2"), ("district_heat", "kWh", "2"), ("steam", "kWh", "2"), ("natural_gas", "kWh_HHV", "1"),
    ("natural_gas", "m3", "1"), ("diesel", "L", "1"), ("heating_oil", "L", "1"), ("lpg", "kg", "1"),
])
def test_scope_of_a_carrier(read, carrier, unit, scope):
    """What is burnt is scope 1, what is bought as power, heat or cold is scope 2; the quantity stays as metered."""
    row = classify(read(energy=[{"carrier": carrier, "unit": unit, "quantity": 7.0}])).activities.iloc[0]
    assert (row["activity"], row["scope"], row["category"], row["quantity"], row["unit"]) == (
        carrier, scope, 0, 7.0, unit)


def test_electricity_keeps_what_scope_2_needs(read):
    """Site, supplier, contract and the country's grid."""
    row = classify(read(energy=[{"contract": "green", "supplier": "Watt", "meter": "m"}])).activities.iloc[0]
    assert (row["site"], row["supplier"], row["contract"], row["region"]) == ("lyon", "Watt", "green", "FR")


@pytest.mark.parametrize(("line", "code"), [
    ({"carrier": "natural_gas", "unit": "kWh"}, "gas_basis_missing"), ({"unit": "kW"}, "power_not_energy"),
    ({"unit": "L"}, "unit_dimension"), ({"unit": ""}, "unit_missing"), ({"unit": "kWhh"}, "unit_unknown"),
    ({"carrier": "plutonium"}, "carrier_unknown"), ({"carrier": "biomass"}, "carrier_too_wide"),
    ({"site": "atlantis"}, "site_unknown"),
])
def test_doubt_is_rejected(read, line, code):
    """A gas bill without basis, power for energy, an unknown unit, carrier or place: rejected with words and remedy."""
    result = classify(read(energy=[line]))
    assert result.activities.empty
    row = result.ledger.iloc[0]
    assert (row["outcome"], row["stage"], row["code"]) == ("rejected", "classification", code)
    assert row["reason"] and row["what_to_do"]


def test_overlapping_periods_of_one_meter_are_refused(read):
    """The later line is rejected; touching periods, other meters and corrections are not."""
    jan = {"meter": "A", "period_start": "2024-01-01", "period_end": "2024-01-31"}
    lines = [jan, {**jan, "period_start": "2024-01-31", "period_end": "2024-02-29"},
             {**jan, "meter": "B"}, {**jan, "period_start": "2024-02-01", "period_end": "2024-02-29", "meter": "B"},
             {**jan, "quantity": -5.0}]
    result = classify(read(energy=lines))
    assert result.ledger[["code", "source_line"]].values.tolist() == [["meter_overlap", 3]]


def test_registers_that_one_sheet_tells_apart_add_up(read):
    """Peak and off-peak of a meter count both; the same register twice for some days does not."""
    jan = {"meter": "A", "period_start": "2024-01-01", "period_end": "2024-01-31"}
    lines = [{**jan, "register": "HP", "quantity": 700.0}, {**jan, "register": "HC", "quantity": 300.0},
             {**jan, "register": "HP", "quantity": 5.0, "period_start": "2024-01-31"}]
    result = classify(read(energy=lines))
    assert result.ledger[["code", "source_line"]].values.tolist() == [["meter_overlap", 4]]
    assert result.activities["quantity"].tolist() == [700.0, 300.0]


@pytest.mark.parametrize(("second", "rejected"), [
    ({"source_file": "b.csv", "register": ""}, [5]), ({"source_file": "b.csv", "register": "Night"}, [5]),
    ({"source_file": "b.csv", "register": "HP"}, [5]), ({"source_sheet": "Sheet2", "register": "T1"}, [5]),
    ({"register": ""}, [5]), ({"source_file": "b.csv", "register": "", "period_start": "2024-01-01"}, [2, 3, 4]),
    ({"source_file": "b.csv", "register": "", "meter": "B"}, []), ({"register": "P"}, []),
    ({"source_file": "b.csv", "register": "HP", "period_start": "2024-02-01", "period_end": "2024-02-29"}, []),
    ({"source_file": "b.csv", "register": "", "quantity": -5.0}, []),
])
def test_registers_beside_another_sheet_or_a_line_without_one_are_no_two_series(read, second, rejected):
    """What another file calls a register, or a line of the whole meter, may be the same kWh: the later one is
    rejected.
    """
    jan = {"meter": "A", "period_start": "2024-01-05", "period_end": "2024-01-31"}
    own = [{**jan, "register": name, "quantity": 700.0} for name in ("HP", "HC", "HPE")]
    result = classify(read(energy=[*own, {**jan, "quantity": 900.0, "record_id": "z", **second}]))
    assert result.ledger.query("code == 'meter_overlap'")["source_line"].tolist() == rejected


def test_same_period_without_meter_is_remarked(read):
    """Without meters nothing is dropped, but it is said."""
    result = classify(read(energy=[{}, {}]))
    assert len(result.activities) == 2
    assert result.warnings["code"].tolist() == ["period_overlap"]


def test_a_slip_of_unit_is_seen_by_the_meters_own_history(read):
    """kWh typed as MWh: a thousand times the meter's usual day. It is flagged, not changed."""
    lines = [{"meter": "A", "period_start": f"2024-{m:02d}-01", "period_end": f"2024-{m:02d}-28",
              "quantity": 900.0 + m, "unit": "MWh" if m == 5 else "kWh"} for m in range(1, 8)]
    result = classify(read(energy=lines))
    assert result.warnings["code"].tolist() == ["unit_slip"]
    flagged = result.activities["quality"] == "unit slip suspected"
    assert result.activities.loc[flagged, "quantity"].tolist() == [905.0]


def test_a_slip_of_unit_is_seen_by_the_price(read):
    """A new meter has no history, but its kWh cost a thousandth of the others'."""
    lines = [{"meter": m, "quantity": q, "unit": u, "amount": 200.0, "currency": "EUR"} for m, q, u in (
        ("A", 1000.0, "kWh"), ("B", 900.0, "kWh"), ("C", 1.1, "MWh"), ("D", 1000.0, "MWh"))]
    result = classify(read(energy=lines))
    flagged = result.activities["quality"] == "unit slip suspected"
    assert result.activities.loc[flagged, "source_line"].tolist() == [5]


def test_every_carrier_of_the_contract_is_known():
    """The carriers that readers accept all have an activity, or a reason why not; their dimensions exist."""
    table = carriers()
    wanted = ["electricity", "natural_gas", "diesel", "petrol", "lpg", "heating_oil", "district_heat",
              "district_cooling", "steam", "biomass"]
    assert set(wanted) <= set(table.index)
    known = set(units.table()["dimension"])
    assert {d for text in table["dimensions"] for d in text.split()} <= known


@pytest.mark.parametrize(("country", "carrier", "unit", "outcome"), [
    ("US", "natural_gas", "therm", "therm_HHV"), ("US", "natural_gas", "MMBtu", "mmBtu_HHV"),
    ("GB", "natural_gas", "therms", "therm_HHV"), ("FR", "natural_gas", "therm", "gas_basis_missing"),
    ("US", "natural_gas", "kWh", "gas_basis_missing"), ("US", "natural_gas", "MBtu", "unit_unknown"),
    ("US", "natural_gas", "Mcf", "Mcf"), ("US", "natural_gas", "CCF", "CCF"), ("US", "steam", "klb", "klb"),
    ("US", "district_cooling", "ton-hours", "ton-hour"), ("US", "crude_oil", "bbl", "bbl"),
    ("IT", "natural_gas", "Smc", "Sm3"),
])
def test_a_unit_that_a_country_bills_gross_states_its_basis(read, country, carrier, unit, outcome):
    """A therm of gas is gross in the United States and Great Britain; elsewhere, and for kWh, the basis is asked."""
    made = classify(read(energy=[{"carrier": carrier, "unit": unit, "country": country, "site": "x"}], sites={}))
    assert [*made.activities["unit"], *made.rejects["code"]] == [outcome]


def test_e85_is_no_pure_ethanol():
    """The word E85 leads to the fuel that is sold under it, a hundred times the exhaust of pure bioethanol."""
    assert {vocabulary.canonical("carrier", word) for word in ("E85", "superéthanol", "Superéthanol E85")} == {"e85"}
