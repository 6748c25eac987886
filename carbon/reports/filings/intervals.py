"""Intervals of the figures of an inventory and of the posts of filings, as a set publishes them.

They need records (their meters and stated uncertainty), which a set does not hold: so they are one of its tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from carbon.accounting.uncertainty import InventoryUncertainty
from carbon.core.units import KG_PER_T
from carbon.reports.filings.posts import posts_of

LINE = "post/"
COLUMNS = ["figure", "co2e_kg", "low_kg", "high_kg", "how"]
NO_INTERVALS = pd.DataFrame({name: pd.Series(dtype="str" if name in ("figure", "how") else "float64")
                             for name in COLUMNS})
"""Of a set that an earlier release published."""
_OF = "total-location"
"""Figure whose rows have a post."""


def intervals_table(inventory: Any, uncertainty: InventoryUncertainty) -> pd.DataFrame:
    """Return the 95 % intervals of totals, scopes, categories, posts ("post/1.1") and their categories ("post/1").

    Columns: figure, co2e_kg, low_kg, high_kg [kg CO2e], how.
    """
    table = uncertainty.table
    if _OF in table["figure"].tolist():
        posts = LINE + posts_of(uncertainty.rows_of(_OF)[0], inventory.params.beges_posts)
        table = pd.concat([table, uncertainty.by_group(_OF, posts, posts.str.partition(".")[0])], ignore_index=True)
    return table[COLUMNS]


def intervals_of(inventory: Any, figures: Sequence[str]) -> dict[str, pd.Series[Any]]:
    """Return low_t and high_t of some figures; NaN where the set of an earlier release has no intervals."""
    table = getattr(inventory, "intervals", None)
    table = intervals_table(inventory, inventory.uncertainty()) if table is None else table
    ends = table.set_index("figure")[["low_kg", "high_kg"]].reindex(list(figures)) / KG_PER_T
    return {"low_t": ends["low_kg"].reset_index(drop=True), "high_t": ends["high_kg"].reset_index(drop=True)}
