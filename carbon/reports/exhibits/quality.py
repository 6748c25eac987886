"""Exhibits on how good a report is and that no other table has: warnings, the files that were read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from carbon.accounting.boundary.answers import CODES as BOUNDARY_CODES
from carbon.accounting.expectations.names import described
from carbon.activities.causes import warnings_by_cause
from carbon.core.text_columns import text_array

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory

SHOWN_HASH = 16


def sources_table(inventory: Inventory) -> pd.DataFrame:
    """Return the files that were read: file, kind, rows by where they ended, the first characters of the sha256."""
    columns = ("source_file", "kind", "rows_read", "rows_accepted", "rows_excluded", "rows_rejected")
    table = inventory.sources
    # The manifest of the published set holds the whole hash.
    hashes = text_array([sha256[:SHOWN_HASH] for sha256 in table["sha256"]])
    return pd.DataFrame({name: table[name].array for name in columns} | {"sha256": hashes})


def warnings_table(inventory: Inventory) -> pd.DataFrame:
    """Return what a careful reader should know, one line a cause: code, times, files, text (of the first).

    Breaches and changes of the boundary have exhibits of their own, in the reader's words.
    """
    warnings, codes = inventory.warnings, {*(of.code for of in described().values()), *BOUNDARY_CODES.values()}
    return warnings_by_cause(warnings[~warnings["code"].isin(codes)])
