"""The index after a run and after a signature: every company-year, its state, nobody's name."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from three_years import TARGET, history, trend_of_history

from carbon.params.files.project import Project, sha256_of
from carbon.reports.words.language import Words
from carbon.runs.publish.parquet import to_parquet
from carbon.runs.publish.sets import current_set
from carbon.runs.publish.signoff import SIGNATURES, Signature, sign
from carbon.runs.schedule.index_page import drawing_of, refresh_index, sign_off_of, state_of


def signature(figure: str, state: str, of_set: str = "set-1") -> Signature:
    return Signature(2024, of_set, figure, state, "reviewer", "note", "2026-01-02T03:04:05+00:00")


@pytest.mark.parametrize(("found", "state"), [
    ([], "not signed"), ([("report", "accepted")], "accepted"), ([("scope3", "questioned")], "questioned"),
    ([("scope3", "questioned"), ("report", "accepted")], "accepted"),
    ([("report", "accepted"), ("report", "reopened")], "reopened"),
    ([("scope3", "questioned"), ("scope3", "accepted")], "not signed"),
    ([("report", "accepted"), ("report", "reopened"), ("scope1", "questioned")], "questioned")])
def test_the_state_is_that_of_the_last_signatures(found, state):
    """A signature on the whole report in force comes first; then a question that still stands; then a reopening."""
    assert state_of([signature(*one) for one in found], "set-1", "1" * 64) == state


def test_a_signature_on_an_earlier_set_is_not_one_on_this():
    """The set in force is another than the one that was accepted."""
    assert state_of([signature("report", "accepted")], "set-2", "1" * 64) == "signed on an earlier set"


def test_the_index_lists_all_of_runs_yml_after_a_run_of_one(thin):
    """`--only` publishes one company-year; the index still says of the other that it was not run, and the comparison of
    companies is next to it.
    """
    project = thin(companies={"alpha": [2023, 2024], "beta": [2024]})
    assert project.run(only=("alpha/2024", "beta/2024")).exit_code == 0
    assert "#c-alpha" in (project.root / "data" / "processed" / "portfolio.html").read_text()
    html = (project.root / "data" / "processed" / "index.html").read_text()

    assert 'href="alpha/2024/annual_report.html"' in html
    assert 'scope="row">2023' in html and "not run" in html and "alpha/2023/annual_report" not in html


def test_a_signature_shows_in_the_index_without_a_name(published_thin):
    """The state and the day in the index; who and why on a page with mode 0600; the published set is not touched."""
    project = published_thin({"alpha": [2024]})
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


def test_an_unreadable_ledger_is_said_in_the_index(published_thin):
    """A line that is no signature: the year's state is not readable, the index is still written."""
    project = published_thin({"alpha": [2024]})
    path = project.project.ledger("alpha") / SIGNATURES
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}\n")
    refresh_index(project.project)

    assert "ledger unreadable" in (project.root / "data" / "processed" / "index.html").read_text()


@pytest.mark.parametrize(("lines", "day"), [
    ([("report", "accepted"), ("scope3", "accepted")], "2026-03-01"),
    ([("scope3", "questioned"), ("scope1", "accepted")], "2026-03-01"),
    ([("scope1", "accepted")], ""), ([("report", "accepted"), ("report", "reopened")], "2026-03-02"), ([], "")])
def test_the_day_is_that_of_the_signature_that_gives_the_state(tmp_path, lines, day):
    """A later signature on one figure moves neither the state nor its day; the cover of a print has both."""
    project = Project(tmp_path)
    folder = make_set(project, {}, None)
    path = project.ledger("alpha") / SIGNATURES
    path.parent.mkdir(parents=True)
    path.write_text("".join(json.dumps({"year": 2023, "set": "set-1", "figure": figure, "state": state, "by": "x",
                                        "note": "y", "at": f"2026-03-0{at}T03:04:05+00:00"}) + "\n"
                            for at, (figure, state) in enumerate(lines, start=1)))
    assert sign_off_of(project, "alpha", 2023, folder)["signed_on"] == day


def make_set(project: Project, settings: dict[str, object], trend: object) -> Path:
    """A set of a history alone, in force."""
    folder = project.processed("alpha", 2023) / "set-1"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "history.parquet").write_bytes(to_parquet(history()))
    outputs = {"history.parquet": sha256_of(folder / "history.parquet")}
    (folder / "manifest.json").write_text(json.dumps(
        {"digest": "1", "outputs": outputs, "settings": settings, "trend": trend}))
    if not (folder.parent / "current").is_symlink():
        (folder.parent / "current").symlink_to("set-1")
    return folder


@pytest.mark.parametrize("targets", [[], [{**TARGET, "scopes": ["1", "2", "3"], "scope2_method": "location-based"}]])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_drawing_is_that_of_the_published_history(tmp_path, targets, language):
    """The numbers of the manifest draw the total that the history itself holds, whatever its targets; a set without
    them is not drawn, nor one whose numbers do not say what they are of (an earlier release drew the first target).
    """
    project, settings = Project(tmp_path), {"scope2_headline": "location-based", "targets": targets}
    make_set(project, settings, None)
    trend = trend_of_history(history(), settings)
    for unusable in (None, {key: value for key, value in trend.items() if key != "figure"}):
        make_set(project, settings, unusable)
        assert drawing_of(project, "alpha", 2023, language) is None
    make_set(project, settings, trend)
    from_manifest = drawing_of(project, "alpha", 2023, language)

    assert from_manifest.reported == {2021} and list(from_manifest.tonnes) == [2021, 2022, 2023]
    assert from_manifest.tonnes[2021] == pytest.approx(3000.1 * 3 / 1000, rel=1e-15)
    assert (from_manifest.pathway is not None) == bool(targets)
    assert from_manifest.label == Words(language)("figure.total_location")
    assert from_manifest.figure_id == "alpha/2023/chart/scopes_by_year"


def test_a_damaged_history_is_not_drawn(tmp_path):
    """One byte of the table that the numbers are of: the drawing is left out."""
    project, settings = Project(tmp_path), {"scope2_headline": "location-based", "targets": []}
    folder = make_set(project, settings, trend_of_history(history(), settings))
    assert drawing_of(project, "alpha", 2023, "en") is not None
    data = (folder / "history.parquet").read_bytes()
    (folder / "history.parquet").write_bytes(data[:-1] + bytes([data[-1] ^ 1]))

    assert drawing_of(project, "alpha", 2023, "en") is None
    make_set(project, settings, {"tonnes": 5})
    assert drawing_of(project, "alpha", 2023, "en") is None
