"""Print the test files of what a branch changed, nearest first, for `make quick`.

    python scripts/touched_tests.py [BASE]

Changed files are those that differ from the merge base with BASE (default: main), uncommitted and new ones included; on
main itself, from the upstream branch or else from the last commit. Tests mirror the tree: carbon/<room>/<sub-room>/x.py
is tested by tests/<room>/<sub-room>/test_x.py or by the file that tests/module_tests.csv names. Those files come first,
then the tests of the same sub-room, then the rest of the room. At most MOST files are printed: to collect those of
every room takes longer than the minute of `make quick`.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[1]
ALWAYS = ("tests/test_architecture.py",)
MOST = 30


def main() -> None:
    """Print the paths of the tests, separated by spaces."""
    files = tests_of(changed(ROOT, *sys.argv[1:2]), ROOT)
    if len(files) > MOST:
        print(f"{MOST} of {len(files)} test files of the rooms that changed; make test runs all", file=sys.stderr)
    print(" ".join(files[:MOST]))


def changed(root: Path, base: str = "main") -> list[str]:
    """Return the files that differ from the merge base, deleted and untracked ones included."""
    start = _merge_base(root, base)
    if start in ("", _git(root, "rev-parse", "HEAD")):
        start = _merge_base(root, "@{upstream}")
    if start in ("", _git(root, "rev-parse", "HEAD")):
        start = "HEAD~1" if _git(root, "rev-parse", "--verify", "--quiet", "HEAD~1") else "HEAD"
    names = _git(root, "diff", "--name-only", start) + "\n" + _git(root, "ls-files", "--others", "--exclude-standard")
    return sorted(set(names.split("\n")) - {""})


def _merge_base(root: Path, other: str) -> str:
    return _git(root, "merge-base", "HEAD", other)


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True).stdout.strip()


def tests_of(names: list[str], root: Path) -> list[str]:
    """Return the test files of changed files: changed tests, tests of changed modules, of their sub-rooms and rooms."""
    paths = [PurePosixPath(name) for name in names]
    elsewhere = _tested_elsewhere(root)
    near: list[str] = [*ALWAYS, *(str(p) for p in paths if p.parts[0] == "tests" and p.name.startswith("test_"))]
    near += [elsewhere.get(str(p), _mirror(p)) for p in paths if p.parts[0] == "carbon"]
    of_subrooms = [test for p in paths if len(p.parts) > 3
                   for test in _files(root, str(PurePosixPath(_mirror(p)).parent))]
    far = [test for p in paths for test in _of_room(p, root)]
    return [t for t in dict.fromkeys([*near, *of_subrooms, *far]) if (root / t).is_file()]


def _mirror(path: PurePosixPath) -> str:
    name = path.name if path.name.startswith("test_") else f"test_{path.name}"
    return str(PurePosixPath("tests", *path.parts[1:-1], name))


def _tested_elsewhere(root: Path) -> dict[str, str]:
    """Return module -> test file of those without a test file of their name."""
    table = root / "tests" / "module_tests.csv"
    if not table.is_file():
        return {}
    with table.open(encoding="utf-8", newline="") as file:
        return {row["module"]: row["tested_in"] for row in csv.DictReader(file)}


def _of_room(path: PurePosixPath, root: Path) -> list[str]:
    kind, room = path.parts[0], path.parts[1] if len(path.parts) > 2 else ""
    if kind == "scripts" and path.suffix == ".py":
        return [f"tests/test_{path.stem}.py", *_files(root, "tests/docs") * path.stem.startswith("build_")]
    if kind in ("docs", "CHANGELOG.md", "CONTRIBUTING.md", "README.md"):
        return _files(root, "tests/docs")
    return _files(root, f"tests/{room}") if kind in ("carbon", "tests") and room else []


def _files(root: Path, folder: str) -> list[str]:
    return sorted(p.relative_to(root).as_posix() for p in (root / folder).rglob("test_*.py"))


if __name__ == "__main__":
    main()
