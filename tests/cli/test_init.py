"""The command line: help with an example for every verb, one JSON value, exit codes, no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import carbon

from carbon import __version__
from carbon.core.errors import UsageError

VERBS = ["run", "check", "map", "classify", "verify", "seal", "explain", "diff", "review", "init", "lab",
         "factors list", "service", "plan", "file", "indicators check", "indicators show", "factors search",
         "factors show", "factors import", "factors diff", "events add", "events list", "events pin"]


def test_every_verb_has_help_with_an_example():
    """In one process: help text of each verb and group, its example, and --json."""
    from typer.testing import CliRunner

    from carbon.cli import app

    for group in ("factors", "indicators", "events"):
        assert f"Example: carbon {group} " in CliRunner().invoke(app, [group, "--help"]).output, group
    for verb in VERBS:
        shown = CliRunner().invoke(app, [*verb.split(), "--help"]).output
        assert f"Example: carbon {verb}" in shown, verb
        assert "--json" in shown, verb


def test_the_version_is_that_of_the_package(tmp_path):
    """`carbon --version` names the distribution and its version, in a folder without a project too."""
    done = carbon(tmp_path, "--version")
    assert (done.returncode, done.stdout) == (0, f"carbon-trajectory {__version__}\n")


def test_help_imports_nothing_heavy(tmp_path):
    """Neither pandas nor papermill is imported for it."""
    code = "import sys, carbon.cli; print(sorted({'pandas', 'numpy', 'papermill', 'matplotlib'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, cwd=tmp_path)
    assert done.stdout.strip() == "[]", done.stderr
    assert subprocess.run([sys.executable, "-m", "carbon.cli", "--help"], cwd=tmp_path, capture_output=True,
                          env={**os.environ, "CARBON_PROJECT": ""}).returncode == 0


@pytest.mark.parametrize("arguments", [
    ["explain", "x"], ["classify", "x"], ["factors", "show", "no-such-factor"], ["run", "no/such.yml"],
    ["diff", "a/1", "b/2"], ["check", "no-such-file.csv", "--kind", "no-such-kind"], ["check", "--no-such-option"],
    ["check", "--year", "x"], ["check", "a.csv", "--kind", "purchases", "--year", "99999"],
], ids="_".join)
def test_a_refusal_is_one_message_and_one_json_value(tmp_path, arguments):
    """Exit 2, the reason on stderr without a traceback, one JSON value on stdout."""
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "runs.yml").write_text("notebook: notebooks/annual_report.ipynb\nruns: []\n")
    done = carbon(tmp_path, *arguments, "--json")
    assert done.returncode == 2, done.stdout + done.stderr
    assert isinstance(json.loads(done.stdout), dict)
    assert "Traceback" not in done.stderr and done.stderr.strip()


def test_control_characters_of_the_data_do_not_reach_the_terminal():
    """An escape sequence in a name is shown, not obeyed."""
    from carbon.cli.options import printable

    assert printable("a\x1b[31mred\x07\tb\n") == "a\\x1b[31mred\\x07\tb\n"


@pytest.mark.parametrize("verb", [["factors", "show", "x"], ["verify"]], ids="_".join)
def test_a_refusal_of_the_system_is_one_message(monkeypatch, capsys, verb):
    """A folder that cannot be written, whatever the verb: exit 2, the file and the cause, no traceback."""
    import carbon.factors
    import carbon.runs.review.verify
    from carbon.cli import main

    def denied(*_, **__):
        raise PermissionError(13, "Permission denied", "data/ledger/acme/reviews")

    monkeypatch.setattr(carbon.factors, "show", denied)
    monkeypatch.setattr(carbon.runs.review.verify, "verify", denied)
    monkeypatch.setattr(sys, "argv", ["carbon", *verb, "--json"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    shown = capsys.readouterr()
    assert shown.err.startswith("PermissionError: data/ledger/acme/reviews: Permission denied\nHint: ")
    assert json.loads(shown.out)["error"]["type"] == "PermissionError"


def test_a_reader_that_has_enough_ends_the_verb_quietly(tmp_path):
    """`carbon factors list | head -1`: no traceback."""
    command = f"{sys.executable} -m carbon.cli factors list --json | head -1"
    done = subprocess.run(command, shell=True, cwd=tmp_path, text=True, capture_output=True)
    assert done.stdout == "[\n"
    assert done.stderr == ""


def test_a_project_that_is_not_around_the_folder_is_said(tmp_path, monkeypatch, capsys):
    """The checkout that carbon is installed from is used where there is none, and a message names it."""
    from carbon.cli.options import find_project

    monkeypatch.delenv("CARBON_PROJECT", raising=False)
    monkeypatch.chdir(tmp_path)
    found = find_project()
    assert f"taking {found.root.name}, the checkout that carbon is installed from" in capsys.readouterr().err
    with pytest.raises(UsageError, match="this verb writes into one"):
        find_project(writes=True)
    monkeypatch.chdir(found.root / "params")
    assert find_project() == find_project(writes=True) == found
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("arguments", [
    ["run", "--only", "petit-studio/2024", "--reopen", " "], ["plan", "petit-studio", "--language", "de"],
    ["indicators", "show", "petit-studio", "--year", "2024", "--audience", "board"],
    ["indicators", "show", "petit-studio", "--year", "2024", "--language", "de"], ["plan", "nobody"],
], ids="_".join)
def test_an_option_that_means_nothing_is_refused_with_json_too(arguments):
    """A blank reason, a language or audience there is none of, a company that is not there: exit 2, nothing written."""
    done = carbon(Path(__file__).parents[2], *arguments, "--json")
    assert done.returncode == 2, done.stdout
    assert "error" in json.loads(done.stdout)
    assert "Traceback" not in done.stderr
