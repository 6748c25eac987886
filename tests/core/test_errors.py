"""Errors name what happened, the first rows and what to do, and cross processes unchanged."""

import pickle

import pandas as pd
import pytest

from carbon.core.errors import SHOWN_ROWS, CarbonError, FileRefused, TableError


def test_an_error_shows_its_first_rows_and_how_many_more():
    """One screen: the sentence, five rows, the number of the others, the hint."""
    error = TableError("7 rows are wrong", rows=pd.DataFrame({"line": range(100, 107)}), hint="correct them")
    words = str(error).splitlines()
    assert words[0] == "7 rows are wrong" and words[-1] == "Hint: correct them" and words[-2] == "... and 2 more"
    assert len(words) == 4 + SHOWN_ROWS


@pytest.mark.parametrize("error", [
    CarbonError("x"), TableError("x", rows=pd.DataFrame({"a": [1]}), hint="y"),
    FileRefused("x", code="no_rows", what_to_do="y")])
def test_an_error_comes_back_from_another_process_as_it_was(error):
    """Class, words, code and rows."""
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error) and str(back) == str(error)
    assert getattr(back, "code", None) == getattr(error, "code", None)
