"""A table as plain text: as pandas writes it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from carbon.reports.page.plain_text import plain_text
from carbon.reports.words.cells import cells_of

KINDS = {
    "number": [1.5, -2.0, np.nan, 1e12, -0.0, np.inf, 1e-9], "whole": [1, -2, 3, 4, 5, 6, 10**12],
    "text": ["a", "é\tb", "l\nm\r", "", "x" * 70, "日本", "\\"], "a heading longer than its cells": ["a"] * 7,
    "missing": pd.array(["a", None, "b", "c", np.nan, "d", "e"], dtype="str"), "flag": [True, False] * 3 + [True],
    "any": [1, "a", None, 2.5, [1], {}, "x\ny"], "day": pd.date_range("2024-01-01", periods=7),
    "codes": pd.Categorical(list("abcabca"))}


@pytest.mark.parametrize("rows", [0, 1, 7])
def test_plain_text_is_what_pandas_writes(rows):
    """Alone and beside any other, each kind of column reads as pandas writes it without an index."""
    table = pd.DataFrame(KINDS).head(rows)
    for first in table.columns:
        for last in table.columns:
            part = table[list(dict.fromkeys([first, last]))]
            written = plain_text(cells_of(part), 3)
            assert written == part.to_string(index=False, float_format=lambda value: format(value, ".3f"))
            assert written == plain_text(cells_of(part.assign(left_out=1)), 3, but=("left_out",))
