"""A received set: what is found in it without executing anything, and what executing it, confined, gives."""

from __future__ import annotations

import io
import shutil
import tarfile
from pathlib import Path

import nbformat
import pytest

from carbon.core.errors import UsageError
from carbon.params.files.project import Project
from carbon.runs.publish.sets import current_set
from carbon.runs.review import confine, inside, stranger
from carbon.runs.review.review import review
from carbon.runs.review.stranger import judge

KEY = ("my-company", 2024)


def folder_of(root: Path) -> Path:
    folder = current_set(Project(root).processed(*KEY))
    assert folder is not None
    return folder


@pytest.fixture
def empty(tmp_path) -> Project:
    """The reviewer's project, which has nothing of the sender's."""
    (tmp_path / "own" / "params").mkdir(parents=True)
    return Project(tmp_path / "own")


def test_the_sheet_states_what_was_judged_and_why_nothing_ran(published_once, empty, tmp_path, monkeypatch):
    """Not asked for; asked for, but sent alone; asked for where the system cannot confine: nothing is run each time,
    the identity is there, and whose notebook the cells were compared with.
    """
    monkeypatch.setattr(confine, "run", lambda *words, **more: pytest.fail("something was executed"))
    monkeypatch.setattr(confine, "why_not", lambda: "no unshare")
    folder, alone = folder_of(published_once), tmp_path / "sent" / folder_of(published_once).name
    shutil.copytree(folder, alone)
    for path, execute, words in (
            (folder, False, "(--execute-confined was not given)"), (folder, True, "cannot confine it (no unshare)"),
            (alone, True, "no project with params, data/raw and notebooks was sent around it")):
        [sheet] = review(empty, str(path), nbval=True, stranger=True, execute=execute)
        text = " ".join(sheet.text().split())
        assert words in text and "nothing was executed" in text and sheet.exit_code == 2 and not sheet.nbval
        assert sheet.found["identity"] in text and sheet.found["findings"] == []
    assert "its cells were compared with none" in text
    assert "of the notebook of the sender" in judge(empty, folder, execute=False, nbval=False)["reason"]
    own = judge(Project(published_once), alone, execute=False, nbval=False)
    assert "of the notebook of this project" in own["reason"]
    with pytest.raises(UsageError, match="No received set is named"):
        review(Project(published_once), "my-company/2024", nbval=False, execute=True)


def test_the_second_step_computes_the_set_from_the_inputs_and_runs_no_cell(published_once, tmp_path, monkeypatch):
    """Given the executed notebook as data, it gives the bytes of every published file; a cell in it is not run."""
    monkeypatch.setattr(inside, "PROJECT", published_once)
    monkeypatch.setattr("carbon.runs.company_year.publication.run_notebook", lambda *words, **more: pytest.fail("run"))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setenv("CARBON_PROJECT", str(published_once))
    monkeypatch.chdir(tmp_path)
    folder, result = folder_of(published_once), io.BytesIO()
    executed = nbformat.reads((folder / "annual_report.ipynb").read_text("utf-8"), as_version=4)
    for cell in executed.cells:
        cell.metadata["papermill"] = {"status": "completed"}
    inside._tables({"company": KEY[0], "year": KEY[1], "executed": nbformat.writes(executed)}, result)
    result.seek(0)
    with tarfile.open(fileobj=result) as archive:
        archive.extractall(tmp_path / "now", filter="data")
    names = sorted(path.name for path in folder.iterdir())
    assert sorted(path.name for path in (tmp_path / "now").iterdir()) == names
    unlike = [name for name in names if (tmp_path / "now" / name).read_bytes() != (folder / name).read_bytes()]
    assert unlike == []


def test_what_is_lent_is_a_copy_that_anybody_may_read(published_once, tmp_path):
    """The folders of inputs, a private file among them; links stay links, and nothing of data/processed is copied."""
    root = tmp_path / "sender"
    shutil.copytree(published_once, root, symlinks=True)
    (root / "params" / "my-company.yml").chmod(0o600)
    (root / "data" / "raw" / "link").symlink_to("/etc")
    (tmp_path / "lent").mkdir()
    lent = stranger._lent(tmp_path / "lent", Project(root), root / "notebooks" / "annual_report.ipynb",
                          folder_of(root) / "annual_report.ipynb")
    assert sorted(lent) == ["nbval/annual_report.ipynb", "project", "template.ipynb"]
    assert (lent["project"] / "params" / "my-company.yml").stat().st_mode & 0o777 == 0o644
    assert (lent["project"] / "data" / "raw" / "link").readlink() == Path("/etc")
    assert not (lent["project"] / "data" / "processed").exists()


@pytest.mark.torture
@pytest.mark.skipif(confine.why_not() != "", reason="this system cannot confine (test_confine holds that it can)")
def test_a_set_that_was_sent_with_its_inputs_is_executed_confined(published_once, empty, tmp_path):
    """The genuine one is the same, nbval passes; one whose meter has another reading differs by its figures."""
    root = tmp_path / "sender"
    shutil.copytree(published_once, root, symlinks=True)
    told = judge(empty, folder_of(root), execute=True, nbval=True)
    assert told["found"]["findings"] == told["found"]["moved"] == [] and told["nbval"]["passed"], told
    assert "confined" in told["found"]["executed"] and not told["reason"]
    records = root / "data" / "raw" / KEY[0] / str(KEY[1]) / "energy.csv"
    text = records.read_text()
    assert "6400" in text
    records.write_text(text.replace("6400", "3200"))
    told = judge(empty, folder_of(root), execute=True, nbval=False)
    assert {row["figure_id"] for row in told["found"]["moved"]} >= {"my-company/2024/scope2-location"}
