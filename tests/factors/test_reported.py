"""Reported emissions as factors of the library."""

from __future__ import annotations

from carbon.core.ghg_protocol import GWP_SETS, REPORTED
from carbon.factors import load
from carbon.factors.reported import reported_factors, with_reported


def test_a_kilogram_reported_is_a_kilogram_in_its_own_set():
    """One factor a GWP set, 1 kg per kg, and a source that names where the evidence is."""
    factors, sources = reported_factors()

    assert factors["activity"].tolist() == [f"{REPORTED}{name}" for name in GWP_SETS]
    assert factors["gwp_set"].tolist() == list(GWP_SETS)
    assert set(factors["co2e_kg"]) == {1.0}
    assert sources["source_id"].tolist() == factors["source_id"].unique().tolist()


def test_the_release_keeps_its_rows():
    """Only the factors of reports are added, once."""
    library = load("2026.1")
    once = with_reported(library)

    assert len(once.table) == len(library.table) + len(GWP_SETS)
    assert len(with_reported(once).table) == len(once.table)
