"""Findings: one target under several records, tonnes missing, evidence carried, no threshold in code."""

import ast
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from one_target import target

import carbon.trajectory as room
from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import LOCATION, MARKET
from carbon.trajectory import Target, findings, ruleset, rulesets
from carbon.trajectory.pathways import milestones
from carbon.trajectory.rulesets import Ruleset, required, required_pathways
from carbon.trajectory.situation import Situation, situation

ON = date(2025, 6, 30)


def facts(**changes: object) -> Situation:
    by_year = pd.DataFrame({"1": {2020: 600e3, 2024: 500e3}, "2": {2020: 400e3, 2024: 300e3}})
    given = {"base_kg": by_year.loc[2020], "recent_kg": by_year.loc[2024], "recent_year": 2024,
             "by_scope": pd.Series({"1": 500e3, "2": 300e3, "3": 200e3}), "excluded_kg": pd.Series({"3": 50e3}),
             "years": by_year, "renewable_kwh": 30.0, "electricity_kwh": 100.0, **changes}
    return Situation(**given)


def judged(rules: str, t: Target | None = None, **changes: object) -> pd.DataFrame:
    return findings(t or target(), facts(**changes), ruleset(rules), on=ON).set_index("rule")


def anyway(record: str) -> Ruleset:
    """Return a record as if it spoke of every kind of target, to check its figures."""
    return replace(ruleset(record), applies={})


def test_forward_looking_ambition_names_the_condition_that_binds():
    """Nothing is left of scope 2 in 2040. From base: 600 (1 - 0.042 x 10) + 400 (1 - 10/20) = 548 t; from 2024: 500
    (1 - 0.9 x 6/26) + 300 (1 - 6/16) = 396.15 + 187.5 = 583.65 t. The first binds; the target leaves 580 t: 32 t
    missing.
    """
    row = judged("sbti_near_term_2026_reading").loc["forward-looking ambition"]
    assert not row["ok"]
    assert row["missing_t"] == pytest.approx(32.0)
    assert "from base year binds" in row["words"]


def test_a_company_that_has_already_cut_is_bound_by_the_second_condition():
    """From 2024: 300 (1 - 0.9 x 6/26) + 290 (1 - 6/16) = 237.69 + 181.25 = 418.94 t against 580 t; 590 t are above the
    target, so it is not already met.
    """
    recent = pd.Series({"1": 300e3, "2": 290e3})
    row = judged("sbti_near_term_2026_reading", recent_kg=recent).loc["forward-looking ambition"]
    assert row["missing_t"] == pytest.approx(161.06, abs=0.01)
    assert "from most recent year binds" in row["words"]


def test_a_target_already_met_cannot_be_submitted():
    """500 t are below 580 t."""
    recent = pd.Series({"1": 300e3, "2": 200e3})
    row = judged("sbti_near_term_2026_reading", recent_kg=recent).loc["forward-looking ambition"]
    assert not row["ok"]
    assert "already met" in row["words"]


def test_an_old_inventory_and_a_distant_target_are_found():
    """The latest inventory is of 2021 and at most two years may pass; 2036 is 11 years ahead, at most ten."""
    table = judged("sbti_near_term_pre_2026", target(target_year=2036, reduction=0.9), recent_year=2021)
    assert not table.loc["inventory age", "ok"]
    assert not table.loc["timeframe", "ok"]
    assert table.loc["base year", "ok"]


@pytest.mark.parametrize(("record", "made", "reason"), [
    ("sbti_near_term_pre_2026", {"target_year": 2050, "reduction": 0.9}, "for near-term targets, until 2036"),
    ("sbti_cnzs_1_3_1", {}, "this one is a near-term target, 42% by 2030"),
    ("renewable_electricity_v1", {"scopes": ("1",)}, "for targets on scope 2; this one is on scope 1"),
    ("supplier_engagement_v1", {}, "for targets on scope 3"),
    ("snbc_2", {}, "the national series that a comparison needs is not packaged")])
def test_a_record_of_another_kind_of_target_does_not_apply(record: str, made: dict[str, object], reason: str):
    """-90 % by 2050 does not miss a near-term timeframe and -42 % by 2030 is no long-term target 480 t short: one row,
    no tonnes, the reason; no line in the comparison either.
    """
    one = {k: facts().base_kg[["1"]] for k in ("base_kg", "recent_kg")} if made.get("scopes") else {}
    table = judged(record, target(**made), **one)
    assert table["verdict"].tolist() == ["does not apply"]
    assert table["ok"].isna().all() and table["missing_t"].isna().all()
    assert reason in table["words"].item()
    drawn = required_pathways(target(**made), facts(**one), [record])
    assert list(drawn.columns) == ["target"]
    assert reason in drawn.attrs["reasons"][record]


