"""
The process that runs a schedule: it preloads, rehearses the notebook once, and forks one child per company-year.

It does nothing else, has one thread, and speaks JSON lines with `runs.session`: one specification on stdin, events on
stdout. When stdin closes, it ends its children and itself.
"""

from __future__ import annotations

import gc
import json
import os
import select
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from carbon.runs.child import die_with_parent
from carbon.runs.job import FAILED, Job, Outcome
from carbon.runs.processes import adopt_orphans, kill_orphans, kill_tree

POLL_S = 0.02
MEMORY_SIGNALS = (6, 9, 11)
"""What a process dies of when memory is short: an abort, the kernel's killer, a bad access."""


def emit(stream: IO[str], event: str, **fields: Any) -> None:
    """
    One event as a JSON line.
    """
    stream.write(json.dumps({"event": event, **fields}) + "\n")
    stream.flush()


def preload(sources: set[str]) -> None:
    """
    Import what every child needs, and warm what imports lazily; leaves one thread.
    """
    from carbon.runs.hashing import code_hash

    # The hash of the code as it is before it is imported, and so of the code that runs.
    code_hash()
    import papermill  # noqa: F401

    from carbon.runs import company_year, content, engine  # noqa: F401

    for source in sorted(sources):
        module = sys.modules[content.load_source(source).__module__]
        getattr(module, "preload", lambda: None)()


def one_threaded_arrow() -> None:
    """
    Keep Arrow on the calling thread, for its threads would forbid forking: pandas asks it to group text, Parquet is
    read by several threads, and reading a CSV starts one that waits for Ctrl-C.
    """
    import pyarrow
    from pyarrow import acero, parquet

    pyarrow.enable_signal_handlers(False)
    grouped, opened, read = acero._group_by, parquet.ParquetFile.__init__, parquet.ParquetFile.read

    def on_this_thread(table: Any, aggregates: Any, keys: Any, use_threads: bool = True) -> Any:
        return grouped(table, aggregates, keys, use_threads=False)

    acero._group_by = on_this_thread
    # Type checkers take a method for its class's own; here it is replaced for the whole process.
    setattr(parquet.ParquetFile, "__init__",  # noqa: B010
            lambda self, *given, **named: opened(self, *given, **{**named, "pre_buffer": False}))
    setattr(parquet.ParquetFile, "read",  # noqa: B010
            lambda self, *given, **named: read(self, *given, **{**named, "use_threads": False}))


def rehearse(job: Job) -> None:
    """
    Make one set in a temporary folder and throw it away: fonts, caches, templates and late imports are then shared by
    all children.
    """
    import matplotlib

    from carbon.records.params import load_runs
    from carbon.records.project import Project
    from carbon.runs.company_year import fill_stage
    from carbon.runs.hashing import FileHashes
    from carbon.runs.plan import dependencies
    from carbon.runs.publish import Stage

    style, project = matplotlib.rcParams.copy(), Project(Path(job.root))
    try:
        found = dependencies(project, load_runs(project), job.company, job.year, hashes=FileHashes(project.root))
        with tempfile.TemporaryDirectory(prefix="carbon-rehearsal-") as folder, Stage(Path(folder)) as stage:
            fill_stage(stage, job, project, found, lambda rejects: None)
    except (Exception, SystemExit):
        # Only warmth is lost: the company-year's own run will say what is wrong.
        return
    finally:
        import matplotlib.pyplot as plt

        plt.close("all")
        # A style set in the notebook is no part of what children start with.
        dict.update(matplotlib.rcParams, style)
        gc.collect()


def why_not_fork() -> str:
    """
    Why children cannot be forked here; "" when they can.
    """
    if not hasattr(os, "fork") or sys.platform != "linux":
        return f"forking is not safe on {sys.platform}"
    if threading.active_count() > 1:
        return f"Python threads are alive: {', '.join(t.name for t in threading.enumerate())}"
    threads = len(list(Path("/proc/self/task").iterdir()))
    return f"{threads} threads are alive in the preloading process" if threads > 1 else ""


@dataclass
class Running:
    """
    A child at work.
    """

    job: Job
    pid: int
    result: IO[bytes]
    started: float
    reason: str = ""


