"""Files for importers: small ones written by a test, and the publishers' own beside the project."""

from pathlib import Path

import pytest

OFFICIAL = Path(__file__).parents[4] / "shared" / "data"


@pytest.fixture
def write(tmp_path):
    """Write a small file and give its path."""
    def write(name: str, text: str) -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


@pytest.fixture(scope="session")
def official():
    """The path of a publisher's file; the test is skipped where it is absent."""
    def official(name: str) -> Path:
        if not (OFFICIAL / name).exists():
            pytest.skip(f"{name} is not beside the project")
        return OFFICIAL / name

    return official
