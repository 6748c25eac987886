"""The report page: offline, sanitised, with a policy, an id beside each figure and the exact numbers in it."""

from __future__ import annotations

import base64
import re

import pytest
from hostile_texts import HOSTILE
from markupsafe import Markup
from nbformat import v4
from nbformat.v4.rwbase import split_lines
from text_of_page import render

from carbon.core.errors import UsageError
from carbon.reports.exhibits.annual import AnnualReport
from carbon.reports.exhibits.registry import is_shown
from carbon.reports.figures import theme
from carbon.reports.page.audiences import Block
from carbon.reports.page.html import CSP, render_blocks
from carbon.reports.words.language import Words

DRAWING = """<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">
 <text x="1" y="2">drawn</text>
</svg>
"""


def test_the_title_runs_above_each_printed_sheet(page):
    """In the style of the page, where a hostile name is letters and numbers of characters, never markup or a rule."""
    title = "L\N{RIGHT SINGLE QUOTATION MARK}Atelier \"; } </style><script>x</script> 2024"
    html = render_blocks([], title=title, language="en", audience="public")
    head = re.search(r'@top-left \{ content: "([^"]*)"', html).group(1)
    assert head.startswith("L\\2019 Atelier ") and head.endswith(" 2024")
    assert re.sub(r"\\([0-9a-f]+) ", lambda code: chr(int(code[1], 16)), head) == title
    assert page(html).live == []


def test_a_drawing_of_matplotlib_has_a_dark_ground():
    """Its ground is the page's on a dark screen, where its letters are light: as matplotlib writes white."""
    with theme.style():
        drawing = theme.svg(theme.page_figure()[0])
    ground = re.search(r'<g id="patch_1">\s*<path [^>]*style="fill: (#\w+)', drawing).group(1)
    html = render_blocks([], title="A", language="en", audience="public")
    assert re.search(rf'svg \[fill="{ground}"\]{{fill:#14181d}}', html)


@pytest.mark.parametrize(("language", "text"), [
    ("en", "The first five of 8 lines:"), ("fr", "Les cinq premières des 8 lignes\u00a0:")])
def test_a_table_of_which_paper_has_the_first_lines_states_how_many_there_are(language, text):
    """Eight lines, of which a page opens five: on paper nothing unfolds them, so it is written. Seven are all there."""
    rows = "<tr><td>1</td></tr>"
    pages = [render_blocks([Block("table", "t", "T", Markup(rows * (lines + 1)), is_lead=True)], title="A",
                           language=language, audience="performance") for lines in (7, 8)]
    assert [f'<p class="printed rest">{text}' in html for html in pages] == [False, True]


def test_the_page_has_a_policy_and_nothing_that_lives(report, page_of, page):
    """No script, no address of elsewhere, no event attribute; a policy that allows nothing but own pictures and
    styles.
    """
    html = page_of(report)
    found = page(html)

    assert found.live == []
    assert found.policy == CSP
    assert "default-src 'none'" in CSP and "script" not in CSP
    assert re.findall(r"https?://|[\"'(=]//", html) == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_says_its_language(make, report_of, language: str, page_of, page):
    """`lang` and the words follow the language."""
    inventory = make(language=language)
    html = page_of(report_of(inventory), language)

    assert f'<html lang="{language}">' in html
    assert str(Words(language)("section.answer.title")).replace("’", "’") in html
    assert {"header", "main", "footer", "h1"} <= set(page(html).tags)


def test_a_notebook_gives_one_page_whether_its_texts_are_whole_or_in_lines():
    """As it ran, or as it is written to a file."""
    shown = [v4.new_output("display_data", {"text/html": "<p>a\n</p>\n<p>b</p>"}),
             v4.new_output("stream", text="one\ntwo\n"), v4.new_output("display_data", {"text/plain": "x\ny"}),
             v4.new_output("display_data", {"image/svg+xml": DRAWING}),
             v4.new_output("display_data", {"image/png": base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(60)).decode()})]
    cells = [v4.new_markdown_cell("# One\n\n*two*\n\n- three"), v4.new_code_cell("a\nb", outputs=shown)]
    whole = render(v4.new_notebook(cells=cells), title="A", is_shown=is_shown, language="en")
    lines = render(split_lines(v4.new_notebook(cells=cells)), title="A", is_shown=is_shown, language="en")

    assert all(text in whole for text in ("<em>two</em>", "<p>b</p>", "one\ntwo", "x\ny", "data:image/png",
                                          ">drawn</text>"))
    assert lines == whole


