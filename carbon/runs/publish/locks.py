"""The lock of one company-year: whoever stages or publishes there holds it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType

from carbon.core.errors import LockedError, UsageError

LOCK_FILE, OTHER_LOCK = ".lock", ".lock-held"


class Lock:
    """An exclusive `flock` on `<folder>/.lock`, with pid, host and start of its holder inside.

    The kernel frees the lock when its holder dies, however it dies, so a file left behind is simply taken over. A
    system without `flock` (Windows) locks a file of its own, by the package `filelock`.

    Raises LockedError: Another live process holds it: names its pid, host and start.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / LOCK_FILE
        self._release: Callable[[], None] | None = None

    def __enter__(self) -> Lock:
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "start": datetime.now(UTC).isoformat()}
        if not has_flock():
            self._release = self._without_flock()
            self.path.write_text(json.dumps(holder), encoding="utf-8")
            return self
        while (descriptor := self._try()) is None:
            pass
        self._release = partial(os.close, descriptor)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(holder).encode(), 0)
        return self

    def _without_flock(self) -> Callable[[], None]:
        """Lock by `filelock` and return what releases it."""
        try:
            import filelock
        except ImportError as error:
            raise UsageError("This system has no flock: published sets cannot be locked",
                             hint="pip install filelock") from error
        lock = filelock.FileLock(self.path.with_name(OTHER_LOCK), timeout=0)
        try:
            lock.acquire()
        except filelock.Timeout as error:
            raise self._held(self.path.read_bytes() if self.path.exists() else b"") from error
        return lock.release

    def _held(self, text: bytes) -> LockedError:
        return LockedError(f"{self.path.parent.parent.name}/{self.path.parent.name} is {_holder(text)}",
                           hint="wait for that run to end, then run again")

    def _try(self) -> int | None:
        """Return the locked descriptor; None when the file was removed between open and lock: open it again."""
        import fcntl

        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            text = os.pread(descriptor, 1000, 0)
            os.close(descriptor)
            raise self._held(text) from error
        try:
            is_same = os.path.samestat(os.fstat(descriptor), self.path.stat())
        except FileNotFoundError:
            is_same = False
        if is_same:
            return descriptor
        os.close(descriptor)
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if self._release is not None:
            # Removed while still locked: a waiter that opened the old file sees another inode and opens again.
            self.path.unlink(missing_ok=True)
            self._release()
            self._release = None


def has_flock() -> bool:
    """Return whether the system has `flock`."""
    try:
        import fcntl
    except ImportError:
        return False
    return hasattr(fcntl, "flock")


def _holder(text: bytes) -> str:
    try:
        holder = json.loads(text)
        return f"locked by pid {holder['pid']} on {holder['host']} since {holder['start']}"
    except (ValueError, KeyError, TypeError):
        return "locked by another process that is just starting or ending"
