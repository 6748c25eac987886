"""The report of an example company."""

from __future__ import annotations

import pytest

from carbon.accounting import inventories
from carbon.reports.exhibits import actions
from carbon.reports.exhibits.annual import AnnualReport


@pytest.fixture(scope="session")
def small():
    """An example company whose plan starts the year after this report."""
    history = inventories("petit-studio", until=2025)
    return AnnualReport(history.inventories[2025], history, actions.levers_of_company("petit-studio"))
