"""Amounts of European datapoints."""

from __future__ import annotations

import math
from typing import Any

import pytest
from example_filings import each_example, example
from made_company import METERED, made_inventory

from carbon.core.ghg_protocol import LOCATION, MARKET
from carbon.reports.filings.amounts import NOT_ASKED, Amount, amounts_of, derived
from carbon.reports.filings.energy import energy_table

TARGETS = [{"id": t, "label": {"en": t}, "scopes": s, "scope2_method": LOCATION, "base_year": 2019, "target_year": 2030,
            "reduction": 0.5} for t, s in (("direct", ["1"]), ("both", ["1", "2"]), ("chain", ["3"]))]


def amounts(inventory: Any, history: Any) -> dict[str, Amount]:
    return amounts_of(inventory, history, energy_table(inventory))


@each_example
def test_amounts_of_the_examples_are_the_figures_of_the_report(company: str, year: int):
    """To the last bit: scopes, categories and both totals as the inventory has them; no figure is none here."""
    inv = example(company, year)
    table = inv.table.assign(gwp=inv.params.gwp, boundary="", source="")
    history = type("Plain", (), {"table": table, "recalculated": False})
    found = amounts(inv, history)

    for (scope, category, method), row in inv.table.set_index(["scope", "category", "scope2_method"]).iterrows():
        of_method = f"-{method.removesuffix('-based')}" if method else ""
        name = f"3.{category}" if scope == "3" else f"scope{scope}{of_method}"
        if row["rows"]:
            assert found[name].value == row["co2e_kg"] / 1000, name
        else:
            assert math.isnan(found[name].value) and found[name].gap == "no_figure", name
    for word, method in (("location", LOCATION), ("market", MARKET)):
        assert found[f"total-{word}"].value == inv.total(method) / 1000
    assert found["total-location"].figures == f"{company}/{year}/total-location"


def test_base_year_and_targets_by_scope(make: Any, history: Any):
    """The base year is that of the history; a target on scope 1, on 1 and 2, and on 3 each has its amount."""
    found = amounts(make(targets=TARGETS), history)
    kg = history.table[history.table["year"] == 2019].groupby(["scope", "scope2_method"])["co2e_kg"].sum() / 1000

    assert found["scope1@base"].value == pytest.approx(kg["1", ""])
    assert found["scope12-location@base"].value == pytest.approx(kg["1", ""] + kg["2", LOCATION])
    assert found["scope12-location@target"].value == pytest.approx((kg["1", ""] + kg["2", LOCATION]) / 2)
    assert found["scope3@target"].value == pytest.approx(kg["3", ""] / 2)
    assert (found["base_year"].value, found["target_year"].value) == (2019, 2030)
    assert found["scope2-location@target"].gap == "targets_by_scope", "a target on scopes 1 and 2 is none on scope 2"
    apart = amounts(make(targets=[TARGETS[0], {**TARGETS[2], "target_year": 2040}]), history)
    assert apart["base_year"].gap == "target_years" and "scope1@base" not in apart


def test_an_intensity_needs_revenue_and_all_its_scopes():
    """t / revenue: of all scopes where scope 3 has a figure, else of 1 and 2; none without revenue or a scope."""
    given = {"scope1": Amount(1.0, 2024, "a"), "scope2-location": Amount(2.0, 2024, "b"),
             "scope2-market": Amount(math.nan, 2024, gap="no_figure"), "scope3": Amount(3.0, 2024, "c")}
    revenue = {"revenue": Amount(1000.0, 2024)}
    found = derived(given | revenue)
    silent = derived(given | {"revenue": Amount(math.nan, 2024, gap="no_revenue")})
    two = derived(given | revenue | {"scope3": Amount(math.nan, 2024, gap="no_figure")})

    assert (found["intensity-location"].value, found["intensity12-location"].gap) == (0.006, NOT_ASKED)
    assert found["intensity-market"].gap == "no_figure" and silent["intensity-location"].gap == "no_revenue"
    assert (two["intensity12-location"].value, two["total-location"].gap) == (0.003, "no_figure")
    assert found["total-location"].figures == "a b c"


def test_two_sites_in_two_countries(tmp_path: Any):
    """Each country's electricity counts by its own grid, and the MWh add up: 1 + 2 MWh and 500 m3 of gas."""
    year = "2024-01-01,2024-12-31"
    inv = made_inventory(tmp_path, {"energy": f"{METERED}{year},lyon,electricity,1000,kWh,x,m1\n"
                                              f"{year},london,electricity,2,MWh,x,m3\n{year},london,natural_gas,500,m3,x,m2\n"},
                         sites="{lyon: FR, london: GB}")
    table = energy_table(inv)
    found = amounts(inv, type("Plain", (), {"table": inv.table}))

    assert table.set_index(["energy_kind", "region"])["mwh"].to_dict() == {
        ("electricity", "FR"): 1.0, ("electricity", "GB"): 2.0, ("fuel", "GB"): pytest.approx(5.05, abs=0.02)}
    assert found["scope2-location"].value == inv.emissions.query("scope2_method == @LOCATION")["co2e_kg"].sum() / 1000
    assert found["energy"].value == pytest.approx(table["mwh"].sum())
    assert found["energy"].figures == "made/2024/scope1 made/2024/scope2-location"
