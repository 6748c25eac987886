"""Tables of a plan."""

from __future__ import annotations

import numpy as np
import pytest

from carbon.core.errors import MethodError
from carbon.reports.figures import plan as plan_figures
from carbon.reports.tables import plan as plan_tables

pytestmark = pytest.mark.usefixtures("agg")


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
