"""`carbon plan` and `carbon adopt`: one JSON value, exit codes, and a ledger that only grows."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from carbon.accounting import inventories
from carbon.cli import main
from carbon.core.errors import LockedError, ParamsError
from carbon.params.files.levers import read_plans
from carbon.params.files.project import Project, find_project
from carbon.runs.desk.plan_ledger import keep_plan
from carbon.runs.publish import Lock

COMPANY = "petit-studio"
SOURCE = find_project().root


@pytest.fixture(scope="module")
def by_params():
    """Inventories of the company, once for each text of its params: a plan changes no record."""
    made = {}

    def of(company: str, *, project: Project):
        key = company, project.params_file(company).read_bytes() if project.params_file(company).is_file() else b""
        if key not in made:
            made[key] = inventories(company, project=project)
        return made[key]

    return of


@pytest.fixture
def carbon(root: Path, capsys, monkeypatch, by_params):
    """The command line as its entry point runs it, in this process: exit code, stdout and stderr."""
    monkeypatch.chdir(root)
    monkeypatch.setenv("CARBON_PROJECT", "")
    monkeypatch.setattr("carbon.levers.company.inventories", by_params)

    def call(*arguments: str) -> SimpleNamespace:
        monkeypatch.setattr(sys, "argv", ["carbon", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        return SimpleNamespace(returncode=ended.value.code, **capsys.readouterr()._asdict())

    return call


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of one example company, with the plan it recorded a year ago."""
    for part in (f"params/{COMPANY}", f"data/raw/{COMPANY}", f"data/ledger/{COMPANY}"):
        shutil.copytree(SOURCE / part, tmp_path / part)
    for part in ("params/runs.yml", f"params/{COMPANY}.yml"):
        shutil.copy(SOURCE / part, tmp_path / part)
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


def test_a_draft_is_not_recorded_and_adopt_records_it_once(root: Path, carbon):
    """A draft writes nothing and names the adopted plan; adopt: exit 0 and one JSON value, the second time the same
    file with the same bytes; the former plan is untouched.
    """
    aim(root, 0.15)
    former = plans(root)[0].read_bytes()
    shown = carbon("plan", COMPANY, "--language", "fr")
    assert shown.returncode == 0 and "Chauffage à 19 °C" in shown.out and "Baisse prévue" in shown.out
    assert "un projet" in shown.err and len(plans(root)) == 1 and "À commencer en 2026" in shown.out
    assert "meets every limit" not in shown.out and ("une chance sur deux" in shown.out or "probablement" in shown.out)
    done = carbon("adopt", COMPANY, "--json")
    assert done.returncode == 0, done.err
    found = json.loads(done.out)
    assert (found["status"], found["meets"], found["recorded"]) == ("optimal", True, True)
    assert found["path"] == f"data/ledger/{COMPANY}/plans/2026-002.json"
    assert found["followed"]["year"] == 2025 and len(found["followed"]["levers"]) > 3
    assert all(row["probability"] for row in found["limits"])
    assert [row["limit"] for row in found["chance"]] == ["scopes-1-2", "scope-3", "all limits"]
    assert all(0 <= row["p"] <= 1 for row in found["chance"])
    kept = (root / found["path"]).read_bytes()

    again = carbon("adopt", COMPANY)
    assert again.returncode == 0 and f"as adopted in {found['path']}" in again.err
    assert [p.read_bytes() for p in plans(root)] == [former, kept]
    assert sum(row["present_value"] for row in found["statement"]) == pytest.approx(found["cost"], abs=0.005)


def test_a_target_out_of_reach_is_exit_one_with_the_closest_plan(root: Path, carbon):
    """The best reachable level and the shortfall are printed and recorded, never an empty plan."""
    aim(root, 0.95)
    done = carbon("adopt", COMPANY)
    assert done.returncode == 1, done.out + done.err
    assert "Out of reach: the closest plan is" in done.out and "Levers (" in done.out
    record = read_plans(COMPANY, project=Project(root))[-1]
    assert (record.status, record.meets) == ("out of reach", False) and record.levers


@pytest.mark.parametrize("company", ["no-such-company", "../petit-studio"])
def test_what_is_not_a_company_with_levers_is_usage(root: Path, carbon, company: str):
    """Exit 2, one message and one JSON value, nothing written."""
    before = [p.read_bytes() for p in plans(root)]
    done = carbon("plan", company, "--json")
    assert done.returncode == 2 and "Traceback" not in done.err
    assert json.loads(done.out)["error"]["what"]
    assert [p.read_bytes() for p in plans(root)] == before


def test_a_bad_lever_file_is_usage_with_file_lever_and_field(root: Path, carbon):
    """Exit 2: the message names params/<company>/levers.yml, the lever and the field."""
    path = root / "params" / COMPANY / "levers.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("depth: {low: 0.04", "depth: {low: 4"), encoding="utf-8")
    done = carbon("plan", COMPANY)
    assert done.returncode == 2
    for name in (f"params/{COMPANY}/levers.yml", "set-point", "depth"):
        assert name in done.err


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
