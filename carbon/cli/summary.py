"""What a person sees of a run: its plan, and one table at its end; the same as JSON for scripts."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

from carbon.cli.options import say
from carbon.cli.tables import Column, print_table, terminal_width
from carbon.runs.company_year.job import FAILED, SKIPPED, Outcome
from carbon.runs.company_year.stale import Planned
from carbon.runs.schedule.reasons import closing_lines
from carbon.runs.schedule.session import RunSummary

CAPTION = {"scope 1": "t CO2e", "gap to target": "gap to target: actual minus pathway of each target",
           "breaches": "breaches: measures that are not as expected nor accepted, tonnes at stake"}
"""What headings mean, where they are shown."""
LEAVE_OUT = ("path", "rows read", "set aside", "s", "gap to target", "breaches", "rejected", "scope 2 market",
             "scope 2 location", "scope 3", "scope 1")
"""What a narrow terminal has no room for, in this order; company, year and status always have theirs."""
SCOPES = {"scope 1": "1", "scope 2 location": "2-location", "scope 2 market": "2-market", "scope 3": "3"}
COUNTS = {"rows read": "rows_read", "set aside": "rows_set_aside", "rejected": "rows_rejected"}


def plan_rows(plan: Sequence[Planned]) -> list[dict[str, Any]]:
    """Return the plan as JSON objects."""
    return [{"company": p.company, "year": p.year, "run": bool(p.reasons) and not p.error, "reasons": list(p.reasons),
             "kept": p.kept, "error": p.error} for p in plan]


def plan_text(plan: Sequence[Planned]) -> str:
    """Return one line a company-year: what would run and why."""
    lines = [f"{p.key}: {p.kept}" for p in plan if p.kept]
    lines += [f"{p.key}: {'cannot run: ' + p.error if p.error else 'run: ' + '; '.join(p.reasons)}"
             for p in plan if p.reasons]
    todo = sum(bool(p.reasons) for p in plan)
    return "\n".join([*lines, f"{todo} to run, {len(plan) - todo} up to date or signed"])


def as_json(result: RunSummary) -> dict[str, Any]:
    """Return the JSON value of `carbon run --json`: the rows of the run summary, each with its time and memory."""
    return {"exit_code": result.exit_code, "index": result.index, "runs": [
        {**row, "seconds": outcome.seconds, "peak_mb": outcome.peak_mb} for row, outcome in _rows(result)]}


def _rows(result: RunSummary) -> list[tuple[dict[str, Any], Outcome]]:
    return [(row, result.outcomes[f"{row['company']}/{row['year']}"]) for row in result.rows]


def print_summary(result: RunSummary) -> None:
    """Print the closing table, failures first, their reasons below, and the path of the index page."""
    ordered = sorted(_rows(result), key=lambda one: (one[0]["status"] != FAILED, one[0]["company"], one[0]["year"]))
    rows = [row for row, _ in ordered]
    columns = _columns(rows, [outcome.seconds for _, outcome in ordered])
    empty = {column.heading for column in columns if not any(column.cells)}
    no_room = print_table(columns, leave_out=sorted(LEAVE_OUT, key=lambda heading: heading not in empty),
                          red=[at for at, row in enumerate(rows) if row["status"] == FAILED])
    notes = ["; ".join(text for heading, text in CAPTION.items() if heading not in {*no_room, *empty}),
             ", ".join(heading for heading in no_room if heading not in empty)]
    for line in filter(None, (notes[0], f"no room at this width: {notes[1]}" if notes[1] else "")):
        say("\n".join(wrap(line, terminal_width() or sys.maxsize)))
    sentence = nothing_done(rows)
    for line in [*closing_lines(rows), *([sentence] if sentence else [])]:
        # Not wrapped by us: a terminal does it, and a log line stays one line.
        say(line)
    if result.index:
        say(f"index: {result.index}")


def _columns(rows: Sequence[Mapping[str, Any]], seconds: Sequence[float]) -> list[Column]:
    scopes = [row["co2e_t"] or {} for row in rows]
    return [
        Column("company", [row["company"] for row in rows], stays=True),
        Column("year", [str(row["year"]) for row in rows], number=True),
        Column("status", [row["status"] for row in rows], stays=True),
        *(Column(heading, ["" if row[name] is None else f"{row[name]:,}" for row in rows], number=True)
          for heading, name in COUNTS.items()),
        *(Column(heading, [_tonnes(tonnes.get(scope), missing="–" if tonnes else "") for tonnes in scopes], number=True)
          for heading, scope in SCOPES.items()),
        Column("gap to target", [gaps_cell(row) for row in rows], number=True),
        Column("breaches", [breaches_cell(row) for row in rows], number=True),
        Column("s", [f"{spent:.1f}" for spent in seconds], number=True),
        Column("path", [row["path"] for row in rows])]


def nothing_done(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return a sentence when nothing had to run, else ""."""
    if not rows or any(row["status"] != SKIPPED for row in rows):
        return ""
    signed = sum(bool(row["reason"]) for row in rows)
    if not signed:
        return f"Nothing to do: {_reports(len(rows))} up to date."
    current = f"{_reports(len(rows) - signed)} up to date, " if signed < len(rows) else ""
    return f"Nothing done: {current}{_reports(signed)} signed and left as signed (see above)."


def _reports(number: int) -> str:
    return "1 report is" if number == 1 else f"{number} reports are"


def breaches_cell(row: Mapping[str, Any]) -> str:
    """Return number and tonnes of the breaches that are not accepted: "2: 310.4"; "" where none is known."""
    still_open = [breach["t_at_stake"] for breach in row.get("breaches") or () if not breach["accepted"]]
    return f"{len(still_open)}: {sum(still_open):,.1f}" if still_open else ""


def gaps_cell(row: Mapping[str, Any]) -> str:
    """Return the gap to each target, with its id where there are several: "near +2.0; net-zero -3.1"."""
    gaps = row.get("gaps") or [{"gap_t": row["gap_t"]}]
    texts = [_tonnes(gap["gap_t"], sign="+") for gap in gaps]
    if len(gaps) < 2 or not any(texts):
        return texts[0]
    return "; ".join(f"{gap['target']} {text or '–'}" for gap, text in zip(gaps, texts, strict=True))


def _tonnes(value: float | None, sign: str = "", missing: str = "") -> str:
    return missing if value is None else f"{value:{sign},.1f}"
