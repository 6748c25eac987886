"""Check words and names against scripts/words.csv, the table behind docs/style.md.

    python scripts/lint_words.py [--all]

`prose` is looked for in docstrings, in strings of the code that are sentences, in English columns of the readers' words
and in Markdown; `first` at the start of a function's docstring (a property may be a noun); `french` in French columns;
`name` among the names that functions store (arguments, targets), of which at most 5 in 1,000 may be bare. A room or
page listed under `not_yet` of [tool.carbon.words] in pyproject.toml is only counted. With --all every place is printed.

Exit code: 1 if a room that is not on the list has a place or is above the bar, else 0.
"""

from __future__ import annotations

import ast
import csv
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
BAR = 5 / 1000
GENERATED = tuple(f"docs/reference/{page}.md"
                  for page in ("formulas", "commands", "modules", "reading-rules", "sources"))
EXEMPT = (*GENERATED, "docs/style.md")
Functions = ast.FunctionDef | ast.AsyncFunctionDef


class Place(NamedTuple):
    """A word that the table has, where it is and what to write instead."""

    part: str
    file: str
    line: int
    word: str
    instead: str


@cache
def table() -> dict[str, list[tuple[re.Pattern[str], str]]]:
    """Return the table of words: where -> patterns with what to write instead."""
    rows: defaultdict[str, list[tuple[re.Pattern[str], str]]] = defaultdict(list)
    with (ROOT / "scripts" / "words.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["where"]].append((re.compile(row["pattern"]), row["instead"]))
    return dict(rows)


def matches(where: str, text: str) -> Iterator[tuple[int, str, str]]:
    """Yield line within the text, word and what to write instead."""
    for pattern, instead in table()[where]:
        for match in pattern.finditer(text):
            yield text.count("\n", 0, match.start()), match.group(), instead


def code_places(part: str, file: str, source: str) -> Iterator[Place]:
    """Yield tell-tale words in docstrings and sentences of a module."""
    tree = ast.parse(source)
    first_lines = [(n.body[0].lineno, ast.get_docstring(n) or "") for n in ast.walk(tree)
                   if isinstance(n, Functions) and not _is_property(n)]
    for line, words in first_lines:
        for _, word, instead in matches("first", words.split("\n")[0]):
            yield Place(part, file, line, word, instead)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.strip().count(" ") > 1:
            for below, word, instead in matches("prose", node.value):
                yield Place(part, file, node.lineno + below, word, instead)


def _is_property(function: Functions) -> bool:
    return any("property" in ast.unparse(decorator) for decorator in function.decorator_list)


def names(source: str) -> Iterator[tuple[str, int]]:
    """Yield each name that a function stores, once a function, with its line."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, Functions):
            stored = {n.arg: n.lineno for n in ast.walk(function.args) if isinstance(n, ast.arg)}
            for node in _own_nodes(function):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    stored.setdefault(node.id, node.lineno)
            yield from stored.items()


def _own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, Functions):
            yield child
            yield from _own_nodes(child)


def table_places(part: str, path: Path) -> Iterator[Place]:
    """Yield tell-tale words in the columns of a table that people read."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            for column, where in (("en", "prose"), ("fr", "french"), ("reason", "prose"), ("what_to_do", "prose")):
                for _, word, instead in matches(where, row.get(column) or ""):
                    yield Place(part, path.relative_to(ROOT).as_posix(), reader.line_num, word, instead)


def page_places() -> Iterator[Place]:
    """Yield tell-tale words in the Markdown pages; the part of a page is its first folder or its name."""
    for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]):
        file = path.relative_to(ROOT).as_posix()
        if file not in EXEMPT:
            text = path.read_text(encoding="utf-8")
            yield from (Place(file.split("/")[0], file, n + 1, w, i) for n, w, i in matches("prose", text))


def room_places(room: Path) -> tuple[list[Place], list[Place], int]:
    """Return the words of a room, its bare names, and how many names it stores."""
    words: list[Place] = []
    bare: list[Place] = []
    stored = 0
    for path in sorted(room.rglob("*.py")):
        source, file = path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()
        words += code_places(room.name, file, source)
        for name, line in names(source):
            stored += 1
            bare += [Place(room.name, file, line, word, instead) for _, word, instead in matches("name", name)]
    for path in sorted(room.rglob("data/*.csv")):
        words += table_places(room.name, path)
    return words, bare, stored


def main(arguments: list[str]) -> int:
    """Print places of finished rooms and counts of the others; return 1 if a finished room has one."""
    not_yet = set(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["carbon"]["words"]["not_yet"])
    failed = False
    counts: Counter[str] = Counter()
    total_bare = total_stored = 0
    pages: defaultdict[str, list[Place]] = defaultdict(list)
    for place in page_places():
        pages[place.part].append(place)
    rooms = sorted(p for p in (ROOT / "carbon").iterdir() if (p / "__init__.py").is_file())
    parts = [(room.name, *room_places(room)) for room in rooms]
    parts += [(part, places, [], 0) for part, places in pages.items()]
    for part, words, bare, stored in parts:
        above = len(bare) > BAR * stored
        if "--all" in arguments or part not in not_yet:
            _print(words + bare * (above or "--all" in arguments))
        failed |= part not in not_yet and (bool(words) or above)
        counts[part] = len(words)
        total_bare, total_stored = total_bare + len(bare), total_stored + stored
    if waiting := {part: n for part, n in counts.items() if part in not_yet}:
        print("words still to change: " + ", ".join(f"{part} {n}" for part, n in waiting.items()))
    print(f"bare names: {total_bare:,} of {total_stored:,} ({1000 * total_bare / total_stored:.1f} in 1,000; bar "
          f"{1000 * BAR:.0f})")
    return 1 if failed else 0


def _print(places: list[Place]) -> None:
    for place in places:
        print(f"{place.file}:{place.line}: {place.word!r}: write {place.instead}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
