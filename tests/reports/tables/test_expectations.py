"""Readers' tables of what was expected."""

from __future__ import annotations

import dataclasses

import pytest
from breaches_found import EACH, breaches

from carbon.reports.tables.expectations import breaches_table, expectations_table
from carbon.reports.words.language import Words


def test_every_breach_has_its_line_in_the_readers_units(inventory):
    """Shares in percent, a total in tonnes, tonnes at stake; a unit of its own for each."""
    table = breaches_table(dataclasses.replace(inventory, found=breaches(*EACH)), words=Words("en"))

    assert len(table) == len(EACH)
    lines = table.set_index("measure")[["measured", "unit", "at_stake_t"]]
    assert lines.loc["share of repeated amounts"].tolist() == [50.0, "%", pytest.approx(4.42)]
    assert lines.loc["emissions"].tolist() == [-45.0, "t CO₂e", 90.0]
    assert lines.loc["price"].tolist()[:2] == [2.3, "per kWh (higher heating value)"]
    assert lines.loc["months with records"].tolist()[:2] == [9.0, ""]


def test_the_largest_measures_come_first_and_a_breach_is_never_cut(studio):
    """Measures with a band and amounts that nothing holds, by emissions; all that are out of line are listed, however
    few lines are asked for.
    """
    table = expectations_table(studio, words=Words("fr"), n=12)
    expected = studio.expectations()
    known = expected["low"].notna() | expected["high"].notna() | (expected["held_against"] == "nothing")

    assert len(table) == 12 and table["co2e_t"].abs().is_monotonic_decreasing
    assert table["co2e_t"].iloc[0] == pytest.approx(expected.loc[known, "co2e_kg"].abs().max() / 1000)
    assert "années antérieures" in set(expectations_table(studio, words=Words("fr"), n=len(expected))["held_against"])
    broken = expected.assign(breach=["out"] * 20 + [""] * (len(expected) - 20))
    patched = dataclasses.replace(studio)
    vars(patched)["expected"] = dataclasses.replace(studio.expected, table=broken)
    assert len(expectations_table(patched, words=Words("fr"), n=3)) == (broken["breach"].ne("") & known).sum()
