"""Stock lists that contradict themselves, and the state of each device."""

from __future__ import annotations

import re

import pytest

from carbon.core.errors import TableError
from carbon.digital.devices.fleet import fleet

CHOICES = {"view": "spread", "lifespan_rule": "max_of_age_and_planned", "idle_months": 3}


@pytest.mark.parametrize(("bad", "what"), [
    ({"purchased_on": "2024-05-01", "retired_on": "2024-04-01", "status": "retired"}, "before they were bought"),
    ({"status": "retired"}, "and no date"),
    ({"retired_on": "2024-04-01"}, "and another status"),
    ({"exit_route": "donated"}, "a way out that have not left"),
    ({"private_use": "COPE"}, "other than phones"),
    ({"planned_lifespan_years": 0}, "zero or less"),
    ({"status": "broken"}, "is not one of"),
])
def test_a_stock_list_that_contradicts_itself_is_refused(assets, grid, bad, what):
    """Each fault is named with its rows."""
    with pytest.raises(TableError, match=re.escape(what)):
        fleet(assets([{"asset_id": "a", "category": "laptop", **bad}]), year=2024, grid=grid, **CHOICES)


def test_a_serial_number_twice_is_refused(assets, grid):
    """One asset_id is one device."""
    twice = assets([{"asset_id": "a", "category": "laptop"}, {"asset_id": "a", "category": "monitor"}])
    with pytest.raises(TableError, match="asset_id is not unique"):
        fleet(twice, year=2024, grid=grid, **CHOICES)


def test_phones_used_privately_count_by_their_work_share(assets, grid):
    """A company phone with private use is 0.8 of a phone in carbon, one device in the count."""
    phones = assets([{"asset_id": str(i), "category": "smartphone", "purchased_on": "2024-06-01", "private_use": use}
                     for i, use in enumerate(("", "COPE", "BYOD"))])
    result = fleet(phones, year=2024, grid=grid, **{**CHOICES, "view": "purchase_year"})
    assert result.embodied_kg == pytest.approx(79.516 * (1 + 0.8 + 0.57))
    assert result.row["stock"] == 3
