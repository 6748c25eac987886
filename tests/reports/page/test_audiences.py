"""One run, three pages: what each audience is shown, and that none is shown another figure."""

from __future__ import annotations

import copy
import re

import pytest
from markupsafe import Markup
from nbformat import v4
from text_of_page import render

from carbon.core.errors import UsageError
from carbon.reports.exhibits.annual import SHEETS
from carbon.reports.exhibits.registry import EXHIBITS, is_shown
from carbon.reports.page.audiences import AUDIENCES, GOVERNANCE, PERFORMANCE, PUBLIC, Block
from carbon.reports.page.html import for_audience
from carbon.reports.words.language import Words

NAMES = (*SHEETS[:1], "plain", "findings", "things", *SHEETS[1:], "signoff")


@pytest.fixture
def pages(report, notebook_of):
    notebook = notebook_of(report, NAMES)
    return {a: render(notebook, title="Atelier Exemple 2024",
                      is_shown=is_shown, language="en", audience=a) for a in AUDIENCES}


def test_the_totals_are_the_same_numbers_on_every_page(pages, page, report):
    """Each figure id that is on two pages has the same values there, and the public one those of the headline."""
    headline = report.headline().table.set_index("figure_id")["co2e_t"]
    figures = {audience: page(html).figures for audience, html in pages.items()}
    both = ("atelier-exemple/2024/total-location", "atelier-exemple/2024/total-market")

    assert all(name in figures[a] for a in AUDIENCES for name in both)
    for audience in (PUBLIC, GOVERNANCE):
        for name, values in figures[audience].items():
            others = figures[PERFORMANCE].get(name) or [pytest.approx(headline[name], rel=1e-14)]
            assert all(value in others for value in values), (audience, name)


def test_every_exhibit_but_the_plain_words_is_on_the_performance_page(pages, report):
    """Plain words are for the public alone; the page for those who steer leaves nothing else out."""
    plain = str(Words("en")("plain.counted"))
    titles = [Words("en")(f"exhibit.{name}") for name in SHEETS
              if getattr(report, name)().html is None and PERFORMANCE in EXHIBITS[name].audiences]

    assert plain in pages[PUBLIC] and plain not in pages[PERFORMANCE] and plain not in pages[GOVERNANCE]
    performance = pages[PERFORMANCE].replace("&#39;", "'").replace("\u00a0", " ")
    assert [title for title in titles if title not in performance] == []


def test_the_public_page_names_no_supplier_and_no_command(pages, page):
    """One or two sheets in plain words: two pictures, no supplier, no file, no figure id to type."""
    found = page(pages[PUBLIC])
    text = "".join(found.text)

    assert len(found.images) == 2 * 2  # wide and narrow
    assert "Hébergeur Exemple" in pages[PERFORMANCE] and "Hébergeur Exemple" not in text
    assert "carbon explain" not in text and ".csv" not in text
    assert len(pages[PUBLIC]) < len(pages[PERFORMANCE]) / 2


def test_the_governance_page_answers_for_the_figures(pages, page):
    """Rejects, exclusions, method, doubts and sign-off are there; energy and suppliers are not."""
    text = "".join(page(pages[GOVERNANCE]).text).replace("\u00a0", " ")
    words = Words("en")

    shown = ("rejects", "exclusions", "uncertainty", "method", "categories", "factor_sources")
    assert [name for name in shown if words(f"exhibit.{name}") not in text] == []
    assert "data/ledger/atelier-exemple/signatures.jsonl" in text
    assert words("exhibit.suppliers") not in text and words("exhibit.energy") not in text


@pytest.mark.parametrize(("audience", "lines", "folds"), [(GOVERNANCE, 8, True), (GOVERNANCE, 7, False),
                                                          (PERFORMANCE, 8, True), (PUBLIC, 8, False)])
