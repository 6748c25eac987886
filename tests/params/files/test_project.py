"""Where a project is: around a folder, by CARBON_PROJECT, or the checkout of the package."""

from pathlib import Path

import pytest

from carbon.core.errors import UsageError
from carbon.params.files import project as module
from carbon.params.files.project import find_project


def test_the_nearest_parent_with_runs_is_the_project(folder):
    """A folder inside the project finds it; a folder outside is no project, whatever the environment declares."""
    inside = folder.project.raw("acme", 2024)
    inside.mkdir(parents=True)
    assert find_project(inside).root == folder.project.root
    with pytest.raises(UsageError, match="No carbon project"):
        find_project(folder.project.root.parent)


def test_without_a_folder_the_declared_project_comes_before_the_checkout(folder, tmp_path_factory, monkeypatch):
    """CARBON_PROJECT, else the folder that the package is installed from."""
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    monkeypatch.setenv("CARBON_PROJECT", str(folder.project.root))
    assert find_project().root == folder.project.root
    monkeypatch.delenv("CARBON_PROJECT")
    assert find_project().root == Path(module.__file__).resolve().parents[3]


def test_a_path_in_tables_is_relative_with_forward_slashes(folder):
    """A file outside the project keeps its whole path."""
    project = folder.project
    assert project.name_of(project.decisions_file("acme")) == "data/ledger/acme/decisions.csv"
    assert project.name_of(project.raw("acme", 2024) / "a.csv") == "data/raw/acme/2024/a.csv"
    outside = project.root.parent / "b.csv"
    assert project.name_of(outside) == outside.as_posix()
