"""YAML as strings: nothing is guessed, and each reader has values of its own."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import pytest
import yaml
from pydantic import BaseModel, Field

from carbon.params.files import strict_yaml
from carbon.params.files.strict_yaml import badly_written, read_yaml


def test_a_file_read_again_gives_values_of_its_own(tmp_path: Path):
    """The nodes of a text are kept; what one reader does to its values no other sees, and a changed file is read
    anew.
    """
    path = tmp_path / "again.yml"
    path.write_text("a: [1, 2]\n", encoding="utf-8")
    first = read_yaml(path, "params/again.yml")
    first.values["a"].append("3")
    assert read_yaml(path, "params/again.yml").values == {"a": ["1", "2"]}
    path.write_text("a: [1]\n", encoding="utf-8")
    assert read_yaml(path, "params/again.yml").values == {"a": ["1"]}


@pytest.mark.parametrize("loader", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
def test_nothing_and_null_are_not_given_and_in_quotes_they_are_texts(tmp_path, monkeypatch, loader):
    """Whether the YAML library is the one in C or the one in Python: else an empty value would be a text on one
    machine.
    """
    path = tmp_path / "a.yml"  # what was read of a text is kept: it differs for each
    path.write_text(f"# {loader.__name__}\na:\nb: ~\nc: null\n"
                    "d: 'null'\ne: \"\"\nf: no\ng: [~, x, '~']\nh: |\n  null\n")
    monkeypatch.setattr(strict_yaml, "_LOADER", loader)

    assert strict_yaml.read_yaml(path, "a.yml").values == {
        "a": None, "b": None, "c": None, "d": "null", "e": "", "f": "no", "g": [None, "x", "~"], "h": "null\n"}


class Inner(BaseModel):
    day: date | None = None
    shares: dict[int, Annotated[float, Field(ge=0)]] = {}
    name: str = ""


@pytest.mark.parametrize(("value", "expected", "keys"), [
    ("12", int, []), ("012", int, [()]), ("1_000", int, [()]), ("1.5", float, []), ("nan", float, [()]),
    ("1e3", float, []), ("2024-12-31", date, []), ("2024-1-1", date, [()]), ("012", str, []), (None, int, []),
    ("012", int | str, []),
    (["1", "02"], list[int], [(1,)]), (["1", "02", "03"], tuple[int, ...], [(1,), (2,)]),
    ({"day": "1/1/2024", "shares": {"2024": "0.5", "02": "05"}, "name": "05"}, Inner,
     [("day",), ("shares", "02"), ("shares", "02")])])
def test_a_value_that_is_not_in_its_plain_form_is_named_by_its_key(value, expected, keys):
    """Lists, mappings, models and unions are looked into; strings may be anything."""
    assert [key for key, _, _ in badly_written(value, expected)] == keys


def test_the_expected_form_is_stated():
    """The message gives an example of what to write."""
    assert list(badly_written("yes", float)) == [((), "yes", "must be a number, e.g. 0.05")]
