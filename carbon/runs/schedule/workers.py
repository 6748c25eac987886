"""The schedule: company-years, so many at a time, each with its time limit; and the outcome of each.

Company-years of one company share what is computed before them (`schedule.siblings`) where their source can.
"""

from __future__ import annotations

import json
import os
import select
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import IO

from carbon.runs.company_year.content import sharing
from carbon.runs.company_year.job import FAILED, PUBLISH, Job, Outcome, emit
from carbon.runs.schedule.child import die_with_parent, run_job
from carbon.runs.schedule.processes import kill_orphans, kill_tree
from carbon.runs.schedule.siblings import Siblings, Waiting

POLL_S = 0.02
"""How often time limits are looked at, and, where a system does not tell of it, whether a process has ended."""
MEMORY_SIGNALS = (6, 9, 11)
"""What a process dies of when memory is short: an abort, the kernel's killer, a bad access."""


@dataclass
class Running:
    """A child at work."""

    job: Job
    pid: int
    result: IO[bytes]
    started: float
    ends: list[int]
    """A descriptor that can be read when it has ended, where the system has one."""
    reason: str = ""


class Schedule:
    """Runs jobs, `workers` at a time, each with its wall limit; emits `started` and `ended` events."""

    def __init__(self, jobs: list[Job], *, workers: int, fork: bool, events: IO[str]) -> None:
        self.waiting = list(jobs)
        self.workers, self.fork, self.events = workers, fork, events
        self.running: dict[int, Running] = {}
        self.preparing: dict[int, Siblings] = {}
        self.ready: list[Waiting] = []
        self.alone: set[str] = set()
        """Keys of jobs whose sharing failed: each computes everything itself and reports the error."""

    def run(self, stop: IO[str]) -> None:
        """Run until all jobs have ended, or `stop` reaches its end."""
        while self.waiting or self.ready or self.preparing or self.running:
            while len(self.running) + len(self.preparing) < self.workers and self.start_next():
                pass
            sources: list[IO[str] | int] = [stop, *(s.answer for s in self.preparing.values() if not s.heard),
                                            *(end for run in self.running.values() for end in run.ends)]
            heard = select.select(sources, [], [], POLL_S)[0]
            if stop in heard and not stop.readline():
                self._stop()
            self._hear()
            self._kill_late()
            self._reap()
        kill_orphans(keep=set())

    def start_next(self) -> bool:
        """Start a job and return whether one could start; one company is prepared ahead while others run."""
        family = self._family(self.waiting[0]) if self.waiting else []
        if self.ready and (len(family) < 2 or self.preparing or len(self.ready) >= 2 * self.workers):
            self._started(self.ready.pop(0).go())
            return True
        self.waiting = [job for job in self.waiting if job not in family]
        if len(family) > 1:
            siblings = Siblings.fork(family)
            self.preparing[siblings.pid] = siblings
        elif family:
            self._start(family[0])
        return bool(family)

    def _family(self, first: Job) -> list[Job]:
        if not self.fork or first.work != PUBLISH or first.key in self.alone or sharing(first.source) is None:
            return [first]
        return [job for job in self.waiting
                if job.company == first.company and job.key not in self.alone and job.work == PUBLISH]

    def _start(self, job: Job) -> None:
        result = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the child has ended
        self._started(Waiting(job, self._fork(job, result) if self.fork else _spawn(job, result), result))

    def _started(self, child: Waiting) -> None:
        ends = [os.pidfd_open(child.pid)] if sys.platform == "linux" else []
        self.running[child.pid] = Running(child.job, child.pid, child.result, time.monotonic(), ends)
        emit(self.events, "started", key=child.job.key, pid=child.pid)

    def _fork(self, job: Job, result: IO[bytes]) -> int:
        pid = os.fork()
        if pid == 0:
            os.setsid()
            die_with_parent()
            run_job(job, result.fileno())
        return pid

    def _hear(self) -> None:
        """Read the answers of preparing processes: siblings wait for their turn; where it failed, jobs run alone."""
        for siblings in self.preparing.values():
            if siblings.heard or not select.select([siblings.answer], [], [], 0)[0]:
                continue
            siblings.forked = siblings.children()
            if not siblings.forked and not siblings.stopped:
                self.alone |= {job.key for job in siblings.jobs}
                self.waiting = siblings.jobs + self.waiting

    def _kill_late(self) -> None:
        now = time.monotonic()
        for run in self.running.values():
            if now - run.started > run.job.timeout and not run.reason:
                run.reason = (f"timeout: did not end within {run.job.timeout} s\n"
                              "Hint: find the cell that hangs, or raise `timeout_s` in params/runs.yml or --timeout")
                kill_tree(run.pid)
        for siblings in self.preparing.values():
            if not siblings.heard and now - siblings.started > siblings.jobs[0].timeout:
                kill_tree(siblings.pid)

    def _stop(self) -> None:
        self.waiting.clear()
        for run in self.running.values():
            run.reason = run.reason or "stopped"
            kill_tree(run.pid)
        for pid in self._active() - set(self.running):
            kill_tree(pid)
        for siblings in self.preparing.values():
            siblings.stopped, siblings.forked = True, []
        self.ready.clear()

    def _active(self) -> set[int]:
        """Return the processes that are not left over: running, preparing, or waiting for their turn."""
        waiting = [*self.ready, *(child for siblings in self.preparing.values() for child in siblings.forked)]
        return {*self.running, *self.preparing, *(child.pid for child in waiting)}

    def _reap(self) -> None:
        for pid in [pid for pid, siblings in self.preparing.items() if siblings.heard]:
            if os.waitpid(pid, os.WNOHANG)[0]:
                # Only now are those it forked children of this process, which can wait for them.
                self.ready += self.preparing.pop(pid).forked
        for pid in list(self.running):
            ended_pid, status, usage = os.wait4(pid, os.WNOHANG)
            if ended_pid == 0:
                continue
            run = self.running.pop(pid)
            for end in run.ends:
                os.close(end)
            kill_orphans(keep=self._active())
            outcome = _outcome(run, status)
            fields = {**outcome.as_json(), "peak_mb": round(usage.ru_maxrss / 1024, 1)}
            emit(self.events, "ended", key=run.job.key, outcome=fields, clean=outcome.reason == run.reason)


