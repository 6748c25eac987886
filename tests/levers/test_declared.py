"""A declared baseline, decisions, rival plans, and what a file of levers may not say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from carbon.core.errors import MethodError, ParamsError
from carbon.levers.baseline import streams
from carbon.levers.company import plan_of, side_by_side
from carbon.levers.declared import declared_baseline
from carbon.params.files.levers import read_levers
from carbon.params.shapes.lever_life import DeclaredBaseline

COMPANY = "nuage-logiciels"
EVIDENCE = "budget of the next years"


def test_a_declared_baseline_is_activity_times_intensity_less_closures(history):
    """Scope 1: 2 % more activity, 1 % less a unit: 1.02 x 0.99 a year. Others flat, Nantes closed by half from 2028;
    French electricity follows activity x grid, 0.9 in 2030. Streams without a rule are an error.
    """
    table = streams(history.inventories[2025].emissions)
    stated = DeclaredBaseline(
        growth=[{"where": {"scope": ["1"]}, "activity": 0.02, "intensity": -0.01}, {"activity": 0, "intensity": 0}],
        closures=[{"where": {"site": ["nantes"]}, "first_year": 2028, "share": 0.5}], evidence=EVIDENCE)
    given = {"last": 2025, "first_year": 2026, "last_year": 2030, "targets": [], "grid": {"FR": {2030: 0.9}},
             "name": "levers.yml"}
    made = declared_baseline(table, stated, **given)
    nantes = (table["site"] == "nantes").to_numpy()
    first = (table["scope"] == "1").to_numpy()
    assert made.index[first & ~nantes][0] == pytest.approx((1.02 * 0.99) ** np.arange(1, 6))
    assert made.index[first & nantes][0] == pytest.approx((1.02 * 0.99) ** np.arange(1, 6) * [1, 1, 0.5, 0.5, 0.5])
    power = made.streams["grid"].to_numpy() & ~nantes & (table["region"] == "FR").to_numpy()
    assert made.index[power][0] == pytest.approx(1 - 0.1 * np.arange(1, 6) / 5)
    assert np.isnan(made.by_stream(2030)["low_kg"]).all() and "declared" in set(made.notes()["fit"])
    part = DeclaredBaseline(growth=[{"where": {"scope": ["1"]}, "activity": 0, "intensity": 0}], evidence=EVIDENCE)
    with pytest.raises(ParamsError, match="no rule for"):
        declared_baseline(table, part, **given)
    with pytest.raises(MethodError, match="the plan starts in 2027"):
        declared_baseline(table, stated, **given | {"first_year": 2027})
    with pytest.raises(MethodError, match="has region 'XX'"):
        declared_baseline(table, stated, **given | {"grid": {"XX": {2030: 0.9}}})


def test_decisions_are_kept_and_rivals_stand_side_by_side(made, history, tmp_path: Path, setter, written):
    """with_lever, without, start and fixed choose again around a decision; no decision makes a plan cheaper."""
    names = made.plan.levers
    out = next(v.id for v in made.levers if v.id not in names and v.id not in ("premium-economy", "heat-pump-nantes"))
    rivals = {"plan": made, "with": made.with_lever(out), "without": made.without("it-services"),
              "later": made.start("economy-class", 2028), "fixed": made.fixed()}
    assert out in rivals["with"].plan.levers and "it-services" not in rivals["without"].plan.levers
    assert rivals["fixed"].plan.levers == names
    table = side_by_side(rivals).set_index("plan")
    assert table.loc["later", "economy-class"] == 2028 and np.isnan(table["it-services"].astype(float)["without"])
    met = table[table["status"] == "optimal"]
    assert (met["cost"] >= made.plan.cost - 2).all() and len(met) >= 3
    with pytest.raises(MethodError, match="no lever 'nobody'"):
        made.without("nobody")
    with pytest.raises(MethodError, match="2050"):
        made.start("it-services", 2050)
    file = written(tmp_path, setter("plan.baseline", {"growth": [{"activity": 0, "intensity": 0}],
                                                      "evidence": EVIDENCE}))
    alone = plan_of(read_levers(COMPANY, project=file), history)
    assert "how likely is unknown" in str(alone) and alone.baseline.fits == {}


@pytest.mark.parametrize(("path", "value", "names"), [
    ("levers.charging.earliest_start", 2035, ("`levers.charging.earliest_start`: 2035", "2026-2030")),
    ("levers.charging.fixed_start", 2020, ("fixed_start",)),
    ("levers.charging.cost.grant", {"share": 0.2, "until": 2024}, ("cost.grant.until`: 2024",)),
    ("plan.grid", {"FR": {2030: 90}}, ("`plan.grid.FR.2030`", "write 0.9 for 90 %")),
    ("plan.grid", {"FR": {2020: 0.9}}, ("`plan.grid.FR.2020`", "the path is 1 in 2025")),
    ("plan.baseline", {"growth": [{"activity": 0, "intensity": 0}], "evidence": EVIDENCE, "closures": [
        {"where": {"scope": ["1"]}, "first_year": 2041, "share": 1}]}, ("closures.0.first_year`: 2041",)),
    ("plan.discount_rate", 6, ("`plan.discount_rate` = '6': must be at most 0.5; write 0.06 for 6 %",)),
    ("levers.charging.cost.currency", "RUB", ("the ECB has no rate of RUB in 2025", "write the costs in EUR")),
    ("levers.electric-fleet.parameters.kg_per_kg_cut", 1.5, ("kg_per_kg_cut", "outside")),
    ("levers.charging.adds", [{"to": {"scope": ["2"]}, "kg_per_kg_cut": 3}], ("kg_per_kg_cut", "not emit more than")),
    ("levers.fewer-flights.profile", [0.5, 1], ("`profile` is replaced", "effect_by_age: [0.5, 1]", "rollout")),
    ("plan.costs_until", 2029, ("`plan.costs_until`: 2029 is before",)),
    ("levers.charging.saves", [{"resource": "coffee"}], ("`levers.charging.saves.0.resource`: 'coffee'",)),
    ("levers.electric-fleet.rollout", {"units": 24, "per_year": 2}, ("never reach 24",)),
])
def test_what_a_file_may_not_say_is_refused_with_its_remedy(tmp_path: Path, path: str, value, names, setter, written,
                                                            history):
    """Years outside the plan, a grid in percent, a kilogram that adds more than itself, the former `profile`."""
    with pytest.raises(ParamsError) as refused:
        plan_of(read_levers(COMPANY, project=written(tmp_path, setter(path, value))), history)
    for name in names:
        assert name in str(refused.value)


def test_money_saved_twice_and_an_unknown_kind_of_cut_are_asked(tmp_path: Path, history, setter, written):
    """Two levers that save money on one stream, and a lever of which it is not known whether less is then moved."""
    def change(values):
        values["levers"]["controls"]["cost"]["savings_per_year"] = 9500

    with pytest.raises(ParamsError, match="count part of it twice"):
        plan_of(read_levers(COMPANY, project=written(tmp_path / "a", change)), history)

    def unknown(values):
        del values["levers"]["charging"]["lowers"]

    with pytest.raises(ParamsError, match="lever charging, lowers: it cuts what electric-fleet moves"):
        plan_of(read_levers(COMPANY, project=written(tmp_path / "b", unknown)), history)

    def no_end(values):
        del values["plan"]["costs_until"]

    with pytest.raises(ParamsError, match="`costs_until: 2040`"):
        read_levers(COMPANY, project=written(tmp_path / "c", no_end))


def test_costs_in_another_currency_take_the_rate_of_the_price_year(tmp_path: Path, history, setter, written):
    """1,000 USD of 2024 are 1,000 / 1.0824 EUR, the mean of the ECB's rates of that year."""
    from carbon.levers.model import levers_of

    def change(values):
        values["plan"]["price_year"] = 2024
        for lever in values["levers"].values():
            lever["cost"]["price_year"] = 2024
        values["levers"]["charging"]["cost"] |= {"currency": "USD", "capex": 1000}

    file = read_levers(COMPANY, project=written(tmp_path, change)).file
    charging = next(v for v in levers_of(file, name="levers.yml") if v.id == "charging")
    assert charging.cost.currency == "EUR" and charging.cost.capex.likely == pytest.approx(1000 / 1.0824, rel=1e-3)
