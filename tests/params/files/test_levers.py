"""Levers of a company, and the plans recorded in its ledger."""

import json
import re

import pytest
from typer.testing import CliRunner

from carbon.cli import app
from carbon.core.errors import ParamsError, UsageError
from carbon.params.files.levers import plan_files, read_actions, read_levers, read_plans
from carbon.params.files.project import Project
from carbon.runs.desk.new_project import make_project


def test_a_company_without_levers_is_another_fault_than_no_company(folder):
    """The file is named where the company exists; a company that does not is named itself."""
    with pytest.raises(UsageError, match=r"acme has no levers: params/acme/levers\.yml"):
        read_levers("acme", project=folder.project)
    with pytest.raises(UsageError, match="No company 'other'"):
        read_levers("other", project=folder.project)


def test_plans_come_in_the_order_of_their_numbers_whatever_their_year(folder):
    """2023-10 was recorded after 2024-009; hidden files are passed over."""
    for name in ("2024-009.json", "2023-010.json", ".lock"):
        folder.write(f"data/ledger/acme/plans/{name}", "{}")
    assert [p.name for p in plan_files("acme", project=folder.project)] == ["2024-009.json", "2023-010.json"]


@pytest.mark.parametrize(("name", "words"), [("notes.txt", "is not a recorded plan"),
                                             ("2024-001.json", "is not a recorded plan")])
def test_the_ledger_holds_plans_and_nothing_else(folder, name, words):
    """Another file, or one whose content is no plan, is an error and never passed over."""
    assert read_plans("acme", project=folder.project) == []
    folder.write(f"data/ledger/acme/plans/{name}", "{}")
    with pytest.raises(ParamsError, match=words):
        read_plans("acme", project=folder.project)


def test_actions_are_read_checked_and_named_in_the_check(tmp_path, monkeypatch):
    """All comments: none. A lever that nobody has is refused by file and action, a name is withheld."""
    make_project(tmp_path / "new", example=True)
    project, path = Project(tmp_path / "new"), tmp_path / "new/params/my-company/actions.yml"
    assert read_actions("my-company", project=project) is None
    first, *lines = path.read_text(encoding="utf-8").splitlines()
    text = "\n".join([first, *(re.sub("^# ?", "", line) for line in lines)])
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ParamsError, match=r"actions\.yml: action led, lever: 'led' is in no levers\.yml") as refused:
        read_actions("my-company", project=project)
    assert "leave `lever` out" in str(refused.value)
    monkeypatch.chdir(tmp_path / "new")
    monkeypatch.setenv("CARBON_PROJECT", str(tmp_path / "new"))
    result = json.loads(CliRunner().invoke(app, ["check", "--json"]).stdout)
    [refusal] = [r for r in result["refusals"] if "actions.yml" in r["reason"]]
    assert refusal["code"] == "params_error"
    named = text.replace("lever: led", "# lever").replace("facilities manager", "Ines Martin")
    path.write_text(named, encoding="utf-8")
    checked = CliRunner().invoke(app, ["check", "--json"])
    [warning] = [w for w in json.loads(checked.stdout)["warnings"] if w["code"] == "owner_withheld"]
    assert checked.exit_code in (0, 1) and "Martin" not in warning["text"] and "owner 1 of 1" in warning["text"]
