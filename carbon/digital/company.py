"""A company's own fleet, service, contracts and trips, by its parameter files."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TypeVar

import pandas as pd

from carbon.accounting.company import inventory
from carbon.accounting.result import Inventory
from carbon.core.digital_tables import SERVICE
from carbon.core.display import replaced
from carbon.core.errors import CarbonError, TableError, UsageError
from carbon.core.periods import reporting_year
from carbon.core.text import fold
from carbon.digital.conditions import is_in_force, share_in
from carbon.digital.devices.fleet import Fleet, fleet
from carbon.digital.electricity import GridFactor, contracts_table, proved, with_metered
from carbon.digital.reconciliation import metered_kwh, reconciliation
from carbon.digital.services.lines import zone_grid
from carbon.digital.services.portfolio import ServicePortfolio, service_portfolio
from carbon.digital.services.service import Service, service_in_zones
from carbon.digital.travel_policy import TravelPolicy, travel_policy
from carbon.digital.travel_records import trips_of, with_trains
from carbon.factors import load
from carbon.params.files.project import Project
from carbon.params.shapes.digital import (
    DigitalPolicies,
    FleetParams,
    ServiceAnswers,
    ServicesParams,
    TravelPolicyParams,
)
from carbon.records.files.digital import DigitalRecords, read_digital, read_gtfs

TRAIN = "tgv"
M = TypeVar("M")


def company_fleet(company: str, year: int, *, project: Project | None = None) -> Fleet:
    """Return the fleet of one company at the end of a year, by params/<company>/fleet.yml.

    Raises UsageError: The company keeps no stock list or no fleet.yml; CarbonError: What `fleet` and `grid_factor`
    raise.
    """
    return fleet_of(read_digital(company, project=project), year)


def fleet_of(records: DigitalRecords, year: int) -> Fleet:
    """Return the fleet of records that have been read."""
    choices = _needed(records, records.fleet, "fleet.yml", FleetParams)
    assets, elsewhere = _placed(records, choices.grid_zone)
    of_year = fleet(
        assets, year=year, view=choices.view, lifespan_rule=choices.lifespan_rule,
        idle_months=choices.idle_months, grid=_grid(records, choices.grid_zone, year),
        planned=choices.planned_lifespan_years, factors=records.tables.get("device_factors"),
        employees=records.params.employees.get(year, float("nan")), policy=choices.policy,
        site_grids={site: _grid(records, place.country, year) for site, place in records.params.sites.items()
                    if place.country != choices.grid_zone},
        kwh_per_year=choices.kwh_per_year, hours_per_day=choices.hours_per_day,
        work_share={str(k): v for k, v in choices.work_share.items()},
        scenario_lifespans=choices.scenario_lifespans, year_starts=records.params.reporting_year_starts,
        payback_horizon_years=choices.payback_horizon_years)
    return replaced(of_year, notes=(*of_year.notes, *elsewhere))


def _placed(records: DigitalRecords, zone: str) -> tuple[pd.DataFrame, list[str]]:
    """Return the stock list with its sites spelled as in params, and a note of those that params do not name.

    Raises TableError: Such a site, of a company with sites on several grids: which one it has is not known.
    """
    assets, sites = records.table("assets"), records.params.sites
    spelled = {fold(site): site for site in sites}
    assets = assets.assign(site=assets["site"].map(lambda site: spelled.get(fold(site), site)).astype("str"))
    strange = assets[~assets["site"].isin(["", *sites])]
    names = ", ".join(sorted(set(strange["site"])))
    if len(strange) and any(place.country != zone for place in sites.values()):
        raise TableError(f"assets: {len(strange):,} devices of sites that params do not name: {names}",
                         rows=strange[["asset_id", "category", "site"]],
                         hint=f"write {', '.join(sites)}, or leave the site blank for the grid of {zone}")
    return assets, [f"devices of sites that params do not name, on the grid of {zone}: {names}"] if names else []


def hosting_of(records: DigitalRecords, year: int) -> pd.DataFrame:
    """Return what is hosted in a year; of the kWh of a period across its end, the part of the days of the year."""
    days, table = reporting_year(year, records.params.reporting_year_starts), records.table("hosting")
    of_year = table.assign(kwh=table["kwh"] * share_in(table, *days))
    return of_year[is_in_force(table, *days)].reset_index(drop=True)


def company_service(company: str, *, hosts: Sequence[str] = (), factors: pd.DataFrame | None = None,
                    project: Project | None = None) -> Service:
    """Return the digital service of params/<company>/service.yml.

    Parameters
    ----------
    hosts
        Further countries to host in: one lever each.
    factors
        Factors of further criteria, e.g. `factors.sources.boavizta.read_boavizta().table`; without it those of
        params/<company>/factors_multicriteria.csv, if any.
    """
    return service_of(read_digital(company, project=project), hosts=hosts, factors=factors)


def service_of(records: DigitalRecords, *, hosts: Sequence[str] = (), factors: pd.DataFrame | None = None) -> Service:
    """Return the service of records that have been read; see `company_service`."""
    answers = _needed(records, records.service, "service.yml", ServiceAnswers)
    company_factors = records.tables.get("factors_multicriteria") if factors is None else factors
    return service_in_zones(answers, lambda zone, year: _grid(records, zone, year), hosts=hosts,
                            factors=company_factors)


def company_service_portfolio(company: str, year: int, *, project: Project | None = None) -> ServicePortfolio:
    """Calculate every digital service of a company in a year: tables `services` and `service_uses`, and service.yml.

    Raises UsageError: The company does not state the allocation; FileRefused: A table cannot be read.
    """
    return service_portfolio_of(read_digital(company, project=project), year)


def service_portfolio_of(records: DigitalRecords, year: int) -> ServicePortfolio:
    """Return the services of records that have been read, by `service_choices`; see `company_service_portfolio`."""
    of_year = records.service if records.service is not None and records.service.year == year else None
    choices = service_choices(records)
    services = records.table("services") if records.keeps("services") else SERVICE.empty()
    uses = records.table("service_uses") if records.keeps("service_uses") else None
    return service_portfolio(
        services, uses=uses, year=year, allocation=choices.allocation, hosts=choices.hosts, answers=of_year,
        grid_of=lambda zone, of: _grid(records, zone, of), factors=records.tables.get("factors_multicriteria"),
        year_starts=records.params.reporting_year_starts)


def keeps_services(records: DigitalRecords, year: int) -> bool:
    """Return whether a company keeps a digital service of the year, as a table or as a file of answers."""
    of_year = records.service is not None and records.service.year == year
    return of_year or any(map(records.keeps, ("services", "service_uses")))


def service_choices(records: DigitalRecords) -> ServicesParams:
    """Return key `services` of digital_policies.yml, else the allocation of service.yml.

    Raises UsageError: The company states neither.
    """
    stated_choices = records.policies.services if records.policies is not None else None
    if stated_choices is None and records.service is not None:
        stated_choices = ServicesParams(allocation=records.service.allocation)
    return _needed(records, stated_choices, "digital_policies.yml (key `services`: allocation)", ServicesParams)


def company_travel_policy(company: str, year: int, *, project: Project | None = None) -> TravelPolicy:
    """Compare one year's trips with the rule of params/<company>/digital_policies.yml.

    The trips are those of the inventory of the year, unless the company keeps a table `trips`.
    """
    records = read_digital(company, project=project)
    of_year = None if records.keeps("trips") else inventory(company, year, project=project)
    return travel_policy_of(records, year, inventory=of_year)


def travel_policy_of(records: DigitalRecords, year: int, *, inventory: Inventory | None = None) -> TravelPolicy:
    """Compare trips with the company's rule: those of its table `trips`, else of its inventory of the year.

    Raises UsageError: No rule, or neither a table nor an inventory; FileRefused: A file of trips cannot be read.
    """
    policies = policies_of(records)
    rule = _needed(records, policies.travel, "digital_policies.yml (key `travel`)", TravelPolicyParams)
    if inventory is not None and not records.keeps("trips"):
        trips, left = trips_of(inventory, contrails=rule.contrails)
        trips = with_trains(trips, inventory)
    else:
        first, last = reporting_year(year, records.params.reporting_year_starts)
        trips, left = records.table("trips"), {}
        trips = trips[trips["date"].between(first, last)].reset_index(drop=True)
    policy = travel_policy(
        trips, hours=rule.train_max_hours,
        contrails=rule.contrails, train=TRAIN, times=records.tables.get("rail_times"),
        home=sorted(records.params.home), timetable=None if records.gtfs is None else read_gtfs(records.gtfs),
        night_over_hours=rule.hotel_nights_over_hours, hotel_night_kg=rule.hotel_night_kg)
    notes = tuple(f"{number:,} records of travel by train or plane are not judged: {reason}"
                  for reason, number in left.items())
    return replaced(policy, notes=(*policy.notes, *notes))


def contracts_of(records: DigitalRecords, year: int, *, inventory: Inventory | None = None) -> pd.DataFrame:
    """Return the electricity contracts of a year with both scope 2 figures, by the grid factor of each site's zone.

    A contract without kWh has those of its site's meters in the inventory of the year, one without a zone the country
    of its site in params.

    Raises UsageError: A contract without kWh, and no inventory; TableError: No meter, no country, or two contracts, of
    its site.
    """
    contracts = contracts_with_kwh(records, year, inventory).reset_index(drop=True)
    countries = {name: site.country for name, site in records.params.sites.items()}
    zone = contracts["zone"].where(contracts["zone"] != "", contracts["site"].map(countries).fillna(""))
    contracts = contracts.assign(zone=zone.astype("str"))
    if (zone == "").any():
        raise TableError(f"{int((zone == '').sum())} contracts without a country",
                         rows=contracts.loc[zone == "", ["site", "supplier"]],
                         hint="fill the column `zone` (Pays), or name the sites as `sites` of params does")
    grids = {zone: _grid(records, zone, year) for zone in contracts["zone"].unique()}
    return contracts_table(contracts, grids)


def reconciliation_of(records: DigitalRecords, inventory: Inventory, *, fleet: Fleet | None = None,
                      services: ServicePortfolio | None = None) -> pd.DataFrame:
    """Hold the digital tables of the inventory's year, and its fleet, against it (`reconciliation.RECONCILED`).

    services: Those of the year, if already computed.
    """
    contracts = None
    if "energy_contracts" in records.tables:
        with suppress(CarbonError):  # the exhibit of contracts states why, and their indicators have no data
            contracts = proved(contracts_with_kwh(records, inventory.year, inventory))
    days, tables = reporting_year(inventory.year, records.params.reporting_year_starts), dict(records.tables)
    if "hosting" in tables:
        tables["hosting"] = hosting_of(records, inventory.year)
        if services is None:
            with suppress(CarbonError):  # the exhibit of services states why
                services = service_portfolio_of(records, inventory.year)
    return reconciliation(tables, inventory, days, contracts, fleet, services)


def contracts_with_kwh(records: DigitalRecords, year: int, inventory: Inventory | None) -> pd.DataFrame:
    """Return contracts of a year, those without kWh with the kWh of their site's meters; see `contracts_of`."""
    listed = records.table("energy_contracts")
    contracts = listed[is_in_force(listed, *reporting_year(year, records.params.reporting_year_starts))]
    if not contracts["kwh"].isna().any():
        return contracts
    if inventory is None:
        raise UsageError(f"Contracts of {records.company} have no kWh of their own, and no meters are given",
                         hint=f"give the inventory: inventory=cb.inventory({records.company!r}, {year})")
    return with_metered(contracts, metered_kwh(inventory))


def policies_of(records: DigitalRecords) -> DigitalPolicies:
    """Return the company's written rules.

    Raises UsageError: It has no digital_policies.yml.
    """
    return _needed(records, records.policies, "digital_policies.yml", DigitalPolicies)


def _grid(records: DigitalRecords, zone: str, year: int) -> GridFactor:
    policy = records.params.factors
    return zone_grid(load(policy.release), zone=zone, year=year, policy=policy, gwp=records.params.gwp)


def _needed(records: DigitalRecords, choices: M | None, name: str, kind: type[M]) -> M:
    if choices is None:
        raise UsageError(f"{records.company} has no params/{records.company}/{name}",
                         hint=f"write it; its keys are those of {kind.__name__} in carbon/params/shapes/digital.py")
    return choices
