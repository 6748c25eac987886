"""ESRS E1."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest
from mean_base import TARGET, mean_t

from carbon.core.ghg_protocol import LOCATION, MARKET, SCOPES
from carbon.reports.filings import (
    esrs_actions,
    esrs_e1,
)
from carbon.reports.words.language import Words


@pytest.fixture
def of_mean_base(make: Any) -> Any:
    return make(targets=[TARGET])


def test_the_filing_counts_from_the_mean_and_names_its_years(of_mean_base: Any, history_of: Any):
    """ESRS E1: milestone and target value of the mean (AR 25 a allows three years); what the base is stands in a
    note.
    """
    history, words = history_of(of_mean_base).restated(), Words("en")
    base = mean_t(history.series(SCOPES, LOCATION))
    lines = esrs_e1.ar48_table(of_mean_base, history, words).set_index("row")
    assert lines.loc["total-location", "pathway_2030_t"] == pytest.approx(base / 2)
    [target] = esrs_actions.targets_table(of_mean_base, history, words).to_dict("records")
    assert (target["base_year_t"], target["target_t"]) == pytest.approx((base, base / 2))
    assert ("Base of the target t", "2018, 2019, 2020 (mean)") in esrs_actions.not_stated(
        of_mean_base, history, [], words)


def test_the_figure_of_the_year_is_its_own_where_an_event_within_it_restates_it(inventory: Any, history: Any):
    """A site bought within the year adds 5 t of months before it to the restated year: scope 1 is filed as the
    inventory has it; its change is that of the restated years, and a line names both totals.
    """
    table, year = history.table, inventory.year
    scope1 = table["scope"].eq("1")
    own = float(inventory.table.loc[inventory.table["scope"] == "1", "co2e_kg"].sum())
    later = SimpleNamespace(table=table.assign(co2e_kg=table["co2e_kg"] + 5000.0 * (scope1 & (table["year"] == year))),
                            recalculated=True)
    row = esrs_e1.ar48_table(inventory, later, Words("en")).set_index("row").loc["scope1"]
    before = float(table.loc[scope1 & (table["year"] == year - 1), "co2e_kg"].sum())
    assert row["current_t"] == pytest.approx(own / 1000)
    assert row["change_share"] == pytest.approx((own + 5000) / before - 1)
    [(_, text)] = esrs_e1.restated_note(inventory, later, Words("en"))
    assert "an event within the year counts for all of it" in text
    assert esrs_e1.restated_note(inventory, history, Words("en")) == []
    of_other = next(m for m in (LOCATION, MARKET) if m != inventory.params.scope2_headline)
    power = SimpleNamespace(table=table.assign(co2e_kg=table["co2e_kg"] + 5000.0 * (
        (table["scope2_method"] == of_other) & (table["year"] == year))))
    [(_, text)] = esrs_e1.restated_note(inventory, power, Words("en"))
    assert f"({of_other})" in text


def test_ar48_milestones_and_changes(inventory: Any, history: Any):
    """Base year 2019 and 2023 from the history, % N / N-1, and the pathway of a target of -42 % by 2030 over 11
    years.
    """
    table = esrs_e1.ar48_table(inventory, history, Words("en")).set_index("row")
    row = table.loc["total-market"]
    kg = history.table.query("scope2_method != @LOCATION").groupby("year")["co2e_kg"].sum()

    assert row["base_year_t"] == pytest.approx(kg[2019] / 1000)
    assert row["current_t"] == pytest.approx(inventory_total(inventory, MARKET))
    assert row["change_share"] == pytest.approx(kg[2024] / kg[2023] - 1)
    assert row["pathway_2030_t"] == pytest.approx(kg[2019] / 1000 * 0.58)
    assert row["annual_target_share"] == pytest.approx(0.42 / 11)
    assert math.isnan(row["pathway_2050_t"])
    assert math.isnan(table.loc["total-location", "pathway_2030_t"])  # the target is on the market-based total
    assert set(table["basis"]) == {"as reported then"}


def inventory_total(inventory: Any, method: str) -> float:
    rows = inventory.emissions[inventory.emissions["scope2_method"].isin(("", method))]
    return rows["co2e_kg"].sum() / 1000


def test_a_target_on_other_scopes_has_a_row_of_its_own(make: Any, history: Any):
    """Scopes 1 and 2 together are no row of AR 48: the target's milestones are not put on another row."""
    target = {"id": "t", "scopes": ["1", "2"], "scope2_method": "location-based", "base_year": 2019,
              "target_year": 2030, "reduction": 0.5}
    table = esrs_e1.ar48_table(make(targets=[target]), history, Words("en")).set_index("row")

    assert table["pathway_2030_t"].notna().sum() == 1
    assert table.loc["target", "pathway_2030_t"] == pytest.approx(table.loc["target", "base_year_t"] / 2)


@pytest.mark.parametrize(("year", "starts", "standard"), [
    (2025, "01-01", ""), (2026, "01-01", "2026 may follow"), (2027, "04-01", "2026 may follow"),
    (2027, "01-01", "2027")])
def test_the_version_of_the_standard_is_that_of_the_first_day(year: int, starts: str, standard: str):
    """By the day on which the financial year begins; with the simplified standards comes what only they ask for."""
    params = SimpleNamespace(reporting_year_starts=starts)
    notes = esrs_e1.version_note(SimpleNamespace(year=year, params=params), Words("en"))
    assert standard in " ".join(text for _, text in notes) and len(notes) == 2 * bool(standard)
