"""The waterfall, the budget's areas and the comparison of targets hold what their tables hold."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from carbon.accounting import inventories
from carbon.accounting.years.bridge import STEPS, Bridge
from carbon.core.ghg_protocol import LOCATION
from carbon.reports.exhibits.annual import AnnualReport
from carbon.reports.figures import catalogue as figures
from carbon.reports.filings import esrs_actions
from carbon.reports.tables import catalogue as tables
from carbon.reports.words.language import Words
from carbon.trajectory import Target, rulesets


@pytest.fixture(autouse=True)
def agg():
    mpl.use("agg")
    yield
    plt.close("all")


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


def test_the_waterfall_speaks_the_readers_language():
    """Steps in French."""
    table = tables.bridge_table(bridge(mix=1.0), words=Words("fr"))
    assert table["step"].iloc[[0, -1]].tolist() == ["2023 publié", "2024 publié"]
    assert "périmètre" in table["step"].tolist()


def test_a_budget_piles_up_what_is_above_and_below():
    """Pathway 100, 90, 80, 70 kg; emitted 110 and 85: +10, then +5 in all; the straight line uses 150 - 5 kg."""
    pathway = pd.Series([100.0, 90.0, 80.0, 70.0], index=pd.Index(range(2020, 2024), name="year"))
    table = tables.budget_table(pd.Series({2020: 110.0, 2021: 85.0}), pathway)
    assert (table["cumulated_t"] * 1000).tolist()[:2] == pytest.approx([10.0, 5.0])
    assert (table["line_t"] * 1000).sum() == pytest.approx(145.0)
    ax = figures.plot_budget(table)
    assert np.array_equal(ax.lines[0].get_ydata(), table["pathway_t"])


def test_a_report_without_last_years_records_has_no_bridge_and_says_nothing_of_it(report):
    """One computed year: an empty table, no figure."""
    assert report.bridge().table.empty
    assert report.bridge().svg is None
    assert report.events().table.empty


def test_an_event_stands_in_the_report_with_its_measures(inventory, history_of):
    """Its shares and the verdict, also when it moves nothing."""
    from carbon.core.base_year_events import EVENTS
    from carbon.core.params.company import BaseYearPolicy

    rows = [("e", "divestment", "2022-01-01", "Sold", y, "1", 0, "", -1.0, "sold", "contract", "2022-02-01")
            for y in range(2015, 2022)]
    events = pd.DataFrame(rows, columns=list(EVENTS.columns))
    days = {c: pd.to_datetime(events[c]).astype("datetime64[s]") for c in ("date", "recorded_on")}
    policy = BaseYearPolicy(threshold=0.05, measure="gross", scopes=["1", "2", "3"])
    known = history_of(inventory)
    params = inventory.params.model_copy(update={"base_year_policy": policy})
    stub = type(inventory)(**{**inventory.__dict__, "params": params})
    history = type(known)(known.company, known.table, {2024: stub}, known.as_reported, events.assign(**days))
    table = AnnualReport(stub, history).events().table
    assert table["verdict"].tolist() == ["below the threshold"]
    assert 0 < table["gross_share"].item() < 0.05


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
    ax = figures.plot_target_comparison(table)
    labels = [t.get_text() for t in ax.get_legend().get_texts()]
    assert "sbti_near_term_2026_reading (to confirm)" in labels


def test_a_record_to_be_confirmed_is_marked_in_the_table_and_in_both_languages():
    """Our reading of an announcement is never a rule: its column says so, its line in the legend too, in the page's
    words.
    """
    history = inventories("petit-studio")
    target = Target.from_params(history.params.targets[0])
    names = ["sbti_near_term_pre_2026", "sbti_near_term_2026_reading"]
    table = tables.target_comparison_table(target, history, rules=names)
    marked = {r for r, record in rulesets().items() if record.evidence == "to confirm"}
    assert names[1] in marked
    assert list(table) == ["year", "co2e_t", "target_t", f"{names[0]}_t", f"{names[1]}_to_confirm_t"]
    assert table.attrs["evidence"] == {names[0]: "second-hand", names[1]: "to confirm"}
    for language, said in (("en", ("secondary source", "to confirm")), ("fr", ("source secondaire", "à confirmer"))):
        ax = figures.plot_target_comparison(table, words=Words(language))
        labels = [t.get_text() for t in ax.get_legend().get_texts()]
        assert [f"{n} ({mark})" for n, mark in zip(names, said, strict=True)] == labels[1:3]


@pytest.mark.parametrize("language, mark", [("en", "to confirm"), ("fr", "à confirmer")])
def test_a_filing_marks_criteria_that_are_to_be_confirmed(language: str, mark: str, make: Any, history_of: Any):
    """The criteria a company names: a packaged record that is our reading carries its mark, a verified one and words of
    the company's own stay as they are.
    """
    for named, said in (("sbti_cnzs_2_0", f"sbti_cnzs_2_0 ({mark})"), ("esrs_e1_set1", "esrs_e1_set1"),
                        ("our own", "our own"), ("", "")):
        inventory = make(targets=[{"id": "t", "scopes": ["1"], "scope2_method": LOCATION, "base_year": 2019,
                                   "target_year": 2030, "reduction": 0.5, "ruleset": named}])
        table = esrs_actions.targets_table(inventory, history_of(inventory).restated(), Words(language))
        assert table["ruleset"].item() == said


def test_a_target_from_a_base_of_nothing_has_no_tonnes_to_file(make: Any, history_of: Any):
    """Nothing was emitted in the base year: its figure is zero, and the target's own is not known."""
    inventory = make(targets=[{"id": "t", "scopes": ["1"], "scope2_method": LOCATION, "base_year": 2019,
                               "target_year": 2030, "reduction": 0.5}])
    view = history_of(inventory).restated()
    table = view.table.assign(co2e_kg=view.table["co2e_kg"].where(view.table["year"] != 2019, 0.0))
    empty = type(view)(**{**view.__dict__, "table": table})
    [line] = esrs_actions.targets_table(inventory, empty, Words("en")).to_dict("records")
    assert line["base_year_t"] == 0
    assert np.isnan(line["target_t"])