def test_a_long_term_record_holds_a_long_term_target_wherever_its_year_lies():
    """-90 % by 2035 is as deep as a long-term target, -60 % by 2040 is too late for a near-term one: 300 t are
    missing.
    """
    assert judged("sbti_cnzs_1_3_1", target(target_year=2035, reduction=0.9)).loc["long-term cut", "verdict"] == "met"
    late = judged("sbti_cnzs_1_3_1", target(target_year=2040, reduction=0.6)).loc["long-term cut"]
    assert (late["verdict"], late["missing_t"]) == ("missed", pytest.approx(300.0))


def test_a_target_for_2030_needs_no_five_years_since_april_2026():
    """Judged in 2027: 2030 is three years ahead and is let pass, 2031 is not."""
    on = date(2027, 3, 1)
    for year, verdict in ((2030, "met"), (2031, "missed")):
        table = findings(target(target_year=year), facts(), ruleset("sbti_near_term_2026_reading"), on=on)
        assert table.set_index("rule").loc["timeframe", "verdict"] == verdict


@pytest.mark.parametrize("record", sorted(rulesets()))
@pytest.mark.parametrize("scopes", [("1",), ("2",), ("1", "2"), ("3",), ("1", "2", "3")])
@pytest.mark.parametrize(("base_year", "target_year", "cut"), [(2019, 2030, 0.3), (2022, 2030, 0.42), (2024, 2034, 0.5),
                                                               (2020, 2050, 0.9), (2020, 2055, 0.8)])
def test_the_tonnes_of_a_finding_are_those_that_are_drawn(record: str, scopes: tuple[str, ...], base_year: int,
                                                          target_year: int, cut: float):
    """Whatever the scopes, years and record: target minus required in the target year is the tonnage missing, and a
    record without a line there has no such verdict.
    """
    kg = pd.DataFrame({"1": {2019: 610e3, 2020: 600e3, 2022: 580e3, 2024: 500e3},
                       "2": {2019: 450e3, 2020: 400e3, 2022: 350e3, 2024: 300e3},
                       "3": {2019: 950e3, 2020: 900e3, 2022: 850e3, 2024: 800e3}})[list(scopes)]
    made = target(scopes=scopes, base_year=base_year, target_year=target_year, reduction=cut)
    known = facts(base_kg=kg.loc[base_year], recent_kg=kg.loc[2024], years=kg,
                  by_scope=pd.Series({"1": 500e3, "2": 300e3, "3": 800e3}))
    table = findings(made, known, ruleset(record), on=ON).set_index("rule")
    drawn = required_pathways(made, known, [record]).loc[target_year]
    rule = next((r for r in ("ambition", "reference", "long-term cut") if r in table.index), None)
    if record not in drawn or pd.isna(drawn[record]):
        assert rule is None or table.loc[rule, "verdict"] == "cannot be judged"
        return
    missing = max((drawn["target"] - drawn[record]) / 1000, 0)
    assert table.loc[rule, "missing_t"] == pytest.approx(missing, abs=1e-9)
    if f"{record}_from_recent" in drawn:
        lower = drawn[[record, f"{record}_from_recent"]].min()
        assert table.loc["forward-looking ambition", "missing_t"] == pytest.approx(
            max((drawn["target"] - lower) / 1000, 0), abs=1e-9)


@pytest.mark.parametrize(("rule", "changes", "ok"), [
    ("inventory age", {"recent_year": 2023}, True), ("inventory age", {"recent_year": 2022}, False),
    ("timeframe", {"target_year": 2030}, True), ("timeframe", {"target_year": 2035}, True),
    ("timeframe", {"target_year": 2029}, False), ("timeframe", {"target_year": 2036}, False),
    ("base year", {"base_year": 2015}, True), ("base year", {"base_year": 2014}, False)])
def test_the_limits_of_the_near_term_criteria_are_within_them(rule: str, changes: dict[str, int], ok: bool):
    """Judged in 2025: an inventory of 2023 is two years old, 2030 and 2035 are five and ten years ahead, 2015 is the
    first base year.
    """
    fact = {k: v for k, v in changes.items() if k == "recent_year"}
    made = target(**{k: v for k, v in changes.items() if k != "recent_year"})
    assert judged("sbti_near_term_pre_2026", made, **fact).loc[rule, "ok"] == ok


