"""Problems drawn from a seed, and the plan of one example company."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
import yaml

from carbon.accounting import inventories
from carbon.levers.company import plan_of
from carbon.params.files.levers import read_levers
from carbon.params.files.project import Project, find_project


def _beside(path: Path):
    """A module of the tests that is no test file."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PROBLEMS = _beside(Path(__file__).with_name("random_problems.py"))
DIGITAL = _beside(Path(__file__).parents[1] / "digital" / "conftest.py")
COMPANY, SMALL = "nuage-logiciels", "petit-studio"
assets, grid = DIGITAL.assets, DIGITAL.grid


@pytest.fixture
def numbers():
    return PROBLEMS.numbers


@pytest.fixture
def small():
    return PROBLEMS.small


@pytest.fixture
def enumerated():
    return PROBLEMS.enumerated


@pytest.fixture
def two_levers():
    return PROBLEMS.two_levers


@pytest.fixture
def hard():
    return PROBLEMS.hard


@pytest.fixture
def drawn():
    return PROBLEMS.drawn


@pytest.fixture(scope="session")
def history():
    """Inventories of one example company."""
    return inventories(COMPANY)


@pytest.fixture(scope="session")
def made(history):
    """Its plan."""
    return plan_of(read_levers(COMPANY), history)


@pytest.fixture(scope="session")
def small_history():
    """Inventories of the smallest example company."""
    return inventories(SMALL)


@pytest.fixture(scope="session")
def small_made(small_history):
    """Its plan."""
    return plan_of(read_levers(SMALL), small_history)


@pytest.fixture
def written():
    """A project whose levers.yml is the example's, changed."""
    def write(tmp_path: Path, change) -> Project:
        source = find_project().params_folder(COMPANY) / "levers.yml"
        values = yaml.safe_load(source.read_text(encoding="utf-8"))
        change(values)
        folder = tmp_path / "params" / COMPANY
        folder.mkdir(parents=True)
        (folder / "levers.yml").write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
        return Project(tmp_path)

    return write


@pytest.fixture
def setter():
    """A change of one key of the file, by its dotted path."""
    def of(path: str, value):
        def change(values):
            *parents, last = path.split(".")
            for key in parents:
                values = values[int(key) if isinstance(values, list) else key]
            values[last] = value
        return change

    return of
