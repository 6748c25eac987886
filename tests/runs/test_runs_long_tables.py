"""Long published tables are read back piece by piece: the same verdicts and row hashes as of the whole."""

import datetime
import decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from carbon.core.errors import RunError, TableError
from carbon.runs.company_year import reconcile
from carbon.runs.company_year.content import Content
from carbon.runs.publish import row_hashes
from carbon.runs.publish.parquet import SHORT, pieces_of, read_arrow, to_arrow, to_parquet
from carbon.runs.publish.row_hashes import hash_rows


def table(rows=1_000):
    words = pd.Categorical(np.array(["a", "é", ""])[np.arange(rows) % 3])
    return pd.DataFrame({"word": words, "name": [f"n{i}" for i in range(rows)], "kg": np.arange(rows) / 7,
                         "day": pd.Timestamp("2024-02-29"), "whole": np.arange(rows)})


def staged(folder, written, meant, kept=()):
    (folder / "emissions.parquet").write_bytes(to_parquet(written))
    content = Content({"emissions": meant}, {}, {}, {}, lambda document: {}, lambda path, read: None)
    return reconcile.check_stage(folder, content, {f"{name}.parquet": to_arrow(meant) for name in kept})


@pytest.mark.parametrize("piece", [1, 7, 999, 5_000])
def test_row_hashes_do_not_depend_on_the_pieces(tmp_path, monkeypatch, piece):
    """Read in pieces of any size, each row has the hash it has in the whole table."""
    path = tmp_path / "emissions.parquet"
    path.write_bytes(to_parquet(table()))
    whole = row_hashes.sheets_of(path)[""]
    monkeypatch.setattr(row_hashes, "PIECE", piece)

    assert len(set(whole.tolist())) == 1_000
    assert row_hashes.sheets_of(path)[""].tolist() == whole.tolist()
    assert hash_rows(to_arrow(table())).tolist() == whole.tolist()


@pytest.mark.parametrize(("rows", "packed"), [(0, "SNAPPY"), (1, "SNAPPY"), (SHORT, "SNAPPY"), (SHORT + 1, "ZSTD")])
def test_a_table_of_any_length_comes_back_and_a_changed_byte_of_it_does_not(tmp_path, rows, packed):
    """However it is packed, by its length: the same values, and a page that was altered is refused."""
    path, meant = tmp_path / "emissions.parquet", to_arrow(table(rows))
    path.write_bytes(to_parquet(meant))
    column = pq.ParquetFile(path).metadata.row_group(0).column(1)

    assert column.compression == packed
    assert read_arrow(path).cast(meant.schema).equals(meant)
    if rows:
        data = bytearray(path.read_bytes())
        data[column.data_page_offset + column.total_compressed_size - 1] ^= 1
        path.write_bytes(data)
        with pytest.raises(TableError, match=r"emissions\.parquet cannot be read"):
            read_arrow(path)


KINDS = pa.table({
    "text": ["a", "é", "", None] * 5, "bytes": [b"a", b"", b"\0", None] * 5, "number": [0.5, -0.0, 1e300, None] * 5,
    "small": pa.array([1, -2, 127, None] * 5, pa.int8()), "truth": [True, False, None, True] * 5,
    "day": [datetime.date(2024, 2, 29)] * 20, "exact": [decimal.Decimal("1.20"), None] * 10, "none": pa.nulls(20),
    "list": [[1, 2], [], None, [3]] * 5, "word": pa.array(["x", None, "y", "x"] * 5).dictionary_encode(),
})


@pytest.mark.parametrize("at", [3, 4])
@pytest.mark.parametrize("name", [name for name in KINDS.column_names if name != "none"])
def test_a_changed_value_of_any_kind_changes_the_hash_of_its_row_alone(name, at):
    """Whatever a column holds, another value in one row, or none, is another hash there and the same one everywhere
    else.
    """
    column = KINDS[name].combine_chunks()
    new = None if at == 4 else column[0].as_py() if column[3].as_py() != column[0].as_py() else column[1].as_py()
    changed = pa.chunked_array([column[:at], pa.array([new], column.type), column[at + 1:]]).unify_dictionaries()
    before, after = hash_rows(KINDS), hash_rows(KINDS.set_column(KINDS.column_names.index(name), name, changed))
    assert np.flatnonzero(before != after).tolist() == ([at] if column[at].as_py() != new else []), new


@pytest.mark.parametrize("start", [0, 1, 7, 19])
def test_the_rows_of_a_part_have_the_hashes_they_have_in_the_whole(start):
    """Arrow's parts begin anywhere in the buffers of the whole."""
    assert hash_rows(KINDS.slice(start, 9)).tolist() == hash_rows(KINDS).tolist()[start:start + 9]


