"""Train or plane: the rule for each trip, the trip that was made, and the gain of every threshold."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pandas as pd

from carbon.core.columns import Rows, distinct_rows
from carbon.core.digital_tables import TRIP
from carbon.core.display import HandsOut, as_html
from carbon.core.errors import MethodError, TableError, UsageError
from carbon.core.exact import exact_sum
from carbon.core.plain_numbers import refuse_no_number
from carbon.core.schemas import FLAG, NUMBER, TEXT, Table
from carbon.core.text import fold
from carbon.core.text_columns import Flags, by_word, pick
from carbon.digital import packaged_tables, rail_times
from carbon.digital.magnitude import about

TRAIN, PLANE, NOT_COVERED, TO_CHECK, SURE = "train", "plane", "not covered", "to check", "sure"
MINUTES_PER_HOUR = 60.0
SHORTEST_FLIGHT_KM = 500.0
TRAIN_FACTOR = "train_kg_per_km"
"""Column of trips that an inventory adds: kg CO2e per passenger-km of the train in place of each flight."""
THRESHOLDS = tuple(2 + 0.5 * n for n in range(17))
DECISION = Table("decision", {
    "trip_id": TEXT, "origin": TEXT, "destination": TEXT, "rule_mode": TEXT, "actual_mode": TEXT, "minutes": NUMBER,
    "kind": TEXT, "error_minutes": NUMBER, "year": NUMBER, "source_id": TEXT,
    "confidence": TEXT, "actual_co2e_kg": NUMBER, "rule_co2e_kg": NUMBER, "best_co2e_kg": NUMBER,
    "best_mode": TEXT, "departure": FLAG, "flag": TEXT,
}, key=("trip_id",), choices={"rule_mode": (TRAIN, PLANE, TO_CHECK, NOT_COVERED)})
"""One trip, one way. departure: the rule asks for the train, surely, and a plane was used. No traveller is named."""


@dataclass(frozen=True, eq=False, repr=False)
class TravelPolicy(HandsOut):
    """Trips judged by one rule [kg CO2e].

    Attributes
    ----------
    table
        `DECISION`.
    departures
        Pairs where the rule asks for the train and planes were taken: trips, kg of both, kg avoidable.
    curve
        The same for every threshold from 2 to 10 hours: train trips, kg, avoided, extra nights, trips to check, and
        trips_without_kg: those moved to the train whose kg are not known, so that what is avoided is "at least".
    """

    hours: float
    contrails: bool
    table: pd.DataFrame
    departures: pd.DataFrame
    curve: pd.DataFrame
    notes: tuple[str, ...]

    @property
    def unknown(self) -> int:
        """Trips whose kilograms are not known, as travelled or by the train that the rule asks for: every sum is then
        "at least".
        """
        return int((~self._has_kg).sum())

    @cached_property
    def _has_kg(self) -> Flags:
        actual, rule = (vars(self)["table"][c].to_numpy() for c in ("actual_co2e_kg", "rule_co2e_kg"))  # only read
        return ~np.isnan(actual + rule)

    def kg(self, what: str) -> float:
        """Sum "actual", "rule" or "best" over the same trips, those with known kg; a trip without a time stays as
        travelled.
        """
        kg, actual = (vars(self)["table"][c].to_numpy()[self._has_kg] for c in (f"{what}_co2e_kg", "actual_co2e_kg"))
        return float(np.where(np.isnan(kg), actual, kg).sum())

    def __repr__(self) -> str:
        actual, rule = (about(self.kg(what), per="", at_least=self.unknown > 0) for what in ("actual", "rule"))
        counts = f"{len(self.table):,} trips, {int(self.table['departure'].sum()):,} departures"
        return f"TravelPolicy(train under {self.hours:g} h: {counts}, {actual} as travelled, {rule} by the rule)"

    def _repr_html_(self) -> str:
        notes = pd.DataFrame({"read with": self.notes})
        return as_html(repr(self), self.departures, notes)


def rule_mode(minutes: float, hours: float) -> str:
    """Return train if minutes < 60 x hours, else plane: exactly N hours is the plane."""
    refuse_no_number("train or plane", over=0, hours=hours)
    if isinstance(minutes, float) and math.isnan(minutes):
        return NOT_COVERED
    refuse_no_number("train or plane", over=0, minutes=minutes)
    return TRAIN if minutes < MINUTES_PER_HOUR * hours else PLANE


def plane_kg_per_km(great_circle: float, *, contrails: bool) -> float:
    """Return kg CO2e per passenger-km by distance band, vehicle included; contrails are 45 % of a short flight.

    Under 500 km the short-haul factor is used (the source has none), and flagged.
    """
    refuse_no_number("factor of a flight", over=0, missing=True, great_circle=great_circle,
                     hint="a leg has two ends that differ")
    if not isinstance(contrails, bool):
        raise UsageError(f"contrails is {contrails!r}", hint="True counts them, False leaves them out")
    return float(_plane_factors(np.array([float(great_circle)]), contrails)[0])


def train_kg_per_km(train: str) -> float:
    """Return kg CO2e per passenger-km of "tgv" or "intercites", vehicle included."""
    if train not in ("tgv", "intercites"):
        raise UsageError(f"Unknown train {train!r}", hint="tgv or intercites")
    return _train_kg_per_km(train)


@cache
def _train_kg_per_km(train: str) -> float:
    table = packaged_tables.load("travel_factors")
    return float(table.loc[table["factor"] == train, ["fuel_kg", "contrails_kg", "build_kg"]].to_numpy().sum())


def travel_policy(
    trips: pd.DataFrame, *, hours: float, contrails: bool, train: str, times: pd.DataFrame | None = None,
    home: Collection[str] = (), train_access_minutes: float = 0.0, night_over_hours: float | None = None,
    hotel_night_kg: float | None = None, thresholds: Sequence[float] = THRESHOLDS,
    timetable: pd.DataFrame | None = None,
) -> TravelPolicy:
    """Judge trips by "train under N hours, otherwise plane".

    Parameters
    ----------
    trips
        `digital_tables.TRIP`: one journey, one way, by train or plane; the columns `nights`, `co2e_kg` and
        `train_kg_per_km` may be absent. `co2e_kg`: what an inventory counts for the journey, and `train_kg_per_km` for
        the trains of its countries, in place of the packaged factors.
    hours
        N. At exactly N hours it is the plane.
    contrails
        Whether the planes' contrails are counted: a choice, printed.
    train
        "tgv" or "intercites": factor of all trains.
    times
        `digital_tables.OD_TIME` of the user, before the published ones; else an estimate inside France, which is
        always "to check".
    train_access_minutes
        Access and waiting, added to each train; 0 compares station to station; the notes state which.
    timetable
        The user's own GTFS, from `records.files.digital.read_gtfs`.
    night_over_hours, hotel_night_kg
        A train longer than this, one way, in place of a plane, needs one more night, at so many kg.

    Raises MethodError: A threshold of zero or less; TableError: Trips that break their contract, are by neither train
    nor plane, or have no length.
    """
    if not hours > 0:
        raise MethodError(f"A threshold of {hours} hours", hint="train under N hours: N over zero")
    checked_trips = Rows(TRIP.validate(_as_trips(trips[[c for c in trips if c != TRAIN_FACTOR]])))
    trains = trips[TRAIN_FACTOR].to_numpy(dtype=np.float64) if TRAIN_FACTOR in trips.columns else np.nan
    number, pairs = distinct_rows(checked_trips.frame(["origin", "destination"]))
    of_pairs = Rows(rail_times.pairs_with_times(pairs, times, home=home, timetable=timetable)).take(number)
    judged = _with_kg(checked_trips.assign(**{TRAIN_FACTOR: trains}, **of_pairs), contrails, train,
                      train_access_minutes)
    longest = MINUTES_PER_HOUR * (math.inf if night_over_hours is None else night_over_hours)
    _, close, under = _near(judged, hours)
    is_unknown = np.isnan(judged["minutes"])
    mode = np.where(is_unknown, NOT_COVERED, np.where(close, TO_CHECK, np.where(under, TRAIN, PLANE))).astype(object)
    departure = (mode == TRAIN) & judged["flown"]
    judged = judged.assign(
        rule_mode=mode, confidence=pick(is_unknown | close, mode, SURE), actual_mode=judged["mode"],
        rule_co2e_kg=np.where(departure, judged["train_kg"], judged["actual_co2e_kg"]), departure=departure)
    curve = pd.DataFrame([_point(judged, n, longest, hotel_night_kg) for n in thresholds])
    return TravelPolicy(hours, contrails, DECISION.validate(judged.arrays(DECISION.columns)), _departures(judged),
                        curve, _notes(judged, contrails, train, train_access_minutes))


def _as_trips(trips: pd.DataFrame) -> pd.DataFrame:
    """Return trips with the optional columns; reject modes other than train and plane, and legs without length."""
    table = trips.assign(**{c: np.nan for c in ("nights", "co2e_kg") if c not in trips})
    if not {"mode", "origin", "destination", "distance_km"} <= set(table.columns):
        return table
    other = ~table["mode"].isin([TRAIN, PLANE])
    if other.any():
        raise TableError(f"{int(other.sum()):,} trips are by neither train nor plane", rows=table[other],
                         hint="the rule is about these two: leave trips by car or bus out of this table, they stay in "
                              "the travel records and the inventory")
    same_place = by_word(table["origin"], fold) == by_word(table["destination"], fold)
    nowhere = same_place | (table["distance_km"] <= 0).to_numpy()
    if nowhere.any():
        raise TableError(f"{int(nowhere.sum()):,} trips have no length", rows=table[nowhere],
                         hint="give two ends that differ, and the distance over zero or left empty")
    return table


def _with_kg(trips: Rows, contrails: bool, train: str, access: float) -> Rows:
    plane, km, counted_kg, minutes = trips["mode"] == PLANE, trips["distance_km"], trips["co2e_kg"], trips["minutes"]
    is_known, has_kg, has_time = ~np.isnan(km), ~np.isnan(counted_kg), ~np.isnan(minutes)
    # Without a known place the distance travelled gives the great circle of its mode.
    direct = trips["great_circle_km"]
    direct = np.where(np.isnan(direct), np.where(plane, km, km / rail_times.RAIL_DETOUR), direct)
    rail = np.where(~plane & is_known, km, rail_times.rail_km(direct))
    plane_kg = np.where(plane & is_known, km, direct) * _plane_factors(direct, contrails)
    factor = trips[TRAIN_FACTOR]
    train_kg = rail * np.where(np.isnan(factor), train_kg_per_km(train), factor)
    # Of the mode taken, as the inventory counts it; the other mode by its factor.
    plane_kg, train_kg = (np.where(has_kg & of, counted_kg, kg) for of, kg in ((plane, plane_kg), (~plane, train_kg)))
    best_mode = pick(has_time & ~np.isnan(train_kg), pick(train_kg <= plane_kg, TRAIN, PLANE), NOT_COVERED)
    return trips.assign(
        minutes=minutes + access, flown=plane, estimated=trips["kind"] == rail_times.ESTIMATE, plane_kg=plane_kg,
        train_kg=train_kg, actual_co2e_kg=np.where(plane, plane_kg, train_kg), best_mode=best_mode,
        best_co2e_kg=np.where(has_time, np.minimum(plane_kg, train_kg), np.nan),
        flag=pick(plane & ~has_kg & (direct < SHORTEST_FLIGHT_KM), "flight under 500 km: short-haul factor", ""))


def _plane_factors(km: np.ndarray, contrails: bool) -> np.ndarray:
    ends, per_km = _bands(contrails)
    return np.where(np.isnan(km), np.nan, np.take(per_km, np.searchsorted(ends, np.nan_to_num(km, nan=0.0))))


@cache
def _bands(contrails: bool) -> tuple[list[float], list[float]]:
    """Return the end of each packaged band of distance but the last [km], and the kg CO2e per passenger-km of each."""
    table = packaged_tables.load("travel_factors")
    table = table[table["factor"].str.startswith("plane")].sort_values("over_km")
    per_km = table["fuel_kg"] + table["build_kg"] + (table["contrails_kg"] if contrails else 0.0)
    return table["up_to_km"].tolist()[:-1], per_km.tolist()


def _near(trips: Rows, hours: float) -> tuple[Flags, Flags, Flags]:
    """Return whether each trip was flown, has an estimate alone, and is under the threshold."""
    return trips["flown"], trips["estimated"], trips["minutes"] < MINUTES_PER_HOUR * hours


def _point(trips: Rows, hours: float, longest: float, night_kg: float | None) -> dict[str, float]:
    by_plane, close, under = _near(trips, hours)
    to_train = by_plane & under & ~close
    gains = (trips["plane_kg"] - trips["train_kg"])[to_train]
    avoided, unweighed = float(np.nansum(gains)), int(np.isnan(gains).sum())
    extra = int((to_train & (trips["minutes"] > longest)).sum())
    nights_kg = extra * night_kg if night_kg is not None else math.nan if extra else 0.0
    return {"hours": float(hours), "trips_to_train": int(to_train.sum()), "avoided_co2e_kg": avoided,
            "extra_nights": extra, "nights_co2e_kg": nights_kg, "net_avoided_co2e_kg": avoided - nights_kg,
            "trips_to_check": int((by_plane & close).sum()),
            "trips_not_covered": int(np.isnan(trips["minutes"]).sum()), "trips_without_kg": unweighed}


def _departures(trips: Rows) -> pd.DataFrame:
    """Return the departures by pair of places; a sum is NaN where a trip has no figure: no figure is not zero."""
    rows = trips.where(trips["departure"])
    groups = rows.groups(["origin", "destination"])
    n, first = len(groups), rows.take(groups.first)
    kg = {}
    for name in ("actual_co2e_kg", "rule_co2e_kg"):
        is_unknown = np.isnan(rows[name])
        sums = exact_sum(np.where(is_unknown, 0.0, rows[name]), groups.number, n)
        kg[name] = np.where(np.bincount(groups.number, weights=is_unknown, minlength=n) > 0, np.nan, sums)
    pairs = first.assign(trips=np.array(groups.counts(), dtype=np.int64), **kg,
                         avoidable_co2e_kg=kg["actual_co2e_kg"] - kg["rule_co2e_kg"])
    return pairs.take(np.argsort(-pairs["avoidable_co2e_kg"], kind="stable")).frame([
        "origin", "destination", "trips", "minutes", "kind", "error_minutes", "year", "source_id", *kg,
        "avoidable_co2e_kg"])


def _notes(trips: Rows, contrails: bool, train: str, access: float) -> tuple[str, ...]:
    kinds = trips.groups(["kind"])
    n_flagged = int((trips["flag"] != "").sum())
    notes = [
        f"contrails {'included' if contrails else 'not counted'}; train: {train} (French grid), Impact CO2",
        f"minutes: {'door to door, access added' if access else 'station to station'}, one way; a best time is not "
        "a typical one",
        "times by kind, in trips: " + ", ".join(f"{k} {n:,}" for k, n in zip(
            kinds.lines(), kinds.counts(), strict=True)),
        f"an estimate is to check: it may be off by {rail_times.ERROR_WITH_PARIS:g} min with Paris at one end, by "
        f"{rail_times.ERROR_ELSEWHERE:g} elsewhere in France",
        "the best mode is printed too: a plane by the rule is not the best",
    ]
    if n_counted := int((~np.isnan(trips["co2e_kg"])).sum()):
        notes.insert(0, f"{n_counted:,} trips with the kilograms that the inventory counts for them; the other mode of "
                        "each by the factors named here")
    if n_trains := int((~np.isnan(trips[TRAIN_FACTOR])).sum()):
        notes.insert(1, f"trains in place of {n_trains:,} flights by the inventory's own factors of their countries")
    if n_flagged:
        notes.append(f"{n_flagged:,} flights under 500 km: the short-haul factor is used")
    missing = int((np.isnan(trips["actual_co2e_kg"]) | np.isnan(trips["rule_co2e_kg"])).sum())
    if missing:
        notes.append(f"{missing:,} trips have neither a known place nor a distance, as taken or by the train in their "
                     "place: not covered, and every sum is at least what it states")
    return tuple(notes)
