"""What share was rejected, against what the company accepts."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from carbon.accounting.ledger import inventoried
from carbon.activities import check_accepted_share, classify, rejected_shares
from carbon.core import schemas
from carbon.core.errors import RejectedShareError
from carbon.core.places import great_circle_km, locate

POINTS = {code: (p.latitude, p.longitude) for code in ("CDG", "LHR", "SYD") for p in [locate(code, air=True)]}


def ledger(*lines: tuple) -> pd.DataFrame:
    """Lines (kind, outcome, amount, unit)."""
    return pd.DataFrame([{
        "record_id": f"r{i}", "kind": kind, "source_file": "f", "source_sheet": "", "source_line": i,
        "outcome": outcome, "stage": "classification" if outcome == "rejected" else "", "code": "c", "reason": "r",
        "what_to_do": "", "column": "", "value": "", "amount": amount, "unit": unit, "counts_row": True,
    } for i, (kind, outcome, amount, unit) in enumerate(lines)], columns=list(schemas.LEDGER.columns))


def shares(table: pd.DataFrame, params) -> dict[tuple[str, str], float]:
    found = rejected_shares(table, params, year=2024)
    return {(k, m): s for k, m, s in zip(found["kind"], found["measure"], found["share"], strict=True)}


def test_shares_in_rows_and_money(params):
    """One of four rows and 10 of 100 EUR; what is excluded does not dilute, a negative amount does not hide."""
    table = ledger(("purchases", "inventoried", 50.0, "EUR"), ("purchases", "set aside", -20.0, "EUR"),
                   ("purchases", "inventoried", 20.0, "EUR"), ("purchases", "rejected", -10.0, "EUR"),
                   ("purchases", "excluded", 1e6, "EUR"))
    assert shares(table, params()) == {("purchases", "rows"): 0.25, ("purchases", "EUR"): 0.1}


def test_currencies_are_weighed_by_their_worth(params):
    """A small foreign currency that is wholly rejected counts by what it is worth."""
    table = ledger(("purchases", "inventoried", 900.0, "EUR"), ("purchases", "inventoried", 1.0, "GBP"),
                   ("purchases", "rejected", 82.0, "GBP"))
    # 82 GBP are about 99 EUR at the end of 2024 (1 EUR = 0.82918 GBP)
    assert shares(table, params())[("purchases", "EUR")] == pytest.approx(98.89 / 1000.1, abs=1e-4)


def test_physical_units_stay_apart(params):
    """kWh and m3 are not added; a unit that only rejected rows have is judged by rows."""
    table = ledger(("energy", "inventoried", 10.0, "electricity:kWh"), ("energy", "rejected", 5.0, "natural_gas:kWh"))
    assert shares(table, params()) == {("energy", "rows"): 0.5, ("energy", "electricity:kWh"): 0.0}


def test_nothing_is_accepted_unless_params_say_so(params):
    """The default limit is zero; the error names kind, share, limit and the largest rejects."""
    table = ledger(("purchases", "inventoried", 90.0, "EUR"), ("purchases", "rejected", 10.0, "EUR"))
    words = re.escape("purchases: 50.00% of rows rejected, 0.00% accepted")
    with pytest.raises(RejectedShareError, match=words) as error:
        check_accepted_share(table, params(), year=2024)
    assert error.value.rows["amount"].tolist() == [10.0]
    assert "max_rejected_share" in str(error.value)


def test_an_accepted_share_passes(params):
    """At the limit it is still accepted."""
    table = ledger(("purchases", "inventoried", 90.0, "EUR"), ("purchases", "rejected", 10.0, "EUR"))
    accepted = params(max_rejected_share={"purchases": {"rows": 0.5, "amount": 0.1}})
    assert check_accepted_share(table, accepted, year=2024)["share"].max() == 0.5


def test_flights_are_judged_by_their_great_circles(read, params):
    """One long flight lost beside nine short ones kept: a tenth of the rows, most of the kilometres."""
    flights = [{"origin": "CDG", "destination": "LHR"}] * 9 + [
        {"origin": "CDG", "destination": "SYD", "cabin_class": "first", "passengers": 2.0}]
    result = classify(read(travel=flights, travel_params={"flight_bands": "ademe"}))
    kept = inventoried(result.activities)
    assert result.ledger["code"].tolist() == ["cabin_unavailable"]
    short, long = great_circle_km(*POINTS["CDG"], *POINTS["LHR"]), great_circle_km(*POINTS["CDG"], *POINTS["SYD"])
    found = shares(pd.concat([kept, result.ledger], ignore_index=True), params())
    assert found[("travel", "rows")] == 0.1
    assert found[("travel", "air:km great circle")] == pytest.approx(2 * long / (9 * short + 2 * long), rel=1e-9)
