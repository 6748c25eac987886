"""The plan for readers: tables that add up, figures that draw their table and nothing else."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt

from carbon.core.errors import MethodError
from carbon.levers.company import plan
from carbon.reports.figures import plan as plan_figures
from carbon.reports.tables import plan as plan_tables
from carbon.reports.words.language import Words, strings


@pytest.fixture(scope="module")
def made():
    """The plan of one example company."""
    return plan("nuage-logiciels")


@pytest.fixture(autouse=True)
def agg():
    mpl.use("agg")
    yield
    plt.close("all")


def test_wedges_and_plan_sum_to_the_baseline(made):
    """baseline_t - plan_t = the sum of the levers' columns, every year."""
    table = plan_tables.wedges_table(made, limit="scope-3")
    levers = table.drop(columns=list(plan_figures.NUMBERS))
    np.testing.assert_allclose(levers.sum(axis=1), table["baseline_t"] - table["plan_t"], rtol=1e-9)


def test_the_cuts_of_the_plan_table_sum_to_the_tracks(made):
    """What each lever cuts in the last year sums to baseline less plan of that year."""
    tracks = plan_tables.tracks_table(made)
    last = tracks[(tracks["year"] == 2030) & (tracks["scope2_method"] == "location-based")]
    assert plan_tables.plan_table(made)["cut_t"].sum() == pytest.approx(last["cut_t"].item(), rel=1e-9)


def test_money_by_year_sums_to_the_levers(made):
    """Capex by year sums to what the calendar shows, and stays under the cap."""
    capex, calendar = plan_tables.capex_table(made), plan_tables.calendar_table(made)
    assert capex["capex"].sum() == pytest.approx(calendar["capex"].sum())
    assert (capex["capex"] <= capex["cap"]).all()


def test_every_lever_is_in_one_of_the_two_tables(made):
    """Planned and not planned: together all levers, none twice."""
    both = [*plan_tables.plan_table(made)["lever"], *plan_tables.not_planned_table(made)["lever"]]
    assert sorted(both) == sorted(v.id for v in made.levers)


def test_the_cost_curve_has_no_price_below_zero(made):
    """Levers that save money have no cost per tonne, and stand first, by their total saving."""
    table = plan_tables.cost_curve_table(made)
    free = table[table["block"] == "no regret"]
    assert free["cost_per_t"].isna().all()
    assert free["annual_cost"].is_monotonic_increasing
    assert table["cost_per_t"].dropna().is_monotonic_increasing
    ax = plan_figures.plot_cost_curve(table)
    heights = [bar.get_height() for bar in ax.patches[len(free):]]
    np.testing.assert_array_equal(heights, table["cost_per_t"].dropna())


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


def test_two_levers_of_one_label_keep_their_ids(made):
    """A column named twice would lose one of the two."""
    from dataclasses import replace as changed

    same = [v.model_copy(update={"label": {"en": "Twice", "fr": "Deux fois"}}) if v.id in ("events", "hosting") else v
            for v in made.levers]
    table = plan_tables.wedges_table(changed(made, levers=tuple(same)), limit="scope-3", language="en")
    assert {"events", "hosting"} <= set(table.columns) and "Twice" not in table.columns
    sums = table.drop(columns=list(plan_figures.NUMBERS)).sum(axis=1)
    np.testing.assert_allclose(sums, table["baseline_t"] - table["plan_t"], rtol=1e-9)


def test_an_unknown_target_is_refused(made):
    """The error lists the plan's own limits."""
    with pytest.raises(MethodError, match="scopes-1-2"):
        plan_tables.wedges_table(made, limit="nothing")
