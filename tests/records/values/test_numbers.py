"""Numbers of one column: every written form, and the conventions that a column proves."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from carbon.records.grids.cells import Column
from carbon.records.values import numbers
from carbon.records.values.numbers import decimal_sums, parse_numbers, plain_numbers

FORMS = {
    "plain": lambda whole, part, mark: f"{whole}{mark}{part}",
    "spaces": lambda whole, part, mark: f"{int(whole):,}".replace(",", " ") + mark + part,
    "no-break": lambda whole, part, mark: f"{int(whole):,}".replace(",", "\u00a0") + mark + part,
    "narrow": lambda whole, part, mark: f"{int(whole):,}".replace(",", "\u202f") + mark + part,
    "apostrophes": lambda whole, part, mark: f"{int(whole):,}".replace(",", "'") + mark + part,
    "grouped": lambda whole, part, mark: f"{int(whole):,}".replace(",", "." if mark == "," else ",") + mark + part,
}
SIGNS = {"": 1, "-{}": -1, "{}-": -1, "\u2212{}": -1, "({})": -1, "+{}": 1}


@pytest.mark.parametrize("mark", [".", ","])
@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=10, deadline=None)
@given(values=st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 99)), min_size=1, max_size=6))
def test_every_written_form_is_its_number(form, sign, mark, values):
    """Every way of grouping x every sign x both marks reads as the number that was written."""
    written = [(sign or "{}").format(FORMS[form](str(whole), f"{part:02d}", mark)) for whole, part in values]
    column = Column(pa.array(written)).distinct

    found = parse_numbers(column)

    assert not found.problems
    wanted = [float(SIGNS[sign] * (Decimal(whole) + Decimal(part) / 100)) for whole, part in values]
    assert found.numbers[column.codes].tolist() == wanted


def test_sums_are_those_of_the_decimals_as_written():
    """0.3 - 0.1 is 0.2, and a sum of more digits than a float keeps is whole."""
    sums, at = decimal_sums(np.array([[0.3, 1.0, 1e14, 0.3], [-0.1, -1.0, 0.125, -0.1]]))
    assert [str(sums[i]) for i in at] == ["0.2", "0", "100000000000000.125", "0.2"]


def test_a_number_marked_as_about_right_is_no_number():
    """A sign or word of doubt in six languages makes the cell a reject that tells where the doubt may be written."""
    doubted = ["~120", "120?", "ca. 120", "env. 120", "120 (est.)", "≈120", "około 120", "120 ungefär", "<120",
               "120 (szacunek)"]
    others = ["n.c.", "12 per cent", "see 120", "abc"]
    problems = parse_numbers(Column(pa.array([*doubted, *others])).distinct).problems
    assert {problems[i].code for i in range(len(doubted) + len(others))} == {"not_a_number"}
    assert ["about right" in problems[i].reason for i in range(len(problems))] == [True] * len(doubted) + [False] * len(
        others)


@settings(max_examples=400, deadline=None)
@given(cells=st.lists(st.from_regex(r"-?[0-9]{1,17}([.,][0-9]{0,6})?", fullmatch=True), min_size=1, max_size=4),
       decimal=st.sampled_from([None, ".", ","]))
@example(cells=["9007199254740993"], decimal=None)
@example(cells=["1,234", "2,5"], decimal=None)
@example(cells=["-0", "007"], decimal=None)
def test_what_the_quick_reader_of_numbers_accepts_the_careful_one_reads_the_same(cells, decimal):
    """Of plain digits each number is the one that the careful reader finds, and it finds no fault."""
    column = Column(pa.array(cells)).distinct
    quick, careful = plain_numbers(column.texts, decimal=decimal), parse_numbers(column, decimal=decimal)

    if quick is not None:
        assert not careful.problems and not careful.blank.any() and not careful.currencies
        assert quick.tobytes() == careful.numbers.tobytes()


@pytest.mark.parametrize(("last", "number"), [("0.25", 0.25), ("x", None), ("0,25", None), ("", None)])
def test_the_last_of_many_numbers_counts_as_the_first(monkeypatch, last, number):
    """A mark that only the last cell proves is proved, and what is no plain number there sends all to the careful."""
    monkeypatch.setattr(numbers, "_PIECE", 4)
    quick = plain_numbers(pa.array(["1.234"] * 9 + [last]))

    assert (None if quick is None else quick.tolist()) == (number and [1.234] * 9 + [number])
