"""The result of an importer: factors, and an account of every row of the file.

An importer never drops a row in silence: rows read = rows kept + rows left out, by reason.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from python_calamine import CalamineError

from carbon.core import schemas
from carbon.core.display import as_html, one_line
from carbon.core.errors import FileRefused, LedgerError

_BROKEN = (CalamineError, zipfile.BadZipFile, EOFError, OSError, UnicodeError, json.JSONDecodeError,
           pd.errors.ParserError, pd.errors.EmptyDataError)
LEFT_OUT = ("reason", "rows", "example")
DEFAULTS: Mapping[str, object] = {
    "co2_kg": float("nan"), "ch4_fossil_kg": float("nan"), "ch4_nonfossil_kg": float("nan"),
    "n2o_kg": float("nan"), "composition": "", "biogenic_co2_kg": 0.0, "uncertainty_pct": float("nan"),
    "price_year": 0, "price_basis": "", "life_cycle": False, "kyoto": True, "notes": "",
}
"""Values of the columns that a source does not give: no gas split, no price, a Kyoto gas."""


@contextmanager
def refused_if_unreadable(path: Path, what: str, *, remedy: str) -> Iterator[None]:
    """Turn what readers raise on a broken or foreign file into a `FileRefused`.

    Parameters
    ----------
    what
        What the file was expected to be, e.g. "a file of the format base_carbone".

    Raises
    ------
    FileRefused
        The file cannot be decoded, unpacked or cut into columns.
    """
    try:
        yield
    except _BROKEN as broken:
        reason = str(broken).strip().split("\n", 1)[0]
        raise FileRefused(f"{path.name}: not {what}: {reason}", code="factor_file_unreadable",
                          what_to_do=remedy) from None


@dataclass(frozen=True)
class Imported:
    """One file read: its factors and what was left out.

    Attributes
    ----------
    table
        `schemas.FACTORS`.
    read
        Rows (for workbooks: figures) counted in the file before any choice.
    kept
        Those that are in `table`, alone or as a part of a factor.
    left_out
        DataFrame(reason, rows, example); kept + sum of rows = read.
    """

    table: pd.DataFrame
    read: int
    kept: int
    left_out: pd.DataFrame

    def __post_init__(self) -> None:
        left_out_rows = int(self.left_out["rows"].sum())
        if self.kept + left_out_rows != self.read:
            raise LedgerError(f"{self.read:,} rows read, but {self.kept:,} kept and {left_out_rows:,} left out")

    def __repr__(self) -> str:
        return one_line(f"Imported({len(self.table):,} factors; {self.kept:,} of {self.read:,} rows kept)")

    def _repr_html_(self) -> str:
        head = self.table[["factor_id", "label", "region", "unit", "co2e_kg", "part"]].head(10)
        return as_html(repr(self), self.left_out, head)


def account(rows: pd.DataFrame) -> pd.DataFrame:
    """Count left-out rows by reason, with the first one as an example.

    Parameters
    ----------
    rows
        One row per row left out, with `reason` and `example`, a string that names it.
    """
    if rows.empty:
        return pd.DataFrame({"reason": pd.Series(dtype="str"), "rows": pd.Series(dtype="int64"),
                             "example": pd.Series(dtype="str")})
    counts = rows.groupby("reason", sort=True).agg(rows=("example", "size"), example=("example", "first"))
    return counts.reset_index()[list(LEFT_OUT)]


def imported(factors: pd.DataFrame, *, read: int, kept: int, left_out: pd.DataFrame) -> Imported:
    """Return an `Imported` whose table has every column of the contract.

    Parameters
    ----------
    factors
        The columns the source knows; the others take `DEFAULTS`.
    left_out
        One row per row left out, with `reason` and `example`.
    """
    return Imported(complete(factors), read, kept, account(left_out))


def complete(factors: pd.DataFrame) -> pd.DataFrame:
    """Complete a factor table to every column of `schemas.FACTORS`, typed and validated."""
    missing: dict[str, Any] = {c: v for c, v in DEFAULTS.items() if c not in factors.columns}
    table = factors.assign(**missing)[list(schemas.FACTORS.columns)]
    return schemas.FACTORS.validate(schemas.retyped(table, schemas.FACTORS.dtypes))


def slug(text: pd.Series) -> pd.Series:
    """Turn words into a key: lower case, without accents, everything else an underscore."""
    plain_text = text.str.normalize("NFKD").str.encode("ascii", "ignore").str.decode("ascii").str.lower()
    return plain_text.str.replace(r"[^a-z0-9]+", "_", regex=True).str.strip("_")


def joined(*texts: pd.Series, joint: str = "-") -> pd.Series:
    """Join strings row by row, leaving out empty ones."""
    result = texts[0].astype("str")
    for text in texts[1:]:
        gap = pd.Series(joint, index=result.index).where(result.ne("") & text.ne(""), "")
        result = result + gap + text
    return result
