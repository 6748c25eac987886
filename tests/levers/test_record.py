"""Last year's plan against what happened: by hand, closing, and read back from the ledger."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from recorded_plans import emitted, recorded

from carbon.accounting import inventories
from carbon.core.errors import MethodError, ParamsError, UsageError
from carbon.levers.record import LEVER, OTHER, TOTAL, follow, followed, record_of, recorded_for
from carbon.params.files.levers import plan_files, read_plans
from carbon.params.files.project import Project, find_project
from carbon.params.shapes.plan_record import PlanRecord
from carbon.reports.tables.plan import followed_table

COMPANY = "petit-studio"


def test_levers_on_one_stream_share_what_it_did_by_their_wedges():
    """100 kg expected, 44 emitted: D = 56 against 40 planned; the 16 more are split 3 to 1, so 30 + 12 and 10 + 4."""
    found = followed(recorded(), emitted([("3", "flight.short", "", 44.0), ("1", "natural_gas", "", 53.0)]), year=2025,
                     gwp="AR6GWP100", release="r1")
    table = found.table.set_index("lever")
    assert table.loc["a", ["planned_kg", "achieved_kg"]].tolist() == [30.0, 42.0]
    assert table.loc["b", ["planned_kg", "achieved_kg"]].tolist() == [10.0, 14.0]
    assert table.loc["a", "shared_with"] == "b"
    # 50 kg expected and 53 emitted where the only lever has no effect yet
    other = found.table[found.table["kind"] == OTHER]
    assert other["achieved_kg"].item() == pytest.approx(-3)
    assert table.loc["later", "achieved_kg"] == 0


@pytest.mark.parametrize("order", [["a", "b"], ["b", "a"]])
def test_the_order_of_levers_in_a_group_is_none(order: list[str]):
    """The plan lists levers by start, a group by the file: the group's emissions are compared with its own baseline."""
    plan = recorded()
    streams = [plan.streams[0].model_copy(update={"levers": order}), plan.streams[1]]
    found = followed(plan.model_copy(update={"streams": streams}),
                     emitted([("3", "flight.short", "", 44.0)]), year=2025, gwp="AR6GWP100", release="r1").table
    assert found.set_index("lever").loc["a", "achieved_kg"] == 42.0


def test_what_was_not_achieved_is_negative_never_hidden():
    """120 kg emitted where 100 were expected: D = -20, so the levers "achieved" 30 - 45 and 10 - 15."""
    found = followed(recorded(), emitted([("3", "flight.short", "", 120.0)]), year=2025, gwp="AR6GWP100", release="r1")
    levers = found.table[found.table["kind"] == LEVER].set_index("lever")["achieved_kg"]
    assert levers[["a", "b"]].tolist() == [-15.0, -5.0]


def test_a_new_stream_is_in_the_closing_line():
    """7 kg of a purchase nobody expected: under "streams without a lever", and the whole closes on the inventory."""
    found = followed(recorded(), emitted([("3", "flight.short", "", 60.0), ("3", "purchase.x", "", 7.0)]), year=2025,
                     gwp="AR6GWP100", release="r1")
    table = found.table
    parts, total = table[table["kind"] != TOTAL], table[table["kind"] == TOTAL].iloc[0]
    assert total["achieved_kg"] == pytest.approx(150 - 67)
    assert parts["achieved_kg"].sum() == pytest.approx(total["achieved_kg"])
    assert parts["planned_kg"].sum() == pytest.approx(total["planned_kg"])


