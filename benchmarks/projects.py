"""Projects that the benchmarks run: copies of the small example company, and time and memory of a command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import yaml

from benchmarks.results import ROOT

MODEL, YEAR = "petit-studio", 2024
CARBON = (sys.executable, "-m", "carbon.cli")
LOOK_S = 0.1
"""How often the memory of a command is looked at."""


def make_project(root: Path, count: int) -> list[str]:
    """Make copies of the small example company under names of their own, one year each."""
    names = [f"copy-{n:03d}" for n in range(count)]
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    (root / "params").mkdir()
    text = (ROOT / "params" / f"{MODEL}.yml").read_text(encoding="utf-8")
    for name in names:
        (root / "params" / f"{name}.yml").write_text(text.replace(f"company: {MODEL}", f"company: {name}"))
        shutil.copytree(ROOT / "params" / MODEL, root / "params" / name)
        for folder in (str(YEAR), "reported"):
            shutil.copytree(ROOT / "data" / "raw" / MODEL / folder, root / "data" / "raw" / name / folder)
    runs = {"notebook": "notebooks/annual_report.ipynb", "runs": [{"company": n, "years": [YEAR]} for n in names]}
    (root / "params" / "runs.yml").write_text(yaml.safe_dump(runs))
    return names


def seconds(command: list[str], root: Path) -> float:
    """Return the wall time of a command in a project [s]."""
    began = time.perf_counter()
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, env=_environment(root))
    taken = time.perf_counter() - began
    if done.returncode:
        raise RuntimeError(f"{command} ended with {done.returncode}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return taken


def seconds_and_peak(command: list[str], root: Path) -> tuple[float, float]:
    """Return the wall time [s] of a command and the peak of the resident memory of it and its children [GiB].

    A page that forked processes share counts once, where the system reports it (Linux).
    """
    began, peak = time.perf_counter(), 0
    process = psutil.Popen(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                           env=_environment(root))
    while process.poll() is None:
        held = 0
        with suppress(psutil.NoSuchProcess):
            for one in [process, *process.children(recursive=True)]:
                with suppress(psutil.NoSuchProcess):
                    of_one = one.memory_full_info()
                    held += getattr(of_one, "pss", of_one.rss)
        peak = max(peak, held)
        time.sleep(LOOK_S)
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return time.perf_counter() - began, peak / 2**30


def _environment(root: Path) -> dict[str, str]:
    return {**os.environ, "CARBON_PROJECT": str(root), "PYTHONPATH": os.pathsep.join(
        [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])}
