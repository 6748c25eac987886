"""Days as they are written: one reading, the order that a file proves, or a problem."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon.records.grids.cells import Column
from carbon.records.values.dates import ends, parse_days, prove_order

days = st.dates(date(2000, 1, 1), date(2040, 12, 31))
DAY_FORMS = ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d 23:59:59+14:00", "%Y-%m-%d 00:00Z"]


@settings(max_examples=200, deadline=None)
@given(when=days, form=st.sampled_from(DAY_FORMS))
def test_unambiguous_days_are_themselves(when, form):
    """A day in a form with one reading is that day, whatever clock time or zone stands beside it."""
    column = Column(pa.array([when.strftime(form)])).distinct

    assert parse_days(column, order="").first.tolist() == [when]


@settings(max_examples=200, deadline=None)
@given(whens=st.lists(days, min_size=1, max_size=8), first=st.booleans())
def test_a_file_proves_its_order_or_is_refused(whens, first):
    """Days written a/b/year are read rightly where one of them proves the order, else only where both orders agree."""
    form = "%d/%m/%Y" if first else "%m/%d/%Y"
    column = Column(pa.array([w.strftime(form) for w in whens])).distinct
    order = prove_order(column.texts.to_pylist())
    found = parse_days(column, order=order)

    proved = any(w.day > 12 for w in whens)
    for i, when in enumerate(whens):
        code = column.codes[i]
        if proved or when.day == when.month:
            assert found.first[code] == pd.Timestamp(when)
        else:
            assert found.problems[code].code == "date_ambiguous"


def test_a_leap_day_is_a_day():
    """29 February exists in leap years only."""
    texts = ["2024-02-29", "2023-02-29", (date(2024, 2, 28) + timedelta(days=1)).strftime("%d/%m/%Y")]
    column = Column(pa.array(texts)).distinct
    found = parse_days(column, order=prove_order(texts))

    assert [str(d) for d in found.first[column.codes]] == ["2024-02-29", "NaT", "2024-02-29"]


def one(text):
    """Return the first and last day of one cell, or the code and the reason of its problem."""
    found = parse_days(Column(pa.array([text])).distinct, order="")
    if found.problems:
        return found.problems[0].code, found.problems[0].reason
    return str(found.first[0]), str(found.last[0])


@pytest.mark.parametrize(("text", "two"), [
    ("01/01/2024 - 31/01/2024", ("01/01/2024", "31/01/2024")), ("2024-01-01/2024-01-31", ("2024-01-01", "2024-01-31")),
    ("du 01.01.2024 au 31.01.2024", ("01.01.2024", "31.01.2024")), ("2024-01-01 10:00:00", None),
    ("01/2024-02/2024", None)])
def test_a_period_in_one_cell_has_two_full_days(text, two):
    """Two months or a clock time are no two days."""
    assert ends(text) == two


@pytest.mark.parametrize(("text", "first", "last"), [
    ("2024-W01", "2024-01-01", "2024-01-07"), ("KW 7 2024", "2024-02-12", "2024-02-18"),
    ("semaine 7 2024", "2024-02-12", "2024-02-18"), ("2024 KW 7", "2024-02-12", "2024-02-18"),
    ("2024-W01-3", "2024-01-03", "2024-01-03")])
def test_a_week_is_that_of_its_standard(text, first, last):
    """ISO 8601 has 52 weeks in 2024."""
    assert one(text) == (first, last)
    assert one("2024-W53")[0] == "date_impossible"


@pytest.mark.parametrize(("text", "first", "last"), [
    ("Q1/2024", "2024-01-01", "2024-03-31"), ("2ème trimestre 2024", "2024-04-01", "2024-06-30"),
    ("H2 2024", "2024-07-01", "2024-12-31"), ("2024-Q4", "2024-10-01", "2024-12-31"),
    ("1st half 2024", "2024-01-01", "2024-06-30"), ("3. Quartal 2024", "2024-07-01", "2024-09-30")])
def test_a_quarter_or_half_is_its_months(text, first, last):
    """Ordinal, letter or word, before or after the year; there is no fifth quarter and no third half."""
    assert one(text) == (first, last)
    assert one("Q5 2024")[0] == one("H3 2024")[0] == one("13 2024")[0] == "date_unreadable"


@pytest.mark.parametrize(("text", "common"), [
    ("15/Jan/2024", "2024-01-15"), ("2024年3月5日", "2024-03-05"), ("5 de marzo de 2024", "2024-03-05"),
    ("2024M03", "2024-03"), ("2024. 3. 5.", "2024-03-05"), ("2024年3月", "2024-03"), ("marzo de 2024", "2024-03"),
    ("Mar/2024", "2024-03"), ("2024 m. gegužės 5 d.", "2024-05-05"), ("2024. gada 5. maijs", "2024-05-05")])
def test_another_way_of_writing_a_day_is_the_common_one(text, common):
    """What it reads is what the common way reads."""
    assert one(text) == one(common) and one(common)[0] not in ("date_unreadable", "date_impossible")


@pytest.mark.parametrize("text", ["S1 2024", "FY24", "FY 2023/24", "exercice 2024", "week 7 2024"])
def test_a_wording_with_two_meanings_has_its_reason(text):
    """A semester or a week, a year that may begin in any month, a week that may begin on a Sunday."""
    code, reason = one(text)
    assert code == "date_ambiguous" and " may " in reason


def test_a_digit_of_another_script_is_no_digit():
    """A superscript or an Arabic digit is not read, whatever it resembles."""
    assert one("2024-01-0²")[0] == one("٢٠٢٤-01-02")[0] == "date_unreadable"
