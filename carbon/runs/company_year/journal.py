"""run_journal.jsonl and run_summary.json: every company-year is in both, whatever happened to the run.

The plan is journalled before the first run, each end appends one line, and the last line of a key counts. The summary
is made from the journal and holds no time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from carbon.core.errors import RunError
from carbon.params.files.project import Project
from carbon.runs.company_year.job import PENDING, SKIPPED, Outcome
from carbon.runs.publish import append_lines, write_atomic
from carbon.runs.publish.identity import identity, indented
from carbon.runs.publish.sets import current_set, read_manifest

PAGE = "annual_report.html"
JOURNAL, SUMMARY = "run_journal.jsonl", "run_summary.json"
COMPACT_BYTES = 8 * 1024 * 1024
SUMMARY_FIELDS = ("rows_read", "rows_accepted", "rows_set_aside", "rows_rejected", "rejected_amount", "co2e_t",
                  "co2e_state", "gap_t", "unmapped_share", "breaches", "constant_factors", "gaps", "name", "size")


class Journal:
    """The journal in a data/processed folder."""

    def __init__(self, processed: Path) -> None:
        self.processed = processed
        self.path = processed / JOURNAL

    def plan(self, keys: Iterable[tuple[str, int]]) -> None:
        """Write one `pending` line a company-year, in one durable step."""
        self._compact()
        append_lines(self.path, [_line({"company": c, "year": y, "status": PENDING}) for c, y in keys])

    def ended(self, *outcomes: Outcome) -> None:
        """Append how company-years ended, in one durable step."""
        append_lines(self.path, [_line(outcome.as_json()) for outcome in outcomes])

    def last(self) -> dict[str, dict[str, Any]]:
        """Return the last line of each key; a line that a kill cut, or that is damaged, is skipped."""
        return {f"{state['company']}/{state['year']}": state for state in self._states()}

    def _states(self) -> Iterator[dict[str, Any]]:
        text = self.path.read_text(encoding="utf-8", errors="replace") if self.path.exists() else ""
        for line in text.splitlines():
            try:
                state = json.loads(line)
                state["company"], state["year"]
            except (ValueError, KeyError, TypeError):
                continue
            yield state

    def identities(self) -> dict[str, str]:
        """Return the identity that was last journalled of each set, by its path `<company>/<year>/<set>`."""
        return {f"{state['company']}/{state['year']}/{state['set']}": str(state["manifest_sha256"])
                for state in self._states() if state.get("set") and state.get("manifest_sha256")}

    def _compact(self) -> None:
        if not (self.path.exists() and self.path.stat().st_size > COMPACT_BYTES):
            return
        # The last line of each set keeps its identity, the last of each key how it ended.
        last_of_set = {(state["company"], state["year"], state["set"]): state
                       for state in self._states() if state.get("set")}
        lines = [json.dumps(state, ensure_ascii=True) for state in [*last_of_set.values(), *self.last().values()]]
        write_atomic(self.path, "".join(f"{line}\n" for line in lines).encode())

    def write_summary(self, keys: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
        """Write run_summary.json for these company-years and return its rows."""
        states = self.last()
        rows = [_row(c, y, states.get(f"{c}/{y}", {})) for c, y in sorted(keys)]
        write_atomic(self.processed / SUMMARY, indented({"runs": rows}))
        return rows


def _line(state: dict[str, Any]) -> str:
    # ASCII escapes: no value of a record can break the line or reach a terminal as a control sequence.
    return json.dumps({**state, "at": datetime.now(UTC).isoformat()}, ensure_ascii=True)


def _row(company: str, year: int, state: dict[str, Any]) -> dict[str, Any]:
    summary = state.get("summary") or {}
    return {"company": company, "year": year, "status": state.get("status", PENDING),
            "reason": state.get("reason", ""), "manifest_sha256": state.get("manifest_sha256", ""),
            "set": state.get("set", ""), "path": state.get("path", ""),
            **{name: summary.get(name) for name in SUMMARY_FIELDS}}


def published_outcome(project: Project, company: str, year: int, status: str,
                      summary: dict[str, Any] | None = None) -> Outcome:
    """Return the outcome of a company-year whose current set is up to date."""
    folder = project.processed(company, year)
    in_force = current_set(folder)
    if in_force is None:
        raise RunError(f"{company}/{year} has no published set")
    return Outcome(company, year, status, summary=summary or read_manifest(in_force)["summary"],
                   manifest_sha256=identity(in_force), set=in_force.name, path=project.name_of(folder / PAGE))


def is_good(status: str) -> bool:
    """Return whether a company-year is published and up to date."""
    return status in ("ok", SKIPPED)
