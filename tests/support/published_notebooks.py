"""Thin projects published with the events that were told, and their notebooks."""

from __future__ import annotations

import nbformat

from carbon.params.files.load import load_runs
from carbon.runs.schedule.session import Options, Reporter, run


class Heard(Reporter):
    """Keeps the names of events."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def event(self, name, fields):
        self.events.append(f"{name}: {fields.get('reason', '')}" if name != "ended" else name)


def publish(project, **options) -> list[str]:
    heard = Heard()
    summary = run(project.project, load_runs(project.project), Options(source="fake_content:of_rows", **options), heard)
    assert summary.exit_code == 0, summary.rows
    return heard.events


def notebook_of(project, company: str) -> nbformat.NotebookNode:
    path = project.project.processed(company, 2024) / "annual_report.ipynb"
    return nbformat.reads(path.read_text(), as_version=4)