def test_no_two_regions_have_one_name(report, page_of):
    """A chart and the table beside it scroll apart: a screen reader lists each under a name of its own."""
    names = re.findall(r'role="region"[^>]*aria-label="([^"]+)"', page_of(report))

    assert len(names) > 20 and len(set(names)) == len(names)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_every_column_is_inert(make, report_of, text: str, notebook_of, page, monkeypatch):
    """The same text in supplier, site, group, reasons, factors, file names, the company's own name and the title."""
    # What a drawing carries is tested with its sanitiser; drawing them all 20 times proves nothing more.
    monkeypatch.setattr(AnnualReport, "_picture", lambda *_: "<svg/>")

    def spoil(activities):
        return activities.assign(supplier=text, site=text, group=text, contract=text)

    inventory = make(spoil, name={"en": text, "fr": text}, sites={},
                     categories={7: {"status": "excluded", "reason": text}})
    for attribute in ("ledger", "factors", "warnings", "sources", "factor_sources", "instruments"):
        table = getattr(inventory, attribute)
        # The unit of a factor is checked when the library is read; that of a row of records is whatever was written.
        checked = ("outcome", "stage", "factor_id", *(["unit"] if attribute == "factors" else []))
        texts = [c for c in table.columns if table[c].dtype == "str" and c not in checked]
        object.__setattr__(inventory, attribute, table.assign(**dict.fromkeys(texts, text)))
    report = report_of(inventory)
    found = page(render(notebook_of(report), title=text, subtitle=text, is_shown=is_shown, language="en"))

    assert found.live == []
    assert "49" not in "".join(found.text) or "7*7" not in text or "{{ 7*7 }}" in "".join(found.text)
    plain = re.sub(r"\x1b\[\d+m|[\x1b\u202e]", "", text)
    assert plain in "".join(found.text).replace("\ufffd", "")


def test_code_stays_out_of_the_page(report, page_of):
    """The page shows results; the code is in the notebook beside it."""
    assert "report.scopes()" not in page_of(report)


def test_words_for_the_notebook_only_stay_there():
    """A cell tagged front-matter is not shown."""
    cell = v4.new_markdown_cell("for analysts only")
    cell.metadata["tags"] = ["front-matter"]

    assert "for analysts only" not in render(v4.new_notebook(cells=[cell]), title="x", is_shown=is_shown, language="en")


def test_a_page_is_small(report, notebook_of):
    """At most 2 MB."""
    html = render(notebook_of(report), title="x", is_shown=is_shown, language="en")

    assert len(html.encode()) < 2_000_000


def test_two_renderings_are_the_same_bytes(make, report_of, page_of):
    """Nothing random, no time, no address."""
    pages = []
    for _ in range(2):
        inventory = make()
        pages.append(page_of(report_of(inventory)))

    assert pages[0] == pages[1]
    assert re.findall(r" at 0x[0-9a-f]+", pages[0]) == []


def test_an_unknown_language_is_refused():
    """A page in no language is no page."""
    with pytest.raises(UsageError, match="Language 'de'"):
        render(v4.new_notebook(), title="x", is_shown=is_shown, language="de")


def test_a_number_and_its_unit_stay_on_one_line():
    """No line breaks at the space between a digit and t, kg or g; any other space is left as it is."""
    shown = Block("text", body=Markup("12 t of 3 kg, 5 g. but 7 trips, a t and 8  t"))
    html = render_blocks([shown], title="x", language="en", audience="performance")

    assert "12\u00a0t of 3\u00a0kg, 5\u00a0g. but 7 trips, a t and 8  t" in html


def test_a_table_without_lines_is_not_on_the_page(make, report_of, notebook_of):
    """Neither its title nor "1 line", nor a section that has nothing else; what has lines is there."""
    report = report_of(make(lambda a: a[a["kind"] != "travel"]))
    html = render(notebook_of(report, ("section-inventory", "scopes", "section-travel", "travel")), title="x",
                  language="en", is_shown=is_shown)
    assert report.travel().table.empty and report.travel().title not in html
    assert 'id="inventory"' in html and 'id="travel"' not in html
