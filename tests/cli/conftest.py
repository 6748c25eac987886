"""The command line called in this process, on the example project or on a copy of a part of it."""

import json
import shutil
from pathlib import Path

import pytest
from json_shapes import check_shape
from typer.testing import CliRunner

ROOT = Path(__file__).parents[2]


@pytest.fixture
def carbon():
    """Call `carbon` with words; the result has exit_code, stdout, output and exception. JSON has its documented shape.
    """
    from carbon.cli import app

    def call(*words):
        done = CliRunner().invoke(app, list(words))
        if "--json" in words and (done.exception is None or isinstance(done.exception, SystemExit)):
            check_shape(words, json.loads(done.stdout))
        return done
    return call


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """The smallest example company, its year 2024 only, in a project of its own."""
    shutil.copytree(ROOT / "params" / "petit-studio", tmp_path / "params" / "petit-studio")
    shutil.copy(ROOT / "params" / "petit-studio.yml", tmp_path / "params")
    shutil.copytree(ROOT / "data" / "raw" / "petit-studio", tmp_path / "data" / "raw" / "petit-studio")
    (tmp_path / "params" / "runs.yml").write_text(
        "notebook: notebooks/annual_report.ipynb\nruns:\n  - {company: petit-studio, years: [2024]}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CARBON_PROJECT", "")
    return tmp_path