def test_a_long_term_target_may_end_in_the_net_zero_year_and_not_after_it():
    """-90 % by 2050 is met, by 2051 it is late, -89 % is 1 % of 1,000 t short."""
    table = judged("sbti_cnzs_1_3", target(reduction=0.9, target_year=2050))
    assert table.loc["long-term cut", "ok"]
    assert not judged("sbti_cnzs_1_3", target(reduction=0.9, target_year=2051)).loc["long-term cut", "ok"]
    short = judged("sbti_cnzs_1_3", target(reduction=0.89, target_year=2050)).loc["long-term cut"]
    assert short["missing_t"] == pytest.approx(10.0)


def test_a_target_without_scope_2_has_no_scope_2_method_to_judge():
    """The base of scope 1 alone, market-based by name: no finding on the method."""
    one = {"base_kg": pd.Series({"1": 600e3}), "recent_kg": pd.Series({"1": 500e3})}
    assert "scope 2 method" not in judged("sbti_cnzs_2_0", target(scopes=("1",), scope2_method=MARKET), **one).index


def test_version_2_wants_each_scope_alone_and_location_based():
    """A joint market-based target fails both; 100 % of each scope is covered."""
    table = judged("sbti_cnzs_2_0", target(scope2_method=MARKET))
    assert not table.loc["scope 2 method", "ok"]
    assert not table.loc["one target per scope", "ok"]
    assert table.loc["near-term cycle", "ok"]
    assert set(table["evidence"]) == {"to confirm"}


def test_esrs_holds_the_target_against_its_own_base():
    """-42 % of the target's base, AR 27: 580 of 1,000 t; -32 % misses 100 t. What the company emitted in 2020 is no
    matter: a base of 800 t in 2022 allows 464 t, though 2020 (in the history, 1,000 t) would allow 580 t.
    """
    table = judged("esrs_e1_set1")
    assert table.loc["reference", "verdict"] == "met"
    assert table.loc["milestones", "words"] == "580.0 t in 2030"
    assert judged("esrs_e1_set1", target(reduction=0.32)).loc["reference", "missing_t"] == pytest.approx(100.0)
    base = pd.Series({"1": 500e3, "2": 300e3})
    later = judged("esrs_e1_set1", target(base_year=2022, reduction=0.3), base_kg=base).loc["reference"]
    assert later["words"] == "560.0 t in 2030 against 464.0 t (-42% on 2022)"
    assert (later["verdict"], later["missing_t"]) == ("missed", pytest.approx(96.0))


def test_esrs_needs_no_inventory_of_2020():
    """A company whose first inventory is of 2023 is judged by that base; from 2030 on the record has no factor."""
    years = pd.DataFrame({"1": {2023: 600e3, 2024: 500e3}, "2": {2023: 400e3, 2024: 300e3}})
    row = judged("esrs_e1_set1", target(base_year=2023), years=years).loc["reference"]
    assert row["verdict"] == "met"
    late = judged("esrs_e1_set1", target(base_year=2030, target_year=2035)).loc["reference"]
    assert late["verdict"] == "cannot be judged"
    assert late["words"] == "the record has no factor for a base year from 2030 on"


def test_a_reference_is_read_between_its_years_and_never_after_them():
    """-42 % in 2030 and -90 % in 2050: -66 % in 2040, half way; 2050 is the last year it speaks of. Milestones every
    five years from 2030.
    """
    forty = judged("esrs_e1_set1", target(target_year=2040, reduction=0.66))
    assert forty.loc["reference", "ok"]
    assert "against 340.0 t (-66% on 2020)" in forty.loc["reference", "words"]
    # 660 t in twenty years are 33 t a year: 670, 505 and 340 t.
    assert forty.loc["milestones", "words"] == "670.0 t in 2030, 505.0 t in 2035, 340.0 t in 2040"
    assert judged("esrs_e1_set1", target(target_year=2050, reduction=0.9)).loc["reference", "ok"]
    beyond = judged("esrs_e1_set1", target(target_year=2051, reduction=0.9)).loc["reference"]
    assert pd.isna(beyond["ok"])
    assert "not extrapolated" in beyond["words"]


def test_a_national_path_is_never_held_against_a_companys_own_1990():
    """A company with an inventory of 1990: a territorial percentage is no rule for it, and no comparison either."""
    years = pd.DataFrame({"1": {1990: 900e3, 2020: 600e3, 2024: 500e3}, "2": {1990: 900e3, 2020: 400e3, 2024: 300e3}})
    assert judged("snbc_2", years=years)["verdict"].tolist() == ["does not apply"]


