"""Packaged tables of responsible digital: each figure has its source."""

from __future__ import annotations

import pytest

from carbon.digital import packaged_tables
from carbon.digital.rail_times import pairs_with_times


def test_each_published_time_cites_its_page():
    """Every pair once, in one direction, with its year and a source of its own, at a speed that trains have."""
    table = packaged_tables.load("rail_times")
    assert len(table) > 60 and (table["source"].str.len() > 20).all()
    assert table["year"].astype(int).between(2007, 2026).all()
    assert not table[["origin", "destination"]].apply(frozenset, axis=1).duplicated().any()
    found = pairs_with_times(table[["origin", "destination"]], None)
    speed = found["great_circle_km"] / (found["minutes"] / 60)
    assert found["minutes"].tolist() == table["minutes"].tolist() and speed.between(45, 260).all()  # 49: Lille-Bruges


def test_every_packaged_table_is_typed_and_cited():
    """Each table has rows, and a citation with title, publisher and licence."""
    for name in packaged_tables._NUMBERS:
        assert len(packaged_tables.load(name)), name
        assert {"title", "publisher", "licence"} <= set(packaged_tables.citation(name)), name


def test_a_loaded_table_is_a_copy():
    """What a caller changes is not what the next one reads."""
    table = packaged_tables.load("network")
    table["g_per_gb"] = 0.0
    assert (packaged_tables.load("network")["g_per_gb"] > 0).all()


def test_the_embodied_carbon_of_a_device_is_the_sum_of_three_steps():
    """A laptop: 170 manufacture + 12.3 distribution + 2.79 end of life = 185.09 kg."""
    assert packaged_tables.devices()["laptop"]["embodied_kg"] == pytest.approx(170 + 12.3 + 2.79)
