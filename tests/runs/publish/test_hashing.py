"""Hashes of files and folders: every regular file, each by all its bytes."""

from __future__ import annotations

import hashlib

from carbon.runs.publish.hashing import FileHashes, files_below


def test_every_regular_file_below_a_folder_is_found_but_caches_and_links(tmp_path):
    """Sorted by the parts of the path; what is left out at the first level is left out with all that is in it, and only
    there.
    """
    for name in ("b/2025/rows.csv", "b.csv", "b/2024/.hidden", "b/2024/__pycache__/x.pyc", "2025/rows.csv",
                 ".DS_Store"):
        (tmp_path / "raw" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "raw" / name).write_text(name)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret.csv").write_text("x")
    (tmp_path / "raw" / "link.csv").symlink_to("b.csv")
    (tmp_path / "raw" / "folder").symlink_to(tmp_path / "elsewhere")
    found = files_below(tmp_path / "raw", leave_out=lambda name: name == "2025")

    assert [path.relative_to(tmp_path / "raw").as_posix() for path in found] == [
        "b/2024/.hidden", "b/2025/rows.csv", "b.csv"]
    assert files_below(tmp_path / "nowhere") == []
    assert list(FileHashes(tmp_path).of([found[2], found[0], found[2]])) == ["raw/b.csv", "raw/b/2024/.hidden"]


def test_large_files_have_the_hashes_of_their_bytes(tmp_path):
    """Files longer than one piece, several at once beside a short one: each hash is that of the whole file."""
    data = {"a": bytes((2 << 20) + 7), "b": b"b" * (1 << 20) + b"end", "c": b"short", "d": b""}
    for name, content in data.items():
        (tmp_path / name).write_bytes(content)
    hashes = FileHashes(tmp_path).of(tmp_path / name for name in data)

    assert hashes == {name: hashlib.sha256(content).hexdigest() for name, content in data.items()}
