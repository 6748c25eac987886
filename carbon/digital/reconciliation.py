"""What a company states twice: its digital tables held against its inventory of the same year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from carbon.accounting.result import Inventory
from carbon.core import units, vocabulary
from carbon.core.columns import Rows
from carbon.core.schemas import FLAG, NUMBER, TEXT, Table
from carbon.core.text import fold
from carbon.digital.devices.embodied import PURCHASE_YEAR
from carbon.digital.devices.figures import ALL
from carbon.digital.devices.fleet import Fleet
from carbon.digital.devices.orders import Days, as_listed, unmatched
from carbon.digital.services.impacts import datacentre_kwh
from carbon.digital.services.metered import in_period
from carbon.digital.services.portfolio import ServicePortfolio
from carbon.digital.travel_records import PLANE, trips_of

TOLERANCE = 0.02
"""Difference below which two figures of one thing agree: roundings, and meters read on other days."""
CAUSES = ("", "months", "which", "no instrument", "no contract", "turn of the year", "not listed", "counted apart",
          "two methods", "two factors", "whole bill", "too small", "no supplier", "suppliers", "own site", "lists",
          "ten answers", "two statements", "host days", "other place", "other host", "other name")
ASKED = ("other place", "other host", "other name")
"""Causes that are questions: whether the two figures are of one thing is not proved."""
RECONCILED = Table("reconciled", {
    "what": TEXT, "item": TEXT, "table": TEXT, "digital": NUMBER, "other": NUMBER, "other_table": TEXT, "unit": TEXT,
    "difference_share": NUMBER, "agrees": FLAG, "cause": TEXT, "detail": TEXT,
}, key=("what", "item"), choices={"cause": CAUSES})
"""Two figures of one thing. other_table: where the second is from; difference_share = digital / other - 1; cause: why
they differ, as far as the records show it, with the rows or numbers of it in `detail`.
"""
_PLAIN = ("months", "which", "no instrument", "no contract", "counted apart", "lists", "ten answers", "two statements",
          "host days")
Line = dict[str, Any]
_UNCOVERED = ("uncovered", "residual_mix", "supplier_mix")
_BY_MONEY = "purchase.nace.C26"
"""Computers, electronic and optical products: devices that are counted by their price."""


def metered_kwh(inventory: Inventory) -> dict[str, float]:
    """Return site -> electricity of the inventory's meters and bills [kWh]."""
    rows = inventory.activities[inventory.activities["activity"] == "electricity"]
    kwh: dict[str, float] = {}
    sums = rows.groupby(["site", "unit"], observed=True)["quantity"].sum().reset_index()
    for site, unit, quantity in zip(sums["site"], sums["unit"], sums["quantity"], strict=True):
        if unit and units.unit(unit).dimension == "energy":
            kwh[site] = kwh.get(site, 0.0) + float(units.convert(quantity, unit, "kWh"))
    return kwh


def reconciliation(tables: Mapping[str, pd.DataFrame], inventory: Inventory, days: Days,
                   contracts: pd.DataFrame | None, fleet: Fleet | None = None,
                   services: ServicePortfolio | None = None) -> pd.DataFrame:
    """Hold the digital tables of a year against its inventory, and its lists of devices against one another
    (`RECONCILED`).

    kWh of contracts and of meters by site, kWh under proof and under the instruments of scope 2, devices of the stock
    list, of the orders and of the inventory's records by category, their manufacture, hosts and the suppliers of these
    names, kWh of a service by its lines or ten answers and by its host, flights of an own list of trips and of the
    travel records. What one of the two does not have is no line, but for hosts: nothing contradicts it.

    tables: Name of `core.digital_tables` -> table; `hosting` is that of the year. days: First and last day of the year.
    contracts: `contracts_table` of the year, or None. fleet, services: Of the year.
    """
    lines = [*_electricity(contracts, inventory, days), *_listed(tables, days), *_ordered(tables, inventory, days),
             *_manufacture(fleet, inventory), *_hosts(tables, inventory), *_services(tables, services, days),
             *_flights(tables, inventory, days)]
    return RECONCILED.of(list(map(_judged, lines))) if lines else RECONCILED.empty()


