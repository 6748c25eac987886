"""What an analyst waits for: `import carbon as cb; cb.inventory("petit-studio", 2024)` in a new process.

The package is compiled to bytecode before, as `make` and pip leave it; nothing else is kept between two processes.

    python -m benchmarks start
"""

from __future__ import annotations

import os
import subprocess
import sys
from compileall import compile_dir

from benchmarks.results import ROOT, Result, result, table

RUNS = 5
_ASK = """
from time import perf_counter as now
start = now()
import carbon as cb
imported = now()
cb.inventory("petit-studio", 2024)
first = now()
cb.inventory("petit-studio", 2024)
print(imported - start, first - start, now() - first)
"""


def compiled() -> None:
    """Compile the package to bytecode, also where the environment forbids Python to do so on import."""
    if not compile_dir(ROOT / "carbon", quiet=1):
        raise RuntimeError("the package does not compile")


def fresh() -> tuple[float, float, float]:
    """Return the seconds of the import, of import and first inventory, and of a second inventory in a new process."""
    made = subprocess.run([sys.executable, "-c", _ASK], cwd=ROOT, env={**os.environ, "CARBON_PROJECT": str(ROOT)},
                          capture_output=True, text=True, check=True)
    imported, first, again = (float(word) for word in made.stdout.split())
    return imported, first, again


def pandas_alone() -> float:
    """Return the seconds to import pandas, which no tool with DataFrames can go below."""
    ask = "from time import perf_counter as now; start = now(); import pandas; print(now() - start)"
    return float(subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout)


def results() -> list[Result]:
    compiled()
    fresh()  # the files come from the disk once
    runs = [fresh() for _ in range(RUNS)]
    floor = sorted(pandas_alone() for _ in range(RUNS))[RUNS // 2]
    return [
        result("start: import carbon", "s", [r[0] for r in runs], 0.3),
        result("start: import and cb.inventory of a small company", "s", [r[1] for r in runs], 1.5,
               peers={"import pandas alone": floor}),
        result("start: cb.inventory again", "s", [r[2] for r in runs], 1.0),
    ]


if __name__ == "__main__":
    print(table(results()))
