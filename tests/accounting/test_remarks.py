"""Remarks on an inventory: what a careful reader should know of its records, with rows and tonnes."""

from __future__ import annotations

from made_company import BOUGHT, made_inventory


def test_a_default_of_the_company_is_counted_with_its_tonnes(tmp_path):
    """A ledger without a currency is in the company's euros: a warning names rows and tonnes, ledger and
    explanation the default on each row."""
    text = BOUGHT.replace("currency,", "") + "2024-03-01,Mill,advice,report,1000.00,A1,lyon\n"
    made = made_inventory(tmp_path, {"purchases": text})
    (remark,) = made.warnings.loc[made.warnings["code"] == "company_default", "text"]
    tonnes = made.total("location-based") / 1000
    assert remark == ("data/raw/made/2024/purchases.csv: no column `currency`: 1 rows are taken as EUR (the company's "
                      f"currency), {tonnes:,.3g} t CO2e") and tonnes > 0
    assert set(made.ledger["reason"]) == {"default: currency is EUR (the company's currency)"}
    assert set(made.ledger["code"]) == {"company_default"}
    figure = made.explain("total-location")
    assert "default: currency is EUR (the company's currency)" in figure.formula
    assert set(figure.rows["quality"]) == {"default: currency is EUR (the company's currency)"}


def test_a_default_is_on_no_row_of_another_file(tmp_path):
    """Energy that states its site has no remark, next to a ledger without a currency."""
    energy = ("period_start,period_end,site,carrier,quantity,unit\n2024-01-01,2024-12-31,lyon,electricity,100,kWh\n")
    text = BOUGHT.replace("currency,", "") + "2024-03-01,Mill,advice,report,1000.00,A1,lyon\n"
    made = made_inventory(tmp_path, {"purchases": text, "energy": energy})
    codes = made.ledger.groupby("kind")["code"].agg(set).to_dict()
    assert codes == {"purchases": {"company_default"}, "energy": {""}}
