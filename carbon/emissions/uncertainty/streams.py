"""Multipliers of sources of uncertainty, draw by draw.

Each source has a stream of its own, named by the seed and its id, so that neither the order of sources nor added ones
change other draws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.random.bit_generator import ISeedSequence

from carbon.emissions.uncertainty import distributions
from carbon.emissions.uncertainty.sources import Columns, Floats

BATCH = 1 << 14
"""Numbers made at once, in the processor's cache."""
DRAWN_BY = ("source_id", "distribution", "spread", "centre")
"""Columns of the sources that their draws depend on."""
_TASK = 32  # batches a thread takes at once: to hand over each one would cost as much as its numbers

RunEach = Callable[[Callable[[Any], None], Iterable[Any]], None]


@contextmanager
def each_in(threads: int) -> Iterator[RunEach]:
    """Yield a function that calls another one for each of some items, in as many threads."""
    def run_here(do: Callable[[Any], None], items: Iterable[Any]) -> None:
        for item in items:
            do(item)

    if threads == 1:
        yield run_here
    else:
        with ThreadPoolExecutor(threads) as pool:
            yield lambda do, items: run_here(lambda done: None, pool.map(do, items))


class Multipliers:
    """The streams of some sources: round after round, a row of draws for each, and a last row of ones.

    Rows are in order of distribution, so that many are made in one go; `row` is the row of each source.
    """

    def __init__(self, sources: Columns, seed: int) -> None:
        order = np.argsort(sources["distribution"], kind="stable")
        self.row = np.append(np.argsort(order), len(order))
        names, self._kind, spread, centre = (sources[c][order] for c in DRAWN_BY)
        self._spread = spread[:, None]
        self._centre = None if (centre == 1).all() else centre[:, None]
        self._streams = [_stream(name, seed) for name in names]
        self._out = np.empty((len(order) + 1, 0))
        self._room = distributions.Room(BATCH)

    def draw(self, n: int, run_each: RunEach) -> Floats:
        """Return the next n draws, `BATCH` at most; the table is overwritten in the next round."""
        if self._out.shape[1] < n:
            self._out = np.empty((len(self._streams) + 1, n))
        out = self._out[:, :n]
        out[-1] = 1

        def fill(batches: list[slice]) -> None:
            for rows in batches:
                raw = self._room.raw[:(rows.stop - rows.start) * n].reshape(-1, n)
                for bits, stream in zip(raw, self._streams[rows], strict=True):
                    bits[:] = _bits(stream, n)
                distributions.draw(self._kind[rows.start], self._spread[rows], raw, out=out[rows], room=self._room)
                if self._centre is not None:
                    out[rows] *= self._centre[rows]

        batches = list(self._batches(max(BATCH // n, 1)))
        run_each(fill, [batches[i:i + _TASK] for i in range(0, len(batches), _TASK)])
        return out

    def _batches(self, size: int) -> Iterator[slice]:
        """Yield rows of one distribution, `size` at most."""
        for kind in np.unique(self._kind):
            at = np.flatnonzero(self._kind == kind)
            first, stop = int(at[0]), int(at[-1]) + 1
            yield from (slice(i, min(i + size, stop)) for i in range(first, stop, size))


class _Named(ISeedSequence):
    """State from which a stream starts: the SHA-256 of the seed and the source's id, which is as long."""

    def __init__(self, name: str, seed: int) -> None:
        self._words = np.frombuffer(sha256(f"{int(seed)} {name}".encode()).digest(), dtype="<u8")

    def generate_state(self, n_words: int, dtype: npt.DTypeLike = np.uint64) -> npt.NDArray[np.uint64]:
        """Return the words that PCG64 needs: four of 64 bits."""
        return self._words[:n_words].astype(dtype)


def _stream(name: str, seed: int) -> np.random.PCG64:
    return np.random.PCG64(_Named(name, seed))  # type: ignore[arg-type]  # numpy's stubs leave this protocol out


def _bits(stream: np.random.PCG64, n: int) -> npt.NDArray[np.uint32]:
    """Return the next n numbers of 32 bits; of an odd n the half word is left."""
    return stream.random_raw((n + 1) // 2).astype("<u8", copy=False).view("<u4")[:n]


def normal_numbers(name: str, draws: int, seed: int) -> npt.NDArray[np.float64]:
    """Return standard normal numbers of the stream with this name."""
    return distributions.standard_normal(_bits(_stream(name, seed), draws))
