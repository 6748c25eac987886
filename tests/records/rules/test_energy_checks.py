"""Checks of meters: units of a carrier, days read twice, days without a reading."""

from __future__ import annotations

import pytest

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
