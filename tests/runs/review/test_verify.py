"""Which sets are verified, and what is said of one that is not as published."""

from __future__ import annotations

import pytest

from carbon.core.errors import UsageError
from carbon.params.files.project import Project
from carbon.runs.company_year.job import Outcome
from carbon.runs.company_year.journal import Journal
from carbon.runs.company_year.stale import digest
from carbon.runs.publish import Stage, put_in_force
from carbon.runs.publish.identity import identity
from carbon.runs.publish.sets import sets_in_force
from carbon.runs.review import identities
from carbon.runs.review.verify import verify
from carbon.runs.schedule.index_page import write_index

DEPENDS_ON = {"inputs": {"rows.csv": "0"}, "code": "1"}


@pytest.fixture
def project(tmp_path):
    """A project with one complete set of each of two companies."""
    made = Project(tmp_path)
    for company in ("alpha", "beta"):
        folder = made.processed(company, 2024)
        folder.mkdir(parents=True)
        name = digest(company, 2024, DEPENDS_ON)
        with Stage(folder) as stage:
            stage.write("rejects.csv", b"line,reason\n3,quintal\n")
            stage.write_manifest({"company": company, "year": 2024, "digest": name, "dependencies": DEPENDS_ON,
                                  "summary": {"rows_read": 3}})
            put_in_force(stage, name)
    return made


def test_untouched_sets_are_whole_and_a_changed_byte_is_named(project):
    """All companies below data/processed, or those below a path; the file that changed and no other."""
    assert [(row["company"], row["whole"], row["problems"]) for row in verify(project)] == [
        ("alpha", True, []), ("beta", True, [])]
    path = project.processed("beta", 2024) / "current" / "rejects.csv"
    path.write_bytes(path.read_bytes().replace(b"3", b"4"))

    rows = verify(project, project.root / "data" / "processed" / "beta")

    assert len(rows) == 1 and not rows[0]["whole"]
    assert [problem.split(":")[0] for problem in rows[0]["problems"]] == ["rejects.csv"]


def test_a_set_whose_manifest_names_other_dependencies_is_not_whole(project):
    """A manifest with its own hash of every file, but in a folder of another digest: the name of the folder tells."""
    folder = sets_in_force(project)[0]
    other = folder.with_name("set-0000000000000000")
    folder.rename(other)

    [row] = verify(project, other)

    assert not row["whole"] and "its dependencies give set-" in row["problems"][0]


def test_a_switch_to_nowhere_is_a_problem_and_no_set_at_all_an_error(project, tmp_path):
    """A set that was removed is not passed over."""
    folder = sets_in_force(project, project.processed("alpha", 2024))[0]
    folder.rename(tmp_path / "gone")
    rows = {row["path"]: row for row in verify(project)}
    assert rows["data/processed/alpha/2024"]["problems"] == ["manifest.json: missing"]
    with pytest.raises(UsageError, match="No published set below"):
        verify(project, tmp_path / "gone" / "empty")


def test_journal_and_index_are_read_and_the_index_made_once_for_all_sets(project, monkeypatch):
    """However many sets a schedule has, or `verify` would take the square of their number; and a line of the index that
    is not as the summary gives it is named at its own company-year alone, what is around the lines at each.
    """
    calls: list[str] = []

    def counted(place, name: str) -> None:
        whole = getattr(place, name)
        monkeypatch.setattr(place, name, lambda *given: calls.append(name) or whole(*given))

    counted(identities, "index_text")
    counted(Journal, "_states")
    monkeypatch.setattr(identities, "code_hash", lambda: "1")
    processed, folders = project.root / "data" / "processed", sets_in_force(project)
    journal = Journal(processed)
    journal.ended(*(Outcome(folder.parents[1].name, 2024, "ok", summary={"rows_read": 3}, set=folder.name,
                            manifest_sha256=identity(folder)) for folder in folders))
    write_index(project, journal.write_summary([("alpha", 2024), ("beta", 2024)]), language="en")
    calls.clear()

    assert [row["problems"] for row in verify(project)] == [[], []]
    assert calls.count("index_text") == 1 and calls.count("_states") == 2, calls

    index = processed / "index.html"
    kept = index.read_text()
    for change, named in (((f'beta/2024 {identity(folders[1])}"', f'beta/2024 {identity(folders[1])}" title="0 t"'),
                           [False, True]), (("</h1>", " 0 t</h1>"), [True, True])):
        assert change[0] in kept
        index.write_text(kept.replace(*change))
        assert [row["problems"][:1] != [] and "index.html" in row["problems"][0]
                for row in verify(project)] == named


def test_two_sets_in_each_others_place_are_both_named(project):
    """Each is whole by its own manifest; the folders are those of other companies."""
    one, two = sets_in_force(project)
    for folder, other in ((one, two), (two, one)):
        folder.rename(project.root / folder.name)
        (folder.parent / "current").unlink()
        (folder.parent / "current").symlink_to(other.name)
    (project.root / one.name).rename(two.parent / one.name)
    (project.root / two.name).rename(one.parent / two.name)
    assert all([p for p in row["problems"] if "which has another folder" in p] for row in verify(project))
