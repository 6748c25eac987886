"""
Rows by codes: choosing and adding up as pandas does it, and never by the texts that a column had before.
"""

from __future__ import annotations

import gc
import math

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import MethodError
from carbon.core.words_coded import with_codes
from carbon.reports import rows as module
from carbon.reports.columns import columns_of, listed
from carbon.reports.plain_text import plain_text
from carbon.reports.rows import Rows, coded
from carbon.reports.sums import largest_first, sum_by


def lines(n: int = 500) -> pd.DataFrame:
    """
    Rows with few and many texts, empty ones and accents among them, and numbers of very different size.
    """
    draw = np.random.default_rng(7)
    return pd.DataFrame({
        "scope": draw.choice(["3", "1", "2"], n), "site": draw.choice(["", "Lyon", "Évry", "lyon", "Zürich"], n),
        "supplier": [f"s{k}" for k in draw.integers(0, 200, n)], "year": draw.integers(2020, 2026, n),
        "co2e_kg": draw.normal(0, 1, n) * 10.0 ** draw.integers(-9, 12, n)})


@pytest.mark.parametrize("made", [lambda t: t, with_codes], ids=["text", "codes"])
@pytest.mark.parametrize("by", [["scope"], ["site", "scope"], ["year", "supplier"], ["supplier", "site", "scope"]])
def test_sums_are_those_of_the_rows_of_each_group(by, made):
    """
    A sum by group is the correctly rounded sum of the group's own rows, and groups stand in sorted order.
    """
    table = lines()
    expected = {key if len(by) > 1 else key[0]: math.fsum(part["co2e_kg"]) for key, part in table.groupby(by)}

    assert Rows(made(table)).sums(by, "co2e_kg") == expected
    assert list(Rows(made(table)).sums(by, "co2e_kg")) == sorted(expected)
    assert sum_by(made(table), by).to_dict() == expected


@pytest.mark.parametrize("made", [lambda t: t, with_codes], ids=["text", "codes"])
def test_rows_are_chosen_by_their_texts(made):
    """
    `where` keeps the rows that hold one of the texts, `but` those that hold none; an unknown text is in no row.
    """
    table = lines()
    chosen = Rows(made(table)).where(scope=("1", "2"), site="Lyon").but(supplier="s3")
    expected = table[table["scope"].isin(["1", "2"]) & (table["site"] == "Lyon") & (table["supplier"] != "s3")]

    assert chosen.total("co2e_kg") == math.fsum(expected["co2e_kg"])
    assert chosen.size() == len(expected)
    assert Rows(made(table)).where(site="Nowhere").sums(["scope"], "co2e_kg") == {}
    assert chosen.groups(["supplier"]).lines() == sorted(set(expected["supplier"]))


def test_the_first_row_of_a_group_is_the_first_among_the_chosen():
    """
    What is said of a group by its first row comes from the chosen rows alone.
    """
    table = pd.DataFrame({"code": ["b", "a", "b", "a"], "kind": ["x", "y", "y", "y"], "co2e_kg": [1.0, 2.0, 3.0, 4.0]})

    # Of kind y: rows 1, 2, 3; "a" is first in the first of them, "b" in the second.
    assert Rows(table).where(kind="y").groups(["code"]).first.tolist() == [0, 1]


def test_a_column_that_was_written_to_is_read_again():
    """
    Codes are kept for the texts they were made of: a text changed in place moves its row to the new group.
    """
    table = lines(4).assign(site=["A", "A", "B", "B"], co2e_kg=[1.0, 2.0, 4.0, 8.0])
    assert Rows(table).sums(["site"], "co2e_kg") == {"A": 3.0, "B": 12.0}

    table.loc[1, "site"] = "B"

    # A: 1;  B: 2 + 4 + 8 = 14
    assert Rows(table).sums(["site"], "co2e_kg") == {"A": 1.0, "B": 14.0}


def test_kept_codes_go_with_the_texts():
    """
    Nothing is kept of a table that is gone.
    """
    table = lines()
    coded(table["supplier"])
    texts = id(table["supplier"].array.__arrow_array__())
    assert texts in module._KEPT

    del table
    gc.collect()

    assert texts not in module._KEPT


