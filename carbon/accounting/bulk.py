"""Ledgers of activities too long for memory, with a company's own choices: totals, or the resolved factors for SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from carbon.core.display import Displayed
from carbon.emissions.bulk import KEY, Audit, bulk_totals
from carbon.emissions.per_unit import lines_per_unit
from carbon.factors import Library, match_factors
from carbon.params.shapes.company import CompanyParams
from carbon.records.grids.ledgers import QUANTITY, Ledger, parquet_ledger


@dataclass(frozen=True, repr=False)
class PerUnit(Displayed):
    """The emissions of one unit of each distinct key by a company's params; can be sent to other processes.

    `fx`: the company's own exchange rates (`core.money.FX`), where it has any.
    """

    params: CompanyParams
    library: Library
    fx: pd.DataFrame | None = None

    def __call__(self, keys: pd.DataFrame) -> pd.DataFrame:
        """Return `schemas.EMISSIONS` of one unit of each key; `activity_id` is the key's position, as a string."""
        params = self.params
        return lines_per_unit(keys, match=partial(
            match_factors, library=self.library, policy=params.factors, gwp=params.gwp,
            allow_mixed_gwp=params.allow_mixed_gwp, non_co2=params.travel.non_co2, fx=self.fx))

    def to_table(self, keys: pd.DataFrame) -> pd.DataFrame:
        """Return the resolved join for SQL: a line for each key and part, with its scope, category and kg per unit.

        kilograms of a row = sum over its lines of quantity x kg_per_unit, for lines with `kyoto`

        Parameters
        ----------
        keys
            activity, unit, scope, category, region, year: `select distinct` of the ledger.

        Returns
        -------
        DataFrame
            The key columns, then to_scope, to_category, scope2_method, part, kg_per_unit [kg CO2e per unit of the
            activity], biogenic_co2_kg, kyoto, factor_id, source_id, reason. Scope 2 has two lines, one a method.

        Raises
        ------
        MissingFactorError
            A key without a factor: an inner join would drop its rows in silence.
        """
        distinct_keys = keys[list(KEY)].drop_duplicates().reset_index(drop=True)
        lines = self(distinct_keys)
        place = lines["activity_id"].astype("int64").to_numpy()
        shown_columns = ["part", "kg_per_unit", "biogenic_co2_kg", "kyoto", "factor_id", "source_id", "reason"]
        return distinct_keys.take(place).reset_index(drop=True).assign(
            to_scope=lines["scope"].array, to_category=lines["category"].array,
            scope2_method=lines["scope2_method"].array, **{c: lines[c].array for c in shown_columns})


def ledger_totals(
    ledger: Ledger | Sequence[Any], per_unit: PerUnit, *, by: Sequence[str] = ("company", "year"),
    threads: int = 1, client: Any = None, audit: Audit | None = None,
) -> pd.DataFrame:
    """Sum a ledger of activities exactly, in the memory of a few row groups.

    Parameters
    ----------
    ledger
        Paths of Parquet files with the columns activity, unit, scope, category, region, year, quantity and those of
        `by`; or any `records.ledgers` ledger with them.
    per_unit
        The company's choices and factors.

    Other parameters, result and errors: see `emissions.bulk.bulk_totals`.
    """
    pieces = ledger if isinstance(ledger, Ledger) else parquet_ledger(ledger, [*KEY, *by, QUANTITY])
    return bulk_totals(pieces, len(pieces), per_unit=per_unit, by=list(by), threads=threads, client=client, audit=audit)