def test_a_long_table_in_markup_of_its_own_opens_with_five_lines(audience: str, lines: int, folds: bool):
    """The actions of a plan have a sentence over them; their table is cut as any other; the public page has all of
    them, folded.
    """
    table = "<p>Ours</p><table><thead><tr></tr></thead>" + "<tr><td>x</td></tr>" * lines + "</table>"
    html = render(_with_own("things", table), title="x", is_shown=is_shown, language="en", audience=audience)
    assert ('<details class="all">' in html) == folds
    assert ('<details class="more"><summary>What we will do</summary>' in html) == (audience == PUBLIC)


def test_what_else_to_check_is_below_the_charts_of_its_section():
    """The second part of an opening is behind the figures that follow it, whole, and at the end where none follows."""
    opening = Block("own", "headline", body=Markup('<div class="hero">a</div><div class="later">b</div>'))
    charts = [Block("figure", name, body=Markup("<svg/>")) for name in ("years", "icicle")]
    others = [Block("own", "findings", body=Markup("c"))]
    for between, after, order in ((charts, others, "headline years icicle check findings"), (charts, [],
                                  "headline years icicle check"), ([], others, "headline check findings")):
        shown = for_audience([opening, *between, *after], PERFORMANCE, is_shown)
        assert " ".join(block.anchor for block in shown) == order
        assert [b.body for b in shown if b.anchor in ("headline", "check")] == [
            '<div class="hero">a</div>', '<div class="later">b</div>']


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_section_whose_exhibits_have_nothing_to_show_is_left_out(audience: str):
    """A hidden exhibit is markup without a word: no heading is over it."""
    assert "<h2" not in render(_with_own("things", ""), title="x", is_shown=is_shown, language="en", audience=audience)


def test_a_sentence_that_exhibits_share_is_there_once():
    """Three exhibits without records, one below the other, state so once; another sentence stays."""
    notebook = _with_own("things", "<p>none kept</p>")
    notebook.cells += [copy.deepcopy(notebook.cells[-1]) for _ in range(2)]
    notebook.cells += _with_own("things", "<p>another</p>").cells[1:]
    html = render(notebook, title="x", is_shown=is_shown, language="en", audience=PERFORMANCE)
    assert html.count("<p>none kept</p>") == 1 and html.count("<p>another</p>") == 1


def _with_own(name: str, html: str):
    section = v4.new_markdown_cell("## Section", metadata={"tags": ["section-digital"]})
    shown = v4.new_output("display_data", data={"text/html": html}, metadata={"carbon": {"role": "own", "name": name}})
    return v4.new_notebook(cells=[section, v4.new_code_cell("x", outputs=[shown])])


@pytest.mark.parametrize("audience", AUDIENCES)
def test_an_error_is_on_every_page(audience: str):
    """What failed is never left out for an audience."""
    cell = v4.new_code_cell("x", outputs=[v4.new_output("error", ename="E", evalue="broken", traceback=[])])

    assert "broken" in render(v4.new_notebook(cells=[cell]), title="x",
                              is_shown=is_shown, language="en", audience=audience)


@pytest.mark.parametrize("audience", [PUBLIC, GOVERNANCE])
def test_a_section_without_exhibits_is_left_out(report, notebook_of, audience: str):
    """No heading over nothing, in the page or in its contents."""
    notebook = notebook_of(report, ("headline", "plain"))
    empty = v4.new_markdown_cell("## Travel")
    empty.metadata["tags"] = ["section-travel"]
    notebook.cells.append(empty)
    html = render(notebook, title="x", is_shown=is_shown, language="en", audience=audience)

    assert re.findall(r"<h2[^>]*>([^<]+)", html) == [Words("en")("section.answer.title")]


def test_another_audience_is_refused():
    """The known ones are listed."""
    with pytest.raises(UsageError, match=re.escape("'everyone' is not an audience")):
        render(v4.new_notebook(), title="x", is_shown=is_shown, language="en", audience="everyone")
