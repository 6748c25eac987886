"""Inventories computed before they are asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbon.accounting import company as at_hand
from carbon.accounting.company import inventory
from carbon.accounting.years.history import inventories
from carbon.records.params.project import Project
from carbon.runs.company_year.inventory_content import share

PROJECT = Project(Path(__file__).resolve().parents[2])


@pytest.fixture(autouse=True)
def nothing_at_hand(monkeypatch):
    monkeypatch.setattr(at_hand, "_PREPARED", {})


def test_what_reports_share_is_every_year_up_to_the_last_and_is_computed_once():
    """After sharing for 2023, both years' inventories are at hand, a later year is not, and a history takes those."""
    share(PROJECT, "petit-studio", [2023])
    kept = {year: at_hand.prepared(PROJECT, "petit-studio", year) for year in (2022, 2023, 2024)}
    assert kept[2022] is not None and kept[2023] is not None and kept[2024] is None
    history = inventories("petit-studio", project=PROJECT, until=2023)
    assert {year: id(made) for year, made in history.inventories.items()} == {y: id(kept[y]) for y in (2022, 2023)}


def test_an_inventory_at_hand_is_for_its_own_project_company_and_year(tmp_path):
    """Another project's, company's or year's question is never answered with it."""
    at_hand.keep(PROJECT, inventory("petit-studio", 2022, project=PROJECT))
    for project, company, year in ((Project(tmp_path), "petit-studio", 2022), (PROJECT, "nuage-logiciels", 2022),
                                   (PROJECT, "petit-studio", 2023)):
        assert at_hand.prepared(project, company, year) is None


def test_a_year_that_is_refused_is_left_to_its_own_report(tmp_path):
    """A company without records costs the saving, not the schedule: nothing is raised, nothing is at hand."""
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "runs.yml").write_text(
        "notebook: notebooks/annual_report.ipynb\nruns: [{company: alpha, years: [2023, 2024]}]\n")
    share(Project(tmp_path), "alpha", [2023, 2024])
    assert at_hand.prepared(Project(tmp_path), "alpha", 2024) is None
