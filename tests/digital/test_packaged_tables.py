"""Packaged tables of responsible digital: each figure has its source."""

from __future__ import annotations

from carbon.digital import packaged_tables


def test_each_published_time_cites_its_page():
    """
    At most about twenty pairs, each with a source of its own.
    """
    table = packaged_tables.load("rail_times")
    assert 10 <= len(table) <= 24 and (table["source"].str.len() > 20).all()
    assert not table.duplicated(["origin", "destination"]).any()
