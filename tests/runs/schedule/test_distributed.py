"""Company-years on the workers of a real Dask cluster."""

from __future__ import annotations

import pytest

from carbon.core.errors import UsageError

distributed = pytest.importorskip("distributed")


@pytest.mark.torture
def test_dask_workers_publish_what_this_machine_publishes(thin):
    """A LocalCluster of two processes: same sets, a sick company-year fails alone."""
    companies = {"alpha": [2024], "beta": [2024], "gamma": [2024]}
    here, there = thin("here", companies), thin("there", companies)
    for project in (here, there):
        project.cells('if company == "gamma": 1 / 0\n(company, year)')
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        summary = there.run(scheduler=cluster.scheduler_address)
    assert {row["company"]: row["status"] for row in summary.rows} == {"alpha": "ok", "beta": "ok", "gamma": "failed"}
    assert "ZeroDivisionError" in summary.outcomes["gamma/2024"].reason
    here.run()
    sets = [{name: data for name, data in project.files().items() if "/set-" in name} for project in (here, there)]
    assert sets[0] == sets[1]


def test_no_scheduler_is_said_before_any_work(thin):
    """Nobody listens at the address: exit 2 with the remedy."""
    from carbon.runs.schedule import distributed as ours

    project = thin(companies={"alpha": [2024]})
    ours.CONNECT_S = 1
    with pytest.raises(UsageError, match="No Dask scheduler answers"):
        project.run(scheduler="tcp://127.0.0.1:1")
