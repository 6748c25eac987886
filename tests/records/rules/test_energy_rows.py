"""Rows of energy that other rows already hold: sub-meters, versions, estimates, sums of months and of sites."""

from __future__ import annotations

import pytest

MONTHS = [{"period_start": f"2024-{m:02}-01", "period_end": f"2024-{m:02}-{d}", "meter": "A", "quantity": str(q)}
          for m, d, q in ((1, 31, 1200), (2, 29, 900), (3, 31, 1100))]


def test_a_quarter_next_to_its_months_is_their_sum(verdict):
    """The quarter is a reject to the digit of its months; one kilowatt-hour more in a hundred and it is a reading."""
    quarter = {"period_start": "2024-01-01", "period_end": "2024-03-31", "meter": "A"}
    assert verdict("energy", *MONTHS, quarter | {"quantity": "3200"}).rejected == {5: "subtotal_suspected"}
    assert verdict("energy", *MONTHS, quarter | {"quantity": "3232"}).rejected == {}


def test_a_site_that_is_all_others_together(verdict):
    """In three months, one site that equals the sum of the others is their total."""
    rows = [{**month, "meter": "", "site": site, "quantity": str(n * int(month["quantity"]))}
            for month in MONTHS for site, n in (("Lyon", 1), ("Paris", 2), ("HQ", 3))]
    assert verdict("energy", *rows).rejected == dict.fromkeys((4, 7, 10), "subtotal_suspected")


def test_a_sub_meter_of_a_meter_in_the_file(verdict):
    """A meter whose parent is in the file is read by the parent as well."""
    rows = [{"meter": "M", "Parent meter": ""}, {"meter": "S", "Parent meter": "M", "quantity": "100"}]
    assert verdict("energy", *rows).rejected == {3: "sub_meter"}


def test_an_estimate_for_days_that_were_read(verdict):
    """The actual reading counts, the estimate is a reject."""
    rows = [{"Reading type": "estimated", "quantity": "990"}, {"Reading type": "actual"}]
    assert verdict("energy", *rows).rejected == {2: "estimate_replaced"}


def test_states_of_a_meter_are_no_consumption(verdict):
    """Quantities that only rise, by little, are listed: they may be the index of the meter."""
    rows = [{"period_start": f"2024-{m:02}-01", "period_end": f"2024-{m:02}-28", "meter": "A",
             "quantity": str(50_000 + 100 * m)} for m in range(1, 8)]
    assert "quantity_rises" in verdict("energy", *rows).warned


METER = {"meter": "A"}


@pytest.mark.parametrize(("note", "rejected"), [
    ("facture rectificative", {2: "bill_replaced"}), ("replaced by F13", {3: "bill_replaced"}),
    ("correction", {2: "version_repeated", 3: "version_repeated"})])
def test_a_bill_that_replaces_another_leaves_one_of_them(verdict, note, rejected):
    """The bill that another one replaces is a reject; where either may be right, both are."""
    read = verdict("energy", {"Comment": "", "quantity": "900"}, {"Comment": note, "quantity": "1000"})
    assert read.rejected == rejected


def test_readings_of_a_named_meter_that_differ_are_both_rejects(verdict):
    """One meter has one quantity for the same days, unless params declare that both rows are kept."""
    rows = [METER, METER | {"quantity": "1001"}]
    assert verdict("energy", *rows).rejected == {2: "readings_differ", 3: "readings_differ"}
    assert verdict("energy", *rows, options={"duplicates": "keep"}).rejected == {}
    assert verdict("energy", METER, {"meter": "B", "quantity": "1001"}).rejected == {}


def test_a_credit_settles_its_days(verdict):
    """A reading below zero corrects what was billed: nothing of these days is a reject."""
    rows = [METER, METER | {"quantity": "-1000"}, METER | {"quantity": "1001"}]
    assert verdict("energy", *rows).rejected == {}
