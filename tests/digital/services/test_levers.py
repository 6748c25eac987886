"""Levers of a service: each recomputed alone, a set together."""

from __future__ import annotations

import pytest

from carbon.core.errors import UsageError
from carbon.digital.electricity import given_grid
from carbon.digital.services.service import service

FR = given_grid(0.05, zone="FR", year=2025, source="a test")
DE = given_grid(0.4, zone="DE", year=2025, source="a test")


def test_levers_are_recomputed_alone_and_a_set_together(cell, run):
    """Fewer servers with a better PUE save less together than the sum of both alone."""
    base = run()
    table = base.levers().set_index("lever_id")
    both = base.co2e_kg - base.with_levers(["servers_fewer", "pue_lower"]).co2e_kg
    alone = table.loc[["servers_fewer", "pue_lower"], "avoided_co2e_kg"].sum()
    assert 0 < both < alone
    assert table["avoided_co2e_kg"].dropna().is_monotonic_decreasing
    # PUE 1.5 to 1.2: a fifth of the use of servers and disks
    use = cell(base, "data centre", "use", "servers") + cell(base, "data centre", "use", "disks")
    assert table.loc["pue_lower", "avoided_co2e_kg"] == pytest.approx(use * 0.2)


def test_small_levers_are_one_line_with_their_count(run):
    """What is under 1 % of the total is folded, not hidden."""
    table = run(users=1).levers()
    folded = table[table["lever_id"] == "smaller levers"]
    assert len(folded) == 1 and folded["label"].item().endswith("under 1% each")


def test_a_lever_already_reached_is_not_offered_and_hosting_abroad_can_cost(ask):
    """Servers kept eight years: "seven years" is no lever; hosting in a dirtier grid has a negative gain."""
    base = service(ask(server_lifespan_years=8), grid_users=FR, grid_datacentre=FR, other_grids={"DE": DE})
    table = base.levers().set_index("lever_id")
    assert "servers_longer" not in table.index
    assert table.loc["host_in_DE", "avoided_co2e_kg"] < 0
    with pytest.raises(UsageError):
        base.with_levers(["servers_fewer", "servers_fewer"])
