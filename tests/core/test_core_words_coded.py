"""Texts as codes: the same words in the same order, whatever the pieces; ids stay plain."""

import numpy as np
import pandas as pd
import pytest

from carbon.core.words_coded import (
    any_coded,
    as_text,
    coded,
    common_codes,
    distinct_rows,
    group_codes,
    one_id,
    pairs_of,
    spread,
    stacked,
    text_array,
    text_table,
    with_codes,
    with_text,
)


def table(words, ids=None):
    return pd.DataFrame({"record_id": pd.Series(ids or [f"r{i}" for i in range(len(words))], dtype="str"),
                         "word": pd.Series(words, dtype="str"), "kg": np.arange(len(words), dtype=float)})


def test_codes_and_back_are_the_same_text():
    """
    Words, the empty one and accents among them; ids are left plain.
    """
    plain = table(["b", "", "é", "b"])
    codes = with_codes(plain)

    assert any_coded(codes)
    assert codes["record_id"].dtype == plain["record_id"].dtype
    pd.testing.assert_frame_equal(with_text(codes), plain)


@pytest.mark.parametrize("cut", [0, 1, 3, 5])
def test_pieces_cannot_be_seen_in_the_whole(cut):
    """
    However a table is cut, and where only one piece is coded: the codes of the whole, words sorted.
    """
    whole = table(["b", "a", "c", "a", "d"])
    pieces = [with_codes(whole.iloc[:cut]), whole.iloc[cut:]]
    found = stacked(pieces)

    pd.testing.assert_frame_equal(found, with_codes(whole))
    assert found["word"].cat.categories.tolist() == ["a", "b", "c", "d"]


def test_a_missing_word_stays_missing():
    """
    Code -1 is no word, also where the words of another piece move the codes.
    """
    first = pd.DataFrame({"word": pd.Categorical.from_codes([0, -1], pd.Index(["z"], dtype="str"))})
    found = stacked([first, pd.DataFrame({"word": pd.Series(["a"], dtype="str")})])

    assert found["word"].isna().tolist() == [False, True, False]
    assert found["word"].tolist()[::2] == ["z", "a"]


def test_many_words_get_wider_codes():
    """
    300 words do not fit in a byte: no word takes another one's code.
    """
    words = [f"w{i:03d}" for i in range(300)]
    found = stacked([with_codes(table(words[:100])), with_codes(table(words[100:]))])

    assert found["word"].astype("str").tolist() == words


def test_words_are_spread_by_place_and_equal_ones_are_one():
    """
    Two places may hold the same word; words at no place are left out.
    """
    found = spread(pd.Series(["x", "y", "x", "unused"], dtype="str"), np.array([2, 1, 0, 1]))

    assert list(found) == ["x", "y", "x", "y"]
    assert list(found.categories) == ["x", "y"]


def test_no_rows_have_no_words():
    """
    Empty in, empty out.
    """
    assert len(spread(pd.Series(["x"], dtype="str"), np.array([], dtype=np.intp))) == 0
    assert len(coded(pd.Series([], dtype="str"))) == 0
    assert len(distinct_rows(with_codes(table([])))[1]) == 0


def test_different_rows_come_in_order_of_appearance():
    """
    The number of each row leads to its own words, coded or plain.
    """
    plain = pd.DataFrame({"a": pd.Series(["y", "x", "y", "y"], dtype="str"), "b": [1, 1, 2, 1]})
    for given in (plain, with_codes(plain)):
        code, rows = distinct_rows(given)

        assert code.tolist() == [0, 1, 2, 0]
        pd.testing.assert_frame_equal(rows.take(code).reset_index(drop=True), plain)


def test_pairs_are_those_of_an_inner_join_in_its_order():
    """
    Every left row meets every right row with the same texts, the left ones in order, then the right ones.
    """
    left = pd.DataFrame({"a": ["x", "y", "x", "z"], "b": ["1", "1", "1", "1"], "left": range(4)})
    right = pd.DataFrame({"a": ["y", "x", "x", "x"], "b": ["1", "1", "2", "1"], "right": range(4)})

    pairs = pairs_of(*common_codes([left["a"], left["b"]], [right["a"], right["b"]]))

    joined = left.merge(right, on=["a", "b"], how="inner", validate="m:m")
    assert [p.tolist() for p in pairs] == [joined["left"].tolist(), joined["right"].tolist()]
    assert [p.tolist() for p in pairs] == [[0, 0, 1, 2, 2], [1, 3, 0, 1, 3]]


