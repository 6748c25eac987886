"""Tables of a fleet of devices."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from carbon.reports.tables import fleet as fleet_tables
from carbon.reports.words.language import Words


def test_counts_are_exact_and_views_apart(fleet):
    """Each view in its own column, with three digits and a range in words."""
    table = fleet_tables.fleet_lines(fleet, Words("en")).set_index("device")
    assert table.loc["all", "stock"] == fleet.figure("devices in stock")
    assert table.loc["all", "spread"].startswith("about ") and " (between " in table.loc["all", "spread"]
    assert table.loc["all", "spread"] != table.loc["all", "year_of_purchase"]


def test_quarters_end_with_the_reporting_year(fleet):
    """Twelve quarters, the last that of the year's last day; a year that starts in April ends in the next March."""
    quarters = fleet_tables.purchases_by_quarter(fleet, "01-01")["quarter"]
    assert quarters.nunique() == fleet_tables.QUARTERS
    assert quarters.max() == pd.Period(f"{fleet.year}Q4")
    april = fleet_tables.purchases_by_quarter(fleet, "04-01")["quarter"].max()
    assert str(april) in (f"{fleet.year}Q1", f"{fleet.year + 1}Q1")


def test_a_life_that_is_not_longer_changes_nothing(fleet):
    """Each line has a longer life and buys less; the carbon of today less that of then is what it avoids."""
    table, kg = fleet_tables.longer_lives(fleet), fleet_tables.kg_by_life(fleet)
    assert len(table) and (table["kept_years"] > table["today_years"]).all()
    assert (table["bought_then"] < table["bought_today"]).all()
    by_life = kg.groupby("life")["co2e_t"].sum()
    longest = table[table["kept_years"] == table["kept_years"].max()]
    assert by_life[0] - by_life[longest["kept_years"].iloc[0]] == pytest.approx(longest["avoided_co2e_kg"].sum() / 1000)


def test_the_story_states_what_its_ratios_divide(fleet):
    """A reader can do the division: the headcount of the devices a person, the exits that a second life counts of."""
    lines = fleet_tables.story_lines(fleet, Words("en"))["what"]
    parts = fleet.headline.set_index("figure")[["numerator", "denominator"]]
    people, (reused, young) = parts.loc["devices per employee", "denominator"], parts.loc["reuse rate"]
    assert f"headcount: {people:g})" in lines[0]
    assert young != fleet.figure("retired")
    assert any(f"Up to ten years old: {young:.0f}, including {reused:.0f} " in line for line in lines)


def test_a_device_of_no_known_kind_is_in_the_story(fleet):
    """What no figure of computers, screens or phones counts has its number; without any there is no sentence."""
    strange = fleet.devices.assign(category=fleet.devices["category"].replace("printer", "Plotter"))
    strange["embodied_kg"] = strange["embodied_kg"].mask(strange["category"] == "Plotter")
    count = int((strange["in_stock"] & (strange["category"] == "Plotter")).sum())
    lines = fleet_tables.story_lines(replace(fleet, devices=strange), Words("en"))["what"]
    assert count and lines.str.contains(f"not known yet (Plotter): {count}.", regex=False).sum() == 1
    assert not fleet_tables.story_lines(fleet, Words("en"))["what"].str.contains("not known yet").any()


def test_purchases_of_less_than_one_a_year_keep_two_decimals(fleet):
    """A quarter of a device a year is not printed as a fifth: both columns are within half a hundredth."""
    table, lines = fleet_tables.longer_lives(fleet), fleet_tables.longer_lines(fleet, Words("en"))
    for column in ("bought_today", "bought_then"):
        assert lines[column].astype("float64").to_numpy() == pytest.approx(table[column].to_numpy(), abs=0.00501)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_story_has_the_figures_of_the_tables(fleet, language: str):
    """Stock, purchases and exits of the year are those of the headline."""
    words = Words(language)
    text = " ".join(fleet_tables.story_lines(fleet, words)["what"])
    for name in ("devices in stock", "bought", "retired"):
        assert words.number(fleet.figure(name)) in text
    assert "{" not in text and words.number(fleet.figure("mean age"), 1) in text