def _judged(line: Line) -> Line:
    """Return a line with the difference of its figures; a plain cause of figures that agree is left out."""
    digital, other = float(line["digital"]), float(line["other"])
    difference = 0.0 if digital == other == 0 else digital / other - 1 if other else np.nan
    agrees = abs(difference) <= TOLERANCE if line["agrees"] is None else bool(line["agrees"])
    nothing = {"cause": "", "detail": ""} if agrees and line["cause"] in _PLAIN else {}
    return {**line, "digital": digital, "other": other, "difference_share": difference, "agrees": agrees, **nothing}


def _line(what: str, item: str, table: str, digital: float, other: float, other_table: str, unit: str, *,
          agrees: bool | None = None, cause: str = "", detail: str = "") -> Line:
    return {"what": what, "item": item, "table": table, "digital": digital, "other": other, "other_table": other_table,
            "unit": unit, "agrees": agrees, "cause": cause, "detail": detail}


def _electricity(contracts: pd.DataFrame | None, inventory: Inventory, days: Days) -> Iterator[Line]:
    if contracts is None or contracts.empty:
        return
    meters, months = metered_kwh(inventory), _metered_days(inventory, days)
    for site, kwh in contracts.groupby("site")["kwh"].sum().items():
        if site in meters:
            share = months.get(str(site), 1.0)
            yield _line("electricity", str(site), "energy_contracts", kwh, meters[str(site)], "energy", "kWh",
                        cause="months" if share < 1 else "which", detail=f"{100 * share:.0f} %" if share < 1 else "")
    applied = inventory.instruments
    is_covered = (applied["carrier"] == "electricity") & ~applied["instrument"].isin(_UNCOVERED) & \
        ~applied["kind"].isin(_UNCOVERED)
    proved, covered = contracts["renewable_kwh"].sum(), applied.loc[is_covered, "allocated_kwh"].sum()
    yield _line("renewable electricity", "", "energy_contracts", proved, covered, "instruments", "kWh",
                cause="no instrument" if proved > covered else "no contract")


def _metered_days(inventory: Inventory, days: Days) -> dict[str, float]:
    """Return site -> share of the days of the year that its meters and bills cover."""
    rows = inventory.activities[inventory.activities["activity"] == "electricity"]
    if "period_start" not in rows:
        return {}
    year = (days[1] - days[0]).days + 1
    spans = rows[["site", "period_start", "period_end"]].drop_duplicates().dropna()
    covered: dict[str, set[int]] = {}
    for site, first, last in spans.itertuples(index=False, name=None):
        covered.setdefault(str(site), set()).update(
            range((max(first, days[0]) - days[0]).days, (min(last, days[1]) - days[0]).days + 1))
    return {site: len(numbers) / year for site, numbers in covered.items()}


def _listed(tables: Mapping[str, pd.DataFrame], days: Days) -> Iterator[Line]:
    """Yield the stock list against the orders, device by device."""
    if not {"assets", "it_purchases"} <= tables.keys():
        return
    for category, pair in unmatched(tables["assets"], tables["it_purchases"], days).items():
        units_alone = len(pair.devices) + len(pair.orders)
        is_same = units_alone <= TOLERANCE * max(pair.listed, pair.ordered)
        cause = "not listed" if units_alone else "turn of the year" if pair.listed != pair.ordered else ""
        yield _line("devices bought", category, "assets", pair.listed, pair.ordered, "it_purchases", "unit",
                    agrees=is_same, cause=cause, detail=as_listed([*pair.devices, *pair.orders]))


def _ordered(tables: Mapping[str, pd.DataFrame], inventory: Inventory, days: Days) -> Iterator[Line]:
    """Yield the orders, or without them the stock list, against the inventory's records that count devices."""
    name, day = ("it_purchases", "date") if "it_purchases" in tables else ("assets", "purchased_on")
    counted_devices = _counted_devices(inventory) if name in tables else {}
    if not counted_devices:
        return
    of_year = tables[name][tables[name][day].between(*days)].groupby("category")
    own_units = of_year["quantity"].sum() if day == "date" else of_year.size()
    for category in sorted({*own_units.index} & counted_devices.keys()):
        units_counted, table = counted_devices[category]
        yield _line("devices in the inventory", category, name, float(own_units[category]), units_counted, table,
                    "unit", cause="counted apart")


