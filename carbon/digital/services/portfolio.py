"""Every digital service of a company in one year: its versions, its lines of use, levers, defaults and budget."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pydantic

from carbon.core.digital_tables import SERVICE, SERVICE_USE
from carbon.core.display import HandsOut, as_html, one_line
from carbon.core.errors import CarbonError, UsageError
from carbon.core.periods import reporting_year
from carbon.core.text import fold
from carbon.core.text_columns import records_of
from carbon.digital import packaged_tables, planetary_boundaries
from carbon.digital.magnitude import about
from carbon.digital.services import lines
from carbon.digital.services.impacts import CLIMATE, DATA_CENTRE, USE
from carbon.digital.services.metered import Days, UseRow, in_period, replaced_share, statements_of, use_rows
from carbon.digital.services.service import Service, service_in_zones
from carbon.params.shapes.digital import ServiceAnswers

BY_SERVICE = ["service", "version", "period_start", "period_end", "days_share", "users", "co2e_kg", "low_co2e_kg",
              "high_co2e_kg", "covered", "yearly_co2e_kg", "kg_per_user", "units", "unit", "g_per_unit",
              "change_co2e_kg", "change_share", "reason"]
BY_TIER = ["service", "version", "tier", "step", "co2e_kg", "low_co2e_kg", "high_co2e_kg", "covered"]
_ANSWERS = ["users", "hours_per_user", "gb_per_user", "mobile_share", "pue", "server_lifespan_years"]
_BOUNDS = ["value", "low", "high"]
_ITEMS = ["service", "version", "tier", "step", "item", "criterion", *_BOUNDS, "unit", "covered", "reason"]


@dataclass(frozen=True, eq=False, repr=False)
class ServicePortfolio(HandsOut):
    """The services of one reporting year [kg CO2e]; orders of magnitude.

    Attributes
    ----------
    by_service
        One row a version: days_share of the year, co2e_kg in the year with low and high, covered (false: "at least"),
        yearly_co2e_kg (of its answers, as if for the whole year), per user and per unit, and the change of
        yearly_co2e_kg from the version before it; reason where a version cannot be calculated.
    by_tier
        service, version, tier, step, co2e_kg, low_co2e_kg, high_co2e_kg, covered; of the year.
    levers
        Of each version that is in service on the last day of the year: what each changed answer avoids a year.
    defaults
        service, version, answer, value, label_en, label_fr: every default in place of an answer.
    budget
        service ("" is all of them), criterion, name, unit, impact, person_budgets, percent_per_user, whole.
    statements
        What hosts state: service, host, kwh, stated_co2e_kg, days_share; stated kg are in no total.
    items
        Every item of every version, in every criterion, of the year; reason where it is not covered.
    services
        (service, version) -> `Service` of its ten answers.
    """

    year: int
    by_service: pd.DataFrame
    by_tier: pd.DataFrame
    levers: pd.DataFrame
    defaults: pd.DataFrame
    budget: pd.DataFrame
    statements: pd.DataFrame
    items: pd.DataFrame
    services: Mapping[tuple[str, str], Service] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def covered(self) -> bool:
        """Whether every item of every service has a figure; else `co2e_kg` is "at least"."""
        return bool(len(self.by_service) and self.by_service["covered"].all())

    @property
    def co2e_kg(self) -> float:
        """Emissions of the year of what is covered [kg CO2e]."""
        return float(self.by_service["co2e_kg"].sum(min_count=1))

    @property
    def words(self) -> str:
        """A title such as "4 services, at least 3.4 t CO2e a year (2.1 to 6.8)"."""
        low, high = (float(self.by_service[c].sum()) for c in ("low_co2e_kg", "high_co2e_kg"))
        count = self.by_service["service"].nunique()
        return f"{count} services, {about(self.co2e_kg, low, high, at_least=not self.covered)}"

    def advice(self, service: str, version: str = "") -> pd.DataFrame:
        """Return the ten questions of one version with its answers, the advice to each and what its levers avoid."""
        if (service, version) not in self.services:
            answered = ", ".join(sorted({f"{name} {of}".strip() for name, of in self.services})) or "none"
            name = f"{service} {version}".rstrip()
            raise UsageError(f"No ten answers of {name}", hint=f"answered: {answered}")
        return self.services[service, version].advice()

    def __repr__(self) -> str:
        return one_line(f"ServicePortfolio({self.year}: {self.words})")

    def _repr_html_(self) -> str:
        return as_html(repr(self), self.by_service.drop(columns="reason"), notes=self.notes)


@dataclass(frozen=True)
class _Version:
    """One version of a service: its days in the year, its ten answers calculated, or why they are not."""

    service: str
    version: str
    start: Any
    end: Any
    days_share: float
    service_result: Service | None = None
    reason: str = ""
    units: float = math.nan
    unit: str = ""
    users: float = math.nan

    @property
    def days(self) -> dict[str, Any]:
        """First and last day of the version, blank where open."""
        return {"period_start": self.start, "period_end": self.end}


def service_portfolio(
    services: pd.DataFrame, *, year: int, allocation: str, grid_of: lines.GridOf, uses: pd.DataFrame | None = None,
    answers: ServiceAnswers | None = None, factors: pd.DataFrame | None = None, hosts: Sequence[str] = (),
    year_starts: str = "01-01",
) -> ServicePortfolio:
    """Calculate every service of a reporting year.

    co2e_kg of the year = share of the year's days x impact of the ten answers a year + lines of use

    A service that its host meters (lines `electricity`) takes those kWh for the days of the statements; for the other
    days the power of its servers and disks is calculated. Each of several hosts replaces its `share` of them only. What
    has no figure is "not covered", and sums are "at least".

    Parameters
    ----------
    services
        `digital_tables.SERVICE`: a row a version, its answers a year, the days that it was in service.
    allocation
        Share of a device that an hour of use takes: "active_hours" or "calendar_hours".
    grid_of
        (country or cloud region, year) -> its grid factor.
    uses
        `digital_tables.SERVICE_USE`: quantities of a period; a period across the year's end is divided by days.
    answers
        One more service, of the whole year, from a file of its own.
    factors
        A user's `factors_multicriteria`.
    hosts
        Countries to host in, as levers.

    Raises TableError: A table that breaks its contract.
    """
    first, last = reporting_year(year, year_starts)
    table = SERVICE.validate(services)
    answers_of = partial(answers_of_row, year=year, allocation=allocation)
    versions = [_calculated(_version(row, (first, last)), partial(answers_of, row), grid_of, factors, hosts)
                for row in records_of(table) if in_period(row, (first, last)).any()]
    if answers is not None:
        of_file = _Version(answers.service_id, "", pd.NaT, pd.NaT, 1.0, users=answers.users)
        versions.append(_calculated(of_file, lambda: answers, grid_of, factors, hosts))
    lines.refuse_doubles((_slug(v.service), v.version, v.start, v.end) for v in versions)
    uses_found = use_rows(SERVICE_USE.empty() if uses is None else uses, first, last)
    alone = dict.fromkeys(use.row["service"] for use in uses_found
                          if fold(use.row["service"]) not in {fold(v.service) for v in versions})
    versions += [_Version(name, "", pd.NaT, pd.NaT, 1.0) for name in alone]
    items, defaults, statements = [], [], []
    for version in versions:
        of_version = [use for use in uses_found if _belongs(use.row, version, versions)]
        of_service = [use for use in uses_found if fold(use.row["service"]) == fold(version.service)]
        metered = _metered(of_service, version, (first, last))
        items += list(_items(version, of_version, year, grid_of, metered))
        defaults += list(_defaults(version, of_version))
        statements += [(version.service, version.version, *line)
                       for line in statements_of(of_version, version.days, (first, last))]
    frame = pd.DataFrame(items, columns=_ITEMS)
    return ServicePortfolio(
        year=year, by_service=_by_service(versions, frame), by_tier=_by_tier(frame), levers=_levers(versions, last),
        defaults=pd.DataFrame(defaults, columns=["service", "version", "answer", "value", "label_en", "label_fr"]),
        budget=_budget(versions, frame), items=frame, statements=pd.DataFrame(
            statements, columns=["service", "version", "host", "kwh", "stated_co2e_kg", "days_share"]),
        services={(v.service, v.version): v.service_result for v in versions if v.service_result is not None},
        notes=_notes(versions, frame))


def _belongs(row: Mapping[Any, Any], version: _Version, versions: Sequence[_Version]) -> bool:
    """Return whether a line is of a version: of the same service, and of its days where there are several."""
    if fold(row["service"]) != fold(version.service):
        return False
    versions_of = [v for v in versions if fold(v.service) == fold(version.service)]
    middle = row["period_start"] if pd.isna(row["period_end"]) else row["period_start"] + (
        row["period_end"] - row["period_start"]) / 2
    fitting = [v for v in versions_of if not (pd.notna(v.start) and middle < v.start) and not (
        pd.notna(v.end) and middle >= v.end + pd.Timedelta(days=1))]
    return version is (fitting or versions_of)[-1]


def _version(row: Mapping[Any, Any], days: Days) -> _Version:
    return _Version(str(row["service"]), str(row["version"]), row["period_start"], row["period_end"],
                    float(in_period(row, days).mean()), units=float(row["units"]), unit=str(row["unit"]),
                    users=float(row["users"]))


def _calculated(version: _Version, answers_of: Callable[[], ServiceAnswers], grid_of: lines.GridOf,
                factors: pd.DataFrame | None, hosts: Sequence[str]) -> _Version:
    """Return the version with its ten answers calculated, or with the reason why they are not."""
    try:
        return replace(version, service_result=service_in_zones(answers_of(), grid_of, hosts=hosts, factors=factors))
    except CarbonError as error:
        return replace(version, reason=error.what)


def answers_of_row(row: Mapping[Any, Any], *, year: int, allocation: str) -> ServiceAnswers:
    """Return the ten answers of one row of `digital_tables.SERVICE`; what is blank takes its default.

    Raises UsageError: An answer that is needed is blank, or one is not accepted: column and value are named.
    """
    values: dict[str, Any] = {name: float(row[name]) for name in _ANSWERS if np.isfinite(row[name])}
    values |= {name: str(row[name]) for name in ("zone", "network_zone", "datacentre_zone") if row[name]}
    if row["devices"]:
        values["devices"] = str(row["devices"]) if " " in str(row["devices"]) else {str(row["devices"]): 1.0}
    if np.isfinite(row["servers"]):
        of_one = {"quantity": row["servers"], "power_w": row["server_power_w"],
                  "embodied_co2e_kg": row["server_embodied_kg"]}
        values["servers"] = [{name: float(value) for name, value in of_one.items() if np.isfinite(value)}]
    if np.isfinite(row["disks"]):
        values["storage"] = [{"disks": float(row["disks"])}]
    try:
        return ServiceAnswers.model_validate({**values, "service_id": _slug(str(row["service"])), "year": year,
                                              "allocation": allocation})
    except pydantic.ValidationError as wrong:
        what = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'answers'}: {e['msg'].removeprefix('Value error, ')}"
                         for e in wrong.errors(include_url=False))
        name = f"{row['service']} {row['version']}".strip()
        raise UsageError(f"Service {name}: {what}",
                         hint="correct the row of services; a blank answer takes its default if it has one") from None


def _slug(name: str) -> str:
    return "-".join(fold(name).split()) or "service"


def _items(version: _Version, uses: Sequence[UseRow], year: int, grid_of: lines.GridOf,
           metered: tuple[float, str]) -> Iterator[tuple[object, ...]]:
    """Yield one row an item and criterion: the ten answers for the days that are not metered, then the lines."""
    head, result = (version.service, version.version), version.service_result
    if version.reason:
        yield (*head, "", "", "ten answers", CLIMATE, math.nan, math.nan, math.nan, "kg CO2e", False, version.reason)
    if result is not None:
        for row in records_of(result.table):
            measured = row["tier"] == DATA_CENTRE and row["step"] == USE and row["criterion"] == CLIMATE
            share = version.days_share - metered[0] if measured else version.days_share
            bounds = [share * row[c] for c in _BOUNDS]
            zone = row["item"].partition(", ")[2]  # "fixed, DE" of users in several countries
            lacking = "" if row["covered"] else f"no factor: {', '.join(filter(None, (row['tier'], zone)))}"
            yield (*head, row["tier"], row["step"], row["item"], row["criterion"], *bounds, row["unit"],
                   math.isfinite(bounds[0]), lacking or (metered[1] if measured else ""))
    pue = result.answers.pue if result is not None else math.nan
    for use in uses:
        if use.row["item"] == lines.STATED:
            continue
        for part in lines.parts_of(use.line(pue), year, grid_of):
            yield (*head, part.tier, part.step, part.item, CLIMATE, part.value, part.low, part.high, "kg CO2e",
                   math.isfinite(part.value), part.reason)


def _metered(uses: Sequence[UseRow], version: _Version, days: Days) -> tuple[float, str]:
    """Return the part of the year's power of a version that metered kWh replace; NaN with the reason where its hosts
    leave it open.
    """
    result = version.service_result
    if result is None or not (result.answers.servers or result.answers.disks):
        return 0.0, ""
    try:
        return float((replaced_share(uses, days) * in_period(version.days, days)).mean()), ""
    except UsageError as error:
        return math.nan, f"{error.what}: {error.hint}"


def _defaults(version: _Version, uses: Sequence[UseRow]) -> Iterator[tuple[str, ...]]:
    rows = records_of(packaged_tables.load("answers"))
    labels = {row["answer"]: (str(row["label_en"]), str(row["label_fr"])) for row in rows}
    if version.service_result is not None:
        for name, value in version.service_result.answers.defaults:
            yield (version.service, version.version, name, value, *labels[name])
    of_lines: dict[str, str] = {}
    for use in uses:
        line = use.line(math.nan)
        of_lines |= lines.defaults_of(line)
        if line.item in lines.METERED and math.isnan(use.row["share"]) and version.service_result is not None:
            of_lines[f"{line.name}: share"] = "1"
    for name, value in of_lines.items():
        yield version.service, version.version, name, value, name, name


def _by_service(versions: Sequence[_Version], items: pd.DataFrame) -> pd.DataFrame:
    climate = items[items["criterion"] == CLIMATE]
    rows = []
    for v in versions:
        of_version = climate[(climate["service"] == v.service) & (climate["version"] == v.version)]
        kg, low, high = (float(of_version[c].sum(min_count=1)) for c in _BOUNDS)
        yearly = v.service_result.total()[0] if v.service_result is not None else math.nan
        of_year = kg / v.days_share if v.days_share else math.nan
        rows.append((v.service, v.version, v.start, v.end, v.days_share, v.users, kg, low, high,
                     bool(len(of_version) and of_version["covered"].all()), yearly,
                     of_year / v.users if v.users > 0 else math.nan, v.units, v.unit,
                     1000.0 * of_year / v.units if v.units > 0 else math.nan, math.nan, math.nan, v.reason))
    table = pd.DataFrame(rows, columns=BY_SERVICE).sort_values(["service", "period_start"], na_position="first",
                                                             ignore_index=True)
    before = table.groupby("service")["yearly_co2e_kg"].shift()
    # A whole figure and one that lacks a part have no difference.
    is_whole = {(v.service, v.version): v.service_result is not None and v.service_result.total()[3] for v in versions}
    whole = pd.Series([is_whole[key] for key in zip(table["service"], table["version"], strict=True)], dtype="bool")
    change = (table["yearly_co2e_kg"] - before).where(whole & whole.groupby(table["service"]).shift(fill_value=False))
    return table.assign(change_co2e_kg=change, change_share=change / before)


def _by_tier(items: pd.DataFrame) -> pd.DataFrame:
    rows = items[(items["criterion"] == CLIMATE) & (items["tier"] != "")]
    grouped = rows.groupby(["service", "version", "tier", "step"], sort=False)
    table = grouped[_BOUNDS].sum(min_count=1).assign(covered=grouped["covered"].all()).reset_index()
    names = {"value": "co2e_kg", "low": "low_co2e_kg", "high": "high_co2e_kg"}
    return table.rename(columns=names, errors="raise")[BY_TIER]


def _levers(versions: Sequence[_Version], last: pd.Timestamp) -> pd.DataFrame:
    tables = [v.service_result.levers().assign(service=v.service, version=v.version) for v in versions
              if v.service_result is not None and (pd.isna(v.end) or v.end >= last)]
    columns = ["service", "version", "lever_id", "parameter", "from_value", "to_value", "avoided_co2e_kg", "share",
               "label", "label_fr", "raises"]
    if not tables:
        return pd.DataFrame(columns=columns)
    return pd.concat(tables)[columns].sort_values("avoided_co2e_kg", ascending=False, ignore_index=True)


def _budget(versions: Sequence[_Version], items: pd.DataFrame) -> pd.DataFrame:
    tables = []
    for name in (*dict.fromkeys(v.service for v in versions), ""):
        rows = items[items["service"] == name] if name else items
        grouped = rows.groupby("criterion", sort=False)
        users = math.fsum(v.users * v.days_share for v in versions if name in ("", v.service) and v.users > 0)
        impacts = grouped["value"].sum(min_count=1)
        by_criterion = {str(criterion): float(impact) for criterion, impact in impacts.items()}
        table = planetary_boundaries.person_budget(by_criterion, users=users if name and users else None)
        # A line of use has a figure in climate change alone: another criterion of the service then lacks a part.
        partial = ~rows[rows["criterion"] == CLIMATE]["item"].isin(rows[rows["criterion"] != CLIMATE]["item"]).any()
        is_whole = grouped["covered"].all() & ((impacts.index == CLIMATE) | partial)
        tables.append(table.assign(service=name, whole=is_whole.to_numpy()))
    columns = ["service", "criterion", "name", "unit", "impact", "budget_per_person", "person_budgets",
               "percent_per_user", "headline", "whole"]
    return pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)


def _notes(versions: Sequence[_Version], items: pd.DataFrame) -> tuple[str, ...]:
    notes = dict.fromkeys(note for v in versions if v.service_result is not None for note in v.service_result.notes
                          if not note.startswith("defaults used"))
    missing = items[(items["criterion"] == CLIMATE) & ~items["covered"].astype(bool)]
    for service, item, reason in missing[["service", "item", "reason"]].drop_duplicates().itertuples(index=False):
        notes[f"not covered: {service}, {item}: {reason}"] = None
    return tuple(notes)
