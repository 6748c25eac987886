"""US EPA supply chain factors, official and invented in the same layout."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbon.core.errors import FileRefused
from carbon.factors.sources import epa_supply_chain
from carbon.factors.sources.imported import Imported

CHAIN = "epa_supply_chain/SupplyChainGHGEmissionFactors_{}"
CHAIN_HEAD = ('2017 NAICS Code,2017 NAICS Title,GHG,Unit,Supply Chain Emission Factors without Margins,'
              'Margins of Supply Chain Emission Factors,Supply Chain Emission Factors with Margins,'
              'Reference USEEIO Code\n')


def chain(path: Path, *lines: str) -> Imported:
    path.write_text(CHAIN_HEAD + "\n".join(lines) + "\n")
    return epa_supply_chain.import_supply_chain(path)


def test_supply_chain_takes_the_figure_with_margins(tmp_path: Path):
    """Purchaser price, US dollars of the version's year."""
    read = chain(tmp_path / "c.csv", '111110,Soy,All GHGs,"kg CO2e/2022 USD, purchaser price",0.488,0.044,0.532,1111A0')
    row = read.table.iloc[0]
    assert (row["co2e_kg"], row["unit"], row["price_year"], row["price_basis"]) == (0.532, "USD", 2022, "purchaser")


def test_the_share_alike_edition_keeps_its_licence(tmp_path: Path):
    """v1.4 is in dollars of 2024 and CC BY-SA: another source, which is never packaged."""
    read = chain(tmp_path / "c.csv", '111110,Soy,All GHGs,"kg CO2e/2024 USD, purchaser price",0.4,0.1,0.5,1111A0')
    row = read.table.iloc[0]
    assert (row["source_id"], row["price_year"], row["licence"]) == (
        "cornerstone_supply_chain_1_4", 2024, "CC BY-SA 4.0")


def test_supply_chain_by_gas_is_weighted_by_gwp(tmp_path: Path):
    """0.1 kg CO2 + 0.001 kg CH4 x 28 + 0.01 kg CO2e of unnamed gases = 0.138 kg CO2e."""
    read = chain(tmp_path / "g.csv", '1,A,Carbon dioxide,"kg/2022 USD, purchaser price",0,0,0.1,x',
                 '1,A,Methane,"kg/2022 USD, purchaser price",0,0,0.001,x',
                 '1,A,"HFCs and PFCs, unspecified","kg CO2e/2022 USD, purchaser price",0,0,0.01,x')
    assert read.table["co2e_kg"].item() == pytest.approx(0.138) and read.kept == 3


def test_an_unknown_dollar_year_is_refused(tmp_path: Path):
    """Versions are never guessed."""
    with pytest.raises(FileRefused, match="known version"):
        chain(tmp_path / "y.csv", '1,A,All GHGs,"kg CO2e/2019 USD, purchaser price",0,0,1,x')


@pytest.mark.official
def test_official_supply_chain_by_gas_agrees_with_co2e(official):
    """1,016 sectors by gas x AR5 GWP agree with the CO2e file of the same version, which is printed to 0.001."""
    one = epa_supply_chain.import_supply_chain(official(CHAIN.format("v1.3.0_NAICS_CO2e_USD2022.csv")))
    two = epa_supply_chain.import_supply_chain(official(CHAIN.format("v1.3.0_NAICS_byGHG_USD2022.csv.gz")))
    assert (one.read, two.read, len(one.table)) == (1016, 18288, 1016)
    both = one.table.set_index("factor_id")["co2e_kg"], two.table.set_index("factor_id")["co2e_kg"]
    gap = (both[0] - both[1].reindex(both[0].index)).abs()
    assert gap.le(0.0015 + 0.01 * both[0]).all()


@pytest.mark.official
def test_official_versions_stay_apart(official):
    """v1.2 is in dollars of 2021, v1.3 of 2022: other ids, other price years."""
    old = epa_supply_chain.import_supply_chain(official(CHAIN.format("v1.2_NAICS_CO2e_USD2021.csv"))).table
    assert set(old["price_year"]) == {2021} and set(old["source_id"]) == {"epa_supply_chain_1_2"}
    # Line 2 of the file: 562212, Solid Waste Landfill, 10.989 with margins.
    assert old.set_index("activity").loc["purchase.naics.562212", "co2e_kg"] == 10.989
