"""How a framework counts: the line of each emission row, and whether its total holds it.

Every filing is made from such an assignment, so the lines of any two can be compared row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from carbon.accounting.compile import state_of
from carbon.accounting.years.history_tables import PlainHistory
from carbon.core import packaged
from carbon.core.ghg_protocol import LOCATION, NO_METHOD
from carbon.reports.tables.sums import in_scopes, sum_by, tonnes_by, total_t

PACKAGE = "carbon.reports"
TOTAL = "total"
GASES = ("co2", "ch4", "n2o")
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
    """Return an assignment of lines, counted with one scope 2 method.

    Parameters
    ----------
    lines
        Line of each row of `in_scopes(inventory.emissions)`, on the same index.
    """
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


def gas_table(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return CO2e by line, and the tonnes of each gas where the factor states it.

    Columns: Indexed by `by`: co2_t, ch4_t, n2o_t [t of gas, of rows whose factor is split by gas], unsplit_co2e_t [t
    CO2e of the other rows], co2e_t, biogenic_co2_t, rows.
    """
    unsplit = rows[[f"{gas}_kg" for gas in GASES]].isna().all(axis=1)
    split = rows[~unsplit].fillna(dict.fromkeys((f"{gas}_kg" for gas in GASES), 0.0))
    table = tonnes_by(rows, by).rename("co2e_t").to_frame()
    for at, gas in enumerate(GASES):
        table.insert(at, f"{gas}_t", tonnes_by(split, by, f"{gas}_kg").reindex(table.index).fillna(0.0))
    table.insert(len(GASES), "unsplit_co2e_t", tonnes_by(rows[unsplit], by).reindex(table.index).fillna(0.0))
    table["biogenic_co2_t"] = tonnes_by(rows, by, "biogenic_co2_kg")
    table["rows"] = rows.groupby(by, observed=True).size()
    return table


def with_states(table: pd.DataFrame, inventory: Any, line: str, line_of: Callable[[str, int], str]) -> pd.DataFrame:
    """Add status and reason to the lines of a filing: what lacks factors is named, also on a line without a figure.

    Parameters
    ----------
    line
        Column that names the line.
    line_of
        Scope and category -> the line that holds all of it; "" where several share it.
    """
    of_line: dict[str, list[str]] = {}
    for scope, category, status in inventory.table[["scope", "category", "status"]].itertuples(index=False, name=None):
        for name in dict.fromkeys((line_of(scope, category), TOTAL)):
            of_line.setdefault(name, []).append(status)
    parted = [state_of(of_line.get(name, []), rows).partition(": ")
              for name, rows in zip(table[line], table["rows"], strict=True)]
    return table.assign(status=[word for word, _, _ in parted], reason=[reason for _, _, reason in parted])


@lru_cache(maxsize=1)
def framework_versions() -> dict[str, str]:
    """Return the version of the framework that each format follows, from data/frameworks.csv."""
    table = packaged.read_csv(PACKAGE, "data/frameworks.csv")
    return dict(zip(table["format"], table["framework_version"], strict=True))


def series_of(history: pd.DataFrame, line: Line) -> pd.Series[Any]:
    """Return the kg CO2e of a line by year; a year that lacks one of its scopes has no figure."""
    scopes, category, method = line
    if category == 0:
        return PlainHistory(history).series(scopes, method or LOCATION)
    rows = history[history["scope"].isin(scopes) & (history["category"] == category)]
    return sum_by(rows[rows["status"].str.startswith(HAS_FIGURE)], ["year"])
