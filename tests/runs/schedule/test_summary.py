"""What a person sees at the end of a run: each failure with its remedy, within a screen; a run without work says so."""

from __future__ import annotations

import subprocess
import sys

from carbon.runs.schedule.session import RunSummary
from carbon.runs.schedule.summary import breaches_cell, nothing_done, print_summary


def row(company: str, reason: str = "", status: str = "failed") -> dict:
    return {"company": company, "year": 2024, "reason": reason, "status": status}


def test_a_run_without_work_says_so(capsys):
    """Also where no terminal is: words in the output, not only a table of `skipped`."""
    current, signed = row("alpha", status="skipped"), row("beta", "signed by reviewer", "skipped")
    assert nothing_done([current, row("beta", status="ok")]) == nothing_done([]) == ""
    assert nothing_done([current, current]) == "Nothing to do: 2 reports are up to date."
    assert nothing_done([current, signed]) == (
        "Nothing done: 1 report is up to date, 1 report is signed and left as signed (see above).")
    from carbon.runs.company_year.job import SKIPPED, Outcome

    empty = dict.fromkeys(("rows_read", "rows_set_aside", "rows_rejected", "co2e_t", "gap_t"))
    rows, outcomes = [{**current, **empty, "path": ""}], {"alpha/2024": Outcome("alpha", 2024, SKIPPED)}
    print_summary(RunSummary(rows, outcomes, 0, ""))
    assert "\nNothing to do: 1 report is up to date.\n" in capsys.readouterr().out


def test_a_run_without_work_imports_no_notebook_library():
    """A schedule that finds nothing changed must not pay for what only running needs: these imports take seconds."""
    code = ("import carbon.cli.project, carbon.runs.schedule.summary, carbon.runs.schedule.session, sys; "
            "print(*sys.modules)")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"nbformat", "papermill", "nbconvert", "matplotlib", "scipy"} & set(done.stdout.split())


def test_the_summary_counts_breaches_that_nobody_accepted():
    """Their number and tonnes; accepted ones, and a set of an earlier release without the field, are no number."""
    open_one, accepted = {"t_at_stake": 1240.25, "accepted": ""}, {"t_at_stake": 9.0, "accepted": "a new site"}
    assert breaches_cell({"breaches": [open_one, accepted, open_one]}) == "2: 2,480.5"
    assert breaches_cell({"breaches": [accepted]}) == breaches_cell({"breaches": None}) == breaches_cell({}) == ""
