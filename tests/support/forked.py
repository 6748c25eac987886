"""Work in a forked process: what it leaves behind in a process goes with it, and nothing is imported anew."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any


def in_a_child(folder: Path, work: Callable[[], Any], **environment: str) -> Any:
    """What `work` returns, in a folder and an environment of its own."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.environ.update(environment)
        try:
            os.chdir(folder)
            told = json.dumps(work())
        except BaseException as error:
            told = json.dumps({"error": f"{type(error).__name__}: {error}"})
        with os.fdopen(write, "w") as out:
            out.write(told)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as told_by:
        text = told_by.read()
    os.waitpid(pid, 0)
    told = json.loads(text)
    assert not isinstance(told, dict) or "error" not in told, told
    return told
