"""Targets and actions of ESRS E1."""

from __future__ import annotations

import io
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import openpyxl
import pytest

from carbon.accounting import inventories
from carbon.core.ghg_protocol import LOCATION
from carbon.reports.filings import (
    esrs_actions,
    filing,
)
from carbon.reports.words.language import Words

pytestmark = pytest.mark.usefixtures("agg")


@pytest.mark.parametrize("language, mark, second", [("en", "to confirm", "secondary source"),
                                                    ("fr", "à confirmer", "source secondaire")])
def test_a_filing_marks_criteria_that_are_to_be_confirmed(language: str, mark: str, second: str, make: Any,
                                                          history_of: Any):
    """The criteria a company names: a packaged record that is our reading, or known by quotation, carries its mark;
    words of the company's own stay as they are.
    """
    for named, said in (("sbti_cnzs_2_0", f"sbti_cnzs_2_0 ({mark})"), ("esrs_e1_set1", f"esrs_e1_set1 ({second})"),
                        ("our own", "our own"), ("", "")):
        inventory = make(targets=[{"id": "t", "scopes": ["1"], "scope2_method": LOCATION, "base_year": 2019,
                                   "target_year": 2030, "reduction": 0.5, "ruleset": named}])
        table = esrs_actions.targets_table(inventory, history_of(inventory).restated(), Words(language))
        assert table["ruleset"].item() == said


@pytest.mark.parametrize("language, said, of", [
    ("en", "Cannot be judged: changes of the boundary that", "Progress of the target t"),
    ("fr", "Ne peut être évalué : les changements de périmètre que", "Avancement de l’objectif t")])
def test_a_target_that_the_report_cannot_judge_is_not_judged_by_a_filing(language: str, said: str, of: str, make: Any,
                                                                         history_of: Any):
    """A site that came and is not explained: the sheet of targets and the list of what is not stated give the reason,
    from a view of the history and from what a set published of it; without such a change neither has a word.
    """
    reason = ("changes of the boundary that `boundary` of params does not explain concern 40.0% of the base, 5% is "
              "significant: site Hal 3 in 2024")
    made = make(targets=[{"id": "t", "scopes": ["1"], "scope2_method": LOCATION, "base_year": 2019,
                          "target_year": 2030, "reduction": 0.5}])
    view, words = history_of(made).restated(), Words(language)
    unknown = replace(view, behind=SimpleNamespace(unknown_boundary=lambda *_, **__: reason))
    published = SimpleNamespace(table=view.table, recalculated=False, unjudged={"t": reason})
    for history in (unknown, published):
        assert esrs_actions.targets_table(made, history, words)["remark"].item().replace("\u00a0", " ").startswith(said)
        stated = dict(esrs_actions.not_stated(made, history, [], words))
        assert stated[of].replace("\u00a0", " ").startswith(said)
    assert esrs_actions.targets_table(made, view, words)["remark"].item() == ""
    assert of not in dict(esrs_actions.not_stated(made, view, [], words))


def test_a_target_from_a_base_of_nothing_has_no_tonnes_to_file(make: Any, history_of: Any):
    """Nothing was emitted in the base year: its figure is zero, and the target's own is not known."""
    inventory = make(targets=[{"id": "t", "scopes": ["1"], "scope2_method": LOCATION, "base_year": 2019,
                               "target_year": 2030, "reduction": 0.5}])
    view = history_of(inventory).restated()
    table = view.table.assign(co2e_kg=view.table["co2e_kg"].where(view.table["year"] != 2019, 0.0))
    empty = replace(view, table=table)
    [line] = esrs_actions.targets_table(inventory, empty, Words("en")).to_dict("records")
    assert line["base_year_t"] == 0
    assert np.isnan(line["target_t"])


def _planned(company: str) -> Any:
    from carbon.params.files.levers import read_plans

    history = inventories(company)
    return history.inventories[2025], history.restated(), read_plans(company)


