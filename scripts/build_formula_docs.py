"""
Write docs/reference/formulas.md: every public function whose docstring states a formula, with its source.

    python scripts/build_formula_docs.py
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import carbon

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "formulas.md"
ROOMS = {
    "core": "Words and numbers", "activities": "Records to activities", "emissions": "Activities to emissions",
    "inventory": "Inventory, base year, bridge", "trajectory": "Trajectory and targets",
    "digital": "Responsible digital", "indicators": "Indicators", "levers": "Levers and plan", "reports": "Tables",
}
WHOLE = ("carbon.core.gases", "carbon.digital.embodied", "carbon.digital.service_formulas", "carbon.levers.formulas",
         "carbon.trajectory.pathways", "carbon.trajectory.conformal")
"""Modules of formulas alone: every public function is one, however its docstring writes it."""
FORMULA = re.compile(r"(?<![=<>!])=(?!=)|<=| x .+ / |sum over| x GWP")
SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)
SOURCE = re.compile(r"Sources?:\s*(.+?)(?:\n\s*\n|\Z)", re.DOTALL)
HEAD = """# Formulas

Generated from the docstrings by `scripts/build_formula_docs.py`; a test holds it up to date. Change the docstring,
not this page.

Each is a plain function of plain numbers, arrays or tables: a reviewer can call it alone. Units stand in brackets in
the docstring (`help(name)`), with the errors it raises and where it stops being valid. Where a function names no
source of its own, the one of its module is given; "own" is plain algebra or a convention of this package.
"""


def text() -> str:
    """
    The whole page.
    """
    parts = [HEAD]
    for room, title in ROOMS.items():
        rows = [_row(name, function, module) for name, function, module in _formulas(room)]
        if rows:
            parts.append(f"\n## {title}\n\n| function | formula | source |\n|---|---|---|\n" + "\n".join(rows) + "\n")
    return "".join(parts)


def _formulas(room: str) -> Iterator[tuple[str, Callable[..., Any], ModuleType]]:
    """
    Public functions and methods of a room with a formula in their docstring, by name.
    """
    for module in _modules(f"carbon.{room}"):
        own = [(n, o) for n, o in vars(module).items()
               if not n.startswith("_") and getattr(o, "__module__", "") == module.__name__]
        for name, thing in sorted(own, key=lambda pair: pair[0]):
            if inspect.isfunction(thing) and _formula(thing):
                yield f"{module.__name__}.{name}", thing, module
            for method, function in sorted(vars(thing).items()) if inspect.isclass(thing) else ():
                if inspect.isfunction(function) and not method.startswith("_") and _formula(function):
                    yield f"{module.__name__}.{name}.{method}", function, module


def _modules(name: str) -> Iterator[ModuleType]:
    package = importlib.import_module(name)
    yield package
    for found in sorted(pkgutil.walk_packages(package.__path__, f"{name}."), key=lambda m: m.name):
        yield importlib.import_module(found.name)


def _formula(function: Callable[..., Any]) -> str:
    """
    The paragraphs with an equation, before the first section of the docstring.
    """
    words = inspect.getdoc(function) or ""
    head = SECTION.split(words)[0]
    first, *paragraphs = [" ".join(line.strip() for line in p.split("\n")) for p in head.split("\n\n")]
    stated = "; ".join(p.rstrip(".") for p in paragraphs if FORMULA.search(p) and len(p) < 400)
    in_words = FORMULA.search(first) or function.__module__ in WHOLE
    return stated or (first.rstrip(".") if in_words else "")


def _row(name: str, function: Callable[..., Any], module: ModuleType) -> str:
    summary = (inspect.getdoc(function) or "").split("\n\n")[0].replace("\n", " ").rstrip(".")
    formula = _formula(function)
    what = "" if formula == summary else f": {_cell(summary)}"
    return f"| `{name.removeprefix('carbon.')}`{what} | {_cell(formula)} | {_cell(_source(function, module))} |"


def _source(function: Callable[..., Any], module: ModuleType) -> str:
    for words in (inspect.getdoc(function) or "", inspect.getdoc(module) or ""):
        sections = SECTION.split(words)
        named = dict(zip(sections[1::2], sections[2::2], strict=True))
        found = named.get("References") or next(iter(SOURCE.findall(words)), "")
        if found.strip():
            return " ".join(found.split())
    return "own"


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_") if words else ""


if __name__ == "__main__":
    assert carbon.__version__
    PAGE.write_text(text(), encoding="utf-8")
    print(f"docs/reference/{PAGE.name}: {text().count(chr(10) + '| `')} formulas")
