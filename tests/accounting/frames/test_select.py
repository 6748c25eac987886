"""Conditions on rows: globs on strings, bounds on numbers, and what there is where nothing fits."""

import pandas as pd
import pytest

from carbon.accounting.frames.select import selected
from carbon.core.errors import UsageError

TABLE = pd.DataFrame({"mode": pd.array(["air", "air", "rail"], dtype="str"), "km": [500.0, 900.0, float("nan")],
                      "category": [6, 6, 1]})


@pytest.mark.parametrize(("where", "hit"), [
    ({"mode": "AIR"}, [1, 1, 0]), ({"mode": "*a*"}, [1, 1, 1]), ({"mode": ["rail", "a*"]}, [1, 1, 1]),
    ({"mode": "air", "km": "<800"}, [1, 0, 0]), ({"km": ">= 500"}, [1, 1, 0]), ({"category": 6}, [1, 1, 0]),
    ({"category": [1, "=6"]}, [1, 1, 1]), ({}, [1, 1, 1])])
def test_every_condition_must_hold(where, hit):
    """A number that is not known fits no bound."""
    assert selected(TABLE, where).tolist() == [bool(h) for h in hit]


@pytest.mark.parametrize(("where", "words"), [
    ({"mode": "plane"}, "mode is one of 'air', 'rail'"), ({"mode": "air", "km": "<10"}, "km is between 500 and 900"),
    ({"mode": ["air", "rial"]}, "no row has mode 'rial'"),
    ({"mod": "air"}, "did you mean 'mode'"), ({"km": "short"}, "no condition on a number")])
def test_what_fits_nothing_is_answered_with_what_there_is(where, words):
    """The values of the rows that the other conditions leave, or the nearest column."""
    with pytest.raises(UsageError, match=words):
        selected(TABLE, where)
