"""The explorer: each step adds up to the line that was opened, down to the factor; buttons or a table."""

from __future__ import annotations

import dataclasses
import sys

import pytest

from carbon.core.errors import UsageError
from carbon.core.ghg_protocol import SCOPE2_METHODS

HOSTILE = "<script>window.carbonPwned=1</script>"


def opened(explorer, *path):
    """Every path under `path` with its kg, one step deeper."""
    table = explorer.table(*path)
    return {(*path, key): kg for key, kg in zip(table["key"], table["co2e_kg"], strict=True)}


def buttons(widget, css: str):
    """All buttons of a kind, in the order in which they appear."""
    if css in getattr(widget, "_dom_classes", ()):
        return [widget]
    return [b for child in getattr(widget, "children", ()) for b in buttons(child, css)]


@pytest.mark.parametrize("method", SCOPE2_METHODS)
def test_every_step_adds_up_to_the_line_that_was_opened(inventory, method):
    """Total = scopes = categories = suppliers = rows, at every line of every step, by both scope 2 methods."""
    explorer = inventory.explore(method)
    scopes = opened(explorer)
    assert sum(scopes.values()) == pytest.approx(inventory.total(method), rel=1e-12)
    for scope, scope_kg in scopes.items():
        categories = opened(explorer, *scope)
        assert sum(categories.values()) == pytest.approx(scope_kg, rel=1e-12)
        for category, category_kg in categories.items():
            suppliers = opened(explorer, *category)
            assert sum(suppliers.values()) == pytest.approx(category_kg, rel=1e-12)
            for supplier, supplier_kg in suppliers.items():
                assert sum(opened(explorer, *supplier).values()) == pytest.approx(supplier_kg, rel=1e-12)


def test_a_row_leads_to_its_factor_and_its_record(inventory):
    """The last step has the product, the factor's page and the record's own words."""
    explorer = inventory.explore()
    supplier = explorer.table("3", "1")["key"].iloc[0]
    row = explorer.table("3", "1", supplier).iloc[0]
    detail = explorer.table("3", "1", supplier, "1").set_index(["what", "field"])["value"]

    assert row["quantity"] * row["kg_per_unit"] == pytest.approx(row["co2e_kg"], rel=1e-9)
    assert f"{row['co2e_kg']:,.3f} kg CO2e" in detail["row", ""]
    assert detail["row", "file and line"] == f"{row['source_file']}:{row['source_line']}"
    assert detail["factor", "factor_id"] == row["factor_id"]
    published = inventory.factors.set_index("factor_id").loc[row["factor_id"]]
    assert detail["factor", "page"] == published["page"]
    assert detail["record", "supplier"] == supplier


def test_a_line_that_is_not_there_is_refused_with_those_that_are(inventory):
    """A wrong key, a wrong row number and a path deeper than a factor: the error names what could be opened."""
    explorer = inventory.explore()
    supplier = explorer.table("3", "1")["key"].iloc[0]
    with pytest.raises(UsageError, match="one of"):
        explorer.table("4")
    with pytest.raises(UsageError, match="numbered 1 to"):
        explorer.table("3", "1", supplier, "0")
    with pytest.raises(UsageError, match="deeper"):
        explorer.table("3", "1", supplier, "1", "x")
    with pytest.raises(UsageError, match="location-based"):
        inventory.explore("green")


def test_without_widgets_there_is_a_table_and_a_hint(inventory, monkeypatch):
    """Where ipywidgets is not installed the same object shows a table, and states how to get the buttons."""
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    bundle = inventory.explore()._repr_mimebundle_()

    assert set(bundle) == {"text/plain", "text/html"}
    assert "<table" in bundle["text/html"] and "carbon[widgets]" in bundle["text/html"]
    assert f"{inventory.total(inventory.params.scope2_headline) / 1000:,.1f} t" in bundle["text/plain"]


def test_clicks_lead_down_to_the_factor_and_back(inventory):
    """Four clicks from the total to a factor's page; the trail leads back to any step; the method changes the total."""
    pytest.importorskip("ipywidgets")
    from carbon.accounting.explore_view import View

    view = View(inventory.explore())
    for depth in range(4):
        assert len(view.path) == depth
        buttons(view.box, "carbon-line")[0].click()
    page = inventory.factors.set_index("factor_id")["page"]
    last = view.lines.children[0].value
    assert any(text in last for text in page if text) and "file and line" in last
    buttons(view.box, "carbon-trail")[1].click()
    assert view.path == ("3",)
    view.method.value = "market-based"
    assert view.path == () and view.explorer.scope2_method == "market-based"


def test_more_lines_are_one_click_away(inventory):
    """A long step shows its largest lines first and states how much the others hold; a click shows more of them."""
    pytest.importorskip("ipywidgets")
    from carbon.accounting.explore_view import PAGE, View

    view = View(inventory.explore())
    view._open(("3", "1"))
    count = len(view.explorer.table("3", "1"))
    more = buttons(view.box, "carbon-more")
    assert count > PAGE and more[0].description.startswith(f"{count - PAGE} more")
    more[0].click()
    assert len(buttons(view.box, "carbon-line")) == min(count, 2 * PAGE)


def test_names_in_the_data_stay_text(inventory):
    """A supplier that is written like a script is shown as text in every table (buttons hold text only)."""
    pytest.importorskip("ipywidgets")
    from carbon.accounting.explore_view import View

    renamed = inventory.emissions.assign(supplier=HOSTILE, reason=HOSTILE)
    hostile = dataclasses.replace(inventory, emissions=renamed, company=HOSTILE)
    view = View(hostile.explore())
    view._open(("3", "1", HOSTILE, "1"))

    assert "<script>" not in view.lines.children[0].value
    assert "<script>" not in hostile.explore()._repr_html_()
