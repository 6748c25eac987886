"""Tables of economic models: layouts of the publishers, with figures of our own making."""

from __future__ import annotations

import openpyxl
import pytest

from carbon.core.errors import FileRefused
from carbon.factors.sources import import_source, spend_models

DEMAND = ("year,country_code,country,nace_code,product,purchases_meur,purchases_share_domestic,"
          "purchases_share_other_eu27,purchases_share_rest_of_world,total_scopes_1_2_3_upstream,scopes_1_2,"
          "scope_3_upstream\n")


def test_sdes_ratios_are_per_euro_at_basic_prices(write):
    """75 kg per thousand euros of 2023 = 0.075 kg per euro; the column of another model is left out."""
    path = write("s.csv", "nace_a64,label,sdes_ges501_2023_kgco2e_per_keur,figaro_x\nJ62_63,Programming,75,80\n")
    found = import_source("sdes", path)
    row = found.table.iloc[0]
    assert (row["activity"], row["co2e_kg"], row["price_year"], row["price_basis"], row["region"]) == (
        "purchase.nace.J62_63", 0.075, 2023, "basic", "FR")
    assert found.left_out["reason"].tolist() == ["another model's column"]


def test_figaro_gives_kg_per_euro_of_each_country_and_year(write):
    """369 kg/kEUR of French textiles of 2023 = 0.369 kg/EUR at basic prices, in euros of 2023."""
    path = write("figaro_demand_emission_factors_26ed.csv",
                 DEMAND + '2023,FR,France,C13T15,"Textiles, leather",900,0.36,0.3,0.34,369,20,349\n'
                 "2022,FR,France,C13T15,Textiles,900,0.36,0.3,0.34,400,20,380\n")
    table = import_source("figaro_demand", path).table.set_index("factor_id")
    row = table.loc["figaro-demand-fr-nace-c13t15-2023"]
    assert (row["co2e_kg"], row["unit"], row["price_year"], row["price_basis"], row["label"], row["gwp_set"]) == (
        0.369, "EUR", 2023, "basic", "Purchase of Textiles, leather", "AR5GWP100")
    assert len(table) == 2 and "country of demand" in row["notes"]


def test_final_purchases_are_not_read_as_business_purchases(write):
    """The two tables have the same headings: the publisher's name of the file keeps them apart."""
    path = write("figaro_final_demand_emission_factors_26ed.csv",
                 DEMAND + "2023,FR,France,C26,Computers,9,1,0,0,300,1,299\n")
    with pytest.raises(FileRefused, match="is named figaro_demand_"):
        import_source("figaro_demand", path)
    assert set(import_source("figaro_final", path).table["source_id"]) == {"figaro_final"}


def test_a_provisional_year_without_a_total_is_left_out(write):
    """Scopes 1 and 2 alone are no purchase factor, and not zero."""
    path = write("figaro_emission_factors_26ed.csv",
                 "year,country_code,country,nace_code,industry,output_meur,total_scopes_1_2_3_upstream,scopes_1_2\n"
                 "2023,DE,Germany,C28,Machinery,9,200,10\n2024,DE,Germany,C28,Machinery,9,,11\n")
    found = import_source("figaro_supply", path)
    assert found.table["valid_from"].tolist() == [2023]
    assert found.left_out["reason"].tolist() == ["no total: scopes 1 and 2 of a provisional year"]


def test_purchaser_prices_are_the_figure_with_margins(write):
    """Of three totals the one for an invoice: margins inside, taxes without emissions."""
    path = write("figaro_purchaser_price_factors_26ed.csv",
                 "year,country_code,country,nace_code,product,valuation_year,rebasing_ratio,margin_term,total_basic_prices,"
                 "total_purchaser_prices_rebased,total_purchaser_prices_with_margins\n"
                 "2023,FR,France,C13T15,Textiles,2022,0.71,34,369,261,295\n")
    row = import_source("figaro_purchaser", path).table.iloc[0]
    assert (row["co2e_kg"], row["price_basis"], row["price_year"]) == (0.295, "purchaser", 2023)


