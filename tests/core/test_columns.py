"""Coded columns and rows: choosing, numbering and adding up as pandas does it, to the bit and without coercion."""

from __future__ import annotations

import gc
import math
import pickle

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from carbon.core import columns as module
from carbon.core.columns import Column, Groups, Rows, distinct_rows, group_codes, pairs_of
from carbon.core.errors import MethodError
from carbon.core.text_columns import among, by_word, pick, text_array


def lines(n: int = 500, seed: int = 7) -> pd.DataFrame:
    """Rows with few and many texts, empty ones, missing ones and accents among them, and numbers of very different
    size.
    """
    draw = np.random.default_rng(seed)
    return pd.DataFrame({
        "scope": draw.choice(["3", "1", "2"], n), "site": draw.choice(["", "Lyon", "Évry", "lyon", "Zürich"], n),
        "supplier": [f"s{k}" for k in draw.integers(0, 200, n)], "year": draw.integers(2020, 2026, n),
        "tier": pd.array(draw.choice(np.array(["spend", None, ""], dtype=object), n), dtype="str"),
        "co2e_kg": draw.normal(0, 1, n) * 10.0 ** draw.integers(-9, 12, n)})


def in_codes(table: pd.DataFrame) -> pd.DataFrame:
    """The table as long ones are held, with words that occur nowhere and in no order."""
    texts = {c: pd.Categorical(table[c], categories=["unused", *sorted(set(table[c].dropna()), reverse=True)])
             for c in table if isinstance(table[c].dtype, pd.StringDtype)}
    return table.assign(**texts)


def in_arrays(table: pd.DataFrame) -> Rows:
    """The same columns as plain arrays, texts as objects."""
    return Rows({c: table[c].to_numpy(dtype=object if isinstance(table[c].dtype, pd.StringDtype) else None)
                 for c in table}, len(table))


HELD = pytest.mark.parametrize("held", [Rows, lambda t: Rows(in_codes(t)), in_arrays,
                                        lambda t: Rows({c: Column.of(t[c]) for c in t}, len(t))],
                               ids=["text", "codes", "arrays", "columns"])
BY = [["scope"], ["site", "scope"], ["year", "supplier"], ["supplier", "site", "scope", "year"], ["tier", "site"]]


@HELD
@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("n", [0, 1, 500])
def test_groups_are_those_of_pandas_and_sums_are_exact(held, by, n):
    """Numbers, keys and first rows as groupby gives them, sorted; a sum is the correctly rounded sum of its own
    rows.
    """
    table = lines(n)
    expected = table.groupby(by, sort=True, dropna=False)
    number = expected.ngroup().to_numpy()

    groups = held(table).groups(by)

    assert groups.number.tolist() == number.tolist()
    assert groups.first.tolist() == [int(np.flatnonzero(number == i)[0]) for i in range(len(groups))]
    pd.testing.assert_frame_equal(groups.frame(by), table.iloc[groups.first][by].reset_index(drop=True),
                                  check_column_type=False)
    assert groups.counts() == expected.size().tolist()
    sums = held(table).sums(by, "co2e_kg")
    assert list(sums.values()) == [math.fsum(table["co2e_kg"][number == i]) for i in range(len(groups))]
    assert repr(list(sums)) == repr(groups.lines())


@HELD
def test_rows_are_chosen_by_their_words(held):
    """`where` keeps the rows that hold one of the words, `but` those that hold none; an unknown word is in no row."""
    table = lines()
    mask = table["co2e_kg"].to_numpy() > 0
    wanted = table["scope"].isin(["1", "2"]) & (table["site"] == "Lyon") & (table["supplier"] != "s3") & mask
    expected = table[wanted]

    chosen = held(table).where(mask, scope=("1", "2"), site="Lyon").but(supplier="s3")

    assert chosen.total("co2e_kg") == math.fsum(expected["co2e_kg"])
    assert len(chosen) == len(expected)
    assert chosen["supplier"].tolist() == expected["supplier"].tolist()
    assert chosen.groups(["supplier"]).lines() == sorted(set(expected["supplier"]))
    assert held(table).where(site="Nowhere").sums(["scope"], "co2e_kg") == {}
    assert held(table).where(year=(2021, 2022))["year"].tolist() == table["year"][
        table["year"].isin([2021, 2022])].tolist()


