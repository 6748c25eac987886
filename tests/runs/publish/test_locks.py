"""The lock of a company-year: held on the file of its name, named in the message, free when its holder ends."""

from __future__ import annotations

import fcntl
import json
import os
import sys
from types import SimpleNamespace
from typing import ClassVar

import pytest

from carbon.core.errors import LockedError, UsageError
from carbon.runs.company_year import publication as company_year  # noqa: F401 - imported before forking: the child starts warm
from carbon.runs.publish import Lock
from carbon.runs.publish.locks import LOCK_FILE
from carbon.runs.schedule import child  # noqa: F401 - imported before forking: the child starts warm


def test_a_lock_file_removed_while_it_was_opened_is_opened_again(tmp_path, monkeypatch):
    """The lock is held on the file that stands there at the end: two holders of two files of one name are no lock."""
    inner, tries = fcntl.flock, []

    def removed_first(descriptor: int, operation: int) -> None:
        inner(descriptor, operation)
        tries.append(descriptor)
        if len(tries) == 1:
            (tmp_path / LOCK_FILE).unlink()
        if len(tries) == 2:
            (tmp_path / LOCK_FILE).unlink()
            (tmp_path / LOCK_FILE).write_text("of somebody else")

    monkeypatch.setattr(fcntl, "flock", removed_first)

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


def test_a_system_without_any_lock_is_refused_by_name(tmp_path, monkeypatch):
    """Without a lock nothing is published."""
    monkeypatch.setitem(sys.modules, "fcntl", None)
    monkeypatch.setitem(sys.modules, "filelock", None)
    with pytest.raises(UsageError, match="no flock"), Lock(tmp_path):
        pass


class Taken(Exception):
    """As `filelock.Timeout`."""


class FileLock:
    """As `filelock.FileLock`: one holder a path."""

    held: ClassVar[set[str]] = set()

    def __init__(self, path, timeout):
        assert timeout == 0
        self.path = str(path)

    def acquire(self):
        if self.path in self.held:
            raise Taken
        self.held.add(self.path)

    def release(self):
        self.held.remove(self.path)


def test_without_flock_the_package_filelock_serves(tmp_path, monkeypatch):
    """A system without fcntl (simulated; nothing here ran on Windows): the second holder is refused with the first
    one's pid, and the lock is free afterwards.
    """
    monkeypatch.setitem(sys.modules, "fcntl", None)
    monkeypatch.setitem(sys.modules, "filelock", SimpleNamespace(FileLock=FileLock, Timeout=Taken))
    with Lock(tmp_path), pytest.raises(LockedError, match=f"locked by pid {os.getpid()} on"), Lock(tmp_path):
        pass
    with Lock(tmp_path):
        assert FileLock.held == {str(tmp_path / ".lock-held")}
    assert not FileLock.held and not (tmp_path / LOCK_FILE).exists()


def test_a_second_run_is_told_who_holds_the_lock(tmp_path):
    """pid, host and start of the holder are named; when it ends the lock is free and its file gone."""
    told = pytest.raises(LockedError, match=f"locked by pid {os.getpid()} on .* since 20")
    with Lock(tmp_path), told, Lock(tmp_path):
        pass
    with Lock(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_the_lock_of_a_dead_process_is_taken_over(tmp_path):
    """A lock file without a live lock holds nobody up."""
    (tmp_path / ".lock").write_text('{"pid": 1, "host": "elsewhere", "start": "2020"}')
    with Lock(tmp_path):
        assert json.loads((tmp_path / ".lock").read_text())["pid"] == os.getpid()
    assert not (tmp_path / ".lock").exists()
