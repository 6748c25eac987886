"""Company-years on the workers of a real Dask cluster."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import CancelledError
from types import SimpleNamespace

import psutil
import pytest

from carbon.core.errors import UsageError
from carbon.runs.company_year.job import Job
from carbon.runs.schedule.distributed import PORTION, portions
from carbon.runs.schedule.execute import Batch

distributed = pytest.importorskip("distributed")
KILLS_ITS_WORKER = ('if company == "c2":\n'
                    "    import psutil\n"
                    "    for process in psutil.Process().parents():\n"
                    '        if "spawn_main" in " ".join(process.cmdline()):\n'
                    "            process.kill()\n"
                    "            break\n"
                    "(company, year)")


def cluster():
    """Two worker processes, each under a nanny that starts it again."""
    return distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)


def sets(project):
    """Every byte of every set by its path."""
    return {name: data for name, data in project.files().items() if "/set-" in name}


@pytest.mark.parametrize(("jobs", "threads"), [(1, 0), (1, 2), (7, 2), (40, 2), (1_000, 2), (1_000, 64)])
def test_each_company_year_is_in_one_portion(jobs, threads):
    """In its order; no portion is so long that a lost worker repeats more than twenty."""
    schedule = tuple(Job("", f"c{n}", 2024, "carbon", 60, 0, "") for n in range(jobs))
    found = portions(schedule, threads)
    assert [job for portion in found for job in portion] == list(schedule)
    assert max(map(len, found)) <= min(PORTION, max(1, jobs // (4 * max(1, threads))))


def test_portions_of_a_scheduler_that_has_ended_fail_with_the_reason(monkeypatch):
    """Its tasks are cancelled, and asking for their results is an error: each company-year ends once, others too."""
    from carbon.runs.schedule import distributed as ours

    class Future:
        def __init__(self, call, values: list, isolated: bool, **_: object) -> None:
            self.values = values

        def done(self) -> bool:
            return True

        def cancelled(self) -> bool:
            return self.values[0]["company"] != "c0"

        def exception(self) -> None:
            return None

        def result(self) -> list:
            if self.cancelled():
                raise CancelledError
            return [{"company": v["company"], "year": v["year"], "status": "ok", "reason": ""} for v in self.values]

    client = SimpleNamespace(nthreads=lambda: {"a": 2}, close=lambda: None, cancel=lambda futures: None, submit=Future)
    monkeypatch.setattr(ours, "_client", lambda address: client)
    monkeypatch.setattr(ours, "POLL_S", 0)
    jobs, ended = tuple(Job("", f"c{n}", 2024, "carbon", 60, 0, "") for n in range(16)), {}
    ours.run_distributed("", Batch(jobs, 1, False, False), lambda _, of: ended.setdefault(of["key"], of["outcome"]),
                         lambda: False)
    assert sorted(ended) == sorted(job.key for job in jobs)
    assert [key for key, of in ended.items() if of["status"] == "ok"] == ["c0/2024", "c1/2024"]
    assert "the scheduler gave it up" in ended["c2/2024"]["reason"]


def test_a_cancelled_portion_stops(monkeypatch):
    """What runs on a worker is asked whether its task is still wanted."""
    from carbon.runs.schedule import distributed as ours

    task, stops = SimpleNamespace(state="executing"), []
    worker = SimpleNamespace(get_current_task=lambda: "it", state=SimpleNamespace(tasks={"it": task}))
    monkeypatch.setattr(distributed, "get_worker", lambda: worker)

    def run(batch, listen, stopping):
        stops.append(stopping())
        task.state = "cancelled"
        stops.append(stopping())

    monkeypatch.setattr(ours, "run_batch", run)
    assert ours.carry_out_here([], False) == [] and stops == [False, True]


@pytest.mark.torture
def test_dask_workers_publish_what_this_machine_publishes(thin):
    """A LocalCluster of two processes: same sets, a sick company-year fails alone."""
    companies = {"alpha": [2024], "beta": [2024], "gamma": [2024]}
    here, there = thin("here", companies), thin("there", companies)
    for project in (here, there):
        project.cells('if company == "gamma": 1 / 0\n(company, year)')
    with cluster() as workers:
        summary = there.run(scheduler=workers.scheduler_address)
    assert {row["company"]: row["status"] for row in summary.rows} == {"alpha": "ok", "beta": "ok", "gamma": "failed"}
    assert "ZeroDivisionError" in summary.outcomes["gamma/2024"].reason
    here.run()
    assert sets(here) == sets(there)


@pytest.mark.torture
def test_a_company_year_that_ends_its_worker_fails_alone(thin):
    """Its portion is given up after four workers; the others of the portion are then published one by one."""
    project = thin(companies={f"c{n}": [2024] for n in range(24)})
    project.cells(KILLS_ITS_WORKER)
    with cluster() as workers:
        summary = project.run(scheduler=workers.scheduler_address)
    failed = {row["company"]: row["reason"] for row in summary.rows if row["status"] != "ok"}
    assert set(failed) == {"c2"} and "KilledWorker" in failed["c2"]
    assert summary.exit_code == 1


@pytest.mark.torture
def test_a_thousand_company_years_with_a_killed_worker(thin):
    """None lost, none twice, the bytes of this machine; a worker is killed while it works, and its portion repeated."""
    companies = {f"c{n:03d}": [2024] for n in range(1_000)}
    here, there = thin("here", companies), thin("there", companies)
    killed: list[int] = []

    def kill(addresses: str) -> None:
        processed = there.root / "data" / "processed"
        while len(list(processed.glob("c*/2024"))) < 300:
            time.sleep(0.2)
        with distributed.Client(addresses) as client:
            killed.append(next(iter(client.run(os.getpid).values())))
        psutil.Process(killed[0]).kill()

    with cluster() as workers:
        killer = threading.Thread(target=kill, args=(workers.scheduler_address,))
        killer.start()
        summary = there.run(scheduler=workers.scheduler_address)
        killer.join()
    assert killed and not psutil.pid_exists(killed[0])
    assert summary.exit_code == 0 and sorted({row["company"] for row in summary.rows}) == sorted(companies)
    assert len(summary.rows) == 1_000
    assert here.run().exit_code == 0
    assert sets(here) == sets(there)


def test_no_scheduler_is_said_before_any_work(thin):
    """Nobody listens at the address: exit 2 with the remedy."""
    from carbon.runs.schedule import distributed as ours

    project = thin(companies={"alpha": [2024]})
    ours.CONNECT_S = 1
    with pytest.raises(UsageError, match="No Dask scheduler answers"):
        project.run(scheduler="tcp://127.0.0.1:1")
