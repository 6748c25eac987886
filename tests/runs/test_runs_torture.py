"""The long forms: a thousand kills, a thousand company-years, ten sick in a hundred. Only under `make torture`."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import psutil
import pytest

from carbon.params.files.load import load_runs
from carbon.runs.company_year import publication as company_year  # noqa: F401 - imported before forking
from carbon.runs.company_year.job import Job
from carbon.runs.publish.hashing import code_hash
from carbon.runs.publish.sets import current_set, damage, read_manifest
from carbon.runs.schedule import child
from carbon.runs.schedule.session import Options, Reporter, run

pytestmark = pytest.mark.torture
SOURCE = "fake_content:of_rows"


def start(project) -> int:
    """One company-year in a forked process that reports to nobody."""
    job = Job(str(project.root), "alpha", 2024, "carbon", 60, 0, SOURCE)
    pid = os.fork()
    if pid == 0:
        os.setsid()
        child.run_job(job, os.open(os.devnull, os.O_WRONLY))
    return pid


def test_a_thousand_kills_at_random_moments(thin, monkeypatch):
    """Each run has new inputs and is killed after 0 to 0.6 s: the set in force is whole, of one run, an earlier or the
    newest; after a last unbroken run nothing is left over.
    """
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    code_hash()
    project = thin(companies={"alpha": [2024]})
    os.waitpid(start(project), 0)
    folder = project.project.processed("alpha", 2024)
    draw = random.Random(20240229)
    totals = {12.5}
    for n in range(1000):
        project.rows("alpha", 2024, float(n))
        totals.add(float(n))
        pid = start(project)
        time.sleep(draw.uniform(0, 0.6))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        in_force = current_set(folder)
        assert in_force is not None and damage(in_force) == [], n
        assert read_manifest(in_force)["figures"]["alpha/2024/total-market"] in totals
    os.waitpid(start(project), 0)
    assert read_manifest(current_set(folder))["figures"]["alpha/2024/total-market"] == 999.0
    assert [p.name for p in folder.iterdir() if p.name.startswith(".")] == []


class Watching(Reporter):
    """Memory and descriptors of this process and of the one that forks, at each end."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, int, int]] = []

    def event(self, name, fields):
        if name == "ended":
            own = psutil.Process()
            parents = [p for p in own.children() if "carbon.runs.schedule.parent" in " ".join(p.cmdline())]
            held = parents[0].memory_info().rss if parents else 0
            self.seen.append((own.memory_info().rss, own.num_fds(), held))


def test_a_thousand_company_years_in_one_schedule(thin):
    """None lost, none twice, memory and descriptors flat."""
    names = {f"c{n:03d}": [2024] for n in range(1000)}
    project = thin(companies=names)
    watching = Watching()
    summary = run(project.project, load_runs(project.project), Options(source=SOURCE), watching)
    assert summary.exit_code == 0 and sorted({row["company"] for row in summary.rows}) == sorted(names)
    early, late = watching.seen[100], watching.seen[-2]
    assert late[0] < early[0] + 20 * 2**20 and late[1] <= early[1] and late[2] < early[2] + 20 * 2**20


def test_ten_sick_in_a_hundred_cost_their_limits_and_no_more(thin):
    """90 published, 10 named, exit 1; at most 1.2 x the time of 90 and the limits of those that hang."""
    names = {f"c{n:03d}": [2024] for n in range(100)}
    project = thin(companies=names)
    project.cells("number = int(company[1:])\nif number % 10 == 0:\n"
                  "    import os, sys, time\n"
                  "    [lambda: sys.exit(0), lambda: os._exit(0), lambda: 1 / 0, lambda: time.sleep(600),\n"
                  "     lambda: exit(), lambda: print('x', file=sys.stderr), lambda: os.kill(os.getpid(), 9),\n"
                  "     lambda: input(), lambda: bytearray(2**40), lambda: open('/no/such')][number // 10]()")
    started = time.monotonic()
    summary = project.run(timeout=10)
    sick_time = time.monotonic() - started
    assert summary.exit_code == 1
    assert {r["company"] for r in summary.rows if r["status"] == "failed"} == {f"c{n:03d}" for n in range(0, 100, 10)}
    assert all(row["reason"] for row in summary.rows if row["status"] == "failed")

    sound = thin("sound", {name: [2024] for name in names if int(name[1:]) % 10})
    sound.cells("number = int(company[1:])")
    started = time.monotonic()
    assert sound.run().exit_code == 0
    assert sick_time <= 1.2 * (time.monotonic() - started) + 10 + 5
