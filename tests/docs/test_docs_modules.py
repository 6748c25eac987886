"""Each module has one line on what it is, and the page of modules has them all."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("build_module_docs", ROOT / "scripts" / "build_module_docs.py")
PAGE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(PAGE)


def test_every_module_has_a_line_that_fits():
    """The first sentence of a module's docstring is there and has at most 120 characters."""
    lines = {p.relative_to(PAGE.PACKAGE).as_posix(): PAGE.line(p) for p in PAGE.PACKAGE.rglob("*.py")
             if p.name != "__init__.py" or p.parent.parent == PAGE.PACKAGE}
    assert len(lines) > 200
    assert {name: line for name, line in lines.items() if not 0 < len(line) <= 120} == {}


def test_every_room_is_on_the_page():
    """A room that the order of the page does not name would be missing from it."""
    rooms = {p.parent.name for p in PAGE.PACKAGE.glob("*/__init__.py")}
    assert rooms == {name for name in PAGE.ROOMS if (PAGE.PACKAGE / name / "__init__.py").is_file()}


def test_the_line_is_the_first_sentence(tmp_path: Path):
    """Two lines of one sentence are one line; a second sentence and a full stop within a name are not its end."""
    (tmp_path / "a.py").write_text('"""Read e.g. params.yml of a\ncompany. Then more."""\n')
    assert PAGE.line(tmp_path / "a.py") == "Read e.g. params.yml of a company."
