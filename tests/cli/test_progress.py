"""What is shown while a verb works: live lines at a terminal, JSON lines with --json, remarks only in a pipe."""

from __future__ import annotations

import json
import time

from pseudo_terminal import shown_at

from carbon.cli import progress
from carbon.cli.progress import reporter
from carbon.params.files.project import Project
from carbon.runs.company_year.job import FAILED, OK, Outcome
from carbon.runs.company_year.stale import Planned

PLAN = [Planned("alpha", 2024, {}, ("missing",)), Planned("beta", 2024, {}, ())]


def work(project: Project, *, as_json: bool, pause: float = 0.0) -> None:
    """Two company-years: one at work with half of its stage written, one failed; and a remark."""
    stage = project.processed("alpha", 2024) / ".stage-1-ab"
    stage.mkdir(parents=True, exist_ok=True)
    with reporter(project, as_json=as_json) as shown:
        shown.planned(PLAN)
        shown.event("started", {"key": "alpha/2024", "pid": 1})
        time.sleep(pause)
        (stage / "annual_report.ipynb").touch()
        time.sleep(pause)
        shown.event("ended", {"key": "beta/2024", "outcome": Outcome("beta", 2024, FAILED, "no file\nHint: add it")})
        shown.event("stage", {"key": "alpha/2024", "stage": "nbval"})
        time.sleep(pause)
        shown.event("ended", {"key": "alpha/2024", "outcome": Outcome("alpha", 2024, OK, seconds=2.5)})
        shown.event("pdf", {"reason": "no Chromium"})


def test_a_person_sees_each_company_year_with_its_stage(tmp_path, monkeypatch):
    """The stage by the files of its stage folder or by the event that names one; a failure on a line of its own; no
    JSON, and no line wider than the terminal.
    """
    monkeypatch.setattr(progress, "LOOKS_PER_S", 20)
    seen = shown_at(60, lambda: work(Project(tmp_path), as_json=False, pause=0.15))
    for line in ("0 of 2 done", "alpha/2024  0:00  notebook", "tables and pages", "beta/2024 failed: no file", "nbval",
                 "1 of 2 done", "pdf: no Chromium"):
        assert line in seen, (line, seen)
    assert "{" not in seen and max(map(len, seen.splitlines())) <= 60


def test_a_pipe_is_quiet_unless_json_is_asked_for(tmp_path, capsys):
    """Without a terminal: the remark alone; with --json one line an event, on stderr, each a JSON object."""
    work(Project(tmp_path), as_json=False)
    assert capsys.readouterr() == ("", "pdf: no Chromium\n")
    work(Project(tmp_path), as_json=True)
    events = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [event["event"] for event in events] == ["planned", "started", "ended", "stage", "ended", "pdf"]
    assert events[0] == {"event": "planned", "run": 1, "up_to_date": 1}
    assert events[4] == {"event": "ended", "key": "alpha/2024", "status": "ok", "reason": "", "seconds": 2.5,
                         "peak_mb": 0.0}