def test_actions_hold_what_was_planned_and_what_the_year_shows():
    """E1-3 of 2025 against the plan recorded on 2024: its levers with their achieved tonnes, none dropped, kinds in
    words.
    """
    from carbon.levers.record import followed

    inventory, history, plans = _planned("petit-studio")
    tables = filing("esrs_e1", inventory, history, plans=plans).tables
    past = followed(plans[0], inventory.emissions, year=2025, gwp=plans[0].gwp, release=plans[0].release).table
    actions = tables["actions"].set_index("action_id")
    achieved = past[past["kind"] == "lever"].set_index("lever")["achieved_kg"] / 1000
    assert actions["achieved_t"].dropna().sort_index().tolist() == pytest.approx(achieved.sort_index().tolist())
    assert len(actions) == len(plans[0].levers)
    # the recorded plan has 2026 as well, so its levers go on; those that have not started achieved no figure, not zero
    assert actions.loc[sorted(set(actions.index) - set(achieved.index)), "achieved_t"].isna().all()
    assert "électrification" in set(actions["decarbonisation_lever"])
    assert set(actions["state"]) == {"en cours", "prévue"}
    # a new plan that counts a running action from 2026 does not make it a planned one
    later = [v.model_copy(update={"start": 2026}) for v in plans[0].levers[:2]]
    changed = plans[0].model_copy(update={"levers": later, "first_year": 2026, "inventory_year": 2025, "streams": [
        s.model_copy(update={"wedge_kg": {}}) for s in plans[0].streams]})
    again = filing("esrs_e1", inventory, history, plans=[*plans, changed]).tables["actions"].set_index("action_id")
    assert (again.loc[[v.id for v in later], "start"] == 2025).all()
    assert set(again.loc[[v.id for v in later], "state"]) == {"en cours"}
    dropped = again.drop([v.id for v in later])
    assert set(dropped["state"]) == {"abandonnée ou achevée"} and dropped["expected_t"].isna().all()


def test_what_levers_give_to_a_target_is_its_baseline_less_its_plan():
    """E1-4 par. 34 (f): the contributions to a target sum to what the plan takes off its scopes in the target year."""
    inventory, history, plans = _planned("petit-studio")
    tables = filing("esrs_e1", inventory, history, plans=plans).tables
    for target in plans[0].targets:
        methods = ("", target.scope2_method)
        own = [s for s in plans[0].streams if s.scope in target.scopes and s.scope2_method in methods]
        cut = sum(s.baseline_kg[-1] - s.plan_kg[-1] for s in own) / 1000
        rows = tables["target_levers"]
        assert rows.loc[rows["target"] == target.label["fr"], "expected_t"].sum() == pytest.approx(cut, rel=1e-9)
    targets = tables["targets"]
    # -42 % of the base year's gross emissions, by the target's own scopes and method
    assert targets["target_t"].tolist() == pytest.approx(
        (targets["base_year_t"] * (1 - targets["target_share"])).tolist())
    own_list = tables["action_list"]
    assert own_list["capex"].sum() == pytest.approx(sum(sum(v.capex.values()) for v in plans[0].levers))


def test_years_of_targets_and_actions_read_as_years():
    """2030 in the workbook, never 2,030."""
    inventory, history, plans = _planned("petit-studio")
    made = filing("esrs_e1", inventory, history, plans=plans)
    book = openpyxl.load_workbook(io.BytesIO(made.files()["esrs_e1.xlsx"]))
    seen = 0
    for name in ("targets", "target_levers", "actions", "action_list"):
        sheet = book[made.words(f"filing.tab.{name}")]
        for cell in (c for row in sheet.iter_rows(min_row=4) for c in row):
            if isinstance(cell.value, int) and 2000 <= cell.value <= 2100:
                seen += 1
                assert cell.number_format == "0", (name, cell.coordinate)
    assert seen > 20


def test_without_a_recorded_plan_the_filing_says_so(inventory: Any, history: Any):
    """Empty sheets of actions, and two sentences among what is not stated; never a row of zeros."""
    tables = filing("esrs_e1", inventory, history).tables
    assert [len(tables[name]) for name in ("target_levers", "actions", "action_list")] == [0, 0, 0]
    words = Words(inventory.params.language)
    assert {words("esrs.no_plan"), words("esrs.no_former_plan")} <= set(tables["not_stated"]["what"])
