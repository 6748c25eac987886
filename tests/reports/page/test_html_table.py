"""Tables of a page."""

from __future__ import annotations

import pandas as pd
import pytest
from hostile_texts import HOSTILE

from carbon.reports.page.html_table import html_table
from carbon.reports.words.cells import cells_of
from carbon.reports.words.language import Words


def test_a_quoted_text_names_its_language():
    """The title of an English publication in a French page is marked, so that a screen reader says it rightly; a name,
    a code and what a company wrote itself have no mark.
    """
    table = pd.DataFrame({"source_id": ["x", "y"], "title": ["Factors of <b>", "Relevé de l’hébergeur, p. 7"],
                          "licence": ["a licence for all", "CC BY 4.0"], "site": ["House of Lyon", "Usine"]})
    french = str(html_table(cells_of(table), Words("fr"), caption="c", digits=1))
    assert '<td lang="en">Factors of &lt;b&gt;</td>' in french and french.count('lang="en"') == 2
    assert "lang=" not in str(html_table(cells_of(table), Words("en"), caption="c", digits=1))


def test_what_to_type_stands_as_code_and_stays_inert():
    """A remedy's `carbon classify` is code on the page; markup between the marks is text."""
    table = pd.DataFrame({"what_to_do": ["decide in `carbon classify`", "`<b>x</b>`"]})
    html = str(html_table(cells_of(table), Words("en"), caption="c", digits=1))
    assert "decide in <code>carbon classify</code>" in html
    assert "<code>&lt;b&gt;x&lt;/b&gt;</code>" in html and "<b>" not in html


def test_rows_are_counted_whole_beside_amounts_with_cents():
    """491.40 EUR and 3 rows in one column: 491.40 and 3, not 3.00."""
    table = pd.DataFrame({"unit": ["EUR", "rows"], "rejected": [491.4, 3.0]})
    html = str(html_table(cells_of(table), Words("en"), caption="c", digits=1))
    assert ">491.40<" in html and ">3<" in html and "3.00" not in html


@pytest.mark.parametrize("text", HOSTILE)
def test_a_table_escapes_at_the_source(text: str, page):
    """In Jupyter no sanitiser stands behind a table: every text, id and caption is escaped where the table is made."""
    columns = ("supplier", "reason", "unit", "site", "source_file", "figure_id")
    table = pd.DataFrame({column: [text] for column in columns})
    found = page(html_table(cells_of(table), Words("en"), caption=text, digits=1, figure=text))

    assert set(found.tags) <= {"div", "table", "caption", "thead", "tbody", "tr", "th", "td", "code"}
    assert found.live == []
    assert "".join(found.text).count(text) >= 5  # caption and cells, as they are


@pytest.mark.parametrize("column", ["kind", "reason", "unit", "supplier", "group"])
def test_a_line_reads_as_in_a_table_of_its_own(column: str):
    """A text that stands twice is said twice, a missing one is no text, and a number among texts is not taken for
    another.
    """
    for cells in ([1, True, "1", "True", 1.5, None, "", "nan", "1"], ["travel", None, "a<b", "travel", "", "a<b"]):
        table = pd.DataFrame({"what": ["x"] * len(cells), column: pd.Series(cells)})
        html = str(html_table(cells_of(table), Words("fr"), caption="c", digits=1))
        alone = [str(html_table(cells_of(table.iloc[[at]]), Words("fr"), caption="c", digits=1))
                 for at in range(len(cells))]

        assert html.partition("<tbody>")[2] == "".join(
            own.partition("<tbody>")[2].partition("</tbody>")[0] for own in alone) + "</tbody></table></div>"


def test_ids_of_a_wide_table_are_below_the_names(page):
    """From ten columns on an id has no column, reached by scrolling only: it is a note below the name."""
    names = ("indicator", "value_now", "value_start", "goal", "progress_status", "raw", "covered", "body", "review",
             "evidence_file")
    wide = pd.DataFrame({name: ["x"] for name in names} | {"figure_id": ["a/2024/indicator/kept_years"]})
    html = str(html_table(cells_of(wide), Words("en"), caption="c", digits=1))
    narrow = str(html_table(cells_of(wide[["indicator", "goal", "figure_id"]]), Words("en"), caption="c", digits=1))

    assert '<th scope="row">x<span class="trace"><code>indicator/<wbr>kept_<wbr>years</code></span></th>' in html
    assert 'class="id"' not in html and 'data-figure-id="a/2024/indicator/kept_years"' in html
    assert '<td class="id"><code>indicator/kept_years</code></td>' in narrow and page(html).live == []


def test_no_supplier_behind_other_names_is_all_of_them():
    """A category's own line names none of its suppliers; in a table of suppliers the name was not given."""

    def cells(*columns: str) -> str:
        table = pd.DataFrame({column: ["" if column == "supplier" else "x"] for column in columns})
        return str(html_table(cells_of(table), Words("en"), caption="", digits=1))

    assert "not given" not in cells("name", "supplier") and "not given" in cells("supplier", "name")


def test_shares_of_a_change_have_their_sign():
    """A change, the same at constant factors and a step of the start are read next to each other."""
    table = pd.DataFrame({"change_share": [0.681], "constant_share": [0.684], "start_share": [0.001], "share": [0.5]})
    assert str(html_table(cells_of(table), Words("en"), caption="", digits=1)).count("+") == 3
