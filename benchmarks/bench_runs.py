"""
`carbon run` on copies of the small example company, against a loop of the papermill and nbconvert commands.

    python -m benchmarks.bench_runs [--years 100] [--rounds 3]

Prints seconds (wall and CPU) of: publishing all, a second call with nothing changed, the loop extrapolated, and the
cells alone: the notebook's code run one after another, each in a shell of its own, in one warm process, which looks for
garbage as rarely as a company-year's own does and has its environment (linear algebra in two threads would cost it a
fifth more).

A shared machine is not equally fast from one minute to the next. So the cells are measured throughout the run: every
few seconds it is held still, and the cells of two company-years run, of which the second is timed. The loop is measured
half before and half after the run, and there are several rounds.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import cycle
from pathlib import Path

import psutil
import yaml

from benchmarks.results import Result, result, table
from carbon.runs.execute import child_environment

HERE = Path(__file__).resolve().parent.parent
MODEL, YEAR = "petit-studio", 2024
Seconds = tuple[float, float]
"""Wall and CPU."""
Round = dict[str, Seconds]
"""By what was measured."""
WARM = 3
"""Company-years whose cells warm the process that runs them alone."""
APART_S = 2.0
"""How long the run goes on between two looks."""
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
for company in sys.stdin:
    started = time.process_time()
    shell = NotebookShell.fresh()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            run_cell(shell, cell)
            if "parameters" in cell.metadata.get("tags", []):
                shell.user_ns.update(company=company.strip(), year={year})
    print(time.process_time() - started, flush=True)
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


def timed(command: list[str], root: Path, meanwhile: Callable[[psutil.Process], float] | None = None) -> Seconds:
    """
    Wall and CPU seconds of a command and its children; without those for which `meanwhile` says it held them still.
    """
    before, began, held = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter(), 0.0
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               env={**os.environ, "CARBON_PROJECT": str(root)})
    while meanwhile is not None and not ended(process):
        held += meanwhile(psutil.Process(process.pid))
    if process.wait():
        raise RuntimeError(f"{command} ended with {process.returncode}")
    wall, after = time.perf_counter() - began - held, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it ends before the next look at it."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(APART_S)
    return process.returncode is not None


def loop_of_commands(root: Path, names: list[str]) -> Seconds:
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


def suspended(run: psutil.Process) -> dict[int, psutil.Process]:
    """A run's processes, by number, now held still."""
    found = {}
    with suppress(psutil.NoSuchProcess):
        for process in [run, *run.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                process.suspend()
                found[process.pid] = process
    return found


class CellsAlone:
    """A warm process that runs the cells of one company-year at a time, while the run is held still."""

    def __init__(self, root: Path, names: list[str]) -> None:
        self.process = subprocess.Popen([sys.executable, "-c", CELLS.format(year=YEAR), str(root)], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=child_environment(str(root)))
        self.names = cycle(names)
        self.seconds: list[float] = []
        for _ in range(WARM):
            self.one()

    def one(self) -> float:
        """CPU seconds of the cells of the next company-year."""
        assert self.process.stdin is not None and self.process.stdout is not None
        print(next(self.names), file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())

    def beside(self, run: psutil.Process) -> float:
        """Hold the run still and run the cells; for how long it was held [s]."""
        stopped: dict[int, psutil.Process] = {}
        began = time.perf_counter()
        try:
            for _ in range(2):  # a second look: one may have been forked during the first
                stopped |= suspended(run)
            self.one()  # the processor's caches are the run's
            self.seconds.append(self.one())
        finally:
            for process in stopped.values():
                with suppress(psutil.NoSuchProcess):
                    process.resume()
        return time.perf_counter() - began

    def mean(self) -> float:
        """CPU seconds of a company-year's cells, on average; ends the process."""
        seconds = self.seconds or [self.one()]  # a run of a moment was never held
        self.process.communicate()
        return statistics.mean(seconds)


def measure(years: int) -> Round:
    """(wall, CPU) seconds of each way, for all company-years; the loop is extrapolated from two of them."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        root.mkdir()
        names = make_project(root, years)
        carbon = [sys.executable, "-m", "carbon.cli", "run"]
        half, alone = loop_of_commands(root, names[:1]), CellsAlone(root, names)
        run = timed(carbon, root, alone.beside)
        cells, rest = alone.mean() * years, loop_of_commands(root, names[1:2])
        again = timed(carbon, root)
    return {"run": run, "again": again, "cells": (cells, cells),
            "loop": ((half[0] + rest[0]) * years / 2, (half[1] + rest[1]) * years / 2)}


def results(years: int = 100, rounds: int = 3) -> list[Result]:
    """The bars of a schedule; the peer is the loop of commands on the same company-years, in the same round."""
    return judged([measure(years) for _ in range(rounds)], years)


def judged(found: list[Round], years: int) -> list[Result]:
    """What was measured, beside its bars: a sample a round."""
    what, loop = f"{years} company-years", "loop of papermill and nbconvert"
    loop_wall = statistics.median(one["loop"][0] for one in found)
    return [
        result(f"{what}: {loop} / carbon run, wall", "x", [one["loop"][0] / one["run"][0] for one in found], 15,
               higher=True),
        result(f"{what}: {loop} / carbon run, CPU", "x", [one["loop"][1] / one["run"][1] for one in found], 12,
               higher=True),
        result(f"{what}: CPU of carbon run / CPU of its cells alone", "x",
               [one["run"][1] / one["cells"][1] for one in found], 1.5),
        result(f"{what}, nothing changed", "s", [one["again"][0] for one in found], 3),
        result(f"{what} published with HTML", "s", [one["run"][0] for one in found], loop_wall / 15,
               peers={f"{loop} (from {2 * len(found)})": loop_wall}),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--years", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    found = []
    for _ in range(given.rounds):
        found.append(measure(given.years))
        for way, (wall, cpu) in found[-1].items():
            print(f"{way:<8}{wall:10.1f} s wall {cpu:10.1f} s CPU {cpu / given.years:8.2f} s CPU a company-year")
    print(table(judged(found, given.years)))


if __name__ == "__main__":
    main()
