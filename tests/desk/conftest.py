"""The desk: an inventory of an example company, made once."""

from __future__ import annotations

import pytest

import carbon as cb


@pytest.fixture(scope="session")
def inventory():
    return cb.inventory("petit-studio", 2024)
