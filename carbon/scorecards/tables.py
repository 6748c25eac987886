"""The tables of one company-year that formulas are declared over: records with what is computed of each row.

`SOURCES` lists them with the columns that this module adds; a mark is "yes", "no" or, where it is not known, "".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache, cached_property

import numpy as np
import pandas as pd

from carbon.accounting.explain import figure_kg
from carbon.accounting.result import Inventory
from carbon.accounting.views import is_counted
from carbon.core import packaged
from carbon.core.columns import Places
from carbon.core.errors import CarbonError, UsageError
from carbon.core.periods import reporting_year
from carbon.core.text_columns import Flags, Floats, Texts, by_word, listed
from carbon.core.units import KG_PER_T
from carbon.digital import company as digital
from carbon.digital.conditions import given, has_word, rows_that_meet, share_in
from carbon.digital.devices import lifetimes
from carbon.digital.devices.embodied import SPREAD
from carbon.digital.devices.figures import OLD_YEARS, yearly_kg
from carbon.digital.devices.stock import Usage, devices_of
from carbon.digital.electricity import proved
from carbon.digital.services.portfolio import ServicePortfolio
from carbon.digital.travel_policy import PLANE, TRAIN, TravelPolicy
from carbon.params.shapes.digital import DigitalPolicies, TravelPolicyParams
from carbon.records.files.digital import DigitalRecords
from carbon.scorecards import marks

EMPLOYEES, YEAR, TOTAL, ENERGY = "employees", "year", "total", "scope1and2"
_TRAIN_OR_PLANE = (TRAIN, PLANE)


@cache
def as_of() -> Mapping[str, Mapping[str, str]]:
    """Return table -> the days that its rows are true of: start, end, end_counts, by, last_of."""
    return {row["table"]: row for row in packaged.read_rows("carbon.scorecards", "data/as_of.csv")}


class YearTables:
    """The tables and figures of one company and year, each prepared when a formula first asks for it.

    services, trips: results of these records and this year, if already computed.
    """

    def __init__(self, records: DigitalRecords, year: int, inventory: Inventory | None = None, *,
                 services: ServicePortfolio | None = None, trips: TravelPolicy | None = None) -> None:
        self.records, self.year, self.inventory = records, year, inventory
        self.first, self.last = reporting_year(year, records.params.reporting_year_starts)
        self._services, self._trips = services, trips
        self._tables: dict[str, pd.DataFrame | CarbonError] = {}
        self._figures: dict[str, float] = {}

    def table(self, name: str) -> pd.DataFrame:
        """Return one table with its computed columns.

        Raises UsageError: No such table, or the company keeps none; other errors: a row that contradicts itself.
        """
        if name not in as_of():
            raise UsageError(f"No table {name!r} to count", hint=f"one of {', '.join(as_of())}")
        if name not in self._tables:
            makers: dict[str, Callable[[], pd.DataFrame]] = {
                "assets": self._assets, "training": self._training, "solutions": self._solutions,
                "projects": self._projects, "hosting": self._hosting, "it_purchases": self._purchases,
                "energy_contracts": self._contracts, "trips": self._judged_trips, "rgaa_audits": self._audits,
                "service": self._services_of_year,
                "activities": lambda: self._of_inventory("activities"), "emissions": self._emissions}
            try:
                self._tables[name] = makers.get(name, lambda: self.records.table(name))()
            except CarbonError as error:
                self._tables[name] = error
        prepared_table = self._tables[name]
        if isinstance(prepared_table, CarbonError):
            raise prepared_table
        return prepared_table

    def keeps(self, name: str) -> bool:
        """Return whether the company keeps what a table is made of."""
        if name in ("activities", "emissions", "inventory"):
            return self.inventory is not None
        if name == "service":
            return self.records.service is not None or any(map(self.records.keeps, ("services", "service_uses")))
        return self.records.keeps(name) or (name == "trips" and self.inventory is not None)

    def accepted_share(self, name: str) -> float:
        """Return the share of the rows of a table's files that were accepted: the others are in no figure of it."""
        reads = [of_file for of_file in self.records.reads if of_file.kind == name]
        rows = sum(of_file.rows_read for of_file in reads)
        return 1.0 - sum(of_file.rows_rejected for of_file in reads) / rows if rows else 1.0

    def figure(self, name: str) -> float:
        """Return employees, "year" (1), the headline "total", "scope1and2", or a figure of the inventory [t CO2e].

        NaN without its records; no inventory is an error.
        """
        if name == YEAR:
            return 1.0
        if name == EMPLOYEES:
            return float(self.records.params.employees.get(self.year, math.nan))
        if name not in self._figures:
            self._figures[name] = self._of_year(self._needed_inventory(), name)
        return self._figures[name]

    def _of_year(self, inventory: Inventory, name: str) -> float:
        if name not in (TOTAL, ENERGY):
            return figure_kg(inventory, name) / KG_PER_T
        total = inventory.total(inventory.params.scope2_headline) / KG_PER_T
        if name == TOTAL:
            return total
        third, rows = self.figure("scope3"), inventory.emissions
        has_rows = bool(((rows["scope"] != "3") & rows["kyoto"]).any())
        return total - (0.0 if math.isnan(third) else third) if has_rows else math.nan

    def _needed_inventory(self) -> Inventory:
        if self.inventory is None:
            raise UsageError(f"No inventory of {self.records.company} in {self.year}",
                             hint="add the year to params/runs.yml")
        return self.inventory

    @cached_property
    def _policies(self) -> DigitalPolicies:
        return digital.policies_of(self.records)

    # Each table with its computed columns, rows and their order as in the records

    def _assets(self) -> pd.DataFrame:
        """age_years, in_stock, over_10_years, given_to; with fleet.yml idle, planned_years, lifespan_years and
        embodied_year_kg (of the year, spread over the life).
        """
        table, last = self.records.table("assets"), self.last
        age = lifetimes.age_years(table["purchased_on"], table["retired_on"], last)
        is_here = ~(table["purchased_on"] > last) & ~(table["retired_on"] <= last)
        table = table.assign(age_years=age.mask(table["purchased_on"] > last), in_stock=marks.marked(is_here),
                             over_10_years=marks.marked(age > OLD_YEARS, age.notna()),
                             given_to=marks.given_to(table["exit_partner"], table["exit_route"]))
        choices = self.records.fleet
        if choices is None:
            return table
        devices = devices_of(
            self.records.table("assets"), first=self.first, last=last, lifespan_rule=choices.lifespan_rule,
            idle_months=choices.idle_months, planned=choices.planned_lifespan_years,
            factors=self.records.tables.get("device_factors"), spend_kg_per_eur=None,
            # The electricity of use is no column of this table.
            usage=Usage(float("nan"), work_share={str(k): v for k, v in choices.work_share.items()}))
        devices = devices.assign(embodied_year_kg=yearly_kg(devices, SPREAD)["embodied"],
                                 idle=marks.marked(devices["idle"])).set_index("asset_id")
        names = ["idle", "planned_years", "lifespan_years", "embodied_year_kg"]
        joined = table.join(devices[names], on="asset_id")  # what is bought later is not among the devices of the year
        return joined.assign(idle=joined["idle"].fillna(marks.UNKNOWN).astype("str"))

    def _training(self) -> pd.DataFrame:
        """is_required (the course of the policy), completed, on_time ("not due" while onboarding lasts)."""
        table, policy = self.records.table("training"), self._policies
        if not policy.training_course or policy.onboarding_days is None:
            raise UsageError("No course is required of anybody",
                             hint="write `training_course` and `onboarding_days` in digital_policies.yml")
        return table.assign(
            is_required=marks.marked(table["course"] == policy.training_course),
            completed=marks.marked(marks.is_completed(table, on=self.last)),
            on_time=marks.is_on_time(table, on=self.last, onboarding_days=policy.onboarding_days))

    def _solutions(self) -> pd.DataFrame:
        """maintained: a live contract, or a commit within `active_months`."""
        table, months = self.records.table("solutions"), self._policies.active_months
        _refuse_unstated(table, "solutions", ["maintained_until", "last_commit_on"])
        if months is None:
            raise UsageError("No rule for what is maintained", hint="write `active_months` in digital_policies.yml")
        return table.assign(maintained=marks.marked(marks.is_maintained(table, on=self.last, active_months=months)))

    def _audits(self) -> pd.DataFrame:
        """applicable: criteria that are compliant or fail."""
        table = self.records.table("rgaa_audits")
        return table.assign(applicable=table["compliant"] + table["non_compliant"])

    def _projects(self) -> pd.DataFrame:
        """positive: one of the company's `positive_tags`, else of the two usual ones."""
        table = self.records.table("projects")
        policies = self.records.policies
        tags = policies.positive_tags if policies is not None and policies.positive_tags else marks.POSITIVE_TAGS
        positive = has_word(table["tags"], tags)
        if len(table) and not positive.any():
            # A tag that nobody uses is a spelling more often than a company without such projects.
            raise UsageError(f"No project of any year has a tag of {', '.join(tags)}",
                             hint="write the tags of your projects as `positive_tags` in digital_policies.yml")
        return table.assign(positive=marks.marked(positive))

    def _hosting(self) -> pd.DataFrame:
        """meets_policy: every condition of `hosting` holds; what is not stated meets none. kwh: of the year's days."""
        table, policy = self.records.table("hosting"), self._policies.hosting
        if not policy:
            raise UsageError("No rule for hosting", hint="write `hosting` in digital_policies.yml")
        for condition in policy:
            _refuse_unstated(table, "hosting", [condition.column])
        return table.assign(meets_policy=marks.marked(rows_that_meet(table, policy)),
                            kwh=table["kwh"] * share_in(table, self.first, self.last))

    def _purchases(self) -> pd.DataFrame:
        """meets_policy: the rule of its category in `purchasing`; without any rule there is no such column."""
        table, policies = self.records.table("it_purchases"), self.records.policies
        if policies is None or not policies.purchasing:
            return table
        for category in table["category"].unique():  # a rule of what was never bought asks nothing of the other rows
            for condition in marks.rules_of(policies.purchasing, category):
                _refuse_unstated(table, "it_purchases", [condition.column])
        return table.assign(meets_policy=marks.marked(marks.meets_purchasing(table, policies.purchasing)))

    def _contracts(self) -> pd.DataFrame:
        """Energy: kwh (of the meters where the contract has none), renewable_kwh (under proof)."""
        return proved(digital.contracts_with_kwh(self.records, self.year, self.inventory))

    def _judged_trips(self) -> pd.DataFrame:
        """actual_mode, and rule_mode where the rule can tell."""
        rule = self._policies.travel
        if rule is None:
            raise UsageError("No rule of train or plane", hint="write `travel` in digital_policies.yml, its keys are "
                             f"those of {TravelPolicyParams.__name__}")
        policy = self._trips or digital.travel_policy_of(self.records, self.year, inventory=self.inventory)
        table = policy.table
        return table.assign(rule_mode=table["rule_mode"].where(table["rule_mode"].isin(_TRAIN_OR_PLANE), ""))

    def _services_of_year(self) -> pd.DataFrame:
        """service_id, co2e_kg (blank where a part is not covered), users, hours; every version of every service."""
        portfolio = self._services
        if portfolio is None and digital.keeps_services(self.records, self.year):
            portfolio = digital.service_portfolio_of(self.records, self.year)
        elif portfolio is None:
            digital.service_choices(self.records)  # a missing allocation is named first
        if portfolio is None or (rows := portfolio.by_service).empty:
            raise UsageError(f"No service of {self.year}",
                             hint="write its answers into service.yml, or a row of services into the digital folder")
        results = [portfolio.services.get(key) for key in zip(rows["service"], rows["version"], strict=True)]
        hours = pd.Series([math.nan if r is None else r.answers.hours_per_user for r in results], rows.index)
        users = rows["users"] * rows["days_share"]
        return pd.DataFrame({"service_id": rows["service"].astype("str"), "users": users, "hours": users * hours,
                             "co2e_kg": rows["co2e_kg"].where(rows["covered"])})

    def _emissions(self) -> pd.DataFrame:
        """co2e_t, from_spend; gases outside the Kyoto protocol and the other scope 2 method do not count."""
        table = self._of_inventory("emissions")
        spend = by_word(table["tier"], lambda name: "spend" in str(name), np.bool_)
        return table.assign(co2e_t=table["co2e_kg"] / KG_PER_T, from_spend=marks.marked(spend))

    def _of_inventory(self, name: str) -> pd.DataFrame:
        table: pd.DataFrame = getattr(self._needed_inventory(), name)
        return table

    def counts(self, name: str, when: str, by: str) -> Flags | None:
        """Return which rows of a table count in the year; None where the table begins after it.

        Raises UsageError: The table has no such days.
        """
        table, days = self.table(name), as_of()[name]
        if name == "emissions":
            return is_counted(table, self._needed_inventory().params.scope2_headline)
        if when == "always" or name in ("activities", "service"):
            return np.ones(len(table), dtype=bool)
        if when == "year":
            return self._dated(table, by or days["by"], name)
        if days["last_of"]:
            until = table[table[days["by"]] <= self.last].sort_values(days["by"], kind="stable")
            kept_rows = until.drop_duplicates(days["last_of"], keep="last").index
            return table.index.isin(kept_rows) if len(until) else None
        if not days["start"]:
            raise UsageError(f"Rows of {name} have one day each: {when} cannot be asked of it",
                             hint="write `when: year`")
        start, end = table[days["start"]].to_numpy(), table[days["end"]].to_numpy()
        first, last = self.first.to_datetime64(), self.last.to_datetime64()
        day = last if when == "year_end" else first
        ended = end < day if days["end_counts"] == "yes" or when != "year_end" else end <= day
        has_begun = np.isnat(start).any() or (start <= last).any()
        return np.asarray(~(start > last) & ~ended) if has_begun or table.empty else None

    def oldest_day(self, name: str, places: Places) -> pd.Timestamp | None:
        """Return the oldest day of some rows of a table that keeps the last of each thing; None of another table."""
        days = as_of().get(name, {})
        return min(self.table(name)[days["by"]].iloc[places], default=None) if days.get("last_of") else None

    def _dated(self, table: pd.DataFrame, by: str, name: str) -> Flags | None:
        if by not in table:
            raise UsageError(f"{name} has no day {by!r} for `when: year`",
                             hint=f"write `by`, one of {', '.join(map(str, table.select_dtypes('datetime')))}")
        column = table[by]
        if not pd.api.types.is_datetime64_any_dtype(column):
            rows = (column.astype("str").str.strip() == str(self.year)).to_numpy()
            return rows if rows.any() else None
        # A table that begins after the year knows nothing of it: that is no zero.
        return column.between(self.first, self.last).to_numpy() if (column <= self.last).any() else None

    def origin(self, name: str) -> tuple[Texts, Floats]:
        """Return the source file of each row of a table, "" of what is in no file, and its line, NaN without one."""
        table, rows = self.table(name), self.records.origins.get(name)
        if rows is None and name == "trips" and self.inventory is not None:
            rows = self.inventory.records.get("travel")
        if rows is None:
            return np.full(len(table), "", dtype=object), np.full(len(table), np.nan)
        at = np.arange(len(table))
        if name == "trips":  # those of the year, of all in the files
            ids = self.records.tables[name]["trip_id"] if name in self.records.origins else rows["record_id"]
            place = {record: at for at, record in reversed([*enumerate(listed(ids))])}  # the first row of each
            trips = listed(table["trip_id"])
            # A record of several trips gives each a number of its own after a slash.
            at = np.array([place.get(trip, place.get(trip.rpartition("/")[0], -1)) for trip in trips], dtype=np.intp)
        files, lines = rows["source_file"].to_numpy(dtype=object), rows["source_line"].to_numpy(dtype=np.float64)
        return np.append(files, "")[at], np.append(lines, np.nan)[at]


def _refuse_unstated(table: pd.DataFrame, name: str, columns: list[str]) -> None:
    """Raise where no row states what a rule is about: a rate of 0 % would be that of a column nobody read.

    Raises UsageError: The columns, and where to state them.
    """
    known_columns = [c for c in columns if c in table]
    if len(table) and known_columns and not any(given(table[c]).any() for c in known_columns):
        raise UsageError(f"No row of {name} has {' or '.join(columns)}, which the rule is about",
                         hint="fill the column, or map its heading under `columns` of the file in params")
