"""What belongs together stays on one line, and French pages have their own apostrophe."""

from __future__ import annotations

import pytest

from carbon.reports.page.typeset import typeset

NBSP = "\u00a0"


@pytest.mark.parametrize(("text", "together"), [
    ("<p>1,290 kWh of 36 t CO₂e</p>", "<p>1,290~kWh of 36~t~CO₂e</p>"), ("<b>840 EUR.</b>", "<b>840~EUR.</b>"),
    ("<p>Scope 3, scopes 1 and 2; scopes 1 et 2</p>", "<p>Scope~3, scopes~1~and~2; scopes~1~et~2</p>"),
    ('<th scope="col">2 targets</th>', '<th scope="col">2 targets</th>'), ("26 L, of", "26~L, of"),
    ('<path d="M10 20 L 30 40 L 5 6"/>', '<path d="M10 20 L 30 40 L 5 6"/>')])
def test_no_line_breaks_between_a_number_and_its_unit_or_a_scope_and_its_number(text: str, together: str):
    """Units, currencies and scopes; no attribute and no line of a drawing is another."""
    assert typeset(text, "en") == together.replace("~", NBSP)


@pytest.mark.parametrize("apostrophe", ["'", "&#39;"])
@pytest.mark.parametrize(("html", "is_set"), [
    ("<td>Moins d'imprimés</td>", True), ('<text x="1">Rue de l\'Église</text>', True), ("<h1>L'atelier</h1>", True),
    ("<p><code>x</code> l'usine</p>", True), ("<code>l'usine</code>", False), ("<td>relevé d'eau.csv:12</td>", False),
    ("<td>data/l'usine</td>", False), ('<g aria-label="d\'eau">', False), ("<td>l'usine_2</td>", False),
    ("<td lang=\"en\">the supplier's</td>", False), ("<p>il a dit 'non' à 5' près</p>", False),
    ("<td>releves_<wbr>d'eau</td>", False)])
def test_an_apostrophe_of_the_company_is_set_as_french_sets_it(html: str, is_set: bool, apostrophe: str):
    """In names and notes; never in code, paths, files, ids, attributes or English cells, nor a quotation mark."""
    written = html.replace("'", apostrophe)
    assert typeset(written, "fr") == (written.replace(apostrophe, "’") if is_set else written)
    assert typeset(written, "en") == written


@pytest.mark.parametrize(("html", "is_set"), [
    ("<p>bien au-dessus du niveau, ci-dessous</p>", True), ("<b>Au-dessous</b>", True), ("<p>plan-dessus</p>", False),
    ('<td data-figure-id="a/2024/supplier/Au-dessus">', False), ("<code>au-dessus</code>", False),
    ("<td>data/au-dessus.csv</td>", False)])
def test_no_line_ends_at_the_hyphen_of_a_french_word_of_place(html: str, is_set: bool):
    """"au-dessus" and "ci-dessous" stay whole in prose; paths, ids and code keep their bytes."""
    assert typeset(html, "fr") == (html.replace("-", "\u2011") if is_set else html)
    assert typeset(html, "en") == html
