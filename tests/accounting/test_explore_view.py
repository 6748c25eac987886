"""The explorer's buttons: clicks lead down to a factor and back, and names stay text."""

from __future__ import annotations

import dataclasses

import pytest
from contrast import contrast

from carbon.accounting.explore_view import BAR, COLOURS

HOSTILE = "<script>window.carbonPwned=1</script>"


def buttons(widget, css: str):
    """All buttons of a kind, in the order in which they stand."""
    if css in getattr(widget, "_dom_classes", ()):
        return [widget]
    return [b for child in getattr(widget, "children", ()) for b in buttons(child, css)]


def test_clicks_lead_down_to_the_factor_and_back(petit_studio):
    """Four clicks from the total to a factor's page; the trail leads back to any step; the method changes the total."""
    pytest.importorskip("ipywidgets")
    from carbon.accounting.explore_view import View

    view = View(petit_studio.explore())
    for depth in range(4):
        assert len(view.path) == depth
        buttons(view.box, "carbon-line")[0].click()
    page = petit_studio.factors.set_index("factor_id")["page"]
    last = view.lines.children[0].value
    assert any(text in last for text in page if text) and "file and line" in last
    buttons(view.box, "carbon-trail")[1].click()
    assert view.path == ("3",)
    view.method.value = "market-based"
    assert view.path == () and view.explorer.scope2_method == "market-based"


def test_more_lines_are_one_click_away(petit_studio):
    """A long step shows its largest lines first and says how much the others hold; a click shows more of them."""
    pytest.importorskip("ipywidgets")
    from carbon.accounting.explore_view import PAGE, View

    view = View(petit_studio.explore())
    view._open(("3", "1"))
    count = len(view.explorer.table("3", "1"))
    more = buttons(view.box, "carbon-more")
    assert count > PAGE and more[0].description.startswith(f"{count - PAGE} more")
    more[0].click()
    assert len(buttons(view.box, "carbon-line")) == min(count, 2 * PAGE)


def test_names_in_the_data_stay_text(petit_studio):
    """A supplier that is written like a script is shown as text in every table (buttons hold text only)."""
    pytest.importorskip("ipywidgets")
    from carbon.accounting.explore_view import View

    renamed = petit_studio.emissions.assign(supplier=HOSTILE, reason=HOSTILE)
    hostile = dataclasses.replace(petit_studio, emissions=renamed, company=HOSTILE)
    view = View(hostile.explore())
    view._open(("3", "1", HOSTILE, "1"))

    assert "<script>" not in view.lines.children[0].value
    assert "<script>" not in hostile.explore()._repr_html_()


def test_the_icicle_is_as_high_as_the_tonnes_and_opens_what_is_clicked(petit_studio):
    """Three columns at the total, one fewer at each step, none at the rows; what is small is one part without a
    name, and what is thin has its name at the pointer alone; the pointer shows tonnes and share.
    """
    pytest.importorskip("ipywidgets")
    from carbon.accounting.explore_view import View

    view = View(petit_studio.explore("market-based"))
    scopes = view.explorer.table()
    drawn = [float(box.layout.flex.split()[0]) for box in view.icicle.children]
    assert sum(drawn) == pytest.approx(scopes["co2e_kg"].sum())
    assert drawn[:2] == pytest.approx(scopes["co2e_kg"].head(2).tolist())
    part = buttons(view.icicle, "carbon-part")[1]
    assert "t CO2e" in part.tooltip and "% of the total" in part.tooltip
    part.click()
    assert view.path == ("3", "1")
    assert len(buttons(view.icicle, "carbon-part")) < len(view.explorer.table("3", "1"))
    thin = [each for each in buttons(view.icicle, "carbon-part") if not each.description]
    assert thin and all("Atelier" not in each.tooltip and " t CO2e" in each.tooltip for each in thin)
    buttons(view.icicle, "carbon-part")[0].click()
    assert len(view.path) == 3 and view.icicle.children == ()


@pytest.mark.parametrize("colour", [*COLOURS.values(), BAR])
def test_parts_are_read_and_seen_on_light_and_dark_themes(colour: str):
    """WCAG AA: 4.5 for the white letters of a part, 3 between a part and the page of JupyterLab, white or #111."""
    assert contrast(colour, "#ffffff") >= 4.5 and contrast(colour, "#111111") >= 3
