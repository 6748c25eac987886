"""Conditions on rows: globs on strings, bounds on numbers, and what there is where nothing fits."""

import pandas as pd
import pytest

from carbon.accounting.frames.select import selected
from carbon.core.errors import UsageError

TABLE = pd.DataFrame({"mode": pd.array(["air", "air", "rail"], dtype="str"), "km": [500.0, 900.0, float("nan")],
                      "category": [6, 6, 1], "date": pd.to_datetime(["2024-01-01", "2024-01-01", "2024-06-15"]),
                      "month": pd.array(["2024-01 to 2024-03", "2024-01", "2024-06"], dtype="str")})


@pytest.mark.parametrize(("where", "hit"), [
    ({"mode": "AIR"}, [1, 1, 0]), ({"mode": "*a*"}, [1, 1, 1]), ({"mode": ["rail", "a*"]}, [1, 1, 1]),
    ({"mode": "air", "km": "<800"}, [1, 0, 0]), ({"km": ">= 500"}, [1, 1, 0]), ({"category": 6}, [1, 1, 0]),
    ({"category": [1, "=6"]}, [1, 1, 1]), ({}, [1, 1, 1]), ({"date": ">=2024-02-01"}, [0, 0, 1]),
    ({"date": pd.Timestamp("2024-01-01")}, [1, 1, 0]), ({"month": "2024-06"}, [0, 0, 1]),
    ({"month": "2024-0[1-3]*"}, [1, 1, 0]), ({"month": "2024-01", "km": ">800"}, [0, 1, 0])])
def test_every_condition_must_hold(where, hit):
    """A number that is not known fits no bound."""
    assert selected(TABLE, where).tolist() == [bool(h) for h in hit]


@pytest.mark.parametrize(("where", "words"), [
    ({"mode": "plane"}, "mode is one of 'air', 'rail'"), ({"mode": "air", "km": "<10"}, "km is between 500 and 900"),
    ({"mode": ["air", "rial"]}, "no row has mode 'rial'"),
    ({"mod": "air"}, "did you mean 'mode'"), ({"km": "short"}, "no condition on a number"),
    ({"date": "June"}, "no condition on a day"), ({"date": "2024-13-01"}, "no condition on a day"),
    ({"date": "2024"}, "no condition on a day"),
    ({"date": ">2025-01-01"}, "date is between 2024-01-01 and 2024-06-15"),
    ({"month": "2024-01"}, "leave out rows of '2024-01 to 2024-03'"),
    ({"month": ["2024-0[2]", "2024-06"]}, "leave out rows of '2024-01 to 2024-03'")])
def test_what_fits_nothing_is_answered_with_what_there_is(where, words):
    """The values of the rows that the other conditions leave, the nearest column, the longer period."""
    with pytest.raises(UsageError, match=words):
        selected(TABLE, where)
