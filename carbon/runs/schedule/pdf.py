"""A PDF next to each report, printed by Chromium where it is installed: no part of a set, never a reason to fail."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

from carbon.records.params.project import Project
from carbon.runs.company_year.journal import PAGE
from carbon.runs.publish import write_atomic
from carbon.runs.publish.hashing import sha256_file
from carbon.runs.publish.sets import current_set

PDF, STAMP = "annual_report.pdf", "annual_report.pdf.json"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
VARIABLE = "CARBON_CHROMIUM"
ARGUMENTS = ("--headless", "--disable-gpu", "--disable-extensions", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--no-first-run", "--no-pdf-header-footer")
TIMEOUT_S = 120
ABSENT = "Chromium was not found: reports were not printed as PDF"


def browser() -> str | None:
    """Return the path of Chromium: $CARBON_CHROMIUM, else the first on the path, else that of the extra `pdf`."""
    return os.environ.get(VARIABLE) or next(filter(None, map(shutil.which, BROWSERS)), None) or _of_the_extra()


def _of_the_extra() -> str | None:
    """Return the Chromium that `playwright install chromium` has put on this machine."""
    if find_spec("playwright") is None:
        return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        path = driver.chromium.executable_path
    return path if Path(path).is_file() else None


def print_pdfs(project: Project, keys: Iterable[tuple[str, int]], *, workers: int) -> list[str]:
    """Print the reports whose PDF is missing or of another page; returns the reasons of those that failed."""
    folders = [folder for company, year in keys if _wanted(folder := project.processed(company, year))]
    if not folders:
        return []
    program = browser()
    if program is None:
        return [ABSENT]
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        problems = list(pool.map(lambda folder: _print(program, folder), folders))
    return [f"{project.name_of(folder / PDF)}: {text}" for folder, text in zip(folders, problems, strict=True) if text]


def _wanted(folder: Path) -> bool:
    in_force = current_set(folder)
    if in_force is None or not (in_force / PAGE).is_file():
        return False
    try:
        stamp = json.loads((folder / STAMP).read_bytes())
        return not (stamp["page_sha256"] == sha256_file(in_force / PAGE)
                    and stamp["pdf_sha256"] == sha256_file(folder / PDF))
    except (OSError, ValueError, KeyError, TypeError):
        return True


def _print(program: str, folder: Path) -> str:
    """Print one report and return why it failed, or ""; the PDF of an earlier page is removed first."""
    in_force = current_set(folder)
    if in_force is None:
        return ""
    page = in_force / PAGE
    (folder / STAMP).unlink(missing_ok=True)
    (folder / PDF).unlink(missing_ok=True)
    # As root Chromium starts only without its sandbox; the page allows no script and no address at all.
    arguments = [*ARGUMENTS, *(["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else [])]
    try:
        with tempfile.TemporaryDirectory(prefix="carbon-pdf-") as scratch:
            out = Path(scratch) / PDF
            finished = subprocess.run(
                [program, *arguments, f"--user-data-dir={scratch}/profile", f"--print-to-pdf={out}",
                 page.resolve().as_uri()], capture_output=True, timeout=TIMEOUT_S, check=False)
            if not (out.is_file() and out.read_bytes().startswith(b"%PDF")):
                return f"not printed (exit {finished.returncode})"
            write_atomic(folder / PDF, out.read_bytes())
        stamp = {"page_sha256": sha256_file(page), "pdf_sha256": sha256_file(folder / PDF), "set": in_force.name}
        write_atomic(folder / STAMP, json.dumps(stamp, indent=1).encode() + b"\n")
    except subprocess.TimeoutExpired:
        return f"not printed within {TIMEOUT_S} s"
    except OSError as error:
        return f"not printed: {error.strerror or error}"
    return ""
