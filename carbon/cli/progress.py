"""What is shown while a verb works: at a terminal a line for each company-year, for scripts a JSON line an event."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from carbon.cli.options import note
from carbon.runs.company_year.job import FAILED, Outcome
from carbon.runs.company_year.stale import Planned
from carbon.runs.publish.sets import stage_of
from carbon.runs.schedule.reasons import clean_lines
from carbon.runs.schedule.session import Reporter

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from carbon.params.files.project import Project

REMARKS = ("fallback", "restarted", "pdf")
"""Events that a person is shown wherever stderr goes: why a run is slower, or a PDF is missing."""
LOOKS_PER_S = 2


class Remarks(Reporter):
    """Nothing but remarks: a pipe is quiet."""

    def event(self, name: str, fields: Mapping[str, Any]) -> None:
        """Print why runs fell back, restarted or have no PDF."""
        if name in REMARKS:
            note(f"{name}: {fields.get('reason', '')}")


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
    """How many company-years have ended, a live line for each that is at work, and a line for each failure."""

    def __init__(self, project: Project, console: Console) -> None:
        self.project, self.console = project, console
        self.total = self.ended = 0
        self.at_work: dict[str, tuple[float, str]] = {}
        """Company-year: when it began [s], and its stage where an event has named one."""

    def planned(self, plan: Sequence[Planned]) -> None:
        """Take the number of company-years."""
        self.total = len(plan)

    def event(self, name: str, fields: Mapping[str, Any]) -> None:
        """Open or change the line of a company-year; at its end drop it, with a line above if it failed."""
        key = str(fields.get("key", ""))
        if name == "total":
            self.total = int(fields["company_years"])
        elif name in ("started", "stage"):
            began = self.at_work.get(key, (time.monotonic(), ""))[0]
            self.at_work[key] = began, str(fields.get("stage", ""))
        elif name == "ended":
            self.at_work.pop(key, None)
            self.ended += 1
            outcome = fields.get("outcome")
            if isinstance(outcome, Outcome) and outcome.status == FAILED:
                self.console.print(f"{key} failed: {clean_lines(outcome.reason)[0]}", markup=False, style="red",
                                   highlight=False)
        elif name in REMARKS:
            self.console.print(f"{name}: {fields.get('reason', '')}", markup=False, highlight=False)

    def lines(self) -> Text:
        """Return the live lines as they are now."""
        from rich.text import Text

        now, at_work = time.monotonic(), dict(self.at_work)
        width = max(map(len, at_work), default=0)
        rows = [f"  {key:{width}}  {_clock(now - began)}  {stage or self._stage(key)}"
                for key, (began, stage) in at_work.items()]
        return Text("\n".join([f"{self.ended} of {self.total} done", *rows]), no_wrap=True, overflow="ellipsis")

    def _stage(self, key: str) -> str:
        company, _, year = key.partition("/")
        return stage_of(self.project.processed(company, int(year)))


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


@contextmanager
def reporter(project: Project, *, as_json: bool) -> Iterator[Reporter]:
    """Yield the reporter of a verb: live lines for a person at a terminal, JSON lines with --json, else remarks only;
    all of them on stderr.
    """
    if not sys.stderr.isatty():
        yield JsonLines() if as_json else Remarks()
        return
    from rich.console import Console
    from rich.live import Live

    terminal = Terminal(project, Console(stderr=True))
    with Live(console=terminal.console, refresh_per_second=LOOKS_PER_S, transient=True, get_renderable=terminal.lines):
        yield terminal
