"""The names an analyst types exist and are loaded on first use."""

import inspect
import json
import subprocess
import sys
from importlib import import_module
from types import ModuleType

import pytest

import carbon as cb

NAMES = [n for n in cb.__all__ if n != "__version__"]
ROOMS = ("accounting", "activities", "digital", "emissions", "factors", "levers", "scorecards", "trajectory")


def test_every_public_name_leads_somewhere(every):
    """Each name of `cb` is a callable or a room."""
    def check(name: str):
        assert callable(getattr(cb, name)) or hasattr(getattr(cb, name), "__name__")

    every(NAMES, check)


def test_an_unknown_name_is_refused_with_the_known_ones():
    """A typo names what there is."""
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
    """A name that is a function on first use is one on the second too, whatever module was loaded in between: importing
    binds modules, and none of them has the name of a function of `cb`.
    """
    names = sorted(set(NAMES) - set(cb._ROOMS), reverse=backwards)
    modules = sorted({cb._HOME[n] for n in names} | {f"carbon.{room}" for room in ROOMS})

    done = subprocess.run([sys.executable, "-c", FRESH, json.dumps([names, modules])], capture_output=True, text=True,
                          check=True)

    assert json.loads(done.stdout) == {}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_gives_its_functions_after_its_modules_are_loaded(room: str):
    """`carbon.levers.streams` is the function, although there may be a module of that name: of each public name that a
    module of the room has too, and that no order of imports may hide.
    """
    done = subprocess.run([sys.executable, "-c", SHADOWED, f"carbon.{room}"], capture_output=True, text=True,
                          check=True)

    assert json.loads(done.stdout) == []


SHADOWED = """
import inspect, json, pkgutil, sys
from importlib import import_module
from types import ModuleType
package = sys.argv[1]
for found in pkgutil.iter_modules(import_module(package).__path__, package + "."):
    import_module(found.name)
room = import_module(package)
names = getattr(room, "__all__", None) or dir(room)
print(json.dumps([name for name in names if inspect.ismodule(getattr(room, name))]))
"""


def test_no_package_is_callable_and_no_module_has_a_class_of_its_own():
    """A package is a module as Python makes it: what can be called is a function."""
    packages = [import_module("carbon"), *(import_module(f"carbon.{room}") for room in ROOMS)]

    assert [p.__name__ for p in packages if type(p) is not ModuleType] == []
    assert [name for name in ("inventory", "indicators") if not inspect.isfunction(getattr(cb, name))] == []


def test_question_mark_shows_the_signature_of_the_most_used_name():
    """`cb.inventory?` in a notebook: company and year, and what it returns."""
    shells = pytest.importorskip("IPython.core.interactiveshell")
    import_module("carbon.accounting")
    shell = shells.InteractiveShell(user_ns={"cb": cb})

    details = shell.object_inspect("cb.inventory")

    assert "company" in details["definition"]
    assert "year" in details["definition"]
    assert details["docstring"].strip() == inspect.getdoc(import_module("carbon.accounting.company").inventory)
