"""Ending processes: a run, everything it started, and nothing else."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path

import psutil

PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """
    Make this process the parent of orphans below it, so that a kernel that outlives its run is still found.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def kill_tree(pid: int) -> None:
    """
    Kill a process, its process group and all its descendants, also those in sessions of their own.
    """
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        victims = process.children(recursive=True)
        with suppress(ProcessLookupError, PermissionError):
            if os.getpgid(pid) == pid:
                os.killpg(pid, signal.SIGKILL)
        for victim in [process, *victims]:
            with suppress(psutil.NoSuchProcess):
                victim.kill()


def kill_orphans(keep: set[int], *, last: bool = False) -> None:
    """
    Kill and reap what ended runs left behind: children of this process that are no running job.

    Parameters
    ----------
    last
        Look at every process of the machine: in the kernel's own list, one that ends just then may hide another.
    """
    for pid in _children_at_large() if last else _children():
        if pid not in keep:
            kill_tree(pid)
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _children() -> list[int]:
    try:
        lists = [(task / "children").read_text() for task in Path("/proc/self/task").iterdir()]
    except OSError:
        return _children_at_large()
    return [int(pid) for listed in lists for pid in listed.split()]


def _children_at_large() -> list[int]:
    return [child.pid for child in psutil.Process().children()]


def end_of(pid: int) -> int | None:
    """
    A descriptor that can be read when the process has ended, to wait for it together with others; None where the system
    has no such thing.
    """
    try:
        return os.pidfd_open(pid) if sys.platform == "linux" else None
    except OSError:
        return None


def why_not_fork() -> str:
    """
    Why children cannot be forked here; "" when they can.
    """
    if not hasattr(os, "fork") or sys.platform != "linux":
        return f"forking is not safe on {sys.platform}"
    if threading.active_count() > 1:
        return f"Python threads are alive: {', '.join(t.name for t in threading.enumerate())}"
    threads = len(list(Path("/proc/self/task").iterdir()))
    return f"{threads} threads are alive in the preloading process" if threads > 1 else ""
