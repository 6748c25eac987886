"""One euro by several models: each answers for its own country, and how far they are apart is one number."""

import numpy as np
import pandas as pd
import pytest

from carbon.factors import models

FR = {"activity": "purchase.nace.C28", "unit": "EUR", "part": "total", "region": "FR", "price_year": 2023,
      "price_basis": "purchaser", "valid_from": 2023, "valid_to": 2023}
SPECS = [{**FR, "factor_id": "sdes", "source_id": "sdes", "co2e_kg": 0.3},
         {**FR, "factor_id": "figaro", "source_id": "figaro", "co2e_kg": 0.2},
         {**FR, "factor_id": "de", "source_id": "figaro", "co2e_kg": 0.4, "region": "DE"},
         {**FR, "factor_id": "own", "source_id": "company", "co2e_kg": 9.0}]
CHOICES = {"gwp": "AR5GWP100", "allow_mixed_gwp": [], "non_co2": "none"}


@pytest.fixture
def answers(make_library, make_keys, make_policy):
    keys = make_keys(*(("purchase.nace.C28", "EUR", region, 2023, "3") for region in ("FR", "DE", "ES")))
    policy = make_policy(regions={"ES": ["ES", "FR"]}, prefer=["sdes"])
    return models.answers_by_model(keys, make_library(*SPECS), policy=policy, **CHOICES)


def test_each_model_answers_for_its_own_countries_alone(answers):
    """A French factor is no answer for Spain, whatever the region chain; what a company brought is no model."""
    found = answers.sort_values(["region", "source_id"])
    assert list(zip(found["region"], found["source_id"], found["kg_per_unit"], strict=True)) == [
        ("DE", "figaro", 0.4), ("FR", "figaro", 0.2), ("FR", "sdes", 0.3)]


def test_a_category_priced_by_its_industry_is_asked_as_that_industry(make_library, make_keys, make_policy):
    """Of a NAICS code bought in Germany, where the policy prices it by NACE, every model of M69_70 answers; without
    that policy none does.
    """
    industry = {**FR, "activity": "purchase.nace.M69_70", "region": "DE"}
    library = make_library({**industry, "factor_id": "a", "source_id": "figaro"},
                           {**industry, "factor_id": "b", "source_id": "ceda"})
    keys = make_keys(("purchase.naics.541110", "EUR", "DE", 2023, "3"))
    asked = [models.answers_by_model(keys, library, policy=make_policy(by_country=by), **CHOICES)
             for by in ("nace", "")]
    assert [sorted(answers["source_id"]) for answers in asked] == [["ceda", "figaro"], []]


def test_the_total_moves_only_where_a_model_answers(answers):
    """1,000 EUR at 0.3 and 500 EUR at 0.4: figaro 200 + 200 kg; sdes 300 kg and the 200 kg that were chosen."""
    chosen = pd.DataFrame({"key_id": [0, 1], "quantity": [1000.0, 500.0], "kg": [300.0, 200.0]})
    table = models.totals_by_model(answers, chosen).set_index("source_id")
    assert table["kg"].to_dict() == pytest.approx({"figaro": 400.0, "sdes": 500.0})
    assert table["moved_kg"].to_dict() == pytest.approx({"figaro": -100.0, "sdes": 0.0})


def test_the_spread_is_that_of_the_logarithms():
    """Two models a factor 1.2 apart: sd = ln 1.2 / sqrt 2, gsd2 = exp(2 sd) = 1.294; one model has no spread."""
    assert models.spread_gsd2(np.array([100.0, 120.0])) == pytest.approx(np.exp(2 * np.log(1.2) / np.sqrt(2)))
    assert models.spread_gsd2(np.array([100.0])) == 1.0


def test_a_comparison_has_every_model_country_and_year(make_library, make_policy):
    """By country, year and model, per euro of that year; a country without a factor has no line."""
    table = models.compare("purchase.nace.C28", make_library(*SPECS), regions=[], years=[2023, 2024], currency="EUR",
                           policy=make_policy(), **CHOICES)
    assert list(zip(table["region"], table["year"], table["source_id"], strict=True)) == [
        (region, year, source) for region, sources in (("DE", ["figaro"]), ("FR", ["figaro", "sdes"]))
        for year in (2023, 2024) for source in sources]
