"""A hundred million rows: time in proportion to rows, memory as for ten million.

python -m benchmarks kernel_long
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.kernel import MEMORY_MIB, measure, ours, write_ledger
from benchmarks.results import Result, result

FEW, MANY, REPEATS = 10_000_000, 100_000_000, 3


def results() -> list[Result]:
    """Return time a row and peak memory of a hundred million rows, compared with ten million."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for rows in (FEW, MANY):
            path = Path(folder) / "ledger.parquet"
            write_ledger(path, rows)
            found[rows] = measure(ours, path, 1, REPEATS)
    few, many = found[FEW], found[MANY]
    return [
        result(f"{MANY:,} rows, CPU a row over that of {FEW:,}", "x", [s / MANY / (few["cpu"] / FEW) for s in
               many["samples"]], 1.1, peers={"CPU s": many["cpu"], "wall s": many["wall"]}),
        result(f"{MANY:,} rows, peak memory", "MiB", [many["mib"]], MEMORY_MIB, peers={f"{FEW:,} rows": few["mib"]})]
