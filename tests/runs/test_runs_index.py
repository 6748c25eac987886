"""The index after a run and after a signature: every company-year, its state, nobody's name."""

from __future__ import annotations

import stat

import pytest

from carbon.runs.index_page import refresh_index, state_of
from carbon.runs.publish.sets import current_set
from carbon.runs.signoff import SIGNATURES, Signature, sign


def signature(figure: str, state: str, of_set: str = "set-1") -> Signature:
    return Signature(2024, of_set, figure, state, "reviewer", "note", "2026-01-02T03:04:05+00:00")


@pytest.mark.parametrize(("found", "state"), [
    ([], "not signed"), ([("report", "accepted")], "accepted"), ([("scope3", "questioned")], "questioned"),
    ([("scope3", "questioned"), ("report", "accepted")], "accepted"),
    ([("report", "accepted"), ("report", "reopened")], "reopened"),
    ([("scope3", "questioned"), ("scope3", "accepted")], "not signed"),
    ([("report", "accepted"), ("report", "reopened"), ("scope1", "questioned")], "questioned")])
def test_the_state_is_that_of_the_last_signatures(found, state):
    """
    A signature on the whole report in force comes first; then a question that still stands; then a reopening.
    """
    assert state_of([signature(*one) for one in found], "set-1") == state


def test_a_signature_on_an_earlier_set_is_not_one_on_this():
    """
    The set in force is another than the one that was accepted.
    """
    assert state_of([signature("report", "accepted")], "set-2") == "signed on an earlier set"


def test_the_index_lists_all_of_runs_yml_after_a_run_of_one(thin):
    """
    `--only` publishes one company-year; the index still says of the other that it was not run.
    """
    project = thin(companies={"alpha": [2023, 2024]})
    assert project.run(only=("alpha/2024",)).exit_code == 0
    html = (project.root / "data" / "processed" / "index.html").read_text()

    assert 'href="alpha/2024/annual_report.html"' in html
    assert 'scope="row">2023' in html and "not run" in html and "alpha/2023/annual_report" not in html


def test_a_signature_shows_in_the_index_without_a_name(thin):
    """
    The state and the day in the index; who and why on a page with mode 0600; the published set is not touched.
    """
    project = thin(companies={"alpha": [2024]})
    assert project.run().exit_code == 0
    place = project.project, "alpha", 2024
    before = {p.name: p.read_bytes() for p in current_set(project.project.processed("alpha", 2024)).iterdir()}
    sign(*place, figure="total-market", state="questioned", by="Someone Else", note="a supplier is missing")
    refresh_index(project.project)
    html = (project.root / "data" / "processed" / "index.html").read_text()
    page = project.root / "data" / "processed" / "alpha" / "2024" / "signoff.html"

    assert "questioned, 20" in html and 'href="alpha/2024/signoff.html"' in html and "Someone Else" not in html
    assert "Someone Else" in page.read_text() and "a supplier is missing" in page.read_text()
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert before == {p.name: p.read_bytes() for p in current_set(project.project.processed("alpha", 2024)).iterdir()}


def test_an_unreadable_ledger_is_said_in_the_index(thin):
    """
    A line that is no signature: the year's state is not readable, the index is still written.
    """
    project = thin(companies={"alpha": [2024]})
    assert project.run().exit_code == 0
    path = project.project.ledger("alpha") / SIGNATURES
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}\n")
    refresh_index(project.project)

    assert "ledger not readable" in (project.root / "data" / "processed" / "index.html").read_text()
