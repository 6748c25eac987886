"""What a name or a value may do to files and code: nothing, whatever is written in it."""

from __future__ import annotations

import ast
import os
import random
import string
import unicodedata
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from papermill.translators import papermill_translators
from published_notebooks import publish
from pydantic import TypeAdapter, ValidationError

from carbon.core.errors import UsageError
from carbon.params.files.project import Project
from carbon.params.shapes.company import Slug
from carbon.runs.notebook.parameters import check_parameters, declared_parameters

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


@pytest.mark.parametrize(("given", "message"), [
    ({"compny": "x"}, "has no parameter `compny`"), ({"year": "2024"}, "must be int as in the notebook, is str"),
    ({"year": True}, "must be int as in the notebook, is bool"), ({"company": ("a", "b")}, "not a plain value"),
    ({"x; import os": 1}, "is not a parameter name"), ({"__class__ = 1": 1}, "is not a parameter name"),
])
def test_a_parameter_is_one_the_notebook_declares_with_its_type(given, message):
    """What papermill takes in silence, or would paste as code, is refused."""
    declared = {"company": str, "year": int}
    with pytest.raises(UsageError, match=message):
        check_parameters(given, declared)
    check_parameters({"company": "a'); import os; ('", "year": 2024}, declared)


@pytest.mark.parametrize(("source", "message"), [
    ('company = "a"\nyear = 1 + 1', "more than `name = plain value`"), ('company = "a"', "does not set `year`"),
    ('company = 1\nyear = 2024', "does not set `company` to a string"),
])
def test_the_parameters_cell_only_sets_plain_values(source, message):
    """A computation there would be overwritten, or overwrite what papermill injects."""
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": ["parameters"]})
    with pytest.raises(UsageError, match=message):
        declared_parameters({"cells": [cell]})
    with pytest.raises(UsageError, match="0 code cells tagged"):
        declared_parameters({"cells": []})


def test_hostile_parameter_values_arrive_unchanged(thin):
    """Quotes, newlines and code in a value are text in the notebook, byte for byte."""
    project = thin(companies={"alpha": [2024]})
    hostile = "');\nimport os; os._exit(3) #\\ {{x}} %s é\u2028"
    project.write_runs({"alpha": [2024]}, parameters={"title": hostile})
    project.cells("assert title.encode().hex() == " + repr(hostile.encode().hex()) + "\n'unchanged'",
                  parameters='company = "alpha"\nyear = 2024\ntitle = ""')
    publish(project)
