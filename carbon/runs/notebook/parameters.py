"""Notebook parameters: names and types are those of the notebook's own `parameters` cell, values are JSON scalars."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

from carbon.core.errors import UsageError

NAME = re.compile(r"[a-z_][a-z0-9_]*")
REQUIRED = {"company": str, "year": int}
WORDS = {str: "a string", int: "an integer"}
TAG = "parameters"


def declared_parameters(notebook: Mapping[str, Any]) -> dict[str, type]:
    """Return {name: type} of the one cell tagged `parameters`; it may only assign plain values to names.

    Raises UsageError: No such cell or several, a line that is no plain assignment, or `company`/`year` missing or of
    another type.
    """
    cells = [cell for cell in notebook["cells"] if TAG in cell.get("metadata", {}).get("tags", [])]
    if len(cells) != 1 or cells[0]["cell_type"] != "code":
        raise UsageError(f"The notebook has {len(cells)} code cells tagged `{TAG}`, not one",
                         hint="tag the cell that sets company and year; papermill would inject in the wrong place")
    source = cells[0]["source"]
    declared = _assignments("".join(source))
    for name, kind in REQUIRED.items():
        if declared.get(name) is not kind:
            raise UsageError(f"The notebook's `{TAG}` cell does not set `{name}` to {WORDS[kind]}")
    return declared


def _assignments(source: str) -> dict[str, type]:
    declared: dict[str, type] = {}
    for line in ast.parse(source).body:
        if not (isinstance(line, ast.Assign) and len(line.targets) == 1 and isinstance(line.targets[0], ast.Name)
                and isinstance(line.value, ast.Constant)):
            raise UsageError(f"The notebook's `{TAG}` cell holds more than `name = plain value`: "
                             f"{ast.unparse(line)[:80]}", hint="move computations to another cell")
        declared[line.targets[0].id] = type(line.value.value)
    return declared


def check_parameters(values: Mapping[str, Any], declared: Mapping[str, type]) -> None:
    """Reject what papermill accepts in silence: an unknown name, another type, a name or value that is not plain.

    Raises UsageError: Names the parameter and what the notebook declares.
    """
    for name, value in values.items():
        if not NAME.fullmatch(name):
            raise UsageError(f"{name!r} is not a parameter name", hint="lower-case letters, digits and _")
        if name not in declared:
            raise UsageError(f"The notebook has no parameter `{name}`",
                             hint=f"it declares {', '.join(sorted(declared))}; see `parameters:` in params/runs.yml")
        if type(value) not in (str, int, float, bool) or value != value or value in (float("inf"), float("-inf")):
            raise UsageError(f"Parameter `{name}` is not a plain value: {value!r}"[:200])
        if type(value) is not declared[name]:
            raise UsageError(f"Parameter `{name}` must be {declared[name].__name__} as in the notebook, "
                             f"is {type(value).__name__}")
