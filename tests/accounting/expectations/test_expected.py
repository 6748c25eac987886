"""What was expected of a year: its breaches in words, what a run refuses, and what it says of acceptances."""

from __future__ import annotations

import pytest
from metered_project import COMPANY, bills, expect, metered_project

from carbon.accounting.company import inventory, inventory_of, library_of
from carbon.accounting.expectations.answered import _without_what_went
from carbon.accounting.expectations.bands import expectations_of
from carbon.accounting.expectations.expected import Past, expected_of
from carbon.core.errors import BreachError
from carbon.params.shapes.boundary import Answer
from carbon.records.files.company import read_company


@pytest.fixture
def project(tmp_path):
    """Two usual years and one with nine of its twelve bills."""
    made = metered_project(tmp_path / "project", (2022, 2023))
    bills(made, 2024, months=9)
    return made


def alone(project, year):
    """An inventory that nothing was compared with."""
    records = read_company(COMPANY, year, project=project)
    return inventory_of(records, library_of(records, project))


def test_the_same_past_gives_the_same_table_wherever_it_comes_from(project):
    """Measures that were at hand and measures of inventories computed anew: equal to the last bit."""
    at_hand = inventory(COMPANY, 2024, project=project).expected
    past = Past({y: alone(project, y).measures for y in (2022, 2023)})
    anew = expected_of(alone(project, 2024), alone(project, 2024).measures, past)

    assert at_hand.table.equals(anew.table) and at_hand.breaches.equals(anew.breaches)


def test_without_a_past_the_calendar_year_is_expected_of_energy(project):
    """Nine months of energy in the first year: listed, by the calendar, with what the other three may emit."""
    found = alone(project, 2024)
    breach = found.breaches().iloc[0]

    assert found.expected is None
    assert (breach["code"], breach["basis"], breach["low"]) == ("months_missing", "calendar year", 12)
    assert breach["at_stake_kg"] == pytest.approx(found.total("location-based") * 3 / 9, rel=0.01)


def test_an_idle_acceptance_is_a_warning_of_the_inventory(project):
    """A breach that is gone leaves its entry: it is listed until it is deleted."""
    expect(project, "{code: price_unexpected, year: 2024, reason: a new contract, by: energy desk, on: 2025-02-01}")
    found = inventory(COMPANY, 2024, project=project)

    assert {"months_missing", "acceptance_idle"} <= set(found.warnings["code"])


def test_the_size_from_which_a_run_fails_is_declared(project):
    """Three times the kWh of the years before is a breach; `breach_share` moves the gate, not the list."""
    bills(project, 2024, kwh=1500)
    found = inventory(COMPANY, 2024, project=project)
    with pytest.raises(BreachError):
        found.compared().refuse(COMPANY, 2024)

    params = project.params_file(COMPANY)
    params.write_text(params.read_text(encoding="utf-8") + "breach_share: 1\n", encoding="utf-8")
    lenient = inventory(COMPANY, 2024, project=project)
    lenient.compared().refuse(COMPANY, 2024)
    assert lenient.breaches()["code"].tolist() == found.breaches()["code"].tolist()


def test_what_params_state_to_have_gone_is_not_asked_again(project):
    """A second site with bills in two years and none in the third, and one word on it in `boundary`: no breach. Without
    the word, stated as not reported, or of another site, its amount has a band that zero is out of.
    """
    bills(project, 2024)
    for year in (2022, 2023):
        path = project.raw(COMPANY, year) / "energy.csv"
        lines = path.read_text().splitlines()
        path.write_text("\n".join([*lines, *(line.replace("office", "annex") for line in lines[1:])]) + "\n")
    file = project.params_file(COMPANY)
    file.write_text(file.read_text(encoding="utf-8") + "boundary: [{site: Annex, year: 2024, word: closed}]\n")
    found = inventory(COMPANY, 2024, project=project).compared()
    assert not (found.breaches["value"] == 0).any()

    raw = expectations_of(found.measures, {y: alone(project, y).measures for y in (2022, 2023)})
    for name, word, asked in (("depot", "closed", True), ("annex", "not_reported", True), ("ANNEX", "divested", False)):
        table = _without_what_went(raw, [Answer(site=name, year=2024, word=word)])
        gone = table[(table["value"] == 0) & table["key"].str.contains("annex")]
        assert bool((gone["low"] > 0).any()) == asked, name
