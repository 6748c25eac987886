"""Company-years sick in many ways: each is a failure with its reason, in its limit, and never stops the others."""

from __future__ import annotations

import time

import nbformat
import pytest

from carbon.core.errors import RunError
from carbon.runs.company_year.checks import check_cells, count_figures

LOOP = "while True: pass"
SICK = {
    "sys-exit": ("import sys; sys.exit(0)", "SystemExit"),
    "exit": ("exit()", "SystemExit"),
    "os-exit": ("import os; os._exit(0)", "ended early with exit code 0"),
    "killed": ("import os; os.kill(os.getpid(), 9)", "killed by signal 9"),
    "exception": ("1 / 0", "ZeroDivisionError: division by zero"),
    "stderr": ("import sys; print('careful', file=sys.stderr)", "wrote to stderr: careful"),
    "warning": ("import warnings; warnings.warn('old')", "wrote to stderr"),
    "input": ("input('name? ')", "cell 3"),
    "memory": ("x = bytearray(3 * 2**30)", "memory"),
    "syntax": ("eval('def')", "SyntaxError"),
}
HUNG = {
    "loop": LOOP,
    "sleep": "import time; time.sleep(600)",
    "deaf": f"import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n    {LOOP}",
    "parent": "import subprocess, time; subprocess.Popen(['sleep', '611'], start_new_session=True); time.sleep(600)",
}


def by_company(cases: dict[str, str]) -> str:
    """One cell that is sick in each company's own way."""
    return "".join(f'if company == "{name}":\n    {source}\n' for name, source in cases.items())


def test_each_sick_company_year_fails_alone_with_its_reason(thin):
    """Ten sick in ten ways and one sound: the sound one is published, ten are named with their reason, exit 1."""
    project = thin(companies={name: [2024] for name in [*SICK, "sound"]})
    project.cells(by_company({name: source for name, (source, _) in SICK.items()}), "1 + 1")
    summary = project.run(memory_mb=1000)
    rows = {row["company"]: row for row in summary.rows}
    assert rows.pop("sound")["status"] == "ok"
    assert {name: row["status"] for name, row in rows.items()} == dict.fromkeys(SICK, "failed")
    assert {name: row["reason"] for name, row in rows.items() if SICK[name][1] not in row["reason"]} == {}
    assert summary.exit_code == 1
    left = {p.name for name in SICK for p in project.project.processed(name, 2024).iterdir()}
    assert left <= {"failed-rejects.csv"}


def test_a_hung_company_year_ends_at_its_limit_with_all_it_started(thin):
    """Whatever hangs is killed with everything it started, also in another session; the limit is named; no rehearsal
    can hang the schedule.
    """
    import psutil

    project = thin(companies={name: [2024] for name in HUNG})
    project.cells(by_company(HUNG))
    started = time.monotonic()
    summary = project.run(timeout=1, workers=4)
    assert time.monotonic() - started < 90
    assert {row["reason"].splitlines()[0] for row in summary.rows} == {"timeout: did not end within 1 s"}
    assert all("\nHint: find the cell that hangs" in row["reason"] for row in summary.rows)
    assert not [p for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] == ["sleep", "611"]]


def executed(*outputs: list[nbformat.NotebookNode], source: str = "x") -> nbformat.NotebookNode:
    """A notebook as a run leaves it, with these outputs a cell."""
    cells = [nbformat.v4.new_code_cell(source, execution_count=n, outputs=o,
                                       metadata={"papermill": {"status": "completed"}})
             for n, o in enumerate(outputs, start=1)]
    return nbformat.v4.new_notebook(cells=cells)


def test_a_cell_left_out_is_a_failure():
    """A cell that did not run, or ran out of order, is no part of a whole report."""
    check_cells(executed([], [], []))
    skipped = executed([], [], [])
    skipped.cells[1].execution_count = None
    with pytest.raises(RunError, match="cell 2 of 3 did not run"):
        check_cells(skipped)
    pending = executed([], [])
    pending.cells[1].metadata.papermill.status = "pending"
    with pytest.raises(RunError, match="cell 2 of 2 did not run"):
        check_cells(pending)
    twice = executed([], [])
    twice.cells[1].execution_count = 3
    with pytest.raises(RunError, match="cell 2 ran as number 3"):
        check_cells(twice)


def test_a_figure_that_vanishes_is_a_failure():
    """A cell that plots and shows nothing is found: the table below it would stand without its figure."""
    shown = nbformat.v4.new_output("display_data", data={"image/png": "iVBORw0KGgo="})
    assert count_figures(executed([shown], source="ax = cb.plot_scopes(inv)")) == 1
    drawn = nbformat.v4.new_output("display_data", data={"image/svg+xml": "<svg/>"})
    assert count_figures(executed([drawn], source="report.scopes()")) == 1
    with pytest.raises(RunError, match="plots but shows no figure"):
        count_figures(executed([], source="ax = cb.plot_scopes(inv)"))
