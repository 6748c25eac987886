"""A schedule of company-years, from the plan to the summary."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import nullcontext

import pytest

from carbon.core.errors import UsageError
from carbon.params.files.project import Project
from carbon.runs.company_year.job import FAILED, Outcome
from carbon.runs.publish import durable
from carbon.runs.publish.sets import current_set, read_manifest
from carbon.runs.schedule import session
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


def test_what_a_signal_stops_is_journalled_in_one_step(thin, monkeypatch):
    """A thousand company-years that never began would be a thousand waits for the disk; the summary lists each."""
    project, steps, caught = thin(companies={f"c{n}": [2024] for n in range(20)}), [], []
    monkeypatch.setattr(durable, "fault", lambda step, path: steps.append(path.name) if step == "fsync" else None)

    def stopped(batch, options, listen, stopping):
        caught.append(15)
        for job in batch.jobs:
            listen("ended", {"key": job.key, "outcome": Outcome(job.company, job.year, FAILED, "stopped").as_json()})

    monkeypatch.setattr(session, "_run", stopped)
    monkeypatch.setattr(session, "noted_signals", lambda: nullcontext(caught))
    summary = project.run()
    assert (summary.exit_code, len(summary.rows)) == (143, 20) and steps.count("run_journal.jsonl") == 2
    assert {row["reason"] for row in summary.rows} == {"stopped"}


HIDES = """
import builtins, os
del os.fork
import_as_ever = builtins.__import__
def hidden(name, globals=None, *more, **named):
    if name == "fcntl" and (globals or {}).get("__name__", "").startswith("carbon."):
        raise ImportError(name)
    return import_as_ever(name, globals, *more, **named)
builtins.__import__ = hidden
"""
LOCKS = """
import os
class Timeout(Exception): pass
class FileLock:
    def __init__(self, path, timeout): self.path = path
    def acquire(self):
        try: os.close(os.open(self.path, os.O_CREAT | os.O_EXCL))
        except FileExistsError: raise Timeout from None
    def release(self): os.unlink(self.path)
"""


@pytest.mark.torture
def test_without_fcntl_and_fork_the_isolated_engine_publishes(published_once, tmp_path, monkeypatch):
    """fcntl and fork are hidden from this package in every process (simulated; nothing here ran on Windows): the report
    is published by a kernel of its own, with the figures of the forked run, and nothing of the lock is left.
    """
    hiding = tmp_path / "hiding"
    hiding.mkdir()
    (hiding / "sitecustomize.py").write_text(HIDES)
    (hiding / "filelock.py").write_text(LOCKS)
    root = tmp_path / "project"
    shutil.copytree(published_once, root, symlinks=True)
    folder = Project(root).processed("my-company", 2024)
    figures = read_manifest(current_set(folder))["figures"]
    shutil.rmtree(folder)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(hiding), *filter(None, [os.environ.get("PYTHONPATH")])]))
    run = "from carbon.runs.publish.locks import has_flock; assert not has_flock(); from carbon.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", run, "run", "--force", "--json"], cwd=root, text=True,
                          capture_output=True, env={**os.environ, "CARBON_PROJECT": ""})

    assert done.returncode == 0, done.stdout + done.stderr
    assert "this system has no fork" in done.stdout + done.stderr
    assert read_manifest(current_set(folder))["figures"] == figures
    assert not [path.name for path in folder.iterdir() if path.name.startswith(".lock")]


def test_an_output_folder_that_cannot_be_written_is_found_first(tmp_path):
    """A file where the folder should be: refused before any work (mode bits do not bind root)."""
    (tmp_path / "processed").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        preflight(tmp_path / "processed")
