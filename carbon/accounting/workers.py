"""The same work on other processes: pieces as tasks of a Dask scheduler."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

Piece = TypeVar("Piece")
Made = TypeVar("Made")


def run_on(client: Any) -> Callable[[Callable[[Piece], Made], Iterable[Piece]], list[Made]]:
    """A `map` whose calls run on the workers of a `distributed.Client`, in the order of the pieces.

    Pieces travel with their tasks, so that the scheduler can run those of a lost worker again; a task that loses four
    workers in a row is given up by Dask with a `KilledWorker` error. What a call raises is raised here.
    """
    def run(function: Callable[[Piece], Made], pieces: Iterable[Piece]) -> list[Made]:
        with warnings.catch_warnings():
            # Dask would rather keep large pieces on a worker, where they would be lost with it.
            warnings.filterwarnings("ignore", message="Sending large graph")
            shared = client.submit(_same, function, pure=False)
            futures = [client.submit(_call, shared, piece, pure=False) for piece in pieces]
        return list(client.gather(futures))
    return run


def _same(value: Any) -> Any:
    return value


def _call(function: Callable[[Piece], Made], piece: Piece) -> Made:
    return function(piece)
