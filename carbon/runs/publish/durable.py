"""Write, fsync and replace: what is on disk after a call is on disk after a power cut.

A failed write or fsync raises and is never retried: after a failed fsync the kernel may have dropped the page and
report success the second time. Each step calls `fault` first when a test has set one (the n-th write raises or kills).
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

TEMPORARY = ".tmp-"
PUBLIC, PRIVATE = 0o644, 0o600
"""Modes: a report may be read by all, a ledger of a company's rows only by its owner."""

fault: Callable[[str, Path], None] | None = None
"""Called before each write, fsync, replace, link and removal with its name and path; set by tests only."""


def _point(step: str, path: Path) -> None:
    if fault is not None:
        fault(step, path)


def write_file(path: Path, data: bytes, *, mode: int = PUBLIC) -> None:
    """Write a new file and fsync it; an existing file is never opened.

    Raises OSError: With the path: no space, no permission, the file exists.
    """
    _point("write", path)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(path, flags, mode)
    try:
        if mode != PUBLIC:
            os.fchmod(descriptor, mode)  # whatever the umask takes away: a group that params name may read
        _write_all(descriptor, data, path)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes, path: Path) -> None:
    view = memoryview(data)
    try:
        while view:
            view = view[os.write(descriptor, view):]
        _point("fsync", path)
        os.fsync(descriptor)
    except OSError as error:
        # write(2) does not know the path; the message must.
        raise OSError(error.errno, error.strerror, str(path)) from error


def fsync_folder(path: Path) -> None:
    """Make the names inside a folder durable."""
    _point("fsync folder", path)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace(source: Path, target: Path) -> None:
    """Rename in one step and make the new name durable."""
    _point("replace", target)
    source.replace(target)
    fsync_folder(target.parent)


def temporary_name(path: Path) -> Path:
    """Return an unused name in the same folder, and so on the same file system."""
    return path.with_name(f"{TEMPORARY}{os.getpid()}-{secrets.token_hex(4)}")


def write_atomic(path: Path, data: bytes, *, mode: int = PUBLIC) -> None:
    """Replace a file in one step: a reader sees the old bytes or the new ones."""
    _replace_by(path, lambda temporary: write_file(temporary, data, mode=mode))


def _replace_by(path: Path, make: Callable[[Path], None]) -> None:
    temporary = temporary_name(path)
    try:
        make(temporary)
        replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def replace_link(path: Path, target: str) -> None:
    """Point a relative symlink elsewhere in one step."""
    if path.is_symlink() and path.readlink() == Path(target):
        return
    _point("link", path)
    _replace_by(path, lambda temporary: temporary.symlink_to(target))


def append_lines(path: Path, lines: list[str], *, mode: int = PUBLIC) -> None:
    """Append whole lines in one write and fsync them; a line cut by an earlier kill is closed first."""
    _point("append", path)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, mode)
    try:
        size = os.fstat(descriptor).st_size
        torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        text = ("\n" if torn else "") + "".join(f"{line}\n" for line in lines)
        _write_all(descriptor, text.encode(), path)
    finally:
        os.close(descriptor)


def remove_tree(path: Path) -> None:
    """Remove a folder, a file or a link; what is already gone is fine."""
    _point("remove", path)
    if path.is_symlink() or path.is_file():
        path.unlink(missing_ok=True)
    elif path.exists():
        shutil.rmtree(path)
