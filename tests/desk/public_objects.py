"""What an analyst can hold: the classes that public names lead to, and one object of each from the examples."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
import typing
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

import carbon as cb
from carbon.accounting.expectations.expected import Past
from carbon.accounting.years.restated import View
from carbon.params.files.load import load_company
from carbon.params.files.project import find_project
from carbon.params.files.sources import all_sources
from carbon.params.shapes.actions import ActionFile
from carbon.params.shapes.company import FilePattern, Footprint, Spend
from carbon.params.shapes.counted_twice import CountedTwice
from carbon.params.shapes.expected import Accepted
from carbon.params.shapes.heat_contents import HeatContent
from carbon.params.shapes.travel import CompanyVehicles, FlightBand, Vehicle
from carbon.params.shapes.uncertainty import StatedUncertainty
from carbon.records.kinds.messages import Warned
from carbon.reports.exhibits.annual import AnnualReport

ROOMS = ("accounting", "activities", "digital", "emissions", "factors", "levers", "scorecards", "trajectory")
ROOT = Path(__file__).parents[1] / "runs" / "desk" / "exports"
FEW = 30
"""Members of a list or mapping that are looked into."""


def public_callables() -> dict[str, Any]:
    """Every public function and class by name: of `cb`, of its rooms."""
    found = {}
    holders: list[tuple[str, Any]] = [("cb", cb), *((r, importlib.import_module(f"carbon.{r}")) for r in ROOMS),
                                      ("figures", cb.figures), ("tables", cb.tables)]
    for name, holder in holders:
        for public in getattr(holder, "__all__", None) or dir(holder):
            value = getattr(holder, public)
            ours = getattr(value, "__module__", "").startswith("carbon")
            if callable(value) and ours and not public.startswith("_") and not isinstance(value, ModuleType):
                found[f"{name}.{public}"] = value
    return found


def _classes_of(hint: Any) -> Iterator[type]:
    if isinstance(hint, type) and hint.__module__.startswith("carbon") and not issubclass(hint, BaseException):
        yield hint
    for part in typing.get_args(hint):
        for each in part if isinstance(part, list) else [part]:
            yield from _classes_of(each)


def _names() -> dict[str, Any]:
    """Names that type hints use under `if TYPE_CHECKING`; a module's own names come before them."""
    names: dict[str, Any] = {"Axes": Axes, "Path": Path, "pd": pd, "View": View}
    for module in pkgutil.walk_packages(cb.__path__, "carbon."):
        if not module.name.endswith("__main__"):
            members = vars(importlib.import_module(module.name))
            names |= {k: v for k, v in members.items()
                      if isinstance(v, type) and v.__module__ == module.name and k not in names}
    return names


def _hints(thing: Any, names: Mapping[str, Any]) -> dict[str, Any]:
    if thing is None:
        return {}
    thing = inspect.unwrap(thing)
    try:
        modules = [sys.modules[base.__module__] for base in getattr(thing, "__mro__", (thing,))]
        return typing.get_type_hints(thing, {**names, **{k: v for m in reversed(modules) for k, v in vars(m).items()}})
    except TypeError:  # pandas' own Series[...] of the type checker, pydantic's annotations
        return {k: v for k, v in getattr(thing, "__annotations__", {}).items() if not isinstance(v, str)}


def public_classes() -> set[type]:
    """Classes that public functions return, and that their public fields, properties and methods lead to."""
    names = _names()
    todo = [c for value in public_callables().values()
            for c in _classes_of(value if isinstance(value, type) else _hints(value, names).get("return"))]
    found: set[type] = set()
    while todo:
        cls = todo.pop()
        if cls in found:
            continue
        found.add(cls)
        todo += [c for name, hint in _hints(cls, names).items() if not name.startswith("_") for c in _classes_of(hint)]
        for base in cls.__mro__:
            if base.__module__.startswith("carbon"):
                todo += [c for name, member in vars(base).items() if not name.startswith("_")
                         for c in _classes_of(_hints(_function(member), names).get("return"))]
    return found


def _function(member: Any) -> Any:
    if isinstance(member, property):
        return member.fget
    if isinstance(member, cached_property):
        return member.func
    return member if inspect.isfunction(member) else None


