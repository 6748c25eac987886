"""The example in each verb's help: what it names exists in the example project, and it runs."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from carbon.cli import app

ROOT = Path(__file__).parents[2]
YOURS = {"exports/", "base-carbone.csv", "2026.1+desnz-2026", "sale.csv", "my-project", "data/processed/petit-studio"}
"""What an example names that its reader brings, or that a run makes."""
RUN = ("check", "service", "factors list", "factors search", "factors show", "indicators check",
       "indicators show", "events list", "run")
"""Verbs whose example needs nothing but the example project; the others write, wait for a person, or need what is
`YOURS`, and have tests of their own.
"""
ON_A_SET = ("explain", "verify", "file")
"""Verbs whose example speaks of what a run has published."""


def _verbs() -> dict[str, str]:
    """Verb -> the example of its help."""
    commands = {c.name or c.callback.__name__: c.callback for c in app.registered_commands}
    for group in app.registered_groups:
        for command in group.typer_instance.registered_commands:
            commands[f"{group.name} {command.name or command.callback.__name__}"] = command.callback
    found = {name: re.search(r"Example: carbon (.+)", call.__doc__ or "") for name, call in commands.items()}
    return {name: match[1] for name, match in found.items() if match}


EXAMPLES = _verbs()


def test_every_verb_has_an_example_that_is_read_here():
    """No verb escapes: the ones run here and the others are all of them."""
    assert len(EXAMPLES) >= 22 and set(RUN) <= set(EXAMPLES)


@pytest.mark.parametrize("verb", sorted(EXAMPLES))
def test_what_an_example_names_exists(verb):
    """Companies, years, files and settings of an example are those of the example project."""
    for word in EXAMPLES[verb].split()[len(verb.split()):]:
        company, _, rest = word.partition("/")
        if word in YOURS or word.startswith("-"):
            continue
        if (ROOT / "params" / f"{company}.yml").exists():
            year = rest.partition("/")[0]
            assert not year or (ROOT / "data" / "raw" / company / year).is_dir(), word
        elif "/" in word:
            assert (ROOT / word).exists(), word


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A copy of the example project."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("params", "data/raw", "data/ledger", "notebooks"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


@pytest.fixture
def typed(project, monkeypatch) -> Callable[[str], Result]:
    """What an example answers on the copy."""
    monkeypatch.chdir(project)
    monkeypatch.delenv("CARBON_PROJECT", raising=False)
    monkeypatch.setenv("COLUMNS", "120")
    return lambda example: CliRunner().invoke(app, example.split())


@pytest.mark.parametrize("verb", RUN)
def test_an_example_runs(verb, typed):
    """Typed as it stands in the help, on a copy of the example project, it answers: `check` with its rejected rows."""
    done = typed(EXAMPLES[verb])
    assert done.exit_code == int(verb == "check") and done.output.strip(), (done.output, done.exception)


def test_an_example_on_a_published_set_runs(typed):
    """After the run that an example shows has been carried out, the examples that speak of its set answer."""
    for example in (EXAMPLES["run"].replace(" --dry-run", ""), *(EXAMPLES[verb] for verb in ON_A_SET)):
        done = typed(example)
        assert done.exit_code == 0, (example, done.output, done.exception)
