"""What a run left behind is found and ended, whichever list of processes says so; what is kept is left alone."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own list of children is Linux's")

KILL = """
import os, subprocess, sys
from carbon.runs import processes
from pathlib import Path

processes.adopt_orphans()
kept = subprocess.Popen(["sleep", "60"], start_new_session=True, stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL)
left = subprocess.Popen(["sleep", "60"], start_new_session=True, stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL)
# A grandchild whose own parent has ended: it is this process's from then on.
orphan = int(subprocess.run(["sh", "-c", "setsid sleep 60 >/dev/null 2>&1 & echo $!"], capture_output=True,
                            text=True, check=True).stdout)
if "unlisted" in sys.argv:
    read = Path.read_text
    def refused(path, *given, **named):
        if path.name == "children":
            raise FileNotFoundError(path)
        return read(path, *given, **named)
    Path.read_text = refused
elif "listed" in sys.argv:
    processes._children_at_large = None
processes.kill_orphans(keep={kept.pid}, last="last" in sys.argv)
there = [os.path.exists(f"/proc/{pid}") for pid in (kept.pid, left.pid, orphan)]
kept.kill()
print(*there)
"""


@pytest.mark.parametrize("how", ["listed", "unlisted", "last"])
def test_leftovers_of_ended_runs_are_killed_and_what_is_kept_is_not(how: str):
    """
    A child that nobody keeps and an orphan that was adopted are gone; by the kernel's list, without it, and at large.
    """
    done = subprocess.run([sys.executable, "-c", KILL, how], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["True", "False", "False"], done.stderr


FORK = """
import gc
from carbon.runs import processes

if "elsewhere" in __import__("sys").argv:
    class Bare:
        def __getattr__(self, name):
            raise AttributeError(name)
    processes.ctypes.CDLL = lambda name: Bare()
processes.ready_to_fork()
print(gc.get_freeze_count() > 0)
"""


@pytest.mark.parametrize("where", ["here", "elsewhere"])
def test_what_children_share_is_frozen_also_where_memory_cannot_be_given_back(where: str):
    """
    A C library that cannot give memory back costs the children copies, not the run.
    """
    done = subprocess.run([sys.executable, "-c", FORK, where], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["True"], done.stderr