def test_several_words_may_mean_the_same():
    """
    Rows of words with one meaning are one group, under that meaning.
    """
    table = pd.DataFrame({"activity": ["gas.a", "power.b", "gas.c"], "co2e_kg": [1.0, 2.0, 4.0]})
    rows = Rows(table)
    rows = rows.with_column("carrier", rows.column("activity").meaning(lambda a: a.partition(".")[0]))

    assert rows.sums(["carrier"], "co2e_kg") == {"gas": 5.0, "power": 2.0}
    assert rows.where(carrier="gas").sums(["activity"], "co2e_kg") == {"gas.a": 1.0, "gas.c": 4.0}


def test_the_largest_line_is_first_and_an_unknown_one_last():
    """
    As pandas sorts a table: lines of the same size stay in order, a minus zero among them.
    """
    tonnes = [2.0, np.nan, -1.0, 2.0, 0.0, np.inf, -0.0, float("nan"), 1e-300, -np.inf, 2.0]
    lines = list(enumerate(tonnes))
    table = pd.DataFrame(lines, columns=["line", "co2e_t"]).sort_values("co2e_t", ascending=False, kind="stable")

    assert [line for line, _ in largest_first(lines, 1)] == table["line"].tolist()
    assert largest_first([], 1) == []


def test_a_missing_number_is_no_sum():
    """
    A row without a number is refused, not left out.
    """
    with pytest.raises(MethodError):
        Rows(lines(3).assign(co2e_kg=[1.0, np.nan, 2.0])).sums(["scope"], "co2e_kg")


KINDS = {
    "number": [1.5, -2.0, np.nan, 1e12, -0.0, np.inf, 1e-9], "whole": [1, -2, 3, 4, 5, 6, 10**12],
    "text": ["a", "é\tb", "l\nm\r", "", "x" * 70, "日本", "\\"], "a heading longer than its cells": ["a"] * 7,
    "missing": pd.array(["a", None, "b", "c", np.nan, "d", "e"], dtype="str"), "flag": [True, False] * 3 + [True],
    "any": [1, "a", None, 2.5, [1], {}, "x\ny"], "day": pd.date_range("2024-01-01", periods=7),
    "codes": pd.Categorical(list("abcabca"))}


@pytest.mark.parametrize("rows", [0, 1, 7])
def test_plain_text_is_what_pandas_writes(rows):
    """
    Alone and beside any other, each kind of column reads as pandas writes it without an index.
    """
    table = pd.DataFrame(KINDS).head(rows)
    for first in table.columns:
        for last in table.columns:
            part = table[list(dict.fromkeys([first, last]))]
            written = plain_text(columns_of(part), 3)
            assert written == part.to_string(index=False, float_format=lambda value: format(value, ".3f"))
            assert written == plain_text(columns_of(part.assign(left_out=1)), 3, but=("left_out",))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rows", [0, 7])
def test_a_column_as_a_list_is_what_pandas_makes_of_it(kind, rows):
    """
    Each value and its type, a missing text among them, whatever rows of a longer column are taken.
    """
    column = pd.DataFrame(KINDS)[kind].repeat(2)[::-1].head(rows)

    for values in (column, pd.Index(column)):
        assert repr(listed(values)) == repr(values.tolist())
    assert [value is np.nan for value in listed(column)] == [value is np.nan for value in column.tolist()]


STRANGE = ["b", "", "é", "Z", "日本", None, "a\n", "𝄞", "b", "\uffff", None, "a"]


@pytest.mark.parametrize("texts", [[], [None], STRANGE, STRANGE * 3])
@pytest.mark.parametrize("pieces", [1, 3])
def test_texts_are_coded_as_pandas_codes_values(texts, pieces):
    """
    Words stand sorted and a missing one last, whatever the letters, and in how many pieces the column came.
    """
    parts = [pd.Series(texts[at::pieces], dtype="str") for at in range(pieces)]
    column = pd.concat(parts, ignore_index=True)
    codes, words = pd.factorize(column, sort=True, use_na_sentinel=False)

    made = coded(column)

    assert made.codes.tolist() == codes.tolist()
    assert made.words.equals(pd.Index(words, dtype="str"))


def test_groups_are_the_same_where_their_combinations_are_too_many_for_one_number(monkeypatch):
    """
    Numbering the groups anew between two keys changes neither their order nor their rows.
    """
    rows, by = Rows(lines()).where(scope=("1", "3")), ["supplier", "year", "site", "scope"]
    expected = rows.groups(by)
    monkeypatch.setattr(module, "WIDEST", 700)

    found = rows.groups(by)

    assert found.lines() == expected.lines()
    assert found.number.tolist() == expected.number.tolist()
    assert found.first.tolist() == expected.first.tolist()
