"""Ratios of SDES by NACE sector."""

from __future__ import annotations

import pytest

from carbon.factors.sources import sdes


def test_sdes_ratios_are_per_euro_at_basic_prices(write):
    """75 kg per thousand euros of 2023 = 0.075 kg per euro; the column of another model is left out."""
    path = write("s.csv", "nace_a64,label,sdes_ges501_2023_kgco2e_per_keur,figaro_x\n"
                                       "J62_63,Programming,75,80\n")
    found = sdes.import_sdes(path)
    row = found.table.iloc[0]
    assert (row["activity"], row["co2e_kg"], row["price_year"], row["price_basis"]) == (
        "purchase.nace.J62_63", 0.075, 2023, "basic")
    assert found.left_out["reason"].tolist() == ["another model's column"]


@pytest.mark.official
def test_official_sdes_table(official):
    """62 sectors and the household one, two years: 126 ratios; J62_63 is 75 kg/kEUR in 2023."""
    found = sdes.import_sdes(official("sdes_ges501/sdes_ges501_fr_nace_a64_2022_2023.csv"))
    assert (found.read, found.kept) == (189, 126)
    assert found.table.set_index("factor_id").loc["sdes-fr-nace-j62-63-2023", "co2e_kg"] == 0.075
