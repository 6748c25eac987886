"""Files, folders and names of the package that the documentation quotes exist."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = sorted(p.parent.name for p in (ROOT / "carbon").glob("*/__init__.py"))
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
FOLDERS = "|".join(["carbon", "tests", "scripts", "docs", "notebooks", "benchmarks", *ROOMS]).replace("|params|", "|")
"""`params/` on a page is a folder of a project; the room is written `carbon/params/`."""
A_PATH = re.compile(rf"(?<![\w/.<>-])(?:{FOLDERS})/[\w./*-]*[\w*/]")
A_NAME = re.compile(rf"(?<![\w/.-])carbon(?:\.\w+)+|`((?:{'|'.join(ROOMS)})(?:\.\w+)+)\(?`")
FILE_ENDINGS = (".py", ".csv", ".yml", ".md", ".ipynb", ".json")
KEYS = {"factors.release"}
"""Keys of params that look like names of modules."""


def missing_paths(text: str) -> set[str]:
    """Return the quoted paths that lead nowhere, from the project or from the package."""
    quoted = {match.group() for match in A_PATH.finditer(text)}
    return {path for path in quoted if not (_is_there(ROOT, path) or _is_there(ROOT / "carbon", path))}


def _is_there(base: Path, path: str) -> bool:
    return (base / path).exists() or (base / f"{path}.py").exists() or any(
        base.glob(path if "*" in path else f"{path}-*.md"))


def missing_names(text: str) -> set[str]:
    """Return the quoted dotted names that no module and no attribute of one has."""
    names = {match.group(1) or match.group() for match in A_NAME.finditer(text)}
    return {name for name in names - KEYS if not name.endswith(FILE_ENDINGS) and not _resolves(name)}


def _resolves(name: str) -> bool:
    parts = name.split(".") if name.startswith("carbon.") else ["carbon", *name.split(".")]
    thing: object = importlib.import_module("carbon")
    for at, part in enumerate(parts[1:], 2):
        if part == "__main__":  # starts the command line when it is imported
            return (ROOT / "carbon" / "/".join(parts[1:])).with_suffix(".py").exists()
        try:
            thing = importlib.import_module(".".join(parts[:at]))
        except ModuleNotFoundError:
            if not hasattr(thing, part):
                return False
            thing = getattr(thing, part)
    return True


def test_every_path_quoted_exists():
    """`carbon/...`, `tests/...`, `factors/sources/`: a file that moves takes its mentions along."""
    texts = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}
    assert sum(len(A_PATH.findall(text)) for text in texts.values()) > 100
    assert {page: found for page, text in texts.items() if (found := missing_paths(text))} == {}


def test_every_dotted_name_quoted_exists():
    """`carbon.factors.matching`, `levers.effect.stream_kg`: a name that is renamed takes its mentions along."""
    texts = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES
             if page.name != "CHANGELOG.md"}  # it lists what names were before
    assert sum(len(A_NAME.findall(text)) for text in texts.values()) > 50
    assert {page: found for page, text in texts.items() if (found := missing_names(text))} == {}


def test_what_is_gone_is_seen():
    """An old file, an old module and an old function are each named; what exists is not."""
    assert missing_paths("see `carbon/records/sheet_reader.py`, factors/sources/ and docs/*.md") == {
        "carbon/records/sheet_reader.py"}
    assert missing_names("carbon.inventory_room.x, `levers.effect.no_such`, carbon.factors.matching") == {
        "carbon.inventory_room.x", "levers.effect.no_such"}
