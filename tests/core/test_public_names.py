"""Public functions are loaded on first use, and a wrong kind of argument is named."""

import ast
from pathlib import Path
from types import SimpleNamespace
from typing import Protocol

import pandas as pd
import pytest

from carbon.core.errors import MethodError, UsageError
from carbon.core.public_names import PROTOCOLS, as_public, boxed, lazy_room


def scaled(table: pd.DataFrame, factor: float) -> float:
    return float(table["kg"].sum()) * factor


def test_a_wrong_kind_is_named_with_the_kinds_that_are_accepted():
    """The argument, its value and what it takes are in the error; the original error is its cause."""
    with pytest.raises(UsageError, match="scaled: `table` is the string 'x'; it takes DataFrame") as refused:
        boxed(scaled)("x", 2.0)
    assert refused.value.hint and refused.value.__cause__ is not None


def test_a_missing_column_is_named():
    """A table without the column that a function reads is not a fault of the package."""
    with pytest.raises(UsageError, match="the table has no column 'kg'"):
        boxed(scaled)(pd.DataFrame({"t": [1.0]}), 2.0)


def test_errors_of_the_package_pass_unchanged():
    """A CarbonError already names its rows and its remedy."""
    def raising(share: float) -> float:
        raise MethodError("no share")

    with pytest.raises(MethodError, match="no share"):
        boxed(raising)("x")  # type: ignore[arg-type]


def test_a_fault_of_the_package_is_not_laid_on_an_object_that_fits_a_protocol():
    """An object with a table is what the function takes, whatever its class: the fault keeps its own error."""
    class FactorTable(Protocol):
        table: pd.DataFrame

    def failing(library: FactorTable) -> None:
        raise ValueError("of the package")

    with pytest.raises(ValueError, match="of the package"):
        boxed(failing)(SimpleNamespace(table=pd.DataFrame()))
    with pytest.raises(UsageError, match="takes FactorTable"):
        boxed(failing)(3)  # type: ignore[arg-type]


def test_every_protocol_is_known_by_one_of_its_members():
    """A class may fit a protocol without naming it."""
    found = {}
    for path in (Path(__file__).parents[2] / "carbon").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and "Protocol" in map(ast.unparse, node.bases):
                found[node.name] = {m.name for m in node.body if isinstance(m, ast.FunctionDef)}
    assert set(found) == set(PROTOCOLS)
    assert [name for name, member in PROTOCOLS.items() if member not in found[name]] == []


def test_a_lazy_name_is_loaded_from_its_module_and_belongs_to_the_package():
    """The name is that of the module that defines it; an unknown name is an AttributeError."""
    get, names = lazy_room("carbon.core", {"fold": "text", "great_circle_km": "carbon.core.places"})
    assert get("fold")("Gare-de-l'Est") == "gare de l est" and get("fold").__module__ == "carbon.core"
    assert names() == ["fold", "great_circle_km"]
    with pytest.raises(AttributeError, match=r"carbon\.core has no 'x'; known: fold"):
        get("x")


def test_only_functions_of_the_package_are_boxed():
    """Constants, classes and other packages' functions stay themselves."""
    assert as_public(UsageError, "carbon") is UsageError
    assert as_public(pd.concat, "carbon") is pd.concat