def test_the_upstream_of_added_electricity_takes_no_surprise_of_other_streams():
    """Lever `a` adds 2 kg upstream among 100 kg without a lever; 7 kg of purchases more are not its doing: -2 as
    planned, and -7 where no lever acts.
    """
    plan = recorded()
    upstream = plan.streams[0].model_copy(update={
        "levers": [], "baseline_kg": [100.0], "plan_kg": [102.0], "wedge_kg": {"a": [-2.0]}})
    plan = plan.model_copy(update={"streams": [upstream]})
    rows = emitted([("3", "purchase.x", "", 109.0)])
    table = followed(plan, rows, year=2025, gwp="AR6GWP100", release="r1").table
    assert table.set_index("lever").loc["a", ["planned_kg", "achieved_kg"]].tolist() == [-2.0, -2.0]
    assert table[table["kind"] == OTHER]["achieved_kg"].item() == pytest.approx(-7)
    assert table[table["kind"] == TOTAL]["achieved_kg"].item() == pytest.approx(-9)


def test_a_contract_is_seen_on_the_market_track_alone():
    """Market-based 40 kg expected, 10 emitted: D = 30 over wedges of 20 and 5, so 24 and 6. Location-based the contract
    has no streams, and the other lever alone has D = 40 - 38.
    """
    lever = {"start": 2025, "label": {}, "decarbonisation_lever": "", "capex": {}, "where": [{"scope": ["2"]}],
             "to": [], "running_per_year": 0, "npv": 0, "evidence": "a test"}
    levers = [{**lever, "id": "green", "track": "market"}, {**lever, "id": "led", "track": "both"}]
    streams = [{"scope": "2", "scope2_method": method, "levers": list(wedge), "baseline_kg": [40.0],
                "plan_kg": [40.0 - sum(w for v in wedge.values() for w in v)], "wedge_kg": wedge}
               for method, wedge in (("market-based", {"green": [20.0], "led": [5.0]}),
                                     ("location-based", {"led": [5.0]}))]
    rows = emitted([("2", "electricity", "location-based", 38.0), ("2", "electricity", "market-based", 10.0)])
    for method, achieved in (("market-based", {"green": 24.0, "led": 6.0}), ("location-based", {"green": 0, "led": 2})):
        plan = recorded(levers=levers, streams=streams, scope2_method=method)
        table = followed(plan, rows, year=2025, gwp="AR6GWP100", release="r1").table
        assert table[table["kind"] == LEVER].set_index("lever")["achieved_kg"].to_dict() == pytest.approx(achieved)
        assert table.loc[table["kind"] == OTHER, "achieved_kg"].item() == 0


def test_figures_that_are_not_in_one_unit_are_refused_and_other_factors_are_said():
    """Another GWP set, or a year outside the plan: an error. Another release: a note."""
    rows = emitted([("3", "flight.short", "", 60.0)])
    with pytest.raises(MethodError, match="AR5GWP100"):
        followed(recorded(), rows, year=2025, gwp="AR5GWP100", release="r1")
    with pytest.raises(MethodError, match="2026"):
        followed(recorded(), rows, year=2026, gwp="AR6GWP100", release="r1")
    assert "r2" in followed(recorded(), rows, year=2025, gwp="AR6GWP100", release="r2").notes[-1]


def test_the_plan_of_a_year_is_the_last_one_that_starts_latest():
    """A plan from 2024 and two from 2025: in 2025 the second of those two; in 2024 the first; in 2031 none."""
    plans = [recorded(first_year=first, last_year=2025, release=name, streams=[])
             for first, name in ((2024, "x"), (2025, "y"), (2025, "z"))]
    assert [getattr(recorded_for(plans, year), "release", None) for year in (2024, 2025, 2031)] == ["x", "z", None]


def test_a_record_holds_the_plan_whole(small_made):
    """By both methods: streams sum to baseline and plan, wedges to their difference; the same plan gives the same
    record.
    """
    made = small_made
    record = record_of(made)
    tracks = made.plan.tracks().set_index("scope2_method")
    for method in ("location-based", "market-based"):
        own = [s for s in record.streams if s.scope2_method in ("", method)]
        baseline, plan = (np.sum([getattr(s, k) for s in own], axis=0) for k in ("baseline_kg", "plan_kg"))
        assert baseline == pytest.approx(tracks.loc[method, "baseline_kg"].to_numpy(), rel=1e-12)
        assert plan == pytest.approx(tracks.loc[method, "plan_kg"].to_numpy(), rel=1e-12)
        wedges = np.sum([w for s in own for w in s.wedge_kg.values()], axis=0)
        assert wedges == pytest.approx(baseline - plan, rel=1e-9)
    assert record == record_of(made) == PlanRecord.model_validate_json(record.model_dump_json())
    assert [v.id for v in record.levers] == made.plan.levers


