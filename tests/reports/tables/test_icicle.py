"""The table of the icicle: each level adds up to the one above it, to the last digit."""

from __future__ import annotations

import dataclasses
import math

import pytest

from carbon.reports.tables.icicle import icicle_table


def test_parts_add_up_to_what_holds_them(studio):
    """Scopes to the headline total, categories to scope 3, suppliers and the rest to their category."""
    table, total = icicle_table(studio), studio.total(studio.params.scope2_headline) / 1000
    scopes = table[table["name"] == ""]
    assert math.fsum(scopes["co2e_t"]) == pytest.approx(total, rel=1e-14)
    categories = table[(table["name"] != "") & (table["supplier"] == "")]
    assert math.fsum(categories["co2e_t"]) == pytest.approx(scopes.set_index("scope").loc["3", "co2e_t"], rel=1e-14)
    parts = table[table["supplier"] != ""].groupby("category")["co2e_t"].agg(math.fsum)
    assert len(parts) and all(categories.set_index("category").loc[c, "co2e_t"] == pytest.approx(t, rel=1e-14)
                              for c, t in parts.items())
    assert scopes["co2e_t"].is_monotonic_decreasing and categories["co2e_t"].is_monotonic_decreasing


def test_figures_are_those_that_explain_takes(studio):
    """Scopes and categories have their ids, suppliers of a category none: the supplier's own figure is over all."""
    ids = icicle_table(studio).set_index("figure_id").index
    assert {"petit-studio/2024/scope1", "petit-studio/2024/3.1"} <= set(ids)
    assert all(i == "" or i.count("/") == 2 for i in ids)


def test_a_total_of_zero_has_no_parts(inventory):
    """A contract that makes scope 2 zero leaves nothing to divide: no line, so nothing is drawn."""
    zero = dataclasses.replace(inventory, emissions=inventory.emissions.assign(co2e_kg=0.0))
    assert len(icicle_table(inventory)) and icicle_table(zero).empty
