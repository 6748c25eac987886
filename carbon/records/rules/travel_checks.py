"""Checks of journeys and hotel nights: what they cannot be, what a blank means, tickets exchanged, miles as km."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from carbon.core import vocabulary
from carbon.core.columns import group_codes
from carbon.core.places import DOOR_TO_DOOR, great_circle_km, locate
from carbon.core.text import fold
from carbon.core.text_columns import Flags, Floats, Rows, Texts, texts_at, values_of
from carbon.core.vocabulary import is_word
from carbon.records.grids.cells import by_cell
from carbon.records.kinds.measures import by_litres, paid_only
from carbon.records.rules.plausibility import warn_of_returns
from carbon.records.rules.sheet import MOST_WORDS, Sheet, in_unit
from carbon.records.values.dates import parse_days

LONGEST_KM = 20_040
"""Half the Earth's circumference: no leg between two places is longer."""
_TELLING = ("air", "bicycle", "bus", "car", "ferry", "hotel", "van", "walk")
"""Modes whose French words are of French alone: an English file may name a TGV."""
DRIVEN = ("car", "van", "motorbike")
"""Modes whose fuel may replace a distance."""
_MOST = 1e9
"""No row counts so many people or trips: beyond it the number is of another column."""


def with_modes(sheet: Sheet) -> pd.DataFrame:
    """Return the table with the word of the mode in its parts: "rail.ter" is a train, and `mode_detail` ter.

    A detail in a column of its own must be the same. "car" is a coach in French and a car in English: next to French
    words it is a coach where the file has another word for cars, and asked about where it has none.
    """
    table = sheet.table
    code, words = pd.factorize(values_of(table["mode"]), use_na_sentinel=False)
    parts = [str(word).partition(".") for word in words]
    mode, of_word = (np.array([part[at] for part in parts], dtype=object).take(code) for at in (0, 2))
    _tell_coaches(sheet, mode)
    stated_details = np.asarray(values_of(table["mode_detail"]), dtype=object)
    differs = (of_word != "") & (stated_details != "") & (of_word != stated_details)
    sheet.fault(differs, "mode_detail", "mode_conflict")
    detail = np.where(stated_details == "", of_word, stated_details)
    coded = {name: pd.factorize(v, use_na_sentinel=False) for name, v in (("mode", mode), ("mode_detail", detail))}
    return table.assign(**{name: texts_at(words, codes, like=table) for name, (codes, words) in coded.items()})


def _tell_coaches(sheet: Sheet, mode: Texts) -> None:
    """Turn "car" into a coach, or ask, where the other words of the column are French; params may give its meaning."""
    if "mode" not in sheet.raw or "car" in {fold(word) for word in vars(sheet.options)["values"].get("mode", {})}:
        return
    cells = sheet.raw["mode"].distinct
    folded = [fold(text) for text in cells.texts.to_pylist()]
    list_name = sheet.contract.name_of["mode"].words
    french, english = ({word: of_language[word] for word in folded if word in of_language and word != "car"}
                       for of_language in (vocabulary.words_of_language(list_name, code) for code in ("fr", "en")))
    modes_told = {meaning.partition(".")[0] for meaning in french.values()} & set(_TELLING)
    if "car" not in folded or not modes_told:
        return
    car_rows = np.array([word == "car" for word in folded], dtype=bool)[cells.codes]
    mixed = any(meaning.partition(".")[0] in ("air", "car") for meaning in english.values())
    if "car" in modes_told and not mixed:
        mode[car_rows] = "coach"
    else:
        sheet.fault(car_rows, "mode", "mode_unclear")


def with_counts(sheet: Sheet) -> pd.DataFrame:
    """Return the table with a night in a hotel, or a fare, as one trip of one person where both are blank."""
    table = sheet.table
    # A fare is what it is, however many shared the taxi.
    one = (table["mode"] == "hotel").to_numpy() | paid_only(table)
    blank = {c: one & np.isnan(table[c].to_numpy()) for c in ("passengers", "trips")}
    return table.assign(**{c: np.where(at, 1.0, table[c].to_numpy()) for c, at in blank.items() if at.any()})