def test_exclusions_are_a_share_of_tonnes():
    """50 of 250 t of scope 3 are left out: 20 % against 5 %, 37.5 t too many."""
    t = target(scopes=("3",), reduction=0.25)
    table = judged("sbti_near_term_pre_2026", t, base_kg=pd.Series({"3": 250e3}), recent_kg=pd.Series({"3": 200e3}))
    assert table.loc["exclusions", "missing_t"] == pytest.approx(37.5)
    few = judged("sbti_near_term_pre_2026", t, base_kg=pd.Series({"3": 250e3}), recent_kg=pd.Series({"3": 200e3}),
                 excluded_kg=pd.Series({"3": 1e3}))
    assert few.loc["exclusions", ["ok", "missing_t"]].tolist() == [True, 0]
    assert table.loc["coverage", "ok"]


def test_an_exclusion_of_unknown_size_leaves_scope_3_unjudged_and_scopes_1_and_2_judged():
    """A category left out without an estimate: no coverage of scope 3, and every other verdict stands."""
    years = pd.DataFrame({"1": {2020: 600e3, 2024: 500e3}, "2": {2020: 400e3, 2024: 300e3},
                          "3": {2020: 300e3, 2024: 200e3}})
    unknown = pd.Series({"3": float("nan")})
    whole = judged("sbti_near_term_pre_2026", target(scopes=("1", "2", "3")), base_kg=years.loc[2020],
                   recent_kg=years.loc[2024], years=years, excluded_kg=unknown)
    assert whole.loc["coverage", "verdict"].tolist() == ["met", "cannot be judged"]
    assert whole.loc["exclusions", "verdict"] == "cannot be judged"
    assert "estimated_t" in whole.loc["exclusions", "words"]
    direct = judged("sbti_near_term_pre_2026", excluded_kg=unknown).loc[["coverage", "exclusions"], "verdict"]
    assert direct.tolist() == ["met", "met"]


def test_renewable_electricity_counts_kilowatt_hours():
    """2024 asks for no less than the first year of the schedule, 80 %: 30 of 100 kWh leave 50 missing."""
    row = judged("renewable_electricity_v1").loc["renewable electricity"]
    assert not row["ok"]
    assert "50 kWh missing" in row["words"]


def test_suppliers_with_a_target_are_shares_of_scope_3_and_spend():
    """Both shares and the share of the targeted base, without a verdict: the record's threshold is not known."""
    t = target(scopes=("3",), reduction=0.25)
    given = {"base_kg": pd.Series({"3": 250e3}), "recent_kg": pd.Series({"3": 200e3}), "supplier_shares": (0.5, 0.4)}
    row = judged("supplier_engagement_v1", t, **given).loc["supplier engagement"]
    # 0.5 x 200 / 250 = 40 %
    assert "50% of scope 3, 40% of spend; 40% of the targeted base" in row["words"]


def test_every_finding_carries_its_record_and_its_evidence():
    """A verdict without a record id does not exist; a record past its validity says so."""
    for name, record in rulesets().items():
        table = findings(target(), facts(), record, on=ON)
        assert set(table["record_id"]) == {name}
        assert set(table["evidence"]) <= {"verified", "second-hand", "to confirm"}
        assert set(table["verdict"]) <= {"met", "missed", "does not apply", "cannot be judged"}
        assert (table["successor"] == record.successor).all()
        assert table["in_force"].eq(record.valid_from <= ON <= record.valid_to).all()
        assert (table["source"] != "").all()


def test_one_target_under_all_records_from_real_inventories():
    """Two records give two verdicts on one target, and both stand; the base is the restated one."""
    from carbon.accounting import inventories

    history = inventories("petit-studio")
    made = Target.from_params(history.params.targets[0])
    table = made.check(history, rules=["sbti_near_term_pre_2026", "sbti_cnzs_1_3"], on=ON)
    ambition = table.set_index(["record_id", "rule"])
    # -42 % in eleven years is 3.8 % a year: (0.042 - 0.42/11) x 11 x base
    base = history.restated().series(["1", "2"], LOCATION).loc[2019]
    assert ambition.loc[("sbti_near_term_pre_2026", "ambition"), "missing_t"] == pytest.approx(
        (0.042 * 11 - 0.42) * base / 1000)
    assert ambition.loc[("sbti_cnzs_1_3", "applies"), "verdict"] == "does not apply"
    pandemic = Target.from_params(history.params.targets[0].model_copy(update={"base_year": 2020, "period_from": 2022}))
    esrs = pandemic.check(history, rules=["esrs_e1_set1"], on=ON).set_index("rule")
    assert "bureaux fermés" in esrs.loc["exceptional base year", "words"]
    assert esrs.loc["base-year age", "verdict"] == "does not apply"
    with pytest.raises(MethodError, match="no base year 1999"):
        situation(target(base_year=1999), history)


