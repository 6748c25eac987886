"""A PDF beside each report: printed once, again when the page changes, and never a reason to fail."""

from __future__ import annotations

import json
import stat
import sys
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest

from carbon.runs.publish.sets import current_set, damage
from carbon.runs.schedule import pdf

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


@pytest.fixture
def project(thin):
    made = thin(companies={"alpha": [2024]})
    path = made.root / "params" / "runs.yml"
    path.write_text(path.read_text() + "\npdf: true\n")
    return made


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


def test_a_report_is_printed_once_and_again_when_its_page_changes(project, printer):
    """The second run prints nothing; another page gets another PDF; the set itself holds none."""
    assert project.run().exit_code == 0 and printer() == 1
    first = (folder_of(project) / pdf.PDF).read_bytes()
    assert first.startswith(b"%PDF") and project.run().exit_code == 0 and printer() == 1
    assert 'href="alpha/2024/annual_report.pdf"' in (project.root / "data" / "processed" / "index.html").read_text()
    in_force = current_set(folder_of(project))
    assert damage(in_force) == [] and not list(in_force.glob("*.pdf"))

    notebook = next((project.root / "notebooks").glob("*.ipynb"))
    changed = json.loads(notebook.read_text())
    changed["cells"].append({"cell_type": "markdown", "id": "more", "metadata": {}, "source": ["more words"]})
    notebook.write_text(json.dumps(changed))
    assert project.run().exit_code == 0 and printer() == 2
    assert (folder_of(project) / pdf.PDF).read_bytes() != first


def test_without_chromium_the_run_is_whole_and_says_so(project, monkeypatch):
    """Exit 0, no PDF, one sentence."""
    monkeypatch.setattr(pdf, "browser", lambda: None)
    assert project.run().exit_code == 0
    assert not (folder_of(project) / pdf.PDF).exists()
    assert pdf.print_pdfs(project.project, [("alpha", 2024)], workers=1) == [pdf.ABSENT]


@pytest.mark.parametrize("program", ["/bin/false", "/no/such/program"])
def test_a_browser_that_fails_leaves_no_old_pdf(project, printer, monkeypatch, program):
    """The PDF of a former page would be a wrong report: it goes, and the reason names the file."""
    assert project.run().exit_code == 0
    (folder_of(project) / pdf.STAMP).write_text("{}")
    monkeypatch.setenv(pdf.VARIABLE, program)

    problems = pdf.print_pdfs(project.project, [("alpha", 2024)], workers=1)
    assert len(problems) == 1 and problems[0].startswith("data/processed/alpha/2024/annual_report.pdf: not printed")
    assert not (folder_of(project) / pdf.PDF).exists()


def test_nothing_is_printed_unless_runs_yml_asks(thin, printer):
    """`pdf:` is false by default."""
    made = thin(companies={"alpha": [2024]})
    assert made.run().exit_code == 0 and printer() == 0
