"""Company-years on Dask workers (`carbon run --scheduler ADDRESS`): the same publish protocol on a shared folder.

A task starts one process tree of its own on its worker, with papermill's stock engine, and returns the outcome; the
lock, the checks and the switch happen there. The project folder must have the same path on every worker.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from carbon.core.errors import UsageError
from carbon.runs.company_year.job import FAILED, Job, Outcome
from carbon.runs.schedule.execute import Batch, Listener, run_batch

CONNECT_S = 10
POLL_S = 0.2


def carry_out_here(job: Mapping[str, Any], notebook: str) -> dict[str, Any]:
    """Run one company-year in a process tree of its own and return its outcome as plain values."""
    ended: list[dict[str, Any]] = []
    batch = Batch((Job(**job),), notebook, {}, workers=1, isolated=True, rehearse=False)

    def listen(event: str, fields: Mapping[str, Any]) -> None:
        if event == "ended":
            ended.append(dict(fields["outcome"]))

    run_batch(batch, listen, lambda: False)
    return ended[0]


def run_distributed(address: str, batch: Batch, listen: Listener, stopping: Callable[[], bool]) -> None:
    """Run all jobs of a batch on the workers of a Dask scheduler; every job ends exactly once.

    Raises UsageError: The extra `carbon-trajectory[dask]` is not installed, or no scheduler answers.
    """
    client = _client(address)
    try:
        jobs = {job.key: replace(job, engine="nbclient") for job in batch.jobs}
        futures = {client.submit(carry_out_here, job.as_json(), batch.notebook, key=f"carbon {key}", pure=False): job
                   for key, job in jobs.items()}
        while futures and not stopping():
            for future in [future for future in futures if future.done()]:
                job = futures.pop(future)
                listen("ended", {"key": job.key, "outcome": _outcome(future, job)})
            time.sleep(POLL_S)
        if futures:
            client.cancel(list(futures))
        for job in futures.values():
            left = Outcome(job.company, job.year, FAILED, "stopped before it ended").as_json()
            listen("ended", {"key": job.key, "outcome": left})
    finally:
        client.close()


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError("--scheduler needs Dask", hint="pip install 'carbon-trajectory[dask]'") from error
    try:
        return Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(f"No Dask scheduler answers at {address}", hint="start one: dask scheduler") from error


def _outcome(future: Any, job: Job) -> dict[str, Any]:
    error = future.exception()
    if error is None:
        return dict(future.result())
    return Outcome(job.company, job.year, FAILED, f"the worker failed: {type(error).__name__}: {error}").as_json()
