"""The haul and cabin of a flight, as the publisher of the factors bands them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd

from carbon.activities.classification.charts import PACKAGE
from carbon.activities.draft import Draft
from carbon.core import packaged
from carbon.core.text_columns import Values, among, by_word, pick
from carbon.params.shapes.company import CompanyParams
from carbon.params.shapes.travel import FlightBand

AVERAGE = "average"
DOMESTIC = "domestic"
OWN = "own"
FROM_LOWER_LIMIT = ("epa",)
"""Schemes whose bands hold their lower limit (">= 300 miles, < 2300 miles") and not their upper one."""
_FIX = "correct the source file"


@cache
def bands() -> pd.DataFrame:
    """Load the hauls that have factors, and for which cabins: scheme, haul, activity, cabins, over_km, up_to_km."""
    return packaged.read_csv(PACKAGE, "data/flight_bands.csv", {"over_km": "number", "up_to_km": "number"})


@cache
def _offers(scheme: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return the activity of each haul of a scheme, and the cabins it is published for."""
    table = bands()[bands()["scheme"] == scheme]
    hauls = table["haul"].tolist()
    return (dict(zip(hauls, table["activity"].tolist(), strict=True)),
            dict(zip(hauls, [cabins.split() for cabins in table["cabins"].tolist()], strict=True)))


@cache
def uk_hauls() -> dict[str, str]:
    """Load country -> "domestic", "short_haul" or "long_haul" from the United Kingdom (DESNZ, "Haul definition")."""
    table = packaged.read_csv(PACKAGE, "data/desnz_haul.csv")
    return dict(zip(table["country"], table["haul"], strict=True))


def with_activity(draft: Draft, params: CompanyParams) -> Draft:
    """Set the activity of each flight, by the bands that params declare."""
    if params.travel.flight_bands == OWN:
        return _by_own_bands(draft, params.flight_bands)
    return with_cabin(with_haul(draft, scheme=params.travel.flight_bands), scheme=params.travel.flight_bands)


def _by_own_bands(draft: Draft, own_bands: Sequence[FlightBand]) -> Draft:
    """Set the activity of the company's own band of the distance and cabin; a cabin without bands is rejected."""
    cabins = {b.cabin: sorted((x for x in own_bands if x.cabin == b.cabin), key=lambda x: x.over_km) for b in own_bands}
    unknown = draft.rows["cabin_class"] == ""
    draft = draft.assign(haul=pick(unknown, AVERAGE, draft.rows["cabin_class"]),
                         quality=also(draft.rows["quality"], pick(unknown, "cabin not given: average", "")))
    draft = draft.reject(~among(draft.rows["haul"], cabins), "cabin_unavailable",
                         lambda gone: "no band of the company is for cabin " + gone["haul"],
                         f"give one of {', '.join(cabins)}, or add the cabin to flight_bands.csv", "cabin_class")
    rows = draft.rows
    activity = np.full(len(rows), "", dtype=object)
    for cabin, bands_ in cabins.items():
        at = rows["haul"] == cabin
        position = np.searchsorted([b.up_to_km for b in bands_], rows["band_km"][at], side="left")
        activity[at] = np.array([b.name for b in bands_], dtype=object)[position]
    return draft.assign(activity=activity)


def with_haul(draft: Draft, *, scheme: str) -> Draft:
    """Set the haul of each flight; the band is chosen by the distance between its ends, before any detour.

    desnz: both ends in the UK is domestic; one end there, short or long haul by the other's country; none,
    international. ademe: by distance, a band up to and with its upper limit; epa: by distance, a band from and with its
    lower limit.
    """
    if scheme == "desnz":
        rows = draft.rows
        draft = draft.assign(haul=_uk_haul(rows["from_country"], rows["to_country"]))
        return draft.reject(draft.rows["haul"] == "", "haul_unknown", "the haul depends on both ends of the flight",
                            "give origin and destination as IATA codes, or choose travel.flight_bands in params that "
                            "go by distance: ademe, epa or own", "origin")
    up_to_km, haul = _bands_of(scheme)
    position = np.searchsorted(up_to_km, draft.rows["band_km"], side="right" if scheme in FROM_LOWER_LIMIT else "left")
    return draft.assign(haul=haul[np.minimum(position, len(haul) - 1)])


@cache
def _bands_of(scheme: str) -> tuple[Values, Values]:
    """Return upper end [km] and haul of each band of a scheme."""
    table = bands()[bands()["scheme"] == scheme]
    return table["up_to_km"].to_numpy(), table["haul"].to_numpy(dtype=object)


def _uk_haul(origin: Values, destination: Values) -> Values:
    start, end = (by_word(country, lambda c: uk_hauls().get(c, "")) for country in (origin, destination))
    abroad = pick(end == DOMESTIC, start, end)
    at_home = (start == DOMESTIC).astype(int) + (end == DOMESTIC).astype(int)
    haul = pick(at_home == 2, DOMESTIC, pick(at_home == 1, abroad, "international"))
    return pick((origin != "") & (destination != ""), haul, "")


def with_cabin(draft: Draft, *, scheme: str) -> Draft:
    """Set the flight's activity: its haul's, for its cabin.

    No cabin given, or economy where the haul has only the average: the average passenger, noted in `quality`. Another
    cabin that the haul lacks is rejected.
    """
    hauls, offers = _offers(scheme)
    haul, cabin = draft.rows["haul"], draft.rows["cabin_class"]
    unknown = cabin == ""
    averaged = unknown | ((cabin == "economy") & among(haul, [h for h in hauls if offers[h] == [AVERAGE]]))
    offered = among(haul + " " + cabin, [f"{h} {c}" for h in hauls for c in offers[h]])
    note = pick(unknown, "cabin not given: average", pick(averaged, "only the average passenger is published", ""))
    activity = by_word(haul, hauls.__getitem__) + "." + pick(averaged, AVERAGE, cabin)
    draft = draft.assign(activity=activity, quality=also(draft.rows["quality"], note))
    return draft.reject(
        ~offered & ~averaged, "cabin_unavailable",
        lambda gone: "no factor for " + gone["cabin_class"] + " on a flight " + gone["haul"],
        _FIX + ", or choose flight_bands in params that publish this cabin", "cabin_class")


def also(quality: Values, note: Values) -> Values:
    """Add a remark to those that `quality` already holds, row by row."""
    has_note = note != ""
    if not has_note.any():
        return quality
    earlier, added = quality[has_note], note[has_note]
    joined = quality.copy()
    joined[has_note] = earlier + pick(earlier != "", "; ", "") + added
    return joined
