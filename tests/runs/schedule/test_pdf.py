"""PDF editions next to each report: printed once, again when page or sign-off change, and never a reason to fail."""

from __future__ import annotations

import os
import stat
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from markupsafe import Markup

from carbon.reports.page.audiences import PUBLIC, Block
from carbon.reports.page.html import render_blocks
from carbon.runs.publish.identity import identity
from carbon.runs.publish.sets import current_set, damage
from carbon.runs.publish.signoff import QUESTIONED, sign
from carbon.runs.schedule import pdf
from carbon.runs.schedule.index_page import refresh_index

PDF = "annual_report.pdf"
SCRIPT = """#!/bin/sh
for word in "$@"; do
  case "$word" in --print-to-pdf=*) out="${word#--print-to-pdf=}";; file:*) page="${word#file://}";; esac
done
echo call >> "$(dirname "$0")/calls"
{ echo %PDF-1.4; cat "$page"; } > "$out"
"""


@pytest.fixture
def printer(tmp_path, monkeypatch):
    """A stand-in for Chromium that writes the page after a PDF's first bytes, and counts its calls."""
    path = tmp_path / "browser" / "chromium"
    path.parent.mkdir()
    path.write_text(SCRIPT)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv(pdf.VARIABLE, str(path))
    return lambda: len((path.parent / "calls").read_text().splitlines()) if (path.parent / "calls").exists() else 0


def with_pdf(made):
    path = made.root / "params" / "runs.yml"
    path.write_text(path.read_text() + "\npdf: true\n")
    return made


@pytest.fixture
def project(thin):
    """A project to publish and print."""
    return with_pdf(thin(companies={"alpha": [2024]}))


@pytest.fixture
def published(published_thin):
    """A project whose set is in force: a run has nothing to do but to print."""
    return with_pdf(published_thin({"alpha": [2024]}))


def test_the_extra_gives_its_chromium_where_the_system_has_none(tmp_path, monkeypatch):
    """`playwright install chromium` puts one on the machine: it is used once it is there, after those of the system."""
    program = tmp_path / "chrome"
    driver = SimpleNamespace(chromium=SimpleNamespace(executable_path=str(program)))
    monkeypatch.delenv(pdf.VARIABLE, raising=False)
    monkeypatch.setattr(pdf.shutil, "which", lambda name: None)
    monkeypatch.setattr(pdf, "find_spec", lambda name: name)
    monkeypatch.setitem(sys.modules, "playwright.sync_api",
                        SimpleNamespace(sync_playwright=lambda: nullcontext(driver)))
    assert pdf.browser() is None
    program.touch()
    assert pdf.browser() == str(program)


def folder_of(project) -> Path:
    return project.project.processed("alpha", 2024)


def test_a_report_is_printed_once_and_again_when_page_or_sign_off_change(project, printer):
    """The second run prints nothing; a signature and a page for the public are printed; the set itself holds no PDF. A
    PDF of another set is not linked next to the figures of this one.
    """
    assert project.run().exit_code == 0 and printer() == 1
    first = (folder_of(project) / PDF).read_bytes()
    assert first.startswith(b"%PDF") and project.run().exit_code == 0 and printer() == 1
    index, link = project.root / "data" / "processed" / "index.html", 'href="alpha/2024/annual_report.pdf"'
    assert link in index.read_text()
    in_force, stamp = current_set(folder_of(project)), folder_of(project) / f"{PDF}.json"
    stamp.write_text(stamp.read_text().replace(in_force.name, "set-of-before"))
    refresh_index(project.project)
    assert link not in index.read_text()
    assert damage(in_force) == [] and not list(in_force.glob("*.pdf"))

    sign(project.project, "alpha", 2024, state=QUESTIONED, by="x", note="y")
    assert pdf.print_pdfs(project.project, [("alpha", 2024)], workers=1) == [] and printer() == 2
    opening = Block("own", anchor="plain", body=Markup("<p>in short</p>"))
    page = render_blocks([opening], title="Alpha 2024", language="en", audience=PUBLIC)
    (in_force / "annual_report.public.html").write_text(page)
    assert pdf.print_pdfs(project.project, [("alpha", 2024)], workers=1) == [] and printer() == 3
    public = (folder_of(project) / "annual_report.public.pdf").read_text()
    assert "<dd>questioned; " in public and identity(in_force) in public and "January 2024 to December 2024" in public


