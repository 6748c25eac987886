"""
What matching gives: the answer of each distinct key, and which key each activity has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.columns import Column
from carbon.core.display import Displayed, as_html
from carbon.core.errors import UsageError
from carbon.core.schemas import INTEGER, TEXT, Table, require

KEY = ["activity", "unit", "region", "year", "scope"]
KEYS = Table("keys", {
    "key_id": INTEGER, "activity": TEXT, "unit": TEXT, "region": TEXT, "year": INTEGER, "scope": TEXT,
}, key=("key_id",), choices={"scope": ("1", "2", "3")})
"""Distinct questions put to the factor library."""
GAS_PARTS = ["co2e_kg", "co2_kg", "ch4_kg", "n2o_kg", "biogenic_co2_kg"]


@dataclass(frozen=True)
class Resolved:
    """
    Answers of `resolve`: keys, the factors found (`schemas.RESOLUTION`), and the misses.
    """

    keys: pd.DataFrame
    table: pd.DataFrame
    misses: pd.DataFrame

    def to_table(self) -> pd.DataFrame:
        """
        The answers beside their questions, for a join in SQL: activity, unit, region, year, scope, then part,
        factor_id, source_id, co2e_kg and gases [kg per unit of the activity], kyoto, reason. Keys without a factor are
        not in it (`misses`): a join drops their rows. `inventory.bulk.PerUnit.to_table` says where parts go too.
        """
        answers = self.keys.merge(self.table, on="key_id", how="inner", validate="one_to_many")
        return answers[[*KEY, "part", "factor_id", "source_id", *GAS_PARTS, "kyoto", "reason"]]

    def __repr__(self) -> str:
        return f"Resolved({len(self.keys):,} keys, {len(self.table):,} factor parts, {len(self.misses):,} misses)"

    def _repr_html_(self) -> str:
        return as_html(repr(self), self.table)


@dataclass(frozen=True)
class Matched(Displayed):
    """
    Activities matched: the answers, and for each activity row the key_id of its key.
    """

    resolved: Resolved
    codes: npt.NDArray[np.int64]

    def __repr__(self) -> str:
        return f"Matched({len(self.codes):,} activities, {self.resolved!r})"

    def to_table(self) -> pd.DataFrame:
        """
        The resolved join: see `Resolved.to_table`.
        """
        return self.resolved.to_table()

    def missing(self) -> npt.NDArray[np.bool_]:
        """
        For each activity row, whether its key has no factor.
        """
        return np.isin(self.codes, self.resolved.misses["key_id"].to_numpy("int64"))

    def check(self, activities: pd.DataFrame, *, columns: Sequence[str] = KEY) -> None:
        """
        Refuse a table whose rows do not have, one by one, the keys that were matched.

        Codes stand in the order of the activities that were matched. Rows sorted, left out or put together since
        would take each other's factors, and the total would still look like one.

        Raises
        ------
        UsageError
            Another number of rows, or a row with another key.
        TableError
            A column of the key is missing.
        """
        require(activities, list(columns), made_by="cb.classify")
        hint = "match the table as it is now: matched = cb.match_factors(activities, ...), then calculate from both"
        if len(activities) != len(self.codes):
            raise UsageError(f"{len(activities):,} activities, but {len(self.codes):,} were matched", hint=hint)
        place = pd.Index(self.resolved.keys["key_id"]).get_indexer(self.codes)
        other = place < 0
        for column in columns:
            other |= _differs(activities[column], self.resolved.keys[column], place)
        if other.any():
            shown = [c for c in ("activity_id", *KEY) if c in activities.columns]
            raise UsageError(f"{int(other.sum()):,} activities are not those that were matched, row by row:",
                             rows=activities.loc[other, shown], hint=hint)


def _differs(own: pd.Series, keys: pd.Series, place: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """
    Which values are not those of their keys; each different value is compared once.
    """
    column = Column.of(own)
    return np.asarray(column.words.get_indexer(pd.Index(keys))[place] != column.codes, dtype=bool)
