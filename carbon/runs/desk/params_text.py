"""An entry of `files:` put into the text of a parameter file: comments, order and everything else stay as they are."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from carbon.core.errors import ParamsError
from carbon.params.files.strict_yaml import parse_yaml

Edit = tuple[int, int, str]
"""From, to, and the text that takes the place of what is between."""


def with_entry(text: str, entry: Mapping[str, Any], notes: Mapping[str, str], name: str) -> str:
    """Return a parameter file with one entry under `files`: a new one, or the keys that its pattern's entry lacks.

    `notes`: Key of the entry, "" for the whole, -> comment behind it.

    Raises ParamsError: The file is no YAML, or the text would not read as meant.
    """
    before = parse_yaml(text, name).values
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    files = _value(root, "files") if isinstance(root, yaml.MappingNode) else None
    listed = before.get("files") or [] if isinstance(before, dict) else None
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise ParamsError(f"{name}: `files` is no list of entries", hint="write a line for each entry")
    place = next((i for i, one in enumerate(listed) if one.get("pattern") == entry["pattern"]), None)
    if place is not None and isinstance(files, yaml.SequenceNode):
        edits, listed = list(_merged(files.value[place], entry, text)), [*listed]
        listed[place] = _together(listed[place], entry)
    else:
        edits, listed = [_added(text, files, entry, notes)], [*listed, _strings(entry)]
    new = text
    for start, end, piece in sorted(edits, reverse=True):
        new = new[:start] + piece + new[end:]
    if parse_yaml(new, name).values != {**before, "files": listed}:
        raise ParamsError(f"{name}: the entry of {entry['pattern']} cannot be put into `files` as it is written",
                          hint="write `files:` as a list with a line for each entry")
    return new


def difference(before: str, after: str, name: str) -> str:
    """Return the changed lines of a file with the lines around them, as `diff -u` shows them."""
    return "".join(difflib.unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), name, name))


def entry_lines(entry: Mapping[str, Any], notes: Mapping[str, str], indent: str = "  ") -> str:
    """Return a new entry as lines of YAML, each with its comment."""
    lines = [f"{indent}# {notes['']}"] if notes.get("") else []
    for place, (key, value) in enumerate(entry.items()):
        dash = "- " if not place else "  "
        if isinstance(value, Mapping) and any(f"{key}.{k}" in notes for k in value):
            lines.append(f"{indent}{dash}{key}:")
            lines += [f"{indent}    {_flow(k)}: {_flow(v)}{_note(notes, f'{key}.{k}')}" for k, v in value.items()]
        else:
            lines.append(f"{indent}{dash}{key}: {_flow(value)}{_note(notes, key)}")
    return "\n".join(lines) + "\n"


def _note(notes: Mapping[str, str], key: str) -> str:
    return f" # {' '.join(notes[key].split())}" if notes.get(key) else ""


def _flow(value: Any) -> str:
    """Return a value on one line of YAML; a string that could be read as anything else is quoted."""
    text = yaml.safe_dump(value, default_flow_style=True, width=10**6, allow_unicode=True, sort_keys=False)
    return text.removesuffix("\n").removesuffix("\n...")


def _strings(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _strings(v) for k, v in value.items()}
    return [_strings(v) for v in value] if isinstance(value, (list, tuple)) else str(value)


def _together(old: Any, new: Mapping[str, Any]) -> Any:
    """Return an entry as read with the keys of a new one in it."""
    return {**old, **{k: _together(old.get(k) or {}, v) if isinstance(v, Mapping) else _strings(v)
                      for k, v in new.items()}}


def _value(node: yaml.Node | None, key: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def _last(node: yaml.Node) -> int:
    """Return the end of the last thing written in a node: the end of a block is that of what follows it."""
    if not isinstance(node, yaml.CollectionNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    inner = node.value[-1]
    return _last(inner[1] if isinstance(inner, tuple) else inner)


def _line_after(text: str, index: int) -> int:
    end = text.find("\n", index)
    return len(text) if end < 0 else end + 1


def _added(text: str, files: yaml.Node | None, entry: Mapping[str, Any], notes: Mapping[str, str]) -> Edit:
    """Return the edit that adds an entry to `files`, or `files` with it to the end of the file."""
    if isinstance(files, yaml.SequenceNode) and files.value and files.flow_style:
        at = _last(files.value[-1])
        return at, at, f",\n  {_flow(entry)}"
    if isinstance(files, yaml.SequenceNode) and files.value:
        at = _line_after(text, _last(files.value[-1]))
        line_end = "" if text[:at].endswith("\n") else "\n"
        return at, at, line_end + entry_lines(entry, notes, " " * files.start_mark.column)
    block = entry_lines(entry, notes)
    if files is None:
        return len(text), len(text), f"{'' if text.endswith(chr(10)) or not text else chr(10)}files:\n{block}"
    return files.start_mark.index, files.end_mark.index, f"\n{block.removesuffix(chr(10))}"


def _merged(node: yaml.MappingNode, new: Mapping[str, Any], text: str) -> Iterator[Edit]:
    """Yield the edits that put the keys of an entry into the one that is there; equal values stay as written."""
    lacking = {}
    for key, value in new.items():
        old = _value(node, key)
        if old is None:
            lacking[key] = value
        elif isinstance(value, Mapping) and isinstance(old, yaml.MappingNode) and old.value:
            yield from _merged(old, value, text)
        elif isinstance(value, Mapping) or not isinstance(old, yaml.ScalarNode) or old.value != str(value):
            yield old.start_mark.index, _last(old), _flow(value)
    if lacking and node.flow_style:
        inner = ", ".join(f"{_flow(k)}: {_flow(v)}" for k, v in lacking.items())
        yield _last(node) - 1, _last(node) - 1, f", {inner}"
    elif lacking:
        indent = " " * node.value[0][0].start_mark.column
        at = _line_after(text, _last(node))
        lines = "".join(f"{indent}{_flow(k)}: {_flow(v)}\n" for k, v in lacking.items())
        yield at, at, lines if text[:at].endswith("\n") else f"\n{lines}"
