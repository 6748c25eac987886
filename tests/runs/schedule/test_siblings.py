"""What the company-years of one company share is computed once; where that fails, each runs alone."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from carbon.runs.company_year.job import Job
from carbon.runs.schedule.workers import Schedule

SOURCE = "shared_content:of_rows"
YEARS = [2022, 2023, 2024]
FAILURES = ["raises", "is killed", *(pytest.param(how, marks=pytest.mark.torture)
                                     for how in ("hangs", "starts a thread", "takes the memory"))]


@pytest.fixture
def family(thin):
    """By default two companies with three years each, and one with a single year."""
    def make(how: str, companies=None):
        project = thin(companies=companies or {"alpha": [*YEARS], "beta": [*YEARS], "gamma": [2024]})
        (project.root / "share.txt").write_text(how)
        return project

    return make


def seen(project) -> dict[str, int]:
    return {path.stem.removeprefix("seen-"): int(path.read_text()) for path in project.root.glob("seen-*.txt")}


def test_what_years_share_is_computed_once_a_company_and_found_by_each(family):
    """One process computes for all years of a company; a company with one year is not troubled with it."""
    project = family("is fine")
    summary = project.run(source=SOURCE)
    assert summary.exit_code == 0 and len(summary.rows) == 7
    assert sorted((project.root / "shares.txt").read_text().split("\n")) == [
        "", "alpha 2022 2023 2024", "beta 2022 2023 2024"]
    by = seen(project)
    assert by.pop("gamma-2024") == 0 and all(by.values())
    assert {len({by[f"{company}-{year}"] for year in YEARS}) for company in ("alpha", "beta")} == {1}
    assert len(set(by.values())) == 2


@pytest.mark.parametrize("how", FAILURES)
def test_where_sharing_fails_each_year_runs_alone_and_is_published(family, how):
    """Nothing is lost with the process that was to share: both years are published, neither of them from shared
    values.
    """
    project = family(how, {"alpha": [2023, 2024]})
    summary = project.run(source=SOURCE, memory_mb=2000, timeout=4 if how == "hangs" else None)
    assert summary.exit_code == 0 and len(summary.rows) == 2, [row["reason"] for row in summary.rows]
    assert (project.root / "shares.txt").read_text() == "alpha 2023 2024\n"
    assert set(seen(project).values()) == {0}


def test_a_year_that_fails_among_siblings_fails_alone(family):
    """A cell that ends its process in one year leaves its siblings unharmed."""
    project = family("is fine")
    project.cells("import os, signal\nif (company, year) == ('alpha', 2023):\n    os.kill(os.getpid(), signal.SIGKILL)")
    summary = project.run(source=SOURCE)
    assert summary.exit_code == 1
    assert [row["year"] for row in summary.rows if row["status"] == "failed"] == [2023]


def test_sharing_changes_no_byte(thin):
    """The sets of a company whose years ran together equal those of years that ran one schedule each."""
    sets = []
    for name, schedules in (("together", ((),)), ("apart", (("alpha/2023",), ("alpha/2024",)))):
        project = thin(name, {"alpha": [2023, 2024]})
        (project.root / "share.txt").write_text("is fine")
        for only in schedules:
            assert project.run(source=SOURCE, only=only).exit_code == 0
        assert (0 in seen(project).values()) == (name == "apart")
        sets.append({path: data for path, data in project.files().items() if "/set-" in path})
    assert sorted(sets[0]) == sorted(sets[1])
    assert sets[0] == sets[1]


def test_a_schedule_is_stopped_while_it_prepares(family, monkeypatch):
    """Told to stop while a company is prepared, it ends at once, and nothing is left that hangs."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1]))
    project = family("hangs", {"alpha": [2023, 2024]})
    jobs = [Job(str(project.root), "alpha", year, "carbon", 60, 0, SOURCE) for year in (2023, 2024)]
    told, teller = os.pipe()
    os.close(teller)
    events = io.StringIO()
    before = set(psutil.Process().children())  # of other tests, as the tracker that multiprocessing leaves running
    started = time.monotonic()
    with os.fdopen(told) as stop:
        Schedule(jobs, workers=1, fork=True, events=events).run(stop)
    assert time.monotonic() - started < 10 and events.getvalue() == ""
    left = set(psutil.Process().children()) - before
    assert [p for p in left if p.status() != psutil.STATUS_ZOMBIE] == []


def test_no_process_is_left_when_the_schedule_is_killed(family):
    """A killed schedule takes along the process that shares and those that wait for their turn."""
    project = family("is fine")
    # The rehearsal, which runs the first of them, must not wait.
    project.cells("import time\nif (company, year) != ('alpha', 2022):\n    time.sleep(30)")
    script = "import sys; sys.path.append(sys.argv[2]); from test_siblings import killed_run; killed_run(sys.argv[1])"
    folder = str(Path(__file__).parent)
    run = subprocess.Popen([sys.executable, "-c", script, str(project.root), folder], start_new_session=True,
                           env={**os.environ, "CARBON_PROJECT": str(project.root)}, stdout=subprocess.DEVNULL)
    process = psutil.Process(run.pid)
    deadline = time.monotonic() + 60
    # The schedule, the notebooks of two workers and at least one that waits.
    while len(process.children(recursive=True)) < 5 and time.monotonic() < deadline:
        time.sleep(0.1)
    below = process.children(recursive=True)
    assert len(below) >= 5
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    _, alive = psutil.wait_procs(below, timeout=20)
    assert alive == []


def killed_run(root: str) -> None:
    """The schedule that the test above kills; in a process of its own."""
    from carbon.params.files.load import load_runs
    from carbon.params.files.project import Project
    from carbon.runs.schedule.session import Options, run

    project = Project(Path(root))
    run(project, load_runs(project), Options(source=SOURCE, workers=2))
