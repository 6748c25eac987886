"""What a name or a value may do to files and code: nothing, whatever is written in it."""

from __future__ import annotations

import ast
import os
import random
import string
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from papermill.translators import papermill_translators
from pydantic import TypeAdapter, ValidationError

from carbon.core.errors import UsageError
from carbon.core.params.company import Slug
from carbon.records.params.project import Project
from carbon.runs.notebook.parameters import check_parameters

NAMES = 100_000
DEVICES = ("con", "prn", "aux", "nul", "com1", "lpt9")
PIECES = ("a", "b", "z", "0", "9", "-", "..", "/", "\\", ".", " ", "\n", "\r", "\t", "\0", "é", "e\u0301", "ß", "İ",
          "A", "K", "con", "nul", "com1", "~", "$HOME", "%2e", ":", "*", "?", "\"", "<", "|", "\u202e", "\u200b")


def random_names(count: int) -> list[str]:
    draw = random.Random(19)
    letters = string.ascii_lowercase + string.digits + "-"
    wild = ["".join(draw.choices(PIECES, k=draw.randint(0, 8))) for _ in range(count // 2)]
    tame = ["".join(draw.choices(letters, k=draw.randint(1, 70))) for _ in range(count // 2)]
    return [*wild, *tame]


def accepted(names: list[str]) -> list[str]:
    slug, kept = TypeAdapter(Slug), []
    for name in names:
        try:
            kept.append(slug.validate_python(name))
        except ValidationError:
            continue
    return kept


def test_a_hundred_thousand_names_stay_in_the_folder_and_apart():
    """A company's name is refused, or is the folder it names: inside data/processed, at most 100 bytes, no device of
    another system, and never one folder for two names, also where case and accents do not count.
    """
    kept = set(accepted(random_names(NAMES)))
    assert len(kept) > NAMES / 10
    root = Path("/p").resolve()
    folders = {name: os.path.normpath(Project(root).processed(name, 2024)) for name in kept}
    assert folders == {name: f"{root}/data/processed/{name}/2024" for name in kept}
    assert all(len(name.encode()) <= 100 and name not in DEVICES for name in kept)
    assert len({unicodedata.normalize("NFC", name).casefold() for name in kept}) == len(kept)
    assert accepted([*DEVICES, "", ".", "..", "a/b", "a\n", "Acme", "é", "-a", "a" * 62]) == []


plain = st.text(st.characters(codec="utf-8"), max_size=40) | st.integers() | st.booleans() | st.floats(
    allow_nan=False, allow_infinity=False)


@settings(max_examples=300, deadline=None)
@given(plain)
def test_a_value_arrives_as_itself_and_as_no_code(value):
    """The cell that papermill injects holds one assignment of one plain value, and it is the value given."""
    source = papermill_translators.find_translator("python3", "python").codify({"p": value})
    [line] = ast.parse(source).body
    assert isinstance(line, ast.Assign)
    found = ast.literal_eval(line.value)
    assert type(found) is type(value) and found == value


@pytest.mark.torture
@settings(max_examples=10_000, deadline=None)
@given(plain)
def test_ten_thousand_values_arrive_as_themselves(value):
    """The long form of the same."""
    test_a_value_arrives_as_itself_and_as_no_code.hypothesis.inner_test(value)


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(["year\n", "year ", "Year", "year;x"]))
def test_a_name_is_refused_unless_the_notebook_declares_it(name):
    """Whatever is not the very name of a parameter of the notebook never reaches the cell."""
    declared = {"company": str, "year": int}
    if name in declared:
        return
    with pytest.raises(UsageError):
        check_parameters({name: 2024}, declared)