def test_no_threshold_is_written_in_code():
    """Rates, thresholds and years are data: these modules hold no number but 0, 1 and the kilograms of a tonne."""
    folder = Path(room.__file__).parent
    for name in ("rulesets.py", "targets.py", "findings.py", "situation.py"):
        tree = ast.parse((folder / name).read_text(encoding="utf-8"))
        numbers = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and type(n.value) in (int, float)]
        assert set(numbers) <= {0, 1, -1, 1000}, name


def test_a_net_zero_pathway_ends_in_its_residual_and_never_rises():
    """1,000 kg, -42 % by 2030, 10 % left in 2050: 580 kg, then straight to 100 kg."""
    path = milestones({2020: 1000.0, 2030: 580.0, 2050: 100.0})
    assert path.loc[[2020, 2030, 2040, 2050]].tolist() == pytest.approx([1000.0, 580.0, 340.0, 100.0])


def test_no_record_asks_for_more_than_the_way_down_to_its_residual():
    """4.2 % over 30 years are 126 % of the base: a record without a residual asks for all of it, one with 10 % of scope
    1 for 60 t less. A target of -85 % of 1,000 t misses 150 t and 90 t, as far as it is above their pathways.
    """
    far = target(target_year=2050, reduction=0.85)
    for record, missing in (("sbti_near_term_pre_2026", 150.0), ("sbti_near_term_2026_reading", 90.0)):
        row = findings(far, facts(), anyway(record), on=ON).set_index("rule").loc["ambition"]
        assert row["missing_t"] == pytest.approx(missing)
        allowed = required(far, facts(), anyway(record)).path.loc[2050]
        assert 150e3 - allowed == pytest.approx(1000 * missing)


def test_a_pandemic_year_is_replaced_by_the_year_before_it():
    """2021 is no representative year: the condition runs from 2019, 700 (1 - 0.9 x 11/31) + 400 (1 - 11/21) = 476.45
    + 190.48 = 666.93 t; without an inventory of 2019 nothing is judged.
    """
    by_year = pd.DataFrame({"1": {2019: 700e3, 2021: 1e3}, "2": {2019: 400e3, 2021: 1e3}})
    made = target(base_year=2019, reduction=0.8)
    given = {"base_kg": by_year.loc[2019] * 2, "recent_kg": by_year.loc[2021], "recent_year": 2021}
    row = judged("sbti_near_term_2026_reading", made, years=by_year, **given).loc["forward-looking ambition"]
    assert "from most recent year binds: 666.9 t in 2030" in row["words"]
    assert "already met" not in row["words"]
    row = judged("sbti_near_term_2026_reading", made, years=by_year.drop(2019), **given).loc["forward-looking ambition"]
    assert pd.isna(row["ok"])
    assert row["words"] == "2021 is no representative year and 2019 has no inventory"


def test_a_target_of_the_most_recent_year_has_no_ambition_ahead():
    """What is due is compared with what was emitted: no finding; the year after has one."""
    rule = "forward-looking ambition"
    assert rule not in judged("sbti_near_term_2026_reading", target(target_year=2024)).index
    assert rule in judged("sbti_near_term_2026_reading", target(target_year=2025)).index


def test_ambition_ahead_is_that_of_the_scopes_the_record_has():
    """Scope 3 has no net-zero year in the record: the 3,000 t of it are in neither side. Exactly met is already met."""
    base = pd.Series({"1": 600e3, "2": 400e3, "3": 3000e3})
    recent = pd.Series({"1": 380e3, "2": 200e3, "3": 3000e3})
    row = judged("sbti_near_term_2026_reading", target(scopes=("1", "2", "3")), base_kg=base, recent_kg=recent,
                 by_scope=recent).loc["forward-looking ambition"]
    assert "against 580.0 t; the target is already met" in row["words"]
    assert not row["ok"]
    half, just = target(reduction=0.5), pd.Series({"1": 300e3, "2": 200e3})
    assert "already met" in judged("sbti_near_term_2026_reading", half, recent_kg=just).loc[
        "forward-looking ambition", "words"]


