"""Verbs on a project: init and lab."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from carbon.cli.options import Json, find_project, print_json, say


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    as_json: Json = False,
) -> None:
    """
    Make a new project: folders, runs.yml, one company's params to fill in, and the notebooks.

    Example: carbon init my-company

    Exit codes: 0, 2 the folder is not empty.
    """
    from carbon.runs.new_project import make_project

    written = make_project(folder)
    if as_json:
        print_json({"root": str(folder), "written": written})
    else:
        say(f"A project in {folder}:")
        for name in written:
            say(f"  {name}")


def lab() -> None:
    """
    Open JupyterLab on the project.

    Example: carbon lab
    """
    import os
    import sys

    root = find_project().root
    command = [sys.executable, "-m", "jupyter", "lab", f"--notebook-dir={root}"]
    os.execve(sys.executable, command, {**os.environ, "CARBON_PROJECT": str(root)})  # noqa: S606 - fixed command
