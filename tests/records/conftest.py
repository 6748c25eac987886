"""What tests of readers share: a small project, grids and headings (tests/support), slices of long runs."""

from __future__ import annotations

import os

import pytest
from records_folder import folder, grid_of, headings_of  # noqa: F401 (fixtures)


@pytest.fixture
def part():
    """Number and count of the slice of a long run, from CARBON_SLICE ("2/10"); the whole is 1/1.

    All slices together do what the whole does; each can be run, and run again, alone.
    """
    number, _, count = os.environ.get("CARBON_SLICE", "1/1").partition("/")
    assert 1 <= int(number) <= int(count), f"CARBON_SLICE={number}/{count}"
    return int(number), int(count)