def test_a_scope_of_nothing_adds_nothing_to_the_first_condition():
    """Scope 2 was zero in 2020 and is 50 t now: from base 600 x 0.58 = 348 t, from 2024 396.15 + 50 (1 - 0.9 x
    6/16).
    """
    base, recent = pd.Series({"1": 600e3, "2": 0.0}), pd.Series({"1": 500e3, "2": 50e3})
    row = judged("sbti_near_term_2026_reading", base_kg=base, recent_kg=recent).loc["forward-looking ambition"]
    assert "from base year binds: 348.0 t" in row["words"]
    assert row["ok"]


@pytest.mark.parametrize("recent_year", [2024, 2027, 2029])
@pytest.mark.parametrize(("base_year", "period", "verdict"), [
    (2022, 2025, "met"), (2025, 2025, "met"), (2021, 2025, "missed"), (2021, 2024, "met"), (2026, 2025, "missed"),
    (2019, 2020, "does not apply"), (2022, None, "cannot be judged")])
def test_the_window_of_a_base_year_does_not_age(base_year: int, period: int | None, verdict: str, recent_year: int):
    """AR 25(b): for a target period from 2025 to 2030 the base year lies in 2022 to 2025, in the report of 2024 and in
    that of 2029 alike. A target from before the first report keeps its base year (AR 25(c)); a period that nobody
    states is asked for.
    """
    made = target(base_year=base_year, period_from=period)
    table = findings(made, facts(recent_year=recent_year), ruleset("esrs_e1_set1"), on=date(2026, 6, 30))
    row = table.set_index("rule").loc["base-year age"]
    assert (row["verdict"], row["evidence"]) == (verdict, "verified")


def test_a_base_year_marked_as_exceptional_is_not_shown_to_be_representative():
    """AR 25(a): a company that calls 2020 a pandemic year and counts from it is told; a mean base with it too."""
    marked = {2020: "closed offices", 2021: "half a year"}
    row = judged("esrs_e1_set1", event_years=marked).loc["exceptional base year"]
    assert row["verdict"] == "cannot be judged"
    assert "2020: closed offices" in row["words"] and "2021" not in row["words"]
    mean = target(base_year=2019, base_years=(2019, 2020))
    assert "exceptional base year" in judged("esrs_e1_set1", mean, event_years=marked).index
    assert "exceptional base year" not in judged("esrs_e1_set1", target(base_year=2019), event_years=marked).index


def test_a_financial_year_and_not_the_day_decides_which_esrs_holds():
    """The statement on 2026 is made in 2027 by Set 1; that on 2027 by the simplified standard, adopted and no draft:
    its E1-6 asks for no amount of reduction, and what was not read of it cannot be judged.
    """
    day = date(2027, 4, 1)
    for year, old in ((2026, True), (2027, False)):
        for record, holds in (("esrs_e1_set1", old), ("esrs_e1_2026", not old)):
            table = findings(target(), facts(recent_year=year), ruleset(record), on=day)
            assert table["in_force"].eq(holds).all()
    table = judged("esrs_e1_2026")
    assert set(table["verdict"]) == {"cannot be judged"}
    assert {"reference", "base-year age", "milestones"} == set(table.index)
    assert "no amount of reduction" in table.loc["reference", "words"]
    assert table["words"].str.contains("not read").all() and table["words"].str.contains("adopted text").all()
    assert "draft" not in ruleset("esrs_e1_2026").version and "OJ L, 21.9.2026" in ruleset("esrs_e1_2026").source


def test_version_2_says_what_is_not_known_of_it():
    """No tonnes are required by equations that nobody read; whether scope 3 needs a target hangs on the company's
    category.
    """
    table = judged("sbti_cnzs_2_0")
    assert table.loc["ambition", "verdict"] == "cannot be judged"
    assert table.loc["scope 3 target required", "verdict"] == "cannot be judged"
    assert table["missing_t"].fillna(0).eq(0).all()
    assert "scope 3 boundary" not in table.index
    far = judged("sbti_cnzs_2_0", target(scopes=("1",), target_year=2050, reduction=0.9),
                 base_kg=pd.Series({"1": 600e3}), recent_kg=pd.Series({"1": 500e3}))
    assert far.loc["near-term cycle", "verdict"] == "does not apply"


