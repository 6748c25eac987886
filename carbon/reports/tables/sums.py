"""Exact sums of emission rows, in tonnes: the one way in which a reader's figure is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from carbon.core.columns import Rows
from carbon.core.exact import exact_sum, exact_total
from carbon.core.ghg_protocol import NO_METHOD, SCOPES
from carbon.core.text_columns import columns_of
from carbon.core.units import KG_PER_T

_PLACE = ("scope", "category", "scope2_method", "kind", "co2e_kg")


def counted(emissions: pd.DataFrame, scope2_method: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the rows of one total: the three scopes, gases of the Kyoto basket, and scope 2 by one method only.

    `columns`: only these are kept, and those that assign a row to a total. Of a long ledger all the others would be
    copied for nothing.
    """
    rows = in_scopes(emissions, columns)
    inside = rows["scope2_method"].isin((NO_METHOD, scope2_method))
    return rows if inside.all() else rows[inside]


def in_scopes(emissions: pd.DataFrame, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the rows that count in some total, without gases outside the Kyoto basket and the company's own assets."""
    inside = emissions["kyoto"] & emissions["scope"].isin(SCOPES)
    rows = emissions if columns is None else emissions[[*dict.fromkeys([*columns, *_PLACE])]]
    return rows if inside.all() else rows[inside]  # a copy of a long table would hold it twice


def rows_in_scopes(emissions: pd.DataFrame) -> Rows:
    """Return the same rows as `in_scopes`, to choose from and add up."""
    return Rows(emissions).where(emissions["kyoto"].to_numpy(), scope=SCOPES)


def counted_rows(emissions: pd.DataFrame, scope2_method: str) -> Rows:
    """Return the same rows as `counted`, to choose from and add up."""
    return rows_in_scopes(emissions).where(scope2_method=(NO_METHOD, scope2_method))


def total_t(rows: pd.DataFrame | Rows, column: str = "co2e_kg") -> float:
    """Return the correctly rounded exact sum of a kg column [t]."""
    return exact_total(np.asarray(rows[column])) / KG_PER_T


def tonnes(rows: Rows, by: Sequence[str], column: str = "co2e_kg") -> dict[Any, float]:
    """Return the exact sum of a kg column by group [t], as in `Rows.sums`."""
    return {key: kg / KG_PER_T for key, kg in rows.sums(by, column).items()}


def share(part: float, total: float) -> float:
    """Return part / total; NaN where the total is not positive."""
    return part / total if total > 0 else float("nan")


def sum_by(rows: pd.DataFrame, by: Sequence[str], column: str = "co2e_kg") -> pd.Series[Any]:
    """Return the exact sum of a column by group, indexed by the group; in the column's own unit."""
    groups = Rows(rows).groups(by)
    sums = exact_sum(rows[column].to_numpy(), groups.number, len(groups))
    return groups.frame(by).assign(**{column: sums}).set_index(list(by))[column]


def tonnes_by(rows: pd.DataFrame, by: Sequence[str], column: str = "co2e_kg") -> pd.Series[Any]:
    """Return the exact sum of a kg column by group [t]."""
    return sum_by(rows, by, column) / KG_PER_T


def table_of(lines: Sequence[tuple[Any, ...]], kinds: Mapping[str, Any]) -> pd.DataFrame:
    """Return a table of its lines: column -> dtype, in the order of the values of a line."""
    return pd.DataFrame(columns_of(lines, kinds), copy=False)


def largest_first(lines: Sequence[tuple[Any, ...]], at: int) -> list[tuple[Any, ...]]:
    """Return the lines of a table by one of their numbers; unknown ones are last, and equal ones stay in order."""
    return sorted(lines, key=lambda line: (line[at] != line[at], -line[at]))
