"""Tables of a company's params: small CSV files beside its YAML, e.g. its own exchange rates."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd

from carbon.core.errors import ParamsError
from carbon.records.params.project import Project


def read_params_table(project: Project, company: str, name: str) -> pd.DataFrame:
    """One CSV of params/<company>/, else of params/shared/, every cell as text; no columns where there is none.

    Parameters
    ----------
    name
        File name, e.g. "fx.csv" or "entities.csv".

    Raises
    ------
    ParamsError
        The file is not UTF-8 comma separated text with one row of headings and as many cells in each row.
    """
    for folder in (project.params_folder(company), project.root / "params" / "shared"):
        path = folder / name
        if path.is_file():
            return _read_table(path, project.name_of(path))
    return pd.DataFrame()


def _read_table(path: Path, name: str) -> pd.DataFrame:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ParamsError(f"{name}: not UTF-8 text", hint="save the file as UTF-8") from None
    rows = [r for r in csv.reader(io.StringIO(text, newline=""), strict=True) if any(c.strip() for c in r)]
    if not rows or len(set(rows[0])) != len(rows[0]):
        raise ParamsError(f"{name}:1: no headings, or one twice", hint="start the file with one row of headings")
    uneven = [i for i, r in enumerate(rows) if len(r) != len(rows[0])]
    if uneven:
        raise ParamsError(f"{name}: row {uneven[0] + 1} has {len(rows[uneven[0]])} cells, the headings {len(rows[0])}",
                          hint="use commas, and quotes around cells that hold one")
    return pd.DataFrame(rows[1:], columns=[h.strip() for h in rows[0]], dtype="str")
