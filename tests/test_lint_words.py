"""The words and names of docs/style.md are found where they are, and nothing else is."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SPEC = importlib.util.spec_from_file_location("lint_words", ROOT / "scripts" / "lint_words.py")
LINT = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(LINT)
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]


def words(where: str, text: str) -> list[str]:
    """Return the tell-tale words of a text."""
    return [word for _, word, _ in LINT.matches(where, text)]


@pytest.mark.parametrize(("where", "text", "found"), [
    ("prose", "Scope 2 stands twice", ["stands"]),
    ("prose", "what the source says, and was told", ["says", "told"]),
    ("prose", "a doubtful row and how sure it is", ["doubtful", "how sure"]),
    ("prose", "the value is refused", ["value is refused"]),
    ("prose", "the workbook cannot be read and is refused", []),
    ("prose", "a text of the params beside it, of which two", ["a text", "beside", "of which"]),
    ("prose", "an understanding, a standard, a stand-alone server, standing", []),
    ("first", "The rows that count.", ["The"]),
    ("first", "Return the rows that count.", []),
    ("first", "Theil's index.", []),
    ("name", "found", ["found"]),
    ("name", "matched_factor", []),
    ("french", "42 t (fondé sur la localisation)", ["fondé sur la localisation"]),
    ("french", "42 t (méthode fondée sur la localisation)", []),
    ("french", "Ce que chaque action retranche", ["Ce que", "retranche"]),
])
def test_a_tell_tale_word_is_found_and_its_neighbours_are_not(where: str, text: str, found: list[str]):
    """Each row of the tables of docs/style.md is found; words that only contain one are not."""
    assert sorted(words(where, text)) == sorted(found)


def test_docstrings_and_sentences_are_read_and_codes_are_not():
    """A place has the line of its word; a key of one word is no sentence; a property may be a noun."""
    source = ('"""Return.\n\nIt stands here.\n"""\nKEY = "beside"\nMESSAGE = f"{KEY} is a text of it"\n'
              'def f():\n    """The sum."""\n@property\ndef g(self):\n    """The sum."""\n')
    places = {(p.line, p.word) for p in LINT.code_places("core", "x.py", source)}
    assert places == {(3, "stands"), (6, "a text"), (8, "The")}


def test_each_stored_name_of_a_function_counts_once():
    """Arguments and targets of all kinds count, once a function; module names, attributes and uses do not."""
    source = ("known = 1\ndef f(a, *, b=1):\n    found = known\n    found = found + 1\n    self.own = 2\n"
              "    for c, d in []:\n        with e as h: pass\n    return [i for i in a if (j := i)]\n"
              "    def g(k):\n        told = 1\n")
    assert sorted(name for name, _ in LINT.names(source)) == sorted([*"abcdhijk", "found", "told"])


def test_rooms_that_wait_are_rooms_and_wait_for_ruff_too():
    """One room leaves both lists together; a name that is no room or page waits for nothing."""
    waiting = SETTINGS["carbon"]["words"]["not_yet"]
    rooms = {p.parent.name for p in (ROOT / "carbon").glob("*/__init__.py")}
    ignored = {key.split("/")[1] for key, rules in SETTINGS["ruff"]["lint"]["per-file-ignores"].items()
               if key.startswith("carbon/") and key.endswith("/**") and "D" in rules}
    assert {name for name in waiting if name in rooms} == ignored
    assert [name for name in waiting if name not in rooms and not (ROOT / name).exists()] == []


def test_the_lint_fails_for_a_finished_room_alone(tmp_path, monkeypatch, capsys):
    """A word in a finished room is printed with its place and fails; the same word in a waiting room is counted."""
    for room in ("core", "records"):
        (tmp_path / "carbon" / room).mkdir(parents=True)
        (tmp_path / "carbon" / room / "__init__.py").write_text('"""It stands here."""\n\ndef f(a):\n    b = a\n')
    (tmp_path / "docs").mkdir()
    (tmp_path / "pyproject.toml").write_text('[tool.carbon.words]\nnot_yet = ["core"]\n')
    LINT.table()  # read once, from the project
    monkeypatch.setattr(LINT, "ROOT", tmp_path)

    assert LINT.main([]) == 1
    out = capsys.readouterr().out
    assert "carbon/records/__init__.py:1: 'stands'" in out and "carbon/core" not in out and "core 1" in out

    (tmp_path / "pyproject.toml").write_text('[tool.carbon.words]\nnot_yet = ["core", "records"]\n')
    assert LINT.main([]) == 0

    (tmp_path / "carbon" / "records" / "__init__.py").write_text('"""Read."""\n\ndef f(found):\n    b = found\n')
    (tmp_path / "pyproject.toml").write_text('[tool.carbon.words]\nnot_yet = ["core"]\n')
    assert LINT.main([]) == 1
    assert "carbon/records/__init__.py:3: 'found'" in capsys.readouterr().out
