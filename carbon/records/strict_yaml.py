"""
YAML as text: no guessed types, no aliases, no repeated keys, and the line of every value.

YAML 1.1 reads NO as false, 012 as ten and 12:30:00 as 45000, and takes the last of two equal keys. Here every plain
word stays text; the schema says what type it must have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from carbon.core.errors import ParamsError

MAX_BYTES = 1 << 20
MAX_DEPTH = 20

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Key = tuple[str | int, ...]


@dataclass(frozen=True)
class YamlFile:
    """
    The values of one file as plain text, lists and dicts, and the line each stands on.
    """

    name: str
    values: Any
    lines: Mapping[Key, int]

    def line_of(self, key: Key) -> int:
        """
        Line of a key, or of the nearest key above it.
        """
        while key and key not in self.lines:
            key = key[:-1]
        return self.lines.get(key, 1)


def read_yaml(path: Path, name: str) -> YamlFile:
    """
    Read one YAML file.

    Parameters
    ----------
    name
        How the file is called in errors.

    Raises
    ------
    ParamsError
        See `read_text` and `parse_yaml`. File and line are named.
    """
    return parse_yaml(read_text(path, name), name)


def parse_yaml(text: str, name: str) -> YamlFile:
    """
    The values of a text.

    Raises
    ------
    ParamsError
        More than one document; an alias, a tag, a repeated key, nesting over 20 levels; broken YAML.
    """
    lines: dict[Key, int] = {}
    try:
        node = _composed(text, name)
        values = {} if node is None else _plain(node, (), lines, name)
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        what = getattr(wrong, "problem", None) or str(wrong).splitlines()[0]
        raise ParamsError(f"{name}:{line}: not valid YAML: {what}",
                          hint=f"correct line {line}; check indentation, colons and quotes") from None
    return YamlFile(name, values, lines)


def read_text(path: Path, name: str) -> str:
    """
    The text of a file of parameters.

    Raises
    ------
    ParamsError
        Not a regular UTF-8 file of at most 1 MiB.
    """
    if not path.is_file():
        raise ParamsError(f"{name}: no such file", hint=f"write {name}, or correct the company's name")
    if path.stat().st_size > MAX_BYTES:
        raise ParamsError(f"{name}: larger than 1 MiB", hint="parameters are short; move tables to CSV files")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = path.read_bytes()[: wrong.start].count(b"\n") + 1
        raise ParamsError(f"{name}:{line}: not UTF-8 text", hint="save the file as UTF-8") from None


@lru_cache(maxsize=32)
def _composed(text: str, name: str) -> yaml.Node | None:
    """
    The nodes of a text, which nothing changes: a company's file is read for each year and step of a report.
    """
    _refuse_events(text, name)
    return yaml.compose(text, Loader=_LOADER)


def _refuse_events(text: str, name: str) -> None:
    depth = documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise ParamsError(f"{name}:{line}: a second document (`---`)", hint="keep one document a file")
        elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise ParamsError(f"{name}:{line}: an alias or anchor (`*`, `&`)", hint="write the value out")
        elif getattr(event, "tag", None):
            raise ParamsError(f"{name}:{line}: a tag ({getattr(event, 'tag', '')})",
                              hint="remove the tag; types come from the key")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise ParamsError(f"{name}:{line}: nested deeper than {MAX_DEPTH} levels", hint="flatten the file")


def _plain(node: yaml.Node, key: Key, lines: dict[Key, int], name: str) -> Any:
    lines[key] = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        # A plain `null`, `~` or nothing is "not given"; quoted text is itself.
        return None if node.style is None and node.value in ("", "~", "null") else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*key, i), lines, name) for i, child in enumerate(node.value)]
    values: dict[str, Any] = {}
    for key_node, child in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise ParamsError(f"{name}:{line}: a key that is not a word", hint="use plain words as keys")
        word = key_node.value
        if word in values:
            first = lines[(*key, word)]
            raise ParamsError(f"{name}:{line}: key `{word}` is given twice (first on line {first})",
                              hint=f"keep one `{word}`")
        values[word] = _plain(child, (*key, word), lines, name)
        lines[(*key, word)] = line
    return values
