"""Tables of indicators."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbon.digital.company import service_of
from carbon.params.files.project import Project
from carbon.records.files.digital import read_digital
from carbon.reports.figures import digital as digital_figures
from carbon.reports.words.language import Words
from carbon.scorecards.company import indicators

pytestmark = pytest.mark.usefixtures("closed")

PROJECT = Project(Path(__file__).resolve().parents[3])


def test_a_scorecard_marks_what_has_no_data_in_french():
    """Without an inventory the climate indicators are "pas de donnée", not a bar of zero."""
    found = indicators("petit-studio", 2025, project=PROJECT)
    ax = digital_figures.plot_scorecard(found, "public", words=Words("fr"))
    assert "pas de donnée" in [t.get_text().strip() for t in ax.texts]
    assert service_of(read_digital("petit-studio", project=PROJECT)).co2e_kg > 0
