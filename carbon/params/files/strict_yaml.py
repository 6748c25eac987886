"""YAML as strings: no guessed types, no aliases, no repeated keys, the line of every value and the form it must have.

YAML 1.1 reads NO as false, 012 as ten and 12:30:00 as 45000, and takes the last of two equal keys. Here every plain
word stays a string, and the schema gives its type: a number or day that is not in its one plain form is a fault.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

import yaml
from pydantic import BaseModel

from carbon.core.errors import ParamsError
from carbon.params.shapes.faults import Key
from carbon.params.shapes.local_text import year_by_year

MAX_BYTES = 1 << 20
MAX_DEPTH = 20
_DEEPER: dict[type, int] = {yaml.ScalarEvent: 0, yaml.SequenceStartEvent: 1, yaml.MappingStartEvent: 1,
                            yaml.SequenceEndEvent: -1, yaml.MappingEndEvent: -1}

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class YamlFile:
    """The values of one file as strings, lists and dicts, and the line of each."""

    name: str
    values: Any
    lines: Mapping[Key, int]
    files: Mapping[Key, str] = field(default_factory=dict)
    """File of each value that is not this file's own: see `extended`."""

    def place(self, key: Key) -> str:
        """Return `file:line` of a key, or of the nearest key above it."""
        while key and key not in self.lines:
            key = key[:-1]
        return f"{self.files.get(key, self.name)}:{self.lines.get(key, 1)}"

    @property
    def edited(self) -> str:
        """Name the files that a fault may be corrected in."""
        return " or ".join(dict.fromkeys([self.name, *self.files.values()]))


def read_yaml(path: Path, name: str) -> YamlFile:
    """Read one YAML file, called `name` in errors. Raises ParamsError: See `read_text` and `parse_yaml`."""
    return parse_yaml(read_text(path, name), name)


def parse_yaml(text: str, name: str) -> YamlFile:
    """Parse a YAML document.

    Raises ParamsError: More than one document; an alias, a tag, a repeated key, nesting over 20 levels; broken YAML.
    """
    lines: dict[Key, int] = {}
    try:
        events = iter(_events(text, name))
        first = next(events, None)
        values = {} if first is None else _plain(first, events, (), lines, name)
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        what = getattr(wrong, "problem", None) or str(wrong).splitlines()[0]
        raise ParamsError(f"{name}:{line}: not valid YAML: {what}",
                          hint=f"correct line {line}; check indentation, colons and quotes") from None
    return YamlFile(name, values, lines)


def read_text(path: Path, name: str) -> str:
    """Read a parameter file as a string. Raises ParamsError: Not a regular UTF-8 file of at most 1 MiB."""
    if not path.is_file():
        raise ParamsError(f"{name}: no such file", hint=f"write {name}, or correct the company's name"
                          if name.startswith("params/") else "give the path of a file that exists")
    if path.stat().st_size > MAX_BYTES:
        raise ParamsError(f"{name}: larger than 1 MiB", hint="parameters are short; move tables to CSV files")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = path.read_bytes()[: wrong.start].count(b"\n") + 1
        raise ParamsError(f"{name}:{line}: not UTF-8 text", hint="save the file as UTF-8") from None


@lru_cache(maxsize=32)
def _events(text: str, name: str) -> list[yaml.Event]:
    """Check and parse the one document of a file, once: a company's file is read for each step of a report."""
    events: list[yaml.Event] = []
    depth = documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if getattr(event, "anchor", None):
            raise ParamsError(f"{name}:{_line(event)}: an alias or anchor (`*`, `&`)", hint="write the value out")
        if type(event) in _DEEPER:
            if getattr(event, "tag", None):
                raise ParamsError(f"{name}:{_line(event)}: a tag ({getattr(event, 'tag', '')})",
                                  hint="remove the tag; types come from the key")
            depth += _DEEPER[type(event)]
            events.append(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise ParamsError(f"{name}:{_line(event)}: a second document (`---`)", hint="keep one document a file")
        if depth > MAX_DEPTH:
            raise ParamsError(f"{name}:{_line(event)}: nested deeper than {MAX_DEPTH} levels", hint="flatten the file")
    return events


def merged(upper: Any, lower: Any, key: Key = (), replaced: set[Key] | None = None) -> Any:
    """Return the upper value over the lower one; an empty value takes a lower one back.

    `replaced` collects the keys below which nothing of the lower value is left.
    """
    if not (isinstance(upper, dict) and isinstance(lower, dict)):
        if replaced is not None:
            replaced.add(key)
        return upper
    both = {name: merged(value, lower[name], (*key, name), replaced) for name, value in upper.items() if name in lower}
    return {name: value for name, value in {**lower, **upper, **both}.items() if value is not None or name not in both}


def _line(at: yaml.Event) -> int:
    return at.start_mark.line + 1 if at.start_mark else 1


def _plain(event: Any, events: Iterator[Any], key: Key, lines: dict[Key, int], name: str) -> Any:
    """Return the value that begins with an event, and note the line of each value inside."""
    lines[key] = _line(event)
    if isinstance(event, yaml.ScalarEvent):
        # A plain `null`, `~` or nothing is "not given"; quoted text is itself.
        return None if not event.style and event.value in ("", "~", "null") else event.value
    if isinstance(event, yaml.SequenceStartEvent):
        items: list[Any] = []
        while type(first := next(events)) is not yaml.SequenceEndEvent:
            items.append(_plain(first, events, (*key, len(items)), lines, name))
        return items
    values: dict[str, Any] = {}
    while type(first := next(events)) is not yaml.MappingEndEvent:
        line = _line(first)
        if not isinstance(first, yaml.ScalarEvent):
            raise ParamsError(f"{name}:{line}: a key that is not a word", hint="use plain words as keys")
        if first.value in values:
            before = lines[(*key, first.value)]
            raise ParamsError(f"{name}:{line}: key `{first.value}` is given twice (first on line {before})",
                              hint=f"keep one `{first.value}`")
        values[first.value] = _plain(next(events), events, (*key, first.value), lines, name)
        lines[(*key, first.value)] = line
    return values


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
    if not isinstance(value, str):
        for option in options:
            yield from _inside(value, option, key)
    elif str not in options and not any(_made_of(o)[0] is not None for o in options):
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
