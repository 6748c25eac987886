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
    of_plan = plan_figures.plot_tornado(made, limit="scope-3")
    np.testing.assert_array_equal([b.get_width() for b in of_plan.containers[0]], table["low_t"])
    plan_figures.plot_calendar(plan_tables.calendar_table(made), plan_tables.capex_table(made), currency="EUR")


def test_history_units_and_a_curve_of_savers_alone(made):
    """The years before join the baseline; a roll-out shows its units; where every lever saves money there is no axis of
    cost per tonne.
    """
    wedges, limit = plan_tables.wedges_table(made, limit="scope-3"), made.basis.history_kg["scope-3"] / 1000
    ax = plan_figures.plot_wedges(wedges, history=limit)
    first = next(line for line in ax.lines if line.get_label() == "emitted")
    assert first.get_xdata()[-1] == 2026 and first.get_ydata()[-2] == pytest.approx(limit.iloc[-1])
    calendar = plan_tables.calendar_table(made)
    upper = plan_figures.plot_calendar(calendar, plan_tables.capex_table(made), currency="EUR")
    assert {"8", "16", "24"} <= {t.get_text() for t in upper.texts}
    curve = plan_tables.cost_curve_table(made)
    saving = plan_figures.plot_cost_curve(curve[curve["block"] == "no regret"])
    assert len(saving.get_yticks()) == 0 and saving.get_ylabel() == ""


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
        plan_figures.plot_tornado(plan_tables.sensitivity_table(made, limit="scope-3", language="fr"), words=fr)]
    texts = {text.replace("\n", " ") for ax in drawn for text in _texts(ax)}
    assert not texts & english
    assert {fr("plan.target"), fr("plan.no_regret"), fr("plan.capex"),
            "sans levier, scopes 3", made.lever("events").label["fr"], fr("plan.axis.yearly", currency="EUR")} <= texts
