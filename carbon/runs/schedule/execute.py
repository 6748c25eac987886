"""Start the parent process, follow its events, and start it again without rehearsal when it dies or hangs."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, Self, cast

import psutil

from carbon.records.values.persons import SALT
from carbon.runs.company_year.job import FAILED, SOURCE, Job, Outcome
from carbon.runs.schedule.processes import kill_tree

KEPT_ENVIRONMENT = ("PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH",
                    "PYTHONHOME", "LD_LIBRARY_PATH", "SYSTEMROOT", "XDG_CACHE_HOME", "XDG_CONFIG_HOME",
                    "MPLCONFIGDIR", "XDG_RUNTIME_DIR", SALT)
"""Allow-list: a notebook sees no secret of the shell that started it; the salt has left before a cell runs."""
FIXED_ENVIRONMENT = {
    # One thread in the process that forks: these libraries start theirs on import.
    "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false", "ARROW_DEFAULT_MEMORY_POOL": "system",
    # No module from the working folder: what is next to a report is data.
    "PYTHONSAFEPATH": "1",
    # The same bytes in every shell.
    "TZ": "UTC", "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONUTF8": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline", "NO_COLOR": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "JUPYTER_PLATFORM_DIRS": "1", "PYDANTIC_DISABLE_PLUGINS": "__all__",
}
PREPARE_S = 60
"""Limit of the imports before the first fork."""
REHEARSAL_S = 2
STOP_S = 3
"""Limit of an orderly end, in which running children are killed and their ends reported."""
MEMORY_PER_RUN_MB = 400
Listener = Callable[[str, Mapping[str, Any]], None]


@dataclass(frozen=True)
class Batch:
    """Jobs of one schedule and how to run them."""

    jobs: tuple[Job, ...]
    workers: int
    isolated: bool
    rehearse: bool


def worker_count(requested: int | None, jobs: int, memory_mb: int) -> int:
    """Return how many run at once: as requested, or one a core, never more than free memory or jobs allow."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    free_mb = psutil.virtual_memory().available / 2**20
    fitting = int(free_mb / (memory_mb or MEMORY_PER_RUN_MB))
    return max(1, min(requested or cores, fitting, jobs))


def child_environment(root: str) -> dict[str, str]:
    """Return the environment of every process that runs a notebook."""
    inherited = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    return {**inherited, **FIXED_ENVIRONMENT, "CARBON_PROJECT": root}


class Parent:
    """The parent process, which imports what it needs as soon as it starts: also while its jobs are being planned."""

    def __init__(self, root: str | Path, sources: Iterable[str], *, isolated: bool = False) -> None:
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed when the process has ended
        self.process = subprocess.Popen(
            [sys.executable, "-m", "carbon.runs.schedule.parent"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self.errors, text=True, start_new_session=True, env=child_environment(str(root)))
        self.send({"sources": sorted(sources), "isolated": isolated})

    def send(self, fields: Mapping[str, Any]) -> None:
        """Send a line of JSON; that the process has ended is seen where its events are read."""
        with suppress(BrokenPipeError):
            print(json.dumps(fields), file=self.process.stdin, flush=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.returncode is None:  # else its number may be another process's by now
            kill_tree(self.process.pid)
            self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.errors):
            with suppress(BrokenPipeError):
                stream.close()  # type: ignore[union-attr]  # open, as they were asked for as pipes


def start_ahead(root: Path, workers: int | None, memory_mb: int) -> Parent | nullcontext[None]:
    """Start the parent process of `SOURCE` before its jobs are known, where a core is free for it."""
    return Parent(root, [SOURCE]) if worker_count(workers, 2, memory_mb) > 1 else nullcontext()


def run_batch(batch: Batch, listen: Listener, stopping: Callable[[], bool], parent: Parent | None = None) -> None:
    """Run all jobs; `listen` gets `started`, `ended`, `fallback` and `restarted`. Every job ends exactly once.

    `parent`: The parent process where it has been started.
    """
    open_jobs = {job.key: job for job in batch.jobs}

    def record(event: str, fields: Mapping[str, Any]) -> None:
        if event == "ended":
            open_jobs.pop(fields["key"], None)
        listen(event, fields)

    reason = _run_parent(batch, record, stopping, parent)
    if open_jobs and not stopping():
        listen("restarted", {"reason": reason})
        rest = replace(batch, jobs=tuple(open_jobs.values()), rehearse=False)
        reason = _run_parent(rest, record, stopping)
    for job in list(open_jobs.values()):
        why = "stopped before it ended" if stopping() else f"the scheduling process ended: {reason}"
        record("ended", {"key": job.key, "outcome": Outcome(job.company, job.year, FAILED, why).as_json()})


def _run_parent(batch: Batch, listen: Listener, stopping: Callable[[], bool], started: Parent | None = None) -> str:
    """Run the parent process once; returns why it ended early ("" when it did not)."""
    # The folder is made here, not in the parent process: one that is killed while it rehearses leaves nothing.
    with (tempfile.TemporaryDirectory(prefix="carbon-rehearsal-", ignore_cleanup_errors=True) as folder,
          started or Parent(batch.jobs[0].root, {job.source for job in batch.jobs}, isolated=batch.isolated) as parent):
        parent.send({"jobs": [job.as_json() for job in batch.jobs], "workers": batch.workers,
                     "rehearse_in": folder if batch.rehearse else ""})
        reason = _follow(parent.process, batch, listen, stopping)
        if reason:
            parent.errors.seek(0)
            reason = f"{reason}: {(parent.errors.read().strip().splitlines() or [''])[-1][:500]}".rstrip(": ")
    return reason


def _follow(parent: subprocess.Popen[str], batch: Batch, listen: Listener, stopping: Callable[[], bool]) -> str:
    stdin, stdout = cast("tuple[IO[str], IO[str]]", (parent.stdin, parent.stdout))  # asked for as pipes
    limit, is_ready = time.monotonic() + PREPARE_S, False
    stop_at: float | None = None
    buffer = ""
    while True:
        if stopping() and stop_at is None:
            # Closing stdin is the order to stop; a parent that does not stop, or has no child yet, is killed.
            stdin.close()
            stop_at = time.monotonic() + (STOP_S if is_ready else 0)
        if time.monotonic() > min(limit, stop_at or limit):
            return "it did not get ready in time" if stop_at is None else "stopped"
        if not select.select([stdout], [], [], 0.1)[0]:
            continue
        text = os.read(stdout.fileno(), 65536).decode()
        if not text:
            return f"exit code {parent.wait()}"
        *lines, buffer = (buffer + text).split("\n")
        for fields in map(json.loads, lines):
            event = fields.pop("event")
            if event == "done":
                return ""
            if event == "preloaded":
                limit = time.monotonic() + batch.jobs[0].timeout + REHEARSAL_S
            elif event == "ready":
                limit, is_ready = float("inf"), True
            else:
                listen(event, fields)
