"""`carbon run` on copies of the small example company, against a loop of the papermill and nbconvert commands.

    python -m benchmarks schedules

The loop runs the same notebook by papermill's own engine, a kernel a company-year. It is measured on some of the
company-years, half before and half after the run, and scaled by their number. Both sides must show the same figures:
the notebooks of the loop are compared with those published, output for output.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

import nbformat

from benchmarks.projects import CARBON, YEAR, make_project, seconds
from benchmarks.results import Result, result, table
from carbon.runs.notebook.papermill_run import normalised
from carbon.runs.publish.identity import indented

YEARS, ROUNDS, SAMPLE = 100, 3, 4
FASTER, UNCHANGED_S = 12, 3
LOOP = "loop of papermill and nbconvert"


def loop_of_commands(root: Path, names: list[str]) -> float:
    """Run papermill and nbconvert for each company, one after the other; return the wall time [s]."""
    python, taken = [sys.executable, "-m"], 0.0
    for name in names:
        out = str(root / f"{name}.ipynb")
        taken += seconds([*python, "papermill", "notebooks/annual_report.ipynb", out, "-p", "company", name,
                          "-p", "year", str(YEAR)], root)
        taken += seconds([*python, "nbconvert", "--to", "html", out], root)
    return taken


def check_same_figures(root: Path, names: list[str]) -> None:
    """Compare the notebooks of the loop with those that `carbon run` published.

    Raises
    ------
    RuntimeError
        An output differs: the two sides did not do the same work.
    """
    for name in names:
        published = root / "data" / "processed" / name / str(YEAR) / "annual_report.ipynb"
        if indented(normalised(nbformat.read(root / f"{name}.ipynb", 4))) != published.read_bytes():
            raise RuntimeError(f"{name}: the loop's notebook shows other figures than the published one")


def measure(years: int, sample: int = SAMPLE) -> tuple[float, float, float]:
    """Return the wall times of the scaled loop, of the run and of a second run with nothing changed [s]."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        root.mkdir()
        names = make_project(root, years)
        before = loop_of_commands(root, names[:sample // 2])
        run = seconds([*CARBON, "run"], root)
        after = loop_of_commands(root, names[sample // 2:sample])
        again = seconds([*CARBON, "run"], root)
        check_same_figures(root, names[:sample])
    return (before + after) * years / sample, run, again


def results(years: int = YEARS, rounds: int = ROUNDS, sample: int = SAMPLE) -> list[Result]:
    """Return the bars of a schedule, a sample a round."""
    found = [measure(years, sample) for _ in range(rounds)]
    what = f"schedules: {years} company-years"
    loop = statistics.median(one[0] for one in found)
    return [
        result(f"{what}: {LOOP} / carbon run, wall", "x", [one[0] / one[1] for one in found], FASTER, higher=True),
        result(f"{what} published with HTML", "s", [one[1] for one in found], loop / FASTER,
               peers={f"{LOOP} (scaled from {sample * rounds})": loop}),
        result(f"{what}, nothing changed", "s", [one[2] for one in found], UNCHANGED_S),
    ]


if __name__ == "__main__":
    print(table(results()))
