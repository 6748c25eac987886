"""Which sets are verified, and what is said of one that is not as published."""

from __future__ import annotations

import pytest

from carbon.core.errors import UsageError
from carbon.records.params.project import Project
from carbon.runs.company_year.stale import digest
from carbon.runs.publish import Stage, put_in_force
from carbon.runs.publish.sets import sets_in_force
from carbon.runs.review.verify import verify

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
            stage.write_manifest({"company": company, "year": 2024, "digest": name, "dependencies": DEPENDS_ON})
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
