"""Parquet files: typed columns read as they are."""

from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from carbon.core.errors import FileRefused
from carbon.records.grids import cells, parquets
from carbon.records.grids.parquets import read_parquet
from carbon.records.grids.sources import open_source


def grid_of(path, table, wanted=None):
    pq.write_table(pa.table(table), path)
    return read_parquet(open_source(path, path.name), lambda names, _: list(range(len(names)) if wanted is None
                                                                             else wanted))


def test_each_type_is_its_text_and_its_mark(tmp_path):
    """Numbers without exponent or trailing zeros, days as ISO, nothing as a blank cell of text."""
    grid = grid_of(tmp_path / "a.parquet", {
        "text": ["x", None], "day": [date(2024, 3, 1), None], "stamp": [datetime(2024, 3, 1, 9), None],
        "whole": [7, None], "float": [10.0, None], "decimal": [Decimal("1.50"), None], "flag": [True, None]})

    assert grid.row(0) == ["x", "2024-03-01", "2024-03-01", "7", "10", "1.50", "true"]
    assert grid.row(1) == [""] * 7
    marks = [cells.TEXT if c.marks is None else int(c.marks[0]) for c in grid.columns]
    assert marks == [cells.TEXT, cells.DAY, cells.DAY, *[cells.NUMBER] * 3, cells.FLAG]
    assert all(c.marks is None or c.marks[1] == cells.TEXT for c in grid.columns)
    assert grid.lines.tolist() == [1, 2]


def test_long_columns_whose_values_repeat_are_read_as_short_ones(tmp_path, monkeypatch):
    """Days, numbers and truths that repeat are written out once each, with the text and mark of every row as before."""
    table = pa.table({"day": pa.array([date(2024, 3, 1), None, date(2024, 3, 2)] * 4),
                      "amount": pa.array([0.0, -0.0, None, 2.5] * 3), "cents": pa.array([Decimal("1.10"), None] * 6),
                      "several": pa.array(range(12)), "paid": pa.array([True, False, None] * 4)})
    plain = grid_of(tmp_path / "plain.parquet", table)
    monkeypatch.setattr(parquets, "_SAMPLE", 8)
    coded = grid_of(tmp_path / "coded.parquet", table)

    assert [c.coded for c in coded.columns] == [True, True, True, False, True]
    for one, other in zip(plain.columns, coded.columns, strict=True):
        assert one.strings == other.strings
        assert one.kinds.tolist() == other.kinds.tolist()


def test_columns_that_nobody_wants_are_left_unread(tmp_path):
    """A column of lists is no fault where the kind does not read it, and a fault where it does."""
    table = {"a": ["x"], "lists": [[1, 2]]}
    assert grid_of(tmp_path / "a.parquet", table, wanted=[0]).row(0) == ["x", ""]
    with pytest.raises(FileRefused) as refused:
        grid_of(tmp_path / "b.parquet", table)
    assert refused.value.code == "column_type"


def test_no_rows_and_damage_are_refused(tmp_path):
    """Nothing is read of a file whose pages do not fit their checksums."""
    with pytest.raises(FileRefused) as refused:
        grid_of(tmp_path / "a.parquet", {"a": pa.array([], pa.string())})
    assert refused.value.code == "file_empty"
    (tmp_path / "b.parquet").write_bytes(b"PAR1" + b"\0" * 40 + b"PAR1")
    with pytest.raises(FileRefused) as refused:
        read_parquet(open_source(tmp_path / "b.parquet", "b.parquet"), lambda names, _: [])
    assert refused.value.code == "file_damaged"


def test_columns_of_few_words_are_read_whoever_asks(tmp_path):
    """A column that no contract names may state which rows count; one of many different strings is left unread."""
    words, many = ["storno", *["zaplaceno"] * 199], [f"text {i}" for i in range(200)]
    table = {"amount": list(range(200)), "Stav": words, "note": many, "paid": [True, False] * 100}
    grid = grid_of(tmp_path / "a.parquet", table, [0])
    assert [len(c.distinct.texts) > 1 for c in grid.columns] == [True, True, False, True]
