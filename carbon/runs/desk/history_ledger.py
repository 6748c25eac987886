"""A company's history in its append-only ledger: base-year events, and the views that its reports are based on.

base_year_events.csv grows by whole events: a mistake is corrected by another one. views/<year>-<view>-<hash>.json keeps
a view as it was when the report of that year was published, under the hash that the report prints.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from carbon.accounting.years.base_year import checked_events
from carbon.accounting.years.by_year import known_lines
from carbon.accounting.years.restated import LINE, View, view_hash
from carbon.core import schemas
from carbon.core.errors import MethodError, TableError
from carbon.core.ledgers import EVENTS
from carbon.params.files.company_overrides import FILE, parse_events, read_base_year_events
from carbon.params.files.project import Project
from carbon.reports.export import to_csv_bytes
from carbon.runs.company_year.stale import VIEWS
from carbon.runs.publish import Lock, write_atomic
from carbon.runs.publish.durable import PRIVATE
from carbon.runs.publish.identity import identity
from carbon.runs.publish.sets import current_set

HASH_IN_NAME = 12
_TEXTS = ("event_id", "entity", "reason", "evidence")


def record_event(
    project: Project, company: str, lines: pd.DataFrame, *, recorded_on: date | None = None
) -> tuple[Path, list[str]]:
    """Append events to the company's ledger; its earlier bytes do not change.

    `lines`: The columns of `core.ledgers.EVENTS` without `recorded_on`: one line a year, scope and method.
    `recorded_on`: None: today (UTC). A day before the last recorded one would change views that reports have pinned.

    Returns (Path, list of str): The ledger and the ids of the events added.

    Raises TableError: An event without reason or evidence, or already recorded; a field of several lines; scope 2 by
    one method only; a day of recording that is past or in the future; LockedError: Another process is recording.
    """
    today = datetime.now(UTC).date()
    day = today if recorded_on is None else recorded_on
    folder = project.ledger(company)
    folder.mkdir(parents=True, exist_ok=True)
    new = checked_events(lines.assign(recorded_on=pd.Timestamp(day).as_unit("s")))
    with Lock(folder):
        path = folder / FILE
        recorded, _ = read_base_year_events(project, company)
        _refuse(recorded, new, day, today)
        before = path.read_bytes() if path.is_file() else b""
        data = _appended(before, new)
        full_ledger = parse_events(data, project.name_of(path))
        if not full_ledger.equals(EVENTS.validate(pd.concat([recorded, new], ignore_index=True))):
            raise TableError("the ledger would not give back the events unchanged", rows=new,
                             hint="leave out control characters and spaces around values")
        checked_events(full_ledger)
        write_atomic(path, data, mode=PRIVATE)
    return path, sorted(set(new["event_id"]))


def _refuse(recorded: pd.DataFrame, new: pd.DataFrame, day: date, today: date) -> None:
    columns = ["event_id", "kind", "year", "scope"]
    if new.empty:
        raise TableError("no event to record", hint="one line a year, scope and scope 2 method")
    again = new[new["event_id"].isin(recorded["event_id"])]
    if len(again):
        raise TableError("the ledger is append-only and has this event already", rows=again[columns],
                         hint="correct it by another event with an id of its own, for example the reverse deltas")
    broken = new[new[list(_TEXTS)].apply(lambda texts: texts.str.contains(r"[\r\n]")).any(axis=1)]
    if len(broken):
        raise TableError("a field of an event has several lines", rows=broken[columns], hint="write it on one line")
    last = recorded["recorded_on"].max()
    if day > today or (len(recorded) and pd.Timestamp(day) < last):
        raise TableError(f"an event cannot be recorded on {day}: today is {today}"
                         + (f", the last one was recorded on {last.date()}" if len(recorded) else ""),
                         rows=new[columns], hint="leave the day out; the event's own `date` is the day of the change")


def _appended(before: bytes, new: pd.DataFrame) -> bytes:
    head = before.decode("utf-8-sig").splitlines()[0].split(",") if before.strip() else list(EVENTS.columns)
    # One line an event's year: fields hold no line ends, so the writer's can be those of the file.
    lines = to_csv_bytes(new[[h.strip().strip('"') for h in head]]).replace(b"\r\n", b"\n").partition(b"\n")
    if not before.strip():
        return lines[0] + lines[1] + lines[2]
    return before + (b"" if before.endswith(b"\n") else b"\n") + lines[2]


def pin_view(project: Project, company: str, year: int, view: View) -> tuple[Path, bool]:
    """Write the view that a year's report is based on; returns its file and whether it was written (false: it was
    there already).

    Raises MethodError: The earlier view of that year has the same events and has other figures: history moved without
    an event; LockedError: Another process is recording.
    """
    folder = project.ledger(company) / VIEWS
    folder.mkdir(parents=True, exist_ok=True)
    table = schemas.HISTORY.validate(view.table)
    stem = f"{year}-{view.label.replace(' ', '-')}-"
    path = folder / f"{stem}{view.sha256[:HASH_IN_NAME]}.json"
    as_of = None if pd.isna(view.as_of) else view.as_of.date().isoformat()
    with Lock(folder):
        if path.is_file():
            return path, False
        for other in sorted(folder.glob(f"{stem}*.json")):
            _refuse_moved(*read_view(other), table, as_of, project.name_of(other))
        in_force = current_set(project.processed(company, year))
        published = {} if in_force is None else {"set": in_force.name, "identity": identity(in_force)}
        content = {"company": company, "year": year, **published, "view": view.label, "sha256": view.sha256,
                   "as_of": as_of, "recalculated": bool(view.recalculated), "lines": _lines(table)}
        write_atomic(path, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode(), mode=PRIVATE)
    return path, True


def _lines(table: pd.DataFrame) -> dict[str, Any]:
    """Return the lines of a view as JSON has them: null where there is no figure."""
    lines = table.to_dict("split", index=False)
    return {**lines, "data": [[None if value != value else value for value in line] for line in lines["data"]]}


def _refuse_moved(
    kept_view: dict[str, Any], before: pd.DataFrame, now: pd.DataFrame, as_of: str | None, name: str
) -> None:
    if kept_view["as_of"] != as_of:
        return
    joined = known_lines(before).merge(known_lines(now), on=LINE, how="outer", suffixes=("_kept", "_now"),
                                             validate="one_to_one")
    moved = joined[joined["co2e_kg_kept"] != joined["co2e_kg_now"]]
    if moved.empty:
        return  # a source or a status in other words: no figure moved
    raise MethodError(f"the history changed without an event since {name} was recorded",
                      rows=moved[[*LINE, "co2e_kg_kept", "co2e_kg_now"]],
                      hint="record what changed (carbon events add: method, factor_vintage, gwp_set, consolidation or "
                           "error, with its deltas), or take the records and factors of that report")


def pinned_views(project: Project, company: str) -> pd.DataFrame:
    """Return the recorded views of a company: year, view, as_of, sha256, file, whole (lines give the named hash)."""
    folder = project.ledger(company) / VIEWS
    rows = [_pinned(project, path) for path in sorted(folder.glob("*.json"))]
    return pd.DataFrame(rows, columns=["year", "view", "as_of", "sha256", "file", "whole"])


def read_view(path: Path) -> tuple[dict[str, Any], pd.DataFrame]:
    """Read a recorded view: its description, and its `schemas.HISTORY` table."""
    view = json.loads(path.read_text(encoding="utf-8"))
    lines = view.pop("lines")
    table = pd.DataFrame(lines["data"], columns=lines["columns"])
    texts = {c: "str" for c, kind in schemas.HISTORY.columns.items() if kind == schemas.TEXT}
    return view, schemas.HISTORY.validate(
        table.astype({**texts, "year": "int64", "category": "int64", "co2e_kg": "float64"}))


def _pinned(project: Project, path: Path) -> tuple[Any, ...]:
    name = project.name_of(path)
    try:
        view, table = read_view(path)
        is_whole = view_hash(view["view"], table) == view["sha256"] and view["sha256"][:HASH_IN_NAME] in path.stem
        return view["year"], view["view"], view["as_of"], view["sha256"], name, is_whole
    except (ValueError, KeyError, TypeError, TableError):
        return None, None, None, None, name, False