def test_page_numbers_that_do_not_settle_are_not_printed(published, printer, monkeypatch):
    """Contents with other numbers than the pages would be wrong: the PDF is left out, with the reason."""
    numbers = iter(range(9))
    monkeypatch.setattr(pdf, "page_numbers", lambda page, made: {"answer": next(numbers)})
    assert published.run().exit_code == 0 and printer() == pdf.PASSES and not (folder_of(published) / PDF).exists()
    reasons = pdf.print_pdfs(published.project, [("alpha", 2024)], workers=1)
    assert reasons == [f"data/processed/alpha/2024/{PDF}: not printed: the page numbers of its contents do not settle"]


def test_an_edition_with_too_many_sheets_is_printed_smaller(published, printer, monkeypatch):
    """At the first scale that fits; where none does, at the last one."""
    scales: list[float] = []
    monkeypatch.setattr(pdf, "edition", lambda page, printed, numbers, scale: scales.append(scale) or page)
    monkeypatch.setattr(pdf, "is_too_long", lambda page, made: scales[-1] > 0.85)
    assert published.run().exit_code == 0 and scales == [1.0, 0.92, 0.84]
    monkeypatch.setattr(pdf, "is_too_long", lambda page, made: True)
    (folder_of(published) / PDF).unlink()
    assert pdf.print_pdfs(published.project, [("alpha", 2024)], workers=1) == [] and scales[3:] == [*pdf.SCALES]
    assert (folder_of(published) / PDF).is_file()


def test_without_chromium_the_run_is_whole_and_says_so(published, monkeypatch):
    """Exit 0, no PDF, one sentence; that of an earlier page goes."""
    monkeypatch.setattr(pdf, "browser", lambda: None)
    assert published.run().exit_code == 0
    assert not (folder_of(published) / PDF).exists()
    (folder_of(published) / PDF).write_bytes(b"%PDF of before")
    assert pdf.print_pdfs(published.project, [("alpha", 2024)], workers=1) == [pdf.ABSENT]
    assert not (folder_of(published) / PDF).exists()


@pytest.mark.parametrize("program", ["/bin/false", "/no/such/program"])
def test_a_browser_that_fails_leaves_no_old_pdf(published, printer, monkeypatch, program):
    """The PDF of a former page would be a wrong report: it goes, and the reason names the file."""
    assert published.run().exit_code == 0
    (folder_of(published) / f"{PDF}.json").write_text("{}")
    monkeypatch.setenv(pdf.VARIABLE, program)

    problems = pdf.print_pdfs(published.project, [("alpha", 2024)], workers=1)
    assert len(problems) == 1 and problems[0].startswith("data/processed/alpha/2024/annual_report.pdf: not printed")
    assert not (folder_of(published) / PDF).exists()


def test_a_signal_ends_a_print_that_hangs(project, printer, monkeypatch):
    """TERM while Chromium prints: it is gone at once with what it started, no PDF is left, and the run ends as stopped
    with its summary.
    """
    program = Path(os.environ[pdf.VARIABLE])
    program.write_text("#!/bin/sh\nkill -TERM $PPID\nsleep 77 &\nsleep 77\n")
    begun = time.monotonic()
    summary = project.run()
    assert (summary.exit_code, [row["status"] for row in summary.rows]) == (143, ["ok"])
    assert time.monotonic() - begun < 30 and not (folder_of(project) / PDF).exists()
    assert ["sleep", "77"] not in [p.info["cmdline"] for p in psutil.process_iter(["cmdline"])]


def test_after_a_signal_no_further_edition_is_begun():
    """A thousand editions wait: none of their pages is read, and Chromium is not started to be killed."""
    waiting = SimpleNamespace(remove=lambda: None)
    assert pdf._print("chromium", waiting, lambda: True) == "not printed: stopped by a signal"


def test_nothing_is_printed_unless_runs_yml_asks(published_thin, printer):
    """`pdf:` is false by default."""
    made = published_thin({"alpha": [2024]})
    assert made.run().exit_code == 0 and printer() == 0
