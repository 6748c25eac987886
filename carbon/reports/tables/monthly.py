"""Energy by month: each bill's emissions spread evenly over its days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.accounting.frames.months import by_month
from carbon.core.columns import Rows
from carbon.core.exact import exact_sum
from carbon.core.units import KG_PER_T
from carbon.reports.tables.inventory import carrier_of
from carbon.reports.tables.sums import counted_rows, table_of

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory


def monthly_energy_table(inventory: Inventory) -> pd.DataFrame:
    """Return emissions of energy by month and carrier, scope 1 and 2 and their category 3, with the headline scope 2
    method.

    co2e_t(month) = sum over bills of co2e_t x days of the bill in the month / days of the bill

    Columns: month ("2024-01"), carrier, co2e_t.
    """
    bills = Rows(inventory.activities).where(kind="energy")
    rows = counted_rows(inventory.emissions, inventory.params.scope2_headline).where(kind="energy")
    # A bill without emissions of this total has no months, and stands nowhere else either.
    bill = pd.Index(bills["activity_id"]).get_indexer(pd.Index(rows["activity_id"]))
    kg = exact_sum(rows["co2e_kg"][bill >= 0], bill[bill >= 0], len(bills))
    emitted = np.bincount(bill[bill >= 0], minlength=len(bills)) > 0
    bills = bills.assign(carrier=bills.column("activity").map(carrier_of), kg=kg).where(emitted)
    line, month, share = by_month(bills["period_start"], bills["period_end"])
    months = bills.take(line)
    months = months.assign(month=month, kg=months["kg"] * share)
    return table_of([(str(np.datetime64(at, "M")), of, kg / KG_PER_T) for (at, of), kg in
                     months.sums(["month", "carrier"], "kg").items()],
                    {"month": "str", "carrier": "str", "co2e_t": "float64"})
