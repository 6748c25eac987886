"""Every place that names the identity of a set is compared with it, and the one that disagrees is named."""

from __future__ import annotations

import json

import pytest

from carbon.params.files.project import Project
from carbon.runs.company_year.job import Outcome
from carbon.runs.company_year.journal import Journal
from carbon.runs.company_year.stale import digest
from carbon.runs.publish import Stage, put_in_force
from carbon.runs.publish.durable import replace_link
from carbon.runs.publish.identity import identity
from carbon.runs.publish.signoff import Signature
from carbon.runs.review.verify import verify

DEPENDS_ON = {"inputs": {"rows.csv": "0"}}
SUMMARY = {"rows_read": 3, "co2e_t": {"1": 2.5}}


@pytest.fixture
def project(tmp_path):
    """A set that is named by the journal, the run summary, the index, a signature, a review and a pinned view."""
    made = Project(tmp_path)
    folder = made.processed("alpha", 2024)
    folder.mkdir(parents=True)
    name = digest("alpha", 2024, DEPENDS_ON)
    with Stage(folder) as stage:
        for page in ("annual_report.html", "annual_report.ipynb"):
            stage.write(page, b"x")
        stage.write_manifest({"company": "alpha", "year": 2024, "digest": name, "dependencies": DEPENDS_ON,
                              "summary": SUMMARY})
        published = put_in_force(stage, name)
    sha256 = identity(published)
    journal = Journal(tmp_path / "data" / "processed")
    journal.ended(Outcome("alpha", 2024, "ok", summary=SUMMARY, manifest_sha256=sha256, set=published.name))
    journal.write_summary([("alpha", 2024)])
    (tmp_path / "data" / "processed" / "index.html").write_text(f'<code data-identity="alpha/2024 {sha256}">')
    ledger = made.ledger("alpha")
    for part in ("reviews", "views"):
        (ledger / part).mkdir(parents=True)
        (ledger / part / "2024-one.json").write_text(json.dumps({"set": published.name, "identity": sha256}))
    signed = Signature(2024, published.name, "scope1", "questioned", "reviewer", "why", "2026-01-02T03:04:05", sha256)
    (ledger / "signatures.jsonl").write_text(json.dumps(signed.__dict__) + "\n")
    return made


def test_an_older_set_put_back_is_named(project):
    """Genuine, recorded and journalled, but not the one that the last run published: the run summary names that one,
    and the index its identity.
    """
    older = project.processed("alpha", 2024) / "current"
    name, depends_on = str(older.readlink()), {"inputs": {"rows.csv": "1"}}
    with Stage(older.parent) as stage:
        stage.write("annual_report.ipynb", b"x")
        stage.write_manifest({"company": "alpha", "year": 2024, "digest": digest("alpha", 2024, depends_on),
                              "dependencies": depends_on, "summary": SUMMARY})
        newer = put_in_force(stage, digest("alpha", 2024, depends_on))
    journal, index = Journal(project.root / "data" / "processed"), project.root / "data" / "processed" / "index.html"
    journal.ended(Outcome("alpha", 2024, "ok", summary=SUMMARY, manifest_sha256=identity(newer), set=newer.name))
    journal.write_summary([("alpha", 2024)])
    index.write_text(f'<code data-identity="alpha/2024 {identity(newer)}">')
    replace_link(older, name)
    assert {p.partition(":")[0] for p in problems(project)} >= {"run_summary.json", "index.html"}


def test_a_journal_that_ends_in_the_beginning_of_a_run_is_that_of_a_kill(project):
    """Without a line of the set it is named; where the last line of the company-year is that its run began, it is
    not: the next run writes the line.
    """
    journal = Journal(project.root / "data" / "processed")
    journal.path.write_text("")
    assert [p.partition(":")[0] for p in problems(project)] == ["run_journal.jsonl"]
    journal.plan([("alpha", 2024)])
    assert problems(project) == []


def problems(project) -> list[str]:
    [row] = verify(project)
    return row["problems"]


def test_a_set_that_every_place_names_is_whole(project):
    """All six places and the record next to the set agree."""
    [row] = verify(project)
    assert row["problems"] == [] and row["whole"]
    assert [place.partition(".")[0].split("-")[0] for place in row["named_by"]] == [
        "set", "run_journal", "run_summary", "index", "signatures", "reviews/2024", "views/2024"]


@pytest.mark.parametrize(("place", "named"), [
    ("data/processed/run_journal.jsonl", "run_journal.jsonl"), ("data/processed/run_summary.json", "run_summary.json"),
    ("data/processed/index.html", "index.html"),
    ("data/ledger/alpha/signatures.jsonl", "signatures.jsonl of 2026-01-02"),
    ("data/ledger/alpha/reviews/2024-one.json", "reviews/2024-one.json"),
    ("data/ledger/alpha/views/2024-one.json", "views/2024-one.json")])
def test_the_place_that_disagrees_is_named_alone(project, place, named):
    """One of the six names another identity: that one is the problem, the set is not."""
    path = project.root / place
    sha256 = identity(project.processed("alpha", 2024) / "current")
    assert sha256 in path.read_text()
    path.write_text(path.read_text().replace(sha256, "f" * 64))
    assert problems(project) == [f"{named}: it names the identity ffffffffffff, manifest.json has {sha256[:12]}"]


def test_a_summary_that_the_manifest_does_not_have_is_named(project):
    """The overview prints what the manifest covers; a figure of the run summary alone is no figure."""
    path = project.root / "data" / "processed" / "run_summary.json"
    path.write_text(path.read_text().replace("2.5", "1.5"))
    assert problems(project) == ["run_summary.json: co2e_t of alpha/2024 differ from manifest.json"]


def test_a_page_next_to_the_sets_is_named(project):
    """The fixed name is a link into the current set; a file, or a link elsewhere, may hold any figure."""
    page = project.processed("alpha", 2024) / "annual_report.html"
    page.unlink()
    assert problems(project) == ["annual_report.html: next to the sets, it is no link into the current one"]
    page.write_text("<p>0 t")
    assert problems(project) == ["annual_report.html: next to the sets, it is no link into the current one"]
    (page.parent / "annual_report.public.html").write_text("<p>0 t")
    assert len(problems(project)) == 2


def test_a_forger_of_the_set_and_its_record_is_met_by_the_other_places(project):
    """Re-hashed and recorded anew, the set is whole by itself; journal, summary, index, signature, review, view tell.
    """
    folder = (project.processed("alpha", 2024) / "current").resolve()
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["summary"]["rows_read"] = 4
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    folder.with_name(folder.name + ".sha256").write_text(f"{identity(folder)}  {folder.name}/manifest.json\n")
    assert [p.split(":")[0].split(" of ")[0] for p in problems(project)] == [
        "run_journal.jsonl", "run_summary.json", "index.html", "signatures.jsonl", "reviews/2024-one.json",
        "views/2024-one.json", "run_summary.json"]
