"""`carbon review`: check a published report, and record the findings in the company's ledger.

Each report is executed again from its inputs, by the notebook that its manifest names, and compared by meaning; plain
`pytest --nbval` checks it as well, so that a reviewer need not trust our own comparison. A received set is judged by
`review.stranger`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from carbon.core.errors import UsageError
from carbon.core.text import from_difference
from carbon.params.files.load import load_runs
from carbon.params.files.project import Project
from carbon.params.shapes.company import RunParams
from carbon.runs.company_year.job import OK, SOURCE, Job, Outcome
from carbon.runs.company_year.stale import company_years
from carbon.runs.publish import write_atomic
from carbon.runs.publish.durable import PRIVATE, PUBLIC
from carbon.runs.publish.sets import NOTEBOOK, current_set
from carbon.runs.publish.signoff import REVIEWS
from carbon.runs.publish.signoff import SAME as FOUND_SAME
from carbon.runs.review.rerun import ALTERED, WORK
from carbon.runs.review.stranger import NBVAL, judge, nbval_result
from carbon.runs.schedule.execute import Batch, child_environment, run_batch, worker_count
from carbon.runs.schedule.session import Reporter

SAME, DIFFERS, CANNOT = 0, 1, 2
VERDICTS = {SAME: FOUND_SAME, DIFFERS: "differs", CANNOT: "cannot be judged"}
NBVAL_LIMIT_S = 600
SHOWN, LINE = 20, 66
"""Differences in a terminal, and characters of a value there."""


@dataclass(frozen=True)
class Sheet:
    """The review of one company-year."""

    company: str
    year: int
    reason: str = ""
    found: Mapping[str, Any] = field(default_factory=dict)
    nbval: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""

    @property
    def key(self) -> str:
        """Return the key "company/year"."""
        return f"{self.company}/{self.year}"

    @property
    def exit_code(self) -> int:
        """Return 0 for same, 1 for differs, 2 for cannot be compared."""
        if self.reason:
            return CANNOT
        return DIFFERS if self.found["findings"] or self.found["moved"] or self.nbval.get("passed") is False else SAME

    @property
    def verdict(self) -> str:
        """Return the exit code in words."""
        return VERDICTS[self.exit_code]

    def as_json(self) -> dict[str, Any]:
        """Return plain values, with the verdict in words."""
        return {"company": self.company, "year": self.year, "verdict": self.verdict, "reason": self.reason,
                **self.found, "nbval": dict(self.nbval), "path": self.path}

    def text(self) -> str:
        """Return as a string the verdict, what changed, the figures that moved and why, and where it shows."""
        findings = self.found.get("findings", [])
        lines = [f"{self.company}/{self.year}: {self.verdict}: {self.reason}".rstrip(": ")]
        lines += [f"  identity {self.found.get('identity') or 'unknown'}", *self._ran()] if self.found else []
        lines += [f"  {part}: {words}" for part, words in self.found.get("changed", {}).items()]
        lines += [f"  {row['figure_id']}: {_tonnes(row['published_t'])} -> {_tonnes(row['now_t'])}{_because(row)}"
                  for row in self.found.get("moved", [])]
        for finding in findings[:SHOWN]:
            stored, now = from_difference(finding["stored"], finding["now"], LINE)
            lines += [f"  {' '.join((finding['where'], finding['figure_id'])).rstrip()}: {finding['what']}",
                      f"    published {stored}", f"    now       {now}"]
        if len(findings) > SHOWN:
            lines.append(f"  and {len(findings) - SHOWN} more differences: see the sheet, or --json")
        return "\n".join(lines)

    def _ran(self) -> list[str]:
        """List what was executed, and what was not."""
        if not self.found.get("executed"):
            return ["  nothing was executed"]
        left_out = self.found.get("not_compared")
        return [f"  executed: {self.found['executed']}",
                f"  nbval over the published notebook: {self.nbval.get('text', 'not run')}",
                *([f"  not compared: {left_out}"] if left_out else [])]


def _tonnes(value: float | None) -> str:
    return "none" if value is None or value != value else f"{value:,.6f} t"


def _because(row: Mapping[str, Any]) -> str:
    parts = {cause: tonnes for cause, tonnes in row.get("because_t", {}).items() if tonnes}
    return "" if not parts else " (" + ", ".join(f"{cause} {tonnes:+.6f} t" for cause, tonnes in parts.items()) + ")"


def review(project: Project, what: str | None, *, nbval: bool, source: str = SOURCE, stranger: bool = False,
           execute: bool = False, reporter: Reporter | None = None) -> list[Sheet]:
    """Review company-years; the sheets are written to data/ledger/<company>/reviews/.

    `reporter` gets `total`, then of each company-year `started`, `stage` and `ended`. `stranger`: the path is a
    received set, wherever it is; `execute`: its notebook is executed, confined.

    Raises UsageError: Nothing of that name is in runs.yml or published.
    """
    if what is not None and (path := Path(what)).exists() and (
            stranger or not path.resolve().is_relative_to((project.root / "data" / "processed").resolve())):
        return [Sheet(**judge(project, path, execute=execute, nbval=nbval))]
    if stranger or execute:
        raise UsageError("No received set is named", hint="carbon review PATH, a set outside data/processed, or "
                                                          "--stranger PATH")
    runs, reporter = load_runs(project), reporter or Reporter()
    keys = _keys(project, runs, what)
    reporter.event("total", {"company_years": len(keys)})
    with tempfile.TemporaryDirectory(prefix="carbon-review-") as folder:
        sheets = _compared(project, runs, keys, folder, source, reporter)
    return [_finished(project, sheet, nbval=nbval, reporter=reporter) for sheet in sheets]


def _finished(project: Project, sheet: Sheet, *, nbval: bool, reporter: Reporter) -> Sheet:
    """Return the recorded sheet of a company-year, with what nbval finds of a notebook that may run."""
    if nbval and _may_run(sheet):
        reporter.event("stage", {"key": sheet.key, "stage": "nbval"})
        sheet = replace(sheet, nbval=_nbval(project, sheet))
    reporter.event("ended", {"key": sheet.key, "verdict": VERDICTS[sheet.exit_code]})
    return _recorded(project, sheet)


def _keys(project: Project, runs: RunParams, what: str | None) -> list[tuple[str, int]]:
    if what is None:
        return company_years(runs)
    if (path := Path(what)).exists():  # data/processed/<company>/<year>[/current or a file of it]
        what = "/".join(path.resolve().relative_to((project.root / "data" / "processed").resolve()).parts[:2])
    try:
        return company_years(runs, [what])
    except UsageError as error:
        raise UsageError(f"{what} is not in params/runs.yml", hint=error.hint) from error


def _may_run(sheet: Sheet) -> bool:
    """Return whether nbval may execute the notebook: its cells are the template's, and the set is as published."""
    return bool(sheet.found.get("executed")) and not any(
        finding["what"] == ALTERED for finding in sheet.found.get("findings", []))