def objects(purchases: Path) -> dict[str, Any]:
    """One object of each class, by the class's full name: what the examples give, and what hangs on it."""
    found: dict[str, Any] = {}
    todo, seen = list(_roots(purchases)), set()
    kept = []  # so that no id is given twice
    while todo:
        thing = todo.pop()
        if isinstance(thing, Mapping):
            todo += list(thing.values())[:FEW]
        elif isinstance(thing, (list, tuple)):
            todo += list(thing)[:FEW]
        elif type(thing).__module__.startswith("carbon") and id(thing) not in seen and not isinstance(thing, type):
            seen.add(id(thing))
            kept.append(thing)
            found.setdefault(full_name(type(thing)), thing)
            todo += list(vars(thing).values())
    return found


def full_name(cls: type) -> str:
    """Module and name of a class."""
    return f"{cls.__module__}.{cls.__qualname__}"


def _roots(purchases: Path) -> Iterator[Any]:
    """What the notebooks of the desk hold."""
    records = cb.read_company("petit-studio", 2024)
    history = cb.inventories("nuage-logiciels")
    inv = history.inventories[2024]
    from carbon.accounting.scenarios.chain import WhatIf
    from carbon.runs.review.published import Published

    yield WhatIf(inv, ("cut 0.1 of kind energy",), (inv,), records, cb.classify(records))
    settings = {"scope2_headline": inv.params.scope2_headline, "gwp": inv.params.gwp}
    kept = [name for name in inv.__dataclass_fields__ if name != "params"]
    yield Published(**{name: getattr(inv, name) for name in kept}, settings=settings)
    yield from (records, inv, cb.classify(records), inv.explain("scope1"), inv.explore(), inv.uncertainty())
    yield from (inv.uncertainty().of("scope1"),
                StatedUncertainty(of="meter", id="m1", percent=2, evidence="certificate"))
    yield cb.read_records(purchases, "purchases")
    yield from (desk := cb.map(ROOT / "de" / "Kontoblatt_2024.csv", company="petit-studio"), *desk.files)
    yield from _years(history)
    yield from _plans(history)
    yield from _factors(inv)
    yield from _digital()
    report = AnnualReport(inv, history)
    yield from (report, report.words, report.scopes(), *report.targets)
    yield from (load_company(find_project(), company) for company in ("cap-conseil", "nuage-logiciels"))
    yield from (Spend(activity="purchase.nace.J62_63"), Footprint(file="a.json", activity="purchase.a"))
    yield Warned("a_code", "a remark")
    yield from _parameters(inv)
    yield from (Past({}, {2023: "no such file"}), inv.compared(),
                CountedTwice(pair="travel", keep="physical", reason="r"),
                Accepted(code="sign_unexpected", reason="a refund", by="the office", on=date(2026, 2, 3)))
    yield HeatContent(fuel="natural_gas", amount=11.2, unit="kWh_HHV", per="m3", evidence="bill").record
    yield from (HeatContent(fuel="natural_gas", amount=11.2, unit="kWh_HHV", per="m3", evidence="bill"),
                FlightBand(over_km=0, cabin="average", kg_per_passenger_km=0.2, evidence="report"),
                Vehicle(vehicle="V1", ownership="owned"), CompanyVehicles(ownership="owned"))
    profile = next(all_sources(None)).profile
    yield from (profile, profile.documented if not isinstance(profile.documented, list) else profile.documented[0])


def _parameters(inv: Any) -> Iterator[Any]:
    """Entries of params that no example company has, and what follows of its actions."""
    from carbon.levers.followup import follow_actions
    from carbon.reports.exhibits.followed import Adopted

    yield FilePattern.model_validate({
        "pattern": "*.csv", "kind": "energy", "swears": [{"what": "net_of_tax", "reason": "by contract",
                                                               "on": "2026-01-02"}],
        "layout": {"columns": {"Gas": {"carrier": "gas"}}, "curve": {"measures": "power"}}})
    file = ActionFile.model_validate({"as_of": "2026-01-02", "currency": "EUR", "actions": {"led": {
        "label": {"en": "LED"}, "owner": "facilities manager", "stopped": {"on": "2026-01-02", "reason": "a move"},
        "steps": [{"what": "order", "due": "2026-01-02"}], "indicators": [{"name": "lamps", "unit": "lamps"}],
        "spent": {2025: {"capex": 10}}, "measured": [{"what": "meter", "unit": "kWh", "before": 10, "after": {2025: 8},
                                                     "uncertainty_pct": 2, "kg_per_unit": 0.1, "factor_pct": 5,
                                                     "evidence": "readings"}]}}})
    yield from (file, Adopted(file, ()), follow_actions(file, inv, company=inv.company, year=inv.year,
                                                        until=date(2024, 12, 31), intervals=False))