def _outcome(run: Running, status: int) -> Outcome:
    """Return the outcome that the child wrote, or a failure with the reason why it wrote none."""
    with run.result as file:
        file.seek(0)
        text = file.read()
    reason = run.reason
    if not reason and text and os.WIFEXITED(status):
        try:
            return Outcome(**json.loads(text))
        except ValueError:
            # A full disk or a file-size limit cut it; the published set, if there is one, is found by its manifest.
            reason = "its outcome could not be written completely\nHint: free space where temporary files lie (TMPDIR)"
    reason = reason or _how_it_died(status)
    return Outcome(run.job.company, run.job.year, FAILED, reason, seconds=round(time.monotonic() - run.started, 3))


def _how_it_died(status: int) -> str:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        killed = f"the process was killed by signal {number}"
        return killed if number not in MEMORY_SIGNALS else (
            f"{killed} (by hand, or because memory was short)\nHint: run again; if it recurs, with --workers 1")
    return (f"the process ended early with exit code {os.WEXITSTATUS(status)}: a cell ended it\n"
            "Hint: take os._exit() out of the notebook")


def _spawn(job: Job, result: IO[bytes]) -> int:
    import subprocess

    process = subprocess.Popen([sys.executable, "-m", "carbon.runs.schedule.child", str(result.fileno())],
                               stdin=subprocess.PIPE, pass_fds=[result.fileno()], start_new_session=True, text=True)
    # Open, as it was asked for as a pipe.
    with process.stdin as stdin:  # type: ignore[union-attr]
        stdin.write(json.dumps(job.as_json()) + "\n")
    process.returncode = 0  # waited for by `_reap`, not by Popen
    return process.pid