def test_a_base_of_nothing_is_not_judged_by_a_percentage():
    """A scope that emitted nothing in the base year: no verdict on ambition, and no error."""
    none = pd.Series({"1": 0.0, "2": 0.0})
    for record, rule in (("sbti_near_term_pre_2026", "ambition"), ("esrs_e1_set1", "reference")):
        assert judged(record, base_kg=none).loc[rule, "verdict"] == "cannot be judged"


@pytest.mark.parametrize(("target_year", "ok"), [(2030, True), (2031, False)])
def test_a_cycle_of_five_years_is_counted_from_the_day(target_year: int, ok: bool):
    """Judged in 2025."""
    assert judged("sbti_cnzs_2_0", target(target_year=target_year)).loc["near-term cycle", "ok"] == ok


def test_milestones_lie_after_the_base_year():
    """A base year that is itself a milestone shows the next one."""
    table = judged("esrs_e1_set1", target(base_year=2030, target_year=2035),
                   years=facts().years.rename({2024: 2030}))
    assert table.loc["milestones", "words"] == "580.0 t in 2035"


def test_electricity_beyond_what_is_asked_for_misses_nothing():
    """90 of 100 kWh in 2024, where 80 are asked for whatever the target's year: 0 kWh, not -10; 80 are just enough."""
    for clean in (90.0, 80.0):
        row = judged("renewable_electricity_v1", renewable_kwh=clean).loc["renewable electricity"]
        assert row["ok"]
        assert "80% is asked for: 0 kWh missing" in row["words"]


def test_exclusions_are_a_share_of_what_there_is_and_not_of_what_is_kept():
    """10 of 210 t are 4.76 %, 10.5 of 210.5 t are 4.99 %, though 5.25 % of the 200 t inside."""
    t = target(scopes=("3",), reduction=0.25)
    given = {"base_kg": pd.Series({"3": 250e3}), "recent_kg": pd.Series({"3": 200e3})}
    row = judged("sbti_near_term_pre_2026", t, excluded_kg=pd.Series({"3": 10.5e3}), **given).loc["exclusions"]
    assert (bool(row["ok"]), row["missing_t"]) == (True, 0)


def test_a_scope_3_target_needs_no_second_one():
    """Scope 3 is 60 % of the total and is in the target."""
    by_scope = pd.Series({"1": 500e3, "2": 300e3, "3": 1200e3})
    given = {"by_scope": by_scope, "base_kg": by_scope, "recent_kg": by_scope}
    whole = judged("sbti_near_term_pre_2026", target(scopes=("1", "2", "3")), **given)
    assert "scope 3 target required" not in whole.index
    row = judged("sbti_near_term_pre_2026", by_scope=by_scope).loc["scope 3 target required"]
    assert row["missing_t"] == pytest.approx(0.67 * 1200)


def test_a_later_base_year_asks_for_the_same_cut_in_the_target_year():
    """-42 % by 2030 whatever base year after 2020: from 2022, 33.6 % in eight years miss 84 of 1,000 t, and 42 % are
    5.25 % a year; a base year before 2020 is counted from itself, 4.2 % x 12 = 50.4 %. Scope 3: -25 %.
    """
    late = judged("sbti_near_term_pre_2026", target(base_year=2022, reduction=0.336)).loc["ambition"]
    assert (bool(late["ok"]), late["missing_t"]) == (False, pytest.approx(84.0))
    assert late["words"] == "4.2% of base emissions a year against 5.3%"
    assert judged("sbti_near_term_pre_2026", target(base_year=2022)).loc["ambition", "ok"]
    early = judged("sbti_near_term_pre_2026", target(base_year=2018)).loc["ambition"]
    assert early["missing_t"] == pytest.approx(84.0)
    record = ruleset("sbti_near_term_pre_2026")
    assert record.rate("3", base_year=2025, target_year=2030) * 5 == pytest.approx(0.25)
    assert record.rate("3", base_year=2025) == 0.025
    path = required_pathways(target(base_year=2022), facts(), [record.id])[record.id]
    assert path[[2022, 2026, 2030]].tolist() == pytest.approx([1000e3, 790e3, 580e3])


def test_a_target_is_held_to_what_its_pathway_leaves():
    """A cut of 100 % with a residual of 20 % leaves 200 of 1,000 t in 2050, where ESRS E1 refers to 100 t; the
    long-term record asks for 90 %: 100 t are missing in both. With a residual of 10 % nothing is.
    """
    for residual, missing in ((0.2, 100.0), (0.1, 0.0)):
        far = target(target_year=2050, reduction=1.0, residual=residual)
        for record, rule in (("esrs_e1_set1", "reference"), ("sbti_cnzs_1_3", "long-term cut")):
            row = judged(record, far).loc[rule]
            assert (bool(row["ok"]), row["missing_t"]) == (not missing, pytest.approx(missing))
        assert far.pathway(1000e3).loc[2050] == pytest.approx((1 - far.cut) * 1000e3)