@HELD
def test_a_table_comes_back_as_it_went_in(held):
    """Texts, numbers and missing ones keep value and type, whole and in part; codes come back as plain text."""
    table = lines(50)
    at = np.array([3, 1, 3, 49])

    pd.testing.assert_frame_equal(held(table).frame(), table)
    pd.testing.assert_frame_equal(held(table).take(at).frame(["tier", "year"]),
                                  table.iloc[at][["tier", "year"]].reset_index(drop=True))
    assert len(held(table).take(at[:0]).frame()) == 0
    twice = held(table).where(table["year"].to_numpy() > 2021)
    twice["site"]  # read before rows are taken again, and one that is not
    pd.testing.assert_frame_equal(twice.take(np.array([2, 0])).frame(),
                                  table[table["year"] > 2021].iloc[[2, 0]].reset_index(drop=True))


def test_a_word_is_read_once_and_its_meaning_is_that_of_each_row():
    """Of four rows with two words, the meaning is asked twice, also after rows were taken."""
    asked: list[str] = []
    rows = Rows({"site": np.array(["Lyon", "Nice", "Lyon", "Nice"], dtype=object)}, 4)
    lengths = rows.take(np.array([3, 1, 0])).by_word("site", lambda word: (asked.append(word), word == "Lyon")[1], bool)
    assert lengths.tolist() == [False, False, True] and sorted(asked) == ["Lyon", "Nice"]


def test_rows_are_taken_by_place_and_not_by_label():
    """Labels of a DataFrame mean nothing: the second row is the second one."""
    labelled = lines(3).set_axis([2, 0, 2], axis=0)

    assert Rows(labelled).take(np.array([1]))["supplier"].tolist() == [labelled["supplier"].iloc[1]]


def test_set_columns_follow_the_rows_and_one_value_is_for_all():
    """A column set on chosen rows belongs to these, and hides the one it replaces; the rows before keep theirs."""
    table = lines(6).assign(scope=list("112233"))
    rows = Rows(table).where(scope=("2", "3")).assign(site="Nantes", share=np.arange(4.0))
    later = rows.assign(site=Column.of(pd.Series(list("abcd")))).take(np.array([3, 0]))

    assert rows["site"].tolist() == ["Nantes"] * 4
    assert rows.assign(site="Brest")["site"].tolist() == ["Brest"] * 4
    assert rows.where(scope="3")["share"].tolist() == [2.0, 3.0]
    assert later["site"].tolist() == ["d", "a"]
    assert later.sums(["site"], "share") == {"a": 0.0, "d": 3.0}
    assert Rows(table)["site"].tolist() == table["site"].tolist()


def test_a_column_of_another_length_is_refused():
    """A row less in a column would shift every quantity below it."""
    with pytest.raises(ValueError, match="3 rows became 2"):
        Rows(lines(3)).assign(kwh=np.array([1.0, 2.0]))


def test_no_number_becomes_a_text_and_no_text_a_number():
    """A column of texts with a number among them is rejected; "1" and 1 are not one word."""
    mixed = Rows({"a": np.array(["1", 2], dtype=object)}, 2)
    for use in (lambda: mixed.column("a"), lambda: mixed.frame(), lambda: mixed.groups(["a"])):
        with pytest.raises(TypeError):
            use()
    assert not Rows(pd.DataFrame({"year": [1, 2]})).column("year").among("1").any()
    assert not Rows(pd.DataFrame({"year": ["1", "2"]})).column("year").among([1]).any()
    assert Column.of(pd.Series([1.5, np.nan, 1.5])).array().dtype == np.float64
    assert Column.of(pd.Series([True, False])).array().dtype == bool


def test_several_words_may_mean_the_same():
    """Rows of words with one meaning are one group, under that meaning; each word is asked once."""
    asked: list[str] = []
    rows = Rows(pd.DataFrame({"activity": ["gas.a", "power.b", "gas.c", "gas.a"], "co2e_kg": [1.0, 2.0, 4.0, 8.0]}))
    rows = rows.assign(carrier=rows.column("activity").map(lambda a: asked.append(a) or a.partition(".")[0]))

    assert rows.sums(["carrier"], "co2e_kg") == {"gas": 13.0, "power": 2.0}
    assert rows.where(carrier="gas").sums(["activity"], "co2e_kg") == {"gas.a": 9.0, "gas.c": 4.0}
    assert asked == ["gas.a", "gas.c", "power.b"]


def test_rows_are_stacked_in_the_order_of_the_parts():
    """Nothing is sorted and nothing is lost; a column that a part lacks is missing there, text or number."""
    table = lines(4)
    rows = Rows(table)
    found = Rows.stack([rows.take(np.array([1])).assign(tier="x", tonnes=1.0), rows], ["site", "tonnes", "tier"])

    assert found["site"].tolist() == [table["site"][1], *table["site"]]
    assert found["tonnes"][0] == 1.0 and np.isnan(found["tonnes"][1:]).all()
    assert found.frame()["tier"].dtype == "str"
    assert list(Rows.stack([rows], ["site"])) == ["site"]


