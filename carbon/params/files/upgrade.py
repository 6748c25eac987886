"""Parameter files of an earlier version: what this one asks, written into them as questions.

A change of version never answers for the company: where a key chooses a method, the file gets the key with `'?'`, and
`carbon check` names it until somebody writes the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from carbon.core import packaged
from carbon.params.files.project import Project
from carbon.params.files.strict_yaml import parse_yaml, read_text
from carbon.params.shapes.answers import ASKED
from carbon.params.shapes.faults import Key


@dataclass(frozen=True)
class Upgrade:
    """One parameter file: its text before and after, and its questions, a line each."""

    name: str
    before: str
    after: str
    asks: tuple[str, ...]


def upgrades(project: Project) -> list[Upgrade]:
    """Return the parameter files that an earlier version wrote and this one would reject, with the questions in place.

    Comments, order and every other value stay. Source: `data/params_changes.csv`; only files of the companies of
    params/ are looked at, not what they extend.

    Raises ParamsError: A file is no YAML, or has both a key and the one that replaces it.
    """
    changes = packaged.read_rows("carbon.params", "data/params_changes.csv")
    upgraded_files = []
    for path in sorted(project.root.glob("params/*/*.yml")):
        name, asks = project.name_of(path), []
        rows = [row for row in changes if row["file"] == path.name]
        before = after = read_text(path, name) if rows else ""
        for row in rows:
            parse_yaml(after, name)
            edits = sorted(_edits(after, row))
            asks += [f"{name}: {place}: {row['asks']}" for *_, place in edits]
            for start, end, piece, _ in reversed(edits):
                after = after[:start] + piece + after[end:]
        if asks:
            parse_yaml(after, name)
            upgraded_files.append(Upgrade(name, before, after, tuple(asks)))
    return upgraded_files


def _edits(text: str, row: dict[str, str]) -> Iterator[tuple[int, int, str, str]]:
    """Yield each edit of one change: from, to, new text, and the place that is asked."""
    key = row["key"]
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    for place, name, value in _at(root, row["path"].split("."), ()):
        if row["form"] == "replaced":
            start = name.start_mark.index
            former = text[start:value.end_mark.index].rstrip()
            end, one_line = start + len(former), " ".join(former.split())
            remark = "" if text[end:].partition("\n")[0].strip() else f"  # was {one_line}"
            yield start, end, f"{key}: '{ASKED}'{remark}", f"{'.'.join(map(str, place))}: in place of `{one_line}`"
        elif isinstance(value, yaml.MappingNode) and value.value and key not in [k.value for k, _ in value.value]:
            start, column = value.value[0][0].start_mark.index, value.value[0][0].start_mark.column
            rest = ", " if value.flow_style else f"  # {row['asks']}\n{' ' * column}"
            yield start, start, f"{key}: '{ASKED}'{rest}", f"{'.'.join(map(str, place))}.{key}"


def _at(node: yaml.Node | None, path: list[str], place: Key) -> Iterator[tuple[Key, yaml.Node, yaml.Node]]:
    """Yield the nodes of key and value at a path, `*` being every key or item."""
    if isinstance(node, yaml.SequenceNode):
        pairs = [(item, item, i) for i, item in enumerate(node.value)]
    else:
        pairs = [(k, v, k.value) for k, v in node.value] if isinstance(node, yaml.MappingNode) else []
    for name, value, key in pairs:
        if path[0] in ("*", key):
            if len(path) == 1:
                yield (*place, key), name, value
            else:
                yield from _at(value, path[1:], (*place, key))
