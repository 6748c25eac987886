"""Faults at the points where a publication writes."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

Fault = Callable[[str, Path], None]


class At:
    """A fault at the n-th write point; `steps` are the points passed."""

    def __init__(self, n: int, fire: Callable[[str, Path], None]) -> None:
        self.n, self.fire, self.count = n, fire, 0

    def __call__(self, step: str, path: Path) -> None:
        self.count += 1
        if self.count == self.n:
            self.fire(step, path)


def kill(step: str, path: Path) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
