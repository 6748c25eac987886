"""Forms of numbers and days in parameter files.

Everything in a YAML file arrives as a string. Lax conversion would take 012 for 12, 1_000 for 1000 and nan for a
number; here a value that is not written in its one plain form is a fault.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from carbon.core.params.local_text import year_by_year
from carbon.records.params.strict_yaml import Key

_FORMS: dict[type, tuple[re.Pattern[str], str]] = {
    int: (re.compile(r"-?(0|[1-9][0-9]*)"), "must be a whole number, e.g. 12"),
    # A percentage may have its sign: what takes none refuses it.
    float: (re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?( ?%)?"), "must be a number, e.g. 0.05"),
    date: (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "must be a day, e.g. 2024-12-31"),
}


def badly_written(value: Any, expected: Any, key: Key = ()) -> Iterator[tuple[Key, Any, str]]:
    """Yield the values whose form does not fit their type: key, value, expected form."""
    options = _options(expected)
    if value is None or not options:
        return
    if isinstance(value, str):
        if str not in options and not any(_made_of(o)[0] is not None for o in options):
            yield from _leaf(value, options, key)
        return
    for option in options:
        yield from _inside(value, option, key)


def _leaf(value: str, options: tuple[Any, ...], key: Key) -> Iterator[tuple[Key, Any, str]]:
    forms = [_FORMS[o] for o in options if o in _FORMS]
    if forms and not any(pattern.fullmatch(value) for pattern, _ in forms):
        yield key, value, forms[0][1]


def _inside(value: Any, expected: Any, key: Key) -> Iterator[tuple[Key, Any, str]]:
    origin, args = _made_of(expected)
    if isinstance(value, list) and origin in (list, tuple):
        for i, item in enumerate(value):
            yield from badly_written(item, args[min(i, len(args) - 1)], (*key, i))
    elif isinstance(value, dict) and origin is dict:
        for name, item in value.items():
            yield from badly_written(name, args[0], (*key, name))
            yield from badly_written(item, args[1], (*key, name))
    elif isinstance(value, dict) and isinstance(expected, type) and issubclass(expected, BaseModel):
        for name, field in expected.model_fields.items():
            if name in value:  # most of a model's fields are not given
                yield from badly_written(year_by_year(name, value[name]), field.annotation, (*key, name))


@cache
def _made_of(expected: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return a generic type's origin and its arguments; `tuple[int, ...]`: each item is of the one type named."""
    return get_origin(expected), tuple(a for a in get_args(expected) if a is not Ellipsis)


@cache
def _options(expected: Any) -> tuple[Any, ...]:
    """Return the types of a union, without Annotated and None."""
    origin = get_origin(expected)
    if origin is Annotated:
        return _options(get_args(expected)[0])
    if origin in (Union, types.UnionType):
        return tuple(o for arg in get_args(expected) for o in _options(arg))
    return () if expected is type(None) else (expected,)
