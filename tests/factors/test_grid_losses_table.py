"""The packaged shares of electricity lost on the way: one a region and year, each with its source."""

from __future__ import annotations

import pandas as pd
import pytest

from carbon.core import countries, packaged

KINDS = {"region": "text", "year": "integer", "loss_share": "amount", "basis": "text", "source_id": "text",
         "page": "text"}


@pytest.fixture(scope="module")
def shares() -> pd.DataFrame:
    return packaged.read_csv("carbon.factors", "data/grid_losses.csv", KINDS)


def test_there_is_one_share_a_region_and_year(shares):
    """Two shares of one grid and year would leave it to chance which one counts."""
    assert not shares.duplicated(["region", "year"]).any()
    assert shares["loss_share"].between(0.001, 0.30).all()
    assert set(shares["basis"]) == {"supply", "output"}


def test_regions_are_those_of_the_factors(shares):
    """ISO codes, the EU, the world and eGRID subregions: names that a chain of regions has."""
    plain = shares["region"][~shares["region"].str.startswith("US-eGRID-")]
    assert set(plain) - {"EU27", "GLO", "XK"} <= set(countries.codes())


def test_every_share_has_a_cited_source(shares):
    """Title, licence, hash of the file read; the share of output says on what its licence rests."""
    sources = packaged.read_yaml("carbon.factors", "data/grid_losses.yml")["sources"]
    assert set(shares["source_id"]) == set(sources)
    assert all(entry["licence"] and entry["sha256"] and entry["verification"] for entry in sources.values())
    assert "IEA" in sources["world_bank_wdi"]["licence_note"]


@pytest.mark.parametrize(("region", "year", "share", "basis"), [
    # Read by eye: eGRID2023, Hub of 2025, row 366; eGRID2021, table 1, row 24; World Bank, AUS 2015: 3.90416754 %.
    ("US", 2023, 0.042, "supply"), ("US-eGRID-RMPA", 2021, 0.044, "supply"), ("AU", 2015, 0.039042, "output"),
])
def test_shares_are_those_of_the_publishers(shares, region, year, share, basis):
    """Figures read in the files by eye."""
    row = shares[shares["region"].eq(region) & shares["year"].eq(year)]
    assert row["loss_share"].item() == pytest.approx(share) and row["basis"].item() == basis


def test_a_share_of_the_output_never_follows_one_of_the_supply(shares):
    """The US has eGRID's shares since 2021: a year between two of them does not fall back to the coarser kind."""
    us = shares[shares["region"].eq("US")]
    assert us.loc[us["year"].ge(2021), "basis"].eq("supply").all() and us["year"].min() == 2000
