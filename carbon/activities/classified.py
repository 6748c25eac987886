"""
What classification takes and gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from carbon.core.display import Displayed, one_line
from carbon.core.params import CompanyParams


class Records(Protocol):
    """
    The records of a company-year, as `records.read_company` gives them.

    Attributes
    ----------
    company, year, params
        Whose, when, and the company's choices.
    records
        Table of each kind, in the contract of `core.schemas`.
    ledger
        Rows that ended at the reader.
    sources
        The files read, with their rows.
    """

    @property
    def company(self) -> str: ...
    @property
    def year(self) -> int: ...
    @property
    def params(self) -> CompanyParams: ...
    @property
    def records(self) -> dict[str, pd.DataFrame]: ...
    @property
    def ledger(self) -> pd.DataFrame: ...
    @property
    def sources(self) -> pd.DataFrame: ...


@dataclass(frozen=True)
class Classified(Displayed):
    """
    Activities of a company-year, and where every other row ended.

    activities: ACTIVITIES with source_sheet, counts_row, currency, amount, fx_rate, fx_date after its own columns.
    ledger: rows that ended here. rejects: REJECTS of those that were rejected. unclassified: the lines that wait for
    a decision, by supplier, account and category. warnings: remarks (code, text).
    """

    company: str
    year: int
    activities: pd.DataFrame
    ledger: pd.DataFrame
    rejects: pd.DataFrame
    unclassified: pd.DataFrame
    warnings: pd.DataFrame

    def __repr__(self) -> str:
        return one_line(f"Classified({self.company} {self.year}: {len(self.activities):,} activities, "
                        f"{len(self.ledger):,} ledger lines, {len(self.unclassified):,} groups unclassified)")
