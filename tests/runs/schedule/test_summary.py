"""What a person sees at the end of a run: each failure with its remedy, within a screen; a run without work says so."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import subprocess
import sys

from carbon.runs.schedule.session import RunSummary
from carbon.runs.schedule.summary import HEADINGS, breaches_cell, nothing_done, print_summary


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


IN_A_TERMINAL = """
import fcntl, struct, sys, termios
from carbon.runs.company_year.job import Outcome
from carbon.runs.schedule.session import RunSummary
from carbon.runs.schedule.summary import print_summary

def row(company, status):
    return {"company": company, "year": 2024, "reason": "a file is missing", "status": status, "rows_read": 1234567,
            "rows_set_aside": 12345, "rows_rejected": 1234, "gap_t": -12345.6, "breaches": None,
            "co2e_t": dict.fromkeys(("1", "2-location", "2-market", "3"), 123456.7),
            "path": f"data/processed/{company}/2024/annual_report.html"}

rows = [row("alpha", "ok"), row("a-company-of-a-rather-long-name-that-goes-on-and-on-and-on-and", "failed")]
outcomes = {f"{r['company']}/2024": Outcome(r["company"], 2024, r["status"]) for r in rows}
for width in (60, 80, 110, 140, 320):
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    print(f"width {width}")
    print_summary(RunSummary(rows, outcomes, 1, ""))
"""


def test_the_closing_table_fits_any_terminal():
    """From 60 columns on no line is longer than the terminal; failures come first, year and status are always there,
    and each wider terminal shows as much as a narrower one.
    """
    terminal, inside = pty.openpty()
    environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
    child = subprocess.Popen([sys.executable, "-c", IN_A_TERMINAL], stdin=inside, stdout=inside, stderr=inside,
                             env=environment | {"TERM": "xterm", "NO_COLOR": "1"})
    os.close(inside)
    shown = b""
    with contextlib.suppress(OSError):  # its end closes the terminal
        while piece := os.read(terminal, 65536):
            shown += piece
    assert child.wait() == 0, shown.decode()
    columns = []
    for part in re.split(r"^width ", shown.decode().replace("\r", ""), flags=re.MULTILINE)[1:]:
        width, _, text = part.partition("\n")
        text = re.sub(r"\x1b\[[0-9;]*m", "", text)
        table = [line for line in text.splitlines() if line[:1] in "┏┃┡│└"]
        assert max(map(len, table)) <= int(width), text
        assert [line.split("│")[3].strip() for line in table if line.startswith("│")] == ["failed", "ok"], text
        assert all(line.split("│")[2].strip() == "2024" for line in table if line.startswith("│"))
        columns.append(table[1].count("┃"))
    assert columns == sorted(columns) and columns[0] >= 6 and columns[-1] == len(HEADINGS) + 1
