"""Content of a company-year without an inventory: `rows.csv` is summed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from html import escape
from typing import Any

import pandas as pd
import psutil

from carbon.core.errors import BreachError
from carbon.params.files.project import Project, sha256_of
from carbon.runs.company_year import publication
from carbon.runs.company_year.content import Content


def of_rows(project: Project, company: str, year: int, keep_rejects: Callable[[bytes], None]) -> Content:
    path = project.raw(company, year) / "rows.csv"
    table = pd.read_csv(path)
    keep_rejects(b"source_file,code\n")
    total = float(table["co2e_kg"].sum())
    summary = {"rows_read": len(table), "rows_accepted": len(table), "rows_set_aside": 0, "rows_rejected": 0,
               "rejected_amount": {}, "co2e_t": {"1": total / 1000}, "gap_t": None, "unmapped_share": 0.0}
    return Content(tables={"emissions": table}, files={"rejects.csv": b"source_file,code\n"},
                   figures={f"{company}/{year}/total-market": total}, summary=summary, render=_page,
                   check=lambda folder, read: None, inputs={project.name_of(path): sha256_of(path)})


BREACH = {"code": "amount_unexpected", "t_at_stake": 12.5, "fails": True, "accepted": "", "text": "ten times"}


def of_breach(project: Project, company: str, year: int, keep_rejects: Callable[[bytes], None]) -> Content:
    """A year that does not fit what is expected of it."""
    raise BreachError(f"1 measure of {year} not as expected", hint="accept it by name", breaches=[BREACH])


def _page(document: Any) -> dict[str, str]:
    text = "".join(f"<pre>{escape(''.join(c['source']))}</pre>" for c in document["cells"])
    return {"annual_report.html": f"<!doctype html><title>report</title>{text}"}


def killed_past_the_switch(project: Project, company: str, year: int, keep_rejects: Callable[[bytes], None]) -> Content:
    """The process of the company-year dies between the switch to its set and the report of its end."""
    publication.prune = lambda folder: os.kill(os.getpid(), signal.SIGKILL)
    return of_rows(project, company, year, keep_rejects)


def all_killed_past_the_switch(project: Project, company: str, year: int,
                               keep_rejects: Callable[[bytes], None]) -> Content:
    """The same of the whole schedule, with its summary not written: the session is the parent's parent."""
    publication.prune = lambda folder: os.kill(psutil.Process().parent().ppid(), signal.SIGKILL) or time.sleep(60)
    return of_rows(project, company, year, keep_rejects)
