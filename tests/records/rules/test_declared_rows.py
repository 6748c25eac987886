"""What params state of the rows of a word: no records, records, or records below zero."""

from __future__ import annotations

import pytest

from carbon.records.rules.declared_rows import fold_glob

ROWS = [{"Stav": "x"}, {"Stav": "x"}, {"Stav": "dobropis", "amount": "4"}, {"Stav": "vratka", "amount": "3"}]


def test_rows_that_params_declare(verdict):
    """A declared subtotal is excluded, whatever its case and accents."""
    rows = [{}, {"supplier": "SOUS-TOTAL Été"}]
    assert verdict("purchases", *rows, options={"skip_rows_where": {"supplier": ["sous-total*"]}}).excluded == {
        3: "subtotal"}
    assert fold_glob("  ÉTÉ  * ") == "ete *"


@pytest.mark.parametrize("option", ["skip_rows_where", "count_rows_where", "minus_rows_where"])
def test_a_column_that_is_not_there_refuses_the_file(verdict, option):
    """A statement on a column that the file lacks states nothing: whoever wrote it meant another."""
    assert verdict("purchases", {}, options={option: {"Nature": ["x"]}}).refused == "columns_missing"


def test_each_word_has_its_answer(verdict):
    """Of one column some words count, some below zero, some not at all; what is answered is asked no more."""
    read = verdict("purchases", *ROWS, options={"count_rows_where": {"Stav": ["x"]}, "minus_rows_where": {
        "stav": ["DOBROPIS"]}, "skip_rows_where": {"Stav": ["vratka"]}})
    assert read.records["amount"].tolist() == [10.25, 10.25, -4.0]
    assert (read.rejected, read.excluded) == ({}, {5: "subtotal"})


def test_a_row_below_zero_is_not_turned_twice(verdict):
    """Where the number has its sign already, either the file or params are wrong."""
    rows = [{"Stav": "x"}, {"Stav": "x"}, {"Stav": "dobropis", "amount": "-4"}]
    answers = {"count_rows_where": {"Stav": ["x"]}, "minus_rows_where": {"Stav": ["dobropis"]}}
    assert verdict("purchases", *rows, options=answers).rejected == {4: "minus_already"}


def test_a_mark_that_params_answer_counts(verdict):
    """"Cancelled" may be the name of a department that pays: the company decides."""
    rows = [{"Status": "Posted"}, {"Status": "Cancelled"}]
    assert verdict("purchases", *rows).rejected == {3: "row_withdrawn"}
    assert verdict("purchases", *rows, options={"count_rows_where": {"Status": ["cancel*"]}}).rejected == {}


def test_a_column_without_a_heading_is_answered_by_its_blank_name(verdict):
    """A blank heading is named as it is written: by nothing."""
    rows = [{"": "", "amount": "1"}, {"": "", "amount": "2"}, {"": "zrušené", "amount": "3"}]
    assert verdict("purchases", *rows).rejected == {4: "row_unclear"}
    assert verdict("purchases", *rows, options={"skip_rows_where": {"": ["zrusene"]}}).excluded == {4: "subtotal"}


def test_journeys_below_zero(verdict):
    """A refunded journey takes its trips off."""
    rows = [{"Stav": "x", "trips": "2"}, {"Stav": "x"}, {"Stav": "vratka"}]
    read = verdict("travel", *rows, options={"count_rows_where": {"Stav": ["x"]}, "minus_rows_where": {
        "Stav": ["vratka"]}})
    assert read.records["trips"].tolist() == [2, 1, -1]
