"""A line that left the project proves what a set was; a signed file of lines proves who wrote it."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime

import pytest

from carbon.core.errors import RunError, UsageError
from carbon.params.files.project import Project
from carbon.runs.publish import Stage, put_in_force
from carbon.runs.publish.identity import identity, record_of
from carbon.runs.publish.sets import current_set
from carbon.runs.review.anchor import check_seals, read_seals, seal, write_seals

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def publish(project: Project, kg: float, digest: str) -> None:
    folder = project.processed("alpha", 2024)
    folder.mkdir(parents=True, exist_ok=True)
    with Stage(folder) as stage:
        stage.write("emissions.csv", f"{kg}".encode())
        stage.write_manifest({"digest": digest, "figures": {"alpha/2024/total-market": kg}})
        put_in_force(stage, digest)


@pytest.fixture
def sealed(tmp_path):
    """A project with a set, and the file of its seal outside of it."""
    project = Project(tmp_path / "project")
    publish(project, 1.0, "1" * 16)
    write_seals(tmp_path / "seals.txt", [seal(project, "alpha", 2024, by="A. Reviewer", at=AT)])
    return project, tmp_path / "seals.txt"


def test_a_seal_is_one_line_that_is_read_back_from_a_mail(sealed):
    """Identity, company-year, time and who; text around the line is left out, a cut line is refused."""
    project, path = sealed
    sha256 = identity(current_set(project.processed("alpha", 2024)))
    line = f"carbon-seal 1 {sha256} alpha/2024 2026-01-02T03:04:05Z A. Reviewer"
    assert path.read_text() == line + "\n"
    path.write_text(f"Dear all,\n\n  {line}\n\nBest regards\n")
    [found] = read_seals(path)
    assert found.line() == line
    for text in (line[:60], line.replace(sha256, sha256[:-1]), "nothing here"):
        path.write_text(text + "\n")
        with pytest.raises(UsageError, match="no whole seal"):
            read_seals(path)


def test_a_superseded_set_holds_and_a_forged_one_does_not(sealed):
    """The sealed set is found among those of the year by its identity; a forger who re-hashes everything is named."""
    project, path = sealed
    lines, broken = check_seals(project, path)
    assert broken == [] and lines[0].endswith("is here, whole, and the current set") and "is not signed" in lines[1]
    publish(project, 2.0, "2" * 16)
    assert check_seals(project, path)[0][0].endswith("is here, whole, and superseded")

    folder = project.processed("alpha", 2024) / ("set-" + "1" * 16)
    (folder / "emissions.csv").write_text("0.5")
    assert "is damaged: emissions.csv" in check_seals(project, path)[1][0]
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["outputs"]["emissions.csv"] = "0" * 64
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")
    record_of(folder).write_text(f"{identity(folder)}  {folder.name}/manifest.json\n")
    [told] = check_seals(project, path)[1]
    now = identity(current_set(project.processed("alpha", 2024)))
    assert told.endswith(f"is not here; the current set is {now[:12]}")


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
def test_a_signed_file_of_seals_is_that_of_its_signer(sealed, tmp_path):
    """The signer's key, listed as trusted: holds; another line, another key, another name or no signature: does not."""
    project, path = sealed
    for name in ("own", "other"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name], check=True)
    trusted = tmp_path / "allowed_signers"
    trusted.write_text(f"reviewer {(tmp_path / 'own.pub').read_text()}stranger {(tmp_path / 'other.pub').read_text()}")
    asked = {"signers": trusted, "signer": "reviewer"}
    assert "is not signed" in check_seals(project, path, **asked)[1][0]

    write_seals(path, [], key=tmp_path / "own")
    lines, broken = check_seals(project, path, **asked)
    assert broken == [] and lines[-1] == "seals.txt.sig is a signature of reviewer on seals.txt"
    assert "is not checked" in check_seals(project, path)[0][-1]
    assert "is no signature of stranger" in check_seals(project, path, signers=trusted, signer="stranger")[1][0]
    kept = path.read_text()
    path.write_text(kept.replace("A. Reviewer", "B. Reviewer"))
    assert "is no signature of reviewer" in check_seals(project, path, **asked)[1][0]
    path.write_text(kept)
    write_seals(path, [], key=tmp_path / "other")
    assert "is no signature of reviewer" in check_seals(project, path, **asked)[1][0]


def test_only_a_whole_set_and_a_name_are_sealed(sealed):
    """Nothing published, a damaged set, no name, a name of two lines."""
    project, _ = sealed
    with pytest.raises(UsageError, match=r"(?s)has no published set.*did you mean alpha/2024"):
        seal(project, "beta", 2024, by="A. Reviewer")
    for name in (" ", "A\nB"):
        with pytest.raises(UsageError, match="needs the name"):
            seal(project, "alpha", 2024, by=name)
    (current_set(project.processed("alpha", 2024)) / "emissions.csv").write_text("9")
    with pytest.raises(RunError, match="is damaged: emissions"):
        seal(project, "alpha", 2024, by="A. Reviewer")
