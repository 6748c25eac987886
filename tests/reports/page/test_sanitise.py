"""Markup of a notebook, made safe."""

from __future__ import annotations

import base64

import pytest
from hostile_texts import HOSTILE
from nbformat import v4
from text_of_page import render

from carbon.reports.exhibits.registry import is_shown
from carbon.reports.page.sanitise import clean_html
from carbon.reports.words.language import Words


@pytest.mark.parametrize(("html", "clean"), [
    ('<a href="#scopes">x</a>', '<a href="#scopes">x</a>'), ("<A HREF='#a.b-c'>x</A>", '<a href="#a.b-c">x</a>'),
    ('<a href="//evil.example">x</a>', "<a>x</a>"), ('<a HreF="javascript:1">x</a>', "<a>x</a>"),
    ('<a href="#a" onclick="1">x</a>', '<a href="#a">x</a>'), ('<a id="a" onclick="1">x</a>', "<a>x</a>"),
    ('<a hr\x00ef="#a">x</a>', "<a>x</a>"), ('<a &#104;ref="#a">x</a>', "<a>x</a>"),
    ('<table><tr><td class="n" data-value="1" onclick="1">href</td></tr></table>',
     '<table><tbody><tr><td class="n" data-value="1">href</td></tr></tbody></table>')])
def test_a_link_leads_to_a_place_of_the_page_or_nowhere(html: str, clean: str):
    """However it is written: an address that is not a place of the page goes, all else is as it is without links."""
    assert clean_html(html) == clean


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_outputs_of_any_notebook_are_inert(text: str, page):
    """Markdown, HTML, text, errors and pictures of a notebook that is not ours: the same allow-list."""
    outputs = [
        v4.new_output("display_data", data={"text/html": f"<div><b>kept</b>{text}</div>"}),
        v4.new_output("display_data", data={"text/html": ["<p>", text, "</p>"]}, metadata={"carbon": {
            "title": text, "figure_id": text, "alt": text, "name": text, "role": text}}),
        v4.new_output("execute_result", data={"text/plain": text}, execution_count=1),
        v4.new_output("display_data", data={"application/javascript": text}),
        v4.new_output("display_data", data={"image/svg+xml": f"<svg>{text}</svg>"}),
        v4.new_output("display_data", data={"image/png": text}),
        v4.new_output("stream", name="stdout", text=text),
        v4.new_output("error", ename=text, evalue=text, traceback=[text]),
    ]
    cells = [v4.new_markdown_cell(f"# A heading\n\n{text}\n\n[link]({text}) ![image]({text})"),
             v4.new_code_cell(text, outputs=outputs)]
    found = page(render(v4.new_notebook(cells=cells), title="x", is_shown=is_shown, language="en"))

    assert found.live == []
    assert "kept" in found.text


def test_a_picture_must_be_a_png():
    """Whatever calls itself image/png and is not one is left out, and said."""
    svg = base64.b64encode(b"<svg onload=alert(1)>").decode()
    cell = v4.new_code_cell("x", outputs=[v4.new_output("display_data", data={"image/png": svg})])
    html = render(v4.new_notebook(cells=[cell]), title="x", is_shown=is_shown, language="en")

    assert "data:image" not in html.split("</head>")[1]
    assert Words("en")("page.not_shown") in html
