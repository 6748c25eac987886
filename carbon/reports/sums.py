"""
Exact sums of emission rows, in tonnes: the one way in which a reader's figure is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from carbon.core.exact import exact_sum, exact_total
from carbon.core.ghg_protocol import NO_METHOD, SCOPES
from carbon.core.words_coded import with_text

KG_PER_T = 1000.0
_PLACE = ("scope", "category", "scope2_method", "kind", "co2e_kg")


def counted(emissions: pd.DataFrame, scope2_method: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """
    The rows of one total: the three scopes, gases of the Kyoto basket, and scope 2 by one method only.

    `columns`: only these are taken along, and what says where a row belongs. Of a long ledger all the others would be
    copied for nothing.
    """
    rows = in_scopes(emissions, columns)
    inside = rows["scope2_method"].isin((NO_METHOD, scope2_method))
    return rows if inside.all() else rows[inside]


def in_scopes(emissions: pd.DataFrame, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """
    The rows that count in some total: not what stands beside the scopes (gases outside the Kyoto basket, own assets).
    """
    inside = emissions["kyoto"] & emissions["scope"].isin(SCOPES)
    rows = emissions if columns is None else emissions[[*dict.fromkeys([*columns, *_PLACE])]]
    return rows if inside.all() else rows[inside]  # a copy of a long table would hold it twice


def total_t(rows: pd.DataFrame, column: str = "co2e_kg") -> float:
    """
    Correctly rounded exact sum of a kg column [t].
    """
    return exact_total(rows[column].to_numpy()) / KG_PER_T


def sum_by(rows: pd.DataFrame, by: Sequence[str], column: str = "co2e_kg") -> pd.Series[Any]:
    """
    Exact sum of a column by group, indexed by the group; in the column's own unit.
    """
    groups = rows.groupby(list(by), sort=True, observed=True, dropna=False)
    index = with_text(groups.size().rename("rows").reset_index()).set_index(list(by)).index
    sums = exact_sum(rows[column].to_numpy(), groups.ngroup().to_numpy(), len(index))
    return pd.Series(sums, index=index, name=column)


def tonnes_by(rows: pd.DataFrame, by: Sequence[str], column: str = "co2e_kg") -> pd.Series[Any]:
    """
    Exact sum of a kg column by group [t].
    """
    return sum_by(rows, by, column) / KG_PER_T
