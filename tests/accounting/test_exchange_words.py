"""A year from April to March: its own days for rates and factors, and an explanation that shows them."""

import pandas as pd
import pytest
from metered_project import COMPANY, HEAD, metered_project

from carbon.accounting.company import inventory
from carbon.core import money

RULES = """rules:
  - {id: programs, when: {category: [programs]}, activity: purchase.nace.J62_63, scope: "3", category: 1}
"""
PURCHASES = """date,supplier,category,amount,currency
2021-05-03,Alpha,programs,1000,USD
2022-02-01,Beta,programs,500,EUR
"""


@pytest.fixture(scope="module")
def years(tmp_path_factory):
    """One company-year by each basis of exchange rates."""
    project = metered_project(tmp_path_factory.mktemp("fiscal") / "project", ())
    folder = project.raw(COMPANY, 2022)
    folder.mkdir(parents=True)
    (folder / "energy.csv").write_text(f"{HEAD}\n2022-01-01,2022-01-31,office,FR,electricity,500,kWh,Grid\n")
    (folder / "purchases.csv").write_text(PURCHASES)
    path = project.params_file(COMPANY)
    text = path.read_text(encoding="utf-8").replace('reporting_year_starts: "01-01"', 'reporting_year_starts: "04-01"')
    made = {}
    for basis in money.BASES:
        path.write_text(text.replace("fx: transaction_date", f"fx: {basis}") + RULES, encoding="utf-8")
        made[basis] = inventory(COMPANY, 2022, project=project)
    return made


def test_amounts_take_the_rate_of_their_day_or_the_mean_of_the_years_own_days(years):
    """1,000 dollars of 3 May 2021, by hand from the published rates."""
    quoted = money._quoted("USD")
    expected = {"transaction_date": quoted[pd.Timestamp(2021, 5, 3)], "year_mean": quoted["2021-04":"2022-03"].mean()}
    shown = {"transaction_date": "(ECB, 2021-05-03)", "year_mean": "(ECB, 2021-04-01 to 2022-03-31)"}
    for basis, inv in years.items():
        bought = inv.activities[inv.activities["supplier"] == "Alpha"]
        assert bought["quantity"].item() == pytest.approx(1000 / expected[basis])
        rows = inv.explain("supplier/Alpha").rows
        assert rows["inputs"].iloc[0].startswith(f"1,000 USD at {1 / expected[basis]:.6g} EUR {shown[basis]}")
        assert inv.explain("supplier/Beta").rows["inputs"].str.contains("USD").sum() == 0


def test_factors_are_those_of_the_calendar_year_with_most_of_the_days(years):
    """2021, also for January 2022; the emissions are of the reporting year 2022."""
    inv = years["transaction_date"]
    assert set(inv.activities["year"]) == {2021} and set(inv.emissions["year"]) == {2022}
    of_ember = inv.resolution[inv.resolution["source_id"].str.startswith("ember")]
    assert set(of_ember["factor_year"]) == {2021} and set(inv.keys["year"]) == {2021}
