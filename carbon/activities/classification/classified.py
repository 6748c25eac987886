"""The inputs and outputs of classification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from carbon.core.display import Displayed, one_line
from carbon.params.shapes.company import CompanyParams


class Records(Protocol):
    """The records of a company-year, as `records.read_company` gives them.

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
    def company(self) -> str:
        """Name of the company in params, e.g. "petit-studio"."""

    @property
    def year(self) -> int:
        """The reporting year, by the calendar year in which it ends."""

    @property
    def params(self) -> CompanyParams:
        """The choices of the company: rules, sites, exchange rates, methods."""

    @property
    def records(self) -> dict[str, pd.DataFrame]:
        """Kind -> table of its records, in the contract of `core.schemas.RECORDS`."""

    @property
    def ledger(self) -> pd.DataFrame:
        """`schemas.LEDGER`: one line for each row that the reader excluded or rejected, with its amount [unit] and
        why.
        """

    @property
    def sources(self) -> pd.DataFrame:
        """`schemas.SOURCES`: one row a file, rows read = accepted + rejected, and its sha256."""


@dataclass(frozen=True)
class Classified(Displayed):
    """Activities of a company-year, and where every other row ended.

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
