"""The names an analyst types exist and are loaded on first use."""

import inspect
import json
import subprocess
import sys
from importlib import import_module

import pytest

import carbon as cb

NAMES = [n for n in cb.__all__ if n != "__version__"]
LAZY = {"carbon.factors", "carbon.digital", "carbon.indicators", "carbon.levers", "carbon.inventory"}


def test_every_public_name_leads_somewhere(every):
    """Each name of `cb` is a callable or a room."""
    def check(name: str):
        assert callable(getattr(cb, name)) or hasattr(getattr(cb, name), "__name__")

    every(NAMES, check)


def test_an_unknown_name_is_refused_with_the_known_ones():
    """
    A typo names what there is.
    """
    with pytest.raises(AttributeError, match="inventories"):
        _ = cb.inventry


FRESH = """
import json, sys
import carbon as cb
names, modules = json.loads(sys.argv[1])
found = {}
for again in range(2):
    for name in names:
        found.setdefault(name, []).append(callable(getattr(cb, name)))
    for module in modules:
        __import__(module)
print(json.dumps({n: v for n, v in found.items() if not all(v)}))
"""


@pytest.mark.parametrize("backwards", [False, True])
def test_every_name_can_be_called_twice_in_any_order(backwards: bool):
    """
    A name that is a function on first use is one on the second too, whatever was loaded in between: `carbon.indicators`
    is also a package, and importing binds the package.
    """
    names = sorted(set(NAMES) - set(cb._ROOMS), reverse=backwards)
    modules = sorted({cb._HOME[n] for n in names} | {f"carbon.{n}" for n in ("inventory", "indicators", "factors")})

    done = subprocess.run([sys.executable, "-c", FRESH, json.dumps([names, modules])], capture_output=True, text=True,
                          check=True)

    assert json.loads(done.stdout) == {}


@pytest.mark.parametrize("room", sorted(LAZY))
def test_a_room_gives_its_functions_after_its_modules_are_loaded(room: str):
    """
    `carbon.levers.streams` is the function, although there is a module of that name.
    """
    package = import_module(room)
    for name, where in package._HOME.items():
        import_module(where if "." in where else f"{room}.{where}")
        for _ in range(2):
            assert not inspect.ismodule(getattr(package, name)), name


@pytest.mark.parametrize("name", ["inventory", "indicators"])
def test_a_room_that_can_be_called_helps_as_its_function_does(name: str):
    """
    Signature and docstring of `cb.inventory`, what Tab and `?` show, are those of the function.
    """
    room = import_module(f"carbon.{name}")
    function = getattr(import_module(f"carbon.{name}.company"), name)

    assert inspect.signature(getattr(cb, name)) == inspect.signature(function)
    assert inspect.getdoc(getattr(cb, name)) == inspect.getdoc(function)
    assert room.__name__ == f"carbon.{name}"


def test_question_mark_shows_the_signature_of_the_most_used_name():
    """
    `cb.inventory?` in a notebook: company and year, and what it returns.
    """
    shells = pytest.importorskip("IPython.core.interactiveshell")
    import_module("carbon.inventory")
    shell = shells.InteractiveShell(user_ns={"cb": cb})

    told = shell.object_inspect("cb.inventory")

    assert "company" in told["definition"]
    assert "year" in told["definition"]
    assert told["docstring"].strip() == inspect.getdoc(import_module("carbon.inventory.company").inventory)
