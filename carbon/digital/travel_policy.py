"""Train or plane: the rule for each trip, the trip that was made, and the gain of every threshold."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.digital_tables import TRIP
from carbon.core.display import HandsOut, as_html
from carbon.core.errors import MethodError, TableError, UsageError
from carbon.core.plain_numbers import refuse_no_number
from carbon.core.schemas import FLAG, NUMBER, TEXT, Table
from carbon.core.text import fold
from carbon.digital import packaged_tables, rail_times
from carbon.digital.magnitude import about

TRAIN, PLANE, NOT_COVERED, TO_CHECK, SURE = "train", "plane", "not covered", "to check", "sure"
MINUTES_PER_HOUR = 60.0
SHORTEST_FLIGHT_KM = 500.0
TRAIN_FACTOR = "train_kg_per_km"
"""Column of trips that an inventory adds: kg CO2e per passenger-km of the train in place of each flight."""
THRESHOLDS = tuple(2 + 0.5 * n for n in range(17))
Flags = npt.NDArray[np.bool_]
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
    def _has_kg(self) -> pd.Series:
        table = self.table
        return table["actual_co2e_kg"].notna() & table["rule_co2e_kg"].notna()

    def kg(self, what: str) -> float:
        """Sum "actual", "rule" or "best" over the same trips, those with known kg; a trip without a time stays as
        travelled.
        """
        rows = self.table.loc[self._has_kg, [f"{what}_co2e_kg", "actual_co2e_kg"]]
        return float(rows.iloc[:, 0].fillna(rows.iloc[:, 1]).sum())

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
    table = packaged_tables.load("travel_factors")
    if train not in ("tgv", "intercites"):
        raise UsageError(f"Unknown train {train!r}", hint="tgv or intercites")
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
    checked_trips = TRIP.validate(_as_trips(trips.drop(columns=TRAIN_FACTOR, errors="ignore")))
    trains = trips[TRAIN_FACTOR].to_numpy() if TRAIN_FACTOR in trips.columns else np.nan
    checked_trips = checked_trips.assign(**{TRAIN_FACTOR: trains})
    keys = ["origin", "destination"]
    pairs = rail_times.pairs_with_times(checked_trips[keys].drop_duplicates(), times, home=home, timetable=timetable)
    trips_with_kg = _with_kg(checked_trips.merge(pairs, on=keys, how="left", validate="many_to_one"), contrails, train,
                             train_access_minutes)
    longest = MINUTES_PER_HOUR * (math.inf if night_over_hours is None else night_over_hours)
    mode, confidence = _judged(trips_with_kg, hours)
    departure = (mode == TRAIN) & (trips_with_kg["mode"] == PLANE)
    rule_kg = trips_with_kg["actual_co2e_kg"].mask(departure, trips_with_kg["train_kg"])
    table = DECISION.validate(trips_with_kg.assign(
        rule_mode=mode, confidence=confidence, actual_mode=trips_with_kg["mode"], rule_co2e_kg=rule_kg,
        departure=departure)[list(DECISION.columns)])
    curve = pd.DataFrame([_point(trips_with_kg, n, longest, hotel_night_kg) for n in thresholds])
    return TravelPolicy(hours, contrails, table, _departures(table), curve,
                        _notes(trips_with_kg, table, contrails, train, train_access_minutes))


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
    same_place = table["origin"].map(fold) == table["destination"].map(fold)
    nowhere = same_place | (table["distance_km"] <= 0)
    if nowhere.any():
        raise TableError(f"{int(nowhere.sum()):,} trips have no length", rows=table[nowhere],
                         hint="give two ends that differ, and the distance over zero or left empty")
    return table


def _with_kg(table: pd.DataFrame, contrails: bool, train: str, access: float) -> pd.DataFrame:
    table = table.assign(minutes=table["minutes"] + access)
    plane, travelled_km = table["mode"] == PLANE, table["distance_km"]
    # Without a known place the distance travelled gives the great circle of its mode.
    direct = table["great_circle_km"].fillna(travelled_km.where(plane, travelled_km / rail_times.RAIL_DETOUR))
    rail = travelled_km.where(~plane & travelled_km.notna(), rail_times.rail_km(direct))
    plane_kg = travelled_km.where(plane & travelled_km.notna(), direct) * _plane_factors(direct.to_numpy(), contrails)
    train_kg = rail * table[TRAIN_FACTOR].fillna(train_kg_per_km(train))
    has_kg = table["co2e_kg"].notna()  # of the mode taken, as the inventory counts it; the other mode by its factor
    plane_kg = plane_kg.mask(has_kg & plane, table["co2e_kg"])
    train_kg = train_kg.mask(has_kg & ~plane, table["co2e_kg"])
    has_time = table["minutes"].notna()
    return table.assign(
        flown=plane, estimated=table["kind"] == rail_times.ESTIMATE, plane_kg=plane_kg, train_kg=train_kg,
        actual_co2e_kg=plane_kg.where(plane, train_kg),
        best_co2e_kg=np.minimum(plane_kg, train_kg).where(has_time),
        best_mode=pd.Series(np.where(train_kg <= plane_kg, TRAIN, PLANE), index=table.index).where(
            has_time & train_kg.notna(), NOT_COVERED).astype("str"),
        flag=pd.Series("", index=table.index, dtype="str").mask(
            plane & ~has_kg & (direct < SHORTEST_FLIGHT_KM), "flight under 500 km: short-haul factor"))


def _plane_factors(km: np.ndarray, contrails: bool) -> np.ndarray:
    table = packaged_tables.load("travel_factors")
    table = table[table["factor"].str.startswith("plane")].sort_values("over_km")
    per_km = table["fuel_kg"] + table["build_kg"] + (table["contrails_kg"] if contrails else 0.0)
    band = np.searchsorted(table["up_to_km"].iloc[:-1].to_numpy(), np.nan_to_num(km, nan=0.0), side="left")
    return np.where(np.isnan(km), np.nan, per_km.to_numpy()[band])


def _judged(trips: pd.DataFrame, hours: float) -> tuple[pd.Series, pd.Series]:
    _, close, under = _near(trips, hours)
    words = np.select([trips["minutes"].isna(), close, under], [NOT_COVERED, TO_CHECK, TRAIN], default=PLANE)
    mode = pd.Series(words, index=trips.index, dtype="str")
    confidence = mode.where(mode.isin([TO_CHECK, NOT_COVERED]), SURE).astype("str")
    return mode, confidence


def _near(trips: pd.DataFrame, hours: float) -> tuple[Flags, Flags, Flags]:
    """Return whether each trip was flown, has an estimate alone, and is under the threshold."""
    return (trips["flown"].to_numpy(), trips["estimated"].to_numpy(),
            trips["minutes"].to_numpy() < MINUTES_PER_HOUR * hours)


def _point(trips: pd.DataFrame, hours: float, longest: float, night_kg: float | None) -> dict[str, float]:
    by_plane, close, under = _near(trips, hours)
    to_train = by_plane & under & ~close
    gains = (trips["plane_kg"].to_numpy() - trips["train_kg"].to_numpy())[to_train]
    avoided, unweighed = float(np.nansum(gains)), int(np.isnan(gains).sum())
    extra = int((to_train & (trips["minutes"].to_numpy() > longest)).sum())
    nights_kg = extra * night_kg if night_kg is not None else math.nan if extra else 0.0
    return {"hours": float(hours), "trips_to_train": int(to_train.sum()), "avoided_co2e_kg": avoided,
            "extra_nights": extra, "nights_co2e_kg": nights_kg, "net_avoided_co2e_kg": avoided - nights_kg,
            "trips_to_check": int((by_plane & close).sum()),
            "trips_not_covered": int(trips["minutes"].isna().sum()), "trips_without_kg": unweighed}


def _departures(table: pd.DataFrame) -> pd.DataFrame:
    """Return the departures by pair of places; a sum is NaN where a trip has no figure: no figure is not zero."""
    rows = table[table["departure"]]
    groups = rows.groupby(["origin", "destination"])
    pairs = groups[["minutes", "kind", "error_minutes", "year", "source_id"]].first()
    pairs.insert(0, "trips", groups.size())
    pairs = pairs.assign(**{kg: groups[kg].agg(math.fsum) for kg in ("actual_co2e_kg", "rule_co2e_kg")}).reset_index()
    pairs["avoidable_co2e_kg"] = pairs["actual_co2e_kg"] - pairs["rule_co2e_kg"]
    return pairs.sort_values(["avoidable_co2e_kg", "origin"], ascending=[False, True], ignore_index=True)


def _notes(trips: pd.DataFrame, table: pd.DataFrame, contrails: bool, train: str, access: float) -> tuple[str, ...]:
    kinds = table["kind"].value_counts().sort_index()
    n_flagged = int((table["flag"] != "").sum())
    notes = [
        f"contrails {'included' if contrails else 'not counted'}; train: {train} (French grid), Impact CO2",
        f"minutes: {'door to door, access added' if access else 'station to station'}, one way; a best time is not "
        "a typical one",
        "times by kind, in trips: " + ", ".join(f"{k} {n:,}" for k, n in kinds.items()),
        f"an estimate is to check: it may be off by {rail_times.ERROR_WITH_PARIS:g} min with Paris at one end, by "
        f"{rail_times.ERROR_ELSEWHERE:g} elsewhere in France",
        "the best mode is printed too: a plane by the rule is not the best",
    ]
    if n_counted := int(trips["co2e_kg"].notna().sum()):
        notes.insert(0, f"{n_counted:,} trips with the kilograms that the inventory counts for them; the other mode of "
                        "each by the factors named here")
    if n_trains := int(trips[TRAIN_FACTOR].notna().sum()):
        notes.insert(1, f"trains in place of {n_trains:,} flights by the inventory's own factors of their countries")
    if n_flagged:
        notes.append(f"{n_flagged:,} flights under 500 km: the short-haul factor is used")
    missing = int((table["actual_co2e_kg"].isna() | table["rule_co2e_kg"].isna()).sum())
    if missing:
        notes.append(f"{missing:,} trips have neither a known place nor a distance, as taken or by the train in their "
                     "place: not covered, and every sum is at least what it states")
    return tuple(notes)