def _counted_devices(inventory: Inventory) -> dict[str, tuple[float, str]]:
    """Return category -> units of it in the records of equipment and purchases that state numbers, and their kind."""
    pairs_found, records = dict[str, tuple[float, str]](), inventory.records
    for kind, column in (("equipment", "item"), ("purchases", "category")):
        rows = records.get(kind)
        if rows is None or not {column, "quantity", "unit"} <= set(rows.columns):
            continue
        sums = Rows(rows).where(rows["quantity"].notna().to_numpy(), unit=("unit", "")).sums([column], "quantity")
        for word, quantity in sums.items():
            device = vocabulary.canonical("device", fold(str(word)))
            if device is not None and quantity > 0:
                pairs_found[device] = (pairs_found.get(device, (0.0, ""))[0] + quantity, kind)
    return pairs_found


def _manufacture(fleet: Fleet | None, inventory: Inventory) -> Iterator[Line]:
    """Yield the manufacture of what was bought, device by device, against the inventory's devices and electronics."""
    if fleet is None:
        return
    rows = inventory.emissions
    activity = rows["activity"].astype("str")
    of_devices = activity.str.startswith(("it.", _BY_MONEY)) & (rows["scope"] == "3") & rows["category"].isin((1, 2))
    by_money = float(rows.loc[of_devices & activity.str.startswith(_BY_MONEY), "co2e_kg"].sum())
    total = float(rows.loc[of_devices, "co2e_kg"].sum())
    row = fleet.table[(fleet.table["category"] == ALL) & (fleet.table["view"] == PURCHASE_YEAR)].iloc[0]
    if total > 0 and row["bought"] > 0:
        yield _line("manufacture of devices", "", "fleet", row["embodied_co2e_kg"], total, "inventory", "kg CO2e",
                    cause="two methods" if by_money else "two factors",
                    detail=f"{100 * by_money / total:.0f} %" if by_money else "")


def _hosts(tables: Mapping[str, pd.DataFrame], inventory: Inventory) -> Iterator[Line]:
    """Yield each host's declared electricity against what the inventory counts for the supplier of that name."""
    if "hosting" not in tables:
        return
    rows = inventory.emissions[inventory.emissions["scope"] == "3"]
    by_supplier = rows.groupby(rows["supplier"].astype("str"))["co2e_kg"].sum().drop("", errors="ignore")
    sites = {fold(site): site for site in metered_kwh(inventory)}
    hosting = tables["hosting"]
    kg = hosting["kwh"] * hosting["grid_g_per_kwh"] / 1000.0
    for provider, declared in kg.groupby(hosting["provider"]).agg(lambda v: v.sum(skipna=False)).items():
        names = suppliers_named(str(provider), list(by_supplier.index))
        base = ("host", str(provider), "hosting", declared)
        site = next((site for name, site in sites.items() if name in fold(str(provider)).split()), "")
        if len(names) == 1:
            counted_devices = float(by_supplier[names[0]])
            is_whole = not counted_devices < declared * (1 - TOLERANCE)
            yield _line(*base, counted_devices, "inventory", "kg CO2e", agrees=is_whole,
                        cause="whole bill" if is_whole else "too small", detail=names[0])
        elif site and not names:
            yield _line(*base, np.nan, "energy", "kg CO2e", agrees=True, cause="own site", detail=site)
        else:
            yield _line(*base, np.nan, "inventory", "kg CO2e", agrees=False,
                        cause="suppliers" if names else "no supplier", detail=as_listed(names))