def drop_train_classes(sheet: Sheet) -> None:
    """Drop the faults of classes of trains, which change nothing: "2nde" is a remark. Unknown classes stay rejects."""
    table, faults = sheet.table, sheet.fault_lines
    if faults.empty:
        return
    (mode, modes), (value, values) = (pd.factorize(values_of(column), use_na_sentinel=False)
                                      for column in (table["mode"], faults["value"]))
    ground = np.array([m not in ("", "air") for m in modes], dtype=bool)[mode]
    idle = (faults["code"] == "cabin_class_unknown").to_numpy() & ground[faults["row"].to_numpy(dtype=np.intp)]
    idle &= np.array([is_word(fold(v), "row train class") for v in values], dtype=bool)[value]
    if idle.any():
        sheet.warn_of("class_unread", rows=int(idle.sum()), first=faults.loc[idle, "value"].iloc[0])
        sheet.fault_lines = faults[~idle].reset_index(drop=True)


def check_journeys(sheet: Sheet) -> None:
    """Add a fault for places, distances, litres, fares, nights and counts that no journey and no stay has."""
    table = sheet.table
    columns = ("distance", "amount", "nights", "passengers", "trips")
    distance, fares, nights, passengers, trips = (table[c].to_numpy() for c in columns)
    hotel, has_distance = (table["mode"] == "hotel").to_numpy(), ~np.isnan(distance)
    going = ~hotel & sheet.not_excluded & (table["mode"] != "").to_numpy()
    faulty = sheet.faulty("distance")
    moving = going & ~(paid_only(table) & ~faulty)
    _check_places(sheet, moving & ~has_distance & ~faulty)
    _check_fuel(sheet, moving & has_distance)
    sheet.fault(moving & has_distance & (table["distance_unit"] == "").to_numpy() & ~sheet.faulty("distance_unit"),
                "distance_unit", "distance_unit_missing")
    km = in_unit(table, "distance", "distance_unit", "km")
    impossible = moving & has_distance & ((km <= 0) | (km > LONGEST_KM))  # NaN, and so neither, of litres
    sheet.fault(impossible, "distance", "distance_impossible.leg", most=LONGEST_KM)
    warn_of_returns(sheet, moving)
    if (fares > 0).any():
        counts = (trips > 0) & (passengers > 0) & ((distance > 0) | ~has_distance)
        sheet.fault(moving & counts & (fares < 0), "amount", "refund_suspected")
    staying = hotel & sheet.not_excluded & ~sheet.faulty("nights")
    sheet.fault(staying & np.isnan(nights), "nights", "nights_missing")
    sheet.fault(staying & (nights <= 0), "nights", "nights_impossible")
    sheet.warn_at(staying & (nights != np.trunc(nights)) & ~np.isnan(nights), "nights_odd")
    _warn_of_unread_ends(sheet, staying, nights)
    negative = (passengers < 0) & (trips < 0)
    for column, values in (("passengers", passengers), ("trips", trips)):
        blank = moving & np.isnan(values) & ~sheet.faulty(column)
        sheet.fault(blank, column, "{column}_missing", column=column)
        sheet.fault(moving & ((np.abs(values) > _MOST) | negative), column, "count_impossible")
        sheet.warn_at(moving & ((values <= 0) | (values != np.trunc(values))) & ~np.isnan(values), "{column}_odd",
                      column=column)


def _warn_of_unread_ends(sheet: Sheet, staying: Flags, nights: Floats) -> None:
    """Warn of nights that are more than up to a day of departure, and of ways that end where they began: "A-B-A"."""
    first, one_way = sheet.table["period_start"].to_numpy().astype("datetime64[D]"), ~sheet.table["return"].to_numpy()
    for position, heading, _ in sheet.unread_columns:
        if len((distinct := sheet.body.columns[position].distinct).texts) <= MOST_WORDS:
            days = parse_days(distinct, date_format=sheet.options.date_format).first[distinct.codes] - first
            known = staying & ((days := days.astype(float)) > 0)
            sheet.warn_at(known & (nights > days) & (nights == days)[known].any(), "nights_odd.days", heading=heading)
            back = sheet.rows_where(position, _is_back)
            sheet.warn_at(back & one_way & (sheet.table["distance"] > 0).to_numpy(), "return_unread", heading=heading)


