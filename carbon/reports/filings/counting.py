"""How a framework counts: the line of each emission row, and whether its total holds it.

Every filing is made from such an assignment, so the lines of any two can be compared row by row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from carbon.accounting.years.history_tables import PlainHistory
from carbon.core import packaged
from carbon.core.ghg_protocol import LOCATION, NO_METHOD
from carbon.reports.tables.sums import in_scopes, sum_by, total_t
from carbon.reports.words.language import Words

PACKAGE = "carbon.reports"
TOTAL = "total"
_CODES = "purchase."
HAS_FIGURE = ("computed", "partly: ", "reported")
"""Beginnings of the status of a line with a figure."""
Line = tuple[tuple[str, ...], int, str]
"""Scopes, category (0: all) and scope 2 method of a line of a filing."""


@dataclass(frozen=True)
class Counting:
    """The rows of an inventory as one framework sees them.

    rows: emission rows in scopes 1 to 3 (scope 2 by both methods), with `line` (of the framework) and `counted`
    (whether the framework's total holds the row).
    """

    format: str
    rows: pd.DataFrame

    @property
    def counted(self) -> pd.DataFrame:
        """The rows of the framework's total."""
        return self.rows[self.rows["counted"]]

    @property
    def total_t(self) -> float:
        """Exact sum of the counted rows [t CO2e]."""
        return total_t(self.counted)


def counting(format: str, inventory: Any, lines: pd.Series[Any], *, scope2_method: str) -> Counting:
    """Return an assignment of `lines`, on the index of `in_scopes(inventory.emissions)`, by one scope 2 method."""
    rows = in_scopes(inventory.emissions)
    is_counted = rows["scope2_method"].isin((NO_METHOD, scope2_method))
    return Counting(format, rows.assign(line=lines.astype("str"), counted=is_counted))


def longest_prefix(prefixes: Iterable[str], activity: str) -> str:
    """Return the longest beginning of an activity that a routing names; "" for none.

    A name ends at a dot, a code of purchases also before a digit: "petrol" begins no "petroleum_wax", and
    "purchase.nace.C" begins "purchase.nace.C10T12".
    """
    fitting = (prefix for prefix in prefixes if activity.startswith(prefix) and (
        activity[len(prefix):][:1] in ("", ".") or (prefix.startswith(_CODES) and activity[len(prefix)].isdigit())))
    return max(fitting, key=len, default="")


@lru_cache(maxsize=1)
def framework_versions() -> dict[str, str]:
    """Return the version of the framework that each format follows, from data/frameworks.csv."""
    table = packaged.read_csv(PACKAGE, "data/frameworks.csv")
    return dict(zip(table["format"], table["framework_version"], strict=True))


def layout_of(format: str, sheet: str, words: Words) -> str:
    """Return where the columns of a sheet were read, or that they are ours, from data/filing_layouts.csv."""
    for line in packaged.read_rows(PACKAGE, "data/filing_layouts.csv"):
        if (line["format"], line["sheet"]) == (format, sheet):
            return words(f"layout.{line['read']}", source=line[words.language])
    return words("layout.ours")


def series_of(history: pd.DataFrame, line: Line) -> pd.Series[Any]:
    """Return the kg CO2e of a line by year; a year that lacks one of its scopes has no figure."""
    scopes, category, method = line
    if category == 0:
        return PlainHistory(history).series(scopes, method or LOCATION)
    rows = history[history["scope"].isin(scopes) & (history["category"] == category)]
    return sum_by(rows[rows["status"].str.startswith(HAS_FIGURE)], ["year"])


def basis_of(history: Any, base: int) -> str:
    """Return how the base year is known, in the words of the report."""
    if history.recalculated:
        return "restated"
    table = history.table
    status = set(table.loc[(table["year"] == base) & table["status"].str.startswith(HAS_FIGURE), "status"])
    return "as reported then" if "reported" in status else "same method" if status else ""
