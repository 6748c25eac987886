"""`make quick` runs the tests of what a branch changed: the nearest first, and nothing of rooms that it left alone."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SPEC = importlib.util.spec_from_file_location("touched_tests", ROOT / "scripts" / "touched_tests.py")
SCRIPT = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(SCRIPT)
FILES = ("carbon/factors/search.py", "carbon/runs/review/diff.py", "tests/factors/test_gwp_sets.py",
         "tests/factors/test_search.py", "tests/runs/review/test_meaning.py", "tests/runs/review/test_diff.py",
         "tests/runs/desk/test_sheet.py", "tests/test_architecture.py", "tests/docs/test_docs_site.py",
         "tests/test_audit.py", "scripts/audit.py", "docs/index.md")


def _git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(root), *arguments], check=True,
                   capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit of empty files on main."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    _git(tmp_path, "init", "-b", "main")
    _commit(tmp_path)
    return tmp_path


def _commit(root: Path) -> None:
    _git(root, "add", "-A")
    _git(root, "commit", "-m", "work")


@pytest.mark.parametrize(("names", "tests"), [
    (["carbon/factors/search.py"], ["tests/test_architecture.py", "tests/factors/test_search.py",
                                    "tests/factors/test_gwp_sets.py"]),
    (["carbon/factors/search.py", "carbon/runs/review/meaning.py"],
     ["tests/test_architecture.py", "tests/factors/test_search.py", "tests/runs/review/test_meaning.py",
      "tests/runs/review/test_diff.py", "tests/factors/test_gwp_sets.py", "tests/runs/desk/test_sheet.py"]),
    (["tests/factors/test_search.py"], ["tests/test_architecture.py", "tests/factors/test_search.py",
                                        "tests/factors/test_gwp_sets.py"]),
    (["scripts/audit.py"], ["tests/test_architecture.py", "tests/test_audit.py"]),
    (["docs/index.md"], ["tests/test_architecture.py", "tests/docs/test_docs_site.py"]),
    (["Makefile"], ["tests/test_architecture.py"]),
])
def test_a_changed_file_leads_to_the_tests_of_its_room(repository: Path, names, tests):
    """The test of a changed module comes first, then its sub-room, then its room; other rooms are not run."""
    assert SCRIPT.tests_of(names, repository) == tests


def test_a_module_tested_elsewhere_leads_to_that_file(repository: Path):
    """tests/module_tests.csv names the file for a module without one of its name."""
    (repository / "tests/module_tests.csv").write_text(
        "module,tested_in,why\ncarbon/factors/words.py,tests/runs/review/test_diff.py,why\n")
    assert SCRIPT.tests_of(["carbon/factors/words.py"], repository)[1] == "tests/runs/review/test_diff.py"


def test_committed_uncommitted_and_new_files_of_a_branch_are_changed_files(repository: Path):
    """What a branch committed, changed or added since it left main counts; what main did since does not."""
    _git(repository, "checkout", "-b", "work")
    (repository / "carbon/factors/search.py").write_text("1\n")
    _commit(repository)
    (repository / "carbon/runs/review/diff.py").write_text("2\n")
    (repository / "carbon/runs/review/new.py").write_text("3\n")
    _git(repository, "stash", "-u")
    _git(repository, "checkout", "main")
    (repository / "scripts/audit.py").write_text("4\n")
    _commit(repository)
    _git(repository, "checkout", "work")
    _git(repository, "stash", "pop")

    assert SCRIPT.changed(repository) == ["carbon/factors/search.py", "carbon/runs/review/diff.py",
                                          "carbon/runs/review/new.py"]


def test_on_main_the_last_commit_counts(repository: Path):
    """On main itself the merge base is main: its last commit and what is not committed are the change."""
    (repository / "scripts/audit.py").write_text("4\n")
    _commit(repository)
    (repository / "docs/index.md").write_text("5\n")

    assert SCRIPT.changed(repository) == ["docs/index.md", "scripts/audit.py"]