def _is_back(text: str) -> bool:
    places = [fold(place) for place in re.split("[-/>→]", text)]
    return len(places) > 2 and places[0] == places[-1] != places[1] and places[0].isalpha()


def _check_fuel(sheet: Sheet, rows: Flags) -> None:
    """Check litres instead of a distance: only for a car's own fuel, which must be named, and the whole journey."""
    table = sheet.table
    fuel = rows & by_litres(table)
    if not fuel.any():
        return
    driven = table["mode"].isin(DRIVEN).to_numpy()
    sheet.fault(fuel & ~driven, "distance_unit", "unit_dimension.litres")
    fuel &= driven
    sheet.fault(fuel & (table["fuel"] == "").to_numpy() & ~sheet.faulty("fuel"), "fuel", "fuel_missing")
    sheet.fault(fuel & table["return"].to_numpy(), "return", "litres_ambiguous")
    sheet.fault(fuel & (table["distance"] <= 0).to_numpy(), "distance", "distance_impossible.litres")


def _check_places(sheet: Sheet, rows: Flags) -> None:
    """Add a fault where no distance is given and an end is not a place whose distance can be computed."""
    if not rows.any():
        return
    table, project = sheet.table, sheet.project
    way = np.where(table["mode"].isin(DOOR_TO_DOOR), 2, table["mode"] == "air")
    bad = np.zeros(len(table), dtype=bool)
    for column in ("origin", "destination"):
        code, names = pd.factorize(values_of(table[column]), use_na_sentinel=False)
        for by in (0, 1, 2):
            of_mode = rows & (way == by)
            for one in pd.unique(code[of_mode]).tolist():
                place = locate(names[one], air=by == 1, road=by == 2, home=project.home, namesakes=project.namesakes)
                if not place.found:
                    at = of_mode & (code == one)
                    sheet.fault(at, column, "{place}", place=place.code or "place_unknown", reason=place.reason)
                    bad |= at
    both_ends = np.flatnonzero(rows & ~bad)
    ends = (np.asarray(values_of(table[c]).take(both_ends), dtype=object) for c in ("origin", "destination"))
    same_place = np.zeros(len(table), dtype=bool)
    same_place[both_ends] = np.equal(*ends)
    sheet.fault(same_place, "destination", "distance_impossible.same_place")


def flag_tickets(sheet: Sheet) -> None:
    """Add a fault for each journey whose ticket another row reissues.

    It is the journey of the same ends, or every one of the ticket where none has them; one that is taken back is left.
    """
    position_of = {name: position for position, _, key in reversed(sheet.headed_columns)
                   for name in ("ticket", "original ticket") if is_word(key, f"heading {name}")}
    if "ticket" not in position_of:
        return
    sound_rows = sheet.sound_rows
    ticket = by_cell(sheet.body.columns[position_of["ticket"]], fold)
    kinds = [sheet.rows_stating(position, "issued again") for position, _, key in sheet.headed_columns
             if is_word(key, "heading kind of ticket")]
    again = np.logical_or.reduce([np.zeros(len(sheet), dtype=bool), *kinds]) & sound_rows
    old = np.full(len(sheet), "", dtype=object)
    if "original ticket" in position_of:
        old = by_cell(sheet.body.columns[position_of["original ticket"]], fold)
        again |= (old != "") & (old != ticket) & sound_rows
    if again.any():
        replaced = np.where(old != "", old, ticket)
        rows = _replaced(sheet.table, ticket, replaced, again, sound_rows & ~again)
        sheet.fault_at(rows, position_of["ticket"], "ticket_replaced")


