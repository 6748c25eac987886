"""Formulas as data: parts over any table, with their coverage and the rows that count."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest

from carbon.params.shapes.indicators import DeclaredFormula
from carbon.scorecards.catalogue import by_formula
from carbon.scorecards.declared import measured
from tests.support.estate import table, year

ASSETS = table(
    "assets",
    {"asset_id": "a", "category": "laptop", "purchased_on": "2018-01-01", "status": "in use"},
    {"asset_id": "b", "category": "laptop", "purchased_on": "2023-07-01", "status": "in use"},
    {"asset_id": "c", "category": "monitor", "status": "in use"},
    {"asset_id": "d", "category": "laptop", "purchased_on": "2016-01-01", "retired_on": "2024-03-01",
     "exit_route": "donated", "exit_partner": "Association des écoles", "status": "retired"},
    {"asset_id": "e", "category": "laptop", "purchased_on": "2025-02-01", "status": "in use"})


def one(formula: dict, of: int = 2024, **kept):
    """The measure of one formula in a year: numerator, denominator, raw, population."""
    declared = DeclaredFormula.model_validate({"formula_id": "x", **formula})
    found = measured({"x": declared}, year(of, **kept))
    assert not found.failed, found.failed
    line = found.measures.iloc[0]
    return tuple(line[c] for c in ("numerator", "denominator", "raw", "population"))


def failed(formula: dict, **kept) -> str:
    declared = DeclaredFormula.model_validate({"formula_id": "x", **formula})
    return str(measured({"x": declared}, year(2024, **kept)).failed["x"])


def test_counts_sums_shares_and_means_by_hand():
    """At the end of 2024: a, b and c are kept (d left, e is bought later); ages 7.0 and 1.5 years of two of three."""
    laptops = [{"column": "category", "operator": "=", "value": "laptop"}]
    per_head = {"numerator": {"table": "assets", "when": "year_end", "count": "rows"},
                "denominator": {"figure": "employees"}}
    assert one(per_head, assets=ASSETS, employees={2024: 2}) == (3, 2, 3, 1)
    share = {"share": {"table": "assets", "when": "year_end", "of": laptops}}
    assert one(share, assets=ASSETS) == (2, 3, 2, 1)
    mean = {"mean": {"table": "assets", "when": "year_end", "of": "age_years"}}
    above, below, _, covered = one(mean, assets=ASSETS)
    assert (above, below, covered) == (pytest.approx((2556 + 549) / 365), 2, pytest.approx(2 / 3))
    different = {"numerator": {"table": "assets", "when": "always", "count": "category"},
                 "denominator": {"figure": "year"}}
    assert one(different, assets=ASSETS) == (2, 1, 2, 1)


def test_a_year_counts_what_happened_in_it():
    """Bought in 2023: b alone; retired in 2024: d, given to an association; in 2017 nothing was, which is a zero."""
    bought = {"numerator": {"table": "assets", "when": "year", "by": "purchased_on", "count": "rows"},
              "denominator": {"figure": "year"}}
    assert [one(bought, of, assets=ASSETS)[0] for of in (2023, 2017)] == [1, 0]
    assert one({"share": {"table": "assets", "when": "year", "by": "retired_on", "of": [
        {"column": "given_to", "operator": "=", "value": "association"}]}}, assets=ASSETS)[:2] == (1, 1)


def test_a_table_that_begins_later_gives_no_zero():
    """Purchases are listed since 2024: what was bought in 2022 is not known, so there is no figure."""
    orders = table("it_purchases", {"date": "2024-05-01", "quantity": 3, "category": "laptop", "condition": "new"})
    formula = {"numerator": {"table": "it_purchases", "when": "year", "sum": "quantity"},
               "denominator": {"figure": "year"}}
    assert one(formula, 2024, it_purchases=orders)[0] == 3
    above, *_, population = one(formula, 2022, it_purchases=orders)
    assert math.isnan(above) and population == 0


def test_what_cannot_be_judged_lowers_the_coverage_and_is_no_zero():
    """One of two hosts states its PUE; a sum of nothing that is known is no figure; rejected rows are not covered."""
    hosts = table("hosting", {"service": "a", "pue": 1.2, "period_start": "2020-01-01"}, {"service": "b"})
    share = {"share": {"table": "hosting", "when": "year_end", "of": [{"column": "pue", "operator": "<=",
                                                                       "value": "1.4"}]}}
    policy = {"hosting": [{"column": "pue", "operator": "<=", "value": "1.4"}]}
    assert one(share, hosting=hosts, policies=policy) == (1, 2, 1, 0.5)
    blind = {"numerator": {"table": "hosting", "when": "year_end", "sum": "kwh"}, "denominator": {"figure": "year"}}
    assert math.isnan(one(blind, hosting=hosts, policies=policy)[0])
    read = SimpleNamespace(kind="hosting", rows_read=4, rows_rejected=2)
    assert one(share, hosting=hosts, policies=policy, reads=(read,))[3] == 0.25


def test_the_rows_of_a_part_sum_to_it():
    """Each row that counts is named with what it adds to the numerator and to the denominator."""
    formula = DeclaredFormula.model_validate({"formula_id": "x", "share": {
        "table": "assets", "when": "year_end", "of": [{"column": "category", "operator": "=", "value": "monitor"}]}})
    rows, = measured({"x": formula}, year(2024, assets=ASSETS)).rows
    assert [of.tolist() for of in (rows.places, rows.numerator, rows.denominator)] == [[0, 1, 2], [0, 0, 1], [1, 1, 1]]


@pytest.mark.parametrize(("part", "said"), [
    ({"table": "devices", "when": "always", "count": "rows"}, "No table 'devices' to count"),
    ({"table": "assets", "when": "always", "sum": "weight"}, "assets has no column 'weight'"),
    ({"table": "assets", "when": "always", "sum": "brand"}, "holds no numbers"),
    ({"table": "assets", "when": "year", "count": "rows"}, "has no day ''"),
    ({"table": "it_purchases", "when": "year_end", "count": "rows"}, "keeps no table 'it_purchases'"),
    ({"figure": "scope1"}, "No inventory of c in 2024"),
])
def test_a_part_that_cannot_be_made_says_why(part, said):
    """The table, the column or the figure is named; nothing is counted instead."""
    assert said in failed({"numerator": part, "denominator": {"figure": "year"}}, assets=ASSETS)


def test_packaged_rates_by_hand():
    """Training 1 of 2 required and present (1 left, 1 not yet hired, 1 of another course), on time 1 of 1; audits take
    the last one until the day, none while untested; two tags count once.
    """
    training = table(
        "training", {"person_id": "1", "hired_on": "2024-01-01", "course": "nr", "completed_on": "2024-02-01"},
        {"person_id": "2", "hired_on": "2024-12-01", "course": "nr"},
        {"person_id": "3", "hired_on": "2020-01-01", "left_on": "2024-06-01", "course": "nr"},
        {"person_id": "4", "hired_on": "2025-01-01", "course": "nr"},
        {"person_id": "5", "hired_on": "2020-01-01", "course": "sport"})
    audits = table("rgaa_audits", {"service": "a", "date": "2023-01-01", "compliant": 40, "non_compliant": 20,
                                   "not_applicable": 46, "untested": 0},
                   {"service": "a", "date": "2025-01-01", "compliant": 60, "non_compliant": 0, "not_applicable": 46,
                    "untested": 0},
                   {"service": "b", "date": "2024-01-01", "compliant": 40, "non_compliant": 20, "not_applicable": 40,
                    "untested": 6})
    projects = table("projects", {"project_id": "p", "days": 10, "tags": "Green IT, IT for Human"},
                     {"project_id": "q", "days": 30, "tags": ""},
                     {"project_id": "r", "days": 5, "tags": "green it", "ended_on": "2023-12-31"})
    kept = {"training": training, "rgaa_audits": audits, "projects": projects,
            "policies": {"training_course": "nr", "onboarding_days": 60}}
    names = ("training_rate", "onboarding_on_time", "rgaa_rate", "positive_projects", "positive_projects_days")
    found = measured({name: by_formula()[name].parts for name in names}, year(2024, **kept))
    parts = {(f, s): (n, d) for f, s, n, d in found.measures[
        ["formula_id", "scope", "numerator", "denominator"]].itertuples(index=False)}
    assert parts == {("training_rate", ""): (1, 2), ("onboarding_on_time", ""): (1, 1), ("rgaa_rate", "a"): (40, 60),
                     ("rgaa_rate", "b"): (0, 0), ("positive_projects", ""): (1, 2),
                     ("positive_projects_days", ""): (10, 40)}


def test_the_kilowatt_hours_of_a_host_are_those_of_the_whole_year():
    """Two statements of a host that was left in June and the year of its successor: 30 of 130 kWh meet the rule."""
    hosts = table("hosting", *({"service": "a", "provider": name, "pue": pue, "kwh": kwh, "period_start": first,
                                "period_end": last} for name, pue, kwh, first, last in (
        ("Nord", 1.2, 10, "2024-01-01", "2024-03-31"), ("Nord", 1.2, 20, "2024-04-01", "2024-06-30"),
        ("Sud", 1.6, 100, "2024-07-01", "2024-12-31"))))
    policy = {"hosting": [{"column": "pue", "operator": "<=", "value": "1.4"}]}
    found = measured({"x": by_formula()["hosting_rate_kwh"].parts}, year(2024, hosting=hosts, policies=policy))
    assert found.measures[["numerator", "denominator"]].to_numpy().tolist() == [[30, 130]]


def test_a_tag_that_no_project_has_is_no_rate_of_zero():
    """A spelling that is nobody's would make each project a negative one."""
    projects = table("projects", {"project_id": "p", "days": 10, "tags": "sobriété"})
    found = measured({"x": by_formula()["positive_projects"].parts}, year(2024, projects=projects))
    assert "No project of any year has a tag" in str(found.failed["x"])