def test_the_inventory_the_plan_started_from_changes_nothing(small_made, small_history):
    """Selections give the same streams then and now: a plan held against its own last inventory finds every stream
    again.
    """
    record = record_of(small_made)
    latest = small_history.inventories[small_made.basis.year]
    found = followed(record, latest.emissions, year=record.first_year, gwp=record.gwp, release=record.release)
    assert found.actual_kg == pytest.approx(latest.total("location-based"), rel=1e-12)
    keys = {(s.scope, tuple(sorted(s.levers))) for s in record.streams if s.scope2_method in ("", "location-based")}
    from carbon.levers.baseline import streams
    from carbon.levers.record import _actual

    assert set(_actual(record, streams(latest.emissions), "location-based")) == keys


@pytest.mark.parametrize("company", ["petit-studio", "nuage-logiciels",
                                     pytest.param("cap-conseil", marks=pytest.mark.torture)])
def test_every_example_company_kept_a_plan_for_its_last_year(company: str, history, small_history):
    """The ledger's plan of 2025 closes on the inventory of 2025, in tables of both languages."""
    found = follow(company, 2025)
    others = {"petit-studio": small_history, "nuage-logiciels": history}
    inv = (others.get(company) or inventories(company)).inventories[2025]
    assert found.actual_kg == pytest.approx(inv.total(found.record.scope2_method), rel=1e-12)
    table = followed_table(found, language="fr")
    assert table["achieved_t"].iloc[:-1].sum() == pytest.approx(table["achieved_t"].iloc[-1], rel=1e-9)
    assert table["planned_t"].iloc[:-1].sum() == pytest.approx(table["planned_t"].iloc[-1], rel=1e-9)
    assert "postes sans levier en œuvre" in set(table["label"])


@pytest.mark.parametrize(("spoil", "message"), [
    (lambda t: t.replace('"meets": true', '"meets": false'), "was changed after it was recorded"),
    (lambda t: t[: len(t) // 2], "is not a recorded plan"),
    (lambda t: t.replace('"first_year": 2025', '"first_year": 2024'), "is not a recorded plan"),
])
def test_a_changed_record_is_refused(tmp_path: Path, spoil, message: str):
    """A figure changed by hand, a torn file, years that do not fit: named, with the remedy."""
    source = plan_files(COMPANY, project=find_project())[0]
    folder = tmp_path / "data" / "ledger" / COMPANY / "plans"
    folder.mkdir(parents=True)
    text = source.read_text(encoding="utf-8")
    spoiled = spoil(text)
    assert spoiled != text
    (folder / source.name).write_text(spoiled, encoding="utf-8")
    with pytest.raises(ParamsError, match=message) as refused:
        read_plans(COMPANY, project=Project(tmp_path))
    assert source.name in str(refused.value) and "restore" in str(refused.value)


def test_other_files_among_the_plans_are_refused_and_no_plan_is_said(tmp_path: Path):
    """A note in the folder is not passed over; a company without a plan gets the verb that records one."""
    folder = tmp_path / "data" / "ledger" / COMPANY / "plans"
    folder.mkdir(parents=True)
    with pytest.raises(UsageError, match="no recorded plan") as none:
        follow(COMPANY, 2025, project=Project(tmp_path))
    assert f"carbon adopt {COMPANY}" in str(none.value)
    (folder / "notes.json").write_text(json.dumps({}), encoding="utf-8")
    with pytest.raises(ParamsError, match=r"notes\.json"):
        read_plans(COMPANY, project=Project(tmp_path))
