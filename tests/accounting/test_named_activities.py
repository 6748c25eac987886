"""Rules and decisions name activities: one that has no factor is named at once, wherever it is read."""

from __future__ import annotations

import json
import shutil

import pytest
from typer.testing import CliRunner

import carbon as cb
from carbon.cli import app
from carbon.core.errors import ParamsError
from carbon.params.files.project import Project, find_project

RULE = "rules:\n  - {id: misspelt, when: {kind: [energy]}, activity: {activity}, category: 1}\n"
DECISIONS = "supplier,account,category,activity,scope3_category,exclude,author,decided_on,evidence\n" \
            "Mill,,,{activity},1,,Ana,2024-05-06,invoice 7\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The example project's petit-studio alone, in a folder of its own."""
    source = find_project().root
    for name in ("params", "data/raw/petit-studio", "data/ledger/petit-studio"):
        if (source / name).is_dir():
            shutil.copytree(source / name, tmp_path / name)
    (tmp_path / "params" / "runs.yml").write_text(
        "notebook: notebooks/annual_report.ipynb\nruns: [{company: petit-studio, years: [2024]}]\n", encoding="utf-8")
    monkeypatch.setenv("CARBON_PROJECT", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)


def _known():
    return sorted(set(cb.factors.table()["activity"]))[0]


def _misspell(project, where, activity):
    path = project.root / ("params/petit-studio/rules.yml" if where == "rule" else
                           "data/ledger/petit-studio/decisions.csv")
    path.parent.mkdir(parents=True, exist_ok=True)
    text = (RULE if where == "rule" else DECISIONS).replace("{activity}", activity)
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(old + (text.partition("\n")[2] if old else text), encoding="utf-8")


@pytest.mark.parametrize("where", ["rule", "decision"])
def test_an_activity_without_a_factor_is_named_by_check_classify_and_run(project, where):
    """`check --company` and `classify` refuse it, with who names it and the nearest names; so does a run that loses
    rows.
    """
    known = _known()
    _misspell(project, where, f"{known}x")

    said = f"names the activity '{known}x', for which there is no factor; nearest: {known}"
    if where == "rule":
        with pytest.raises(ParamsError, match="names the activity") as refused:
            cb.inventory("petit-studio", 2024)
        assert said in str(refused.value)
    checked = CliRunner().invoke(app, ["check", "--company", "petit-studio", "--year", "2024", "--json"])
    assert checked.exit_code == 2
    [entry] = [f for f in json.loads(checked.stdout)["files"] if f["kind"] == "params"]
    assert entry["refused"]["code"] == "activity_unknown"
    assert said in entry["refused"]["reason"]
    classified = CliRunner().invoke(app, ["classify", "petit-studio/2024"])
    assert isinstance(classified.exception, ParamsError)
    assert said in str(classified.exception)


def test_a_known_activity_is_no_fault(project):
    """A rule for an activity of the library changes neither exit code nor the list of files."""
    _misspell(project, "rule", _known())

    checked = CliRunner().invoke(app, ["check", "--company", "petit-studio", "--year", "2024", "--json"])

    assert not [f for f in json.loads(checked.stdout)["files"] if f["kind"] == "params"]
