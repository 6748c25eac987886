"""Verbs on a project: init and lab."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from carbon.cli.options import Json, find_project, note, print_json, say


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    company: Annotated[str, typer.Option("--company", help="Name in folders and params: a-z, 0-9, -.")] = "my-company",
    year: Annotated[int, typer.Option("--year", help="First reporting year.")] = 2024,
    example: Annotated[bool, typer.Option("--example", help="With three small invented files: runs as it is.")] = False,
    as_json: Json = False,
) -> None:
    """
    Make a new project: one company's params to read, files with headings to fill, and the notebooks.

    Example: carbon init my-project --company atelier-exemple --year 2025

    Exit codes: 0, 2 the folder is not empty, or not a name or a year.
    """
    from carbon.runs.new_project import make_project

    written = make_project(folder, company=company, year=year, example=example)
    if as_json:
        print_json({"root": str(folder), "written": written})
        return
    say(f"A project in {folder}:")
    for name in written:
        say(f"  {name}")
    say("Next: cd there, " + ("carbon run" if example else "fill in the files of data/raw, then carbon check")
        + "; START.md has every step")


def lab(as_json: Json = False) -> None:
    """
    Open JupyterLab on the project. With --json the folder and the command are said before it starts.

    Example: carbon lab
    """
    import os
    import sys

    root = find_project().root
    command = [sys.executable, "-m", "jupyter", "lab", f"--notebook-dir={root}"]
    if as_json:
        print_json({"root": str(root), "command": command})
        sys.stdout.flush()
    if getattr(os, "geteuid", lambda: 1)() == 0:
        # Its own refusal is the last of a dozen lines, and says no command.
        note(f"JupyterLab refuses to run as root. Another user, or in a container: CARBON_PROJECT={root} "
             f"{' '.join(command)} --allow-root")
    os.execve(sys.executable, command, {**os.environ, "CARBON_PROJECT": str(root)})  # noqa: S606 - fixed command
