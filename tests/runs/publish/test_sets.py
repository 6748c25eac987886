"""The protocol of a published set: complete at every moment, the old set or the new one."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from write_faults import At, Fault, kill

from carbon.core.errors import RunError
from carbon.runs.company_year import publication as company_year  # noqa: F401 - imported before forking: the child starts warm
from carbon.runs.publish import Lock, Stage, clean_leftovers, durable, put_in_force, sets
from carbon.runs.publish.sets import current_set, damage, prune
from carbon.runs.schedule import child  # noqa: F401 - imported before forking: the child starts warm


def test_a_stage_without_manifest_is_never_put_in_force(tmp_path):
    """What was not finished cannot be published."""
    with sets.Stage(tmp_path) as stage:
        stage.write("table.parquet", b"x")
        with pytest.raises(RunError, match="no manifest"):
            sets.put_in_force(stage, "0" * 16)
    assert list(tmp_path.iterdir()) == []


def test_a_page_that_the_new_set_no_longer_has_loses_its_link(tmp_path):
    """No link of the year's folder leads to a page of a former set."""
    for digest, pages in (("1" * 16, ["annual_report.public.html", "annual_report.governance.html"]),
                          ("2" * 16, ["annual_report.public.html"])):
        with sets.Stage(tmp_path) as stage:
            for name in ("annual_report.html", "annual_report.ipynb", *pages):
                stage.write(name, digest.encode())
            stage.write_manifest({"digest": digest})
            sets.put_in_force(stage, digest)

    links = sorted(p.name for p in tmp_path.iterdir() if p.is_symlink())
    assert links == ["annual_report.html", "annual_report.ipynb", "annual_report.public.html", "current"]
    assert (tmp_path / "annual_report.public.html").read_bytes() == b"2" * 16
    assert sets.is_as_published(tmp_path / "current", "annual_report.html",
                                json.loads((tmp_path / "current" / "manifest.json").read_bytes()))


@pytest.mark.parametrize("text", ['{"outputs": []}', '{"outputs": {}}', "[]", "{", '{"outputs": {}, "digest": 7}'])
def test_what_is_no_manifest_is_refused(tmp_path, text):
    """Half a manifest, or another file of its name, is no answer."""
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(RunError, match=r"manifest\.json"):
        sets.read_manifest(tmp_path)


def test_a_file_that_was_taken_out_of_a_set_is_named(tmp_path):
    """A set with a file too few is damaged, and so is one with a file too many."""
    with sets.Stage(tmp_path) as stage:
        for name in ("annual_report.html", "annual_report.ipynb"):
            stage.write(name, b"x")
        stage.write_manifest({"digest": "1" * 16})
        whole = sets.put_in_force(stage, "1" * 16)
    assert sets.damage(whole) == []
    (whole / "annual_report.ipynb").rename(whole / "more.ipynb")

    told = " ".join(sets.damage(whole))

    assert "annual_report.ipynb: missing" in told and "more.ipynb" in told


def publish_small(folder: Path, digest: str, fault: Fault | None) -> int:
    """The protocol without a notebook, in a forked process; its exit code."""
    pid = os.fork()
    if pid == 0:
        durable.fault = fault
        with Lock(folder):
            clean_leftovers(folder)
            make_set(folder, digest, digest.encode())
            prune(folder)
            durable.write_atomic(folder / "run.json", b"{}")
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_killed_at_every_write_point_of_the_protocol(tmp_path):
    """Every point in turn, each over the leftovers of the kill before: always the old set or the new one, whole."""
    assert publish_small(tmp_path, "0", None) == 0
    in_force, n = "0", 0
    for n in range(1, 200):
        if publish_small(tmp_path, str(n), At(n, kill)) == 0:
            break
        current = current_set(tmp_path)
        assert current is not None and damage(current) == []
        assert current.name in (f"set-{in_force}", f"set-{n}")
        assert (current / "a.txt").read_text() == current.name.removeprefix("set-")
        in_force = current.name.removeprefix("set-")
    assert n > 15
    names = {p.name for p in tmp_path.iterdir() if not p.name.startswith("set-")}
    assert names == {"current", "annual_report.html", "annual_report.ipynb", "run.json"}


def make_set(folder: Path, digest: str, text: bytes = b"x") -> Path:
    with Stage(folder) as stage:
        stage.write("a.txt", text)
        stage.write_manifest({"digest": digest})
        return put_in_force(stage, digest)


def test_a_damaged_set_is_replaced_and_a_whole_one_kept(tmp_path):
    """A set of the same name that verifies is kept; a damaged one is moved aside first."""
    kept = make_set(tmp_path, "1")
    before = kept.stat().st_ino
    assert make_set(tmp_path, "1").stat().st_ino == before
    (kept / "a.txt").write_bytes(b"y")
    assert make_set(tmp_path, "1").stat().st_ino != before
    assert damage(kept) == []
    clean_leftovers(tmp_path)
    assert {p.name for p in tmp_path.iterdir() if p.is_dir() and not p.is_symlink()} == {"set-1"}


def test_the_same_digest_with_other_bytes_is_an_error(tmp_path):
    """Equal inputs that give different bytes are never published in silence."""
    make_set(tmp_path, "1", b"x")
    with pytest.raises(RunError, match=r"other bytes than set-1: a\.txt"):
        make_set(tmp_path, "1", b"y")
    assert (tmp_path / "current" / "a.txt").read_bytes() == b"x"


def test_the_last_three_superseded_sets_and_signed_ones_are_kept(tmp_path):
    """Seven sets in turn, the first signed: in force, three before it and the signed one remain."""
    for n in range(7):
        folder = make_set(tmp_path, str(n), str(n).encode())
        os.utime(folder, ns=(n * 10**9, n * 10**9))
        if n == 0:
            (folder / sets.SIGNED).write_text("{}")
    prune(tmp_path)
    assert sorted(p.name for p in tmp_path.glob("set-*")) == [
        name for n in (0, 3, 4, 5, 6) for name in (f"set-{n}", f"set-{n}.sha256")]
