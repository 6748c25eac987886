"""Write docs/reference/commands.md from the help of each verb.

    python scripts/build_command_docs.py
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from carbon.cli import app

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "commands.md"
HIDDEN = ("--json", "--help")
HEAD = """# Commands

Generated from the help of each verb by `scripts/build_command_docs.py`; a test holds it up to date.

Every verb takes `--json`: exactly one [JSON value](json.md) on stdout, progress and messages on stderr. Exit 2 is
always usage or environment. `C/Y` is `company/year`. A name that is not known is answered with the one that was meant.
`carbon --version` prints the version.
"""


def text() -> str:
    """The whole page."""
    return HEAD + "".join(_verb(name, command) for name, command in _verbs(typer.main.get_command(app), ()))


def _verbs(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, child in getattr(command, "commands", {}).items():
        if getattr(child, "commands", None):
            yield from _verbs(child, (*path, name))
        else:
            yield (*path, name), child


def _verb(path: tuple[str, ...], command: Any) -> str:
    words = inspect.cleandoc(command.help or "")
    words = re.sub(r"Example: (carbon .+)", r"```text\n\1\n```", words)
    options = [(p.opts[0] if p.param_type_name == "option" else (p.metavar or p.name), getattr(p, "help", "") or "")
               for p in command.params if not getattr(p, "hidden", False)]
    rows = "".join(f"| `{name}` | {_cell(said)} |\n" for name, said in options if name not in HIDDEN)
    table = f"\n| | |\n|---|---|\n{rows}" if rows else ""
    return f"\n## carbon {' '.join(path)}\n\n{words}\n{table}"


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("<", "&lt;").replace("[", "\\[")


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
    print(f"docs/reference/{PAGE.name}")
