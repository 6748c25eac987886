"""Every public function, class, method and property of the package has a docstring."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cached_property
from types import ModuleType
from typing import Any

import carbon


def _modules() -> Iterator[ModuleType]:
    for module in pkgutil.walk_packages(carbon.__path__, "carbon."):
        if not module.name.endswith("__main__"):
            yield importlib.import_module(module.name)


def _has_docstring(thing: Any) -> bool:
    """Whether it has a docstring."""
    return thing is not None and bool((inspect.getdoc(thing) or "").strip())


def _silent_members(cls: type) -> Iterator[str]:
    """Public methods and properties of a class without a docstring; a Protocol's are its class docstring's matter."""
    if getattr(cls, "_is_protocol", False):
        return
    for name, member in vars(cls).items():
        function = getattr(member, "__func__", member)  # of a class method
        is_documentable = isinstance(function, (property, cached_property)) or inspect.isfunction(function)
        if is_documentable and not name.startswith("_") and not any(
                _has_docstring(vars(base).get(name)) for base in cls.__mro__):
            yield f"{cls.__module__}.{cls.__qualname__}.{name}"


def silent(module: ModuleType) -> Iterator[str]:
    """Public names of a module without a docstring."""
    if not _has_docstring(module) and not module.__name__.endswith("data"):
        yield module.__name__
    for name, thing in vars(module).items():
        ours = getattr(thing, "__module__", "") == module.__name__ and not name.startswith("_")
        if ours and (inspect.isfunction(thing) or inspect.isclass(thing)):
            if not _has_docstring(thing):
                yield f"{module.__name__}.{name}"
            if inspect.isclass(thing):
                yield from _silent_members(thing)


def test_every_public_name_says_what_it_is():
    """No public function, class, method or property without a docstring, its own or its base class's."""
    modules = list(_modules())
    assert len(modules) > 300
    assert [name for module in modules for name in silent(module)] == []


def test_a_silent_function_would_be_seen():
    """Functions, methods, properties without a docstring are named; overrides of a documented method are not."""
    module = ModuleType("carbon.some_room", "A room.")
    code = ("class Base:\n    'b'\n    def told(self):\n        'says'\n"
            "class Made(Base):\n    'm'\n    def told(self): ...\n    def quiet(self): ...\n"
            "    @property\n    def also(self): ...\n    def _own(self): ...\n"
            "def loud():\n    'says'\ndef mute(): ...\n")
    exec(compile(code, "some_room", "exec"), module.__dict__)
    assert sorted(silent(module)) == [f"carbon.some_room.{name}" for name in ("Made.also", "Made.quiet", "mute")]
