"""What a person sees of a run: progress while it lasts and one table at its end; scripts get JSON lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from carbon.runs.job import FAILED, Outcome
from carbon.runs.plan import Planned
from carbon.runs.session import Reporter, RunSummary

HEADINGS = ("company", "year", "status", "rows read", "set aside", "rejected", "scope 1", "scope 2 location",
            "scope 2 market", "scope 3", "gap to target", "s", "path")
SCOPES = ("1", "2-location", "2-market", "3")
PIPE_WIDTH = 200
"""Columns when stdout is no terminal: a log line is not cut to 80."""


def plan_rows(plan: Sequence[Planned]) -> list[dict[str, Any]]:
    """
    The plan as JSON objects.
    """
    return [{"company": p.company, "year": p.year, "run": bool(p.reasons) and not p.error, "reasons": list(p.reasons),
             "kept": p.kept, "error": p.error} for p in plan]


def plan_text(plan: Sequence[Planned]) -> str:
    """
    One line a company-year: what would run and why.
    """
    lines = [f"{p.key}: {p.kept}" for p in plan if p.kept]
    lines += [f"{p.key}: {'cannot run: ' + p.error if p.error else 'run: ' + '; '.join(p.reasons)}"
             for p in plan if p.reasons]
    todo = sum(bool(p.reasons) for p in plan)
    return "\n".join([*lines, f"{todo} to run, {len(plan) - todo} up to date or signed"])


class JsonLines(Reporter):
    """
    One JSON line an event, on stderr; text of the data is escaped.
    """

    def planned(self, plan: Sequence[Planned]) -> None:
        todo = sum(bool(p.reasons) for p in plan)
        self._write("planned", {"run": todo, "up_to_date": len(plan) - todo})

    def event(self, name: str, fields: Mapping[str, Any]) -> None:
        outcome = fields.get("outcome")
        if isinstance(outcome, Outcome):
            fields = {"key": outcome.key, "status": outcome.status, "reason": outcome.reason,
                      "seconds": outcome.seconds, "peak_mb": outcome.peak_mb}
        self._write(name, fields)

    def _write(self, name: str, fields: Mapping[str, Any]) -> None:
        sys.stderr.write(json.dumps({"event": name, **fields}, ensure_ascii=True) + "\n")
        sys.stderr.flush()


class Terminal(Reporter):
    """
    A progress bar, and a line for each failure as it happens.
    """

    def __init__(self, progress: Any) -> None:
        self.progress = progress
        self.task: Any = None

    def planned(self, plan: Sequence[Planned]) -> None:
        todo = sum(bool(p.reasons) for p in plan)
        if todo == 0:
            self.progress.console.print("Nothing to do: every report is up to date.")
        self.task = self.progress.add_task("annual reports", total=len(plan))

    def event(self, name: str, fields: Mapping[str, Any]) -> None:
        outcome = fields.get("outcome")
        if isinstance(outcome, Outcome):
            self.progress.advance(self.task)
            if outcome.status == FAILED:
                self.progress.console.print(f"{outcome.key} failed: {first_line(outcome.reason)}", markup=False,
                                            style="red", highlight=False)
        elif name in ("fallback", "restarted"):
            self.progress.console.print(f"{name}: {fields.get('reason', '')}", markup=False, highlight=False)


@contextmanager
def reporter() -> Iterator[Reporter]:
    """
    Progress for a person at a terminal, else one JSON line an event; both on stderr.
    """
    if not sys.stderr.isatty():
        yield JsonLines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield Terminal(progress)


def first_line(text: str) -> str:
    """
    The first line, without control characters.
    """
    line = (text.strip().splitlines() or [""])[0]
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)


def as_json(result: RunSummary) -> dict[str, Any]:
    """
    The one JSON value of `carbon run --json`.
    """
    return {"exit_code": result.exit_code, "index": result.index, "runs": result.rows}


def print_summary(result: RunSummary) -> None:
    """
    The closing table, failures last with their reasons below, and where the index page is.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(caption="t CO2e; gap to target: actual minus pathway of the company's first target",
                  caption_justify="left")
    for heading in HEADINGS:
        left = heading in ("company", "status", "path")
        table.add_column(heading, justify="left" if left else "right", no_wrap=heading in ("company", "status"),
                         overflow="fold")
    ordered = sorted(result.rows, key=lambda row: (row["status"] == FAILED, row["company"], row["year"]))
    for row in ordered:
        seconds = result.outcomes[f"{row['company']}/{row['year']}"].seconds
        table.add_row(*(Text(cell) for cell in _cells(row, seconds)), style="red" if row["status"] == FAILED else None)
    console = Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, soft_wrap=False)
    console.print(table)
    for row in ordered:
        if row["reason"]:
            console.print(f"{row['company']}/{row['year']}: {first_line(row['reason'])}", markup=False, highlight=False)
    if result.index:
        console.print(f"index: {result.index}", markup=False, highlight=False)


def _cells(row: Mapping[str, Any], seconds: float) -> list[str]:
    scopes = row["co2e_t"] or {}
    return [row["company"], str(row["year"]), row["status"],
            *(_count(row[name]) for name in ("rows_read", "rows_set_aside", "rows_rejected")),
            *(_tonnes(scopes.get(scope)) for scope in SCOPES), _tonnes(row["gap_t"], sign="+"), f"{seconds:.1f}",
            row["path"]]


def _count(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _tonnes(value: float | None, sign: str = "") -> str:
    return "" if value is None else f"{value:{sign},.1f}"