def test_rows_sent_to_another_process_are_the_same():
    """Chosen rows arrive as they are, without the table they were taken from."""
    rows = Rows(lines(100)).where(scope="1")
    sent = pickle.loads(pickle.dumps(rows))

    pd.testing.assert_frame_equal(sent.frame(), rows.frame())
    assert len(pickle.dumps(rows.take(np.arange(1)))) < len(pickle.dumps(Rows(lines(100)))) / 4


def test_a_column_that_was_written_to_is_read_again():
    """Codes are kept for the texts they were made of: a text changed in place moves its row to the new group."""
    table = lines(4).assign(site=["A", "A", "B", "B"], co2e_kg=[1.0, 2.0, 4.0, 8.0])
    assert Rows(table).sums(["site"], "co2e_kg") == {"A": 3.0, "B": 12.0}

    table.loc[1, "site"] = "B"

    # A: 1;  B: 2 + 4 + 8 = 14
    assert Rows(table).sums(["site"], "co2e_kg") == {"A": 1.0, "B": 14.0}


def test_kept_codes_go_with_the_texts():
    """Nothing is kept of a table that is gone."""
    table = lines()
    Column.of(table["supplier"])
    texts = id(table["supplier"].array.__arrow_array__())
    assert texts in module._KEPT

    del table
    gc.collect()

    assert texts not in module._KEPT


@pytest.mark.parametrize("n", [5, 5000])
@pytest.mark.parametrize("values", [[3, 1, 2], [2.5, np.nan, -1.0], [True, False],
                                    np.array(["2024-05-01", "2023-01-01", "NaT"], dtype="datetime64[s]")])
def test_words_are_sorted_and_a_missing_one_is_last_however_long_the_column(values, n):
    """Numbers, flags and days of a short and of a long column: sorted words, a missing one last, and codes that lead to
    what was given.
    """
    given = np.resize(np.asarray(values), n)
    column = Column.of(given)
    words = np.asarray(column.distinct)
    assert pd.Series(words).equals(pd.Series(np.unique(given)))
    assert pd.Series(words[column.codes]).equals(pd.Series(given))


def test_a_missing_number_is_no_sum():
    """A row without a number is rejected, not left out."""
    with pytest.raises(MethodError):
        Rows(lines(3).assign(co2e_kg=[1.0, np.nan, 2.0])).sums(["scope"], "co2e_kg")


STRANGE = ["b", "", "é", "Z", "日本", None, "a\n", "𝄞", "b", "\uffff", None, "a"]


@pytest.mark.parametrize("texts", [[], [None], STRANGE, STRANGE * 3])
@pytest.mark.parametrize("pieces", [1, 3])
def test_texts_are_coded_as_pandas_codes_values(texts, pieces):
    """Words are sorted and a missing one last, whatever the letters, and in how many pieces the column came."""
    column = pd.concat([pd.Series(texts[at::pieces], dtype="str") for at in range(pieces)], ignore_index=True)
    codes, words = pd.factorize(column, sort=True, use_na_sentinel=False)

    for values in (column, pd.Series(pd.Categorical(column)), column.to_numpy(dtype=object)):
        made = Column.of(values)
        assert made.codes.tolist() == codes.tolist()
        assert made.words.equals(pd.Index(words, dtype="str"))
        pd.testing.assert_extension_array_equal(made.array(), column.array)


@pytest.mark.parametrize("distinct", [3, 300])
@pytest.mark.parametrize("encoded", [True, False])
def test_codes_of_arrow_columns_lead_back_to_their_values(distinct, encoded):
    """Whether the product of the columns is small or must be renumbered; whole numbers need not begin at zero."""
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"a": rng.integers(0, distinct, 500).astype(str), "b": rng.integers(7, 7 + distinct, 500),
                          "c": rng.integers(0, distinct, 500).astype(str), "d": "one"}).astype(
                              {"a": "str", "c": "str", "d": "str"})
    arrow = [pa.chunked_array([pa.array(table[c])]) for c in table]
    arrow = [c.dictionary_encode() if encoded and pa.types.is_large_string(c.type) else c for c in arrow]

    found = Groups.of(map(Column.of_arrow, arrow), ranked=False)

    pd.testing.assert_frame_equal(found.frame(table.columns, found.number), table)
    assert len(found.occurring()) == len(table.drop_duplicates())
    assert found.size < 1 << 31


def test_arrow_columns_without_rows_have_no_codes():
    """An empty row group is no error."""
    empty = [pa.chunked_array([], t) for t in (pa.string(), pa.int16(), pa.dictionary(pa.int32(), pa.string()))]
    assert len(Groups.of(map(Column.of_arrow, empty), ranked=False).occurring()) == 0


