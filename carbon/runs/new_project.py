"""`carbon init`: a folder that `carbon run` understands, with one small invented company to replace."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import carbon
from carbon.core.errors import UsageError
from carbon.runs.publish import write_file

NOTEBOOKS = ("annual_report.ipynb", "1_inventory.ipynb", "2_trajectory.ipynb")
EMPTY_FOLDERS = ("data/ledger", "data/processed", "params/shared")


def make_project(folder: Path) -> list[str]:
    """
    Write a new project and return the names of its files.

    Raises
    ------
    UsageError
        The folder is not empty: nothing of anyone is overwritten.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not an empty folder", hint="name a new folder: carbon init DIR")
    files = {**dict(_template()), **{f"notebooks/{name}": notebook(name) for name in NOTEBOOKS}}
    for name in EMPTY_FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, data in sorted(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, data)
    return sorted(files)


def _template() -> Iterator[tuple[str, bytes]]:
    root = resources.files("carbon.runs") / "data" / "new_project"
    folders = [("", root)]
    while folders:
        prefix, folder = folders.pop()
        for entry in folder.iterdir():
            if entry.is_dir():
                folders.append((f"{prefix}{entry.name}/", entry))
            elif not entry.name.startswith("."):
                yield f"{prefix}{entry.name}", entry.read_bytes()


def notebook(name: str) -> bytes:
    """
    A notebook that travels with the package: inside it when installed, beside it in a checkout.

    Raises
    ------
    UsageError
        The installation has none.
    """
    package = Path(carbon.__file__).parent
    for folder in (package / "notebooks", package.parent / "notebooks"):
        if (folder / name).is_file():
            return (folder / name).read_bytes()
    raise UsageError(f"This installation has no notebook {name}", hint="reinstall the package")
