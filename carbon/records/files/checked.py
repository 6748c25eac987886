"""What was read as the JSON object of the public contract: files, rejects, warnings."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from carbon.core.errors import FileRefused
from carbon.records.files.file_read import FileRead
from carbon.records.kinds.causes import cells_of
from carbon.records.kinds.faults import Warned
from carbon.records.kinds.registry import FEC

Checked = dict[str, Any]
Outcome = tuple[str, FileRead | FileRefused]
_REJECT_COLUMNS = ("source_file", "source_sheet", "source_line", "column", "value", "amount", "unit", "code", "reason",
                   "what_to_do")


def empty() -> Checked:
    """Return the object of `carbon check --json` before any file is read."""
    return {"files": [], "rejects": [], "warnings": []}


def as_object(outcomes: list[Outcome], kind: str | None, kinds: dict[str, str] | None = None) -> Checked:
    """Return the object of `carbon check --json`: files with counts and totals, rejects, warnings.

    A file whose rows cannot be summed is refused as well.
    """
    checked = empty()
    for name, file_read in outcomes:
        file_kind = kind or (kinds or {}).get(name, "")
        if isinstance(file_read, FileRefused):
            checked["files"].append(refused_file(name, file_kind, file_read))
            continue
        try:
            file_counts, rejects = _file(file_read), _rejects(file_read.rejects)
        except (ArithmeticError, ValueError) as wrong:
            # Sums are made here for the first time: an error in them refuses the file as well.
            checked["files"].append(refused_file(name, file_kind, FileRefused(
                f"{name}: its rows cannot be summed ({type(wrong).__name__}: {str(wrong)[:120]})", code="unreadable",
                what_to_do="look for numbers beyond all measure, and export the file again")))
            continue
        checked["files"].append(file_counts)
        checked["rejects"] += rejects
        checked["warnings"] += [{"code": w.code, "text": w.text} for w in dict.fromkeys(file_read.warnings)]
    return checked


def _file(file_read: FileRead) -> dict[str, Any]:
    # A class 2 line of a FEC goes on to category 2, but it is no class 6 spend: no part of the totals shown here.
    aside = int((~file_read.kept_rows["account"].str.startswith("6")).sum()) if file_read.kind == FEC else 0
    return {"path": file_read.name, "kind": file_read.kind, "rows_read": file_read.rows_read,
            "rows_accepted": file_read.rows_accepted, "rows_excluded": file_read.rows_excluded + aside,
            "rows_rejected": file_read.rows_rejected, "totals": file_read.totals, "refused": None}


def refused_file(name: str, kind: str, refused: FileRefused) -> dict[str, Any]:
    """Return the entry of a file that is refused: no rows, no totals, and the reason."""
    return {"path": name, "kind": kind, "rows_read": 0, "rows_accepted": 0, "rows_excluded": 0, "rows_rejected": 0,
            "totals": {}, "refused": {"code": refused.code, "reason": refused.what, "what_to_do": refused.what_to_do}}


def _rejects(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = table.assign(cell=cells_of(table["record_id"]))[[*_REJECT_COLUMNS, "cell"]].to_dict("records")
    return [{str(k): _json(str(k), v) for k, v in row.items()} for row in rows]


def _json(column: str, value: Any) -> Any:
    if isinstance(value, float):
        return None if math.isnan(value) else value
    return None if value == "" and column in ("source_sheet", "unit", "column", "cell") else value


def notices_of(notices: list[Warned]) -> list[dict[str, str]]:
    """Return warnings as plain values."""
    return [{"code": w.code, "text": w.text} for w in notices]


def sound_text(value: Any) -> Any:
    """Return the object with stray bytes of file names as escapes: a name need not be UTF-8, JSON must be."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {k: sound_text(v) for k, v in value.items()}
    return [sound_text(v) for v in value] if isinstance(value, list) else value
