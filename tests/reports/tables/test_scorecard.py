"""Tables of indicators."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbon.digital.company import service_of
from carbon.params.files.project import Project
from carbon.records.files.digital import read_digital
from carbon.reports.figures import digital as digital_figures
from carbon.reports.tables.scorecard import _years
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


@pytest.mark.parametrize(("values", "shown"), [
    ([(2023, 8.6), (2024, 8.35), (2025, 7.654)], "8.60 → 8.35 → 7.65 (2023 to 2025)"),
    ([(2022, 8.7), (2024, 8.35)], "8.70 (2022) → 8.35 (2024)"), ([(2025, 7.0)], "7 (2025)"), ([], "")])
def test_values_by_year_name_each_year_only_where_one_is_missing(values, shown):
    """Years that follow one another are named by the first and the last; a gap is never hidden."""
    assert _years("x", {"x": values}, Words("en")).replace("\u00a0", " ") == shown
