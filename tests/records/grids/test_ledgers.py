"""Long ledgers in pieces: the same rows from Parquet and from text, wherever the text is cut."""

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from carbon.core.errors import FileRefused
from carbon.records.grids.ledgers import parquet_ledger, text_ledger

COLUMNS = ["activity", "year", "quantity"]
ROWS = pd.DataFrame({"activity": ["diesel", 'a "b"\n"c"', "d,e", ""] * 50, "year": range(2000, 2200),
                     "quantity": [x / 4 for x in range(200)]})


def whole(ledger):
    tables = [ledger(i) for i in range(len(ledger))]
    assert all(t.schema.field("activity").type == pa.dictionary(pa.int32(), pa.string()) for t in tables)
    return pa.concat_tables(tables).to_pandas().astype({"activity": "str", "year": "int64"})[COLUMNS]


@pytest.mark.parametrize("block", [1, 7, 50, 1 << 20])
@pytest.mark.parametrize("rows", [ROWS, ROWS[~ROWS["activity"].str.contains('[",]')]], ids=["quoted", "plain"])
def test_text_in_blocks_is_the_text(tmp_path, block, rows):
    """Quoted separators, quotes and line ends stay in their cell, whatever byte a block would end at."""
    path = tmp_path / "a.csv"
    rows.assign(other=1).to_csv(path, index=False)

    ledger = text_ledger(path, COLUMNS, separator=",", block=block)
    pd.testing.assert_frame_equal(whole(ledger), rows.reset_index(drop=True), check_dtype=False)
    assert (len(ledger) == 1) == (block > path.stat().st_size)


def test_row_groups_of_several_files_follow_each_other(tmp_path):
    """Every row group of every file once, in order."""
    table = pa.Table.from_pandas(ROWS, preserve_index=False)
    pq.write_table(table.slice(0, 120), tmp_path / "a.parquet", row_group_size=50)
    pq.write_table(table.slice(120), tmp_path / "b.parquet", row_group_size=50)

    ledger = parquet_ledger([tmp_path / "a.parquet", tmp_path / "b.parquet"], COLUMNS)
    assert len(ledger) == 5
    pd.testing.assert_frame_equal(whole(ledger), ROWS, check_dtype=False)


@pytest.mark.parametrize(("text", "code"), [
    ("", "no_rows"), ("activity,year,quantity\n", "no_rows"), ("activity,year,quantity", "no_rows"),
    ("activity,year\ndiesel,2024\n", "columns_missing"), ("activity,year,quantity\nd,2024,\n", "file_damaged"),
    ("activity,year,quantity\nd,2024,1 234\n", "file_damaged"),
    ('activity,year,quantity\n"d,2024,1\n', "file_damaged"),
    ("activity,year,quantity\nd,2024,1,5\n", "file_damaged"),
])
def test_text_that_is_no_ledger_is_refused(tmp_path, text, code):
    """No rows, no column, no number, a quote that never closes, a cell too many: never read as something else."""
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(FileRefused) as refused:
        whole(text_ledger(path, COLUMNS, separator=","))
    assert refused.value.code == code


def test_damaged_parquet_is_refused(tmp_path):
    """A file that is none, and one without a wanted column."""
    (tmp_path / "a.parquet").write_bytes(b"PAR1 not PAR1")
    with pytest.raises(FileRefused, match=r"a\.parquet"):
        parquet_ledger([tmp_path / "a.parquet"], COLUMNS)
    pq.write_table(pa.table({"activity": ["a"]}), tmp_path / "b.parquet")
    with pytest.raises(FileRefused, match="quantity"):
        parquet_ledger([tmp_path / "b.parquet"], COLUMNS)
