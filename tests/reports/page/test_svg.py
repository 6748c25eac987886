"""A drawing in a page: shapes, texts and numbers come through, nothing else does, and no two share an id."""

from __future__ import annotations

import re

import matplotlib as mpl
import pytest
from nbformat import v4
from text_of_page import render

from carbon.reports.exhibits.registry import is_shown
from carbon.reports.page.font import NAME
from carbon.reports.page.html import CSP
from carbon.reports.page.svg import clean_svg

mpl.use("agg")
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9"'
LIVE = (
    "<script>window.carbonPwned=1</script>", "<foreignObject><p>x</p></foreignObject>",
    '<image href="data:image/png,x"/>',
    '<a href="https://evil.example"><text>x</text></a>', "<style>* { fill: red }</style>", '<set attributeName="x"/>',
    '<animate attributeName="href" to="javascript:1"/>', '<g onload="alert(1)"><path d="M 0 0"/></g>',
    '<path d="M 0 0" style="fill: url(https://evil.example/#a)"/>', '<use xlink:href="https://evil.example/#a"/>',
    '<use xlink:href="#own" style="background: url(//evil.example)"/>', '<path d="M 0 0" fill="url(javascript:1)"/>',
    '<text x="1" y="1" style="font-family: url(#a)">kept</text>', '<path class="hero" tabindex="0" d="M 0 0"/>',
    '<g data-figure-id="a/2024/total-location" data-value="1"><path d="M 0 0"/></g>',
)


def drawing(inner: str, attributes: str = "") -> str:
    return f"{HEAD} {attributes}>{inner}</svg>"


@pytest.mark.parametrize("inner", LIVE)
def test_what_lives_or_leads_elsewhere_is_left_out(inner: str, page):
    """Scripts, styles, frames, pictures, links, events, classes and figures of another's making."""
    shown = clean_svg(drawing(inner), "alt", "a-")
    found = page(shown)

    assert found.live == [] and found.figures == {} and found.values == []
    assert set(found.tags) <= {"svg", "g", "path", "text", "use"}
    assert not re.search(r"evil|javascript|style=|class=|on\w+=|<p>", shown)


@pytest.mark.parametrize("text", ["", "no drawing", "<svg", "<svg onload=alert(1)>", '<svg viewBox="0 0 1 1"/>',
                                  "<html><body/></html>", drawing("&x;"), drawing("<text>").replace("viewBox", "view"),
                                  '<!DOCTYPE svg [<!ENTITY x "y">]>' + drawing("<text>&x;</text>")])
def test_what_is_no_drawing_is_not_shown(text: str):
    """Anything else that calls itself SVG is left out whole, entities included."""
    assert clean_svg(text, "alt", "a-") is None


def test_texts_and_looks_stay():
    """Properties become attributes, text stays text and is escaped, numbers have a hundredth of a point."""
    inner = ('<g id="text_1"><text style="font-size: 9.5px; fill: #1d2733; font-family: Papyrus" x="1.23456" '
             'y="2.0001" transform="rotate(-0 1.23 2)">0.12345 &lt;b&gt; &amp; t CO₂e</text></g>')

    assert clean_svg(drawing(inner), "a \"b\"", "a-") == (
        f'<svg viewBox="0 0 9 9" role="img" aria-label="a &#34;b&#34;" font-family="{NAME}, DejaVu Sans, sans-serif" '
        'stroke-linejoin="round"><text x="1.23" y="2" font-size="9.5px" fill="#1d2733">'
        "0.12345 &lt;b&gt; &amp; t CO₂e</text></svg>")


def test_a_drawing_cannot_unfold_into_a_larger_one():
    """A reference leads to a shape, never to a group of references, and depth has an end."""
    bomb = '<defs><g id="a"><path d="M 0 0"/></g><g id="b"><use href="#a"/><use href="#a"/></g></defs><use href="#b"/>'
    shown = clean_svg(drawing(bomb), "alt", "x-")

    assert "id=" not in shown
    assert "deep" not in clean_svg(drawing("<g id='i'>" * 200 + "<text>deep</text>" + "</g>" * 200), "alt", "x-")


def test_the_same_drawing_twice_on_a_page_shares_no_id(page):
    """Each id of a page is there once, and what a drawing refers to is its own."""
    hatched = drawing('<defs><pattern id="h"><path d="M 0 0"/></pattern></defs><path d="M 1 1" fill="url(#h)"/>')
    outputs = [v4.new_output("display_data", {"image/svg+xml": hatched}, metadata={"carbon": {"narrow": hatched}})] * 2
    notebook = v4.new_notebook(cells=[v4.new_code_cell("x", outputs=outputs), v4.new_code_cell("y", outputs=outputs)])
    html = render(notebook, title="x", is_shown=is_shown, language="en")
    own = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    ids = [set(re.findall(r' id="([^"]+)"', svg)) for svg in own]
    used = [set(re.findall(r'(?:url\(|href=")#([^")]+)', svg)) for svg in own]

    assert len(own) == 8 and all(used)
    assert all(refers <= named for refers, named in zip(used, ids, strict=True))
    assert len(re.findall(r' id="([^"]+)"', html)) == len(set(re.findall(r' id="([^"]+)"', html)))
    assert page(html).live == [] and "style-src" in CSP and "style=" not in html


def test_a_drawing_has_a_name_and_its_numbers_can_be_read(report, notebook_of):
    """The picture has the words of its exhibit as its name, and its labels are text of the page."""
    html = render(notebook_of(report, ("suppliers",)), title="x", is_shown=is_shown, language="en")

    assert re.search(r'<svg [^>]*role="img" aria-label="[^"]{20,}"', html)
    assert re.search(r">[\d.]+\u00a0t</text>", html)


def test_png_stands_in_for_a_drawing_that_is_none():
    """An output in both forms is shown as PNG where its SVG is not one."""
    png = "iVBORw0KGgo="
    output = v4.new_output("display_data", {"image/svg+xml": "<svg", "image/png": png})
    html = render(v4.new_notebook(cells=[v4.new_code_cell("x", outputs=[output])]), title="x",
                  is_shown=is_shown, language="en")

    assert f"data:image/png;base64,{png}" in html
