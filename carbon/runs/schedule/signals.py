"""INT and TERM while a schedule runs: recorded, so that it stops its children and writes its summary first."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from types import FrameType


@contextmanager
def noted_signals() -> Iterator[list[int]]:
    """Record signals in a list, in order; afterwards they act as before.

    Arrow does not handle them meanwhile: it would stop reading a table with an error of its own.
    """
    caught: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        caught.append(number)

    former_handlers = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    later = _ArrowComesLater()
    sys.meta_path.insert(0, later)
    _arrow_takes_signals(False)
    try:
        yield caught
    finally:
        sys.meta_path.remove(later)
        _arrow_takes_signals(True)
        for number, handler in former_handlers.items():
            signal.signal(number, handler)


class _ArrowComesLater(MetaPathFinder):
    """A finder that finds nothing, but sees each import: Arrow comes late, and its reader of CSV after its core."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: object = None) -> None:
        if fullname.startswith("pyarrow."):
            _arrow_takes_signals(False)


def _arrow_takes_signals(takes: bool) -> None:
    core = sys.modules.get("pyarrow.lib")
    if core is not None and hasattr(core, "enable_signal_handlers"):
        core.enable_signal_handlers(takes)
