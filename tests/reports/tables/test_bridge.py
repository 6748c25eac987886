"""Tables of change, events, targets and budgets."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from carbon.accounting import inventories
from carbon.reports.exhibits.annual import AnnualReport
from carbon.reports.figures import catalogue as figures
from carbon.reports.tables import catalogue as tables
from carbon.reports.tables.bridge import step_name
from carbon.reports.words.language import Words
from carbon.trajectory import Target, rulesets

pytestmark = pytest.mark.usefixtures("agg")


def test_a_budget_piles_up_what_is_above_and_below():
    """Pathway 100, 90, 80, 70 kg; emitted 110 and 85: +10, then +5 in all; the straight line uses 150 - 5 kg. Where the
    first of these years has no figure, no sum is known from then on.
    """
    pathway = pd.Series([100.0, 90.0, 80.0, 70.0], index=pd.Index(range(2020, 2024), name="year"))
    table = tables.budget_table(pd.Series({2020: 110.0, 2021: 85.0}), pathway)
    assert (table["cumulated_t"] * 1000).tolist()[:2] == pytest.approx([10.0, 5.0])
    assert (table["line_t"] * 1000).sum() == pytest.approx(145.0)
    gap = tables.budget_table(pd.Series({2021: 85.0}), pathway)
    assert gap["cumulated_t"].isna().all() and gap["co2e_t"].notna().sum() == 1
    ax = figures.plot_budget(table)
    assert np.array_equal(ax.lines[0].get_ydata(), table["pathway_t"])


def test_an_event_stands_in_the_report_with_its_measures(inventory, history_of):
    """Its shares and the verdict, also when it moves nothing."""
    from carbon.core.ledgers import EVENTS
    from carbon.params.shapes.company import BaseYearPolicy

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


def test_without_employees_what_moved_is_the_quantities_used_and_no_intensity():
    """More gas is no change of intensity: without a measure of activity the step bears the name of what it is."""
    from types import SimpleNamespace

    for driver, names in (("none", ["growth (not stated)", "quantities used"]),
                          ("employees", ["growth in the number of employees", "emissions intensity"])):
        bridge = SimpleNamespace(driver=driver, by_tonnes=())
        assert [step_name(s, bridge, Words("en")) for s in ("activity level", "own intensity")] == names


def test_a_record_to_be_confirmed_is_marked_in_the_table():
    """Our reading of an announcement is never a rule: its column says so."""
    history = inventories("petit-studio")
    target = Target.from_params(history.params.targets[0])
    names = ["sbti_near_term_pre_2026", "sbti_near_term_2026_reading"]
    table = tables.target_comparison_table(target, history, rules=names)
    marked = {r for r, record in rulesets().items() if record.evidence == "to confirm"}
    assert names[1] in marked
    assert list(table) == ["year", "co2e_t", "target_t", f"{names[0]}_t", f"{names[1]}_to_confirm_t",
                           f"{names[1]}_from_recent_to_confirm_t"]
    assert table.attrs["evidence"] == {names[0]: "second-hand", names[1]: "to confirm"}


def test_a_record_of_another_kind_of_target_is_left_out_with_its_reason():
    """A near-term target is not drawn beside a long-term record, nor beside a national path."""
    history = inventories("petit-studio")
    target = Target.from_params(history.params.targets[0])
    table = tables.target_comparison_table(target, history, rules=["sbti_cnzs_1_3_1", "snbc_2", "esrs_e1_set1"])
    assert table.attrs["left_out"] == ("sbti_cnzs_1_3_1", "snbc_2")
    assert "near-term target" in table.attrs["reasons"]["sbti_cnzs_1_3_1"]
    assert list(table) == ["year", "co2e_t", "target_t", "esrs_e1_set1_t"]
