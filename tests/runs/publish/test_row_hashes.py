"""`carbon verify` leads to the row: each kind of table, each kind of change."""

from __future__ import annotations

import datetime
import decimal
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
import xlsxwriter

from carbon.core.errors import RunError
from carbon.runs.company_year.reconcile import check_figures, workbook_figures
from carbon.runs.publish import Stage, row_hashes
from carbon.runs.publish.parquet import read_arrow, to_arrow, to_parquet
from carbon.runs.publish.row_hashes import ROW_HASHES, first_changed_row, hash_rows, row_hashes_json
from carbon.runs.publish.sets import CHANGED, WORKBOOK
from carbon.runs.publish.sheets import read_sheets
from carbon.runs.review.verify import _verify_one

KINDS = pa.table({
    "text": ["a", "é", "", None] * 5, "bytes": [b"a", b"", b"\0", None] * 5, "number": [0.5, -0.0, 1e300, None] * 5,
    "small": pa.array([1, -2, 127, None] * 5, pa.int8()), "truth": [True, False, None, True] * 5,
    "day": [datetime.date(2024, 2, 29)] * 20, "exact": [decimal.Decimal("1.20"), None] * 10, "none": pa.nulls(20),
    "list": [[1, 2], [], None, [3]] * 5, "word": pa.array(["x", None, "y", "x"] * 5).dictionary_encode(),
})

TABLE = pd.DataFrame({"site": ["lyon", "élan", ""], "kg": [1.5, float("nan"), 3.0], "n": [1, 2, 3],
                      "day": pd.to_datetime(["2024-01-01"] * 3), "ok": [True, False, True]})
WHAT = "alpha/2024"


def make_workbook(path: Path, total: float) -> None:
    book = xlsxwriter.Workbook(str(path))
    for name in ("headline", "scopes"):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["Title"])
        sheet.write_row(2, 0, ["id", "t CO2e"])
        sheet.write_row(3, 0, [f"{WHAT}/scope1", 2.5])
        sheet.write_row(4, 0, [f"{WHAT}/scope3", total])
    book.close()


@pytest.fixture
def folder(tmp_path):
    """A set of three tables with its row hashes and a manifest."""
    make_workbook(tmp_path / "made.xlsx", 7.25)
    with Stage(tmp_path) as stage:
        stage.write("emissions.parquet", to_parquet(TABLE))
        stage.write("rejects.csv", b"line,reason\n3,quintal\n7,\"two\nlines\"\n")
        stage.write(WORKBOOK, (tmp_path / "made.xlsx").read_bytes())
        kept = row_hashes_json(stage.path, stage.outputs, {"emissions.parquet": to_arrow(TABLE)})
        stage.write(ROW_HASHES, kept, mode=0o600)
        stage.write_manifest({"digest": "0", "company": "alpha", "year": 2024, "dependencies": {}})
        stage.path.rename(tmp_path / "set-0")
    return tmp_path / "set-0"


def test_the_first_row_that_changed_is_named_in_each_kind_of_table(folder, tmp_path):
    """A value, a cell of a line, a number of a sheet, a line less: the row, and nothing for an untouched table."""
    assert {first_changed_row(folder, name) for name in ("emissions.parquet", "rejects.csv", WORKBOOK)} == {
        "no cell of it differs"}
    changed = TABLE.assign(kg=[1.5, float("nan"), 3.0000000001])
    (folder / "emissions.parquet").write_bytes(to_parquet(changed))
    assert first_changed_row(folder, "emissions.parquet") == "first row that differs: 3 of 3"
    (folder / "emissions.parquet").write_bytes(to_parquet(TABLE[:1]))
    assert first_changed_row(folder, "emissions.parquet") == "first row that differs: 2 of 3"
    (folder / "rejects.csv").write_text('line,reason\n3,quintal\n8,"two\nlines"\n')
    assert first_changed_row(folder, "rejects.csv") == "first row that differs: 3 of 3"
    book = openpyxl.load_workbook(folder / WORKBOOK)
    book["scopes"]["B5"] = 7.26
    book.save(folder / WORKBOOK)
    assert first_changed_row(folder, WORKBOOK) == "sheet 'scopes', first row that differs: 5 of 5"
    del book["headline"]
    book.save(folder / WORKBOOK)
    assert first_changed_row(folder, WORKBOOK) == "sheet 'headline', missing"


