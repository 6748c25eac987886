"""Physical data replaces spend: once, for the days it covers, and never by guesswork."""

from __future__ import annotations

import pandas as pd
import pytest

from carbon.activities import classify
from carbon.core.errors import ParamsError

POWER = [{"id": "power", "when": {"account": ["6061"]}, "set_aside_for": "energy:electricity",
          "otherwise": {"activity": "purchase.nace.D35"}}]
FIRST_HALF = {"period_start": "2024-01-01", "period_end": "2024-06-30", "quantity": 600.0}


def bill(**given) -> dict:
    return {"account": "606100", "amount": 90.0, "site": "lyon", **given}


def ends(result) -> list[tuple]:
    """(source line, outcome or activity, amount) of every purchase."""
    ledger = result.ledger[result.ledger["kind"] == "purchases"]
    bought = result.activities[result.activities["kind"] == "purchases"]
    return sorted([*zip(ledger["source_line"], ledger["outcome"], ledger["amount"], strict=True),
                   *zip(bought["source_line"], bought["activity"], bought["record_amount"], strict=True)])


def test_covered_bills_are_set_aside_and_the_others_stay(read):
    """A bill on a metered day is set aside, naming what replaced it; one on a day without readings stays as spend."""
    bills = [bill(day="2024-03-05"), bill(day="2024-09-05")]
    result = classify(read(energy=[FIRST_HALF], purchases=bills, rules=POWER))
    assert ends(result) == [(2, "set aside", 90.0), (3, "purchase.nace.D35", 90.0)]
    assert "energy:electricity records of lyon" in result.ledger["reason"].item()


def test_a_bill_over_partly_metered_days_is_cut(read):
    """Ten of thirty days are metered: a third of the money is set aside, the rest stays."""
    line = bill(period_start="2024-06-21", period_end="2024-07-20")
    result = classify(read(energy=[FIRST_HALF], purchases=[line], rules=POWER))
    # 90 EUR x 10 / 30 = 30 EUR
    assert ends(result) == [(2, "purchase.nace.D35", 60.0), (2, "set aside", 30.0)]
    assert result.activities.loc[result.activities["kind"] == "purchases", "quantity"].tolist() == [60.0]
    assert not result.ledger["counts_row"].item()


def test_adding_a_meter_removes_its_spend_exactly(read):
    """Without readings all money stays; with readings for the year none does."""
    bills = [bill(day=f"2024-{m:02d}-10", amount=10.1 * m) for m in range(1, 13)]
    year = {"period_start": "2024-01-01", "period_end": "2024-12-31"}
    without = classify(read(purchases=bills, rules=POWER)).activities
    with_meter = classify(read(purchases=bills, energy=[year], rules=POWER)).activities
    assert len(without) == 12
    assert (with_meter["kind"] == "energy").all()


def test_another_site_or_carrier_replaces_nothing(read):
    """A gas meter does not cover the power bill, nor does the meter of another site."""
    gas = {**FIRST_HALF, "carrier": "natural_gas", "unit": "kWh_HHV"}
    lines = [bill(site="nice")]
    given = {"sites": {"lyon": "FR", "nice": "FR"}, "rules": POWER}
    assert ends(classify(read(energy=[FIRST_HALF], purchases=lines, **given)))[0][1] == "purchase.nace.D35"
    assert ends(classify(read(energy=[gas], purchases=[bill(day="2024-03-01")], **given)))[0][1] == "purchase.nace.D35"


def test_a_rejected_reading_replaces_nothing(read):
    """A gas bill whose kWh have no basis is rejected, so its money must stay."""
    gas = {**FIRST_HALF, "carrier": "natural_gas", "unit": "kWh"}
    rules = [{**POWER[0], "set_aside_for": "energy"}]
    result = classify(read(energy=[gas], purchases=[bill(day="2024-03-01")], rules=rules))
    assert ends(result)[0][1] == "purchase.nace.D35"


@pytest.mark.parametrize(("metered", "outcome"), [(["lyon"], "purchase.nace.D35"), (["lyon", "nice"], "set aside")])
def test_a_bill_without_site_waits_for_all_sites(read, metered, outcome):
    """A ledger without sites is replaced only on days on which every site is metered."""
    energy = [{**FIRST_HALF, "site": site} for site in metered]
    result = classify(read(energy=energy, purchases=[bill(site="", day="2024-02-02")], rules=POWER,
                           sites={"lyon": "FR", "nice": "FR"}))
    assert ends(result)[0][1] == outcome


def test_without_counterpart_and_without_other_activity_it_is_refused(read):
    """A rule that only says "wait" rejects what nothing replaces; it never becomes zero."""
    rules = [{k: v for k, v in POWER[0].items() if k != "otherwise"}]
    result = classify(read(purchases=[bill()], rules=rules))
    assert result.ledger[["outcome", "code"]].values.tolist() == [["rejected", "no_counterpart"]]
    assert result.unclassified["amount"].tolist() == [90.0]


def test_travel_records_replace_the_travel_account_by_month(read):
    """Trips of March replace what was paid in March, whatever the site; April stays as spend."""
    lines = [{"account": "625100", "day": "2024-03-20"}, {"account": "625100", "day": "2024-04-02"}]
    result = classify(read(purchases=lines, travel=[{"origin": "LYS", "destination": "ORY", "day": "2024-03-04"}],
                           account_map="pcg"))
    assert ends(result) == [(2, "set aside", 100.0), (3, "purchase.nace.H49", 100.0)]


def test_a_credit_note_of_a_covered_bill_is_set_aside_too(read):
    """Bill and credit note go the same way, so that they still cancel."""
    lines = [bill(day="2024-03-05"), bill(day="2024-03-09", amount=-90.0)]
    assert ends(classify(read(energy=[FIRST_HALF], purchases=lines, rules=POWER))) == [
        (2, "set aside", 90.0), (3, "set aside", -90.0)]


def test_only_purchases_can_be_set_aside(read):
    """A rule that would set meter readings aside is refused."""
    rules = [{"id": "odd", "when": {"kind": ["energy"]}, "set_aside_for": "energy"}]
    with pytest.raises(ParamsError, match="odd"):
        classify(read(energy=[FIRST_HALF], rules=rules))


def test_inputs_are_not_changed(read):
    """Classification leaves the records as they were."""
    given = read(energy=[FIRST_HALF], purchases=[bill(period_start="2024-06-21", period_end="2024-07-20")], rules=POWER)
    before = {kind: table.copy() for kind, table in given.records.items()}
    classify(given)
    for kind, table in given.records.items():
        pd.testing.assert_frame_equal(table, before[kind])


@pytest.mark.parametrize(("site", "outcome", "remarks"), [
    ("LYON", "set aside", 0), ("Lyon - siège", "purchase.nace.D35", 1), ("nice", "purchase.nace.D35", 0)])
def test_a_site_in_another_spelling(read, site, outcome, remarks):
    """Case and accents make no other site; a site that nobody else names counts by money with a remark that says so."""
    result = classify(read(energy=[FIRST_HALF], purchases=[bill(day="2024-03-05", site=site)], rules=POWER,
                           sites={"lyon": "FR", "nice": "FR"}))

    assert ends(result) == [(2, outcome, 90.0)]
    assert result.warnings["code"].tolist() == ["site_strange"] * remarks
