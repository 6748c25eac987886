"""The explorer: each step adds up to the line that was opened, down to the factor; buttons or a table."""

from __future__ import annotations

import sys

import pytest

from carbon.core.errors import UsageError
from carbon.core.ghg_protocol import SCOPE2_METHODS


def opened(explorer, *path):
    """Every path under `path` with its kg, one step deeper."""
    table = explorer.table(*path)
    return {(*path, key): kg for key, kg in zip(table["key"], table["co2e_kg"], strict=True)}


@pytest.mark.parametrize("method", SCOPE2_METHODS)
def test_every_step_adds_up_to_the_line_that_was_opened(petit_studio, method):
    """Total = scopes = categories = suppliers = rows, at every line of every step, by both scope 2 methods."""
    explorer = petit_studio.explore(method)
    scopes = opened(explorer)
    assert sum(scopes.values()) == pytest.approx(petit_studio.total(method), rel=1e-12)
    for scope, scope_kg in scopes.items():
        categories = opened(explorer, *scope)
        assert sum(categories.values()) == pytest.approx(scope_kg, rel=1e-12)
        for category, category_kg in categories.items():
            suppliers = opened(explorer, *category)
            assert sum(suppliers.values()) == pytest.approx(category_kg, rel=1e-12)
            for supplier, supplier_kg in suppliers.items():
                assert sum(opened(explorer, *supplier).values()) == pytest.approx(supplier_kg, rel=1e-12)


def test_a_row_leads_to_its_factor_and_its_record(petit_studio):
    """The last step has the product, the factor's page and the record's own words."""
    explorer = petit_studio.explore()
    supplier = explorer.table("3", "1")["key"].iloc[0]
    row = explorer.table("3", "1", supplier).iloc[0]
    detail = explorer.table("3", "1", supplier, "1").set_index(["what", "field"])["value"]

    assert row["quantity"] * row["kg_per_unit"] == pytest.approx(row["co2e_kg"], rel=1e-9)
    assert f"{row['co2e_kg']:,.3f} kg CO2e" in detail["row", ""]
    assert detail["row", "file and line"] == f"{row['source_file']}:{row['source_line']}"
    assert detail["factor", "factor_id"] == row["factor_id"]
    published = petit_studio.factors.set_index("factor_id").loc[row["factor_id"]]
    assert detail["factor", "page"] == published["page"]
    assert detail["record", "supplier"] == supplier


def test_a_line_that_is_not_there_is_refused_with_those_that_are(petit_studio):
    """A wrong key, a wrong row number and a path deeper than a factor say what could be opened."""
    explorer = petit_studio.explore()
    supplier = explorer.table("3", "1")["key"].iloc[0]
    with pytest.raises(UsageError, match="one of"):
        explorer.table("4")
    with pytest.raises(UsageError, match="numbered 1 to"):
        explorer.table("3", "1", supplier, "0")
    with pytest.raises(UsageError, match="deeper"):
        explorer.table("3", "1", supplier, "1", "x")
    with pytest.raises(UsageError, match="location-based"):
        petit_studio.explore("green")


def test_without_widgets_there_is_a_table_and_a_hint(petit_studio, monkeypatch):
    """Where ipywidgets is not installed the same object shows a table, and says how to get the buttons."""
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    bundle = petit_studio.explore()._repr_mimebundle_()

    assert set(bundle) == {"text/plain", "text/html"}
    assert "<table" in bundle["text/html"] and "carbon-trajectory[widgets]" in bundle["text/html"]
    assert f"{petit_studio.total(petit_studio.params.scope2_headline) / 1000:,.1f} t" in bundle["text/plain"]
