"""
Energy by month: each bill's emissions spread evenly over its days.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from carbon.reports.inventory_tables import carrier_of
from carbon.reports.sums import KG_PER_T, counted, sum_by


def monthly_energy_table(inventory: Any) -> pd.DataFrame:
    """
    Emissions of energy by month and carrier, scope 1 and 2 and their category 3, with the headline scope 2 method.

    co2e_t(month) = sum over bills of co2e_t x days of the bill in the month / days of the bill

    Returns
    -------
    DataFrame
        month ("2024-01"), carrier, co2e_t.
    """
    rows = counted(inventory.emissions, inventory.params.scope2_headline, ["activity_id"])
    kg = sum_by(rows[rows["kind"] == "energy"], ["activity_id"]).rename("kg")
    activities = inventory.activities[["kind", "activity_id", "activity", "period_start", "period_end"]]
    activities = activities[activities["kind"] == "energy"].drop(columns="kind")
    bills = activities.merge(kg, left_on="activity_id", right_index=True, how="inner", validate="one_to_one")
    spread = _by_month(bills.reset_index(drop=True))
    table = sum_by(spread, ["month", "carrier"], "kg") / KG_PER_T
    return table.rename("co2e_t").reset_index()


def _by_month(bills: pd.DataFrame) -> pd.DataFrame:
    """
    One line for each month a bill touches, with its share of the kg.
    """
    first, last = _months(bills["period_start"]), _months(bills["period_end"])
    counts = last - first + 1
    line = np.repeat(np.arange(len(bills)), counts)
    month = first[line] + np.arange(len(line)) - np.repeat(np.cumsum(counts) - counts, counts)
    starts = month.astype("datetime64[M]").astype("datetime64[D]")
    ends = (month + 1).astype("datetime64[M]").astype("datetime64[D]")
    begin = bills["period_start"].to_numpy().astype("datetime64[D]")
    end = bills["period_end"].to_numpy().astype("datetime64[D]") + np.timedelta64(1, "D")  # the last day counts
    days = np.minimum(end[line], ends) - np.maximum(begin[line], starts)
    share = days.astype(float) / (end - begin).astype(float)[line]
    return pd.DataFrame({
        "month": np.datetime_as_string(month.astype("datetime64[M]")),
        "carrier": carrier_of(bills["activity"]).to_numpy()[line], "kg": bills["kg"].to_numpy()[line] * share,
    })


def _months(days: pd.Series[Any]) -> Any:
    return days.to_numpy().astype("datetime64[M]").astype(np.int64)
