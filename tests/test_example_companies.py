"""The example companies on the real path: parameters whole, nearly everything classified, only the intended rejects."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from carbon.activities import classify
from carbon.params.files.load import load_company, load_runs
from carbon.params.files.project import Project
from carbon.records.files.company import read_company

PROJECT = Project(Path(__file__).resolve().parent.parent)
COMPANIES = ("petit-studio", "nuage-logiciels", "cap-conseil")
MEANT = {
    "petit-studio": {"needs_review", "not_a_number", "mode_unknown"},
    "nuage-logiciels": {"unclassified", "not_a_number", "currency_unknown", "unit_unknown", "airport_unknown"},
    "cap-conseil": {
        "unclassified",
        "amount_missing",
        "currency_unknown",
        "unit_dimension",
        "airport_unknown",
        "distance_impossible",
    },
}


def test_runs_name_the_example_companies_and_years() -> None:
    """params/runs.yml publishes four years of each company."""
    runs = load_runs(PROJECT)

    assert {run.company: run.years for run in runs.runs} == {name: [2022, 2023, 2024, 2025] for name in COMPANIES}


@pytest.mark.parametrize("company", COMPANIES)
def test_example_params_state_every_category_and_both_targets(company: str) -> None:
    """All fifteen scope 3 categories are stated; targets cover scopes 1 and 2, and scope 3."""
    params = load_company(PROJECT, company)

    assert sorted(params.categories) == list(range(1, 16))
    assert [t.scopes for t in params.targets] == [["1", "2"], ["3"]]


@pytest.mark.parametrize("company", COMPANIES)
def test_example_purchases_are_classified(company: str) -> None:
    """Less than 5 % of the money, currency by currency, is unclassified; rejects are those the records were made
    with.
    """
    records = read_company(company, 2024, project=PROJECT)
    classified = classify(records)
    rejects = pd.concat([records.rejects, classified.rejects])
    purchases = records.records["purchases"]
    spent = purchases["amount"].abs().groupby(purchases["currency"]).sum()
    lost = classified.rejects[classified.rejects["kind"] == "purchases"]
    open_ = lost["amount"].abs().groupby(lost["unit"]).sum().reindex(spent.index).fillna(0)

    assert (open_ / spent).max() < 0.05
    assert set(rejects["code"]) == MEANT[company]


def test_reported_history_meets_the_first_computed_year() -> None:
    """Earlier reports give 2015 to 2021, scope 2 by both methods, and the dip of 2020."""
    for company in COMPANIES:
        reported = read_company(company, 2022, project=PROJECT).reported
        total = reported[reported["scope2_method"] != "market-based"].groupby("year")["co2e_t"].sum()

        assert list(total.index) == list(range(2015, 2022))
        assert set(reported.loc[reported["scope"] == "2", "scope2_method"]) == {"location-based", "market-based"}
        assert total[2020] < 0.8 * total[2019]
