"""One small report from the shell: `carbon run --only COMPANY`, in a new process.

python -m benchmarks single
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.projects import CARBON, make_project, seconds
from benchmarks.results import Result, result, table
from benchmarks.start import compiled

RUNS, BAR_S = 5, 6


def results(runs: int = RUNS) -> list[Result]:
    """Return the wall time to a published report, each of another company of the same project."""
    compiled()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        root.mkdir()
        names = make_project(root, runs)
        samples = [seconds([*CARBON, "run", "--only", name], root) for name in names]
    return [result("single: carbon run --only, one small report", "s", samples, BAR_S)]


if __name__ == "__main__":
    print(table(results()))
