"""Waterfall and target figures hold the numbers of their tables."""

from __future__ import annotations

import pandas as pd
import pytest

from carbon.accounting import inventories
from carbon.accounting.years.bridge import STEPS, Bridge
from carbon.core.ghg_protocol import LOCATION
from carbon.reports.figures import catalogue as figures
from carbon.reports.tables import catalogue as tables
from carbon.reports.words.language import Words
from carbon.trajectory import Target, rulesets

pytestmark = pytest.mark.usefixtures("agg")


def bridge(**kg: float) -> Bridge:
    steps = [kg.get(s.replace(" ", "_"), 0.0) for s in STEPS]
    rows = [("reported 2023", 5000.0), *zip(STEPS, steps, strict=True), ("reported 2024", 5000.0 + sum(steps))]
    table = pd.DataFrame(rows, columns=["step", "kg"])
    return Bridge(table, pd.DataFrame(), (2023, 2024), LOCATION, "employees", "lmdi")


def test_the_bars_of_the_waterfall_lead_from_start_to_end():
    """5.0 t + 1.5 - 0.5 = 6.0 t: each bar starts where the one before ended; steps of nothing are not drawn."""
    table = tables.bridge_table(bridge(activity_level=1500.0, mix=-500.0))
    assert table["co2e_t"].iloc[-1] == 6.0
    assert table["change_t"].dropna().sum() == pytest.approx(1.0)
    ax = figures.plot_bridge(table)
    assert len(ax.patches) == 4
    assert [t.get_text().replace("\n", " ") for t in ax.get_yticklabels()] == [
        "2023 as reported", "growth in the number of employees", "mix of suppliers and sites", "2024 as reported"]
    spans = sorted((p.get_x(), p.get_x() + p.get_width()) for p in ax.patches)
    assert spans == [(0.0, 5.0), (0.0, 6.0), (5.0, 6.5), (6.0, 6.5)]


def test_the_waterfall_of_a_bridge_is_that_of_its_table():
    """The object or its table: the same bars and names, with factor editions, grid and rates of their own."""
    made = bridge(factor_editions=-660.0, grid=-8.0, exchange_rates_and_prices=-19.0, own_intensity=200.0)
    one, other = made.plot(), figures.plot_bridge(tables.bridge_table(made))
    assert [p.get_bbox().bounds for p in one.patches] == [p.get_bbox().bounds for p in other.patches]
    assert [t.get_text().replace("\n", " ") for t in one.get_yticklabels()] == [
        "2023 as reported", "new editions of published factors", "electricity and heat grids",
        "exchange rates and prices", "emissions intensity", "2024 as reported"]


def test_the_waterfall_speaks_the_readers_language():
    """Steps in French."""
    table = tables.bridge_table(bridge(mix=1.0), words=Words("fr"))
    assert table["step"].iloc[[0, -1]].tolist() == ["2023 publié", "2024 publié"]
    assert "périmètre" in table["step"].tolist()


def test_one_target_beside_several_records():
    """The line of each record is its column; a record without a pathway is named, not drawn."""
    history = inventories("petit-studio")
    target = Target.from_params(history.params.targets[0])
    table = tables.target_comparison_table(target, history, rules=list(rulesets()))
    base = table.set_index("year").loc[2019]
    assert base["sbti_near_term_pre_2026_t"] == pytest.approx(base["co2e_t"])
    end = table.set_index("year").loc[2030]
    # 1 - 0.042 x 11
    assert end["sbti_near_term_pre_2026_t"] == pytest.approx(base["co2e_t"] * 0.538)
    assert "renewable_electricity_v1" in table.attrs["left_out"]
