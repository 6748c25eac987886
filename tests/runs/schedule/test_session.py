"""A schedule of company-years, from the plan to the summary."""

from __future__ import annotations

import json

import pytest

from carbon.core.errors import UsageError
from carbon.runs.schedule.session import preflight


def test_a_company_year_is_published_whole(thin):
    """A run leaves a set with its manifest, the switch, the fixed links and the summary; a second run does nothing."""
    project = thin()
    summary = project.run()
    assert summary.exit_code == 0, summary.rows
    folder = project.project.processed("alpha", 2024)
    assert (folder / "current").readlink().name.startswith("set-")
    assert (folder / "annual_report.html").read_text().startswith("<!doctype html>")
    manifest = json.loads((folder / "current" / "manifest.json").read_text())
    assert set(manifest["outputs"]) == {"annual_report.ipynb", "annual_report.html", "emissions.parquet", "rejects.csv",
                                        "row_hashes.json", "datapackage.json"}
    rows = json.loads((project.root / "data" / "processed" / "run_summary.json").read_text())["runs"]
    assert [(r["company"], r["status"]) for r in rows] == [("alpha", "ok"), ("beta", "ok")]

    again = project.run()
    assert [r["status"] for r in again.rows] == ["skipped", "skipped"]


def test_an_output_folder_that_cannot_be_written_is_found_first(tmp_path):
    """A file where the folder should be: refused before any work (mode bits do not bind root)."""
    (tmp_path / "processed").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        preflight(tmp_path / "processed")
