"""A taxi known by its fare and a car known by its litres count as what was measured of them."""

from __future__ import annotations

import pytest

from carbon.activities import classify
from carbon.factors import load, match_factors
from carbon.params.shapes.company import FactorPolicy

POLICY = {"release": "2026.1", "regions": {"FR": ["FR"], "US": ["US"]}, "vintage": {"later": "allow", "max_gap": 2},
          "price_basis": "as_is", "deflator": "none"}


def one(read, line, **given):
    result = classify(read(travel=[line], **given))
    assert result.ledger.empty, result.ledger[["code", "reason"]]
    return result.activities.iloc[0]


def kg_per_unit(activities):
    matched = match_factors(activities, load("2026.1"), policy=FactorPolicy.model_validate(POLICY), gwp="AR5GWP100",
                            allow_mixed_gwp=[], non_co2="none")
    assert matched.resolved.misses.empty, matched.resolved.misses
    return matched.resolved.table["co2e_kg"].sum()


FARE = {"mode": "taxi", "amount": 50.0, "currency": "EUR", "day": "2022-06-15", "origin": "Paris",
        "destination": "Paris"}


def test_a_taxi_by_its_fare(read):
    """50 EUR of a taxi in France x 0.343 kg CO2e/EUR of land transport (SDES, GES 501, NACE H49, 2022): 17.15 kg."""
    result = classify(read(travel=[FARE], year=2022))
    row = result.activities.iloc[0]
    assert (row["activity"], row["quantity"], row["unit"]) == ("purchase.nace.H49", 50.0, "EUR")
    assert (row["tier"], row["scope"], row["category"], row["group"]) == ("spend", "3", 6, "taxi")
    assert row["quality"] == "by spend: no distance given; country not given: the company's"
    assert (row["record_amount"], row["record_unit"]) == (50.0, "taxi:EUR")
    assert row["quantity"] * kg_per_unit(result.activities) == pytest.approx(50 * 0.343, rel=1e-12)


def test_a_taxi_in_the_united_states(read):
    """In the United States the fare has its own sector, taxi service (NAICS 485310), 0.566 kg CO2e/USD of 2022."""
    given = {"year": 2022, "currency": "USD"}
    result = classify(read(travel=[{**FARE, "country": "US", "currency": "USD"}], **given))
    assert result.activities["activity"].tolist() == ["purchase.naics.485310"]
    assert 50 * kg_per_unit(result.activities) == pytest.approx(50 * 0.566, rel=1e-12)


def test_a_distance_outranks_the_fare(read):
    """Where both are given the kilometres count; passengers and trips multiply a distance and not a fare."""
    row = one(read, {**FARE, "distance": 12.0, "distance_unit": "km", "passengers": 2.0}, year=2022)
    assert (row["activity"], row["quantity"], row["tier"]) == ("taxi.regular", 24.0, "physical average")
    assert one(read, {**FARE, "passengers": 2.0, "trips": 3.0}, year=2022)["quantity"] == 50.0


def test_a_fare_abroad_is_brought_to_the_company_currency(read):
    """100 USD on 2024-06-14 at the rate of the day; a credit note stays negative; a currency unknown is rejected."""
    row = one(read, {**FARE, "amount": 100.0, "currency": "USD", "day": "2024-06-14"})
    assert row["quantity"] == pytest.approx(100 * row["fx_rate"], rel=1e-12)
    assert 0.9 < row["fx_rate"] < 0.96
    assert one(read, {**FARE, "amount": -10.0, "day": "2024-06-14"})["quantity"] == -10.0
    lost = classify(read(travel=[{**FARE, "currency": "ZZZ", "day": "2024-06-14"}]))
    assert lost.ledger["code"].tolist() == ["currency_unknown"]


@pytest.mark.parametrize("line", [{"amount": float("nan")}, {"currency": ""}, {"amount": 0.0}, {"mode": "bus"}])
def test_only_a_paid_taxi_goes_by_its_fare(read, line):
    """No amount, no currency, nothing paid, or another mode: no distance is a reject, as ever."""
    result = classify(read(travel=[{**FARE, **line}], year=2022))
    assert result.activities.empty
    assert len(result.ledger) == 1


@pytest.mark.parametrize(("mode", "fuel"), [("car", "diesel"), ("motorbike", "petrol")])
def test_a_car_by_its_litres(read, mode, fuel):
    """Litres x trips of the fuel named, whoever shared the car, with combustion and upstream of that fuel."""
    line = {"mode": mode, "distance": 42.5, "distance_unit": "L", "fuel": fuel, "trips": 2.0, "passengers": 3.0}
    row = one(read, {**line, "day": "2024-06-15"})
    assert (row["quantity"], row["unit"], row["category"], row["tier"]) == (85.0, "L", 6, "physical average")
    assert (row["record_amount"], row["record_unit"]) == (85.0, f"{mode}:L")
    assert row["activity"] == fuel


@pytest.mark.parametrize(("line", "code"), [({"fuel": ""}, "fuel_missing"), ({"return": True}, "litres_ambiguous")])
def test_litres_in_doubt_are_refused(read, line, code):
    """Litres of an unnamed fuel, or of a return that may count one way or both."""
    result = classify(read(travel=[{"mode": "car", "distance": 9.0, "distance_unit": "L", "fuel": "diesel", **line}]))
    assert result.ledger["code"].tolist() == [code]
