"""Published sets are whole at every moment: killed, out of space, contended, damaged, elsewhere."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from write_faults import At, Fault, kill

from carbon.core.errors import RunError, TableError
from carbon.runs.company_year import publication as company_year  # noqa: F401 - imported before forking: the child starts warm
from carbon.runs.company_year.job import Job, Outcome
from carbon.runs.publish import durable
from carbon.runs.publish.hashing import code_hash
from carbon.runs.publish.parquet import read_table
from carbon.runs.publish.sets import current_set, damage, published_table
from carbon.runs.schedule import child

SOURCE = "fake_content:of_rows"


def publish(project, *, fault: Fault | None = None, largest_file: int | None = None) -> Outcome | int:
    """Publish one company-year in a forked process; its outcome, or the signal or code it died with."""
    job = Job(str(project.root), "alpha", 2024, "carbon", 60, 0, SOURCE)
    with tempfile.TemporaryFile() as file:
        pid = os.fork()
        if pid == 0:
            durable.fault = fault
            if largest_file is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
            child.run_job(job, file.fileno())
        status = os.waitpid(pid, 0)[1]
        file.seek(0)
        text = file.read()
    return Outcome(**json.loads(text)) if text else os.waitstatus_to_exitcode(status)


def no_space(step: str, path: Path) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


def count_points(project) -> int:
    """Write points of one publication, counted in a file because the child's memory is lost."""
    log = project.root.parent / "points"
    publish(project, fault=lambda step, path: log.open("a").write(f"{step} {path.name}\n") and None)
    return len(log.read_text().splitlines())


def state(project) -> tuple[str, list[str]]:
    """The set in force, which must be whole, and what else lies in the folder."""
    folder = project.project.processed("alpha", 2024)
    in_force = current_set(folder)
    assert in_force is not None and damage(in_force) == []
    left = [p.name for p in folder.iterdir() if p.name.startswith((".stage-", ".tmp-", ".aside-", ".lock"))]
    return in_force.name, left


@pytest.fixture
def two_versions(thin, kept, monkeypatch):
    """A project with a set in force and new inputs; the names of the old set and of the new one; a twin with the new
    set. Both are published once, and copied.
    """
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1]))
    code_hash()  # once, before forking
    made = []
    for name, kg in (("twin", (1.0,)), ("subject", (10.0, 2.5))):
        like = kept / name
        made.append(thin(name, {"alpha": [2024]}, like if like.exists() else None))
        made[-1].rows("alpha", 2024, *kg)
        if not like.exists():
            outcome = publish(made[-1])
            assert isinstance(outcome, Outcome) and outcome.status == "ok", outcome
            shutil.copytree(made[-1].root, like, symlinks=True)
    twin, project = made
    old = state(project)[0]
    project.rows("alpha", 2024, 1.0)
    return project, old, state(twin)[0], twin


def test_the_same_inputs_give_the_same_bytes_in_another_folder(two_versions):
    """The twin published elsewhere; here the same inputs give the same set name and the same bytes."""
    project, _, new, twin = two_versions
    publish(project)
    assert state(project)[0] == new
    here, there = project.files(), twin.files()
    own = {name for name in here if f"/{new}/" in name}
    assert len(own) == 7
    assert {name: here[name] for name in own} == {name: there[name] for name in own}


