"""The journal of a schedule: every company-year is in it and in the summary, whatever happened."""

from __future__ import annotations

import json

from carbon.runs.company_year.job import SKIPPED, Outcome
from carbon.runs.company_year.journal import Journal
from carbon.runs.publish import durable


def test_the_journal_survives_a_torn_line_and_the_summary_lists_everything(tmp_path):
    """The last whole line of a key counts; a key without one is pending."""
    journal = Journal(tmp_path)
    journal.plan([("a", 2024), ("b", 2024)])
    with journal.path.open("a") as file:
        file.write('{"company": "a", "year": 2024, "status": "ok"}\n{"company": "b", "ye')
    journal.plan([("c", 2024)])
    rows = journal.write_summary([("b", 2024), ("a", 2024), ("c", 2024), ("d", 2024)])
    assert [(r["company"], r["status"]) for r in rows] == [
        ("a", "ok"), ("b", "pending"), ("c", "pending"), ("d", "pending")]
    assert json.loads((tmp_path / "run_summary.json").read_text())["runs"] == rows


def test_what_needs_no_run_is_journalled_in_one_step(tmp_path):
    """Hundreds of company-years that are up to date wait for the disk once, and each has its line."""
    journal, steps = Journal(tmp_path), []
    durable.fault = lambda step, path: steps.append(step)
    try:
        journal.ended(*(Outcome("alpha", year, SKIPPED) for year in range(2000, 2100)))
    finally:
        durable.fault = None

    assert steps == ["append", "fsync"]
    assert [state["year"] for state in journal.last().values()] == list(range(2000, 2100))
