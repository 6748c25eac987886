"""Two programs of one import name in one place."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import carbon
from carbon.core.public_names import OF_THE_OTHER_CARBON, refuse_other_program

HERE = Path(carbon.__file__).parent


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", *arguments], cwd=folder, text=True, capture_output=True,
                          env={**os.environ, "PYTHONPATH": str(folder)})


@pytest.mark.parametrize("last", ["ours", "theirs"])
def test_files_of_both_programs_in_one_place_fail_in_words(tmp_path: Path, last: str):
    """The other program's files next to ours: importing says which and what to do; where its own empty __init__ came
    last, the command line does.
    """
    both = tmp_path / "carbon"
    both.mkdir()
    for folder in (f for f in HERE.iterdir() if f.is_dir() and f.name != "__pycache__"):
        (both / folder.name).symlink_to(folder)
    (both / "__init__.py").write_text((HERE / "__init__.py").read_text(encoding="utf-8") if last == "ours" else "")
    (both / "service.py").write_text("")
    done = run(tmp_path, "import carbon" if last == "ours" else "from carbon.cli import main; main()")

    assert done.returncode == 1
    assert "the package `carbon` (Graphite) put carbon.service next to `carbon-trajectory`" in done.stderr
    assert "pip uninstall carbon carbon-trajectory" in done.stderr


def test_this_package_has_no_file_of_the_other_names():
    """Alone, nothing is refused: no module of ours has a name of theirs."""
    refuse_other_program([str(HERE)])
    assert not [name for name in OF_THE_OTHER_CARBON if list(HERE.glob(f"{name}*"))]
