"""Figures of a plan."""

from __future__ import annotations

import numpy as np
import pytest

from carbon.reports.figures import plan as plan_figures
from carbon.reports.tables import plan as plan_tables
from carbon.reports.words.language import Words, strings

pytestmark = pytest.mark.usefixtures("agg")


def test_lines_and_bars_are_the_tables_numbers(made):
    """Baseline, plan and tornado hold their columns."""
    wedges = plan_tables.wedges_table(made, limit="scope-3")
    drawn = [tuple(np.nan_to_num(line.get_ydata())) for line in plan_figures.plot_wedges(wedges).lines]
    assert tuple(wedges["baseline_t"]) in drawn and tuple(wedges["plan_t"]) in drawn
    table = plan_tables.sensitivity_table(made, limit="scope-3")
    ax = plan_figures.plot_tornado(table)
    np.testing.assert_array_equal([b.get_width() for b in ax.containers[0]], table["low_t"])
    plan_figures.plot_tracks(plan_tables.tracks_table(made))
    plan_figures.plot_calendar(plan_tables.calendar_table(made), plan_tables.capex_table(made), currency="EUR")


def _texts(ax) -> set[str]:
    """Every text of the figure: titles, axes, ticks, legends, names."""
    from matplotlib.text import Text

    return {t.get_text() for t in ax.get_figure(root=True).findobj(Text) if t.get_text().strip()}


def test_figures_speak_the_readers_language(made):
    """In French no English word of a figure is left: levers by their French label, axes, legends and panels in
    French.
    """
    fr, en = Words("fr"), Words("en")
    own = {k for k, t in strings().items() if k.startswith("plan.") and t["en"] != t["fr"] and "{" not in t["en"]}
    english = {en(k) for k in own} | {v.label["en"] for v in made.levers} | {v.id for v in made.levers}
    english -= {v.label["fr"] for v in made.levers}
    wedges = plan_tables.wedges_table(made, limit="scope-3", language="fr")
    drawn = [
        plan_figures.plot_wedges(wedges, words=fr),
        plan_figures.plot_cost_curve(plan_tables.cost_curve_table(made, language="fr"), words=fr),
        plan_figures.plot_calendar(plan_tables.calendar_table(made, language="fr"), plan_tables.capex_table(made),
                                   words=fr, currency="EUR"),
        plan_figures.plot_tracks(plan_tables.tracks_table(made), words=fr),
        plan_figures.plot_tornado(plan_tables.sensitivity_table(made, limit="scope-3", language="fr"), words=fr)]
    texts = {text.replace("\n", " ") for ax in drawn for text in _texts(ax)}
    assert not texts & english
    assert {fr("plan.target"), fr("plan.no_regret"), fr("plan.capex"), "méthode fondée sur le marché",
            "sans levier, scopes 3", made.lever("events").label["fr"], "EUR par an"} <= texts
