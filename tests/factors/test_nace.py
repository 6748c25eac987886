"""Categories of other models reach a factor of the country that they are bought in."""

from __future__ import annotations

import pytest

from carbon.factors import library, matching
from carbon.factors.nace import nace_of

MONEY = {"unit": "EUR", "part": "total", "price_year": 2023, "price_basis": "purchaser"}


@pytest.mark.parametrize(("activity", "nace"), [
    ("purchase.naics.541110", "purchase.nace.M69_70"), ("purchase.naics.325411", "purchase.nace.C21"),
    ("purchase.ademe2018.education", "purchase.nace.P85"), ("purchase.nace.C20", ""), ("diesel", ""),
    ("purchase.ademe2018.insurance_banking_consulting_fees", ""), ("purchase.naics.999999", "")])
def test_a_category_of_one_industry_has_it(activity, nace):
    """Lawyers, medicines and schools are one industry each; a category that holds several has none."""
    assert nace_of(activity) == nace


def test_most_packaged_categories_lead_to_an_industry_of_the_library():
    """Each of NAICS that the map takes for a purchase, and 11 of ADEME's 13, with a factor of some country."""
    activities = set(library.load().table["activity"])
    found = {name: nace_of(name) for name in activities if name.startswith(("purchase.naics.", "purchase.ademe2018."))}
    assert {*found.values()} - {""} <= activities
    assert sum(bool(nace) for nace in found.values()) > 0.6 * len(found)


def test_a_declared_company_reaches_the_factor_of_its_country(ask):
    """Legal work in Germany by its NAICS code: the German industry where params declare it, with both names; else the
    miss names the industry. In the United States, where the category has a factor, nothing changes, nor where a
    supplier there is paid.
    """
    factors = [{**MONEY, "activity": "purchase.naics.541110", "factor_id": "us", "region": "US", "unit": "USD"},
               {**MONEY, "activity": "purchase.nace.M69_70", "factor_id": "de", "region": "DE"},
               {**MONEY, "activity": "purchase.nace.M69_70", "factor_id": "us-nace", "region": "US"}]
    keys = [("purchase.naics.541110", "EUR", "DE", 2023, "3"), ("purchase.naics.541110", "USD", "US", 2023, "3"),
            ("purchase.naics.541110", "USD", "DE-from-US", 2023, "3")]
    rows = ask(factors, keys, by_country="nace").table.sort_values("key_id")
    assert rows["factor_id"].tolist() == ["de", "us", "us"]
    assert rows["reason"].tolist()[:2] == ["exact; NACE industry of purchase.naics.541110", "exact"]
    misses = ask(factors, keys).misses
    assert len(misses) == 1 and "it may be purchase.nace.M69_70" in misses["reason"].item()


def test_a_factor_of_the_company_goes_before_the_industry(make_library, make_keys, make_policy):
    """A company's own factor for the category, of all the world, answers where the industry of the country would."""
    library = make_library(
        {**MONEY, "activity": "purchase.naics.541110", "factor_id": "own", "region": "GLO", "source_id": "company"},
        {**MONEY, "activity": "purchase.nace.M69_70", "factor_id": "de", "region": "DE"})
    library.overrides = ("own",)
    keys = make_keys(("purchase.naics.541110", "EUR", "DE", 2023, "3"))
    policy = make_policy(by_country="nace", regions={"other": ["GLO"]})
    answers = matching.resolve(keys, library, policy=policy, gwp="AR5GWP100", allow_mixed_gwp=[], non_co2="none")
    assert answers.table["factor_id"].tolist() == ["own"]
