"""Figures are read back from markup as a full parser reads them, and summed from the rows of the tables."""

from __future__ import annotations

from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import LedgerError, MethodError, RunError
from carbon.runs.company_year import reconcile
from carbon.runs.company_year.content import Content
from carbon.runs.company_year.reconcile import check_ledger, figures_of, shown_figures
from carbon.runs.publish.parquet import to_arrow, to_parquet


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
    '<td data-figure-id="c/2024/scope1" data-value="1">1</td><th data-value="2">2</th>',
    '<tr data-figure-id="c/2024/scope1"><td data-value="1">1</td><td class="d" data-figure-id="c/2024/x"><b>'
    '<i data-value="2">2</i></b></td><td data-value="3">3</td></tr>',
    '<p id="data-" class=\'data-value="5"\' data-figure-id="c/2024/scope1" dada data-value="7">7</p>',
    '<tr\n data-figure-id="c/2024/scope1"\n class="total"><td class="n"\tdata-value="6">6</td></tr>',
]


@pytest.mark.parametrize("html", HOSTILE)
def test_figures_are_read_as_a_full_parser_reads_them(html: str):
    """Marks of comparison in names, quotation marks, comments, nested elements and line breaks mislead nobody."""
    parser = Parser()
    parser.feed(html)
    parser.close()

    assert shown_figures([html]) == parser.found


def test_a_page_is_read_in_time_that_grows_with_its_length():
    """An attribute that never ends costs no more than its length."""
    assert shown_figures(['<td data-value="' + "'x" * 200_000]) == {}


ROWS = pd.DataFrame(
    [("1", "", 0, "energy", "natural_gas.boiler", "lyon", "", 1.0, True),
     ("2", "location-based", 0, "energy", "electricity", "lyon", "", 2.0, True),
     ("2", "market-based", 0, "energy", "electricity", "lyon", "", 4.0, True),
     ("3", "", 1, "purchases", "purchase.paper", "", "Papeterie", 8.0, True),
     ("3", "", 3, "energy", "electricity", "lyon", "", 16.0, True),
     ("3", "", 6, "travel", "rail", "paris", "Compagnie; des trains", 32.0, True),
     ("1", "", 0, "refrigerants", "hcfc_22", "lyon", "Froid", 64.0, False),
     ("outside", "", 0, "energy", "wood", "lyon", "", 128.0, True)],
    columns=["scope", "scope2_method", "category", "kind", "activity", "site", "supplier", "co2e_kg", "kyoto"],
).astype(dict.fromkeys(["scope", "scope2_method", "kind", "activity", "site", "supplier"], "str"))


@pytest.mark.parametrize("coded", [[], ["scope", "activity", "site", "supplier"]])
def test_each_figure_is_the_sum_of_its_own_rows(coded: list[str]):
    """Powers of two show which rows a sum holds: scope 2 by method, scopes by category, carriers, sites, suppliers;
    gases beside the scopes and rows outside them count nowhere, and no name is no figure. Words may be held as codes.
    """
    figures = figures_of("c", 2024, ROWS.astype(dict.fromkeys(coded, "category")), "location-based")

    assert {name.removeprefix("c/2024/"): kg for name, kg in figures.items() if kg} == {
        "scope1": 1, "scope2-location": 2, "scope2-market": 4, "scope3": 8 + 16 + 32,
        "total-location": 1 + 2 + 8 + 16 + 32, "total-market": 1 + 4 + 8 + 16 + 32, "3.1": 8, "3.3": 16, "3.6": 32,
        "energy/natural_gas": 1, "energy/electricity": 2 + 16, "site/lyon": 1 + 2 + 16, "site/paris": 32,
        "supplier/Papeterie": 8, "supplier/Compagnie; des trains": 32}
    assert sum(name.startswith("c/2024/3.") for name in figures) == 15
    assert not any(name.endswith("/") for name in figures)


def test_figures_without_rows_have_no_number_and_rows_without_a_name_are_refused():
    """No rows: every total and category is there, without a number: no records are not zero. A missing site or a
    sixteenth category is no figure.
    """
    none = figures_of("c", 2024, ROWS[:0], "market-based")
    assert set(none.values()) == {None}
    assert len(none) == 6 + 15
    for wrong in ({"site": None}, {"category": 16}, {"category": -1}):
        rows = ROWS.copy()
        rows.loc[5, list(wrong)] = list(wrong.values())
        with pytest.raises(MethodError):
            figures_of("c", 2024, rows, "market-based")


def test_rows_that_are_not_accounted_for_are_named_file_by_file():
    """Rows read and not in the ledger, and rows in the ledger of a file nobody read; totals of earlier years, and lines
    that stand for a cell, do not count.
    """
    sources = pd.DataFrame({"kind": ["energy", "travel", "reported_inventories", "energy"],
                            "source_file": ["a.csv", "b.csv", "history.csv", "a.csv"], "rows_read": [2, 1, 9, 1]})
    ledger = pd.DataFrame({"source_file": ["a.csv", "a.csv", "b.csv", "a.csv", "b.csv"],
                           "counts_row": [True, True, True, True, False]})
    check_ledger(ledger, sources)
    check_ledger(ledger[:0], sources[:0])

    with pytest.raises(LedgerError, match="2 files have rows") as refused:
        check_ledger(ledger.assign(source_file=["a.csv", "a.csv", "b.csv", "c.csv", "b.csv"]), sources)
    assert refused.value.rows.to_dict("list") == {"source_file": ["a.csv", "c.csv"], "rows_read": [3, 0],
                                                  "in_ledger": [2, 1]}


def table(rows=1_000):
    words = pd.Categorical(np.array(["a", "é", ""])[np.arange(rows) % 3])
    return pd.DataFrame({"word": words, "name": [f"n{i}" for i in range(rows)], "kg": np.arange(rows) / 7,
                         "day": pd.Timestamp("2024-02-29"), "whole": np.arange(rows)})


def staged(folder, written, meant, kept=()):
    (folder / "emissions.parquet").write_bytes(to_parquet(written))
    content = Content({"emissions": meant}, {}, {}, {}, lambda document: {}, lambda path, read: None)
    return reconcile.check_stage(folder, content, {f"{name}.parquet": to_arrow(meant) for name in kept})


def test_a_value_that_comes_back_as_another_is_found(tmp_path):
    """A table that is held until it was read back is compared value by value: a changed last digit, a text, a gap."""
    whole = table(20)
    assert staged(tmp_path, whole, whole, ["emissions"])["emissions.parquet"].num_rows == 20
    for column, value in (("kg", 1 / 7 + 1e-16), ("name", "n1 "), ("kg", np.nan), ("word", "a")):
        other = whole.copy()
        other.loc[1, column] = value
        with pytest.raises(RunError, match="does not hold the rows"):
            staged(tmp_path, other, whole, ["emissions"])


def test_a_long_table_is_held_against_what_was_meant_without_being_kept(tmp_path, monkeypatch):
    """Rows and columns are checked, and the table does not stay in memory."""
    monkeypatch.setattr(reconcile, "PIECE", 300)

    assert staged(tmp_path, table(), table()) == {}
    for other in (table(999), table().rename(columns={"kg": "t"}), table().iloc[:0]):
        with pytest.raises(RunError, match="does not hold the rows"):
            staged(tmp_path, other, table())
