"""Two published trees are compared value by value: a changed value is named; hashes and times are no difference."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

ROOT = Path(__file__).resolve().parents[1]
PAGE = ('<section id="answer"><p>Emitted 7,092.8 t.</p><table><tr><th>scope 1</th><td data-value="{cell}">{cell}</td>'
        '</tr></table><figure><svg><text>123</text></svg></figure></section>')
MANIFEST = {"company": "acme", "year": 2025, "digest": "abc", "outputs": {"inventory.parquet": "f00"},
            "figures": {"acme/2025/1": 12.5}, "summary": {"co2e_t": {"1": 12.5}}, "trend": {"tonnes": {"2025": 12.5}}}
TABLE = {"scope": ["1", "2"], "co2e_kg": [12500.0, None], "rows": [3, 4]}


def _script():
    spec = importlib.util.spec_from_file_location("compare_published", ROOT / "scripts" / "compare_published.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT = _script()


def write_set(tree: Path, name: str = "set-1", **changes) -> Path:
    """Write one company-year with a table, a CSV, a workbook, a page and a manifest; return the set's folder."""
    folder = tree / "acme" / "2025" / name
    folder.mkdir(parents=True)
    pq.write_table(pa.table(changes.get("table", TABLE)), folder / "inventory.parquet")
    (folder / "rejects.csv").write_text(changes.get("csv", "line,reason\n7,unit\n"), encoding="utf-8")
    book = Workbook()
    book.active.title = "scopes"
    book.active.append(["scope", "t"])
    book.active.append(["1", changes.get("cell", 12.5)])
    book.save(folder / "workbook.xlsx")
    (folder / "annual_report.html").write_text(changes.get("page", PAGE.format(cell=12.5)), encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps(MANIFEST | changes.get("manifest", {})), encoding="utf-8")
    (folder.parent / "current").symlink_to(name)
    return folder


def differences(tmp_path: Path, **changes) -> list[tuple]:
    """Return file, column, row, old and new of each difference that `changes` make."""
    write_set(tmp_path / "old")
    write_set(tmp_path / "new", "set-2", **changes)
    trees = [SCRIPT.published(tmp_path / name) for name in ("old", "new")]
    return [(d.file.rsplit("/", 1)[-1], d.column, d.row, d.old, d.new) for d in SCRIPT.compare(*trees)]


def test_equal_values_under_other_hashes_are_no_difference(tmp_path: Path):
    """The name of the set, digests and hashes of outputs differ with the code; a missing value equals a missing one."""
    assert differences(tmp_path, manifest={"digest": "def", "outputs": {"inventory.parquet": "ba4"}}) == []


@pytest.mark.parametrize(("changes", "named"), [
    ({"table": TABLE | {"co2e_kg": [12500.000000000002, None]}},
     ("inventory.parquet", "co2e_kg", "1", 12500.0, 12500.000000000002)),
    ({"table": TABLE | {"co2e_kg": [12500.0, 0.0]}}, ("inventory.parquet", "co2e_kg", "2", None, 0.0)),
    ({"table": TABLE | {"rows": [3.0, 4.0]}}, ("inventory.parquet", "(type) rows", "1", "int64", "double")),
    ({"csv": "line,reason\n8,unit\n"}, ("rejects.csv", "line", "1", "7", "8")),
    ({"cell": 12.6}, ("workbook.xlsx", "scopes!2", "2", 12.5, 12.6)),
    ({"page": PAGE.format(cell=12.6)}, ("annual_report.html", "#answer table 1", "2", "12.5", "12.6")),
    ({"page": PAGE.format(cell=12.5).replace("7,092.8", "7,092.9")},
     ("annual_report.html", "#answer prose", "1", "7,092.8", "7,092.9")),
    ({"manifest": {"figures": {"acme/2025/1": 12.6}}}, ("manifest.json", "figures.acme/2025/1", "1", 12.5, 12.6)),
], ids=["last bit", "missing became zero", "type", "csv", "workbook", "page cell", "page prose", "manifest"])
def test_a_changed_value_is_named_with_file_column_row_and_both_values(tmp_path: Path, changes, named):
    """One changed value in any kind of file is the first difference reported."""
    assert differences(tmp_path, **changes)[0] == named


def test_rows_columns_and_files_that_one_tree_lacks_are_named(tmp_path: Path):
    """A row more, a column less, another order of columns and a missing file are differences."""
    table = {"co2e_kg": [12500.0, None, 1.0], "scope": ["1", "2", "3"]}
    found = {(file, column, row) for file, column, row, *_ in differences(tmp_path, table=table)}
    assert found >= {("inventory.parquet", "rows", ""), ("inventory.parquet", "co2e_kg", "rows"),
                     ("inventory.parquet", "(columns)", "1")}
    (tmp_path / "new" / "acme" / "2025" / "set-2" / "rejects.csv").unlink()
    trees = [SCRIPT.published(tmp_path / name) for name in ("old", "new")]
    assert next(SCRIPT.compare(*trees)) == SCRIPT.Difference("acme/2025/rejects.csv", "(file)", "", "present", "absent")


def test_dictionary_codes_are_compared_by_their_values(tmp_path: Path):
    """A string column stored as dictionary codes equals the same column stored as strings."""
    table = pa.table(TABLE)
    assert differences(tmp_path, table={"scope": table["scope"].dictionary_encode(),
                                        **{n: table[n] for n in ("co2e_kg", "rows")}}) == []


def test_figures_in_pictures_and_words_in_pages_are_not_compared(tmp_path: Path):
    """A picture drawn otherwise and a sentence worded otherwise leave the figures equal."""
    page = PAGE.format(cell=12.5).replace("<text>123</text>", "<path/>").replace("Emitted", "The company emitted")
    assert differences(tmp_path, page=page) == []


def test_a_set_that_is_not_current_is_not_compared(tmp_path: Path):
    """Sets next to the current one are earlier publications."""
    write_set(tmp_path / "old")
    folder = write_set(tmp_path / "new", "set-2")
    shutil.copytree(folder, folder.parent / "set-9")
    (folder.parent / "set-9" / "rejects.csv").write_text("line\n9\n")
    trees = [SCRIPT.published(tmp_path / name) for name in ("old", "new")]
    assert list(SCRIPT.compare(*trees)) == []


def test_the_exit_code_is_0_for_equal_1_for_different_and_2_for_an_empty_tree(tmp_path: Path, capsys):
    """The exit code answers; what is ignored by name is no difference."""
    write_set(tmp_path / "old")
    write_set(tmp_path / "new", csv="line,reason\n7,dimension of the unit\n")
    (tmp_path / "empty").mkdir()
    old, new, empty = (str(tmp_path / name) for name in ("old", "new", "empty"))

    assert SCRIPT.main([old, old]) == 0
    assert SCRIPT.main([old, new]) == 1
    assert "acme/2025/rejects.csv: reason: 1 differ" in capsys.readouterr().out
    assert SCRIPT.main([old, new, "--ignore", "reason"]) == 0
    assert SCRIPT.main([old, new, "--ignore", "*.csv:reason"]) == 0
    assert SCRIPT.main([old, empty]) == 2


def test_a_total_of_another_type_is_a_difference(tmp_path: Path):
    """A total of a manifest that lost its decimals is named with both values."""
    assert differences(tmp_path, manifest={"summary": {"co2e_t": {"1": 12}}})[0][3:] == (12.5, 12)
