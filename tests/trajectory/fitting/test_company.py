"""One trajectory a company: what its params declare is in every fit, and each scope has one group."""

from __future__ import annotations

import dataclasses
from collections import deque
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from carbon.accounting.expectations.breaches import BREACHES
from carbon.accounting.years.bridge import STEPS
from carbon.accounting.years.by_year import ByYear
from carbon.accounting.years.history_tables import History, PlainHistory
from carbon.core import schemas
from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import LOCATION, MARKET
from carbon.params.shapes.boundary import Answer
from carbon.trajectory import Target, backtest, course, fit, fit_parts, groups_of
from carbon.trajectory.fitting.breaks import Break, reasons_of

KG = {"1": [100.0, 98, 60, 91, 89, 86, 88], "3": [300.0, 310, 180, 305, 290, 300, 310]}


def table_of(gwp: dict[int, str] | None = None) -> pd.DataFrame:
    lines = [("c", 2018 + i, scope, 0, "", kg, "reported", (gwp or {}).get(2018 + i, "AR5"), "b", "")
             for scope, values in KG.items() for i, kg in enumerate(values)]
    return pd.DataFrame(lines, columns=list(schemas.HISTORY.columns))


@dataclass(frozen=True)
class Declared(History):
    """A history whose params are given."""

    stated: Any = None

    @property
    def params(self) -> Any:
        return self.stated


def history(**changes: Any) -> Declared:
    params = {"missing_years": {}, "event_years": {2020: "a pandemic"}, "trajectory_model": "auto",
              "instruments": []} | changes
    return Declared("c", table_of(), stated=SimpleNamespace(**params))


def target(*scopes: str, **changes: Any) -> Target:
    return Target(**{"id": "".join(scopes), "scopes": scopes, "scope2_method": LOCATION, "base_year": 2018,
                     "target_year": 2030, "reduction": 0.42, **changes})


def test_what_params_declare_is_in_every_fit_of_the_series():
    """The exceptional year is marked by fit, backtest and parts without being named in the call; named years replace
    it, and none at all is a choice too.
    """
    series = history().series(["1"], LOCATION)
    assert fit(series, until=2026).event_years == (2020,)
    assert fit(series, until=2026, event_years=[2019]).event_years == (2019,)
    assert fit(series, until=2026, event_years=()).event_years == ()
    assert fit(series, until=2026, event_years=()).rate == pytest.approx(fit(series, until=2026).rate_unmarked)
    assert backtest(series).equals(backtest(series, event_years=[2020]))
    parts = fit_parts(history().by_part(LOCATION), until=2026, seed=1, draws=100)
    assert parts.total.event_years == parts.parts["1"].event_years == (2020,)


def test_the_model_of_the_company_is_that_of_every_fit():
    """`trajectory_model: drift` fits drift; a call that names another model has it."""
    series = history(trajectory_model="drift").series(["1"], LOCATION)
    assert (fit(series, until=2026).model, fit(series, until=2026, model="auto").model) == ("drift", "shrunken_drift")


def test_no_probability_across_a_boundary_that_is_not_known():
    """What the inventories behind the history cannot compare since the target's base: no chance of any kind."""
    class Behind:
        def unknown_boundary(self, scopes: list[str], *, since: int, base_kg: float) -> str:
            return f"a site went since {since}, scopes {scopes}, base {base_kg:.0f} kg"

    way = course(history(), target("1"))
    assert way.unjudged == "" and way.fit.p_meet(target("1")) > 0
    known = dataclasses.replace(way, history=SimpleNamespace(inventories_behind=Behind()))
    assert known.unjudged == "a site went since 2018, scopes ['1'], base 100 kg"
    for chance in (lambda: known.fit.p_meet(target("1")), lambda: known.fit.p_budget(1e3, seed=1),
                   lambda: known.budget):
        with pytest.raises(MethodError, match="a site went since 2018"):
            chance()


def test_a_course_has_series_fit_pathway_and_budget_of_its_target():
    """100 kg in 2018, 42 % less in 2030: 58 kg; without a target the years ahead are five and nothing is allowed."""
    way = course(history(), target("1"))
    assert (way.until, way.base_kg, way.scopes, way.has_base) == (2030, 100.0, ("1",), True)
    assert way.pathway.loc[2030] == pytest.approx(58.0)
    assert way.fit is way.fit
    assert way.budget.remaining_kg == pytest.approx(way.pathway.sum() - sum(KG["1"]))
    assert way.budget.now_kg == 88.0
    free = course(history(), scopes=["1", "3"], scope2_method=LOCATION)
    assert (free.until, free.has_base, free.series.loc[2018]) == (2029, False, 400.0)
    with pytest.raises(MethodError, match="no target is stated"):
        _ = free.pathway


def test_years_of_another_gwp_set_are_no_pathway_anywhere():
    """A published table alone shows two GWP sets: the base is another ruler, and nothing is held against it."""
    way = course(PlainHistory(table_of({2018: "AR4"})), target("1"))
    assert way.has_base
    for ask in (lambda: way.pathway, lambda: way.budget, lambda: way.fit):
        with pytest.raises(MethodError, match="GWP set AR4 to AR5"):
            ask()


