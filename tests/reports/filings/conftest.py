"""The small company's years, as the filings read them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest


@pytest.fixture
def history(inventory: Any, history_of: Any) -> Any:
    return SimpleNamespace(table=history_of(inventory).table, recalculated=False)