def test_a_year_that_does_not_fit_fails_with_its_breaches_in_the_summary(published_thin, monkeypatch):
    """Exit code 1, the breaches with their tonnes in the run summary, and the set in force stays."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1]))
    project = published_thin({"alpha": [2024]})
    before = state(project)
    project.rows("alpha", 2024, 1.0)
    result = project.run(source="fake_content:of_breach")

    row = json.loads((project.root / "data" / "processed" / "run_summary.json").read_text())["runs"][0]
    assert (result.exit_code, row["status"]) == (1, "failed")
    assert row["breaches"][0]["t_at_stake"] == 12.5 and row["reason"].startswith("1 measure of 2024 not as expected")
    assert state(project) == before


@pytest.mark.parametrize("stride", [5, pytest.param(1, marks=pytest.mark.torture)])
def test_killed_in_mid_run_the_set_in_force_is_the_old_or_the_new_one(two_versions, stride):
    """kill -9 before the n-th write, fsync, replace, link or removal of a whole run: never torn, never mixed, and the
    next run leaves nothing behind.
    """
    project, old, new, twin = two_versions
    twin.rows("alpha", 2024, 3.0)
    points = count_points(twin)
    assert points > 15
    seen = set()
    for n in [*range(1, points, stride), points]:
        ended = publish(project, fault=At(n, kill))
        in_force, _ = state(project)
        seen.add(in_force)
        assert in_force in (old, new)
        if in_force == new:
            break
        assert ended == -signal.SIGKILL, n
    assert old in seen
    publish(project)
    assert state(project) == (new, [])


@pytest.mark.parametrize("stride", [5, pytest.param(1, marks=pytest.mark.torture)])
def test_no_space_at_a_write_point_fails_with_path_and_cause(two_versions, stride):
    """ENOSPC at the n-th point: the reason names the file and the cause, the old set stands, no temporary file is
    left.
    """
    project, old, new, _ = two_versions
    for n in range(1, 200, stride):
        outcome = publish(project, fault=At(n, no_space))
        in_force, left = state(project)
        assert left == [], n
        if outcome.status == "ok" or in_force == new:
            break
        assert "No space left on device" in outcome.reason and "data/processed/alpha/2024" in outcome.reason
        assert in_force == old
    assert in_force == new and n > 10


def test_a_file_size_limit_fails_with_path_and_cause(two_versions):
    """A limit below the largest output: "File too large" with its path, the old set stands, nothing is left."""
    project, old, new, _ = two_versions
    for size in (600, 1000):  # the outcome itself needs 500
        outcome = publish(project, largest_file=size)
        assert isinstance(outcome, Outcome) and outcome.status == "failed", size
        assert "File too large" in outcome.reason and "data/processed/alpha/2024" in outcome.reason
        assert state(project) == (old, [])
    assert publish(project, largest_file=10**6).status == "ok"
    assert state(project) == (new, [])


@pytest.mark.parametrize("count", [6, pytest.param(16, marks=pytest.mark.torture)])
def test_runs_at_once_on_one_target_equal_one_run(two_versions, count):
    """One publishes, or several in turn find nothing to do; the others say the process that holds the lock. The set is
    that of a serial run.
    """
    project, _, new, twin = two_versions
    pids = []
    for _ in range(count):
        pid = os.fork()
        if pid == 0:
            outcome = publish(project)
            fine = outcome.status in ("ok", "skipped") or "locked by pid" in outcome.reason
            os._exit(0 if fine else 1)
        pids.append(pid)
    assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids] == [0] * count
    assert state(project) == (new, [])
    assert {n: b for n, b in project.files().items() if new in n} == {n: b for n, b in twin.files().items() if new in n}


def test_one_flipped_byte_in_any_file_is_found(two_versions):
    """Each file of a set in turn, the manifest included."""
    project, _, _, _ = two_versions
    folder = current_set(project.project.processed("alpha", 2024))
    assert folder is not None
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        whole = path.read_bytes()
        path.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
        assert any(path.name in problem for problem in damage(folder)), path.name
        path.write_bytes(whole)
    assert damage(folder) == []


def test_damaged_tables_are_refused_on_read(two_versions):
    """Every 100th byte flipped: the published table is refused; without the manifest, reading never crashes."""
    project, _, _, _ = two_versions
    path = project.project.processed("alpha", 2024) / "current" / "emissions.parquet"
    whole = path.read_bytes()
    for n in range(0, len(whole), 100):
        path.write_bytes(whole[:n] + bytes([whole[n] ^ 0xFF]) + whole[n + 1:])
        with pytest.raises(TableError, match="damaged"):
            published_table(path.parent, "emissions")
        with contextlib.suppress(TableError):
            read_table(path)


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[None]:
    """A tmpfs of `size` bytes over a folder; skipped where mounting is not allowed."""
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True,
                          text=True, check=False)
    if done.returncode:
        pytest.skip(f"a tmpfs cannot be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounting a tmpfs needs root on Linux")
@pytest.mark.parametrize("sizes", [5, pytest.param(50, marks=pytest.mark.torture)])
def test_a_full_disk_damages_nothing_and_is_named(two_versions, sizes):
    """Disks of growing size: too small, the run fails with file and cause and leaves nothing; large enough, it
    publishes what a large disk gets; a set that stood before stands whole.
    """
    project, _, new, twin = two_versions
    folder = project.project.processed("alpha", 2024)
    whole = {name: data for name, data in twin.files().items() if new in name}
    # What a set and its side files take, in pages, twice over.
    largest = 3 * sum(4096 * (len(data) // 4096 + 1) for data in whole.values())
    ended = set()
    for n in range(1, sizes + 1):
        size = 4096 * max(2, largest * n // sizes // 4096)
        with small_disk(folder, size):
            project.rows("alpha", 2024, 10.0, 2.5)
            first = publish(project)
            before = current_set(folder)
            assert before is not None or first.status == "failed", first
            project.rows("alpha", 2024, 1.0)
            outcome = publish(project)
            now = current_set(folder)
            ended.add((first.status, outcome.status))
            for failed in (o for o in (first, outcome) if o.status == "failed"):
                assert "No space left on device" in failed.reason and "data/processed/alpha" in failed.reason, failed
            assert now is None or damage(now) == []
            # The side file after the switch may be what did not fit: the schedule then finds that the set stands.
            if now is not None and now.name == new:
                published = {name: data for name, data in project.files().items() if new in name}
                assert published == whole
            else:
                assert now == before and outcome.status == "failed"
            left = [p.name for p in folder.iterdir() if p.name.startswith((".stage-", ".tmp-", ".aside-"))]
            assert left == [], (size, left)
    assert {("failed", "failed"), ("ok", "ok")} <= ended, ended


@pytest.mark.parametrize(("number", "stride"), [(errno.EIO, 6), pytest.param(errno.EIO, 1, marks=pytest.mark.torture),
                                                pytest.param(errno.EDQUOT, 1, marks=pytest.mark.torture)])
def test_a_failing_disk_at_the_nth_call_damages_nothing(two_versions, number, stride):
    """EIO or an exceeded quota at the n-th write, fsync, rename, link or removal: the cause is named, old or new
    stands.
    """
    project, old, new, _ = two_versions

    def fail(step: str, path: Path) -> None:
        raise OSError(number, os.strerror(number), str(path))

    n = 0
    for n in range(1, 200, stride):
        outcome = publish(project, fault=At(n, fail))
        in_force, left = state(project)
        assert in_force in (old, new) and left == [], n
        if outcome.status == "ok" or in_force == new:
            break
        assert os.strerror(number) in outcome.reason and "Hint: " in outcome.reason
    assert in_force == new and n > 10


@pytest.mark.parametrize("mode", ["0600", "0640"])
def test_files_with_a_line_for_each_row_are_private_or_of_a_group(thin, monkeypatch, mode):
    """Rows, rejects and hashes of rows have the mode in runs.yml, whatever the umask; pages may be read by all."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1]))
    project = thin(companies={"alpha": [2024]})
    project.write_runs({"alpha": [2024]}, row_files_mode=mode)
    old = os.umask(0o027)
    try:
        assert isinstance(publish(project), Outcome)
    finally:
        os.umask(old)
    folder = current_set(project.project.processed("alpha", 2024))
    modes = {p.name: oct(p.stat().st_mode & 0o777) for p in folder.iterdir()}
    assert {modes[name] for name in ("emissions.parquet", "rejects.csv", "row_hashes.json")} == {f"0o{int(mode)}"}
    assert modes["annual_report.html"] == "0o640"


def test_a_table_that_this_user_may_not_read_is_named(thin, monkeypatch):
    """Not damaged, not empty: not read, with whom to ask; `verify` lists it as not checked."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1]))
    project = thin(companies={"alpha": [2024]})
    publish(project)
    folder = current_set(project.project.processed("alpha", 2024))
    monkeypatch.setattr(os, "access", lambda path, mode: not str(path).endswith("emissions.parquet"))
    with pytest.raises(RunError, match="this user may not read it"):
        published_table(folder, "emissions")
    [problem] = damage(folder)
    assert problem.startswith("emissions.parquet: it cannot be read by this user, so it is not checked")
