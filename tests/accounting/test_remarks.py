"""Remarks on an inventory: what a careful reader should know of its records, with rows and tonnes."""

from __future__ import annotations

from made_company import BOUGHT, made_inventory


def test_a_default_of_the_company_is_counted_with_its_tonnes(tmp_path):
    """A ledger without a currency is in the company's euros: a warning names the rows and their tonnes."""
    text = BOUGHT.replace("currency,", "") + "2024-03-01,Mill,advice,report,1000.00,A1,lyon\n"
    made = made_inventory(tmp_path, {"purchases": text})
    (remark,) = made.warnings.loc[made.warnings["code"] == "company_default", "text"]
    tonnes = made.total("location-based") / 1000
    assert remark == ("data/raw/made/2024/purchases.csv: no column `currency`: 1 rows are taken as EUR (the company's "
                      f"currency), {tonnes:,.3g} t CO2e") and tonnes > 0
