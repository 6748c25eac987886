"""Services typed as rows, on grids of a test: for tests of portfolios and of what is held against them."""

from __future__ import annotations

import pandas as pd

from carbon.core.digital_tables import SERVICE, SERVICE_USE
from carbon.core.schemas import Table
from carbon.digital import service_portfolio
from carbon.digital.electricity import given_grid

GRIDS = {"FR": 0.05, "ES": 0.15, "CH": 0.04, "US": 0.4, "JP": 0.5}
PORTAL = {"service": "Portal", "users": 1000.0, "hours_per_user": 10.0, "gb_per_user": 2.0, "servers": 2.0,
          "disks": 4.0, "devices": "laptop", "mobile_share": 0.25, "zone": "FR", "pue": 1.5, "datacentre_zone": "FR",
          "server_lifespan_years": 5.0}


def typed(table: Table, *rows: dict) -> pd.DataFrame:
    """Rows given by some cells."""
    frame = pd.DataFrame(rows, columns=list(table.columns))
    kinds = {"text": lambda c: c.astype("object").fillna("").astype("str"),
             "day": lambda c: pd.to_datetime(c).astype("datetime64[s]")}
    return pd.DataFrame({name: kinds.get(kind, lambda c: c.astype("float64"))(frame[name])
                         for name, kind in table.columns.items()})


def portfolio(*services: dict, uses: tuple[dict, ...] = (), **more):
    """The portfolio of 2025 on grids of the test."""
    return service_portfolio(typed(SERVICE, *services), uses=typed(SERVICE_USE, *uses), year=2025,
                             allocation="active_hours", grid_of=lambda zone, year: given_grid(
                                 GRIDS[zone], zone=zone, year=year, source="a test"), **more)
