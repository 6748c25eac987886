"""Company-years on Dask workers (`carbon run --scheduler ADDRESS`): the same publish protocol on a shared folder.

A task is a portion of a schedule: its worker starts one process tree for it, as this machine does for a whole schedule,
and returns the outcomes; the lock, the checks and the switch happen there. The project folder must have the same path
on every worker.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from carbon.core.errors import UsageError
from carbon.runs.company_year.job import FAILED, Job, Outcome
from carbon.runs.schedule.execute import Batch, Listener, run_batch

CONNECT_S = 10
POLL_S = 0.2
PORTION = 20
"""Company-years of one task at most: what a lost worker has to run again, against the seconds in which one starts."""


def carry_out_here(jobs: list[Mapping[str, Any]], isolated: bool) -> list[dict[str, Any]]:
    """Run a portion of a schedule in a process tree of its own and return its outcomes as plain values.

    It stops where the client cancels its task: nothing is published after the run has ended.
    """
    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()
    ended: list[dict[str, Any]] = []

    def listen(event: str, fields: Mapping[str, Any]) -> None:
        if event == "ended":
            ended.append(dict(fields["outcome"]))

    def is_cancelled() -> bool:
        task = worker.state.tasks.get(key)
        return task is not None and task.state == "cancelled"

    portion = tuple(Job(**job) for job in jobs)
    run_batch(Batch(portion, workers=1, isolated=isolated, rehearse=False), listen, is_cancelled)
    return ended


def run_distributed(address: str, batch: Batch, listen: Listener, stopping: Callable[[], bool]) -> None:
    """Run all jobs of a batch on the workers of a Dask scheduler; every job ends exactly once.

    Raises UsageError: The extra `carbon-trajectory[dask]` is not installed, or no scheduler answers.
    """
    client = _client(address)

    def submit(jobs: list[Job]) -> Any:
        values = [job.as_json() for job in jobs]
        key = f"carbon {jobs[0].key} {len(jobs)}"
        return client.submit(carry_out_here, values, batch.isolated, key=key, pure=False)

    try:
        futures = {submit(jobs): jobs for jobs in portions(batch.jobs, sum(client.nthreads().values()))}
        while futures and not stopping():
            for future in [future for future in futures if future.done()]:
                jobs = futures.pop(future)
                if len(jobs) > 1 and not future.cancelled() and future.exception() is not None:
                    # One company-year ends its worker, again and again: alone, the others are published.
                    futures.update({submit([job]): [job] for job in jobs})
                    continue
                for job, outcome in zip(jobs, _outcomes(future, jobs), strict=True):
                    listen("ended", {"key": job.key, "outcome": outcome})
            time.sleep(POLL_S)
        if futures:
            client.cancel(list(futures))
        for job in (job for jobs in futures.values() for job in jobs):
            left = Outcome(job.company, job.year, FAILED, "stopped before it ended").as_json()
            listen("ended", {"key": job.key, "outcome": left})
    finally:
        client.close()


def portions(jobs: tuple[Job, ...], threads: int) -> list[list[Job]]:
    """Return the jobs in portions, four or more for each thread; the years of a company are neighbours."""
    size = max(1, min(PORTION, len(jobs) // (4 * max(1, threads))))
    return [list(jobs[at:at + size]) for at in range(0, len(jobs), size)]


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError("--scheduler needs Dask", hint="pip install 'carbon-trajectory[dask]'") from error
    try:
        return Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(f"No Dask scheduler answers at {address}", hint="start one: dask scheduler") from error


def _outcomes(future: Any, jobs: list[Job]) -> list[dict[str, Any]]:
    """Return how each job of a portion ended, in the order of the jobs."""
    error = ConnectionError("the scheduler gave it up") if future.cancelled() else future.exception()
    if error is None:
        ended = {f"{outcome['company']}/{outcome['year']}": outcome for outcome in future.result()}
        return [ended[job.key] for job in jobs]
    reason = f"the worker failed: {type(error).__name__}: {error}"
    return [Outcome(job.company, job.year, FAILED, reason).as_json() for job in jobs]
