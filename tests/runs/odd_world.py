"""Loaded into every process of a run by `sitecustomize`: another clock, and a note of every address dialled."""

from __future__ import annotations

import datetime
import itertools
import sys
import time
import types
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

Real = datetime.datetime
READERS_OF_THE_CLOCK = {"carbon", "papermill", "nbclient", "nbconvert", "nbformat", "jupyter_client", "xlsxwriter",
                        "openpyxl", "matplotlib", "zipfile", "logging"}
"""Written in Python: compiled modules must meet the real class."""


class _Same(type):
    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, Real)


def set_clock(seconds: tuple[float, ...]) -> None:
    """Each look at the clock shows the next of these moments [s since 1970, UTC], from the last on again the first."""
    moments = itertools.cycle(seconds)

    def look() -> float:
        return next(moments)

    class Odd(Real, metaclass=_Same):
        __slots__ = ()  # compiled modules ask for the size of the real one

        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Real:
            return Real.fromtimestamp(look(), tz)

        @classmethod
        def utcnow(cls) -> Real:
            return Real.fromtimestamp(look(), datetime.UTC).replace(tzinfo=None)

        @classmethod
        def today(cls) -> Real:
            return Real.fromtimestamp(look())

    plain_local, plain_gm = time.localtime, time.gmtime
    time.time = look
    time.time_ns = lambda: int(look() * 1e9)
    time.localtime = lambda s=None: plain_local(look() if s is None else s)
    time.gmtime = lambda s=None: plain_gm(look() if s is None else s)
    _give_to_modules(Odd)


def _give_to_modules(odd: type) -> None:
    """Put the odd class in place of the real one in each module that imports it, as soon as it is loaded."""
    whole = types.ModuleType("datetime")
    whole.__dict__.update({**datetime.__dict__, "datetime": odd})
    load = SourceFileLoader.exec_module

    def load_oddly(self: SourceFileLoader, module: types.ModuleType) -> None:
        load(self, module)
        if module.__name__.partition(".")[0] in READERS_OF_THE_CLOCK:
            for name, value in list(vars(module).items()):
                if value is Real or value is datetime:
                    setattr(module, name, odd if value is Real else whole)

    SourceFileLoader.exec_module = load_oddly  # type: ignore[method-assign]


def note_addresses(file: str) -> None:
    """Append every address of another machine that a process connects to, sends to or asks the name of."""
    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
            where = arguments[1] if event in ("socket.connect", "socket.sendto") else arguments[0]
            host = where[0] if isinstance(where, tuple) else where
            if not (isinstance(host, bytes) or str(host).startswith(("/", "127.", "::1", "localhost", "None"))):
                with Path(file).open("a") as out:
                    out.write(f"{event} {host!r}\n")

    sys.addaudithook(hear)
