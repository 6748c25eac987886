"""The company-years of one company: what they share is computed once, in a process that forks them and then ends.

A report shows the years before its own, so four reports of one company would read and calculate ten inventories. Here
a process of its own calculates each once; the company-years forked from it find them in their memory. Each waits for
its turn, and is then a child like any other. An error here only costs time: the company-years then run alone
and report it themselves.
"""

from __future__ import annotations

import gc
import json
import os
import select
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NoReturn

from carbon.params.files.project import Project
from carbon.runs.company_year.content import sharing
from carbon.runs.company_year.job import Job
from carbon.runs.schedule.child import die_with_parent, limit_memory, quiet, run_job
from carbon.runs.schedule.processes import why_not_fork

ORPHANED_S = 1.0
"""How often a waiting process checks that its caller still runs [s]."""


@dataclass
class Waiting:
    """A forked company-year before its turn; `gate` is written to when it comes."""

    job: Job
    pid: int
    result: IO[bytes]
    gate: int | None = None

    def go(self) -> Waiting:
        """Start it."""
        if self.gate is not None:
            # Killed while it waited: found when it is waited for.
            with suppress(BrokenPipeError):
                os.write(self.gate, b"1")
            os.close(self.gate)
            self.gate = None
        return self


@dataclass
class Siblings:
    """A process that computes what some company-years share. `answer`: where it writes their process ids."""

    jobs: list[Job]
    pid: int
    answer: int
    hold: int
    gates: list[int]
    results: Sequence[IO[bytes]]
    started: float = field(default_factory=time.monotonic)
    heard: bool = False
    stopped: bool = False
    """Its company-years are no longer wanted."""
    forked: list[Waiting] = field(default_factory=list)

    @classmethod
    def fork(cls, jobs: Sequence[Job]) -> Siblings:
        """Start the process for jobs of one company and source."""
        results = [tempfile.TemporaryFile() for _ in jobs]  # noqa: SIM115 - closed when each child has ended
        gates = [os.pipe() for _ in jobs]
        answer, hold = os.pipe(), os.pipe()
        pid = os.fork()
        if pid == 0:
            for descriptor in (answer[0], hold[1], *(write for _, write in gates)):
                os.close(descriptor)
            _prepare_and_fork(jobs, [read_end for read_end, _ in gates], results, answer[1], hold[0])
        for descriptor in (answer[1], hold[0], *(read_end for read_end, _ in gates)):
            os.close(descriptor)
        return cls(list(jobs), pid, answer[0], hold[1], [write for _, write in gates], results)

    def children(self) -> list[Waiting]:
        """Return the company-years that it forked, or [] where it could not; then it may end."""
        self.heard = True
        with os.fdopen(self.answer, "rb") as answer:
            text = answer.read()
        pids = json.loads(text) if text.endswith(b"]") and not self.stopped else []
        os.close(self.hold)
        if pids:
            return [Waiting(*child) for child in zip(self.jobs, pids, self.results, self.gates, strict=True)]
        for gate, result in zip(self.gates, self.results, strict=True):
            os.close(gate)
            result.close()
        return []


def _prepare_and_fork(jobs: Sequence[Job], gates: Sequence[int], results: Sequence[IO[bytes]], answer: int,
                      hold: int) -> NoReturn:
    """Compute what is shared, fork the company-years, write their ids, and wait until these were read."""
    caller = os.getppid()
    try:
        os.setsid()
        die_with_parent()
        quiet()
        limit_memory(jobs[0].memory_mb, final=False)
        share = sharing(jobs[0].source)
        if share is not None:
            share(Project(Path(jobs[0].root)), jobs[0].company, [job.year for job in jobs])
            gc.freeze()
        if why_not_fork():
            os._exit(1)
        pids = [_fork_waiting(*one, caller, (answer, hold)) for one in zip(jobs, gates, results, strict=True)]
        os.write(answer, json.dumps(pids).encode())
        os.close(answer)
        os.read(hold, 1)
    except BaseException:
        os._exit(1)
    os._exit(0)


def _fork_waiting(job: Job, gate: int, result: IO[bytes], caller: int, not_its_own: tuple[int, int]) -> int:
    forked_by = os.getpid()
    pid = os.fork()
    if pid == 0:
        # Open here, `answer` would never reach its end.
        for descriptor in not_its_own:
            os.close(descriptor)
        _wait_and_run(job, gate, result, (caller, forked_by))
    return pid


def _wait_and_run(job: Job, gate: int, result: IO[bytes], parents: tuple[int, int]) -> NoReturn:
    os.setsid()
    while not select.select([gate], [], [], ORPHANED_S)[0]:
        if os.getppid() not in parents:
            os._exit(1)
    if not os.read(gate, 1):
        os._exit(1)
    # By now the schedule is its parent: the process that forked it has ended.
    die_with_parent()
    run_job(job, result.fileno())
