"""How fast and in how much memory a CSV of ten million rows is read, against pyarrow's own parse of the same file; and
the same records as Parquet, against pandas' read and sum by category.

    python -m benchmarks.records [--rows 10000000] [--runs 3]

Each contender runs in a process of its own. Bars: at most 3 times the wall time of the peer; 2 GiB for CSV, 3 for
Parquet.
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from benchmarks.results import Result, result

BAR, MEMORY_GIB, PARQUET_GIB = 3.0, 2.0, 3.0
ROWS = 10_000_000
_CHUNK = 1_000_000
_PARSE = """
import pyarrow.csv, resource, sys, time
start = time.perf_counter()
rows = pyarrow.csv.read_csv(sys.argv[1]).num_rows
"""
_GROUP = """
import pandas, resource, sys, time
start = time.perf_counter()
table = pandas.read_parquet(sys.argv[1])
table.groupby("category")["amount"].sum()
rows = len(table)
"""
_READ = """
import resource, sys, time
import pyarrow.csv, pandas
from carbon.runs.desk.check import check_paths
start = time.perf_counter()
checked = check_paths([sys.argv[1]], kind="purchases")
rows = checked["files"][0]["rows_accepted"]
"""
_REPORT = "\nprint(rows, time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)\n"


def write_ledger(path: Path, rows: int) -> None:
    """Write a purchases ledger as an accounting program would export it; seeded."""
    draw = np.random.default_rng(1)
    days = np.array([(dt.date(2024, 1, 1) + dt.timedelta(int(i))).isoformat() for i in range(366)])
    suppliers = np.array([f"Supplier {i:04d} SARL" for i in range(3000)])
    texts = np.array([f"libellé de la ligne {i}" for i in range(5000)])
    writer = None
    for start in range(0, rows, _CHUNK):
        n = min(_CHUNK, rows - start)
        table = pa.table({
            "date": days[draw.integers(0, 366, n)], "company": np.repeat("Acme", n),
            "supplier": suppliers[draw.integers(0, 3000, n)],
            "category": np.char.add("category ", draw.integers(0, 60, n).astype(str)),
            "amount": pa.array(np.round(draw.lognormal(5, 1.5, n), 2)).cast(pa.string()),
            "currency": np.array(["EUR", "GBP", "CHF"])[draw.integers(0, 3, n)],
            "description": texts[draw.integers(0, 5000, n)]})
        writer = writer or pacsv.CSVWriter(path, table.schema, write_options=pacsv.WriteOptions(quoting_style="none"))
        writer.write(table)
    if writer is not None:
        writer.close()


def measure(script: str, path: Path) -> tuple[int, float, float]:
    """Return rows, wall seconds and peak memory [GiB] of a script in a fresh process."""
    command = [sys.executable, "-c", script + _REPORT, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rows, seconds, gib = done.stdout.split()
    return int(rows), float(seconds), float(gib)


def as_parquet(ledger: Path, path: Path) -> None:
    """Write the same records as Parquet with days and numbers, a million rows at a time."""
    types = pacsv.ConvertOptions(column_types={"date": pa.date32(), "amount": pa.float64()})
    with pacsv.open_csv(ledger, convert_options=types) as batches, pq.ParquetWriter(path, batches.schema) as writer:
        for batch in batches:
            writer.write_batch(batch)


def results(rows: int = ROWS, runs: int = 3) -> list[Result]:
    """Return the time of the reader over that of its peer, run in turn, and the reader's largest peak."""
    with tempfile.TemporaryDirectory() as folder:
        ledger, table = Path(folder) / "ledger.csv", Path(folder) / "ledger.parquet"
        write_ledger(ledger, rows)
        as_parquet(ledger, table)
        return [*_against(_PARSE, ledger, runs, (f"{rows:,} rows of CSV", "pyarrow's parse", MEMORY_GIB)),
                *_against(_GROUP, table, runs, (f"{rows:,} rows of Parquet", "pandas' read and groupby", PARQUET_GIB))]


def _against(peer: str, path: Path, runs: int, told: tuple[str, str, float]) -> list[Result]:
    what, name, gib = told
    rows = measure(peer, path)[0]  # warms the page cache
    pairs = [(measure(peer, path), measure(_READ, path)) for _ in range(runs)]
    lost = {rows - read[0] for _, read in pairs} - {0}
    if lost:
        raise SystemExit(f"{max(lost):,} of {what} were not accepted")
    return [
        result(f"check --kind purchases: {what}, time over {name}", "x", [read[1] / its[1] for its, read in pairs], BAR,
               peers={f"{name}, s": statistics.median(its[1] for its, _ in pairs)}),
        result(f"check --kind purchases: {what}, peak memory", "GiB", [max(read[2] for _, read in pairs)], gib,
               peers={name: max(its[2] for its, _ in pairs)})]


def main() -> int:
    """Print the bars; return 1 where one is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    found = results(given.rows, given.runs)
    for line in found:
        print(f"{line['name']}: {line['measured']:.2f} {line['unit']} (at most {line['bar']:g})")
    return int(not all(line["ok"] for line in found))


if __name__ == "__main__":
    raise SystemExit(main())
