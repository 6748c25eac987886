"""Figures are read back from markup as a full parser reads them."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from carbon.runs.reconcile import shown_figures


class Parser(HTMLParser):
    """{figure id: values in its element}, by Python's own parser."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, list[list[float]]] = {}
        self.inside: list[tuple[str, list[float]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        identifier, value = named.get("data-figure-id"), named.get("data-value")
        if identifier and tag != "table":
            self.inside.append((tag, []))
            self.found.setdefault(identifier, []).append(self.inside[-1][1])
        if value is not None:
            for _, values in self.inside:
                values.append(float(value))

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1][0] == tag:
            self.inside.pop()


HOSTILE = [
    '<tr data-figure-id="c/2024/supplier/a>b"><td data-value="1.5">1</td></tr><td data-value="9">9</td>',
    '<tr data-figure-id="c/2024/supplier/&quot;x&quot; data-value=&quot;7&quot;"><td data-value="2">2</td></tr>',
    '<tr data-figure-id="c/2024/supplier/a&amp;b"><td title="it\'s > 3" data-value="-4e-3">1</td></tr>',
    '<table data-figure-id="c/2024/chart/x"><tr data-figure-id="c/2024/scope1"><td data-value="1">1</td></tr></table>',
    '<!-- <tr data-figure-id="c/2024/scope1"><td data-value="8">8</td></tr> --><p>a &lt;td data-value="3"&gt;</p>',
    '<dd data-figure-id="c/2024/gap" data-value="3"><strong>3</strong></dd><dd data-value="4">4</dd>',
    '<div data-figure-id="c/2024/x"><div data-value="1"></div><td data-value="2"></td></div>',
    '<tr\n data-figure-id="c/2024/scope1"\n class="total"><td class="n"\tdata-value="6">6</td></tr>',
]


@pytest.mark.parametrize("html", HOSTILE)
def test_figures_are_read_as_a_full_parser_reads_them(html: str):
    """
    Marks of comparison in names, quotation marks, comments, nested elements and line breaks mislead nobody.
    """
    parser = Parser()
    parser.feed(html)
    parser.close()

    assert shown_figures([html]) == parser.found


def test_a_page_is_read_in_time_that_grows_with_its_length():
    """
    An attribute that never ends costs no more than its length.
    """
    assert shown_figures(['<td data-value="' + "'x" * 200_000]) == {}
