"""Figures over several years."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import carbon as cb
from carbon.reports.exhibits.annual import AnnualReport
from carbon.reports.figures import catalogue as figures
from carbon.reports.tables.trajectory import marks_of, trajectory_table
from carbon.trajectory import budget_state

pytestmark = pytest.mark.usefixtures("agg")


def test_a_trajectory_draws_history_pathway_and_fan(inventory, history_of):
    """Each line holds its column of the table."""
    table = AnnualReport(inventory, history_of(inventory)).trajectory().table
    ax = figures.plot_trajectory(table)

    drawn = {tuple(map(tuple, line.get_xydata()[~np.isnan(line.get_ydata())])) for line in ax.lines}
    for column in ("pathway_t", "co2e_t"):
        assert tuple(map(tuple, table[["year", column]].dropna().to_numpy(dtype=float))) in drawn
    assert len(ax.collections) == 3


KG = pd.Series([420e3, 410e3, 415e3, 398e3, 390e3, 380e3, 385e3, 362e3, 355e3, 340e3, 331e3], index=range(2015, 2026))
TARGET = cb.Target("an-id", scopes=("1", "2"), scope2_method="market-based", base_year=2019, target_year=2027,
                   reduction=0.32)


def marked(**attrs):
    series = KG.copy()
    series.attrs.update({"scopes": ("1", "2"), "scope2_method": "market-based", "reported": (2015, 2016), **attrs})
    return series


def legend_of(ax) -> list[str]:
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_a_fit_becomes_a_picture_in_one_line():
    """The fan starts at the last figure; the target year is a tick; the legend has what is drawn, names and no id."""
    events = marked(event_years=(2020,), contracts=(("contract", 2017, 2018), ("contract", 2019, 2022)))
    ax = cb.fit(events, until=2027).plot(target=TARGET)
    assert legend_of(ax) == [
        "95% interval", "80% interval", "50% interval", "trend", "what the target allows", "reported earlier",
        "calculated here", "exceptional year", "a contract begins", "a contract ends", "target year"]
    for fan in ax.collections:
        first = min(map(tuple, fan.get_paths()[0].vertices.tolist()))
        assert first == (2025.0, pytest.approx(331.0))
    assert 2027 in ax.get_xticks()
    shown = {line.get_label(): line.get_xdata().tolist() for line in ax.lines}
    assert [shown[name] for name in ("exceptional year", "a contract begins", "a contract ends", "target year")] == [
        [2020], [2017], [2023], [2027]]
    plain = cb.fit(KG, until=2027).plot(language="fr")
    assert legend_of(plain) == [
        "intervalle à 95\u202f%", "intervalle à 80\u202f%", "intervalle à 50\u202f%", "tendance", "émissions"]


def test_the_probability_is_drawn_where_a_record_at_that_distance_backs_it():
    """Six forecasts of the past were two years ahead: the chance and that record stand above; five years ahead of nine
    usable years there are none, so no probability is drawn.
    """
    fitted = cb.fit(KG, until=2030)
    backed = fitted.backed_chance(TARGET)
    assert (backed.p, backed.forecasts, backed.horizon) == (fitted.p_meet(TARGET), 6, 2)
    assert fitted.plot(target=TARGET).get_title(loc="left").replace("\n", " ") == (
        "2027: very unlikely (2%) if the trend goes on; forecasts like this came true in 883 of 40,145; "
        f"2 years ahead, {backed.inside} of 6 past forecasts held at 80%")
    said = fitted.plot(target=TARGET, language="fr").get_title(loc="left").replace("\n", " ").replace("\u00a0", " ")
    assert said.startswith("2027 : très improbable")
    assert "des prévisions semblables se sont réalisées 883 fois sur 40\u202f145\u202f; à 2 ans" in said
    far = cb.Target("far", **{**{n: getattr(TARGET, n) for n in (
        "scopes", "scope2_method", "base_year", "reduction")}, "target_year": 2030})
    few = cb.fit(marked(event_years=(2020, 2021)), until=2030)
    assert few.backed_chance(far) is None
    assert few.plot(target=far).get_title(loc="left") == ""


def test_a_break_is_marked_and_a_contract_of_another_method_is_not():
    """A GWP set that changes in 2018 is a line before it; market-based contracts mark no location-based figure."""
    broken = marked(breaks=(("GWP set AR4 to AR5", 2018),))
    ax = figures.plot_trajectory(trajectory_table(broken, pathway=None, fit=None), words="fr")
    assert legend_of(ax) == ["publié antérieurement", "calculé ici", "rupture de série"]
    sold = marked(dated_events=((2018, "divestment of Beta", -5e3), (2018, "acquisition of Gamma", 1e3)))
    table = trajectory_table(sold, pathway=None, fit=None).set_index("year")
    assert (table["mark"][2018], table["reason"][2018]) == ("break", "divestment of Beta, acquisition of Gamma")
    contracts = {"contracts": (("contract", 2017, 2022),)}
    assert marks_of(marked(**contracts), None) == {2017: ["contract_begins"], 2023: ["contract_ends"]}
    assert marks_of(marked(**contracts, scope2_method="location-based"), None) == {}
    assert marks_of(marked(contracts=(("contract", 2010, 2030),)), None) == {}


def test_a_budget_becomes_a_picture_in_one_line():
    """The object and its table draw the same; what is above the pathway ends with the last figure."""
    state = budget_state(KG.loc[2019:], TARGET.pathway_of(KG), convention="annual_sum")
    one, other = state.plot(), figures.plot_budget(cb.tables.budget_table(KG, TARGET.pathway_of(KG)))
    assert [line.get_xydata().tolist() for line in one.lines] == [line.get_xydata().tolist() for line in other.lines]
    over = one.collections[0].get_paths()[0].vertices[:, 0]
    assert over.max() == 2025
    assert legend_of(state.plot(language="fr"))[0] == "au-dessus de la trajectoire"


def test_a_break_of_the_fit_is_a_question_until_its_reason_is_known():
    """Twice as much from 2020 on: a "?" in table and drawing; explained, the reason's word, whole in the table."""
    broken = KG * np.where(KG.index < 2020, 1.0, 2.0)
    fitted = cb.fit(broken, until=2027)
    table = trajectory_table(broken, pathway=None, fit=fitted).set_index("year")
    assert (table.loc[2020, "mark"], table.loc[2020, "reason"]) == ("unexplained_break", "")
    open_ax = fitted.plot()
    assert "break, nothing explains it yet" in legend_of(open_ax)
    known = cb.fit(broken, until=2027, explained={2020: "market instruments, +390 t of +390 t"})
    table = trajectory_table(broken, pathway=None, fit=known).set_index("year")
    assert list(table.loc[2020, ["mark", "reason"]]) == ["explained_break", "market instruments, +390 t of +390 t"]
    for language, word, legend in (("en", "market instruments", "break, cause known"),
                                   ("fr", "instruments de marché", "rupture de cause connue")):
        ax = known.plot(language=language)
        assert [text.get_text() for text in ax.texts] == [word]
        assert legend in legend_of(ax)
