"""The example companies' ledgers: how much of the amount their rules and the shipped map classify."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbon.activities import classify
from carbon.records.files.company import read_company
from carbon.records.params.project import Project


@pytest.mark.parametrize("company", ["petit-studio", "nuage-logiciels"])
def test_nearly_all_of_the_amount_is_classified(company):
    """At least 95 % of the purchases' amount, each line without its sign, is no line that waits for a decision."""
    records = read_company(company, 2024, project=Project(Path(__file__).parents[2]))
    total = records.records["purchases"]["amount"].abs().sum()

    waiting = classify(records).unclassified["amount"].abs().sum()

    assert 0 < waiting <= 0.05 * total
