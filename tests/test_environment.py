"""environment.yml, pyproject.toml and requirements.lock agree; the lock names no index."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
NAME = re.compile(r"^[A-Za-z0-9_.-]+")


def split(requirement: str) -> tuple[str, str]:
    """("pandas", ">=3.0") of "pandas>=3.0" """
    name = NAME.match(requirement)[0]
    return name.lower().replace("_", "-"), requirement[len(name):].split(";")[0].strip()


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def locked() -> set[str]:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return {split(line)[0] for line in lines if line and line[0] not in " #"}


def test_conda_names_every_dependency_with_the_same_range():
    """The two ways in install the same things."""
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    conda = [d for d in listed["dependencies"] if isinstance(d, str)]
    pip = next(d["pip"] for d in listed["dependencies"] if isinstance(d, dict))
    given = dict(split(d) for d in conda + pip if not d.startswith("--"))
    wanted = dict(split(d) for d in project()["dependencies"])
    assert {k: given.get(k) for k in wanted} == wanted
    assert listed["channels"] == ["conda-forge"]


def test_the_lock_holds_every_dependency_and_extra_with_hashes():
    """What pyproject names is pinned, and nothing is installed without a hash."""
    extras = [d for group in project()["optional-dependencies"].values() for d in group]
    assert {split(d)[0] for d in project()["dependencies"] + extras} - locked() == set()
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-zA-Z0-9])", text)
    assert all("--hash=sha256:" in b for b in blocks if "==" in b)


def test_no_index_address_stands_in_the_lock_or_the_project():
    """No registry host is named."""
    for name in ("requirements.lock", "pyproject.toml", "environment.yml", "Makefile"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text and "index-url" not in text.replace("--no-emit-index-url", ""), name


def test_make_compiles_the_package_it_installs():
    """pip compiles no editable package, and what it copies on one core alone: without this the first command after
    `make` compiles it all.
    """
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("$(READY): ")[2].partition("\nclean:")[0]
    steps = [line for line in recipe.splitlines() if line.startswith("\t")]
    editable = next(i for i, step in enumerate(steps) if "--editable" in step)
    assert "-m compileall -q carbon" in steps[editable + 1]
    assert "-m compileall -q -j 0 $(VENV)/lib" in steps[editable + 2]
    assert "touch $(READY)" in steps[-1]