@pytest.mark.parametrize(("targets", "groups"), [
    ((), {"1": "1", "2": "2", "3": "3"}),
    ((target("1", "2", scope2_method=MARKET),), {"1": "1+2 m", "2": "1+2 m", "3": "3 m"}),
    ((target("1", "2", scope2_method=MARKET), target("3")), {"1": "1+2 m", "2": "1+2 m", "3": "3"}),
    ((target("1", "2"), target("1", "2", "3", scope2_method=MARKET)), {"1": "1+2", "2": "1+2", "3": "3 m"}),
    ((target("1"), target("2", "1")), {"1": "1", "2": "2", "3": "3"}),
], ids=["none", "one", "apart", "nested", "overlapping"])
def test_scopes_of_the_same_targets_are_carried_together(targets: tuple[Target, ...], groups: dict[str, str]):
    """A group is the target itself where targets do not overlap; nested targets part where they part."""
    named = {s: "+".join(members) + (" m" if method == MARKET else "")
             for s, (members, method) in groups_of(targets).items()}
    assert named == groups


SCOPE2 = [100e3, 98e3, 97e3, 95e3, 200e3, 198e3, 196e3, 190e3]
LABELS = [{"site": "Lyon", "year": 2022, "word": "opened"}, {"site": "Lens", "year": 2022, "word": "not_reported"}]


@dataclass(frozen=True)
class Stepped(ByYear):
    """A history with records of some years, whose bridges and sites are given; `asked` has the bridges asked for."""

    table: Any
    computed: tuple[int, ...] = ()
    step: str = "activity level"
    contracts: tuple[tuple[str, int, int], ...] = ()
    lyon: float = 0.0
    asked: deque[tuple[int, int, str]] = field(default_factory=deque)  # a list would be handed out as a copy

    @property
    def declared(self) -> Any:
        return {**super().declared, "contracts": self.contracts}

    @property
    def inventories_behind(self) -> Any:
        params = SimpleNamespace(boundary=[Answer.model_validate(label) for label in LABELS])
        nothing_odd = pd.DataFrame(columns=[*BREACHES.columns])
        of_year = {y: SimpleNamespace(
            params=params, breaches=lambda: nothing_odd,
            records={"energy": pd.DataFrame({"record_id": ["lyon"], "site": ["Lyon"]})},
            emissions=pd.DataFrame({
                "record_id": ["lyon"], "kyoto": [True], "scope": ["2"], "category": [0], "scope2_method": [MARKET],
                "co2e_kg": [self.lyon if y >= 2022 else 0.0]})) for y in self.computed}
        return SimpleNamespace(inventories=of_year, bridge=self.bridge, unknown_boundary=lambda *_, **__: "")

    def bridge(self, start: int, end: int, *, scope2_method: str, driver: str) -> Any:
        self.asked.append((start, end, scope2_method))
        kg = {"scope": "2"} | dict.fromkeys(STEPS, 0.0) | {self.step: 105e3}
        return SimpleNamespace(streams=pd.DataFrame([kg]))


def stepped(values: list[float] = SCOPE2, **changes: Any) -> Stepped:
    lines = [("c", 2018 + i, "2", 0, MARKET, kg, "reported", "AR5", "b", "") for i, kg in enumerate(values)]
    return Stepped(pd.DataFrame(lines, columns=list(schemas.HISTORY.columns)), **changes)


@pytest.mark.parametrize(("known", "reason"), [
    ({}, ""),
    ({"computed": (2021, 2022)}, ""),
    ({"computed": (2021, 2022), "step": "market instruments"}, "market instruments, +105 t of +105 t"),
    ({"computed": (2021, 2022), "lyon": 60e3}, "site Lyon opened, +60 t"),
    ({"computed": (2021, 2022), "lyon": 40e3}, ""),
    ({"contracts": (("contract", 2015, 2021),)}, "a contract ends, its tonnes are not known"),
    ({"contracts": (("contract", 2022, 2030),)}, ""),
    ({"computed": (2021, 2022), "contracts": (("contract", 2015, 2021),)}, ""),
], ids=["nothing", "own activity", "bridge", "large site", "small site", "ended", "began", "bridge knows better"])
def test_a_course_explains_its_breaks_by_what_its_history_knows(known: dict[str, Any], reason: str):
    """Twice as much in 2022: explained by the bridge's step, an opened site of half of it, or a contract that ended;
    not by growth, a small site, a contract that began, or a contract that the bridge shows to be nothing.
    """
    way = course(stepped(**known), target("2", scope2_method=MARKET))
    [found] = way.fit.breaks
    assert (found.year, found.explained) == (2022, reason)


def test_bridges_are_made_for_breaks_alone():
    """A steady history asks for none; one break for one, by the method of the series."""
    steady = stepped([100e3, 98e3, 97e3, 95e3, 94e3, 93e3], computed=tuple(range(2018, 2024)))
    assert course(steady, target("2", scope2_method=MARKET)).fit.breaks == ()
    broken = stepped(computed=tuple(range(2018, 2026)))
    _ = course(broken, target("2", scope2_method=MARKET)).fit
    assert ([*steady.asked], [*broken.asked]) == ([], [(2021, 2022, MARKET)])


def test_a_change_the_other_way_explains_no_break():
    """800 in 2021 was out of line; 200 in 2022 is twice the years before, and no step since 2021 explains a rise."""
    past = stepped([100e3, 98e3, 97e3, 800e3, 200e3], computed=(2021, 2022), step="grid")
    series = past.series(["2"], MARKET)
    assert reasons_of(past, series, [Break(2022, 2.0, "")]) == {}
    assert reasons_of(past, series, [Break(2022, 0.5, "")]) == {2022: "grid, +105 t of +105 t"}