def test_a_missing_word_is_a_word_of_its_own():
    """
    Rows without a word are one kind of row, not left out, whether texts are plain or codes.
    """
    plain = pd.DataFrame({"a": pd.Series(["y", None, "y", None], dtype="str"), "b": [1, 1, 2, 1]})
    for given in (plain, plain.assign(a=plain["a"].astype("category"))):
        code, rows = distinct_rows(given)

        assert code.tolist() == [0, 1, 2, 1]
        assert rows["a"].isna().tolist() == [False, True, False]


def test_two_ids_become_one_text_only_where_they_say_the_same():
    """
    An activity under another name than its record keeps it.
    """
    ids = ["a", "b"]
    same = pd.DataFrame({c: pd.Series(ids, dtype="str") for c in ("activity_id", "record_id")})
    other = same.assign(activity_id=pd.Series(["a", "b/2"], dtype="str"))

    assert np.shares_memory(*(one_id(same)[c].array._pa_array.chunk(0).buffers()[2] for c in same))
    assert one_id(other)["activity_id"].tolist() == ["a", "b/2"]


@pytest.mark.parametrize("kind", ["str", "category"])
def test_equal_rows_have_one_number_and_others_have_their_own(kind):
    """
    Rows that differ in one column only are told apart, missing values from each other value.
    """
    table = pd.DataFrame({"a": ["x", "x", "y", "x", "x"], "b": ["1", "2", "1", "1", "1"],
                          "c": [1.0, 1.0, np.nan, 1.0, np.nan]}).astype({"a": kind, "b": kind})
    codes = group_codes([table[c] for c in table])
    assert codes[0] == codes[3]
    assert len(set(codes.tolist())) == 4
    assert len(group_codes([table["a"][:0]])) == 0


@pytest.mark.parametrize("kind", ["str", "category", "object"])
def test_numbers_of_equal_rows_leave_no_gap_and_know_no_index(kind):
    """
    Of n different rows the numbers are 0 ... n - 1, of one column and of several; rows of one label are not one row.
    """
    texts = pd.Series(["é", "", "e\u0301", "", None, "é"], dtype="str").astype(kind)
    days = pd.Series(pd.to_datetime(["2024-01-01", None, None, None, None, "2024-01-01"]))
    rows = pd.DataFrame({"text": texts, "day": days}).set_axis([7] * 6, axis=0)
    for columns, different in ((["text"], 4), (["day"], 2), (["text", "day"], 4)):
        codes = group_codes([rows[c] for c in columns])
        assert sorted(set(codes.tolist())) == list(range(different))
        assert np.array_equal(pd.Series(codes).duplicated(), rows.duplicated(columns))


def test_so_many_combinations_that_no_number_holds_them_are_numbered_anew():
    """
    Eight columns of 1,024 words: a difference in the first one lies 70 bits up, beyond 64, and still counts.
    """
    each = np.arange(1024)
    columns = [np.append(each, [5, 9]), *[np.append(each, [9, 9])] * 7]

    codes = group_codes(columns)

    assert codes[9] == codes[1025] != codes[1024]
    assert sorted(codes[:1025].tolist()) == list(range(1025))


@pytest.mark.parametrize("texts", [[], ["a", "", "é\u0301", None], np.array(["a", np.nan], dtype=object),
                                   np.array(["a", "bc"]), pd.Series(["x", None], dtype="str")])
def test_an_array_of_texts_is_what_a_text_column_holds(texts):
    """
    Lists, arrays of texts and columns of them, a missing one among them; what is no text is refused, not written out.
    """
    pd.testing.assert_extension_array_equal(text_array(texts), pd.array(list(texts), dtype="str"))
    with pytest.raises(TypeError):
        text_array([1])


def test_a_table_of_texts_is_made_of_its_rows_and_may_have_none():
    """
    Columns in the order named, typed as text with rows and without.
    """
    for rows in ([], [("code", "two words"), ("", "é")]):
        pd.testing.assert_frame_equal(text_table(rows, ["code", "text"]),
                                      pd.DataFrame(rows, columns=["code", "text"], dtype="str"))


def test_codes_become_plain_text_and_plain_text_stays():
    """
    A missing word stays missing; numbers are left alone.
    """
    coded_words = pd.Categorical.from_codes([1, -1, 0], pd.Index(["a", "b"], dtype="str"))
    pd.testing.assert_extension_array_equal(as_text(coded_words), pd.array(["b", None, "a"], dtype="str"))
    numbers = np.array([1.0])
    assert as_text(numbers) is numbers
