"""What a run left behind is found and ended; what is kept is left alone."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own list of children is Linux's")

KILL = """
import os, subprocess, sys
from carbon.runs.schedule import processes

processes.adopt_orphans()
kept = subprocess.Popen(["sleep", "60"], start_new_session=True, stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL)
left = subprocess.Popen(["sleep", "60"], start_new_session=True, stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL)
# A grandchild whose own parent has ended: it is this process's from then on.
orphan = int(subprocess.run(["sh", "-c", "setsid sleep 60 >/dev/null 2>&1 & echo $!"], capture_output=True,
                            text=True, check=True).stdout)
processes.kill_orphans(keep={kept.pid})
there = [os.path.exists(f"/proc/{pid}") for pid in (kept.pid, left.pid, orphan)]
kept.kill()
print(*there)
"""


def test_leftovers_of_ended_runs_are_killed_and_what_is_kept_is_not():
    """A child that nobody keeps and an orphan that was adopted are gone."""
    done = subprocess.run([sys.executable, "-c", KILL], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["True", "False", "False"], done.stderr
