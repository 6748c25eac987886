"""A confined process reaches no network, writes nothing, reads no environment, kills nothing and ends at its limits."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from carbon.runs.review import confine

ABLE = sys.platform == "linux" and subprocess.run(
    ["unshare", "--user", "--map-root-user", "--net", "--mount", "--pid", "--fork", "true"], check=False,
    capture_output=True).returncode == 0
pytestmark = pytest.mark.skipif(not ABLE, reason="this system has no user namespaces to confine a process in")
CANARY = """
import os, signal, socket, subprocess, sys
port, abstract, outside, sleeper = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
lines = []

def attempt(what, call):
    try:
        call()
        lines.append(what)
    except OSError:
        pass

def connect(address, family=socket.AF_INET):
    with socket.socket(family) as s:
        s.settimeout(1)
        s.connect(address)

attempt("reached the loopback of the host", lambda: connect(("127.0.0.1", port)))
attempt("reached an abstract socket of the host", lambda: connect("\\0" + abstract, socket.AF_UNIX))
attempt("reached a network", lambda: connect(("192.0.2.1", 9)))
for place in (outside, "/lent/sent", "/lent/sent/rows.csv", "/usr/canary", sys.prefix + "/canary",
              "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/etc/ld.so.cache"):
    path = place if os.path.splitext(place)[1] or "/proc" in place or "canary" in place else place + "/canary"
    attempt(f"wrote {path}", lambda: open(path, "a").close())
attempt("read " + outside, lambda: os.listdir(outside))
attempt("killed", lambda: os.kill(sleeper, signal.SIGKILL))
for command in (["mount", "-o", "remount,rw", "/usr"], ["unshare", "--user", "true"], ["umount", "/lent/sent"]):
    if not subprocess.run(command, capture_output=True).returncode:
        lines.append("ran " + " ".join(command))
status = {p: open(f"/proc/{p}/environ").read() for p in os.listdir("/proc") if p.isdigit()}
if "hush" in repr(os.environ) + repr(status):
    lines.append("read CARBON_SALT")
lines.append("given " + sys.stdin.read() + open("/lent/sent/rows.csv").read())
print("; ".join(lines))
try:
    os.kill(-1, signal.SIGKILL)
except OSError:
    pass
"""


def test_this_system_can_confine():
    """Where namespaces can be made, the trial by this module finds that it holds; it is made anew each time."""
    assert confine.why_not() == ""


def test_where_it_cannot_it_says_why_and_runs_nothing(monkeypatch, tmp_path):
    """A PATH without the system's folders is no obstacle; a program is missing; namespaces are not allowed: the reason
    is in words.
    """
    monkeypatch.setenv("PATH", str(tmp_path))
    assert confine.why_not() == ""
    monkeypatch.setattr(confine, "_SYSTEM_PROGRAMS", ())
    assert "no unshare" in confine.why_not()
    for name in confine._PROGRAMS:
        (tmp_path / name).write_text("#!/bin/false\n")
        (tmp_path / name).chmod(0o755)
    assert "exit code 1" in confine.why_not()


def test_nothing_outside_is_reached(tmp_path, monkeypatch):
    """A listener on the host's loopback, its abstract sockets, its files, settings, processes, and the salt."""
    monkeypatch.setenv("CARBON_SALT", "hush-hush-hush-hush")
    outside, sent = tmp_path / "outside", tmp_path / "sent"
    for folder in (outside, sent):
        folder.mkdir()
        folder.chmod(0o777)
    (sent / "rows.csv").write_text("a row")
    (sent / "rows.csv").chmod(0o666)
    name = f"carbon-{os.getpid()}"
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as local, subprocess.Popen(
            [sys.executable, "-c", "import time; time.sleep(60)"]) as sleeper:
        local.bind(f"\0{name}")
        local.listen()
        ended = confine.run(["-c", CANARY, str(server.getsockname()[1]), name, str(outside), str(sleeper.pid)],
                            lent={"sent": sent}, given=b"what it is asked: ")
        assert sleeper.poll() is None
        sleeper.kill()
    assert ended.output.decode().strip() == "given what it is asked: a row", ended
    assert list(outside.iterdir()) == [] and [p.name for p in sent.iterdir()] == ["rows.csv"]
    assert not Path(sys.prefix, "canary").exists()


@pytest.mark.parametrize(("limits", "code", "reason"), [
    ({"WALL_S": 1}, "import time; time.sleep(60)", "did not end in time"),
    ({}, "import os, time\nfor _ in range(100):\n    if os.fork() == 0: time.sleep(60)", "temporarily unavailable"),
    ({"MEMORY_MB": 60}, "bytearray(64 << 20)", "MemoryError"),
    ({"MEMORY_MB": 60}, "import os, time\nos.fork(), os.fork()\nx = b'x' * (25 << 20)\ntime.sleep(60)",
     "more than 60 MiB"),
    ({"FILE_MB": 2}, "open('/tmp/x', 'wb').write(bytes(3 << 20))", "File too large"),
    ({"DISK_MB": 2}, "open('/tmp/x', 'wb').write(bytes(3 << 20))", "No space left"),
    ({"CPU_S": 1}, "while True: pass", "exit code"), ({}, "raise SystemExit('its words')", "its words")])
def test_each_limit_ends_it(monkeypatch, limits, code, reason):
    """Wall clock, processes, memory of one and of all, size of a file and of all, processor time: it ends with all its
    processes, and the reason is given.
    """
    for limit, value in limits.items():
        monkeypatch.setattr(confine, limit, value)
    ended = confine.run(["-I", "-S", "-c", code])
    assert reason in ended.reason
