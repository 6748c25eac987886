"""Packaged files: their bytes, and the cells of a CSV as a table. The only module of `core` that opens files.

A cell is read as a string: "NA" is Namibia, "007" keeps its zeros. A number column that holds something else is an
error; an empty cell of it is missing (NaN), never zero. pandas and Arrow are imported only when a table is read.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Mapping
from csv import reader as csv_lines
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING, Any

import yaml

from carbon.core.errors import TableError
from carbon.core.schemas import retyped

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd
    import pyarrow

CORE = "carbon.core"
_ARROW = {"number": "double", "amount": "double", "integer": "double", "flag": "bool", "day": "large_string"}
"""Arrow type in which a kind is read. Arrow's integers may be written 0x1: read as floats, then checked."""
_WHOLE = 2.0**53
"""From here on, a float does not distinguish a whole number from the next."""
_TABLES = (".csv", ".parquet", ".woff")
_PIN = re.compile(r"^(?:table_|font_)?sha256(?:_(\w+))?: ['\"]?([0-9a-f]{64})", re.MULTILINE)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_bytes(package: str, name: str) -> bytes:
    """Read one file of a package's data, e.g. ("carbon.core", "data/units.csv").

    Raises TableError: The package does not hold the file.
    """
    try:
        return resources.files(package).joinpath(name).read_bytes()
    except (FileNotFoundError, ModuleNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise TableError(f"Package {package} has no file {name}", hint="reinstall the package") from error


def read_text(package: str, name: str) -> str:
    """Read one UTF-8 file of a package's data."""
    return read_bytes(package, name).decode("utf-8")


def file_sha256(package: str, name: str) -> str:
    """Return the sha256 of one packaged file, in hex."""
    return sha256(read_bytes(package, name)).hexdigest()


@cache
def changed_tables() -> tuple[str, ...]:
    """Return the packaged tables, as "room/data/file", whose bytes are not those that their citation states.

    A citation (.yml) states `sha256` or `table_sha256` of the table of its name, or `sha256_NAME` of another one. Those
    of a factor release are listed with their hashes in releases.yml; words of readers have none.
    """
    changed = []
    for room in sorted(resources.files("carbon").iterdir(), key=lambda entry: entry.name):
        folder = room.joinpath("data")
        files = {entry.name: entry for entry in folder.iterdir()} if folder.is_dir() else {}
        pinned = {other or name.removesuffix(".yml"): digest for name, entry in files.items() if name.endswith(".yml")
                  for other, digest in _PIN.findall(entry.read_text(encoding="utf-8"))}
        changed += [f"{room.name}/data/{name}" for name, entry in sorted(files.items())
                    if name.endswith(_TABLES) and name.rpartition(".")[0] in pinned
                    and sha256(entry.read_bytes()).hexdigest() != pinned[name.rpartition(".")[0]]]
    return tuple(changed)


def names(package: str, folder: str, suffix: str) -> list[str]:
    """Return the sorted names of the files of a package's folder that end with `suffix`; empty without the folder."""
    root = resources.files(package).joinpath(folder)
    if not root.is_dir():
        return []
    return sorted(f"{folder}/{entry.name}" for entry in root.iterdir() if entry.name.endswith(suffix))


def read_yaml(package: str, name: str) -> Any:
    """Read one packaged YAML file, by the safe loader."""
    return yaml.load(read_text(package, name), Loader=_LOADER)  # noqa: S506 (a safe loader, in C where built)


def read_csv(
    package: str, name: str, kinds: Mapping[str, str] | None = None, *, only: Collection[str] = ()
) -> pd.DataFrame:
    """Read one packaged CSV (UTF-8, comma), every column as strings but those of `kinds`.

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
    return typed_csv(read_bytes(package, name), kinds or {}, name, only=only)


def read_rows(package: str, name: str) -> list[dict[str, str]]:
    """Read the rows of a small packaged CSV as strings by heading, for dictionaries.

    Raises TableError: A row has more or fewer cells than there are headings.
    """
    head, *rows = filter(None, csv_lines(io.StringIO(read_text(package, name), newline="")))
    uneven = [number for number, row in enumerate(rows, 1) if len(row) != len(head)]
    if uneven:
        raise TableError(f"{name} of {package}: row {uneven[0]} below the headings has more or fewer cells than they",
                         hint="put quotes around a cell that holds a comma")
    return [dict(zip(head, row, strict=True)) for row in rows]


def read_zipped(package: str, name: str) -> bytes:
    """Read the only file of a packaged zip."""
    with zipfile.ZipFile(io.BytesIO(read_bytes(package, name))) as archive:
        members = archive.namelist()
        if len(members) != 1:
            raise TableError(f"{name} of {package} holds {len(members)} files, expected one")
        return archive.read(members[0])


def read_parquet(package: str, name: str) -> pyarrow.Table:
    """Read one packaged Parquet table, page checksums verified, by this thread alone (a run forks later)."""
    import pyarrow.parquet as pq

    content = io.BytesIO(read_bytes(package, name))
    return pq.ParquetFile(content, pre_buffer=False, page_checksum_verification=True).read(use_threads=False)


def typed_csv(content: bytes, kinds: Mapping[str, str], name: str, *, only: Collection[str] = ()) -> pd.DataFrame:
    """Read the cells of a CSV, strings but for the columns of `kinds`: `typed(csv_text(content), kinds, name)`.

    Arrow reads it in a tenth of the time, and rounds numbers as `float()` does; columns that it does not accept as
    plainly of their kind are read by `typed`, which accepts them or raises.
    """
    import pyarrow as pa
    from pyarrow import csv

    head = [c for c in csv_head(content) if not only or c in only]
    arrow_types = {c: _ARROW.get(kinds.get(c, "text"), "large_string") for c in head}
    options = csv.ConvertOptions(column_types={c: pa.type_for_alias(t) for c, t in arrow_types.items()},
                                 null_values=[""], true_values=["true"], false_values=["false"],
                                 strings_can_be_null=False, include_columns=head if only else None)
    try:
        arrow_table = csv.read_csv(io.BytesIO(content), convert_options=options, parse_options=csv.ParseOptions(
            newlines_in_values=True), read_options=csv.ReadOptions(use_threads=False))
    except pa.ArrowInvalid:
        return _with_care(content, kinds, name, only)
    # Arrow's own buffers cannot be written to, and an analyst may.
    table = arrow_table.to_pandas(use_threads=False).copy()
    all_plain = len(set(head)) == len(head) and all(_plain(table[c], arrow_table[c].null_count, kinds[c])
                                                for c in head if kinds.get(c, "text") != "text")
    integers = {c: "int64" for c in head if kinds.get(c) == "integer"}
    return retyped(table, integers) if all_plain else _with_care(content, kinds, name, only)


def _with_care(content: bytes, kinds: Mapping[str, str], name: str, only: Collection[str]) -> pd.DataFrame:
    text = csv_text(content)
    return typed(text[[c for c in text.columns if c in only]] if only else text, kinds, name)


def csv_head(content: bytes) -> list[str]:
    """Read the headings of a CSV."""
    return next(csv_lines([io.BytesIO(content).readline().decode("utf-8-sig")]))


def _plain(column: pd.Series, empty: int, kind: str) -> bool:
    """Return whether a column that Arrow read has only cells of its kind, and empty ones where they are allowed."""
    import numpy as np

    if kind == "number":
        return int(column.isna().sum()) == empty and not np.isinf(column).any()
    if kind == "integer" and not ((column % 1 == 0) & (column.abs() < _WHOLE)).all():
        return False
    return kind != "day" and empty == 0 and (kind != "amount" or bool(np.isfinite(column).all()))


def csv_text(content: bytes) -> pd.DataFrame:
    """Read the cells of a CSV as strings, none of them missing."""
    import pandas as pd

    return pd.read_csv(io.BytesIO(content), dtype="str", keep_default_na=False, na_filter=False)


def typed(table: pd.DataFrame, kinds: Mapping[str, str], name: str) -> pd.DataFrame:
    """Convert the columns of `kinds` of a table of strings to numbers, integers, days and flags.

    Raises TableError: A cell does not hold its kind, or is empty where the kind is not "number".
    """
    import pandas as pd

    columns = {c: _column(table, c, kinds.get(c, "text"), name) for c in table.columns}
    return pd.DataFrame(columns, index=table.index)


def _column(table: pd.DataFrame, column: str, kind: str, name: str) -> Any:
    import numpy as np
    import pandas as pd

    if kind == "text":
        return table[column].array
    texts = table[column].to_numpy(dtype=object)
    if kind == "flag":
        true = np.asarray(texts == "true", dtype=bool)
        _refuse(table, ~true & (texts != "false"), f"{name}: column `{column}` must be true or false")
        return true
    if kind == "day":
        days = pd.to_datetime(table[column], format="%Y-%m-%d", errors="coerce")
        _refuse(table, days.isna(), f"{name}: column `{column}` must be a date like 2024-12-31")
        return days.astype("datetime64[s]").array
    empty = texts == ""
    texts = np.where(empty, "nan", texts)
    readable = np.isfinite(pd.to_numeric(texts, errors="coerce"))
    _refuse(table, ~readable & ~(empty & (kind == "number")), f"{name}: column `{column}` must be {kind}")
    # Python's own float() of the text: correctly rounded, which to_numeric is not.
    values = texts.astype("float64")
    if kind != "integer":
        return values
    _refuse(table, (values % 1 != 0) | (np.abs(values) >= _WHOLE), f"{name}: column `{column}` must be an integer")
    return values.astype("int64")


def _refuse(table: pd.DataFrame, bad: pd.Series | npt.NDArray[np.bool_], what: str) -> None:
    if bad.any():
        raise TableError(what, rows=table[bad])
