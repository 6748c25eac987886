"""The steps under a published set: what fails leaves no rest, and a lock is held on the file that stands there."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from carbon.runs.publish import durable


@pytest.fixture
def failing(monkeypatch):
    """Let one step of the writer fail as a full disk does."""
    def at(name: str) -> None:
        def fail(step: str, path: Path) -> None:
            if step == name:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        monkeypatch.setattr(durable, "fault", fail)
    return at


@pytest.mark.parametrize("step", ["write", "fsync", "replace", "fsync folder"])
def test_a_file_that_could_not_be_replaced_leaves_one_whole_file_alone(tmp_path, failing, step):
    """The old bytes, or after the rename the new ones; no temporary file, and an error with path and cause."""
    path = tmp_path / "run.json"
    durable.write_atomic(path, b"old")
    failing(step)

    with pytest.raises(OSError, match="No space left") as told:
        durable.write_atomic(path, b"new")

    assert Path(told.value.filename).parent in (tmp_path, tmp_path.parent)
    assert [p.name for p in tmp_path.iterdir()] == ["run.json"]
    assert path.read_bytes() == (b"new" if step == "fsync folder" else b"old")


@pytest.mark.parametrize("step", ["link", "replace"])
def test_a_link_that_could_not_be_switched_stays(tmp_path, failing, step):
    """It points where it pointed, and no temporary link is left."""
    link = tmp_path / "current"
    durable.replace_link(link, "set-old")
    failing(step)

    with pytest.raises(OSError, match="No space left"):
        durable.replace_link(link, "set-new")

    assert link.readlink() == Path("set-old")
    assert [p.name for p in tmp_path.iterdir()] == ["current"]


def test_what_is_removed_may_be_a_folder_a_file_a_link_or_gone(tmp_path):
    """A link goes, and not what it points to."""
    kept = tmp_path / "kept"
    (kept / "inside").mkdir(parents=True)
    file, folder, link = tmp_path / "file", tmp_path / "folder", tmp_path / "link"
    file.write_text("x")
    (folder / "deep").mkdir(parents=True)
    link.symlink_to(kept)

    for path in (file, folder, link, tmp_path / "gone"):
        durable.remove_tree(path)

    assert [p.name for p in tmp_path.iterdir()] == ["kept"] and (kept / "inside").is_dir()