def test_a_target_on_all_scopes_is_held_to_both_coverages():
    """Scopes 1 and 2 to 95 %, scope 3 to 67 %, each a row: 800 of 800 t, and 200 of 200 + 120 = 320 t, of which 214.4 t
    are asked for. From bare numbers the two cannot be told apart, and that is said.
    """
    years = pd.DataFrame({"1": {2020: 600e3, 2024: 500e3}, "2": {2020: 400e3, 2024: 300e3},
                          "3": {2020: 300e3, 2024: 200e3}})
    whole = target(scopes=("1", "2", "3"))
    table = judged("sbti_near_term_pre_2026", whole, base_kg=years.loc[2020], recent_kg=years.loc[2024], years=years,
                   excluded_kg=pd.Series({"3": 120e3}))
    rows = table.loc["coverage"]
    assert rows["words"].tolist() == ["100.0% covered against 95% (scope 1, 2)", "62.5% covered against 67% (scope 3)"]
    assert rows["ok"].tolist() == [True, False]
    assert rows["missing_t"].tolist() == pytest.approx([0, 14.4])
    # 600 and 400 t at 4.2 %, 300 t at 2.5 % a year leave 805 of 1,300 t: 3.8 % a year.
    assert table.loc["ambition", "words"] == "4.2% of base emissions a year against 3.8%"


def test_a_reference_before_its_first_milestone_is_on_the_straight_line_to_it():
    """ESRS: nothing in 2020 and -42 % in 2030 are -21 % in 2025: 790 t of 1,000 t. The words say both tonnes."""
    row = judged("esrs_e1_set1", target(target_year=2025, reduction=0.1)).loc["reference"]
    assert row["missing_t"] == pytest.approx(110.0)
    assert row["words"].startswith("900.0 t in 2025 against 790.0 t (-21% on 2020)")


def test_what_lies_after_a_record_names_the_year_it_ends_in():
    """The last year of its cuts, not the first."""
    row = judged("esrs_e1_set1", target(target_year=2051, reduction=0.9)).loc["reference"]
    assert row["words"] == "the record ends in 2050; it is not extrapolated"


@pytest.mark.parametrize("params", [{"reduction": 0.42}, {"first_milestone": 2030},
                                    {"milestone_every": 5}, {"share": 0.8}])
def test_a_record_that_says_half_of_a_rule_asks_nothing_by_it(params: dict[str, object]):
    """Cuts without their years are no reference; so with milestones and shares."""
    record = replace(ruleset("esrs_e1_set1"), params=params)
    table = findings(target(), facts(), record, on=ON)
    assert table["rule"].tolist() == ["nothing to judge"]


def test_a_kilowatt_hour_is_electricity_and_half_of_one_is_missing():
    """None at all: nothing is judged. Half a kWh, all of it clean: met. 0.8 kWh asked for of one and 0.3 there: not
    met.
    """
    none = judged("renewable_electricity_v1", electricity_kwh=0.0, renewable_kwh=0.0).loc["renewable electricity"]
    assert pd.isna(none["ok"])
    assert none["words"] == "no purchased electricity is known"
    assert judged("renewable_electricity_v1", electricity_kwh=0.5, renewable_kwh=0.5).loc["renewable electricity", "ok"]
    little = judged("renewable_electricity_v1", electricity_kwh=1.0, renewable_kwh=0.3).loc["renewable electricity"]
    assert not little["ok"]


def test_suppliers_are_judged_for_targets_on_scope_3_alone():
    """A target on scopes 1 and 2 has no supplier to engage; a record without that rule asks for none."""
    assert "supplier engagement" not in judged("supplier_engagement_v1").index
    three = target(scopes=("3",), reduction=0.25)
    given = {"base_kg": pd.Series({"3": 250e3}), "recent_kg": pd.Series({"3": 200e3}),
             "years": pd.DataFrame({"3": {2020: 250e3, 2024: 200e3}})}
    assert "supplier engagement" not in judged("esrs_e1_set1", three, **given).index
    assert "no supplier with a validated target" in judged("supplier_engagement_v1", three, **given).loc[
        "supplier engagement", "words"]
