"""The impact of each item by hand, in climate change and in a user's criteria."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from carbon.core.digital_tables import MULTICRITERIA
from carbon.core.errors import TableError
from carbon.digital.electricity import given_grid
from carbon.digital.services.service import service

FR = given_grid(0.05, zone="FR", year=2025, source="a test")


def test_each_item_by_hand(cell, run):
    """Every formula once, with its arithmetic."""
    result = run()
    # 1000 x 10 h x 185.09 / (365 x 5 x 3)
    assert cell(result, "terminals", "embodied", "laptop") == pytest.approx(10_000 * 185.09 / 5475)
    # 10,000 h x 26.5 W / 1000 x 0.05
    assert cell(result, "terminals", "use", "laptop") == pytest.approx(13.25)
    # 2000 GB x 0.75 x 9.26934695867389 / 1000, and x 0.25 x 24.6836791969497
    assert cell(result, "network", "life cycle", "fixed") == pytest.approx(1.5 * 9.26934695867389)
    assert cell(result, "network", "life cycle", "mobile") == pytest.approx(0.5 * 24.6836791969497)
    assert cell(result, "data centre", "embodied", "servers") == pytest.approx(2 * 748 / 5)
    # 2 x (0.0358 x 355/5 + 1.468 x 367/5 + 0.286 x 41.2/5 + 0.68 x 187/25)
    gear = 0.0358 * 355 / 5 + 1.468 * 367 / 5 + 0.286 * 41.2 / 5 + 0.68 * 187 / 25
    assert cell(result, "data centre", "embodied", "gear and room") == pytest.approx(2 * gear)
    assert cell(result, "data centre", "embodied", "disks") == pytest.approx(4 * 144 / 5)
    # 2 x 400 W / 1000 x 8760 h x 1.5 x 0.05; 4 disks of 6 W
    assert cell(result, "data centre", "use", "servers") == pytest.approx(525.6)
    assert cell(result, "data centre", "use", "disks") == pytest.approx(4 * 6 / 1000 * 8760 * 1.5 * 0.05)


def test_a_zone_without_network_factor_is_not_covered_or_a_named_stand_in(ask, cell):
    """Spain has none: the network is missing, the sum is "at least"; the European factor when it is named."""
    es = given_grid(0.15, zone="ES", year=2025, source="a test")
    bare = service(ask(zone="ES"), grid_users=es, grid_datacentre=FR)
    assert not bare.total()[3] and "at least" in bare.words
    assert not bare.by("tier").set_index("tier").loc["network", "covered"]
    named = service(ask(zone="ES", network_zone="EU"), grid_users=es, grid_datacentre=FR)
    assert cell(named, "network", "life cycle", "fixed") == pytest.approx(1.5 * 30.8081869990301)
    assert any("EU replaces ES" in n for n in named.notes)


def criteria(rows):
    table = pd.DataFrame(rows, columns=list(MULTICRITERIA.columns))
    kinds = {"number": "float64", "amount": "float64", "text": "str"}
    return table.astype({c: kinds[k] for c, k in MULTICRITERIA.columns.items()})


MINERALS = ("resource_minerals", "kg Sb eq")


def user_factors():
    nan = math.nan
    return criteria([
        ("laptop", "manufacture", MINERALS[0], 0.01, nan, nan, MINERALS[1], "unit", 5, "FR", "sheet", "own"),
        ("server", "manufacture", MINERALS[0], 0.2, nan, nan, MINERALS[1], "unit", 5, "FR", "sheet", "own"),
        ("electricity", "use", MINERALS[0], 1e-8, nan, nan, MINERALS[1], "kWh", nan, "FR", "sheet", "own"),
    ])


def test_absent_criteria_are_not_covered_in_the_table_and_the_sum(run):
    """Without factors: no row covered, no total, no share of a budget; never zero."""
    result = run()
    rows = result.table[result.table["criterion"] == "acidification"]
    assert not rows["covered"].any() and rows["value"].isna().all()
    assert math.isnan(result.total("acidification")[0])
    budgets = result.budgets().set_index("criterion")
    assert math.isnan(budgets.loc["acidification", "person_budgets"]) and not budgets.loc["acidification", "whole"]


def test_a_users_factors_give_a_criterion_at_least(run):
    """Laptops, servers and electricity are given; the network, gear and disks are not: the sum is a lower bound."""
    result = run(factors=user_factors())
    rows = result.table[result.table["criterion"] == "resource_minerals"].set_index(["tier", "step", "item"])
    assert rows.loc[("terminals", "embodied", "laptop"), "value"] == pytest.approx(10_000 * 0.01 / 5475)
    assert rows.loc[("data centre", "embodied", "servers"), "value"] == pytest.approx(2 * 0.2 / 5)
    assert not rows.loc[("network", "life cycle", "fixed"), "covered"]
    assert result.total("resource_minerals")[3] is False


@pytest.mark.parametrize(("column", "word"), [("criterion", "beauty"), ("unit", "kg"), ("per", "GB"), ("licence", ""),
                                              ("step", "assembly")])
def test_an_unknown_word_in_a_users_factors_is_an_error(column, word, run):
    """Never a skipped row."""
    bad = user_factors()
    bad.loc[0, column] = word
    with pytest.raises(TableError):
        run(factors=bad)


def test_no_disks_have_no_impact_with_or_without_a_factor(run):
    """A user's table without disks: four disks are not covered, none are zero."""
    for disks, covered in ((4, False), (0, True)):
        table = run(factors=user_factors(), storage=[{"disks": disks}]).table
        rows = table[(table["criterion"] == "resource_minerals") & (table["item"] == "disks")].set_index("step")
        assert bool(rows.loc["embodied", "covered"]) is covered
    assert rows.loc["embodied", "value"] == 0
