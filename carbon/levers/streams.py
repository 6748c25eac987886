"""
Streams: the inventory cut into the pieces that levers act on.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

import numpy as np
import pandas as pd

from carbon.core.errors import ParamsError, TableError
from carbon.core.exact import exact_sum
from carbon.core.ghg_protocol import LOCATION, MARKET, NO_METHOD
from carbon.core.lever_params import Select

STREAM = ["scope", "category", "activity", "region", "site", "supplier"]
TEXTS = ["activity", "region", "site", "supplier"]


def streams(emissions: pd.DataFrame) -> pd.DataFrame:
    """
    Emissions of a year by stream (scope x category x activity x region x site x supplier).

    Returns
    -------
    DataFrame
        The columns of `STREAM`, location_kg, market_kg [kg CO2e]; outside scope 2 the two are equal.

    Raises
    ------
    TableError
        No counted rows.
    """
    counted = emissions[emissions["kyoto"]]
    if counted.empty:
        raise TableError("the inventory has no counted emissions: there is nothing a lever could act on")
    groups = counted.groupby(STREAM, sort=True, observed=True, dropna=False)
    table = groups.size().reset_index()[STREAM]
    code = groups.ngroup().to_numpy()
    for column, method in (("location_kg", LOCATION), ("market_kg", MARKET)):
        chosen = counted["scope2_method"].isin((NO_METHOD, method)).to_numpy()
        table[column] = exact_sum(counted["co2e_kg"].to_numpy()[chosen], code[chosen], len(table))
    return table


def matching(table: pd.DataFrame, select: Select) -> np.ndarray:
    """
    Which streams a selection means: every field given must match, texts as globs blind to capitals.
    """
    hit = np.ones(len(table), dtype=bool)
    if select.scope:
        hit &= table["scope"].isin(select.scope).to_numpy()
    if select.category:
        hit &= table["category"].isin(select.category).to_numpy()
    for column in TEXTS:
        patterns = [p.lower() for p in getattr(select, column)]
        if patterns:
            words = table[column].unique()
            found = [w for w in words if any(fnmatchcase(str(w).lower(), p) for p in patterns)]
            hit &= table[column].isin(found).to_numpy()
    return hit


def known(table: pd.DataFrame, select: Select, *, where: str) -> np.ndarray:
    """
    `matching`, refused where it is empty.

    Parameters
    ----------
    where
        File, lever and field, for the error.

    Raises
    ------
    ParamsError
        No stream matches.
    """
    hit = matching(table, select)
    if not hit.any():
        asked = {k: v for k, v in select.model_dump().items() if v}
        raise ParamsError(f"{where}: no stream of the inventory matches {asked}",
                          hint="`carbon.levers.streams(inv.emissions)` lists the streams; correct the selection")
    return hit
