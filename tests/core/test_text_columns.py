"""How tables hold texts: the same words in the same order, whatever the pieces; ids stay plain."""

import numpy as np
import pandas as pd
import pytest

from carbon.core.text_columns import (
    as_text,
    lines_of,
    listed,
    one_id,
    records_of,
    same_text,
    stack,
    text_array,
    text_table,
    texts_at,
    texts_like,
    with_text,
)

LONG = pd.DataFrame({"word": pd.Categorical(["a"])})
SHORT = pd.DataFrame({"word": pd.Series(["a"], dtype="str")})


def table(words, ids=None):
    return pd.DataFrame({"record_id": pd.Series(ids or [f"r{i}" for i in range(len(words))], dtype="str"),
                         "word": pd.Series(words, dtype="str"), "kg": np.arange(len(words), dtype=float)})


def test_texts_like_those_of_a_long_table_are_codes_and_back_the_same_text():
    """Words, the empty one, a missing one and accents among them; ids are left plain, and a short table as it is."""
    plain = table(["b", "", "é", None, "b"])
    codes = texts_like(plain, LONG)

    assert codes["word"].dtype == "category"
    assert codes["word"].cat.categories.tolist() == ["", "b", "é"]
    assert codes["record_id"].dtype == plain["record_id"].dtype
    pd.testing.assert_frame_equal(with_text(codes), plain)
    assert texts_like(plain, SHORT) is plain


@pytest.mark.parametrize("cut", [0, 1, 3, 5])
@pytest.mark.parametrize("emptied", [True, False])
def test_pieces_cannot_be_seen_in_the_whole(cut, emptied):
    """However a table is cut, and where only one piece is coded: the codes of the whole, words sorted."""
    whole = table(["b", "a", "c", "a", "d"])
    pieces = [texts_like(whole.iloc[:cut], LONG), whole.iloc[cut:].copy()]
    found = stack(pieces, emptied=emptied)

    pd.testing.assert_frame_equal(found, texts_like(whole, LONG))
    assert found["word"].cat.categories.tolist() == ["a", "b", "c", "d"]
    assert stack([whole, whole])["word"].dtype == "str"


def test_a_missing_word_stays_missing():
    """Code -1 is no word, also where the words of another piece move the codes."""
    first = pd.DataFrame({"word": pd.Categorical.from_codes([0, -1], pd.Index(["z"], dtype="str"))})
    found = stack([first, pd.DataFrame({"word": pd.Series(["a"], dtype="str")})])

    assert found["word"].isna().tolist() == [False, True, False]
    assert found["word"].tolist()[::2] == ["z", "a"]


def test_many_words_get_wider_codes():
    """300 words do not fit in a byte: no word takes another one's code."""
    words = [f"w{i:03d}" for i in range(300)]
    found = stack([texts_like(table(words[:100]), LONG), texts_like(table(words[100:]), LONG)])

    assert found["word"].astype("str").tolist() == words


def test_texts_at_places_are_the_same_words_however_they_are_held():
    """Two places may hold the same word; of codes, words at no place are left out."""
    words, at = ["x", "y", "x", "unused"], np.array([2, 1, 0, 1])
    codes, plain = texts_at(words, at, like=LONG), texts_at(words, at, like=SHORT)

    assert list(codes) == list(plain) == ["x", "y", "x", "y"]
    assert list(codes.categories) == ["x", "y"]
    pd.testing.assert_extension_array_equal(as_text(codes), plain)
    pd.testing.assert_extension_array_equal(texts_at(words, at, like=None), plain)


@pytest.mark.parametrize("like", [None, SHORT, LONG])
def test_one_text_in_each_row_and_no_rows_have_none(like):
    """As many rows as asked for, and none at all."""
    assert list(same_text("é", 3, like=like)) == ["é"] * 3
    assert len(same_text("é", 0, like=like)) == 0
    assert len(texts_at(["x"], np.array([], dtype=np.intp), like=like)) == 0


def test_two_ids_become_one_text_only_where_they_are_the_same():
    """An activity under another name than its record keeps it."""
    ids = ["a", "b"]
    same = pd.DataFrame({c: pd.Series(ids, dtype="str") for c in ("activity_id", "record_id")})
    other = same.assign(activity_id=pd.Series(["a", "b/2"], dtype="str"))

    assert np.shares_memory(*(one_id(same)[c].array._pa_array.chunk(0).buffers()[2] for c in same))
    assert one_id(other)["activity_id"].tolist() == ["a", "b/2"]


@pytest.mark.parametrize("texts", [[], ["a", "", "é\u0301", None], np.array(["a", np.nan], dtype=object),
                                   np.array(["a", "bc"]), pd.Series(["x", None], dtype="str")])
def test_an_array_of_texts_is_what_a_text_column_holds(texts):
    """Lists, arrays of texts and columns of them, a missing one among them; what is no text is refused, not written
    out.
    """
    pd.testing.assert_extension_array_equal(text_array(texts), pd.array(list(texts), dtype="str"))
    with pytest.raises(TypeError):
        text_array([1])


def test_a_table_of_texts_is_made_of_its_rows_and_may_have_none():
    """Columns in the order named, typed as text with rows and without."""
    for rows in ([], [("code", "two words"), ("", "é")]):
        pd.testing.assert_frame_equal(text_table(rows, ["code", "text"]),
                                      pd.DataFrame(rows, columns=["code", "text"], dtype="str"))


def test_codes_become_plain_text_and_plain_text_stays():
    """A missing word stays missing; numbers are left alone."""
    coded_words = pd.Categorical.from_codes([1, -1, 0], pd.Index(["a", "b"], dtype="str"))
    pd.testing.assert_extension_array_equal(as_text(coded_words), pd.array(["b", None, "a"], dtype="str"))
    numbers = np.array([1.0])
    assert as_text(numbers) is numbers


KINDS = {
    "number": [1.5, -2.0, np.nan, 1e12, -0.0, np.inf, 1e-9], "whole": [1, -2, 3, 4, 5, 6, 10**12],
    "missing": pd.array(["a", None, "b", "c", np.nan, "d", "e"], dtype="str"), "flag": [True, False] * 3 + [True],
    "any": [1, "a", None, 2.5, [1], {}, "x\ny"], "day": pd.date_range("2024-01-01", periods=7),
    "codes": pd.Categorical(list("abcabca"))}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rows", [0, 7])
def test_a_column_as_a_list_is_what_pandas_makes_of_it(kind, rows):
    """Each value and its type, a missing text among them, whatever rows of a longer column are taken."""
    column = pd.DataFrame(KINDS)[kind].repeat(2)[::-1].head(rows)

    for values in (column, pd.Index(column)):
        assert repr(listed(values)) == repr(values.tolist())
    assert [value is np.nan for value in listed(column)] == [value is np.nan for value in column.tolist()]


def test_rows_are_the_mappings_that_pandas_makes_of_them():
    """Strings and codes, missing ones among them, numbers, flags and days: the same values of the same types."""
    rows = table(["b", "", None]).assign(n=[1, 2, 3], flag=[True, False, True], code=pd.Categorical(["u", "v", "u"]),
                                         day=pd.to_datetime(["2024-01-01", "2024-02-29", None]))
    ours, theirs = records_of(rows), rows.to_dict("records")
    assert [[(name, type(value), str(value)) for name, value in row.items()] for row in ours] == [
        [(name, type(value), str(value)) for name, value in row.items()] for row in theirs]
    assert lines_of(rows, ["n", "word"])[:2] == [(1, "b"), (2, "")]
    assert records_of(rows.iloc[:0]) == []
