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


JANUARY = {"period_start": "2024-01-01", "period_end": "2024-01-31"}
FEBRUARY = {"period_start": "2024-02-01", "period_end": "2024-02-29"}
MARCH = {"period_start": "2024-03-01", "period_end": "2024-03-31"}


@pytest.mark.parametrize(("carrier", "unit", "code"), [
    ("electricity", "m3", "unit_dimension"), ("natural_gas", "L", "unit_dimension"), ("diesel", "L", None),
    ("natural_gas", "m3", None)])
def test_a_carrier_has_the_units_in_which_it_is_metered(verdict, carrier, unit, code):
    """Electricity has no cubic metres and natural gas no litres; fuels have both."""
    assert verdict("energy", {"carrier": carrier, "unit": unit}).rejected == ({2: code} if code else {})


def test_days_of_a_meter_that_overlap_or_lack_are_listed(verdict):
    """A period that begins before another one ends is listed, and so is a month without a reading; both count."""
    meter = {"meter": "A"}
    overlap = verdict("energy", meter | JANUARY, meter | FEBRUARY | {"period_start": "2024-01-20", "quantity": "7"})
    gap = verdict("energy", meter | JANUARY, meter | MARCH)
    assert (overlap.warned, len(overlap.records)) == ({"period_overlap"}, 2)
    assert (gap.warned, len(gap.records)) == ({"period_gap"}, 2)
    assert verdict("energy", meter | JANUARY, meter | FEBRUARY).warned == set()


def test_the_same_days_twice_without_a_meter_are_listed(verdict):
    """Two readings of a site and carrier for the same days may be two meters: they count, with a warning."""
    assert "period_repeated" in verdict("energy", JANUARY, JANUARY | {"quantity": "7"}).warned


def test_states_of_a_register_are_no_consumption(verdict):
    """Quantities that never fall in a dozen daily readings are rejects; where one falls, or by months, they count."""
    def read(falls=False, months=False):
        days = [f"2024-{i + 1:02d}-15" if months else f"2024-03-{i + 1:02d}" for i in range(12)]
        return verdict("energy", *({"meter": "A", "period_start": day, "period_end": day,
                                    "quantity": str(90 if falls and i == 7 else 1000 + 7 * i)}
                                   for i, day in enumerate(days)))

    assert set(read().rejected.values()) == {"meter_reading"}
    assert (len(read().rejected), read(falls=True).rejected, read(months=True).rejected) == (12, {}, {})


def test_four_states_of_a_register_are_known_by_its_heading(verdict):
    """Quarters of "Zählerstand" that only rise are rejects; the same quarters under "Verbrauch" count."""
    rows = [{"meter": "A", "period_start": None, "period_end": None, "quantity": None, "date": f"2024-{month}-30",
             "Zählerstand": str(41200 + 1900 * i)} for i, month in enumerate(("03", "06", "09", "12"))]
    options = {"columns": {"quantity": "Zählerstand"}}
    assert set(verdict("energy", *rows, options=options).rejected.values()) == {"meter_reading"}
    rows = [{"Verbrauch" if c == "Zählerstand" else c: v for c, v in row.items()} for row in rows]
    assert verdict("energy", *rows, options={"columns": {"quantity": "Verbrauch"}}).rejected == {}


WATER = {"period_start": "2024-01-01", "period_end": "2024-01-31", "company": "Acme", "site": "Lyon", "country": "FR",
         "service": "supply", "quantity": "12", "unit": "m3"}
FREIGHT = {"date": "2024-03-13", "company": "Acme", "mode": "hgv.average", "direction": "inbound", "country": "FR",
           "quantity": "100", "unit": "tonne.km"}
GAS = {"date": "2024-03-13", "company": "Acme", "site": "Lyon", "country": "FR", "gas": "R-410A", "quantity": "2",
       "unit": "kg"}
ACTIVITY = {"date": "2024-03-13", "company": "Acme", "activity": "use.server", "country": "FR", "quantity": "3",
            "unit": "kWh", "scope": "3", "category": "11", "method": "estimated"}


def test_days_of_one_supply_in_two_rows(verdict):
    """They may count twice: listed, never dropped."""
    twice = verdict("water", WATER, WATER | {"period_start": "2024-01-20", "quantity": "3"})
    assert ("period_overlap" in twice.warned, len(twice.records)) == (True, 2)


@pytest.mark.parametrize(("kind", "row", "code"), [
    ("refrigerants", GAS | {"quantity": "-2"}, "refrigerant_negative"), ("refrigerants", GAS, None),
    ("freight", FREIGHT | {"quantity": "", "mass": "2", "mass_unit": "t"}, "freight_incomplete"),
    ("freight", FREIGHT | {"distance": "50000", "distance_unit": "km"}, "distance_impossible"),
    ("freight", FREIGHT, None),
    ("activities", ACTIVITY | {"scope": "1"}, "category_unknown"), ("activities", ACTIVITY, None)])
def test_rows_that_cannot_be(verdict, kind, row, code):
    """Recovered gas, freight without work, legs beyond the Earth, categories of another scope are rejects."""
    assert verdict(kind, row).rejected == ({2: code} if code else {})


def test_work_that_is_not_mass_times_distance(verdict):
    """The stated tonne-kilometres count; a difference of more than one per cent is listed."""
    parts = {"mass": "2", "mass_unit": "t", "distance": "40", "distance_unit": "km"}
    assert "freight_differs" in verdict("freight", FREIGHT | parts).warned
    assert "freight_differs" not in verdict("freight", FREIGHT | parts | {"quantity": "80"}).warned


@pytest.mark.parametrize(("written", "code"), [
    ("5", None), ("0", None), ("", None), ("0.05", "uncertainty_unclear"), ("-5", "uncertainty_impossible"),
    ("5000", "uncertainty_impossible")])
def test_a_record_states_its_own_uncertainty_in_percent(verdict, written, code):
    """5 is +- 5 %; 0.05 may be a share, and is asked; a file without the column has no such column."""
    found = verdict("water", WATER | {"uncertainty_pct": written}, WATER | {"period_start": "2024-02-01",
                    "period_end": "2024-02-29", "uncertainty_pct": "7"})

    assert found.rejected == ({2: code} if code else {})
    assert found.records["uncertainty_pct"].tolist()[-1] == 7.0
    assert "uncertainty_pct" not in verdict("water", WATER).records


@pytest.mark.parametrize(("quantities", "is_listed"), [
    ((1200, 2350, 3600, 1150, 2300, 3400), True), ((100, 210, 300, 410, 500, 590), True),
    ((1200, 1150, 1250, 1150, 1100, 1180), False), ((80, 90, 150, 400, 800, 1100), False)])
def test_use_since_a_quarter_or_a_year_began_is_listed(verdict, quantities, is_listed):
    """Each step is about as large as the first number; those of months and of a heating season are not."""
    rows = [{"period_start": f"2024-0{i + 1}-01", "period_end": f"2024-0{i + 1}-28", "date": None, "quantity": str(q)}
            for i, q in enumerate(quantities)]
    assert ("quantity_rises" in verdict("energy", *rows).warned) == is_listed
