"""`carbon run`: plan, journal, run, summarise. No failure stops the others, no company-year is left out."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carbon.core.errors import LockedError, UsageError
from carbon.params.files.project import Project
from carbon.params.shapes.company import RunParams
from carbon.runs.company_year.job import FAILED, OK, SKIPPED, SOURCE, Job, Outcome
from carbon.runs.company_year.journal import Journal, is_good, published_outcome
from carbon.runs.company_year.stale import Planned, company_years, make_plan
from carbon.runs.publish import Lock, clean_leftovers, has_leftovers
from carbon.runs.publish.durable import temporary_name
from carbon.runs.publish.identity import recorded
from carbon.runs.publish.sets import Switch, damage, last_switch
from carbon.runs.publish.signoff import REOPENED, in_force, sign
from carbon.runs.schedule.index_page import write_index
from carbon.runs.schedule.signals import noted_signals

if TYPE_CHECKING:
    from carbon.runs.schedule.execute import Batch, Listener, Parent

REHEARSE_FROM = 3
"""Runs a worker: a rehearsal costs one run, for which all workers wait, and saves a third of each other run."""


@dataclass(frozen=True)
class Options:
    """How to run; None and 0 leave the choice to params/runs.yml and the machine."""

    only: tuple[str, ...] = ()
    force: bool = False
    workers: int | None = None
    timeout: int | None = None
    memory_mb: int = 0
    isolated: bool = False
    reopen: str | None = None
    """Reason to run signed company-years of `only` again; written to their ledger."""
    scheduler: str = ""
    """Address of a Dask scheduler; empty: this machine."""
    source: str = SOURCE
    parent: Parent | None = None
    """The process that runs the schedule, where it has been started already."""


@dataclass(frozen=True)
class RunSummary:
    """The rows of run_summary.json for the requested company-years, and the exit code of the process."""

    rows: list[dict[str, Any]]
    outcomes: dict[str, Outcome]
    exit_code: int
    index: str


class Reporter:
    """Receives events of a run; this one ignores them."""

    def planned(self, plan: Sequence[Planned]) -> None:
        """Receive the plan, before anything runs."""

    def event(self, name: str, fields: Mapping[str, Any]) -> None:
        """Receive an event: a run ended, a worker was restarted, a remark."""


def run(project: Project, runs: RunParams, options: Options | None = None,
        reporter: Reporter | None = None) -> RunSummary:
    """Publish every company-year that is missing or stale.

    Raises UsageError: Nothing was computed: an unknown name in `only`, an output folder that cannot be written.
    """
    options, reporter = options or Options(), reporter or Reporter()
    processed = project.root / "data" / "processed"
    preflight(processed)
    everything = company_years(runs)
    journal = Journal(processed)
    if options.reopen is not None:
        _reopen(project, company_years(runs, options.only), options)
    # Nothing is written yet: a signal during minutes of hashing ends the process at once.
    plan = make_plan(project, runs, only=options.only, force=options.force, identities=journal.identities())
    with noted_signals() as caught:
        reporter.planned(plan)
        _tidy(project, everything)
        journal.plan((p.company, p.year) for p in plan)
        journal.write_summary(everything)
        outcomes = _outcomes(project, runs, plan, options, _Recorder(project, runs, journal, reporter, caught), caught)
        everyone = journal.write_summary(everything)
        rows = [row for row in everyone if f"{row['company']}/{row['year']}" in outcomes]
        if runs.pdf and not caught:
            _print(project, runs, options, outcomes, reporter, lambda: bool(caught))
        ran = any(outcome.status != SKIPPED for outcome in outcomes.values())
        index = write_index(project, everyone, language=runs.language, changed=ran)
    good = all(is_good(outcome.status) for outcome in outcomes.values())
    return RunSummary(rows, outcomes, 128 + caught[0] if caught else int(not good), index)


def _print(project: Project, runs: RunParams, options: Options, outcomes: Mapping[str, Outcome],
           reporter: Reporter, stopping: Callable[[], bool]) -> None:
    from carbon.runs.schedule.execute import worker_count
    from carbon.runs.schedule.pdf import print_pdfs

    good = [(outcome.company, outcome.year) for outcome in outcomes.values() if is_good(outcome.status)]
    workers = worker_count(options.workers or runs.workers, max(1, len(good)), 0)
    for problem in print_pdfs(project, good, workers=workers, stopping=stopping):
        reporter.event("pdf", {"reason": problem})


def _reopen(project: Project, keys: Sequence[tuple[str, int]], options: Options) -> None:
    if not options.only:
        raise UsageError("--reopen needs --only: a signed year is reopened by name")
    reason = (options.reopen or "").strip()
    if not reason:
        raise UsageError("--reopen needs a reason: it is recorded with the signature")
    for company, year in keys:
        if in_force(project, company, year):
            sign(project, company, year, state=REOPENED, by=getpass.getuser(), note=reason)


def preflight(processed: Path) -> None:
    """Check before any work that the output folder can be written."""
    try:
        processed.mkdir(parents=True, exist_ok=True)
        probe = temporary_name(processed / "probe")
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        raise UsageError(f"data/processed cannot be written: {error.strerror}",
                         hint="check the folder's owner, mode and free space") from error


def _tidy(project: Project, keys: Sequence[tuple[str, int]]) -> None:
    """Remove what dead runs left, also where nothing needs to run."""
    for company, year in keys:
        folder = project.processed(company, year)
        if has_leftovers(folder):
            with suppress(LockedError), Lock(folder):
                clean_leftovers(folder)


class _Recorder:
    """Writes each end to the journal and the reporter, once."""

    def __init__(self, project: Project, runs: RunParams, journal: Journal, reporter: Reporter,
                 caught: list[int]) -> None:
        self.project, self.runs, self.journal, self.reporter, self.caught = project, runs, journal, reporter, caught
        self.outcomes: dict[str, Outcome] = {}
        self.stopped: list[Outcome] = []
        """Failures since a signal, journalled together: a thousand that never began are one wait for the disk."""
        self.before: dict[str, Switch] = {}
        """The current set of each key that runs, before it ran."""

    def end(self, outcome: Outcome) -> None:
        """Record how one company-year ended; a failed one is tidied, and is a success where it has published."""
        if outcome.status == FAILED and not outcome.locked:
            _tidy(self.project, [(outcome.company, outcome.year)])
            outcome = self._published_after_all(outcome)
        self.outcomes[outcome.key] = outcome
        if self.caught and outcome.status == FAILED:
            self.stopped.append(outcome)
        else:
            self.journal.ended(outcome)
        self.reporter.event("ended", {"key": outcome.key, "outcome": outcome})

    def up_to_date(self, outcomes: Sequence[Outcome]) -> None:
        """Record those that need no run in one durable step: hundreds of them are one wait for the disk."""
        if not outcomes:
            return
        self.journal.ended(*outcomes)
        for outcome in outcomes:
            self.outcomes[outcome.key] = outcome
            self.reporter.event("ended", {"key": outcome.key, "outcome": outcome})

    def _published_after_all(self, outcome: Outcome) -> Outcome:
        # Killed after the switch, it has published. Inputs are not hashed again: a signal waits for this.
        now = last_switch(self.project.processed(outcome.company, outcome.year))
        if now is None or now == self.before.get(outcome.key, now) or damage(now[0]) or not recorded(now[0]):
            return outcome
        return published_outcome(self.project, outcome.company, outcome.year, OK)

    def listen(self, event: str, fields: Mapping[str, Any]) -> None:
        """Record an end; pass any other event on to the reporter."""
        if event == "ended":
            self.end(Outcome(**fields["outcome"]))
        else:
            if event == "started" and len(self.runs.runs) > 1:
                from carbon.reports.page import portfolio  # noqa: F401 - `write_index` compares companies later
            self.reporter.event(event, fields)


def _outcomes(project: Project, runs: RunParams, plan: Sequence[Planned], options: Options, recorder: _Recorder,
              caught: list[int]) -> dict[str, Outcome]:
    todo, skipped = [], []
    for planned in plan:
        if planned.error:
            recorder.end(Outcome(planned.company, planned.year, FAILED, planned.error))
        elif planned.reasons:
            todo.append(planned)
            recorder.before[planned.key] = last_switch(project.processed(planned.company, planned.year))
        else:
            outcome = published_outcome(project, planned.company, planned.year, SKIPPED)
            skipped.append(replace(outcome, reason=planned.kept))
    recorder.up_to_date(skipped)
    if todo and not caught:
        _run(_batch(project, runs, todo, options), options, recorder.listen, lambda: bool(caught))
    recorder.journal.ended(*recorder.stopped)
    return dict(sorted(recorder.outcomes.items()))


def _run(batch: Batch, options: Options, listen: Listener, stopping: Callable[[], bool]) -> None:
    if options.scheduler:
        from carbon.runs.schedule.distributed import run_distributed

        run_distributed(options.scheduler, batch, listen, stopping)
    else:
        from carbon.runs.schedule.execute import run_batch

        run_batch(batch, listen, stopping, options.parent)


def _batch(project: Project, runs: RunParams, todo: Sequence[Planned], options: Options) -> Batch:
    from carbon.runs.schedule.execute import Batch, worker_count

    engine = "nbclient" if options.isolated else "carbon"
    jobs = tuple(Job(str(project.root), p.company, p.year, engine, options.timeout or runs.timeout_s,
                     options.memory_mb, options.source, options.force, p.doubted) for p in todo)
    workers = worker_count(options.workers or runs.workers, len(jobs), options.memory_mb)
    return Batch(jobs, workers, options.isolated, len(jobs) >= REHEARSE_FROM * workers and not options.isolated)