@pytest.mark.parametrize("factor", [1000, 0.001])
def test_tonnes_and_thousands_are_refused(write, factor):
    """A table in tonnes, or per euro instead of per thousand, is a thousand times off in every row."""
    path = write("figaro_demand_x.csv", DEMAND + f"2023,FR,France,C26,Computers,9,1,0,0,{300 * factor / 10},1,299\n")
    if factor == 1000:
        path.write_text(path.read_text().replace("30000.0", "300000"))
    with pytest.raises(FileRefused, match="a median of"):
        import_source("figaro_demand", path)


def test_open_ceda_is_carried_to_purchaser_prices_of_its_own_year(tmp_path):
    """0.5 kg/USD at producer prices x 0.8 producer / purchaser = 0.4, in dollars of 2023, by no price index."""
    raw = [["Year", 2023, "", ""], ["", "", "", ""], ["", "", "", "Iron mills"], ["Code", "Country", "", "331110"],
           ["DEU", "Germany", "", 0.5], ["ROW", "Rest", "", 0.9]]
    ratio = [[""], [""], [""], [""], ["", "331110"], ["ratio", 0.8]]
    book = openpyxl.Workbook()
    for name, rows in {"GHG_t_Raw": raw, "Purchaser - producer conversion": ratio}.items():
        sheet = book.create_sheet(name)
        for cells in rows:
            sheet.append(cells)
    book.save(tmp_path / "ceda.xlsx")
    found = import_source("open_ceda", tmp_path / "ceda.xlsx")
    row = found.table.iloc[0]
    assert (row["activity"], row["region"], row["co2e_kg"], row["price_year"], row["unit"], row["price_basis"]) == (
        "purchase.ceda.331110", "DE", 0.4, 2023, "USD", "purchaser")
    assert found.left_out["reason"].tolist() == ["not one country"] and "SA 4.0" in row["licence"]


def test_openio_canada_states_its_prices_and_year_in_the_name(write):
    """Provinces with products; regions of EXIOBASE are left out; a name without prices is refused."""
    table = (",,CA-QC,,WM\n,,Fresh potatoes,Wheat,Wheat\n"
             '"Climate change, short term",kg CO2 eq (short),0.7,1.2,9\n')
    found = import_source("openio_canada", write("openio_2022_purchaser.csv", table))
    row = found.table.set_index("factor_id").loc["openio-canada-ca-qc-openio-fresh-potatoes-2022"]
    assert (row["co2e_kg"], row["unit"], row["price_year"], row["price_basis"]) == (0.7, "CAD", 2022, "purchaser")
    assert found.kept == 2 and found.left_out["reason"].tolist() == ["a region outside Canada, of EXIOBASE"]
    with pytest.raises(FileRefused, match="prices of its factors"):
        import_source("openio_canada", write("openio_2022.csv", table))


@pytest.mark.official
def test_official_sdes_table(official):
    """62 sectors and the household one, two years: 126 ratios; J62_63 is 75 kg/kEUR in 2023."""
    found = import_source("sdes", official("sdes_ges501/sdes_ges501_fr_nace_a64_2022_2023.csv"))
    assert (found.read, found.kept) == (189, 126)
    assert found.table.set_index("factor_id").loc["sdes-fr-nace-j62-63-2023", "co2e_kg"] == 0.075


@pytest.mark.official
def test_the_packaged_table_is_the_copy(official):
    """31 countries; DE C28 is 245.98 kg/kEUR, GB M69_70 57.54, TR rows are Turkish."""
    found = spend_models.import_model("figaro_2026", official("figaro/figaro_demand_2023.csv"))
    kg = found.table.set_index(["region", "activity"])["co2e_kg"]
    assert (found.kept, found.table["region"].nunique()) == (1874, 31)
    assert kg["DE", "purchase.nace.C28"] == pytest.approx(0.24598, rel=1e-12)
    assert kg["GB", "purchase.nace.M69_70"] == pytest.approx(0.05754, rel=1e-12)


def test_supply_factors_are_of_what_a_country_produces(write):
    """Their region is not the country itself: a purchase in Germany of unknown origin is no purchase from Germany."""
    path = write("figaro_emission_factors_26ed.csv", "year,country_code,nace_code,industry,"
                 "total_scopes_1_2_3_upstream\n2023,DE,C20,Chemicals,459.22\n")
    row = import_source("figaro_supply", path).table.iloc[0]
    assert (row["region"], row["co2e_kg"]) == ("DE-supply", pytest.approx(0.45922, rel=1e-12))
