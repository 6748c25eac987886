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
    """Make this process the parent of orphans below it, so that a kernel that outlives its run is still found."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def kill_tree(pid: int) -> None:
    """Kill a process, its process group and all its descendants, also those in sessions of their own."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        victims = process.children(recursive=True)
        with suppress(ProcessLookupError, PermissionError):
            if os.getpgid(pid) == pid:
                os.killpg(pid, signal.SIGKILL)
        for victim in [process, *victims]:
            with suppress(psutil.NoSuchProcess):
                victim.kill()


def kill_orphans(keep: set[int]) -> None:
    """Kill and reap what ended runs left behind: children of this process that are not a running job."""
    for child in psutil.Process().children():
        if child.pid not in keep:
            kill_tree(child.pid)
            with suppress(ChildProcessError):
                os.waitpid(child.pid, 0)


def why_not_fork() -> str:
    """Return why children cannot be forked here; "" when they can."""
    if not hasattr(os, "fork"):
        return "this system has no fork"
    if sys.platform != "linux":
        return f"forking is not safe on {sys.platform}"
    if threading.active_count() > 1:
        return f"Python threads are alive: {', '.join(t.name for t in threading.enumerate())}"
    threads = len(list(Path("/proc/self/task").iterdir()))
    return f"{threads} threads are alive in the preloading process" if threads > 1 else ""
