"""What a person sees of a run: progress while it lasts and one table at its end; scripts get JSON lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from carbon.runs.company_year.job import FAILED, SKIPPED, Outcome
from carbon.runs.company_year.stale import Planned
from carbon.runs.schedule.reasons import clean_lines, closing_lines
from carbon.runs.schedule.session import Reporter, RunSummary

HEADINGS = ("company", "year", "status", "rows read", "set aside", "rejected", "scope 1", "scope 2 location",
            "scope 2 market", "scope 3", "gap to target", "breaches", "s", "path")
SHORT = {"rows read": "read", "rejected": "rej.", "scope 1": "1", "scope 2 location": "2 loc.",
         "scope 2 market": "2 mkt.", "scope 3": "3", "gap to target": "gap"}
"""Headings on a narrow terminal."""
LEFT_OUT = ("path", "set aside", "rows read", "gap to target", "breaches", "scope 2 location", "rejected",
            "scope 2 market", "scope 1", "scope 3", "s")
"""Columns that a terminal too narrow for all of them lacks, one after the other; company, year and status stay."""
CAPTION = ("t CO2e; gap to target: actual minus pathway of the company's first target; breaches: measures that are not "
           "as expected nor accepted, tonnes at stake")
CAPTION_SHORT = "scopes and gap in t CO2e; rej.: rows rejected"
SCOPES = ("1", "2-location", "2-market", "3")
PIPE_WIDTH = 1000
"""Columns when stdout is no terminal: a line of a log is neither cut nor wrapped."""


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


class JsonLines(Reporter):
    """One JSON line an event, on stderr; values of the data are escaped."""

    def planned(self, plan: Sequence[Planned]) -> None:
        """Write how many company-years run, and how many are up to date or cannot run."""
        todo = sum(bool(p.reasons) for p in plan)
        self._write("planned", {"run": todo, "up_to_date": len(plan) - todo})

    def event(self, name: str, fields: Mapping[str, Any]) -> None:
        """Write one event; of an end its key, status, reason, time [s] and memory [MB]."""
        outcome = fields.get("outcome")
        if isinstance(outcome, Outcome):
            fields = {"key": outcome.key, "status": outcome.status, "reason": outcome.reason,
                      "seconds": outcome.seconds, "peak_mb": outcome.peak_mb}
        self._write(name, fields)

    def _write(self, name: str, fields: Mapping[str, Any]) -> None:
        sys.stderr.write(json.dumps({"event": name, **fields}, ensure_ascii=True) + "\n")
        sys.stderr.flush()


class Terminal(Reporter):
    """A progress bar, and a line for each failure as it happens."""

    def __init__(self, progress: Any) -> None:
        self.progress = progress
        self.task: Any = None

    def planned(self, plan: Sequence[Planned]) -> None:
        """Open the bar at the number of company-years."""
        self.task = self.progress.add_task("annual reports", total=len(plan))

    def event(self, name: str, fields: Mapping[str, Any]) -> None:
        """Advance the bar at an end, with a line if it failed; print why runs fell back, restarted or have no PDF."""
        outcome = fields.get("outcome")
        if isinstance(outcome, Outcome):
            self.progress.advance(self.task)
            if outcome.status == FAILED:
                self.progress.console.print(f"{outcome.key} failed: {clean_lines(outcome.reason)[0]}", markup=False,
                                            style="red", highlight=False)
        elif name in ("fallback", "restarted", "pdf"):
            self.progress.console.print(f"{name}: {fields.get('reason', '')}", markup=False, highlight=False)


@contextmanager
def reporter() -> Iterator[Reporter]:
    """Yield the reporter: progress for a person at a terminal, else one JSON line an event; both on stderr."""
    if not sys.stderr.isatty():
        yield JsonLines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield Terminal(progress)


def as_json(result: RunSummary) -> dict[str, Any]:
    """Return the JSON value of `carbon run --json`."""
    return {"exit_code": result.exit_code, "index": result.index, "runs": result.rows}


def print_summary(result: RunSummary) -> None:
    """Print the closing table, failures first and their reasons below, and the path of the index page."""
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, soft_wrap=False)
    ordered = sorted(result.rows, key=lambda row: (row["status"] != FAILED, row["company"], row["year"]))
    cells = [_cells(row, result.outcomes[f"{row['company']}/{row['year']}"].seconds) for row in ordered]
    styles = ["red" if row["status"] == FAILED else None for row in ordered]
    table = _table(cells, styles, console.width)
    console.print(table)
    sentence = nothing_done(ordered)
    for line in [*closing_lines(ordered), *([sentence] if sentence else [])]:
        # Not wrapped by us: a terminal does it, and a log line stays one line.
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    if result.index:
        console.print(f"index: {result.index}", markup=False, highlight=False)


def _table(cells: Sequence[Sequence[str]], styles: Sequence[str | None], width: int) -> Any:
    """Return the table with the columns that fit into so many characters."""
    from rich.table import Table
    from rich.text import Text

    widths = _widths(cells, {})
    number = 0
    if _needed(widths) > width:
        widths = _widths(cells, SHORT)
        widths["company"] = min(widths["company"], max(width // 3, len("company")))  # a long name is shortened
        while _needed(widths) > width and number < len(LEFT_OUT):
            del widths[LEFT_OUT[number]]
            number += 1
    short = number > 0
    table = Table(caption=CAPTION_SHORT if short else CAPTION, caption_justify="left")
    for heading, wide in widths.items():
        # Measured here once: the table would measure each cell several times.
        table.add_column(SHORT.get(heading, heading) if short else heading, no_wrap=True, width=wide,
                         justify="left" if heading in ("company", "status", "path") else "right")
    for line, style in zip(cells, styles, strict=True):
        table.add_row(*(Text(line[HEADINGS.index(heading)], overflow="ellipsis") for heading in widths), style=style)
    return table


def _widths(cells: Sequence[Sequence[str]], names: Mapping[str, str]) -> dict[str, int]:
    """Return the characters that each column takes."""
    from rich.cells import cell_len

    return {heading: max(map(cell_len, [names.get(heading, heading), *(line[at] for line in cells)]))
            for at, heading in enumerate(HEADINGS)}


def _needed(widths: Mapping[str, int]) -> int:
    """Return the characters of a line: the columns, a blank on both sides of each, and the rules between them."""
    return sum(widths.values()) + 3 * len(widths) + 1


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


def _cells(row: Mapping[str, Any], seconds: float) -> list[str]:
    scopes = row["co2e_t"] or {}
    missing = "–" if scopes else ""
    return [row["company"], str(row["year"]), row["status"],
            *(_count(row[name]) for name in ("rows_read", "rows_set_aside", "rows_rejected")),
            *(_tonnes(scopes.get(scope), missing=missing) for scope in SCOPES),
            _tonnes(row["gap_t"], sign="+"), breaches_cell(row), f"{seconds:.1f}",
            row["path"]]


def breaches_cell(row: Mapping[str, Any]) -> str:
    """Return number and tonnes of the breaches that are not accepted: "2: 310.4"; "" where none is known."""
    still_open = [breach["t_at_stake"] for breach in row.get("breaches") or () if not breach["accepted"]]
    return f"{len(still_open)}: {sum(still_open):,.1f}" if still_open else ""


def _count(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _tonnes(value: float | None, sign: str = "", missing: str = "") -> str:
    return missing if value is None else f"{value:{sign},.1f}"
