"""A contract with a column of each kind, and two rows that fit it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from carbon.core import schemas

TABLE = schemas.Table("things", {
    "name": schemas.TEXT, "size": schemas.AMOUNT, "share": schemas.NUMBER, "count": schemas.INTEGER,
    "day": schemas.DAY, "good": schemas.FLAG}, key=("name",), choices={"count": (0, 1, 2)})


def things(**columns: object) -> pd.DataFrame:
    """Two rows that fit the contract, with some columns replaced."""
    table = pd.DataFrame({
        "name": pd.Series(["a", "b"], dtype="str"), "size": [1.0, 2.0], "share": [np.nan, 0.5], "count": [0, 2],
        "day": pd.to_datetime(["2024-01-01", "2024-12-31"]).as_unit("s"), "good": [True, False]})
    return table.assign(**columns)
