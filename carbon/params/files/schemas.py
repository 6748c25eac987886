"""JSON Schemas of the parameter files, for editors that complete and check YAML while it is written."""

from __future__ import annotations

import ast
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

from carbon.params.files.load import RuleFile
from carbon.params.files.sources import EXTENDS
from carbon.params.shapes.actions import ActionFile
from carbon.params.shapes.company import CompanyParams, RunParams
from carbon.params.shapes.digital import DigitalPolicies, FleetParams, ServiceAnswers
from carbon.params.shapes.levers import LeverFile
from carbon.params.shapes.local_text import LANGUAGES
from carbon.params.shapes.types import Model

SHORT = {"Site": "string", "Range": "number"}
"""Models that may be written as one value, and its type."""
FOLDER = "params/.schemas"
FILES: dict[str, type[Model]] = {
    "company": CompanyParams, "runs": RunParams, "rules": RuleFile, "levers": LeverFile,
    "actions": ActionFile, "fleet": FleetParams,
    "digital_policies": DigitalPolicies, "service": ServiceAnswers}
"""Stem of a file -> its model; "company" is params/<company>.yml."""


def schemas() -> dict[str, dict[str, Any]]:
    """Return file of the project -> JSON Schema (draft 2020-12), each key with what the models state about it."""
    made_schemas = {stem: _described(model) for stem, model in FILES.items()}
    company = made_schemas["company"]
    company["properties"][EXTENDS] = {
        "description": "Files of params/shared/ below this one; a later one counts over the former.",
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    # What a shared file gives need not be here: `carbon check` says what is missing in the end.
    company.pop("required")
    company["required"] = ["company"]
    return {f"{FOLDER}/{stem}.json": schema for stem, schema in made_schemas.items()}


def modeline(stem: str, *, depth: int = 0) -> str:
    """Return the comment by which an editor finds the schema of a file of params; depth: folders below params/."""
    return f"# yaml-language-server: $schema={'../' * depth}.schemas/{stem}.json\n"


def _described(model: type[Model]) -> dict[str, Any]:
    schema = model.model_json_schema()
    parts = schema.get("$defs", {})
    for name, part in [(model.__name__, schema), *parts.items()]:
        for key, of_key in part.get("properties", {}).items():
            if (name, key) in _docstrings():
                of_key.setdefault("description", _docstrings()[name, key])
    for name in SHORT.keys() & parts.keys():
        parts[name] = {"anyOf": [{"type": SHORT[name]}, parts[name]]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_as_written(schema)}


def _as_written(part: Any) -> Any:
    """Let a string be written as YAML reads it (1, 2026.2, true), and free words in several languages."""
    if isinstance(part, list):
        return [_as_written(item) for item in part]
    if not isinstance(part, dict):
        return part
    part = {key: _as_written(value) for key, value in part.items()}
    if part.get("type") != "string" or "const" in part:
        return part
    if "enum" in part:
        return {**part, "type": ["string", "integer"],
                "enum": [*part["enum"], *(int(value) for value in part["enum"] if value.isdigit())]}
    if part.keys() & {"pattern", "format", "maxLength"}:
        return {**part, "type": ["string", "number"]}
    languages = {language: {"type": "string"} for language in LANGUAGES}
    return {**part, "type": ["string", "number", "boolean", "object"], "properties": languages,
            "additionalProperties": False}


@cache
def _docstrings() -> dict[tuple[str, str], str]:
    """Return (class, key) -> the docstring below the key, of every class in params/shapes."""
    docstrings = {}
    for module in resources.files("carbon.params.shapes").iterdir():
        if not module.name.endswith(".py"):
            continue
        parts = ast.parse(module.read_text(encoding="utf-8")).body
        for cls in (part for part in parts if isinstance(part, ast.ClassDef)):
            for key, below in pairwise(cls.body):
                if isinstance(key, ast.AnnAssign) and isinstance(below, ast.Expr):
                    docstrings[cls.name, ast.unparse(key.target)] = " ".join(str(ast.literal_eval(below.value)).split())
    return docstrings
