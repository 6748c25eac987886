"""The process of one company-year: its limits, its redirected output, and its outcome as one JSON value.

Forked by `schedule.parent`, or started as `python -m carbon.runs.schedule.child FD < job.json` where forking is not
possible.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import zlib
from pathlib import Path
from typing import NoReturn

from carbon.runs.company_year.job import FAILED, Job, Outcome

PR_SET_PDEATHSIG = 1
SIGKILL = 9


def die_with_parent() -> None:
    """Ask Linux to kill this process when its parent dies, so that no run outlives a killed schedule."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGKILL)


def limit_memory(megabytes: int, *, final: bool = True) -> None:
    """Let this process and its children take at most so much more data memory than it has now [MiB]; 0: no limit.

    Not `final`: a process forked from this one may set a limit of its own.
    """
    if megabytes <= 0:
        return
    import resource

    held_bytes = 0
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text()
        held_bytes = int(status.split("VmData:")[1].split()[0]) * 1024
    limit = held_bytes + megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit if final else resource.getrlimit(resource.RLIMIT_DATA)[1]))


def run_job(job: Job, result: int) -> NoReturn:
    """Carry out a job and leave its outcome in the file behind descriptor `result`; ends the process."""
    errors = quiet()
    outcome = _carry_out(job)
    noise = _read(errors)
    if noise and outcome.status == FAILED:
        outcome = Outcome(**{**outcome.as_json(), "reason": f"{outcome.reason}\n{noise[:500]}"})
    os.write(result, json.dumps(outcome.as_json()).encode())
    # No exit handlers: they belong to the process this one was forked from.
    os._exit(0)


def _carry_out(job: Job) -> Outcome:
    try:
        from carbon.records.values.persons import keep_salt
        from carbon.runs.company_year.publication import carry_out
        from carbon.runs.notebook.shell import reseed

        keep_salt()
        limit_memory(job.memory_mb)
        reseed(zlib.crc32(job.key.encode()))
        return carry_out(job)
    except BaseException as error:
        return Outcome(job.company, job.year, FAILED, f"{type(error).__name__}: {error}"[:2000])


def quiet() -> int:
    """Close input and output; return the descriptor of a file that collects stderr for the reason of a failure."""
    import tempfile

    null = os.open(os.devnull, os.O_RDWR)
    with tempfile.TemporaryFile() as file:
        errors = os.dup(file.fileno())
    for source, target in ((null, 0), (null, 1), (errors, 2)):
        os.dup2(source, target)
    os.close(null)
    return errors


def _read(descriptor: int) -> str:
    size = os.fstat(descriptor).st_size
    return os.pread(descriptor, min(size, 4000), 0).decode(errors="replace").strip()


def main() -> NoReturn:
    """Run the job on standard input in a process that was started, not forked."""
    die_with_parent()
    job = Job(**json.loads(sys.stdin.readline()))
    run_job(job, int(sys.argv[1]))


if __name__ == "__main__":
    main()
