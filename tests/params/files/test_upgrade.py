"""Parameter files of an earlier version get the questions of this one, and lose nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbon.core.errors import ParamsError
from carbon.params.files.levers import read_levers
from carbon.params.files.project import Project
from carbon.params.files.strict_yaml import parse_yaml
from carbon.params.files.upgrade import upgrades
from carbon.runs.desk.new_project import make_project

BLOCK = """# ours
plan:
    currency: EUR  # of the accounts
    first_year: 2026
levers:
  vans:
    profile: [0.5, 1]
    lifetime_years: 8
  heat:
    profile:
      - 0.3
      - 1
    cost: {capex: 1}
"""
FLOW = "plan: {currency: EUR, first_year: 2026}\nlevers: {vans: {profile: [0.5, 1], lifetime_years: 8}}\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A new project of one company."""
    make_project(tmp_path / "p", company="sample")
    return Project(tmp_path / "p")


@pytest.mark.parametrize(("text", "levers"), [(BLOCK, {"vans", "heat"}), (FLOW, {"vans"})], ids=["block", "flow"])
def test_only_what_a_version_asks_changes_and_no_answer_is_invented(project, text, levers):
    """The new key is a question, the replaced one gone, every other value, comment and order as before."""
    path = project.params_folder("sample") / "levers.yml"
    path.write_text(text)
    (found,) = upgrades(project)
    before, after = (parse_yaml(t, "levers.yml").values for t in (found.before, found.after))
    assert found.name == "params/sample/levers.yml" and found.before == text
    assert after["plan"] == {"costs_until": "?", **before["plan"]}
    for name in levers:
        assert after["levers"][name].pop("rollout") == "?"
        before["levers"][name].pop("profile")
    assert after["levers"] == before["levers"]
    assert "# ours" in found.after or text is FLOW
    assert len(found.asks) == 1 + len(levers) and "costs_until" in found.asks[0]
    assert all(any(f"levers.{name}.profile" in ask for ask in found.asks) for name in levers)


def test_a_question_that_an_upgrade_wrote_is_rejected_until_it_is_answered(project):
    """The file with '?' computes nothing: the fault names the key; a second upgrade changes nothing more."""
    path = project.params_folder("sample") / "levers.yml"
    path.write_text(BLOCK)
    (found,) = upgrades(project)
    path.write_text(found.after)
    assert upgrades(project) == []
    with pytest.raises(ParamsError, match="costs_until` = '\\?': is not answered yet"):
        read_levers("sample", project=project)


def test_a_key_next_to_the_one_that_replaces_it_is_refused(project):
    """`profile` and `rollout` of one lever: which of them holds is not chosen here, and nothing is shown as done."""
    path = project.params_folder("sample") / "levers.yml"
    path.write_text("plan: {costs_until: 2040}\nlevers: {vans: {profile: [0.5, 1], rollout: {units: 2}}}\n")
    with pytest.raises(ParamsError, match="`rollout` is given twice"):
        upgrades(project)


def test_files_of_this_version_have_nothing_to_upgrade(project):
    """What `carbon init` writes is of this version."""
    assert upgrades(project) == []
