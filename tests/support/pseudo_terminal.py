"""What a call prints at a terminal of a width: a pseudo-terminal, in a fork of this process."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import sys
import termios
import traceback
from collections.abc import Callable

_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def shown_at(width: int, call: Callable[[], object]) -> str:
    """The lines a person sees, without colours and movements of the cursor; one that is written over is a line too."""
    ready, go = os.pipe()
    pid, terminal = pty.fork()
    if pid == 0:
        try:
            os.read(ready, 1)
            for name in ("COLUMNS", "LINES", "NO_COLOR"):
                os.environ.pop(name, None)
            os.environ["TERM"] = "xterm"
            sys.stdin, sys.stdout, sys.stderr = (os.fdopen(n, mode, encoding="utf-8") for n, mode in enumerate("rww"))
            call()
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(0)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    os.write(go, b"1")
    pieces = []
    try:
        while piece := os.read(terminal, 65536):
            pieces.append(piece)
    except OSError:  # the other side is closed
        pass
    os.waitpid(pid, 0)
    for descriptor in (terminal, ready, go):
        os.close(descriptor)
    return _CONTROL.sub("", b"".join(pieces).decode()).replace("\r\n", "\n").replace("\r", "\n")
