"""Comparing two releases: what changed, and the tonnes it moves."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from carbon.core.errors import TableError
from carbon.factors import diff, library
from carbon.params.shapes.company import FactorPolicy, Vintage

GAS = "desnz-2026-gb-natural_gas-kwh_hhv"
POLICY = FactorPolicy(release="", regions={}, vintage=Vintage(later="allow", max_gap=5), price_basis="strict",
                      deflator="none")


@pytest.fixture(scope="module")
def old() -> library.Library:
    return library.load()


def with_table(old: library.Library, table: pd.DataFrame) -> library.Library:
    return replace(old, release="next", table=table)


def activities(*rows: tuple[str, float, str, str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["activity", "quantity", "unit", "region"]).assign(year=2026, scope="1")
    return table.astype({"activity": "str", "unit": "str", "region": "str", "scope": "str", "year": "int64"})


def moved(rows: pd.DataFrame, old: library.Library, new: library.Library) -> pd.DataFrame:
    return diff.tonnes_moved(rows, old, new, policy=POLICY, gwp="AR5GWP100", allow_mixed_gwp=["desnz"],
                             non_co2="as_published")


def test_the_same_table_has_no_difference(old: library.Library):
    """Empty cells are equal to empty cells."""
    assert diff.compare(old.table, old.table.sample(frac=1, random_state=1)).empty


def test_added_removed_and_changed_are_told_apart(old: library.Library):
    """One figure doubled, one factor gone, one new; the decoys around them are not listed."""
    table = old.table
    gas = table["factor_id"].eq(f"{GAS}-combustion")
    new = table.assign(co2e_kg=table["co2e_kg"].mask(gas, 2 * table["co2e_kg"])).iloc[1:]
    new = pd.concat([new, table.iloc[[0]].assign(factor_id="new", element_id="new")], ignore_index=True)
    found = diff.compare(table, new)
    assert found["change"].tolist() == ["added", "changed", "removed"]
    assert found["factor_id"].tolist() == ["new", f"{GAS}-combustion", table["factor_id"].iloc[0]]
    changed = found.iloc[1]
    assert changed["columns"] == "co2e_kg" and changed["change_pct"] == pytest.approx(100)


def test_tonnes_moved_are_quantity_times_the_change(old: library.Library):
    """10,000 kWh of gas (HHV) x 0.01 kg more = 0.1 t; diesel stays and is not listed."""
    gas = old.table["factor_id"].eq(f"{GAS}-combustion")
    columns = old.table.assign(co2e_kg=old.table["co2e_kg"] + 0.01 * gas)
    rows = activities(("natural_gas", 4000, "kWh_HHV", "GB"), ("natural_gas", 6000, "kWh_HHV", "GB"),
                      ("diesel", 100, "L", "GB"))
    found = moved(rows, old, with_table(old, columns))
    assert found["activity"].tolist() == ["natural_gas"] and found["quantity"].item() == 10000
    assert found["moved_t"].item() == pytest.approx(0.1)
    # 10,000 x (0.18231 + 0.03021) / 1000 = 2.1252 t before
    assert found["old_t"].item() == pytest.approx(2.1252)
    assert found["why"].item() == "the factor's figure changed"


def test_a_factor_that_goes_is_listed_with_its_whole_tonnes(old: library.Library):
    """Nothing unmatched counts as no change."""
    new = with_table(old, old.table[~(old.table["activity"].eq("diesel") & old.table["region"].eq("GB"))])
    found = moved(activities(("diesel", 1000, "L", "GB")), old, new)
    assert found["why"].item().startswith("no factor any more: ") and pd.isna(found["new_t"].item())
    # 1,000 L x (2.58354 + 0.61101) kg / 1000
    assert found["moved_t"].item() == pytest.approx(-3.19455)


def test_another_element_chosen_is_named(old: library.Library):
    """A newer edition takes over: both elements are named."""
    without = old.table[~(old.table["activity"].eq("natural_gas") & old.table["source_id"].eq("desnz_2026"))]
    found = moved(activities(("natural_gas", 1000, "kWh_HHV", "GB")), with_table(old, without), old)
    assert found["why"].item() == "another factor is chosen"
    assert found["old_elements"].item() == GAS.replace("2026", "2025") and found["new_elements"].item() == GAS


def test_markdown_escapes_bars(old: library.Library):
    """A bar in a label does not break the table."""
    text = diff.to_markdown(pd.DataFrame({"a|b": [1.23456789], "c": ["x|y"]}).rename(columns={"a|b": "a"}))
    assert text == "| a | c |\n| --- | --- |\n| 1.23457 | x\\|y |\n"


def test_factors_contract_is_checked(old: library.Library):
    """A table that is no factor table is refused."""
    with pytest.raises(TableError, match="missing columns"):
        diff.compare(old.table.drop(columns="part"), old.table)