class Schedule:
    """
    Runs jobs, `workers` at a time, each with its wall limit; emits `started` and `ended` events.
    """

    def __init__(self, jobs: list[Job], *, workers: int, fork: bool, events: IO[str]) -> None:
        self.waiting = list(reversed(jobs))
        self.workers, self.fork, self.events = workers, fork, events
        self.running: dict[int, Running] = {}

    def run(self, stop: IO[str]) -> None:
        """
        Until all jobs have ended, or `stop` reaches its end.
        """
        while self.waiting or self.running:
            while self.waiting and len(self.running) < self.workers:
                self._start(self.waiting.pop())
            if select.select([stop], [], [], POLL_S)[0] and not stop.readline():
                self._stop()
            self._kill_late()
            self._reap()

    def _start(self, job: Job) -> None:
        result = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the child has ended
        pid = self._fork(job, result) if self.fork else _spawn(job, result)
        self.running[pid] = Running(job, pid, result, time.monotonic())
        emit(self.events, "started", key=job.key, pid=pid)

    def _fork(self, job: Job, result: IO[bytes]) -> int:
        pid = os.fork()
        if pid == 0:
            from carbon.runs.child import run_job

            os.setsid()
            die_with_parent()
            run_job(job, result.fileno())
        return pid

    def _kill_late(self) -> None:
        now = time.monotonic()
        for run in self.running.values():
            if now - run.started > run.job.timeout and not run.reason:
                run.reason = (f"timeout: did not end within {run.job.timeout} s\n"
                              "Hint: find the cell that hangs, or raise `timeout_s` in params/runs.yml or --timeout")
                kill_tree(run.pid)

    def _stop(self) -> None:
        self.waiting.clear()
        for run in self.running.values():
            run.reason = run.reason or "stopped"
            kill_tree(run.pid)

    def _reap(self) -> None:
        for pid in list(self.running):
            found, status, usage = os.wait4(pid, os.WNOHANG)
            if found == 0:
                continue
            run = self.running.pop(pid)
            kill_orphans(keep=set(self.running))
            outcome = _outcome(run, status)
            fields = {**outcome.as_json(), "peak_mb": round(usage.ru_maxrss / 1024, 1)}
            emit(self.events, "ended", key=run.job.key, outcome=fields, clean=outcome.reason == run.reason)


def _outcome(run: Running, status: int) -> Outcome:
    """
    What the child left behind, or why it left nothing.
    """
    with run.result as file:
        file.seek(0)
        text = file.read()
    reason = run.reason
    if not reason and text and os.WIFEXITED(status):
        try:
            return Outcome(**json.loads(text))
        except ValueError:
            # A full disk or a file-size limit cut it; the published set, if there is one, is found by its manifest.
            reason = "its outcome could not be written whole\nHint: free space where temporary files lie (TMPDIR)"
    reason = reason or _how_it_died(status)
    return Outcome(run.job.company, run.job.year, FAILED, reason, seconds=round(time.monotonic() - run.started, 3))


def _how_it_died(status: int) -> str:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        killed = f"the process was killed by signal {number}"
        return killed if number not in MEMORY_SIGNALS else (
            f"{killed} (by hand, or for want of memory)\nHint: run again; if it recurs, with --workers 1")
    return (f"the process ended early with exit code {os.WEXITSTATUS(status)}: a cell ended it\n"
            "Hint: take os._exit() out of the notebook")


def _spawn(job: Job, result: IO[bytes]) -> int:
    import subprocess

    process = subprocess.Popen([sys.executable, "-m", "carbon.runs.child", str(result.fileno())],
                               stdin=subprocess.PIPE, pass_fds=[result.fileno()], start_new_session=True, text=True)
    with process.stdin as stdin:  # type: ignore[union-attr]
        stdin.write(json.dumps(job.as_json()) + "\n")
    process.returncode = 0  # waited for by `_reap`, not by Popen
    return process.pid


def main() -> None:
    """
    Read the specification, prepare, run the schedule, end.
    """
    die_with_parent()
    adopt_orphans()
    # Events own the first descriptor; whatever else prints goes to stderr.
    events = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    spec = json.loads(sys.stdin.readline())
    jobs = [Job(**job) for job in spec["jobs"]]
    fork = not spec["isolated"]
    if fork:
        one_threaded_arrow()
        preload({job.source for job in jobs})
        emit(events, "preloaded")
        if spec["rehearse"]:
            rehearse(jobs[0])
        reason = why_not_fork()
        if reason and spec["rehearse"]:
            # The notebook started a thread: without the rehearsal this process still forks.
            sys.exit(f"the rehearsal left more than one thread: {reason}")
        if reason:
            emit(events, "fallback", reason=reason)
            fork = False
            jobs = [Job(**{**job.as_json(), "engine": "nbclient"}) for job in jobs]
    emit(events, "ready")
    gc.freeze()
    Schedule(jobs, workers=spec["workers"], fork=fork, events=events).run(sys.stdin)
    emit(events, "done")


if __name__ == "__main__":
    main()