def test_how_a_column_is_held_changes_no_hash():
    """Words as codes or as text, offsets of either size, one piece or many."""
    whole = hash_rows(KINDS).tolist()
    at = KINDS.column_names.index
    assert hash_rows(KINDS.set_column(at("word"), "word", KINDS["word"].cast(pa.string()))).tolist() == whole
    assert hash_rows(KINDS.set_column(at("text"), "text", KINDS["text"].cast(pa.large_string()))).tolist() == whole
    assert hash_rows(pa.concat_tables([KINDS.slice(0, 3), KINDS.slice(3)])).tolist() == whole


def test_hashes_of_many_rows_are_as_good_as_drawn(monkeypatch):
    """Of 200,000 near rows as many share a hash as of numbers drawn among 2^32; blocks of any size give the same."""
    texts = pa.array([f"line {n}" for n in range(200_000)], pa.large_string())
    columns = {"text": texts, "number": np.arange(200_000) / 7}
    for table in (pa.table(columns), pa.table({"text": texts}), pa.table({"number": columns["number"]})):
        hashes = hash_rows(table)
        assert 200_000 - len(np.unique(hashes)) <= 20  # 4.7 expected
        with monkeypatch.context() as blocks:
            blocks.setattr(row_hashes, "PIECE", 777)
            assert (hash_rows(table) == hashes).all()


def test_texts_that_differ_by_what_weighs_nothing_differ():
    """Empty, a NUL, two of them; and a text beside an empty one is not the empty one beside the text."""
    empties = pa.table({"bytes": [b"", b"\0", b"\0\0", None]})
    assert len(set(hash_rows(empties).tolist())) == 4
    beside = pa.table({"a": ["x", ""], "b": ["", "x"]})
    assert len(set(hash_rows(beside).tolist())) == 2


@pytest.mark.parametrize("texts", [["a"], [""], ["", "", ""], ["", "lyon", "", "", "\0é", ""], ["x" * 300, "", "y"]])
def test_a_text_has_the_hash_of_its_own_bytes_wherever_it_is(texts):
    """Each text as in a table of its own: empty ones before it, after it and behind the last byte give and take
    nothing.
    """
    alone = [hash_rows(pa.table({"text": pa.array([text], pa.large_string())}))[0] for text in texts]
    assert hash_rows(pa.table({"text": pa.array(texts, pa.large_string())})).tolist() == alone


@pytest.mark.parametrize(("one", "other"), [
    ([2**60, None], [2**60 + 1, None]), (["nan", None], [None, None]), (["", None], [None, None]),
    ([0, None], [None, None]), ([False, None], [None, None]), ([1, 2], ["1", "2"]),
])
def test_values_that_pandas_could_take_for_one_another_differ(one, other):
    """Whole numbers past those a float holds, beside a missing one; what is missing, beside its nearest value."""
    first, second = (hash_rows(pa.table({"x": pa.array(values)})) for values in (one, other))
    assert first[0] != second[0]


def test_a_value_that_comes_back_as_another_is_found(tmp_path):
    """A table that is held until it was read back is compared value by value: a changed last digit, a text, a gap."""
    whole = table(20)
    assert staged(tmp_path, whole, whole, ["emissions"])["emissions.parquet"].num_rows == 20
    for column, value in (("kg", 1 / 7 + 1e-16), ("name", "n1 "), ("kg", np.nan), ("word", "a")):
        other = whole.copy()
        other.loc[1, column] = value
        with pytest.raises(RunError, match="does not hold the rows"):
            staged(tmp_path, other, whole, ["emissions"])


def test_a_long_table_is_held_against_what_was_meant_without_being_kept(tmp_path, monkeypatch):
    """Rows and columns are checked, and the table does not stay in memory."""
    monkeypatch.setattr(reconcile, "PIECE", 300)

    assert staged(tmp_path, table(), table()) == {}
    for other in (table(999), table().rename(columns={"kg": "t"}), table().iloc[:0]):
        with pytest.raises(RunError, match="does not hold the rows"):
            staged(tmp_path, other, table())


def test_damage_is_found_in_pieces_as_in_the_whole(tmp_path):
    """A flipped byte anywhere in the pages: where the whole table is refused, so are its pieces."""
    whole, path = to_parquet(table()), tmp_path / "emissions.parquet"
    refused = 0
    for at in range(len(whole) // 40, len(whole), len(whole) // 40):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1:])
        try:
            read_arrow(path)
        except TableError:
            refused += 1
            with pytest.raises(TableError, match=r"emissions\.parquet cannot be read"):
                list(pieces_of(path, 300))
    assert refused > 20


def test_two_columns_of_one_name_are_refused():
    """Which is which could not be told when the table is read back."""
    with pytest.raises(ValueError, match="Duplicate column names"):
        to_arrow(pd.DataFrame([[1, 2]], columns=["kg", "kg"]))