def _replaced(table: pd.DataFrame, ticket: Texts, replaced: Texts, again: Flags, first: Flags) -> Rows:
    back = {t for column in ("trips", "passengers") for t in ticket[(table[column] < 0).to_numpy(dtype=bool)].tolist()}
    origin, destination = (table[c].to_numpy(dtype=object) for c in ("origin", "destination"))
    ends: dict[str, set[tuple[str, str]]] = {}
    for i in np.flatnonzero(again).tolist():
        ends.setdefault(replaced[i], set()).add((origin[i], destination[i]))
    of_exchanged = pd.Series(ticket).isin([t for t in ends if t and t not in back]).to_numpy()
    rows = np.flatnonzero(first & of_exchanged)  # only rows of exchanged tickets, which are few
    same_ends = pd.Series([(origin[i], destination[i]) in ends[ticket[i]] for i in rows.tolist()], dtype=bool)
    has_same = same_ends.groupby(ticket[rows]).transform("any").to_numpy(dtype=bool)
    return np.asarray(rows[same_ends.to_numpy() | ~has_same])


SHORTEST, LONGEST = 0.9, 2.0
"""Given distance over great circle between which a flight is plausible."""
LONGEST_RETURN = 1.7
"""The same of a return, whose distance is that of one way."""
_GROUND = ("rail", "coach", "bus", "car")
_SHORT_KM = 50.0
"""Between towns nearer than this the way may begin and end far from where each of them is on the map."""
_PAIRS, _MOST_ALIKE, _SAME = 3, 0.8, 0.1
"""Pairs of ends, share of them, and how far from their median for the distances to be wrong by one ratio."""
_AS_MILES = (1.609344, 1.852)
_NEAR = 0.03
_SOUGHT = 2000
"""Pairs of ends on the ground that are looked up."""


def check_straight_lines(sheet: Sheet) -> None:
    """Refuse distances that are all shorter than straight lines by one ratio, or flights longer by that of miles to km.

    Single journeys that are shorter, and flights that are twice too long, add a warning.

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
    line, pair = _lines(sheet, rows, air=air)
    far = np.flatnonzero(line > (0 if air else _SHORT_KM))
    if not len(far):
        return
    ratio = km[far] / line[far]
    first = np.unique(pair[far], return_index=True)[1]
    usual = float(np.median(ratio[first]))
    same_ratio = len(first) >= _PAIRS and np.mean(np.abs(ratio[first] / usual - 1) < _SAME) >= _MOST_ALIKE
    # A return whose distance is that of both ways would count four legs.
    longest = np.where(sheet.table["return"].to_numpy()[rows[far]], LONGEST_RETURN, LONGEST)
    odd = (ratio < SHORTEST) | (air & (ratio > longest))
    options = vars(sheet.options)
    declared = any("distance_unit" in options[option] for option in ("constants", "columns", "values"))
    miles = air and any(abs(usual / m - 1) < _NEAR for m in _AS_MILES)
    unclear = same_ratio and not declared and (usual < SHORTEST or miles)
    if not unclear and not odd.any():
        return
    at = far[int(np.argmax(odd))]
    words = {"usual": usual, "row": sheet.table.iloc[rows[at]], "km": km[at], "line": line[at]}
    if unclear:
        raise sheet.refusal("distance_unit_doubtful", **words)
    sheet.warn_of("distance_implausible.flights" if air else "distance_implausible.ground", rows=int(odd.sum()),
                  **words)


def _lines(sheet: Sheet, rows: Rows, *, air: bool) -> tuple[Floats, Rows]:
    """Return the great circle [km] between the ends of some rows, NaN where one is unclear, and a number a pair."""
    ends = [values_of(sheet.table[c]).take(rows) for c in ("origin", "destination")]
    pair = group_codes(ends)
    at = np.unique(pair, return_index=True)[1]
    circle = np.full(len(at), np.nan)
    origins, destinations = (e.take(at if air else at[:_SOUGHT]).tolist() for e in ends)
    project = sheet.project
    places = {n: locate(n, air=air, home=project.home, namesakes=project.namesakes) for n in {*origins, *destinations}}
    for i, (start, end) in enumerate((places[a], places[b]) for a, b in zip(origins, destinations, strict=True)):
        if start.found and end.found:
            circle[i] = float(great_circle_km(start.latitude, start.longitude, end.latitude, end.longitude))
    return circle[np.searchsorted(pair[at], pair)], pair
