"""Figures of responsible digital."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbon.digital.electricity import given_grid
from carbon.digital.services.answers import complete
from carbon.digital.services.service import service
from carbon.params.files.project import Project
from carbon.records.files.digital import read_digital
from carbon.reports.figures import digital as digital_figures
from carbon.reports.tables import digital as digital_tables
from carbon.reports.words.language import Words, strings

pytestmark = pytest.mark.usefixtures("closed")

PROJECT = Project(Path(__file__).resolve().parents[3])


def test_a_service_without_network_factor_says_so_in_table_and_chart():
    """
    "not covered" in the tier's row, in the figure and in the budgets; never zero.
    """
    answers = read_digital("petit-studio", project=PROJECT).service
    spain = given_grid(0.15, zone="ES", year=2025, source="a test")
    france = given_grid(0.05, zone="FR", year=2025, source="a test")
    bare = service(complete(answers.model_copy(update={"zone": "ES"})), grid_users=spain, grid_datacentre=france)
    table = digital_tables.service_lines(bare, Words("en")).set_index("service_part")
    assert table.loc["network", "impact"] == "not covered"
    texts = [t.get_text().strip() for t in digital_figures.plot_service(bare).texts]
    assert "not covered" in texts
    budgets = digital_tables.budget_lines(bare, Words("en")).set_index("criterion")
    assert budgets["person_budgets"].iloc[-1] == "not covered" and "Acidification" in budgets.index[-1]
    assert budgets.loc["Climate change"].str.startswith("at least ").all()


def test_every_criterion_and_figure_word_has_both_languages():
    """No hole in the words of these figures, and one for each criterion the planet's limits name."""
    from carbon.digital import packaged_tables

    words = {key: texts for key, texts in strings().items() if key.startswith("digital_figure.")}
    assert len(words) > 30 and all(text.strip() for texts in words.values() for text in (texts["en"], texts["fr"]))
    criteria = packaged_tables.load("planetary_boundaries").set_index("criterion")["name"]
    assert {c: words[f"digital_figure.criterion_{c}"]["en"] for c in criteria.index} == criteria.to_dict()