def test_what_was_read_already_has_the_hashes_of_the_file(folder):
    """A table or a workbook that is in hand from the check is hashed as it would be from the disk; a file that is no
    workbook is refused by its name.
    """
    names = ["emissions.parquet", "rejects.csv", WORKBOOK]
    read = {WORKBOOK: read_sheets(folder / WORKBOOK), "emissions.parquet": read_arrow(folder / "emissions.parquet")}
    assert row_hashes_json(folder, names, read) == row_hashes_json(folder, names, {})
    (folder / WORKBOOK).write_bytes(b"PK")
    with pytest.raises(ValueError, match=WORKBOOK):
        read_sheets(folder / WORKBOOK)


def test_verify_says_it_and_trusts_no_row_hashes_that_were_altered(folder):
    """The row stands in the problem; with the row hashes altered too, only the files are named; a table that cannot be
    read any more is said to be so.
    """
    data = (folder / "emissions.parquet").read_bytes()
    (folder / "emissions.parquet").write_bytes(to_parquet(TABLE.assign(n=[1, 5, 3])))
    from carbon.params.files.project import Project
    from carbon.runs.review.identities import Places

    def problems() -> list[str]:
        found = _verify_one(Places(Project(folder.parent)), folder)["problems"]
        return [p for p in found if not p.startswith("manifest")]

    assert problems() == [f"emissions.parquet: {CHANGED}; first row that differs: 2 of 3"]
    (folder / "emissions.parquet").write_bytes(data[:100])
    assert problems() == [f"emissions.parquet: {CHANGED}; it cannot be read as a table any more"]
    (folder / ROW_HASHES).write_text("{}")
    assert problems() == [f"emissions.parquet: {CHANGED}", f"{ROW_HASHES}: {CHANGED}"]


def test_no_row_is_named_where_pandas_hashes_otherwise_than_it_did(folder, monkeypatch):
    """Another version of pandas may hash rows otherwise: all would seem to differ, and the first would be named
    wrongly. Lines of CSV and workbooks are not hashed by pandas.
    """
    monkeypatch.setattr(pd.util, "hash_array", lambda values, **_: np.arange(len(values), dtype=np.uint64) << 32)
    assert "another version of pandas" in first_changed_row(folder, "emissions.parquet")
    (folder / "rejects.csv").write_text('line,reason\n3,quintal\n8,"two\nlines"\n')
    assert first_changed_row(folder, "rejects.csv") == "first row that differs: 3 of 3"


def test_a_workbook_that_shows_another_total_is_found(tmp_path):
    """Every line with a figure's id must have the value of the tables, in every sheet; a needed total must be there."""
    expected = {f"{WHAT}/scope1": 2500.0, f"{WHAT}/scope3": 7250.0}
    make_workbook(tmp_path / WORKBOOK, 7.25)
    shown = workbook_figures(read_sheets(tmp_path / WORKBOOK))
    check_figures(shown, expected, set(expected), WORKBOOK)
    with pytest.raises(RunError, match="does not show alpha/2024/total-location"):
        check_figures(shown, expected, {f"{WHAT}/total-location"}, WORKBOOK)
    make_workbook(tmp_path / WORKBOOK, 7.25 * (1 + 1e-11))
    with pytest.raises(RunError, match=r"workbook.xlsx: alpha/2024/scope3 shows \[7\.25"):
        check_figures(workbook_figures(read_sheets(tmp_path / WORKBOOK)), expected, set(expected), WORKBOOK)


def table(rows=1_000):
    words = pd.Categorical(np.array(["a", "é", ""])[np.arange(rows) % 3])
    return pd.DataFrame({"word": words, "name": [f"n{i}" for i in range(rows)], "kg": np.arange(rows) / 7,
                         "day": pd.Timestamp("2024-02-29"), "whole": np.arange(rows)})


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


@pytest.mark.parametrize("times", [1, 100])
def test_a_row_of_single_values_has_the_hash_that_pandas_gives_it(times):
    """Few rows or many, of every type but lists: the upper half of what `hash_pandas_object` gives the row."""
    table = pa.concat_tables([KINDS.drop_columns(["list"])] * times)
    rows = table.to_pandas(date_as_object=False, types_mapper=row_hashes._EXACT.get)
    assert hash_rows(table).tolist() == (pd.util.hash_pandas_object(rows, index=False).to_numpy() >> 32).tolist()


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