def _services(tables: Mapping[str, pd.DataFrame], services: ServicePortfolio | None, days: Days) -> Iterator[Line]:
    """Yield the electricity of each service by its metered lines, else its ten answers, against that by its host."""
    if services is None or "hosting" not in tables:
        return
    figures, hosting = _kwh_of_services(services), tables["hosting"]
    declared_kwh = {str(name): rows for name, rows in hosting.groupby("service") if rows["kwh"].notna().all()}
    hosted = {fold(name) for name in declared_kwh}
    for declared, rows in declared_kwh.items():
        for name in suppliers_named(declared, list(figures)):
            of_service, is_same = figures[name], fold(name) == fold(declared)
            cause, detail = _unlike(rows, of_service, days) if is_same else ("other name", f"{name} / {declared}")
            if is_same or fold(name) not in hosted:
                yield _line("electricity of a service", name, of_service.table, of_service.kwh, rows["kwh"].sum(),
                            "hosting", "kWh", agrees=False if cause in ASKED else None, cause=cause, detail=detail)


class _Kwh(NamedTuple):
    """Electricity of the data centre of a service in the year, by its hosts' lines or by its ten answers."""

    table: str
    kwh: float
    days_share: float
    zones: frozenset[str] = frozenset()
    hosts: tuple[str, ...] = ()


def _kwh_of_services(services: ServicePortfolio) -> dict[str, _Kwh]:
    metered = services.statements[services.statements["kwh"].notna()]
    figures = {str(name): _Kwh("service_uses", float(rows["kwh"].sum()), float(rows["days_share"].max()),
                               hosts=tuple(filter(None, rows["host"].astype("str"))))
               for name, rows in metered.groupby("service")}
    for name, rows in services.by_service.groupby("service"):
        shares = dict(zip(rows["version"], rows["days_share"], strict=True))
        answers = {version: services.services[str(name), version].answers for version in shares
                   if (str(name), version) in services.services}
        kwh = sum(shares[version] * datacentre_kwh(a) for version, a in answers.items())
        if kwh > 0 and len(answers) == len(shares):
            figures.setdefault(str(name), _Kwh("service", kwh, min(1.0, sum(shares.values())), frozenset(
                a.datacentre_zone for a in answers.values())))
    return figures


def _unlike(rows: pd.DataFrame, figure: _Kwh, days: Days) -> tuple[str, str]:
    """Return why the electricity of a service differs from that of its host, as far as the records show it."""
    places, hosts = {str(v) for v in rows["location"]} - {""}, {str(v) for v in rows["provider"]} - {""}
    if figure.zones and places and not places & figure.zones:
        return "other place", f"{as_listed(sorted(figure.zones))} / {as_listed(sorted(places))}"
    if figure.hosts and hosts and not any(suppliers_named(host, list(figure.hosts)) for host in hosts):
        return "other host", f"{as_listed(sorted(figure.hosts))} / {as_listed(sorted(hosts))}"
    share = float(np.any([in_period(row, days) for row in rows.to_dict("records")], axis=0).mean())
    if abs(share - figure.days_share) > TOLERANCE:
        return "host days", f"{100 * figure.days_share:.0f} % / {100 * share:.0f} %"
    return "two statements" if figure.table == "service_uses" else "ten answers", ""


def suppliers_named(provider: str, suppliers: list[str]) -> list[str]:
    """Return the names that are this one: the same one, else those where one name begins with all of the other."""
    words = fold(provider)
    is_same = [name for name in suppliers if fold(name) == words]
    if is_same or not words:
        return is_same
    return sorted(name for name in suppliers if (of := fold(name)) and (
        f"{of} ".startswith(f"{words} ") or f"{words} ".startswith(f"{of} ")))


def _flights(tables: Mapping[str, pd.DataFrame], inventory: Inventory, days: Days) -> Iterator[Line]:
    if "trips" not in tables:
        return
    trips, inventory_trips = tables["trips"], trips_of(inventory, contrails=True)[0]
    own_flights = trips[trips["date"].between(*days) & (trips["mode"] == PLANE)]
    if len(inventory_trips):
        flights = float(np.sum(inventory_trips["mode"] == PLANE))
        yield _line("flights", "", "trips", float(len(own_flights)), flights, "travel", "trip", cause="lists")
