"""Measures from a company's tables and results: the parts of each formula, nothing typed by hand."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from carbon.accounting.result import Inventory
from carbon.core.errors import CarbonError
from carbon.core.exact import exact_total
from carbon.core.params.digital import DigitalPolicies
from carbon.core.schemas import TEXT
from carbon.core.text_columns import by_word, same_text, text_array
from carbon.digital.conditions import is_in_force
from carbon.digital.devices.embodied import SPREAD
from carbon.digital.devices.fleet import Fleet
from carbon.digital.services.service import Service
from carbon.digital.travel_policy import PLANE, TRAIN, TravelPolicy
from carbon.scorecards import rates
from carbon.scorecards.computation import MEASURES

KG_PER_T = 1000.0
Measure = tuple[str, str, float, float, float, float, str]
"""formula_id, scope, numerator, denominator, raw, population, evidence."""


def measures_table(rows: list[Measure], *, period: str, on: date) -> pd.DataFrame:
    """Build the `MEASURES` of one period from plain rows."""
    names = ("formula_id", "scope", "numerator", "denominator", "raw", "population", "evidence")
    values_by_name = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    columns: dict[str, Any] = {c: text_array(values) if MEASURES.columns[c] == TEXT else np.array(values, np.float64)
                               for c, values in values_by_name.items()}
    columns |= {"period": same_text(period, len(rows)), "date": np.full(len(rows), on, dtype="datetime64[s]")}
    return MEASURES.validate({c: columns[c] for c in MEASURES.columns})


Maker = tuple[str, Callable[[], Iterable[Measure]]]
"""What a measure is made of, and the function that makes it."""


def attempted(makers: Iterable[Maker]) -> tuple[list[Measure], list[tuple[str, CarbonError]]]:
    """Return the measures that can be made, and what each of the others is made of with the error that kept it."""
    rows: list[Measure] = []
    failed: list[tuple[str, CarbonError]] = []
    for evidence, make in makers:
        try:
            rows += make()
        except CarbonError as error:
            failed.append((evidence, error))
    return rows, failed


def from_tables(tables: Mapping[str, pd.DataFrame], policies: DigitalPolicies,
                contracts: Callable[[], pd.DataFrame], *, year: int,
                days: tuple[pd.Timestamp, pd.Timestamp]) -> Iterator[Maker]:
    """Return the makers of the eight rates of the tables that the company keeps; other tables give no measure.

    Parameters
    ----------
    contracts
        Gives `digital.electricity.contracts_table` of the year.
    days
        First and last day of the reporting year: rates are those of its last day, and of what was bought in it.
    """
    first, day = days

    def audits() -> Iterator[Measure]:
        return _audits(rates.rgaa_rates(tables["rgaa_audits"], on=day))

    def hosting(by: str) -> rates.Rate:
        listed = tables["hosting"]
        return rates.hosting_rate(listed[is_in_force(listed, day, day)], policies.hosting, by=by)

    def purchases() -> rates.Rate:
        table = tables["it_purchases"]
        return rates.purchasing_rate(table[table["date"].between(first, day)], policies.purchasing)

    of_rate: dict[str, tuple[str, bool, Callable[[], rates.Rate]]] = {
        "training_rate": ("training", policies.onboarding_days is not None and bool(policies.training_course),
                          lambda: rates.training_rate(tables["training"], course=policies.training_course, on=day,
                                                      onboarding_days=policies.onboarding_days or 0.0)),
        "maintenance_rate": ("solutions", policies.active_months is not None, lambda: rates.maintenance_rate(
            tables["solutions"], on=day, active_months=policies.active_months or 0.0)),
        "positive_projects": ("projects", True, lambda: rates.positive_projects(tables["projects"], by="projects")),
        "hosting_rate": ("hosting", bool(policies.hosting), lambda: hosting("services")),
        "hosting_rate_kwh": ("hosting", bool(policies.hosting), lambda: hosting("kwh")),
        "renewable_rate": ("energy_contracts", True, lambda: rates.renewable_rate(contracts())),
        "purchasing_rate": ("it_purchases", bool(policies.purchasing), purchases),
        "opensource_time": ("opensource_time", True, lambda: rates.opensource_rate(
            tables["opensource_time"], period=str(year)))}
    for formula, (table, has_policy, make) in of_rate.items():
        if table in tables and has_policy:
            yield table, partial(_made, formula, make, table)
    if "rgaa_audits" in tables:
        yield "rgaa_audits", audits


def _made(formula: str, make: Callable[[], rates.Rate], evidence: str) -> list[Measure]:
    return [_rate(formula, make(), evidence)]


def from_fleet(fleet: Fleet) -> Iterator[Measure]:
    """Measure the share over six years, embodied carbon and purchases per employee, and the reuse rate."""
    head = fleet.headline.set_index("figure")
    for formula, figure in (("fleet_over_6y", "share over 6 years"), ("fleet_reuse_rate", "reuse rate"),
                            ("fleet_purchases_per_100", "purchases per 100 employees")):
        above, below = (float(head[part].to_dict()[figure]) for part in ("numerator", "denominator"))
        yield formula, "", above, below, above, 1.0, "assets"
    row = fleet.table[(fleet.table["category"] == "all") & (fleet.table["view"] == SPREAD)].iloc[0]
    employees = float(head["denominator"].to_dict()["devices per employee"])
    covered = 1 - row["not_covered"] / row["stock"] if row["stock"] else math.nan
    yield ("fleet_embodied_per_employee", "", float(row["embodied_co2e_kg"]), employees, float(row["stock"]), covered,
           "assets")


def from_service(service: Service) -> Iterator[Measure]:
    """Measure the impact of a service per user."""
    a = service.answers
    yield ("service_per_user", a.service_id, service.co2e_kg, a.users, a.users * a.hours_per_user, 1.0, "service")


def from_trips(policy: TravelPolicy) -> Iterator[Measure]:
    """Measure the trips by train as a share of those that the rule assigns to the train."""
    for_train = policy.table[policy.table["rule_mode"] == TRAIN]
    is_decided = policy.table["rule_mode"].isin([TRAIN, PLANE])
    population = float(is_decided.mean()) if len(is_decided) else math.nan
    by_train = float((for_train["actual_mode"] == "train").sum())
    yield ("train_share", "", by_train, float(len(for_train)), by_train, population, "trips")


def from_inventory(inventory: Inventory, employees: float) -> Iterator[Measure]:
    """Measure scopes 1 to 3 and 1 to 2 per employee (headline scope 2 method), and scope 3 not from spend."""
    method = inventory.params.scope2_headline
    power, rows = inventory.activities, inventory.emissions
    metered = ((power["activity"] == "electricity") & (power["unit"] == "kWh")).to_numpy(dtype=bool)
    kwh = float(power["quantity"].to_numpy()[metered].sum())
    total = inventory.total(method) / KG_PER_T
    kg, scope3 = rows["co2e_kg"].to_numpy(), ((rows["scope"] == "3") & rows["kyoto"]).to_numpy(dtype=bool)
    third = exact_total(kg[scope3]) / KG_PER_T
    yield "total_per_employee", "", total, employees, kwh, 1.0, "inventory"
    # Without rows of scopes 1 and 2, total - scope 3 would be a zero that nothing states.
    of_energy = ((rows["scope"] != "3") & rows["kyoto"]).to_numpy(dtype=bool)
    yield ("energy_per_employee", "", total - third if of_energy.any() else math.nan, employees, kwh, 1.0, "inventory")
    better = scope3 & by_word(rows["tier"], lambda name: "spend" not in str(name), np.bool_)
    yield ("scope3_coverage", "", float(kg[better].sum()) / KG_PER_T, third, float(better.sum()), 1.0, "inventory")


def _rate(formula: str, rate: rates.Rate, evidence: str) -> Measure:
    return formula, "", rate.numerator, rate.denominator, rate.numerator, rate.population, evidence


def _audits(table: pd.DataFrame) -> Iterator[Measure]:
    for row in table.to_dict("records"):
        is_complete = not math.isnan(row["rate"])
        applicable = float(row["compliant"] + row["non_compliant"]) if is_complete else math.nan
        compliant = float(row["compliant"]) if is_complete else math.nan
        yield "rgaa_rate", str(row["service"]), compliant, applicable, compliant, 1.0, "rgaa_audits"
