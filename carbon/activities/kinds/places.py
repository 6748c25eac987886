"""Where trips begin and end, and how far that is."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from carbon.activities.draft import Draft
from carbon.activities.kinds.flights import also
from carbon.core import places
from carbon.core.columns import Rows
from carbon.core.places import DOOR_TO_DOOR, great_circle_km
from carbon.core.text_columns import Flags, Values, by_word, pick

_COLUMNS: dict[str, type] = {"latitude": np.float64, "longitude": np.float64,
                             **dict.fromkeys(("country", "code", "reason", "kind"), object)}


def with_ends(
    rows: Rows, needed: Flags, *, home: Collection[str], namesakes: str = places.REFUSE, by_road: Flags | None = None
) -> Rows:
    """Locate both ends of the trips: from_* and to_* (latitude, longitude, country, code, reason, kind).

    great_circle_km [km] is the distance between them, NaN where an end is not found.

    Parameters
    ----------
    needed
        Trips that need their ends; of the others these columns stay empty.
    home
        Countries of the company, to tell namesakes apart.
    namesakes
        As in `core.places.locate`.
    by_road
        Trips whose ends are addresses as often as towns; None: by their mode.
    """
    air = rows["mode"] == "air"
    road = by_word(rows["mode"], lambda mode: mode in DOOR_TO_DOOR, np.bool_) if by_road is None else by_road
    place, names = pd.factorize(np.concatenate([pick(needed, rows[c], "") for c in ("origin", "destination")]))
    distinct, codes = np.unique(place * 3 + np.tile(np.where(road, 2, air), 2), return_inverse=True)
    queries = [(names[pair // 3], pair % 3) for pair in distinct.tolist()]
    found_places = [places.locate(name, air=way == 1, road=way == 2, home=home, namesakes=namesakes) if name
                    else places.Place("", places.NOT_FOUND) for name, way in queries]
    columns: dict[str, Values] = {
        c: np.array([getattr(place, c) for place in found_places], dtype=kind) for c, kind in _COLUMNS.items()}
    at = {"from": codes[:len(rows)], "to": codes[len(rows):]}
    located = {f"{end}_{c}": columns[c].take(at[end]) for end in at for c in _COLUMNS}
    distance = great_circle_km(*(located[c] for c in (
        "from_latitude", "from_longitude", "to_latitude", "to_longitude")))
    return rows.assign(**located, great_circle_km=distance)


def without_ends(rows: Rows) -> Rows:
    """Return the trips with the columns of `with_ends` empty: for trips that need no place."""
    texts = {f"{end}_{c}": "" for end in ("from", "to") for c in ("country", "code", "reason", "kind")}
    points = {f"{end}_{c}": np.nan for end in ("from", "to") for c in ("latitude", "longitude")}
    return rows.assign(**texts, **points, great_circle_km=np.nan)


def chosen_namesakes(draft: Draft) -> Draft:
    """Note in `quality` and in a remark where the largest of several towns was taken for an end."""
    rows = draft.rows
    quality, chosen_rows = rows["quality"], np.zeros(len(rows), dtype=bool)
    for end, name in (("from", "origin"), ("to", "destination")):
        reason = rows[f"{end}_reason"]
        hit = by_word(reason, lambda r: r.startswith(places.LARGEST_OF), np.bool_)
        hit = hit & (rows[f"{end}_kind"] == places.TOWN)
        quality = also(quality, pick(hit, name + ": " + reason, ""))
        chosen_rows |= hit
    if not chosen_rows.any():
        return draft
    origin, destination, record = (rows[c][np.argmax(chosen_rows)] for c in ("origin", "destination", "record_id"))
    return draft.assign(quality=quality).warn(
        "namesake_chosen", f"{int(chosen_rows.sum()):,} trips name a town that has namesakes; the largest is taken as "
        f"params declare, e.g. {origin} - {destination} ({record})")
