"""
What a stock list must say before anything is computed from it.
"""

from __future__ import annotations

import pandas as pd

from carbon.core.digital_tables import ASSET
from carbon.core.errors import TableError

_SHOWN = ["asset_id", "category", "purchased_on", "retired_on", "status", "exit_route"]


def checked_assets(assets: pd.DataFrame) -> pd.DataFrame:
    """
    The stock list, if it holds together.

    Raises
    ------
    TableError
        A serial number twice, a device retired before it was bought, a status that its dates contradict, a way out
        of a device that has not left, private use of something else than a phone.
    """
    table = ASSET.validate(assets, extra=True)
    retired = table["retired_on"].notna()
    faults = {
        "devices retired before they were bought": table["retired_on"] < table["purchased_on"],
        "devices with status \"retired\" and no date": (table["status"] == "retired") & ~retired,
        "devices with a date of retirement and another status": retired & (table["status"] != "retired"),
        "devices with a way out that have not left": (table["exit_route"] != "") & ~retired,
        "devices in service before they were bought": table["in_service_on"] < table["purchased_on"],
        "devices other than phones with private use":
            (table["private_use"] != "") & (table["category"] != "smartphone"),
        "devices with a planned life of zero or less": table["planned_lifespan_years"] <= 0,
    }
    for what, bad in faults.items():
        if bad.any():
            raise TableError(f"{int(bad.sum())} {what}", rows=table.loc[bad, _SHOWN],
                             hint="correct the stock list (assets.csv); nothing is assumed")
    return table
