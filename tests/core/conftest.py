"""The publishers' files beside the project, where they are."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data():
    """Folder of the official files; the test is skipped where it is absent."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the official files are not beside the project")
    return folder
