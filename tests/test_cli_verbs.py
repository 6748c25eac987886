"""The command line: help with an example for every verb, one JSON value, exit codes, no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

VERBS = ["run", "check", "classify", "verify", "explain", "diff", "review", "init", "lab", "factors list",
         "service", "plan", "file", "indicators check", "indicators show", "factors search", "factors show",
         "factors import", "factors diff", "events add", "events list", "events pin"]


def carbon(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "carbon.cli", *arguments], cwd=folder, text=True, capture_output=True,
                          env={**os.environ, "CARBON_PROJECT": "", "COLUMNS": "120"})


def test_every_verb_has_help_with_an_example():
    """
    In one process: help text of each verb, its example, and --json (lab prints nothing).
    """
    from typer.testing import CliRunner

    from carbon.cli import app

    for verb in VERBS:
        shown = CliRunner().invoke(app, [*verb.split(), "--help"]).output
        assert f"Example: carbon {verb}" in shown, verb
        assert verb == "lab" or "--json" in shown, verb


def test_help_is_quick(tmp_path):
    """
    Nothing heavy is imported for it: neither pandas nor papermill.
    """
    code = "import sys, carbon.cli; print(sorted({'pandas', 'numpy', 'papermill', 'matplotlib'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, cwd=tmp_path)
    assert done.stdout.strip() == "[]", done.stderr
    started = time.monotonic()
    assert carbon(tmp_path, "--help").returncode == 0
    assert time.monotonic() - started < 5  # a bound for a busy machine; 0.4 s on a quiet one


@pytest.mark.parametrize("arguments", [
    ["explain", "x"], ["classify", "x"], ["factors", "show", "no-such-factor"], ["run", "no/such.yml"],
    ["diff", "a/1", "b/2"], ["check", "no-such-file.csv", "--kind", "no-such-kind"], ["check", "--no-such-option"],
    ["check", "--year", "x"], ["check", "a.csv", "--kind", "purchases", "--year", "99999"],
], ids="_".join)
def test_a_refusal_is_one_message_and_one_json_value(tmp_path, arguments):
    """
    Exit 2, the reason on stderr without a traceback, one JSON value on stdout.
    """
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "runs.yml").write_text("notebook: notebooks/annual_report.ipynb\nruns: []\n")
    done = carbon(tmp_path, *arguments, "--json")
    assert done.returncode == 2, done.stdout + done.stderr
    assert isinstance(json.loads(done.stdout), dict)
    assert "Traceback" not in done.stderr and done.stderr.strip()


def test_control_characters_of_the_data_do_not_reach_the_terminal():
    """
    An escape sequence in a name is shown, not obeyed.
    """
    from carbon.cli.options import printable

    assert printable("a\x1b[31mred\x07\tb\n") == "a\\x1b[31mred\\x07\tb\n"
