"""The steps under a published set: what fails leaves no rest, and a lock is held on the file that stands there."""

from __future__ import annotations

import errno
import json
import os
import sys
from pathlib import Path

import pytest

from carbon.core.errors import LockedError, RunError, UsageError
from carbon.runs.publish import Lock, durable, locks, sets
from carbon.runs.publish.locks import LOCK_FILE


@pytest.fixture
def failing(monkeypatch):
    """Let one step of the writer fail as a full disk does."""
    def at(name: str) -> None:
        def fail(step: str, path: Path) -> None:
            if step == name:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        monkeypatch.setattr(durable, "fault", fail)
    return at


@pytest.mark.parametrize("step", ["write", "fsync", "replace", "fsync folder"])
def test_a_file_that_could_not_be_replaced_leaves_one_whole_file_alone(tmp_path, failing, step):
    """The old bytes, or after the rename the new ones; no temporary file, and an error with path and cause."""
    path = tmp_path / "run.json"
    durable.write_atomic(path, b"old")
    failing(step)

    with pytest.raises(OSError, match="No space left") as told:
        durable.write_atomic(path, b"new")

    assert Path(told.value.filename).parent in (tmp_path, tmp_path.parent)
    assert [p.name for p in tmp_path.iterdir()] == ["run.json"]
    assert path.read_bytes() == (b"new" if step == "fsync folder" else b"old")


@pytest.mark.parametrize("step", ["link", "replace"])
def test_a_link_that_could_not_be_switched_stays(tmp_path, failing, step):
    """It points where it pointed, and no temporary link is left."""
    link = tmp_path / "current"
    durable.replace_link(link, "set-old")
    failing(step)

    with pytest.raises(OSError, match="No space left"):
        durable.replace_link(link, "set-new")

    assert link.readlink() == Path("set-old")
    assert [p.name for p in tmp_path.iterdir()] == ["current"]


def test_what_is_removed_may_be_a_folder_a_file_a_link_or_gone(tmp_path):
    """A link goes, and not what it points to."""
    kept = tmp_path / "kept"
    (kept / "inside").mkdir(parents=True)
    file, folder, link = tmp_path / "file", tmp_path / "folder", tmp_path / "link"
    file.write_text("x")
    (folder / "deep").mkdir(parents=True)
    link.symlink_to(kept)

    for path in (file, folder, link, tmp_path / "gone"):
        durable.remove_tree(path)

    assert [p.name for p in tmp_path.iterdir()] == ["kept"] and (kept / "inside").is_dir()


def test_a_lock_file_removed_while_it_was_opened_is_opened_again(tmp_path, monkeypatch):
    """The lock is held on the file that stands there at the end: two holders of two files of one name are no lock."""
    inner, tries = locks._flock(), []

    def removed_first(descriptor: int) -> None:
        inner(descriptor)
        tries.append(descriptor)
        if len(tries) == 1:
            (tmp_path / LOCK_FILE).unlink()
        if len(tries) == 2:
            (tmp_path / LOCK_FILE).unlink()
            (tmp_path / LOCK_FILE).write_text("of somebody else")

    monkeypatch.setattr(locks, "_flock", lambda: removed_first)

    with Lock(tmp_path):
        assert len(tries) == 3
        assert json.loads((tmp_path / LOCK_FILE).read_text())["pid"] == os.getpid()


def test_a_holder_that_has_not_written_its_name_yet_still_holds_the_lock(tmp_path):
    """The message says what is known."""
    with Lock(tmp_path):
        (tmp_path / LOCK_FILE).write_text("")
        told = pytest.raises(LockedError, match="locked by another process that is just starting or ending")
        with told, Lock(tmp_path):
            pass


def test_a_lock_that_was_never_taken_is_left_without_a_word(tmp_path):
    """Leaving the block twice removes nobody's file."""
    lock = Lock(tmp_path)
    with lock:
        pass
    (tmp_path / LOCK_FILE).write_text("of somebody else")
    lock.__exit__(None, None, None)
    assert (tmp_path / LOCK_FILE).read_text() == "of somebody else"


def test_a_system_without_flock_is_refused_by_name(tmp_path, monkeypatch):
    """Without a lock nothing is published."""
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with pytest.raises(UsageError, match="no flock"), Lock(tmp_path):
        pass


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
