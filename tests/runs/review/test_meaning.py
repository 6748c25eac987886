"""Two runs are compared by meaning: what rounding may move is the same, every other difference is named."""

from __future__ import annotations

import copy

import nbformat
import pandas as pd
import pytest

from carbon.runs.review.meaning import compare_html, compare_notebooks, compare_tables, compare_text


@pytest.mark.parametrize(("stored", "now", "same"), [
    ("total 12.34 t", "total 12.35 t", True), ("total 12.34 t", "total 12.36 t", False), ("12 rows", "13 rows", False),
    ("1\u202f234,5 t", "1\u202f234,6 t", True), ("1\u202f234,5 t", "1\u202f244,5 t", False), ("a\nb", "a", False),
    ("scope 1 rose", "scope 1 fell", False), ("version 1.2.3", "version 1.2.4", False),
    ("-0.5 t", "\u22120.5 t", True)])
def test_numbers_may_differ_by_a_unit_of_their_last_digit_and_words_not_at_all(stored, now, same):
    """Counts, versions and words exactly; decimals by what rounding moves, in both languages."""
    assert (compare_text(stored, now) == []) is same


def test_the_exact_value_of_a_number_counts_and_its_figure_is_named():
    """Where the printed digits are equal, a `data-value` that differs by more than 1e-9 is found, with its figure."""
    page = '<table data-figure-id="a/2024/scope1"><tr><td data-value="{}">1.5 t</td></tr></table><p>note</p>'
    stored = page.format(1.5)
    assert compare_html(stored, page.format(1.5 * (1 + 1e-11))) == []
    [(figure, _, now)] = compare_html(stored, page.format(1.50001))
    assert figure == "a/2024/scope1" and "1.50001" in now
    assert compare_html(stored, stored.replace("note", "another note"))[0][0] == ""


def test_a_table_is_compared_row_by_row():
    """The first row that differs and its columns; missing values equal missing ones; another shape is named."""
    table = pd.DataFrame({"kg": [1.0, float("nan"), 3.0], "name": ["a", None, "c"]})
    assert compare_tables("emissions", table, table.assign(kg=table["kg"] * (1 + 1e-12))) == []
    [found] = compare_tables("emissions", table, table.assign(kg=[1.0, float("nan"), 3.1]))
    assert found.where == "emissions.parquet row 3" and found.what == "1 rows differ in kg"
    assert compare_tables("emissions", table, table[:2])[0].what == "number of rows"
    assert compare_tables("emissions", table, table[["kg"]])[0].what == "columns"


def test_cells_and_outputs_are_compared_but_pictures_are_not():
    """Another source, an output more, another text: each with its cell; a drawing alone is no difference."""
    output = nbformat.v4.new_output("display_data", data={"text/plain": "1 t", "image/svg+xml": "<svg/>"})
    stored = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", outputs=[output])])
    now = copy.deepcopy(stored)
    now.cells[0].outputs[0].data["image/svg+xml"] = "<svg><!-- another font --></svg>"
    assert compare_notebooks(stored, now) == []
    now.cells[0].outputs[0].data["text/plain"] = "2 t"
    assert [(f.where, f.what) for f in compare_notebooks(stored, now)] == [("cell 1", "text/plain")]
    now.cells[0].source = "y"
    now.cells[0].outputs.append(output)
    assert {f.what for f in compare_notebooks(stored, now)} == {"source", "number of outputs", "text/plain"}
