"""Stock lists small enough to be worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from carbon.core.digital_tables import ASSET
from carbon.digital.electricity import given_grid

BLANK = {"model": "", "brand": "", "purchased_on": "", "in_service_on": "", "status": "in use", "user_id": "",
         "site": "", "condition_at_purchase": "new", "planned_lifespan_years": np.nan, "retired_on": "",
         "exit_route": "", "exit_partner": "", "private_use": "", "amount_eur": np.nan}


def typed(rows: list[dict], table=ASSET, blank=BLANK) -> pd.DataFrame:
    """Rows given by a few cells, completed and typed as the table's contract asks."""
    frame = pd.DataFrame([{**blank, **row} for row in rows], columns=list(table.columns))
    out = {}
    for column, kind in table.columns.items():
        if kind == "day":
            out[column] = pd.to_datetime(frame[column].replace("", None)).astype("datetime64[s]")
        elif kind == "text":
            out[column] = frame[column].astype("str")
        else:
            out[column] = frame[column].astype("int64" if kind == "integer" else "float64")
    return pd.DataFrame(out)


@pytest.fixture
def assets():
    return typed


@pytest.fixture
def grid():
    return given_grid(0.05, zone="FR", year=2024, source="a test")
