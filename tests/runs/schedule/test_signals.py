"""Stopped by a signal: children gone, summary written, within ten seconds; killed: the next run makes it good."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time

import psutil
import pytest

from carbon.runs.review.verify import verify

SCRIPT = """
import sys
from pathlib import Path
from carbon.params.files.load import load_runs
from carbon.params.files.project import Project
from carbon.runs.schedule.session import Options, run
project = Project(Path(sys.argv[1]))
print("started", flush=True)
sys.exit(run(project, load_runs(project), Options(source="fake_content:" + sys.argv[2], workers=2)).exit_code)
"""


def start(project, content: str = "of_rows") -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", SCRIPT, str(project.root), content], stdout=subprocess.PIPE)


def wait_until(condition, seconds: float) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "waited too long"
        time.sleep(0.05)


def below(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def statuses(project) -> dict[str, str]:
    rows = json.loads((project.root / "data" / "processed" / "run_summary.json").read_text())["runs"]
    return {row["company"]: row["status"] for row in rows}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_schedule_with_its_summary(thin, number):
    """Exit 130 or 143 within ten seconds; every company-year in the summary, the published one kept, no process
    left.
    """
    project = thin(companies={"alpha": [2024], "beta": [2024], "gamma": [2024]})
    project.cells('import time\nif company != "alpha": time.sleep(60)')
    process = start(project)
    published = project.project.processed("alpha", 2024) / "current"
    wait_until(published.is_symlink, 40)
    running = below(process.pid)
    sent = time.monotonic()
    process.send_signal(number)
    assert process.wait(15) == 128 + number
    assert time.monotonic() - sent < 10
    assert statuses(project) == {"alpha": "ok", "beta": "failed", "gamma": "failed"}
    assert [p for p in running if p.is_running() and p.status() != psutil.STATUS_ZOMBIE] == []
    assert not list((project.root / "data" / "processed").rglob(".stage-*"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_a_large_file_is_hashed_ends_the_plan(thin, number):
    """Within five seconds, by the signal itself: seven gigabytes take longer, and nothing is written yet."""
    project = thin(companies={"alpha": [2024]})
    with (project.root / "data" / "raw" / "alpha" / "2024" / "large.csv").open("wb") as file:
        file.truncate(7 << 30)  # a hole: no block of the disk is taken
    process = start(project)
    assert process.stdout.readline() == b"started\n"
    time.sleep(0.5)
    sent = time.monotonic()
    process.send_signal(number)
    assert process.wait(15) == -number
    assert time.monotonic() - sent < 5
    assert not list((project.root / "data" / "processed").rglob("*.json"))


def seconds_of_a_schedule(project) -> float:
    """What a schedule takes that nothing disturbs, from its first line on."""
    process = start(project)
    assert process.stdout.readline() == b"started\n"
    begun = time.monotonic()
    assert process.wait(60) == 0
    return time.monotonic() - begun


@pytest.mark.parametrize("moments", [1, pytest.param(100, marks=pytest.mark.torture)])
def test_a_signal_at_a_random_moment_stops_the_schedule(thin, moments):
    """INT and TERM in turn, at moments of a whole schedule: gone within ten seconds, with 128 and the signal's number,
    or done before it came. As soon as the plan stands, the summary lists every company-year; no process or stage is
    left.
    """
    project = thin(companies={"alpha": [2024], "beta": [2024], "gamma": [2024]})
    processed = project.root / "data" / "processed"
    draw, told, whole = random.Random(7), 0, seconds_of_a_schedule(project)
    for n in range(moments):
        for company in ("alpha", "beta", "gamma"):
            project.rows(company, 2024, float(n + 1))
        number = (signal.SIGINT, signal.SIGTERM)[n % 2]
        process = start(project)
        assert process.stdout.readline() == b"started\n"
        time.sleep(draw.uniform(0, whole))
        running, sent = below(process.pid), time.monotonic()
        process.send_signal(number)
        code = process.wait(15)
        assert time.monotonic() - sent < 10, n
        assert code in (0, 128 + number, -number), n
        assert [p for p in running if p.is_running() and p.status() != psutil.STATUS_ZOMBIE] == [], n
        assert not list(processed.rglob(".stage-*")), n
        if code == 128 + number:
            told += 1
            assert set(statuses(project)) == {"alpha", "beta", "gamma"}
    assert told > moments / 2
    assert project.run().exit_code == 0
    assert [p.name for p in processed.rglob(".*")] == []


READING = """
import io, os, signal, sys, threading, time
from carbon.runs.schedule.signals import noted_signals