def _compared(project: Project, runs: RunParams, keys: list[tuple[str, int]], folder: str, source: str,
              reporter: Reporter) -> list[Sheet]:
    published = [key for key in keys if current_set(project.processed(*key)) is not None]
    jobs = tuple(Job(str(project.root), c, y, "carbon", runs.timeout_s, 0, source, work=WORK, folder=folder)
                 for c, y in published)
    sheets = {key: Sheet(*key, reason="no published set") for key in keys}

    def listen(event: str, fields: Mapping[str, Any]) -> None:
        if event == "ended":
            outcome = Outcome(**fields["outcome"])
            good = outcome.status == OK
            sheets[outcome.company, outcome.year] = Sheet(
                outcome.company, outcome.year, "" if good else outcome.reason, outcome.summary if good else {})
            reporter.event("stage", {"key": outcome.key, "stage": "compared, waits for nbval"})
        else:
            reporter.event("stage" if event == "started" else event, {**fields, "stage": "executed again"})

    if jobs:
        workers = worker_count(runs.workers, len(jobs), 0)
        run_batch(Batch(jobs, workers, isolated=False, rehearse=False), listen, lambda: False)
    return list(sheets.values())


def _nbval(project: Project, sheet: Sheet) -> dict[str, Any]:
    """Run plain nbval over the published notebook, in a clean environment."""
    notebook = project.processed(sheet.company, sheet.year) / "current" / NOTEBOOK
    with tempfile.TemporaryDirectory(prefix="carbon-nbval-") as folder:
        # Alone in a folder: Python imports what is next to a notebook.
        copy = shutil.copy(notebook, folder)
        command = [sys.executable, *NBVAL, "--rootdir", folder, copy]
        try:
            finished = subprocess.run(command, cwd=folder, env=child_environment(str(project.root)), text=True,
                                      capture_output=True, timeout=NBVAL_LIMIT_S, check=False)
        except subprocess.TimeoutExpired:
            return {"passed": False, "text": f"did not end within {NBVAL_LIMIT_S} s"}
    return nbval_result(finished.stdout, f"exit code {finished.returncode}" if finished.returncode else "")


def _recorded(project: Project, sheet: Sheet) -> Sheet:
    from carbon.reports.review_sheet import review_page  # pandas

    at = datetime.now(UTC)
    stamp = at.strftime("%Y%m%dT%H%M%S%fZ")
    folder = project.ledger(sheet.company) / REVIEWS
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{sheet.year}-{stamp}.json"
    named_sheet = replace(sheet, path=project.name_of(path.with_suffix(".html")))
    # A difference shows values of rows, which others may not read.
    mode = PRIVATE if sheet.found.get("findings") else PUBLIC
    write_atomic(path, json.dumps(named_sheet.as_json(), indent=1, ensure_ascii=False).encode() + b"\n", mode=mode)
    page = review_page(named_sheet, load_runs(project).language, at.date())
    write_atomic(path.with_suffix(".html"), page.encode(), mode=mode)
    return named_sheet
