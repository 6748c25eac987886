"""One process that sees no network, no file but those it is lent to read, and none of this environment; with limits.

Linux namespaces made by util-linux (`unshare`, `mount`, `pivot_root`, `setpriv`, `prlimit`): a root folder in memory,
the system's programs and what is lent read-only, no capability, no further namespace. What the process gives back is
its standard output. A fault of the kernel is not kept out (docs/evidence.md). Where any step fails, nothing is run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

import carbon
from carbon.runs.schedule.execute import FIXED_ENVIRONMENT

LENT = "/lent"
"""Where a folder that is lent under another name begins."""
WALL_S, CPU_S, MEMORY_MB, FILE_MB, PROCESSES = 900, 600, 4096, 256, 64
DISK_MB = 1024
_AS_ROOT = ("--user", "--map-root-user")
_PROGRAMS = ("unshare", "mount", "umount", "pivot_root", "setpriv", "prlimit", "env", "sh")
_SYSTEM_PROGRAMS = ("/usr/sbin", "/sbin", "/usr/bin", "/bin")
"""Folders of programs that a user's own PATH may lack, or that a scheduler gives no PATH at all."""
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives")
_LOOPBACK = ("import fcntl,socket,struct\n" "fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sh14x', b'lo', 0x41))")
_PROBE = ("import os, socket\nsocket.socket().bind(('127.0.0.1', 0))\n"
          "capable = int(open('/proc/self/status').read().split('CapEff:')[1].split()[0], 16)\n"
          "writable = [path for path in ('/usr', '/proc/sys/kernel/hostname') if os.access(path, os.W_OK)]\n"
          "print('confined' if not capable and not writable and os.getpid() == 1 else (capable, writable))")
"""What must hold inside: an own loopback interface and numbering of processes, no capability, nothing to write to."""
_ROOT = r"""
umask 022
root=$1; python=$2; loopback=$3; disk=$4; count=$5; shift 5
mount -t tmpfs -o "size=${disk}m,mode=755" tmpfs "$root"
cd "$root"
mkdir -p proc dev tmp home old
while [ "$count" -gt 0 ]; do
  from=$1; to=.$2; shift 2; count=$((count - 1))
  if [ -d "$from" ]; then mkdir -p "$to"; else mkdir -p "${to%/*}"; : > "$to"; fi
  mount --bind "$from" "$to"
  mount -o remount,bind,ro,nosuid,nodev "$to"
done
for name in null zero random urandom; do : > dev/$name; mount --bind /dev/$name dev/$name; done
chmod 1777 tmp home
mount -t proc proc proc
pivot_root . old
cd /
umount -l old
"$python" -I -c "$loopback"
exec "$@"
"""
"""Makes the root folder with the rights of root in its namespaces, then goes on without them."""
_LAST = 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"'
_NOBODY = "65534"
"""Who goes on where root confines: neither the settings of the system nor the limit of processes bind root."""


@dataclass(frozen=True)
class Confined:
    """How a confined process ended."""

    output: bytes
    """Its standard output."""
    reason: str
    """Why it did not end well; "" where it did."""


def why_not() -> str:
    """Return why this system cannot confine a process, by trying it; "" where it can."""
    missing = [name for name in _PROGRAMS if shutil.which(name, path=_path()) is None]
    if not sys.platform.startswith("linux") or missing:
        return f"needs Linux with util-linux: no {', '.join(missing) or 'namespaces'}"
    probe = run(["-I", "-c", _PROBE])
    return "" if probe.output == b"confined\n" else probe.reason or "it gave no answer"


def run(arguments: Sequence[str], *, lent: Mapping[str, Path] | None = None, given: bytes = b"") -> Confined:
    """Run this Python with arguments in a confinement.

    `lent`: {place below /lent: file or folder that everybody may read}. `given`: Standard input.
    """
    with tempfile.TemporaryDirectory(prefix="carbon-confined-") as folder:
        private = Path(folder)
        (private / "root").mkdir()
        (private / "in").write_bytes(given)
        with (private / "in").open("rb") as source, (private / "out").open("wb") as out, (
                private / "err").open("wb") as err:
            process = subprocess.Popen(_command(private / "root", arguments, lent or {}), stdin=source, stdout=out,
                                       stderr=err, env={"PATH": _path()}, cwd="/",
                                       start_new_session=True)
            reason = _watched(process, time.monotonic() + WALL_S)
        last_line = (private / "err").read_bytes()[-2000:].decode("utf-8", "replace").strip().splitlines()[-1:]
        if not reason and process.returncode:
            reason = f"exit code {process.returncode}: {''.join(last_line)}".rstrip(": ")
        return Confined((private / "out").read_bytes(), reason)


def _path() -> str:
    return os.pathsep.join([os.environ.get("PATH") or os.defpath, *_SYSTEM_PROGRAMS])


def _command(root: Path, arguments: Sequence[str], lent: Mapping[str, Path]) -> list[str]:
    package = Path(carbon.__file__).resolve().parent
    prefixes = [path for path in sorted({sys.prefix, sys.base_prefix}) if Path("/usr") not in (
        Path(path), *Path(path).parents)]
    readable = [(path, path) for path in (*_SYSTEM, *prefixes) if Path(path).exists()]
    readable += [(str(package), f"{LENT}/code/carbon")]
    readable += [(str(path.resolve()), f"{LENT}/{place}") for place, path in lent.items()]
    environment = {**FIXED_ENVIRONMENT, "HOME": "/home", "USER": "confined", "LOGNAME": "confined",
                   "TMPDIR": "/home", "PATH": "/usr/bin:/bin", "PYTHONPATH": f"{LENT}/code",
                   "PYTHONDONTWRITEBYTECODE": "1", "CARBON_PROJECT": f"{LENT}/project"}
    limits = [f"--cpu={CPU_S}", f"--as={MEMORY_MB << 20}", f"--fsize={FILE_MB << 20}", f"--nproc={PROCESSES}",
              "--core=0", "--nofile=1024"]
    is_root = os.geteuid() == 0
    become = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"] if is_root else []
    return ["unshare", *([] if is_root else _AS_ROOT), "--net", "--mount", "--pid", "--ipc", "--uts", "--fork",
            "--kill-child", "sh", "-euc", _ROOT, "sh", str(root), sys.executable, _LOOPBACK, str(DISK_MB),
            str(len(readable)), *(word for pair in readable for word in pair), *become, "unshare", *_AS_ROOT,
            "sh", "-euc", _LAST, "sh", "setpriv", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all",
            "prlimit", *limits, "env", "-i", *(f"{name}={value}" for name, value in environment.items()),
            sys.executable, *arguments]


def _watched(process: subprocess.Popen[bytes], until: float) -> str:
    """Wait for a process and end it with all that it started past a limit; return which limit."""
    reason = ""
    while process.poll() is None and not reason:
        time.sleep(0.02)
        try:
            children = psutil.Process(process.pid).children(recursive=True)
            memory_mb = sum(child.memory_info().rss for child in children) >> 20
        except psutil.NoSuchProcess:
            continue
        reason = ("it did not end in time" if time.monotonic() > until else
                  f"more than {PROCESSES} processes" if len(children) > PROCESSES else
                  f"more than {MEMORY_MB} MiB" if memory_mb > MEMORY_MB else "")
    if reason:
        process.kill()  # --kill-child: the first process of its namespace ends, and with it every other
        process.wait()
    return reason
