"""JSON Schemas of the parameter files."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from carbon.params.files.schemas import FOLDER, modeline, schemas

PARAMS = Path(__file__).resolve().parents[3] / "params"


class Loader(yaml.SafeLoader):
    """YAML 1.2 as editors read it: a day is a string."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in forms if "timestamp" not in tag]
    for first, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()}


def stem_of(path: Path) -> str:
    """Return the schema's name of a parameter file."""
    return path.stem if path.parent != PARAMS or path.stem == "runs" else "company"


def test_every_parameter_file_of_the_examples_is_valid_and_a_slip_is_marked(every):
    """An editor underlines nothing in the example companies' files, and an unknown key in each of them."""
    made = {stem: jsonschema.Draft202012Validator(schemas()[f"{FOLDER}/{stem}.json"])
            for stem in ("company", "runs", "rules", "levers", "fleet", "digital_policies", "service")}
    files = [path for path in PARAMS.rglob("*.yml") if stem_of(path) in made]

    def check(path: Path) -> None:
        values = json.loads(json.dumps(yaml.load(path.read_text(), Loader)))
        wrong = [f"{list(e.path)}: {e.message}" for e in made[stem_of(path)].iter_errors(values)]
        assert not wrong
        assert not made[stem_of(path)].is_valid({**values, "curency": "EUR"})

    every(files, check)


def test_keys_say_what_they_are():
    """A key has the text that the models have about it, and `extends` is known."""
    properties = schemas()[f"{FOLDER}/company.json"]["properties"]
    assert properties["breach_share"]["description"].startswith("Share of the headline total")
    assert "params/shared/" in properties["extends"]["description"]


@pytest.mark.parametrize(("depth", "written"), [(0, ".schemas/rules.json"), (1, "../.schemas/rules.json")])
def test_an_editor_finds_the_schema_from_any_folder(depth: int, written: str):
    """The first line of a file leads to its schema, from params/ and from the folder of a company."""
    assert modeline("rules", depth=depth) == f"# yaml-language-server: $schema={written}\n"
