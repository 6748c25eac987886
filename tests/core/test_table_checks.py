"""A table that breaks its contract raises an error with its columns and rows."""

import numpy as np
import pandas as pd
import pytest
from table_of_things import TABLE, things

from carbon.core import schemas
from carbon.core.errors import TableError


@pytest.mark.parametrize(("columns", "said"), [
    ({"name": pd.Series(["a", None], dtype="str")}, "`name` is null"),
    ({"name": pd.Series(["a", None], dtype="category")}, "`name` is null"),
    ({"name": [1, 2]}, "`name` must be text"),
    ({"size": [1.0, np.nan]}, "`size` is missing or not finite"),
    ({"size": [1.0, np.inf]}, "`size` is missing or not finite"),
    ({"size": [1, 2]}, "`size` must be amount"),
    ({"share": [0.0, -np.inf]}, "`share` is not finite"),
    ({"count": [0.0, 1.0]}, "`count` must be integer"),
    ({"count": [0, 3]}, "`count` is not one of"),
    ({"day": ["2024-01-01", "2024-01-02"]}, "`day` must be day"),
    ({"good": ["yes", "no"]}, "`good` must be flag"),
    ({"name": pd.Series(["a", "a"], dtype="str")}, "name is not unique"),
    ({"more": 1}, "unknown columns ['more']"),
])
@pytest.mark.parametrize("given", [dict, pd.DataFrame])
def test_a_table_that_does_not_fit_is_refused_by_column(columns, said, given):
    """Nothing is coerced, filled or dropped; the message names the column, be it of a table or of columns by name."""
    table = things(**columns)
    with pytest.raises(TableError) as refused:
        TABLE.validate(table if given is pd.DataFrame else {c: table[c].array for c in table})
    assert said in str(refused.value)


def test_columns_become_the_table_that_they_would_be():
    """Arrays by name give the table that a frame of them gives; in another order, with more of them, with none in
    them.
    """
    for table in (things(), things()[:0], things()[[*TABLE.columns][::-1]]):
        columns = {c: table[c].array for c in table}
        pd.testing.assert_frame_equal(TABLE.validate(columns), TABLE.validate(table.copy()))
        with pytest.raises(TableError, match="unknown columns"):
            TABLE.validate({**columns, "more": np.zeros(len(table))})
        assert "more" in TABLE.validate({**columns, "more": np.zeros(len(table))}, extra=True)


def test_a_missing_column_and_one_that_stands_twice_are_refused():
    """Neither is guessed."""
    with pytest.raises(TableError, match="missing columns"):
        TABLE.validate(things().drop(columns="size"))
    twice = pd.concat([things(), things()[["size"]] * 2], axis=1)
    with pytest.raises(TableError, match="listed twice"):
        TABLE.validate(twice)


PAIRS = schemas.Table("pairs", {"name": schemas.TEXT, "share": schemas.NUMBER, "day": schemas.DAY},
                      key=("name", "share", "day"))


@pytest.mark.parametrize(("names", "shares", "twice"), [
    (["a", "a"], [1.0, 2.0], 0), (["a", "b"], [np.nan, np.nan], 0), ([], [], 0), (["a", "a"], [1.0, 1.0], 2),
    (["a", "b", "a"], [np.nan, np.nan, np.nan], 2)])
def test_a_key_of_several_columns_is_held_row_by_row(names, shares, twice):
    """Rows that differ in one column of the key are two; rows alike, be it in what is missing, are refused and
    shown.
    """
    table = pd.DataFrame({"name": pd.Series(names, dtype="str"), "share": np.array(shares, dtype=float),
                          "day": pd.Series([pd.NaT] * len(names), dtype="datetime64[s]")}).set_axis([3] * len(names))
    if not twice:
        assert len(PAIRS.validate(table)) == len(names)
        return
    with pytest.raises(TableError, match=f"not unique in {twice} rows"):
        PAIRS.validate(table)
