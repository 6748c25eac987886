"""A timetable in GTFS, the user's own: its rail trips as stops with times. Nothing of a timetable is packaged."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pandas as pd

from carbon.records.kinds.faults import refusal

RAIL = frozenset({2, *range(100, 118)})
"""Route types of trains: 2, and 100 to 117 of the extended list (reference of GTFS)."""
_NEEDED = {"stops": ["stop_id", "stop_lat", "stop_lon"], "trips": ["trip_id", "route_id"],
           "routes": ["route_id", "route_type"],
           "stop_times": ["trip_id", "stop_id", "stop_sequence", "arrival_time", "departure_time"]}


def read_gtfs(path: Path) -> pd.DataFrame:
    """Read the stops of every train of a GTFS folder or zip.

    Columns: trip_id, stop_sequence, latitude, longitude, arrival, departure [minutes after midnight of the day of the
    trip; NaN where a train does not stop]. Sorted by trip and sequence.

    Raises FileRefused: A file or column of GTFS is missing, a value of it cannot be read, or no route of it is by rail.
    """
    tables = {name: _table(path, name, columns) for name, columns in _NEEDED.items()}
    kinds = pd.to_numeric(tables["routes"]["route_type"], errors="coerce")
    routes = tables["routes"].loc[kinds.isin(RAIL), "route_id"]
    if routes.empty:
        stated = ", ".join(sorted(set(tables["routes"]["route_type"]))) or "none"
        raise refusal("gtfs_no_rail", path.name, stated=stated)
    trips = tables["trips"].loc[tables["trips"]["route_id"].isin(routes), "trip_id"]
    times = tables["stop_times"][tables["stop_times"]["trip_id"].isin(trips)]
    stops = tables["stops"].drop_duplicates("stop_id").set_index("stop_id")
    frame = pd.DataFrame({
        "trip_id": times["trip_id"], "stop_sequence": pd.to_numeric(times["stop_sequence"], errors="coerce"),
        "latitude": pd.to_numeric(times["stop_id"].map(stops["stop_lat"]), errors="coerce"),
        "longitude": pd.to_numeric(times["stop_id"].map(stops["stop_lon"]), errors="coerce"),
        "arrival": _minutes(times["arrival_time"], path), "departure": _minutes(times["departure_time"], path)})
    if frame[["stop_sequence", "latitude", "longitude"]].isna().any(axis=None):
        raise refusal("gtfs_unreadable", path.name)
    return frame.sort_values(["trip_id", "stop_sequence"], ignore_index=True)


def _table(path: Path, name: str, columns: list[str]) -> pd.DataFrame:
    try:
        content = _content(path, f"{name}.txt")
        table = pd.read_csv(io.BytesIO(content), dtype="str", keep_default_na=False, encoding="utf-8-sig")
    except (OSError, KeyError, zipfile.BadZipFile, ValueError) as error:
        raise refusal("gtfs_unreadable.table", path.name, table=name, error=error) from None
    if missing := sorted(set(columns) - set(table.columns)):
        raise refusal("gtfs_unreadable.columns", path.name, table=name, missing=", ".join(missing))
    return table[columns]


def _content(path: Path, name: str) -> bytes:
    if path.is_dir():
        return (path / name).read_bytes()
    with zipfile.ZipFile(path) as archive:
        return archive.read(next((n for n in archive.namelist() if n.rsplit("/", 1)[-1] == name), name))


def _minutes(times: pd.Series, path: Path) -> pd.Series:
    """Return the minutes of "07:05:00"; hours go beyond 24 after midnight; a blank is no stop."""
    written = times.str.strip()
    parts = written.str.extract(r"^(\d+):([0-5]\d):([0-5]\d)$").astype("float64")
    bad = (written != "") & parts[0].isna()
    if bad.any():
        raise refusal("gtfs_unreadable.time", path.name, count=f"{int(bad.sum()):,}", column=times.name,
                      value=times[bad].iloc[0], line=int(times.index[bad][0]) + 2)
    return parts[0] * 60.0 + parts[1] + parts[2] / 60.0
