"""A company-year with a long purchases ledger, from its CSV to its published report.

    python -m benchmarks long

The small example company gets a ledger of so many lines, seeded: 3,000 suppliers, an invoice a line, some accounts of
the French chart. Memory is the peak of the resident memory of `carbon run` and all its children.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from benchmarks.projects import CARBON, YEAR, make_project, seconds_and_peak
from benchmarks.results import Result, result, table
from benchmarks.start import compiled

MILLION = 1_000_000
SECONDS, GIB = 60, 2
GIB_OF_FIVE = 5
ACCOUNTS = ["606400", "606300", "611000", "613200", "618100", "622600", "623100", "626000", "626300", "627000"]
PATTERN = """files:
  - pattern: purchases.csv
    kind: purchases
    duplicates: keep
"""


def write_ledger(path: Path, rows: int) -> None:
    """Write a purchases ledger as an accounting program exports it; seeded."""
    draw = np.random.default_rng(1)
    days = np.arange(f"{YEAR}-01-01", f"{YEAR + 1}-01-01", dtype="datetime64[D]").astype(str)
    suppliers = np.array([f"Supplier {i:04d} SARL" for i in range(3000)])
    texts = np.array([f"libellé de la ligne {i}" for i in range(5000)])
    with path.open("wb") as file:
        for start in range(0, rows, MILLION):
            n = min(MILLION, rows - start)
            block = pa.table({
                "date": days[draw.integers(0, len(days), n)], "company": np.repeat("Petit Studio", n),
                "supplier": suppliers[draw.integers(0, 3000, n)], "account": draw.choice(ACCOUNTS, n),
                "category": np.repeat("", n), "description": texts[draw.integers(0, 5000, n)],
                "invoice": [f"F{start + i:08d}" for i in range(n)],
                "amount": np.round(draw.lognormal(4, 1, n), 2), "currency": np.repeat("EUR", n)})
            pacsv.write_csv(block, file, pacsv.WriteOptions(include_header=not start, quoting_style="none"))


def measure(rows: int) -> tuple[float, float]:
    """Return the wall time [s] and the peak memory [GiB] of a company-year with so many lines."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        root.mkdir()
        (name,) = make_project(root, 1)
        params = root / "params" / f"{name}.yml"
        params.write_text(params.read_text(encoding="utf-8").replace("files:\n", PATTERN, 1), encoding="utf-8")
        write_ledger(root / "data" / "raw" / name / str(YEAR) / "purchases.csv", rows)
        return seconds_and_peak([*CARBON, "run", "--only", name, "--timeout", "1800"], root)


def results(sizes: tuple[int, ...] = (MILLION, 5 * MILLION)) -> list[Result]:
    """Return time and memory of a million lines, and memory of five million."""
    compiled()
    found: list[Result] = []
    for rows in sizes:
        taken, peak = measure(rows)
        what = f"long: {rows:,} ledger lines to the published report"
        if rows <= MILLION:
            found.append(result(what, "s", [taken], SECONDS))
        found.append(result(f"{what}, peak memory of all processes", "GiB", [peak],
                            GIB if rows <= MILLION else GIB_OF_FIVE, peers={"s": taken}))
    return found


if __name__ == "__main__":
    print(table(results()))