table = b"a,b\\n" + b"1,2\\n" * 3_000_000

def read():
    sender = threading.Thread(target=lambda: (time.sleep(0.005), os.kill(os.getpid(), signal.SIGINT)))
    sender.start()
    try:
        return pyarrow.csv.read_csv(io.BytesIO(table)).num_rows
    finally:
        sender.join()

if "before" in sys.argv:
    import pyarrow.csv
with noted_signals() as caught:
    assert ("pyarrow" in sys.modules) == ("before" in sys.argv)
    import pyarrow.csv
    print(read())
print(caught)
try:
    read()
except KeyboardInterrupt:
    print("obeyed")
"""


@pytest.mark.parametrize("arrow", ["before", "during"])
def test_a_signal_that_comes_while_a_table_is_read_is_noted_and_the_table_is_whole(arrow: str):
    """Arrow stops reading at Ctrl-C, with an error that would have cost the summary; afterwards it does so again.
    Whether it was there before the schedule, which does without, or is loaded during it.
    """
    done = subprocess.run([sys.executable, "-c", READING, arrow], text=True, capture_output=True)
    assert done.stdout.splitlines() == ["3000000", "[2]", "obeyed"], done.stderr


def test_after_a_kill_the_next_run_does_only_what_is_missing(thin):
    """kill -9 of the schedule: its children die with it, the summary still lists every company-year, and the next run
    publishes what was missing and leaves nothing behind.
    """
    project = thin(companies={"alpha": [2024], "beta": [2024], "gamma": [2024]})
    project.cells('import time\nif company == "beta": time.sleep(4)')
    process = start(project)
    wait_until((project.project.processed("alpha", 2024) / "current").is_symlink, 40)
    running = below(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    wait_until(lambda: not [p for p in running if p.is_running() and p.status() != psutil.STATUS_ZOMBIE], 5)
    assert set(statuses(project)) == {"alpha", "beta", "gamma"}
    summary = project.run()
    assert {row["company"]: row["status"] for row in summary.rows}["alpha"] == "skipped"
    assert summary.exit_code == 0
    left = [p.name for p in (project.root / "data" / "processed").rglob(".*")]
    assert left == []


@pytest.mark.parametrize("force", [False, True])
def test_killed_past_the_switch_the_summary_has_the_set_that_is_in_force(thin, force):
    """A child that dies between its switch and its report has published: status, figures and identity are those of the
    new set, also where the run was forced; verify finds nothing.
    """
    project = thin(companies={"alpha": [2024]})
    if force:
        project.run()
    else:
        project.rows("alpha", 2024, 7.0)
    summary = project.run(source="fake_content:killed_past_the_switch", force=force)
    [row] = summary.rows
    [told] = verify(project.project)
    assert (row["status"], row["manifest_sha256"], summary.exit_code) == ("ok", told["identity"], 0), row
    assert row["co2e_t"] == {"1": 0.0125 if force else 0.007} and told["whole"], told


def test_a_schedule_killed_past_the_switch_is_pending_until_the_next_run_finds_the_set(thin):
    """Nobody was left to write the summary: it claims neither a failure nor old figures; verify finds the new set whole
    but for the index of the run before, and the next run makes all of them agree without computing again.
    """
    project = thin(companies={"alpha": [2024]})
    project.run()
    project.rows("alpha", 2024, 7.0)
    process = start(project, "all_killed_past_the_switch")
    assert process.wait(60) == -signal.SIGKILL
    text = (project.root / "data" / "processed" / "run_summary.json").read_text()
    [row] = json.loads(text)["runs"]
    assert (row["status"], row["set"], row["co2e_t"]) == ("pending", "", None)
    assert [p.partition(":")[0] for p in verify(project.project)[0]["problems"]] == ["index.html"]
    [row] = project.run().rows
    assert (row["status"], row["co2e_t"]) == ("skipped", {"1": 0.007})
    assert verify(project.project)[0]["whole"]
