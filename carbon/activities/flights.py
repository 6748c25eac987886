"""
The haul and cabin of a flight, as the publisher of the factors bands them.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from carbon.activities.draft import Draft
from carbon.activities.rules import PACKAGE
from carbon.core import packaged

AVERAGE = "average"
CABINS = ("economy", "premium_economy", "business", "first")
DOMESTIC = "domestic"
_FIX = "correct the source file"


@cache
def bands() -> pd.DataFrame:
    """
    scheme, haul, activity, cabins, over_km, up_to_km: the hauls that have factors, and for which cabins.
    """
    return packaged.read_csv(PACKAGE, "data/flight_bands.csv", {"over_km": "number", "up_to_km": "number"})


@cache
def _offers(scheme: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    """
    Activity of each haul of a scheme, and the cabins it is published for.
    """
    table = bands()[bands()["scheme"] == scheme]
    hauls = table["haul"].tolist()
    return (dict(zip(hauls, table["activity"].tolist(), strict=True)),
            dict(zip(hauls, [cabins.split() for cabins in table["cabins"].tolist()], strict=True)))


@cache
def uk_hauls() -> dict[str, str]:
    """
    Country -> "domestic", "short_haul" or "long_haul" seen from the United Kingdom (DESNZ, "Haul definition").
    """
    table = packaged.read_csv(PACKAGE, "data/desnz_haul.csv")
    return dict(zip(table["country"], table["haul"], strict=True))


def with_haul(draft: Draft, *, scheme: str) -> Draft:
    """
    Haul of each flight; the band is chosen by the distance between its ends, before any detour.

    desnz: both ends in the UK is domestic; one end there, short or long haul by the other's country; none,
    international. ademe: by distance.
    """
    if scheme == "desnz":
        rows = draft.rows
        draft = draft.assign(haul=_uk_haul(rows["from_country"], rows["to_country"]))
        return draft.reject(draft.rows["haul"] == "", "haul_unknown", "the haul depends on both ends of the flight",
                            "give origin and destination as IATA codes", "origin")
    table = bands()[bands()["scheme"] == scheme]
    km = draft.rows["band_km"].to_numpy()
    position = np.searchsorted(table["up_to_km"].to_numpy(), km, side="left")
    haul = table["haul"].to_numpy()[np.minimum(position, len(table) - 1)]
    return draft.assign(haul=pd.Series(haul, index=draft.rows.index, dtype="str"))


def _uk_haul(origin: pd.Series, destination: pd.Series) -> pd.Series:
    start, end = origin.map(uk_hauls()).fillna(""), destination.map(uk_hauls()).fillna("")
    known = (origin != "") & (destination != "")
    at_home = (start == DOMESTIC).astype(int) + (end == DOMESTIC).astype(int)
    abroad = start.where(end == DOMESTIC, end)
    haul = pd.Series("international", index=origin.index, dtype="str")
    haul = haul.mask(at_home == 1, abroad).mask(at_home == 2, DOMESTIC)
    return haul.where(known, "").astype("str")


def with_cabin(draft: Draft, *, scheme: str) -> Draft:
    """
    The flight's activity: its haul's, for its cabin.

    No cabin given, or economy where the haul has only the average: the average passenger, said in `quality`. Another
    cabin that the haul lacks is rejected.
    """
    rows = draft.rows
    hauls, offers = _offers(scheme)
    cabin = rows["cabin_class"]
    only_average = rows["haul"].isin([haul for haul in hauls if offers[haul] == [AVERAGE]])
    lacking = ~(rows["haul"] + " " + cabin).isin([f"{haul} {c}" for haul in hauls for c in offers[haul]])
    unknown = cabin == ""
    averaged = unknown | ((cabin == "economy") & only_average)
    refused = lacking & ~averaged
    note = pd.Series("", index=rows.index, dtype="str").mask(
        averaged & ~unknown, "only the average passenger is published").mask(unknown, "cabin not given: average")
    used = cabin.mask(averaged, AVERAGE)
    activity = rows["haul"].map(hauls) + "." + used
    draft = draft.assign(activity=activity, quality=also(rows["quality"], note))
    return draft.reject(refused, "cabin_unavailable", "no factor for " + cabin + " on a flight " + rows["haul"], _FIX
                        + ", or choose flight_bands in params that publish this cabin", "cabin_class")


def also(quality: pd.Series, note: pd.Series) -> pd.Series:
    """
    A remark added to what `quality` says already, row by row.
    """
    if not (said := note != "").any():
        return quality
    both = (quality != "") & said
    return quality + pd.Series("; ", index=quality.index, dtype="str").where(both, "") + note
