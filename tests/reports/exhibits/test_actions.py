"""What to do next."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from carbon.reports.exhibits import actions
from carbon.reports.tables.plan import plan_table
from carbon.reports.words.language import Words


def test_a_plan_for_other_years_is_not_this_years(small):
    """A report of 2024 shows no plan that starts in 2026; a company without levers.yml shows none."""
    assert small.levers.file.plan.first_year == 2026
    assert actions.plan_for_next_year(small.levers, small.history, 2024) is None
    assert actions.plan_for_next_year(None, small.history, 2025) is None
    assert actions.levers_of_company("no-such-company") is None


def test_money_of_the_plan_has_the_digits_that_costs_carry(small):
    """Investment, running cost and net cost have three digits, and are within one in two hundred of the plan's."""
    shown, exact = small.actions().table, plan_table(small.plan)
    for column in ("capex", "running_per_year", "npv"):
        assert shown[column].to_numpy() == pytest.approx(exact[column].to_numpy(), rel=5e-3)
        assert [float(f"{value:.3g}") for value in shown[column]] == pytest.approx(shown[column].to_list(), rel=1e-12)
    assert (shown["npv"].to_numpy() != exact["npv"].to_numpy()).any()


def test_a_doubt_is_worth_what_the_inventory_says(report):
    """Tonnes and narrowing of an ask are those of the inventory's own table of contributions."""
    own = report.inventory.uncertainty().contributions("total-market")
    own = own[(own["share"] > 0) & ~own["ask"].str.startswith("nothing")].head(8)

    assert report.asks().table["co2e_t"].tolist() == (own["co2e_kg"] / 1000).tolist()
    assert report.asks().table["narrows_share"].tolist() == own["narrows"].tolist()


def test_tonnes_of_advice_are_those_of_the_inventory(report):
    """An ask about a factor names the tonnes that the emission rows of this factor sum to, not a mean of draws."""
    rows = report.inventory.emissions
    rows = rows[rows["kyoto"] & (rows["scope2_method"] != "location-based")]
    table = report.inventory.uncertainty().contributions("total-market").set_index("source_id")["co2e_kg"]
    summed = rows.groupby("factor_id")["co2e_kg"].sum()
    shown = [name for name in summed.index if f"factor:{name}" in table.index]
    assert shown and table[[f"factor:{n}" for n in shown]].to_numpy() == pytest.approx(summed[shown].to_numpy())


@pytest.mark.parametrize(("source", "coarser"), [
    ("model choice:region fallback FR>GB", False), ("model choice:region fallback FR>EU27", False),
    ("model choice:region fallback US-eGRID-RMPA>US", False), ("model choice:region fallback US>US-eGRID-RMPA", True),
    ("model choice:region fallback GLO>FR", True), ("model choice:region fallback EU27>DE", True),
    ("factor:mine", True), ("factor:published", False), ("model choice:vintage 2020", False),
])
def test_no_coarser_factor_is_ever_advised(report, source, coarser):
    """A country's average is not asked for where a zone's is used, nor another figure for a supplier's own."""
    intervals = dataclasses.replace(report.inventory.uncertainty(), _company_tiers={"mine": "supplier-specific"})
    assert intervals.is_coarser(source) is coarser


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(("source", "shown"), [
    ("factor:abc", "Gas"), ("activity data:physical average/air/great circle", ""),
    ("activity data:spend/ACME/x", "ACME"), ("model choice:region fallback FR>GB", "(France, "),
    ("model choice:vintage 2023", "2023"), ("model choice:gwp unstated", ""),
    ("model choice:models x1.2: figaro_2026, sdes_ges501", "2026"),
    ("model choice:grid average FR", "FR"), ("price index:not deflated, prices of 2023", ""),
    ("exchange rate:year_mean GBP>EUR", "GBP → EUR"), ("meter:measured/M-1", "M-1"),
    ("meter:measured/lyon/natural_gas/m1", "lyon, "),
    ("supplier estimate:estimated/ACME", "ACME"), ("survey scale-up:extrapolated/commuting", "commuting")])
def test_every_kind_of_doubt_is_asked_for_in_words(source: str, shown: str, language: str):
    """No id of a source of doubt reaches a reader; what it is of does."""
    words = Words(language)
    text = actions._ask(source, pd.Series({"abc": "Gas"}), words, {"Sole Trader": words("supplier.unnamed")})

    assert shown in text
    assert not any(raw in text for raw in (":", "_", "/", ">", "model choice", "fallback", "deflated", "unstated"))


@pytest.mark.parametrize("source", ["supplier estimate:estimated/Sole Trader", "activity data:spend/Sole Trader/x"])
def test_a_supplier_that_is_not_named_is_asked_for_without_its_name(source: str):
    """Below `suppliers_named_from` the question states that its supplier has no name here."""
    text = actions._ask(source, pd.Series(dtype="str"), Words("en"), {"Sole Trader": "a supplier that is not named"})
    assert "Sole Trader" not in text and "a supplier that is not named" in text
