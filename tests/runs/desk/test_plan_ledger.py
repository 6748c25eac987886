"""`carbon plan` and `carbon adopt`: one JSON value, exit codes, and a ledger that only grows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from carbon.core.errors import LockedError, ParamsError
from carbon.records.params.levers import read_plans
from carbon.records.params.project import Project, find_project
from carbon.runs.desk.plan_ledger import keep_plan
from carbon.runs.publish import Lock

COMPANY = "petit-studio"


def carbon(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "carbon.cli", *arguments], cwd=root, text=True, capture_output=True,
                          env={**os.environ, "CARBON_PROJECT": ""})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of one example company, with the plan it recorded a year ago."""
    source = find_project().root
    for part in (f"params/{COMPANY}", f"data/raw/{COMPANY}", f"data/ledger/{COMPANY}"):
        shutil.copytree(source / part, tmp_path / part)
    for part in ("params/runs.yml", f"params/{COMPANY}.yml"):
        shutil.copy(source / part, tmp_path / part)
    return tmp_path


def plans(root: Path) -> list[Path]:
    return sorted((root / "data" / "ledger" / COMPANY / "plans").iterdir())


def aim(root: Path, reduction: float) -> None:
    """Set every target of the company to one share: what is in reach does not hang on the example's own."""
    path = root / "params" / f"{COMPANY}.yml"
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    for target in values["targets"]:
        target["reduction"] = reduction
    path.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")


def test_a_draft_is_not_recorded_and_adopt_records_it_once(root: Path):
    """A draft writes nothing and names the adopted plan; adopt: exit 0 and one JSON value, the second time the same
    file with the same bytes; the former plan is untouched.
    """
    aim(root, 0.15)
    former = plans(root)[0].read_bytes()
    shown = carbon(root, "plan", COMPANY, "--language", "fr")
    assert shown.returncode == 0 and "Chauffage à 19 °C" in shown.stdout and "Baisse prévue" in shown.stdout
    assert "a draft" in shown.stderr and len(plans(root)) == 1 and "À commencer en 2026" in shown.stdout
    assert "meets every limit" not in shown.stdout and "une chance sur deux" in shown.stdout
    done = carbon(root, "adopt", COMPANY, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["status"], found["meets"], found["recorded"]) == ("optimal", True, True)
    assert found["path"] == f"data/ledger/{COMPANY}/plans/2026-002.json"
    assert found["followed"]["year"] == 2025 and len(found["followed"]["levers"]) > 3
    assert all(row["probability"] for row in found["limits"])
    assert [row["limit"] for row in found["chance"]] == ["scopes-1-2", "scope-3", "all limits"]
    assert all(0 <= row["p"] <= 1 for row in found["chance"])
    kept = (root / found["path"]).read_bytes()

    again = json.loads(carbon(root, "adopt", COMPANY, "--json").stdout)
    assert (again["path"], again["recorded"]) == (found["path"], False)
    assert [p.read_bytes() for p in plans(root)] == [former, kept]
    assert sum(row["present_value"] for row in found["statement"]) == pytest.approx(found["cost"], abs=0.005)


def test_a_target_out_of_reach_is_exit_one_with_the_closest_plan(root: Path):
    """The best reachable level and the shortfall are printed and recorded, never an empty plan."""
    aim(root, 0.95)
    done = carbon(root, "adopt", COMPANY)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Out of reach: the closest plan is" in done.stdout and "Levers (" in done.stdout
    record = read_plans(COMPANY, project=Project(root))[-1]
    assert (record.status, record.meets) == ("out of reach", False) and record.levers


@pytest.mark.parametrize("company", ["no-such-company", "../petit-studio"])
def test_what_is_not_a_company_with_levers_is_usage(root: Path, company: str):
    """Exit 2, one message and one JSON value, nothing written."""
    before = [p.read_bytes() for p in plans(root)]
    done = carbon(root, "plan", company, "--json")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert json.loads(done.stdout)["error"]["what"]
    assert [p.read_bytes() for p in plans(root)] == before


def test_a_bad_lever_file_is_usage_with_file_lever_and_field(root: Path):
    """Exit 2: the message names params/<company>/levers.yml, the lever and the field."""
    path = root / "params" / COMPANY / "levers.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("depth: {low: 0.04", "depth: {low: 4"), encoding="utf-8")
    done = carbon(root, "plan", COMPANY)
    assert done.returncode == 2
    for name in (f"params/{COMPANY}/levers.yml", "set-point", "depth"):
        assert name in done.stderr


def test_nothing_is_added_to_a_ledger_that_was_tampered_with_or_is_in_use(root: Path):
    """A changed record stops the writer; so does another process that is recording."""
    project = Project(root)
    record = read_plans(COMPANY, project=project)[0]
    changed = record.model_copy(update={"cost": record.cost + 1})
    with Lock(plans(root)[0].parent), pytest.raises(LockedError):
        keep_plan(project, changed)
    path = plans(root)[0]
    path.write_text(path.read_text(encoding="utf-8").replace('"AR5GWP100"', '"AR6GWP100"'), encoding="utf-8")
    with pytest.raises(ParamsError, match="was changed"):
        keep_plan(project, changed)
    assert len(plans(root)) == 1
