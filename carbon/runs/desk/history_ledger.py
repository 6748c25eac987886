"""A company's history in its append-only ledger: base-year events, and the views that its reports stand on.

data/ledger/<company>/base_year_events.csv grows by whole events and never otherwise: a mistake is corrected by another
event. data/ledger/<company>/views/<year>-<view>-<hash>.json keeps a view as it was when the report of that year was
published, under the hash that the report prints. Both are committed.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from carbon.accounting.years.base_year import checked_events
from carbon.accounting.years.restated import LINE, View, view_hash
from carbon.core import schemas
from carbon.core.errors import MethodError, TableError
from carbon.core.ledgers import EVENTS
from carbon.records.params.base_year_events import FILE, parse_events, read_base_year_events
from carbon.records.params.project import Project
from carbon.reports.export import to_csv_bytes
from carbon.runs.publish import Lock, write_atomic
from carbon.runs.publish.durable import PRIVATE

VIEWS = "views"
HASH_IN_NAME = 12
_TEXTS = ("event_id", "entity", "reason", "evidence")


def record_event(
    project: Project, company: str, lines: pd.DataFrame, *, recorded_on: date | None = None
) -> tuple[Path, list[str]]:
    """Append events to the company's ledger; what stood in it stays byte for byte.

    Parameters
    ----------
    lines
        The columns of `core.ledgers.EVENTS` without `recorded_on`: one line a year, scope and method.
    recorded_on
        None: today (UTC). A day before the last recorded one would change views that reports have pinned.

    Returns
    -------
    (Path, list of str)
        The ledger and the ids of the events added.

    Raises
    ------
    TableError
        An event without reason or evidence, or already recorded; a text over several lines; scope 2 by one method only;
        a day of recording that is past or in the future.
    LockedError
        Another process is recording.
    """
    today = datetime.now(UTC).date()
    day = today if recorded_on is None else recorded_on
    folder = project.ledger(company)
    folder.mkdir(parents=True, exist_ok=True)
    new = checked_events(lines.assign(recorded_on=pd.Timestamp(day).as_unit("s")))
    with Lock(folder):
        path = folder / FILE
        kept, _ = read_base_year_events(project, company)
        _refuse(kept, new, day, today)
        before = path.read_bytes() if path.is_file() else b""
        data = _appended(before, new)
        whole = parse_events(data, project.name_of(path))
        if not whole.equals(EVENTS.validate(pd.concat([kept, new], ignore_index=True))):
            raise TableError("the events would not come back from the ledger as they were given", rows=new,
                             hint="leave out control characters and spaces around texts")
        checked_events(whole)
        write_atomic(path, data, mode=PRIVATE)
    return path, sorted(set(new["event_id"]))


def _refuse(kept: pd.DataFrame, new: pd.DataFrame, day: date, today: date) -> None:
    shown = ["event_id", "kind", "year", "scope"]
    if new.empty:
        raise TableError("no event to record", hint="one line a year, scope and scope 2 method")
    again = new[new["event_id"].isin(kept["event_id"])]
    if len(again):
        raise TableError("the ledger is append-only and has this event already", rows=again[shown],
                         hint="correct it by another event with an id of its own, for example the reverse deltas")
    broken = new[new[list(_TEXTS)].apply(lambda texts: texts.str.contains(r"[\r\n]")).any(axis=1)]
    if len(broken):
        raise TableError("a text of an event runs over several lines", rows=broken[shown], hint="write it on one line")
    last = kept["recorded_on"].max()
    if day > today or (len(kept) and pd.Timestamp(day) < last):
        raise TableError(f"an event cannot be recorded on {day}: today is {today}"
                         + (f", the last one was recorded on {last.date()}" if len(kept) else ""), rows=new[shown],
                         hint="leave the day out; the event's own `date` says when the boundary changed")


def _appended(before: bytes, new: pd.DataFrame) -> bytes:
    head = before.decode("utf-8-sig").splitlines()[0].split(",") if before.strip() else list(EVENTS.columns)
    # One line an event's year: texts hold no line ends, so the writer's can be those of the file.
    lines = to_csv_bytes(new[[h.strip().strip('"') for h in head]]).replace(b"\r\n", b"\n").partition(b"\n")
    if not before.strip():
        return lines[0] + lines[1] + lines[2]
    return before + (b"" if before.endswith(b"\n") else b"\n") + lines[2]


def pin_view(project: Project, company: str, year: int, view: View) -> tuple[Path, bool]:
    """Keep the view that a year's report stands on; returns its file and whether it was written (false: it stood
    there).

    Raises
    ------
    MethodError
        The view kept for that year knew the same events and has other figures: history moved without an event.
    LockedError
        Another process is recording.
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
        whole = {"company": company, "year": year, "view": view.label, "sha256": view.sha256, "as_of": as_of,
                 "recalculated": bool(view.recalculated), "lines": table.to_dict("split", index=False)}
        write_atomic(path, (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode(), mode=PRIVATE)
    return path, True


def _refuse_moved(
    kept: dict[str, Any], before: pd.DataFrame, now: pd.DataFrame, as_of: str | None, name: str
) -> None:
    if kept["as_of"] != as_of:
        return
    both = before.merge(now, on=LINE, how="outer", suffixes=("_kept", "_now"), validate="one_to_one")
    moved = both[both["co2e_kg_kept"] != both["co2e_kg_now"]]
    if moved.empty:
        return  # a source or a status in other words: no figure moved
    raise MethodError(f"the history moved without an event since {name} was kept",
                      rows=moved[[*LINE, "co2e_kg_kept", "co2e_kg_now"]],
                      hint="record what changed (carbon events add: method, factor_vintage, gwp_set, consolidation or "
                           "error, with its deltas), or take the records and factors of that report")


def pinned_views(project: Project, company: str) -> pd.DataFrame:
    """The views kept for a company: year, view, as_of, sha256, file, whole (the lines still give the hash of the
    name).
    """
    folder = project.ledger(company) / VIEWS
    rows = [_pinned(project, path) for path in sorted(folder.glob("*.json"))]
    return pd.DataFrame(rows, columns=["year", "view", "as_of", "sha256", "file", "whole"])


def read_view(path: Path) -> tuple[dict[str, Any], pd.DataFrame]:
    """A kept view: what is said of it, and its `schemas.HISTORY` table."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    lines = kept.pop("lines")
    table = pd.DataFrame(lines["data"], columns=lines["columns"])
    texts = {c: "str" for c, kind in schemas.HISTORY.columns.items() if kind == schemas.TEXT}
    return kept, schemas.HISTORY.validate(
        table.astype({**texts, "year": "int64", "category": "int64", "co2e_kg": "float64"}))


def _pinned(project: Project, path: Path) -> tuple[Any, ...]:
    name = project.name_of(path)
    try:
        kept, table = read_view(path)
        whole = view_hash(kept["view"], table) == kept["sha256"] and kept["sha256"][:HASH_IN_NAME] in path.stem
        return kept["year"], kept["view"], kept["as_of"], kept["sha256"], name, whole
    except (ValueError, KeyError, TypeError, TableError):
        return None, None, None, None, name, False
