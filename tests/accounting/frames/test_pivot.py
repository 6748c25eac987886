"""Pivots: every total is that of the inventory, and what is not listed is in a line of its own."""

import math

import numpy as np
import pytest

from carbon.core.errors import UsageError

METHOD = "market-based"


@pytest.mark.parametrize(("rows", "columns"), [
    ("supplier", "quarter"), ("category_name", "scope"), (["site", "kind"], "month"), ("route", "cabin"),
    ("scope", None), (None, "month")])
def test_totals_are_the_inventory_s_and_lines_sum_to_them(petit_studio, rows, columns):
    """The grand total to the last bit; rows, columns and cells to it, others included."""
    table = petit_studio.pivot(rows, columns, "co2e_kg", scope2_method=METHOD, top=3)
    assert table.iloc[-1, -1] == petit_studio.total(METHOD)
    cells = table.iloc[:-1 if rows else None, :-1 if columns else None]
    assert math.fsum(np.nan_to_num(cells.to_numpy()).ravel()) == pytest.approx(petit_studio.total(METHOD), rel=1e-12)
    if rows and columns:
        assert np.nansum(cells, axis=1) == pytest.approx(table.iloc[:-1, -1].to_numpy(), rel=1e-12)
        assert np.nansum(cells, axis=0) == pytest.approx(table.iloc[-1, :-1].to_numpy(), rel=1e-12)


def test_the_largest_words_are_listed_and_the_rest_is_one_line(petit_studio):
    """Of suppliers so many by size; of scopes and categories all, in their order; without `others` in the total."""
    whole = petit_studio.pivot("supplier", scope2_method=METHOD, top=None)["co2e_t"]
    some = petit_studio.pivot("supplier", scope2_method=METHOD, top=2)["co2e_t"]
    assert some.index.tolist() == [*whole.index[:2], "others", "total"]
    assert some["others"] == pytest.approx(whole.iloc[2:-1].sum(), rel=1e-12)
    bare = petit_studio.pivot("supplier", scope2_method=METHOD, top=2, others=False)["co2e_t"]
    assert bare.index.tolist() == [*whole.index[:2], "total"] and bare["total"] == whole["total"]
    assert petit_studio.pivot("scope", scope2_method=METHOD, top=1).index.tolist() == ["1", "2", "3", "total"]


def test_no_row_is_no_zero(petit_studio):
    """A cell without rows has no number; a category that the company left out is not listed as 0."""
    table = petit_studio.pivot("category", "scope", scope2_method=METHOD)
    assert np.isnan(table.loc[6, "1"]) and 11 not in table.index


def test_quantities_of_one_unit_have_a_sum(hand):
    """1,000 kWh by half year, once though losses and upstream repeat them; of several units none is given."""
    where = {"activity": "electricity"}
    kwh = hand.pivot("activity", "quarter", "quantity", scope2_method=METHOD, where=where)
    assert kwh.loc["electricity", "total"] == 1000.0
    assert kwh.loc["electricity", "2024-Q1"] == pytest.approx(600 * 91 / 182, rel=1e-12)
    with pytest.raises(UsageError, match="have no sum"):
        hand.pivot("activity", values="quantity", scope2_method=METHOD)


def test_a_condition_on_months_counts_the_days_in_them(hand):
    """What a pivot has of a month or quarter in its columns is what it has by a condition on it, bills of a half year
    included: 600 kWh over 182 days have 31 of them in March.
    """
    by_month = hand.pivot("kind", "month", "co2e_kg", scope2_method=METHOD, top=None)
    for month in by_month.columns.drop("total"):
        of_month = hand.pivot("kind", values="co2e_kg", scope2_method=METHOD, where={"month": month})["co2e_kg"]
        assert of_month.to_dict() == by_month[month].dropna().to_dict()
    quarter = hand.pivot("kind", values="co2e_kg", scope2_method=METHOD, where={"quarter": "2024-Q1"})
    months = hand.pivot("kind", values="co2e_kg", scope2_method=METHOD, where={"month": "2024-0[1-3]"})
    assert quarter.loc["total", "co2e_kg"] == months.loc["total", "co2e_kg"]
    where = {"activity": "electricity", "month": "2024-03"}
    kwh = hand.pivot("activity", values="quantity", scope2_method=METHOD, where=where)
    assert kwh.loc["total", "quantity"] == pytest.approx(600 * 31 / 182, rel=1e-12)


@pytest.mark.parametrize(("call", "words"), [
    ({"rows": "sit"}, "did you mean 'site'"), ({"rows": "site", "values": "kg"}, "co2e_t, co2e_kg, quantity"),
    ({}, "neither"), ({"rows": "site", "where": {"kind": "fleet"}}, "kind is one of"),
    ({"rows": "site", "where": "lyon"}, "names no column")])
def test_a_pivot_that_cannot_be_made_states_why(hand, call, words):
    """The nearest name, the values there are."""
    with pytest.raises(UsageError, match=words):
        hand.pivot(**call, scope2_method=METHOD)