def _years(history: Any) -> Iterator[Any]:
    from carbon.reports.exhibits.headline import Constant
    from carbon.trajectory import budget_state, course, fit_parts, ruleset
    from carbon.trajectory.fitting.breaks import Break
    from carbon.trajectory.fitting.fitted import BackedChance
    from carbon.trajectory.fitting.prior import packaged
    from carbon.trajectory.situation import situation
    from carbon.trajectory.words import backed

    target = cb.Target("minus-42", scopes=("1", "2"), scope2_method="location-based", base_year=2019, target_year=2030,
                       reduction=0.42)
    view = history.restated()
    series = view.series(("1", "2"), "location-based")
    yield from (Break(2020, 2.1, "twice the years before: a file entered twice?"), packaged(),
                backed(0.2, kind="base year", horizon=2))
    yield from (course(view, target), situation(target, history), BackedChance(0.7, 4, 5, 3))
    yield from (history, target, view, cb.fit(series, until=2030), ruleset("esrs_e1_set1"))
    yield fit_parts(view.by_part("location-based"), until=2030, seed=1)
    yield budget_state(series.loc[2019:], target.pathway(series[2019]), convention="annual_sum")
    yield from (history.change(2023, 2024, scope2_method="location-based"),
                history.bridge(2023, 2024, scope2_method="location-based", driver="employees"))
    yield Constant(2023, 0.026, 200.0, (("grid", -8.0),), "desnz_2023 → desnz_2024", "UK factors", -660.0)
    yield cb.restate(series, history.events, as_of="2026-01-01", base_year=2019, threshold=0.05, measure="gross")


def _plans(history: Any) -> Iterator[Any]:
    from carbon import levers
    from carbon.levers.company import plan_of
    from carbon.levers.likely import LikelyPlan
    from carbon.levers.robust import RobustPlan
    from carbon.params.files.levers import read_levers
    from carbon.params.shapes.lever_life import CarbonPrice, Closure, DeclaredBaseline, Grant, Growth, Select

    made = plan_of(read_levers("nuage-logiciels"), history)
    yield RobustPlan(made.plan, 1, ())
    yield LikelyPlan(made.plan, 0.8, 0.47, False, pd.DataFrame({"name": ["scope 3"], "left_kg": [5.0], "levers": [""]}))
    closure, grant = Closure(where=Select(scope=["1"]), first_year=2027, share=1), Grant(share=0.3)
    growth, carbon_price = Growth(activity=0.01, intensity=-0.02), CarbonPrice(price={2026: 50}, scopes=["1"])
    yield from (closure, grant, growth, carbon_price,
                DeclaredBaseline(growth=[growth], closures=[closure], evidence="board, March"))
    yield from (made, made.chance, read_levers("nuage-logiciels"), levers.follow("nuage-logiciels", 2025))


def _factors(inv: Any) -> Iterator[Any]:
    yield cb.estimate("natural_gas", 100, "kWh_HHV", region="GB", year=2026, gwp="AR5GWP100")
    yield cb.factors.show("desnz-2026-gb-natural_gas-kwh_hhv")
    params = inv.params
    yield cb.match_factors(inv.activities, inv.library, policy=params.factors, gwp=params.gwp,
                           allow_mixed_gwp=params.allow_mixed_gwp, non_co2=params.travel.non_co2)


def _digital() -> Iterator[Any]:
    from carbon import digital, scorecards
    from carbon.digital.page import EcoIndex
    from carbon.levers import from_digital
    from carbon.params.shapes.company import Significance
    from carbon.params.shapes.digital import ServicesParams

    fleet, service = digital.company_fleet("nuage-logiciels", 2025), digital.company_service("nuage-logiciels")
    yield from (fleet, service, cb.read_digital("cap-conseil"), from_digital.fleet_life(fleet, "laptop", new_years=6))
    yield digital.company_travel_policy("cap-conseil", 2025)
    yield digital.company_service_portfolio("nuage-logiciels", 2025)
    yield digital.service_form("new-service", 2025, allocation="active_hours")
    yield digital.page_estimate(1.8, grid_g_per_kwh=494, green_hosting=False, first_share=0.75, reload_share=0.2)
    yield ServicesParams(allocation="active_hours", hosts=["FR"])
    yield Significance(share=0.05, criteria="size alone")
    yield EcoIndex(71.0, "B", "a package of the user's own")
    found = scorecards.indicators("cap-conseil", 2025)
    yield found
    commitments = cb.read_digital("petit-studio").commitments
    yield commitments
    yield from commitments.commitments
    for commitment in commitments.commitments:
        yield from (commitment.objectives[0], *filter(None, (commitment.committee, commitment.verifier)))
