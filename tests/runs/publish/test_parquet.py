"""Long published tables are read back piece by piece: the same verdicts and row hashes as of the whole."""


import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from carbon.core.errors import TableError
from carbon.runs.publish.parquet import SHORT, pieces_of, read_arrow, to_arrow, to_parquet


def table(rows=1_000):
    words = pd.Categorical(np.array(["a", "é", ""])[np.arange(rows) % 3])
    return pd.DataFrame({"word": words, "name": [f"n{i}" for i in range(rows)], "kg": np.arange(rows) / 7,
                         "day": pd.Timestamp("2024-02-29"), "whole": np.arange(rows)})


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
