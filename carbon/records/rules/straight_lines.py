"""Distances of journeys compared with the straight line between their ends: miles typed as km."""

from __future__ import annotations

import numpy as np
import pandas as pd

from carbon.core.columns import group_codes
from carbon.core.places import great_circle_km, locate
from carbon.core.text_columns import values_of
from carbon.records.rules.shared_checks import in_unit
from carbon.records.rules.sheet import Flags, Floats, Rows, Sheet

SHORTEST, LONGEST = 0.9, 2.0
"""Given distance over great circle between which a flight is plausible."""
LONGEST_RETURN = 1.7
"""The same of a return, whose distance is that of one way."""
_GROUND = ("rail", "coach", "bus", "car")
_SHORT_KM = 50.0
"""Between towns nearer than this the way may begin and end far from where each of them is on the map."""
_PAIRS, _MOST, _SAME = 3, 0.8, 0.1
"""Pairs of ends, share of them, and how far from their median for the distances to be wrong by one ratio."""
_AS_MILES = (1.609344, 1.852)
_NEAR = 0.03
_SOUGHT = 2000
"""Pairs of ends that are looked up."""


def warn_of_flights(sheet: Sheet, km: Floats, rows: Flags) -> None:
    """Add a warning of flights whose distance cannot be flown between two known airports, or is twice too long."""
    table, code = sheet.table, r"[A-Z]{3}"
    rows = rows & (table["mode"] == "air").to_numpy() & ~np.isnan(km)
    rows &= (table["origin"].str.fullmatch(code) & table["destination"].str.fullmatch(code)).to_numpy(dtype=bool)
    line = np.full(len(table), np.nan)
    line[rows] = _lines(sheet, np.flatnonzero(rows), air=True)[0]
    # A return whose distance is that of both ways would count four legs.
    longest = np.where(table["return"].to_numpy(), LONGEST_RETURN, LONGEST)
    with np.errstate(divide="ignore", invalid="ignore"):
        odd = (km / line < SHORTEST) | (km / line > longest)
    sheet.warn_at(odd, "distance_implausible.flights", km=km, line=line)


def check_straight_lines(sheet: Sheet) -> None:
    """Refuse distances that are all shorter than straight lines by one ratio, or flights longer by that of miles to km.

    Single journeys on the ground add a warning (flights: `warn_of_flights`).

    Raises FileRefused: `distance_unit_doubtful`; not where params declare the `distance_unit`.
    """
    table, km = sheet.table, in_unit(sheet.table, "distance", "distance_unit", "km")
    known_rows = sheet.sound_rows & ~np.isnan(km) & (km > 0)
    known_rows &= (table["origin"] != "").to_numpy(dtype=bool) & (table["destination"] != "").to_numpy(dtype=bool)
    mode, names = pd.factorize(values_of(table["mode"]), use_na_sentinel=False)
    for modes in (("air",), _GROUND):
        rows = np.flatnonzero(known_rows & np.array([name in modes for name in names], dtype=bool)[mode])
        if len(rows):
            _check(sheet, km[rows], rows, air=modes == ("air",))


def _check(sheet: Sheet, km: Floats, rows: Rows, *, air: bool) -> None:
    line, pair = _lines(sheet, rows, air=air, most=_SOUGHT)
    far = np.flatnonzero(line > _SHORT_KM)
    if not len(far):
        return
    ratio = km[far] / line[far]
    first = np.unique(pair[far], return_index=True)[1]
    usual = float(np.median(ratio[first]))
    same_ratio = len(first) >= _PAIRS and np.mean(np.abs(ratio[first] / usual - 1) < _SAME) >= _MOST
    short = ratio < SHORTEST
    options = vars(sheet.options)
    declared = any("distance_unit" in options[option] for option in ("constants", "columns", "values"))
    miles = air and any(abs(usual / m - 1) < _NEAR for m in _AS_MILES)
    unclear = same_ratio and not declared and (usual < SHORTEST or miles)
    if not unclear and (air or not short.any()):
        return
    at = far[int(np.argmax(short))]
    words = {"usual": usual, "row": sheet.table.iloc[rows[at]], "km": km[at], "line": line[at]}
    if unclear:
        raise sheet.refusal("distance_unit_doubtful", **words)
    sheet.warn_of("distance_implausible.ground", rows=int(short.sum()), **words)


def _lines(sheet: Sheet, rows: Rows, *, air: bool, most: int | None = None) -> tuple[Floats, Rows]:
    """Return the great circle [km] between the ends of some rows, NaN where one is unclear, and a number a pair."""
    ends = [values_of(sheet.table[c]).take(rows) for c in ("origin", "destination")]
    pair = group_codes(ends)
    at = np.unique(pair, return_index=True)[1]
    circle = np.full(len(at), np.nan)
    origins, destinations = (e.take(at[:most]).tolist() for e in ends)
    project = sheet.project
    places = {n: locate(n, air=air, home=project.home, namesakes=project.namesakes) for n in {*origins, *destinations}}
    for i, (a, b) in enumerate(zip(origins, destinations, strict=True)):
        start, end = places[a], places[b]
        if start.found and end.found:
            circle[i] = float(great_circle_km(start.latitude, start.longitude, end.latitude, end.longitude))
    return circle[np.searchsorted(pair[at], pair)], pair
