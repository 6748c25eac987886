"""`carbon verify` leads to the row: each kind of table, each kind of change."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from carbon.core.errors import RunError
from carbon.runs.company_year.reconcile import WORKBOOK, check_figures, workbook_figures
from carbon.runs.publish import Stage
from carbon.runs.publish.parquet import read_arrow, to_arrow, to_parquet
from carbon.runs.publish.row_hashes import ROW_HASHES, first_changed_row, row_hashes_json
from carbon.runs.publish.sets import CHANGED
from carbon.runs.publish.sheets import read_sheets
from carbon.runs.review.verify import _verify_one

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
        stage.write(ROW_HASHES, kept, private=True)
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
    from carbon.records.params.project import Project

    def problems() -> list[str]:
        return [p for p in _verify_one(Project(folder.parent), folder)["problems"] if not p.startswith("manifest")]

    assert problems() == [f"emissions.parquet: {CHANGED}; first row that differs: 2 of 3"]
    (folder / "emissions.parquet").write_bytes(data[:100])
    assert problems() == [f"emissions.parquet: {CHANGED}; it cannot be read as a table any more"]
    (folder / ROW_HASHES).write_text("{}")
    assert problems() == [f"emissions.parquet: {CHANGED}", f"{ROW_HASHES}: {CHANGED}"]


def test_no_row_is_named_where_pandas_hashes_otherwise_than_it_did(folder, monkeypatch):
    """Another version of pandas may hash rows otherwise: all would seem to differ, and the first would be named
    wrongly. Lines of CSV and workbooks are not hashed by pandas.
    """
    monkeypatch.setattr(pd.util, "hash_pandas_object", lambda rows, index: pd.Series(range(len(rows)), dtype="uint64"))
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
