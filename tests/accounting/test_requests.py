"""Whom to ask, and what a company states: the interval after an answer, and the same answer read back."""

import pandas as pd
import pytest
from rows_of_spend import SPEND

from carbon.accounting.uncertainty import uncertainty_of
from carbon.params.shapes.uncertainty import StatedUncertainty

ROWS = [{**SPEND, "supplier": "A", "co2e_kg": 90.0}, {**SPEND, "supplier": "B", "co2e_kg": 10.0},
        {"co2e_kg": 20.0, "site": "lyon", "record_id": "1", "supplier": ""}]


def stated(of, name, percent):
    return StatedUncertainty(of=of, id=name, percent=percent, evidence="letter of 3 March")


def test_the_largest_request_is_the_largest_supplier_with_the_interval_after(make):
    """90 of 100 kg of spend are of A: its own figure (a factor of 1.2 either way) narrows most; what its statement of
    20 % then gives is the interval that was announced.
    """
    uncertainty = uncertainty_of(make(*ROWS, meters=[("1", "m1")]))
    first = uncertainty.requests("3.1").iloc[0]
    told = uncertainty_of(make(*ROWS, meters=[("1", "m1")], stated=[stated("supplier", "A", 20)])).of("3.1")

    assert (first["of"], first["id"], first["effort"]) == ("supplier", "A", "medium")
    assert first["co2e_kg"] == 90.0
    assert (first["low_after_kg"], first["high_after_kg"]) == pytest.approx((told.low_kg, told.high_kg), rel=0.01)
    assert 0 < first["narrows"] < 1


def test_requests_of_owners_can_be_stated_as_they_are_listed(make):
    """The meter's line has the id under which uncertainty.csv states it, its site as the owner, and narrows no more
    once answered; what would save less than a hundredth of the width is not asked for.
    """
    assert "meter" not in uncertainty_of(make(*ROWS, meters=[("1", "m1")])).requests("total-location")["of"].tolist()
    exact = stated("factor", "f", 1)
    uncertainty = uncertainty_of(make(*ROWS, meters=[("1", "m1")], stated=[exact]))
    lines = uncertainty.requests("scope1").set_index("of")

    assert lines.loc["meter", "id"] == "m1"
    assert lines.loc["meter", "who"] == "lyon"
    # a purchase factor has neither site nor group: its supplier is who can answer
    assert uncertainty.requests("3.1").query("of == 'factor'")["who"].tolist() == ["A and 1 more"]
    again = uncertainty_of(make(*ROWS, meters=[("1", "m1")], stated=[exact, stated("meter", "m1", 1)]))
    assert "meter" not in again.requests("scope1")["of"].tolist()
    source = again.contributions("scope1").set_index("of").loc["meter"]
    assert (source["by"], source["evidence"], source["stated"]) == ("company", "letter of 3 March", True)


def test_requests_of_a_long_ledger_are_those_of_a_short_one(make):
    """Strings stored as categories, as a long ledger stores them: the same lines, owners among them."""
    short, long = (make(*ROWS, meters=[("1", "m1")], stated=[stated("factor", "f", 1)]) for _ in range(2))
    texts = {c: "category" for c, kind in long.emissions.dtypes.items() if kind == "str" and not c.endswith("_id")}
    long.emissions = long.emissions.astype(texts)

    pd.testing.assert_frame_equal(*(uncertainty_of(one).requests("scope1") for one in (long, short)))


def test_who_states_the_width_sums_to_one(make):
    """Publisher, company and default; a contribution's total effect is never below its first-order part of the exact
    variance.
    """
    uncertainty = uncertainty_of(make(*ROWS, stated=[stated("factor", "f", 30)]))
    shares = uncertainty.by("total-location")
    table = uncertainty.contributions("total-location")

    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares["company"] > 0 and shares["publisher"] == 0
    assert table["total_share"].sum() >= 1 - 1e-12


def test_the_ends_of_the_correlation_enclose_the_interval(make):
    """Three factors of one publisher: independent is narrower, together wider; the GWP widens only what has gases."""
    rows = [{**SPEND, "factor_id": f, "supplier": f, "source_id": "sdes_ges501", "co2e_kg": 10.0}
            for f in ("eur", "gbp", "old")]
    found = uncertainty_of(make(*rows)).ends("3.1").set_index("assumption")
    width = found["high_kg"] - found["low_kg"]

    assert width["independent factors"] < width["as declared"] < width["one error a publisher and class"]
    assert width["with the GWP's own uncertainty"] == width["as declared"]
    gas = {"ch4_kg": 1.0, "n2o_kg": 0.0, "co2_kg": 0.0, "co2e_kg": 28.0}
    methane = uncertainty_of(make(gas)).ends("scope1").set_index("assumption")
    assert methane.loc["with the GWP's own uncertainty", "high_kg"] > 1.3 * methane.loc["as declared", "high_kg"]


def test_a_record_may_state_its_own(make):
    """The column uncertainty_pct of a record replaces the default of its quantity, and only of its own rows."""
    inventory = make(*ROWS, meters=[("1", "m1")])
    inventory.records["energy"] = inventory.records["energy"].assign(uncertainty_pct=pd.Series([7.0]))
    sources = uncertainty_of(inventory).contributions("total-location")
    own = sources[sources["by"] == "company"]

    assert own["rows"].tolist() == [1]
    assert "7 % stated on the record" in own["source_id"].iloc[0]