@pytest.mark.parametrize("kind", ["str", "category", "object"])
def test_equal_rows_have_one_number_in_order_of_appearance(kind):
    """Of n different rows the numbers are 0 ... n - 1; a missing value is a value of its own, and labels mean
    nothing.
    """
    texts = pd.Series(["é", "", "e\u0301", "", None, "é"], dtype="str").astype(kind)
    days = pd.Series(pd.to_datetime(["2024-01-01", None, None, None, None, "2024-01-01"]))
    rows = pd.DataFrame({"text": texts, "day": days}).set_axis([7] * 6, axis=0)

    assert group_codes([rows["text"]]).tolist() == [0, 1, 2, 1, 3, 0]
    assert group_codes([rows["day"]]).tolist() == [0, 1, 1, 1, 1, 0]
    assert group_codes([rows["day"], rows["text"]]).tolist() == [0, 1, 2, 1, 3, 0]
    assert len(group_codes([rows["text"][:0], rows["day"][:0]])) == 0


@pytest.mark.parametrize("given", [lambda t: t, in_codes], ids=["text", "codes"])
@pytest.mark.parametrize("names", [["scope"], ["tier", "site"], ["year", "supplier", "tier"]])
def test_different_rows_are_those_of_drop_duplicates(given, names):
    """The number of each row leads to its own words, plain text whatever went in."""
    table = lines()[names]
    code, rows = distinct_rows(given(table))

    pd.testing.assert_frame_equal(rows, table.drop_duplicates().reset_index(drop=True))
    pd.testing.assert_frame_equal(rows.take(code).reset_index(drop=True), table)
    assert len(distinct_rows(given(table[:0]))[1]) == 0


def test_so_many_combinations_that_no_number_holds_them_are_numbered_anew():
    """Eight columns of 2,048 words: a difference in the first one is 77 bits up, beyond 64, and still counts."""
    each = np.arange(2048)
    columns = [np.append(each, [5, 9]), *[np.append(each, [9, 9])] * 7]

    codes = group_codes(columns)

    assert codes.tolist() == [*range(2048), 2048, 9]


def test_groups_are_the_same_however_often_codes_are_renumbered(monkeypatch):
    """Numbering anew between two keys, by tables or by sorting, changes neither the order of groups nor their rows."""
    by = ["supplier", "year", "site", "scope"]
    columns = [Column.of(lines()[name]) for name in by]
    expected = Groups.of(columns)
    for name, value in (("_CACHED", 700), ("WIDEST", 700), ("_is_dense", lambda size, rows: False)):
        monkeypatch.setattr(module, name, value)
        found = Groups.of(columns)
        assert found.lines() == expected.lines()
        assert found.number.tolist() == expected.number.tolist()
        assert found.first.tolist() == expected.first.tolist()


def test_pairs_are_those_of_an_inner_join_in_its_order():
    """Every left row meets every right row with the same texts, the left ones in order, then the right ones."""
    left = pd.DataFrame({"a": ["x", "y", "x", "z"], "b": ["1", "1", "1", "1"], "left": range(4)})
    right = pd.DataFrame({"a": ["y", "x", "x", "x"], "b": ["1", "1", "2", "1"], "right": range(4)})

    pairs = pairs_of([left["a"], left["b"]], [right["a"], right["b"]])

    joined = left.merge(right, on=["a", "b"], how="inner", validate="m:m")
    assert [p.tolist() for p in pairs] == [joined["left"].tolist(), joined["right"].tolist()]
    assert [p.tolist() for p in pairs] == [[0, 0, 1, 2, 2], [1, 3, 0, 1, 3]]


def test_each_different_text_is_asked_once():
    """A ledger of a million lines costs what its distinct suppliers cost; none at all is no fault."""
    asked: list[str] = []
    sites = Rows(pd.DataFrame({"site": ["lyon", "", "lyon"]}))["site"]
    assert by_word(sites, lambda s: asked.append(s) or s.upper()).tolist() == ["LYON", "", "LYON"]
    assert asked == ["lyon", ""]
    assert by_word(sites[:0], len, np.int64).tolist() == []
    assert among(sites, ["lyon"]).tolist() == [True, False, True]
    assert pick(sites == "", "company", sites).tolist() == ["lyon", "company", "lyon"]


def test_the_words_of_some_rows_are_the_same_among_few_words_and_among_many():
    """Of 40,000 words those of the rows alone are listed, of 4 all are; a missing one is NaN in both."""
    for many in (4, 40_000):
        column = Column.of(text_array([None, *(f"{n:05}" for n in range(many))]))
        assert column.take(np.array([3, 1])).tolist() == ["00002", "00000"]
        assert np.isnan(column.take(np.array([0])).tolist()[0])
