"""A job and its outcome cross processes as JSON and come back equal."""

from __future__ import annotations

import io
import json

from carbon.runs.company_year.content import load_source
from carbon.runs.company_year.job import FAILED, PUBLISH, Job, Outcome, emit
from carbon.runs.company_year.publication import carry_out, publish
from carbon.runs.review.rerun import WORK, review_again

JOB = Job("/project", "alpha", 2024, "carbon", 60, 0, "fake_content:of_rows")


def test_a_job_and_an_outcome_come_back_equal():
    """Every field is plain JSON, so that another process or machine gets the same job and answers with an outcome."""
    outcome = Outcome("alpha", 2024, FAILED, "no\nspace", {"co2e_t": {"1": 0.1 + 0.2}, "gap_t": None}, seconds=1.5)

    assert Job(**json.loads(json.dumps(JOB.as_json()))) == JOB
    assert Outcome(**json.loads(json.dumps(outcome.as_json()))) == outcome
    assert JOB.key == outcome.key == "alpha/2024"


def test_an_event_is_one_line():
    """Whatever a reason contains, an event takes one line of the stream."""
    stream = io.StringIO()
    emit(stream, "ended", key="alpha/2024", reason="two\nlines")

    assert json.loads(stream.getvalue()) == {"event": "ended", "key": "alpha/2024", "reason": "two\nlines"}
    assert stream.getvalue().count("\n") == 1


def test_a_job_names_its_work():
    """Publishing unless another work is named; a name that leads nowhere is the reason of a failure, not a crash."""
    assert JOB.work == PUBLISH and load_source(PUBLISH) is publish
    assert load_source(WORK) is review_again
    lost = carry_out(Job(**{**JOB.as_json(), "work": "carbon.runs.no_such_room:work"}))
    assert lost.status == FAILED and "no_such_room" in lost.reason
