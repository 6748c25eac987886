"""Reading the tables that travel with the package: the one place of `core` that opens files.

What becomes a table is read by `core/packaged_csv`, loaded only then: it needs pandas.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping
from csv import DictReader
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING, Any

import yaml

from carbon.core.errors import TableError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow

CORE = "carbon.core"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_bytes(package: str, name: str) -> bytes:
    """One file of a package's data, e.g. ("carbon.core", "data/units.csv").

    Raises
    ------
    TableError
        The package does not hold the file.
    """
    try:
        return resources.files(package).joinpath(name).read_bytes()
    except (FileNotFoundError, ModuleNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise TableError(f"Package {package} has no file {name}", hint="reinstall the package") from error


def read_text(package: str, name: str) -> str:
    """One UTF-8 text file of a package's data."""
    return read_bytes(package, name).decode("utf-8")


def file_sha256(package: str, name: str) -> str:
    """sha256 of one packaged file, in hex."""
    return sha256(read_bytes(package, name)).hexdigest()


def names(package: str, folder: str, suffix: str) -> list[str]:
    """Sorted names of the files in a package's folder that end with `suffix`; empty where there is no folder."""
    root = resources.files(package).joinpath(folder)
    if not root.is_dir():
        return []
    return sorted(f"{folder}/{entry.name}" for entry in root.iterdir() if entry.name.endswith(suffix))


def read_yaml(package: str, name: str) -> Any:
    """One packaged YAML file, by the safe loader."""
    return yaml.load(read_text(package, name), Loader=_LOADER)  # noqa: S506 (a safe loader, in C where built)


def read_csv(
    package: str, name: str, kinds: Mapping[str, str] | None = None, *, only: Collection[str] = ()
) -> pd.DataFrame:
    """One packaged CSV (UTF-8, comma), every column as text but those of `kinds`.

    Parameters
    ----------
    kinds
        Column -> kind of `core.schemas` (text, number, amount, integer, day, flag), e.g. `FACTORS.columns`.
    only
        The columns to read; none named: all.

    Raises
    ------
    TableError
        A cell of a typed column does not hold its kind, or is empty where the kind is not "number".
    """
    from carbon.core.packaged_csv import typed_csv  # pandas: not for a file of words

    return typed_csv(read_bytes(package, name), kinds or {}, name, only=only)


def read_rows(package: str, name: str) -> list[dict[str, str]]:
    """The rows of a small packaged CSV as they stand, by heading: for what becomes a dictionary and never a table.

    Raises
    ------
    TableError
        A row has more or fewer cells than there are headings.
    """
    rows = list(DictReader(io.StringIO(read_text(package, name), newline="")))
    uneven = [number for number, row in enumerate(rows, 1) if None in row or None in row.values()]
    if uneven:
        raise TableError(f"{name} of {package}: row {uneven[0]} below the headings has more or fewer cells than they",
                         hint="put quotes around a cell that holds a comma")
    return rows


def read_zipped_csv(package: str, name: str) -> pd.DataFrame:
    """The only CSV of a packaged zip, every column as text."""
    from carbon.core.packaged_csv import csv_text  # pandas: not for a file of words

    with zipfile.ZipFile(io.BytesIO(read_bytes(package, name))) as archive:
        members = archive.namelist()
        if len(members) != 1:
            raise TableError(f"{name} of {package} holds {len(members)} files, expected one")
        return csv_text(archive.read(members[0]))


def read_parquet(package: str, name: str) -> pyarrow.Table:
    """One packaged Parquet table as Arrow, its page checksums verified, read by this thread alone (a run forks
    later).
    """
    import pyarrow.parquet as pq

    content = io.BytesIO(read_bytes(package, name))
    return pq.ParquetFile(content, pre_buffer=False, page_checksum_verification=True).read(use_threads=False)
