"""Days as they are written: one reading, the order that a file proves, or a problem."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon.records.grids.cells import Column
from carbon.records.values.dates import parse_days, prove_order

days = st.dates(date(2000, 1, 1), date(2040, 12, 31))
DAY_FORMS = ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d 23:59:59+14:00", "%Y-%m-%d 00:00Z"]


@settings(max_examples=200, deadline=None)
@given(when=days, form=st.sampled_from(DAY_FORMS))
def test_unambiguous_days_are_themselves(when, form):
    """A day in a form with one reading is that day, whatever clock time or zone stands beside it."""
    column = Column(pa.array([when.strftime(form)])).distinct()

    assert parse_days(column, order="").first.tolist() == [when]


@settings(max_examples=200, deadline=None)
@given(whens=st.lists(days, min_size=1, max_size=8), first=st.booleans())
def test_a_file_proves_its_order_or_is_refused(whens, first):
    """Days written a/b/year are read rightly where one of them proves the order, else only where both orders agree."""
    form = "%d/%m/%Y" if first else "%m/%d/%Y"
    column = Column(pa.array([w.strftime(form) for w in whens])).distinct()
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
    column = Column(pa.array(texts)).distinct()
    found = parse_days(column, order=prove_order(texts))

    assert [str(d) for d in found.first[column.codes]] == ["2024-02-29", "NaT", "2024-02-29"]
