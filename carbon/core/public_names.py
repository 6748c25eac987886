"""Public functions: loaded on first use, and clear about a missing, misspelt or wrong argument.

Nothing is checked before a call. Only when one has failed are its arguments compared with their annotations; a failure
with arguments of the right kinds is a fault of the package, and keeps its whole traceback.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from importlib.machinery import PathFinder
from numbers import Number
from typing import Any, ParamSpec, TypeVar

from carbon.core.errors import CarbonError, UsageError
from carbon.core.ghg_protocol import GWP_SETS, SCOPE2_METHODS
from carbon.core.text import instead, spelled_like

P = ParamSpec("P")
T = TypeVar("T")
OF_THE_OTHER_CARBON = ("cache", "routers", "service")
"""Modules of the other program named `carbon` (Graphite's storage) at its top; this package has rooms there alone."""
_SHOWN = 40
"""Characters of a value that a message repeats."""
_BRACKETS = re.compile(r"\[[^\[\]]*\]")
_BUILT_IN = (str, bytes, Number, type(None), list, tuple, set)
"""Kinds that are never an object of carbon or a table."""
_ABSTRACT: dict[str, Callable[[Any], bool]] = {
    "Mapping": lambda v: isinstance(v, Mapping),
    "Iterable": lambda v: isinstance(v, Iterable) and not isinstance(v, str) and not hasattr(v, "columns"),
    "Sequence": lambda v: isinstance(v, Iterable) and not isinstance(v, str) and not hasattr(v, "columns"),
    "ArrayLike": lambda v: isinstance(v, Iterable) and not isinstance(v, str),
    "Callable": callable,
    "float": lambda v: isinstance(v, Number),
    "int": lambda v: isinstance(v, Number) and not isinstance(v, float),
    "None": lambda v: v is None,
    "Literal": lambda v: isinstance(v, str),
    "Any": lambda v: not isinstance(v, _BUILT_IN),
    "object": lambda _: True,
}
PROTOCOLS = {"FactorTable": "table", "Records": "records", "Steps": "by", "Unclassified": "unclassified",
             "Uncertainty": "rows_of"}
"""Kinds that no class has to name among its own: protocol -> the attribute by which an object is known to fit."""
_ANY = "a result of carbon, or a table of it"
CHOICES: dict[str, tuple[str, ...]] = {
    "scope2_method": SCOPE2_METHODS, "driver": ("employees", "none"), "gwp": GWP_SETS}
"""Values of arguments that name a method: none of them is a default."""


def boxed(function: Callable[P, T]) -> Callable[P, T]:
    """Wrap a function: where it fails for a wrong kind of argument, raise a `UsageError` that names it."""

    @functools.wraps(function)
    def answered(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except Exception as error:
            blame = None if isinstance(error, CarbonError) else _blame(function, args, kwargs, error)
            if blame:
                raise UsageError(blame[0], hint=blame[1]) from error
            raise

    return answered


def boxed_methods(cls: type[T]) -> type[T]:
    """Box the public methods of a class: a decorator."""
    for name, member in list(vars(cls).items()):
        if inspect.isfunction(member) and not name.startswith("_"):
            setattr(cls, name, boxed(member))
    return cls


@functools.cache
def as_public(value: Any, module: str) -> Any:
    """Return a function boxed, always as the same object, in its public module (for pickles); else `value`."""
    if not (inspect.isfunction(value) and value.__module__.startswith("carbon.")):
        return value
    public = boxed(getattr(value, "__wrapped__", value))
    public.__module__ = module
    return public


def box_all(names: dict[str, Any], public: Iterable[str]) -> None:
    """Box the public functions of a module: `box_all(globals(), __all__)`."""
    names.update({name: as_public(names[name], names["__name__"]) for name in public
                  if inspect.isfunction(names.get(name))})


def lazy_room(package: str, home: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return `__getattr__` and `__dir__` of a package (PEP 562).

    Importing a module binds its name in the package. A public name that is also the name of a module is therefore not
    for `home`: the package imports it from that module at once.

    Parameters
    ----------
    package
        Its `__name__`.
    home
        Public name -> the module of the package that defines it, or the full name of a module elsewhere
        ("carbon.core.x").
    """

    def get(name: str) -> Any:
        if name not in home:
            raise AttributeError(f"{package} has no {name!r}; {instead(name, home)}")
        where = home[name]
        return as_public(getattr(import_module(where if "." in where else f"{package}.{where}"), name), package)

    return get, lambda: sorted(home)


def refuse_other_program(folders: Sequence[str]) -> None:
    """Raise where both programs lie in one folder: a file of one may have replaced one of the other.

    Parameters
    ----------
    folders
        `carbon.__path__`.

    Raises
    ------
    ImportError
        Which modules are those of the other program, and what to do.
    """
    others = [f"carbon.{name}" for name in OF_THE_OTHER_CARBON
              if PathFinder.find_spec(f"carbon.{name}", folders) is not None]
    if others:
        raise ImportError(
            f"Two programs are installed as {folders[0]}: the package `carbon` (Graphite) put {', '.join(others)} next "
            "to `carbon-trajectory`. Neither can be trusted: `pip uninstall carbon carbon-trajectory`, then `pip "
            "install carbon-trajectory` in an environment without the other")


def _blame(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any],
           error: Exception) -> tuple[str, str] | None:
    """Return what is wrong with the arguments and what to do; None where they are of the right kinds."""
    called = function.__name__
    if unfit := _unfit(function, args, kwargs):
        return f"{called}: {unfit[0]}", unfit[1]
    if misfit := _wrong(function, args, kwargs):
        name, value, accepted = misfit
        return f"{called}: `{name}` is {_said(value)}; it takes {accepted}", _hint(called, value, accepted)
    values = (*args, *kwargs.values())
    tables = [v for v in values if hasattr(v, "columns")]
    if isinstance(error, KeyError) and any(_lacks(table, error.args) for table in tables):
        return f"{called}: the table has no column {error}", f"help({called}) describes the table it takes"
    if isinstance(error, AttributeError) and any(error.obj is v for v in values):
        return f"{called} does not take {_said(error.obj)}: it has no `{error.name}`", _hint(called, error.obj, "")
    return None


def _lacks(table: Any, keys: tuple[Any, ...]) -> bool:
    return any((isinstance(key, str) and key not in table.columns) or isinstance(key, list) for key in keys)


def _unfit(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return which arguments are missing or unknown, and what they may be; None where the call has those it takes."""
    signature = inspect.signature(function)
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        names = [name for name in signature.parameters if name != "self"]
        unknown = [name for name in kwargs if name not in names]
        if unknown:
            near = spelled_like(unknown[0], names, n=1)
            meant = f"did you mean `{near[0]}`? " if near else ""
            return f"no argument `{unknown[0]}`", f"{meant}{_taken(signature)}"
        given = {*names[:len(args) - (len(names) < len(signature.parameters))], *kwargs}
        missing = [name for name in names if name not in given and signature.parameters[name].default is
                   inspect.Parameter.empty and signature.parameters[name].kind % 2]
        what = f"{', '.join(f'`{name}`' for name in missing)} {'is' if len(missing) == 1 else 'are'} missing"
        return (what if missing else str(error)), "; ".join(map(choices_of, missing)) or _taken(signature)
    return None


def _taken(signature: inspect.Signature) -> str:
    """Return the arguments that a call takes, as they are written."""
    return "it takes " + ", ".join(f"{name}=..." if p.kind is p.KEYWORD_ONLY else name
                                   for name, p in signature.parameters.items() if name != "self")


def choices_of(name: str) -> str:
    """Return the values that an argument takes, as a remedy."""
    return f"{name}: {' or '.join(map(repr, CHOICES[name]))}" if name in CHOICES else f"give {name}=..."


def _wrong(function: Callable[..., Any], args: tuple[Any, ...],
           kwargs: Mapping[str, Any]) -> tuple[str, Any, str] | None:
    """Return name, value and accepted kinds of the first argument that does not fit its annotation."""
    bound = inspect.signature(function).bind(*args, **kwargs)
    parameters = inspect.signature(function).parameters
    for name, value in bound.arguments.items():
        parameter = parameters[name]
        # The `self` of a method has no annotation: it is what it is called on.
        free = parameter.annotation is parameter.empty
        if free or parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        kinds = _wanted(parameter.annotation)
        if not any(_fits(value, kind) for kind in kinds):
            return name, value, " or ".join(_ANY if kind == "Any" else kind for kind in kinds)
    return None


def _wanted(annotation: Any) -> list[str]:
    """Return the names of the accepted kinds: "pd.Series[Any] | None" -> ["Series", "None"]."""
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
    while _BRACKETS.search(text):
        text = _BRACKETS.sub("", text)
    return [part.strip().rsplit(".", 1)[-1] for part in text.split("|")]


def _fits(value: Any, kind: str) -> bool:
    if kind in _ABSTRACT:
        return _ABSTRACT[kind](value)
    if kind in PROTOCOLS:
        return hasattr(value, PROTOCOLS[kind])
    return any(cls.__name__ == kind for cls in type(value).__mro__)


def _said(value: Any) -> str:
    text = repr(value)
    short = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    kinds = {str: f"the string {short}", type(None): "None", list: "a list", tuple: "a tuple",
             int: f"the number {short}", float: f"the number {short}"}
    return kinds.get(type(value), f"a {type(value).__name__}")


def _hint(called: str, value: Any, accepted: str) -> str:
    if isinstance(value, str) and ("Inventory" in accepted or _ANY in accepted):
        return f'compute it first, e.g. inv = cb.inventory("petit-studio", 2024), then {called}(inv)'
    return f"help({called}) describes each argument"
