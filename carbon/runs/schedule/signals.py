"""INT and TERM while a schedule runs: noted, not obeyed, so that it stops its children and writes its summary."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from types import FrameType


@contextmanager
def noted_signals() -> Iterator[list[int]]:
    """The signals that came, in order; afterwards they are obeyed as before.

    Arrow leaves them alone for as long: it would end the table it reads when one comes with an error of its own.
    """
    caught: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        caught.append(number)

    kept = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    later = _ArrowComesLater()
    sys.meta_path.insert(0, later)
    _arrow_takes_signals(False)
    try:
        yield caught
    finally:
        sys.meta_path.remove(later)
        _arrow_takes_signals(True)
        for number, handler in kept.items():
            signal.signal(number, handler)


class _ArrowComesLater(MetaPathFinder):
    """Finds nothing, but is asked for each module: a schedule does without Arrow, until a table has to be read or
    shown.

    Reading CSV is a module of its own, which Python looks for when Arrow's core is there.
    """

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: object = None) -> None:
        if fullname.startswith("pyarrow."):
            _arrow_takes_signals(False)


def _arrow_takes_signals(takes: bool) -> None:
    core = sys.modules.get("pyarrow.lib")
    if core is not None and hasattr(core, "enable_signal_handlers"):
        core.enable_signal_handlers(takes)
