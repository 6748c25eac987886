"""`carbon init`, `carbon run`, `carbon lab`: a new project, a dry run, and JupyterLab started on it."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from carbon.core.errors import UsageError

ROOT = Path(__file__).parents[2]


def test_a_new_project_lists_what_it_wrote(tmp_path, carbon):
    """Every file it names is there; the same folder is not filled a second time."""
    folder = tmp_path / "new"
    found = json.loads(carbon("init", str(folder), "--company", "acme", "--year", "2025", "--json").stdout)
    assert found["root"] == str(folder) and all((folder / name).exists() for name in found["written"])
    assert any("acme" in name for name in found["written"])
    assert isinstance(carbon("init", str(folder)).exception, UsageError)


def test_the_digital_estate_is_laid_out_in_the_language_of_the_country(tmp_path, carbon):
    """Its files are listed with the others: French names for a French company, English ones for a Belgian one."""
    for country, name in (("FR", "parc.csv"), ("BE", "assets.csv")):
        found = json.loads(carbon("init", str(tmp_path / country), "--digital", "--country", country, "--json").stdout)
        assert f"data/raw/my-company/digital/{name}" in found["written"], country
        assert "params/my-company/fleet.yml" in found["written"], country


def test_a_project_from_exports_offers_french_where_it_is_spoken_too(tmp_path, carbon):
    """The language of a Belgian estate is not chosen in silence where files of the company are at hand either."""
    (tmp_path / "kwh.csv").write_text("Date,Site,kWh\n2024-05-03,Gent,9.5\n")
    done = carbon("init", str(tmp_path / "new"), "--from", str(tmp_path / "kwh.csv"), "--country", "BE", "--digital",
                  "--sheet", str(tmp_path / "questions.csv"))
    assert done.exit_code == 1 and "--language fr" in done.output


def test_a_dry_run_says_what_would_run_and_writes_nothing(project, carbon):
    """One company-year is missing: named with the reason, and data/processed is not made."""
    shutil.copytree(ROOT / "notebooks", project / "notebooks")
    plan = json.loads(carbon("run", "params/runs.yml", "--dry-run", "--json").stdout)["plan"]
    assert [(row["company"], row["year"], row["run"], row["reasons"]) for row in plan] == [
        ("petit-studio", 2024, True, ["missing"])]
    assert "1 to run" in carbon("run", "--dry-run").stdout and not (project / "data" / "processed").exists()


@pytest.mark.parametrize("user", [0, 1000])
def test_the_lab_is_started_on_the_project(project, carbon, monkeypatch, user):
    """The process becomes JupyterLab on the project's folder, with CARBON_PROJECT set for its kernels and the options
    that it was given; as root as well, and then never without a token.
    """
    started = []
    monkeypatch.setattr(os, "execve", lambda *call: started.append(call))
    monkeypatch.setattr(os, "geteuid", lambda: user)
    found = json.loads(carbon("lab", "--json", "--no-browser", "--port", "8890").stdout)
    (program, command, environment), = started
    assert program == sys.executable and command == found["command"]
    assert f"--notebook-dir={project}" in command and environment["CARBON_PROJECT"] == str(project)
    assert command[5:] == ["--no-browser", "--port", "8890", *(["--allow-root"] if user == 0 else [])]
    refused = carbon("lab", "--IdentityProvider.token=")
    assert isinstance(refused.exception, UsageError) == (user == 0) and len(started) == 2 - (user == 0)
