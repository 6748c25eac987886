"""What waste factors count, by publisher and treatment."""

from __future__ import annotations

from hashlib import sha256

import pytest

from carbon.core import packaged
from carbon.factors import load
from carbon.factors.boundaries import boundary_in, boundary_of, country_of


@pytest.mark.parametrize(("source", "activity", "boundary"), [
    ("desnz_2024", "waste.glass.combustion", "transport only"),
    ("desnz_2026", "waste.glass.landfill", "transport and treatment"),
    ("epa_hub_2025", "waste.glass.recycling", "transport and sorting"),
    ("ademe_base_carbone_23", "waste.packaging_pet.incineration", "transport and treatment"),
    ("company", "waste.glass.landfill", ""), ("desnz_2024", "waste_oils", ""), ("desnz_2024", "diesel", "")])
def test_boundary_of_a_factor(source, activity, boundary):
    """By the beginning of the source and the treatment; nothing for other activities or unknown sources."""
    assert boundary_of(source, activity) == boundary


def test_boundary_of_a_country():
    """The country's own publisher, also for a treatment that only its kin shows."""
    assert boundary_in("FR", "waste.glass.combustion") == "transport and treatment"
    assert boundary_in("DE", "waste.glass.combustion") == ""
    assert (country_of("desnz_2024"), country_of("company")) == ("GB", "")


def test_every_packaged_waste_factor_has_a_boundary():
    """A treatment without a boundary could cross the border in silence."""
    table = load().table
    waste = table[table["activity"].str.startswith("waste.")]
    for source, activity in set(zip(waste["source_id"], waste["activity"], strict=True)):
        assert boundary_of(source, activity) and country_of(source), (source, activity)


def test_the_table_carries_its_citation():
    """The citation has the table's own hash."""
    citation = packaged.read_yaml("carbon.factors", "data/waste_boundaries.yml")
    assert citation["sha256"] == sha256(packaged.read_bytes("carbon.factors", "data/waste_boundaries.csv")).hexdigest()
