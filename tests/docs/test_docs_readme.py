"""README: what it names exists: commands, verbs, notebooks, rooms, exit codes, files of a project."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from carbon.cli import app

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_every_make_target_named_exists():
    """`make report`, `make test`, `make lab`, `make docs`: each is a target of the Makefile."""
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {name for page in PAGES
             for name in re.findall(r"(?:`|^)make ([\w-]+)", page.read_text("utf-8"), re.MULTILINE)}
    assert {"report", "test", "lab", "docs"} <= named
    assert named - targets == set()


def test_every_verb_named_exists():
    """`carbon run`, `carbon explain` ...: each verb that README or a page of the documentation names is one."""
    verbs = set(get_command(app).commands)
    named = {verb for page in PAGES for verb in re.findall(r"`carbon ([a-z]+)", page.read_text("utf-8"))}
    assert {"run", "explain", "verify", "review", "init", "check"} <= named
    assert named - verbs == set()


def test_the_notebooks_are_those_it_lists():
    """1 inventory ... 9 a portfolio: one file each, three in French too, and none it does not name."""
    numbered = sorted(path.stem for path in (ROOT / "notebooks").glob("[0-9]*.ipynb"))
    french = [name for name in numbered if name.endswith("_fr")]
    assert [name[0] for name in numbered if name not in french] == [*"123456789"]
    assert [name[0] for name in french] == [*"125"] and "1, 2 and 5 also in French" in " ".join(README.split())
    for words in ("1 inventory", "2 trajectory", "3 factors", "4 data quality", "5 responsible digital",
                  "6 companies and years compared", "7 the plan", "8 an analyst's day", "9 a portfolio"):
        assert words in " ".join(README.split())
    assert {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")} == {*numbered, "annual_report"}


def test_the_rooms_are_in_its_order():
    """The order of README is that of the architecture test."""
    rooms = re.search(r"`(records → [^`]+)`", " ".join(README.split())).group(1).split(" → ")
    order = re.search(r"^ROOMS = \((.*?)\)", (ROOT / "tests/test_architecture.py").read_text("utf-8"),
                      re.MULTILINE | re.DOTALL).group(1)
    places = [order.index(f'"{room}"') for room in rooms]
    assert places == sorted(places)
    assert all((ROOT / "carbon" / room).is_dir() for room in rooms)


@pytest.mark.parametrize("picture", PICTURE.findall(README))
def test_its_pictures_exist(picture):
    """A picture that README shows is in the repository."""
    assert (ROOT / picture).is_file()


def test_pictures_of_the_documentation_are_all_shown():
    """Every picture in docs/img is on a page, and every picture on a page is there."""
    shown = {Path(name).name for page in PAGES for name in PICTURE.findall(page.read_text("utf-8"))}
    assert shown == {path.name for path in (ROOT / "docs/img").iterdir()}
