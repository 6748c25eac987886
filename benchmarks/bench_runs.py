"""
`carbon run` on copies of the small example company, against a loop of the papermill and nbconvert commands.

    python -m benchmarks.bench_runs [--years 100] [--loop 6]

Prints seconds (wall and CPU) of: publishing all, a second call with nothing changed, the loop extrapolated, and the
cells alone (the notebook's code run one after another in one warm process, which looks for garbage as rarely as a
company-year's own does and has its environment: linear algebra in two threads would cost it a fifth more). All are
measured in the same call, on the same copies; cells and loop half before and half after the run, the cells right
beside it, because a shared machine is not equally fast from one minute to the next.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from benchmarks.results import Result, result, table
from carbon.runs.execute import child_environment

HERE = Path(__file__).resolve().parent.parent
MODEL, YEAR = "petit-studio", 2024
TURNS = 12
"""Company-years whose cells alone are measured, before the run and after it."""
CELLS = """
import json, sys, time
from pathlib import Path
from carbon.runs.parent import one_threaded_arrow, preload
one_threaded_arrow(); preload(set())
from carbon.runs.child import short_lived
from carbon.runs.shell import NotebookShell, run_cell
short_lived()
import nbformat, os
os.chdir(sys.argv[1])
notebook = nbformat.read("notebooks/annual_report.ipynb", 4)
for turn, company in enumerate(["{first}", *sys.argv[2:]]):
    started = time.process_time()
    shell = NotebookShell.fresh()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            run_cell(shell, cell)
            if "parameters" in cell.metadata.get("tags", []):
                shell.user_ns.update(company=company, year={year})
    if turn:
        print(time.process_time() - started)
"""


def make_project(root: Path, count: int) -> list[str]:
    """Copies of the small example company under names of their own, one year each."""
    names = [f"copy-{n:03d}" for n in range(count)]
    shutil.copytree(HERE / "notebooks", root / "notebooks")
    (root / "params").mkdir()
    text = (HERE / "params" / f"{MODEL}.yml").read_text(encoding="utf-8")
    for name in names:
        (root / "params" / f"{name}.yml").write_text(text.replace(f"company: {MODEL}", f"company: {name}"))
        shutil.copytree(HERE / "params" / MODEL, root / "params" / name)
        for folder in (str(YEAR), "reported"):
            shutil.copytree(HERE / "data" / "raw" / MODEL / folder, root / "data" / "raw" / name / folder)
    runs = {"notebook": "notebooks/annual_report.ipynb", "runs": [{"company": n, "years": [YEAR]} for n in names]}
    (root / "params" / "runs.yml").write_text(yaml.safe_dump(runs))
    return names


def timed(command: list[str], root: Path) -> tuple[float, float]:
    """Wall and CPU seconds of a command and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run(command, cwd=root, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   env={**os.environ, "CARBON_PROJECT": str(root)})
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def loop_of_commands(root: Path, names: list[str]) -> tuple[float, float]:
    """papermill and nbconvert, one after the other for each company."""
    wall = cpu = 0.0
    for name in names:
        out = str(root / f"{name}.ipynb")
        for command in (["papermill", "notebooks/annual_report.ipynb", out, "-p", "company", name],
                        ["nbconvert", "--to", "html", out]):
            module = ["-m", "papermill"] if command[0] == "papermill" else ["-m", "nbconvert"]
            seconds = timed([sys.executable, *module, *command[1:]], root)
            wall, cpu = wall + seconds[0], cpu + seconds[1]
    return wall, cpu


def cells_alone(root: Path, names: list[str]) -> float:
    """CPU seconds of the cells of a company-year, on average over some."""
    script = CELLS.format(first=names[0], year=YEAR)
    done = subprocess.run([sys.executable, "-c", script, str(root), *names[:TURNS]], text=True, capture_output=True,
                          check=True, env=child_environment(str(root)))
    seconds = [float(text) for text in done.stdout.split()]
    return sum(seconds) / len(seconds)


def measure(years: int, loop: int) -> dict[str, tuple[float, float]]:
    """(wall, CPU) seconds of each way, for all company-years; the loop is extrapolated from `loop` of them."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        root.mkdir()
        names = make_project(root, years)
        carbon = [sys.executable, "-m", "carbon.cli", "run"]
        half, before = loop_of_commands(root, names[:loop // 2]), cells_alone(root, names)
        run = timed(carbon, root)
        after, rest = cells_alone(root, names), loop_of_commands(root, names[loop // 2:loop])
        again = timed(carbon, root)
    cells = (before + after) / 2 * years
    return {"run": run, "again": again, "cells": (cells, cells),
            "loop": ((half[0] + rest[0]) * years / loop, (half[1] + rest[1]) * years / loop)}


def results(years: int = 100, loop: int = 6) -> list[Result]:
    """The bars of a schedule; the peer is the loop of commands on the same company-years, in the same run."""
    return judged(measure(years, loop), years, loop)


def judged(found: dict[str, tuple[float, float]], years: int, loop: int) -> list[Result]:
    """What was measured, beside its bars."""
    (wall, cpu), (loop_wall, loop_cpu), cells = found["run"], found["loop"], found["cells"][1]
    what = f"{years} company-years"
    return [
        result(f"{what}: loop of papermill and nbconvert / carbon run, wall", "x", [loop_wall / wall], 15, higher=True),
        result(f"{what}: loop of papermill and nbconvert / carbon run, CPU", "x", [loop_cpu / cpu], 12, higher=True),
        result(f"{what}: CPU of carbon run / CPU of its cells alone", "x", [cpu / cells], 1.5),
        result(f"{what}, nothing changed", "s", [found["again"][0]], 3),
        result(f"{what} published with HTML", "s", [wall], loop_wall / 15,
               peers={f"loop of papermill and nbconvert (from {loop})": loop_wall}),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--years", type=int, default=100)
    parser.add_argument("--loop", type=int, default=6)
    given = parser.parse_args()
    found = measure(given.years, given.loop)
    for way, (wall, cpu) in found.items():
        print(f"{way:<8}{wall:10.1f} s wall {cpu:10.1f} s CPU {cpu / given.years:8.2f} s CPU a company-year")
    print(table(judged(found, given.years, given.loop)))


if __name__ == "__main__":
    main()
