"""Exhibits on how good a report is."""

from __future__ import annotations


def test_the_files_that_were_read_are_those_of_the_inventory(report):
    """Each file has one line, and of its hash the first characters are shown."""
    table, read = report.sources().table, report.inventory.sources

    assert table["source_file"].tolist() == read["source_file"].tolist() and len(table) > 0
    assert all(whole.startswith(shown) for whole, shown in zip(read["sha256"], table["sha256"], strict=True))
    assert (table["sha256"].str.len() <= 16).all()
