"""The tables of an inventory: every question about it is answered from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from carbon.core.display import HandsOut

if TYPE_CHECKING:
    from carbon.factors import Library
    from carbon.params.shapes.company import CompanyParams


@dataclass(frozen=True, eq=False, repr=False)
class InventoryTables(HandsOut):
    """The tables of one company-year; `result.Inventory` describes each of them."""

    company: str
    year: int
    params: CompanyParams
    table: pd.DataFrame
    emissions: pd.DataFrame
    activities: pd.DataFrame
    ledger: pd.DataFrame
    rejects: pd.DataFrame
    sources: pd.DataFrame
    factors: pd.DataFrame
    resolution: pd.DataFrame
    unclassified: pd.DataFrame
    record_warnings: pd.DataFrame
    outside: pd.DataFrame
    instruments: pd.DataFrame
    instruments_not_applied: pd.DataFrame
    pairs: pd.DataFrame
    factor_sources: pd.DataFrame
    reported: pd.DataFrame
    keys: pd.DataFrame
    misses: pd.DataFrame
    records: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    statements: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    fx: pd.DataFrame | None = None
    decisions: pd.DataFrame | None = None
    library: Library | None = None
