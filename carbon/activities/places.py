"""
Where trips begin and end, and how far that is.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from carbon.core import places
from carbon.core.distances import great_circle_km

_COLUMNS = {"latitude": "float64", "longitude": "float64",
            **dict.fromkeys(("country", "code", "reason", "kind"), "str")}


def with_ends(rows: pd.DataFrame, *, home: Collection[str]) -> pd.DataFrame:
    """
    The trips with both ends located: from_* and to_* (latitude, longitude, country, code, reason, kind) and
    great_circle_km [km], NaN where an end is not found.

    Parameters
    ----------
    home
        Countries of the company, to tell namesakes apart.
    """
    air = (rows["mode"] == "air").to_numpy()
    asked = pd.DataFrame({"place": pd.concat([rows["origin"], rows["destination"]]).array, "air": np.tile(air, 2)})
    codes = asked.groupby(["place", "air"], sort=False).ngroup().to_numpy()
    first = ~asked.duplicated()
    found = [places.locate(name, air=by_air, home=home) if name else places.Place("", places.NOT_FOUND)
             for name, by_air in zip(asked.loc[first, "place"], asked.loc[first, "air"].tolist(), strict=True)]
    table = pd.DataFrame({c: [getattr(p, c) for p in found] for c in _COLUMNS}).astype(_COLUMNS)
    for end, at in (("from", codes[:len(rows)]), ("to", codes[len(rows):])):
        rows = rows.assign(**{f"{end}_{c}": table[c].array[at] for c in _COLUMNS})
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
