"""
Where trips begin and end, and how far that is.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from carbon.core import places
from carbon.core.distances import great_circle_km

_COLUMNS = ("latitude", "longitude", "country", "code", "reason", "kind")


def with_ends(rows: pd.DataFrame, *, home: Collection[str]) -> pd.DataFrame:
    """
    The trips with both ends located: from_* and to_* (latitude, longitude, country, code, reason, kind) and
    great_circle_km [km], NaN where an end is not found.

    Parameters
    ----------
    home
        Countries of the company, to tell namesakes apart.
    """
    air = rows["mode"] == "air"
    asked = pd.concat([
        pd.DataFrame({"place": rows[end], "air": air}) for end in ("origin", "destination")]).drop_duplicates()
    found = [places.locate(name, air=bool(by_air), home=home) if name else places.Place("", places.NOT_FOUND)
             for name, by_air in zip(asked["place"], asked["air"], strict=True)]
    table = asked.assign(**{c: [getattr(p, c) for p in found] for c in _COLUMNS})
    for end, column in (("from", "origin"), ("to", "destination")):
        ends = table.rename(columns={"place": column, **{c: f"{end}_{c}" for c in _COLUMNS}})
        rows = rows.assign(air=air.array).merge(
            ends, on=[column, "air"], how="left", validate="many_to_one").set_axis(rows.index).drop(columns="air")
    distance = great_circle_km(*(rows[c].to_numpy(np.float64) for c in (
        "from_latitude", "from_longitude", "to_latitude", "to_longitude")))
    return rows.assign(great_circle_km=distance)


def without_ends(rows: pd.DataFrame) -> pd.DataFrame:
    """
    The trips with the columns of `with_ends` empty: for trips that need no place.
    """
    texts = {f"{end}_{c}": "" for end in ("from", "to") for c in ("country", "code", "reason", "kind")}
    points = {f"{end}_{c}": np.nan for end in ("from", "to") for c in ("latitude", "longitude")}
    return rows.assign(**texts, **points, great_circle_km=np.nan)
