"""PDF editions of each report, printed by Chromium where it is installed: no part of a set, never a reason to fail."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from carbon.core.ghg_protocol import CALENDAR
from carbon.core.periods import reporting_year
from carbon.params.files.project import Project, sha256_of
from carbon.reports.page.audiences import PERFORMANCE, PUBLIC
from carbon.reports.page.edition import SCALES, Printed, edition, is_too_long, page_numbers
from carbon.runs.company_year.journal import PAGE
from carbon.runs.publish import write_atomic
from carbon.runs.publish.sets import STARTS, current_set, read_manifest
from carbon.runs.schedule.index_page import sign_off_of
from carbon.runs.schedule.processes import kill_tree

PAGES = (PAGE, *(f"annual_report.{audience}.html" for audience in (PERFORMANCE, PUBLIC)))
"""Pages with a PDF: the company's own, and those for who steers and for the public where they are others."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
VARIABLE = "CARBON_CHROMIUM"
ARGUMENTS = ("--headless", "--disable-gpu", "--disable-extensions", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--no-first-run", "--no-pdf-header-footer",
             "--generate-pdf-document-outline")
TIMEOUT_S = 120
POLL_S = 0.1
"""How often a print looks at its limit and at a signal."""
Stopping = Callable[[], bool]
Printer = Callable[[str], bytes]
PASSES = 3  # prints until the page numbers of the contents are those of the print
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


@dataclass(frozen=True)
class _Edition:
    """One page of a published set that is to be printed, and where."""

    page: Path
    printed: Printed
    pdf: Path
    stamp_file: Path

    @property
    def stamp(self) -> dict[str, str]:
        """What the PDF was printed from, but for its own bytes."""
        return {"page_sha256": sha256_of(self.page), "set": self.page.parent.name,
                "signoff": f"{self.printed.signoff} {self.printed.signed_on}".strip()}

    def is_missing(self) -> bool:
        """Return whether there is no PDF of this page, set and sign-off."""
        try:
            return bool(json.loads(self.stamp_file.read_bytes()) != self.stamp | {"pdf_sha256": sha256_of(self.pdf)})
        except (OSError, ValueError):
            return True

    def remove(self) -> None:
        """Remove the PDF of an earlier page: it would be a wrong report."""
        self.stamp_file.unlink(missing_ok=True)
        self.pdf.unlink(missing_ok=True)


def print_pdfs(project: Project, keys: Iterable[tuple[str, int]], *, workers: int,
               stopping: Stopping = lambda: False) -> list[str]:
    """Print the editions whose PDF is missing, or of another page or sign-off; returns why others were not printed.

    `stopping` is asked all the time: once it is true, Chromium is killed and nothing more is printed.
    """
    missing_editions = [one for company, year in keys for one in _editions(project, company, year) if one.is_missing()]
    if not missing_editions:
        return []
    program = browser()
    if program is None:
        for one in missing_editions:
            one.remove()
        return [ABSENT]
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        prints = [pool.submit(_print, program, one, stopping) for one in missing_editions]
        while wait(prints, POLL_S).not_done:
            pass  # a signal that another thread was given is noted by this one when it wakes
        problems = [one_print.result() for one_print in prints]
    return [f"{project.name_of(one.pdf)}: {text}" for one, text in zip(missing_editions, problems, strict=True) if text]


def _editions(project: Project, company: str, year: int) -> list[_Edition]:
    folder = project.processed(company, year)
    in_force = current_set(folder)
    if in_force is None:
        return []
    sign_off = sign_off_of(project, company, year, in_force)
    days = reporting_year(year, read_manifest(in_force)["settings"].get(STARTS, CALENDAR))
    printed = Printed((days[0].date(), days[1].date()), sign_off["identity"], sign_off["signoff"],
                      sign_off.get("signed_on", ""), datetime.now(UTC).date())
    return [_Edition(in_force / page, printed, pdf, pdf.with_name(f"{pdf.name}.json")) for page in PAGES
            if (in_force / page).is_file() and (pdf := (folder / page).with_suffix(".pdf"))]


def _print(program: str, one: _Edition, stopping: Stopping) -> str:
    """Print one edition and return why it failed, or ""; the PDF of an earlier page is removed first."""
    one.remove()
    try:
        if stopping():
            raise OSError("stopped by a signal")
        page = one.page.read_text(encoding="utf-8")
        pdf = _fitting(partial(_printed, program, stopping), page, one.printed)
        if pdf is None:
            return "not printed: the page numbers of its contents do not settle"
        write_atomic(one.pdf, pdf)
        stamp = one.stamp | {"pdf_sha256": sha256_of(one.pdf)}
        write_atomic(one.stamp_file, json.dumps(stamp, indent=1).encode() + b"\n")
    except subprocess.TimeoutExpired:
        return f"not printed within {TIMEOUT_S} s"
    except OSError as error:
        return f"not printed: {error.strerror or error}"
    return ""


def _fitting(print_page: Printer, page: str, printed: Printed) -> bytes | None:
    """Return the print at the first scale that fits, else at the last; None where page numbers do not settle."""
    pdf: bytes | None = None
    for scale in SCALES:
        pdf = _settled(print_page, page, printed, scale)
        if pdf is None or not is_too_long(page, pdf):
            break
    return pdf


def _settled(print_page: Printer, page: str, printed: Printed, scale: float) -> bytes | None:
    """Return the print whose contents have the page numbers of the print itself; None where they do not settle."""
    numbers: dict[str, int] = {}
    for _ in range(PASSES):
        pdf = print_page(edition(page, printed, numbers, scale))
        found_numbers = page_numbers(page, pdf)
        if found_numbers == numbers or (scale > SCALES[-1] and is_too_long(page, pdf)):
            return pdf
        numbers = found_numbers
    return None


def _printed(program: str, stopping: Stopping, page: str) -> bytes:
    """Return a page as PDF. Raises OSError: Chromium made none, or was stopped."""
    # As root Chromium starts only without its sandbox; the page allows no script and no address at all.
    arguments = [*ARGUMENTS, *(["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else [])]
    with tempfile.TemporaryDirectory(prefix="carbon-pdf-") as scratch:
        out, source = Path(scratch) / "page.pdf", Path(scratch) / "page.html"
        source.write_text(page, encoding="utf-8")
        code = _exit_code([program, *arguments, f"--user-data-dir={scratch}/profile", f"--print-to-pdf={out}",
                           source.as_uri()], stopping)
        if not (out.is_file() and out.read_bytes().startswith(b"%PDF")):
            raise OSError(f"exit {code} without a PDF")
        return out.read_bytes()


def _exit_code(command: list[str], stopping: Stopping) -> int:
    """Run Chromium to its end; kill it and all it started at the limit (TimeoutExpired) or at a signal (OSError)."""
    limit = time.monotonic() + TIMEOUT_S
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while not stopping() and time.monotonic() < limit:
            with suppress(subprocess.TimeoutExpired):
                return process.wait(POLL_S)
        kill_tree(process.pid)
    if stopping():
        raise OSError("stopped by a signal")
    raise subprocess.TimeoutExpired(command, TIMEOUT_S)
