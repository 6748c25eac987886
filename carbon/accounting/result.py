"""The inventory of one company-year: every table behind its totals, and the questions an analyst asks of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from carbon.accounting import views
from carbon.accounting.compile import NO_RECORDS, scope_states
from carbon.accounting.explore import Explorer, explorer
from carbon.accounting.frames.asked import Asked
from carbon.accounting.frames.guarded import GuardedFrame
from carbon.accounting.frames.tidy import rows_of
from carbon.accounting.inventory_tables import InventoryTables
from carbon.activities import rejected_shares
from carbon.activities.causes import rejects_by_cause, warnings_by_cause
from carbon.core.columns import Rows
from carbon.core.display import one_line
from carbon.core.ghg_protocol import CATEGORIES, LOCATION, MARKET, scope_name
from carbon.core.public_names import boxed_methods
from carbon.core.schemas import OUTCOMES
from carbon.core.text_columns import text_table
from carbon.emissions.energy_states import energy_states

if TYPE_CHECKING:
    from carbon.accounting.expectations.expected import Expected, Past
    from carbon.accounting.explain import Explanation
    from carbon.accounting.uncertainty import InventoryUncertainty

KG_PER_T = 1000.0
_FIGURE_OF = {"Scope 1": "scope1", "Scope 2 (location-based)": "scope2-location",
              "Scope 2 (market-based)": "scope2-market", "Scope 3": "scope3",
              "Total (location-based)": "total-location", "Total (market-based)": "total-market"}


@boxed_methods
@dataclass(frozen=True, eq=False, repr=False)
class Inventory(InventoryTables, Asked):
    """Inventory of one company and year [kg CO2e inside, tonnes only where printed].

    Attributes
    ----------
    table
        `schemas.INVENTORY`: scope x category x method, all fifteen categories.
    emissions
        `schemas.EMISSIONS`: the rows behind every total.
    activities
        `schemas.ACTIVITIES` that were counted.
    ledger
        `schemas.LEDGER`: the outcome of every row read; complete and checked.
    rejects
        `schemas.REJECTS`: each error of each row that was not used, with what to do.
    factors
        The factors used, as published, with `emitted_kg` of the headline total.
    resolution
        `schemas.RESOLUTION`: why each factor was chosen.
    outside
        Parts that are not counted (manufacture of own assets), in the columns of `emissions`.
    instruments
        Use of each contractual instrument [kWh], and by carrier the kWh that none covers.
    instruments_not_applied
        Instruments that miss a quality criterion: kWh, what they would lower [kg], criterion, reason and remedy.
    pairs
        `counted_twice()`: what two records may both hold.
    inputs
        sha256 of every file that was read, by its path in the project.
    fx, decisions
        The company's own exchange rates and saved decisions, where it has any.
    library
        The factors it was matched against, including the project's own: another year can be rerun with them.
    record_warnings
        code, text: what a careful reader should know of the records; `warnings` has these too.
    past
        Reads the measures of the years before; None where nothing is compared (`inventory_of`, a rerun).
    keys
        The distinct questions that `resolution` answers, by key_id: another year is asked the same ones.
    misses
        Those that no factor answers (`factors.misses`): code, reason, what_to_do, nearest, and the facts of an answer.
    """

    past: Callable[[], Past] | None = None

    @cached_property
    def expected(self) -> Expected | None:
        """What the years before let expect of this one, which are read at the first look; None without `past`."""
        return None if self._past is None else self._held_against(self._past)

    @cached_property
    def _past(self) -> Past | None:
        return None if self.past is None else self.past()

    @cached_property
    def warnings(self) -> pd.DataFrame:
        """code, text: what a careful reader should know of the records, and of what does not fit the years before."""
        if self.expected is None:
            return self.record_warnings
        lines = [*self.expected.warned, *self.boundary_warned]
        return pd.concat([self.record_warnings, text_table(lines, ["code", "text"])], ignore_index=True)

    def total(self, scope2_method: str) -> float:
        """Return scopes 1 + 2 (by this method) + 3 [kg CO2e]: the correctly rounded exact sum of the emission rows.

        NaN without rows: no records are not zero.
        """
        if scope2_method not in self._totals:
            rows = views.counted_rows(self.emissions, scope2_method=scope2_method)
            self._totals[scope2_method] = rows.total("co2e_kg") if len(rows) else np.nan
        return self._totals[scope2_method]

    @cached_property
    def _totals(self) -> dict[str, float]:
        return {}

    def _tidy(self, scope2_method: str, names: Sequence[str] | None) -> GuardedFrame:
        return rows_of(self, scope2_method, names)

    def by_scope(self) -> pd.DataFrame:
        """Sum by scope: scope, scope2_method, co2e_kg (NaN without rows), rows, status; scope 2 by both methods.

        status is that of the categories: computed, partly, no factor, inside another figure, no records.
        """
        return scope_states(self.table)

    def by_category(self) -> pd.DataFrame:
        """Return the fifteen categories of scope 3: category, name, co2e_kg (NaN without rows), rows, status.

        status: computed, partly (what has no factor, with its quantity), no factor, inside another figure, no records,
        or the company's statement.
        """
        table = self.table[self.table["scope"] == "3"].reset_index(drop=True)
        table.insert(0, "name", table["category"].map(CATEGORIES))
        return table[["category", "name", "co2e_kg", "rows", "status"]]

    def energy_states(self) -> pd.DataFrame:
        """Return where generation, upstream and losses of each kWh and each unit of fuel are: counted, inside another
        figure, or without a factor; see `emissions.energy_states`.
        """
        return self._energy_states

    @cached_property
    def _energy_states(self) -> pd.DataFrame:
        return energy_states(self.emissions)

    @cached_property
    def rejected_shares(self) -> pd.DataFrame:
        """Share of each kind that was rejected, and the limit of params: `activities.rejected_shares`."""
        return rejected_shares(self.ledger, self.params, year=self.year, fx=self.fx)

    def by_site(self) -> pd.DataFrame:
        """Sum by site: site, scope, scope2_method, co2e_kg, rows; site "" for rows without a site."""
        return views.sum_kg_by(self._kyoto, ["site", "scope", "scope2_method"])

    def by_supplier(self, n: int) -> pd.DataFrame:
        """Return the n suppliers with the highest scope 3 emissions, largest first."""
        table = views.sum_kg_by(self._kyoto.where(scope="3").but(supplier=""), ["supplier"])
        return table.sort_values(["co2e_kg", "supplier"], ascending=[False, True], ignore_index=True).head(n)

    def by_carrier(self) -> pd.DataFrame:
        """Sum energy by carrier, scope and scope 2 method: activity, scope, category, scope2_method, co2e_kg, rows."""
        energy = self._kyoto.where(kind="energy")
        return views.sum_kg_by(energy, ["activity", "scope", "category", "scope2_method"])

    def by_tier(self) -> pd.DataFrame:
        """Sum by tier: tier, co2e_kg, rows, share of the headline total."""
        rows = views.counted_rows(self.emissions, scope2_method=self.params.scope2_headline)
        table, total_kg = views.sum_kg_by(rows, ["tier"]), rows.total("co2e_kg")
        return table.assign(share=table["co2e_kg"] / total_kg if total_kg > 0 else float("nan"))

    def coverage(self) -> pd.DataFrame:
        """Sum rows and amounts by kind, unit and outcome: kind, outcome, unit ("rows" or of the amount), value."""
        by, rows = ["kind", "outcome", "unit"], Rows(self.ledger)
        counted_rows = views.sum_kg_by(rows.where(rows["counts_row"]).assign(amount=1.0), by[:2], "amount").assign(
            unit="rows")
        priced = views.sum_kg_by(rows.where(~np.isnan(rows["amount"])), by, "amount")
        table = pd.concat([counted_rows[priced.columns], priced]).sort_values(by, ignore_index=True)
        return table.rename(columns={"amount": "value", "rows": "lines"})

    def causes(self) -> pd.DataFrame:
        """Return warnings and rejects, one line a cause: what, code, files, column, rows, text and example.

        The same reason in one column of files of one name is one cause; `warnings` and `rejects` have every line.
        """
        warned, rejects = warnings_by_cause(self.warnings), rejects_by_cause(self.rejects)
        warned = warned.rename(columns={"times": "rows"}).assign(what="warning", column="", example="")
        rejects = rejects.rename(columns={"reason": "text"}).assign(what="reject")
        names = ["what", "code", "files", "column", "rows", "text", "example"]
        return pd.concat([warned[names], rejects[names]], ignore_index=True)

    def explain(self, figure_id: str) -> Explanation:
        """Explain a figure by its rows, factors, sources and lines: "scope1", "3.6", "energy/electricity" ..."""
        from carbon.accounting.explain import explain_figure

        return explain_figure(self, figure_id)

    def unused_factors(self) -> pd.DataFrame:
        """Return the company's own factors that nothing used: factor_id, activity, region, unit, validity and why."""
        from carbon.accounting.own_factors import unused_factors

        return unused_factors(self.activities, self.emissions, self.library, self.params.factors)

    def counted_twice(self) -> pd.DataFrame:
        """Return the pairs of records that speak of the same thing: both sides with rows, example and kg, and policy.

        See docs/how-to/counted-twice.md.
        """
        return self.pairs

    @property
    def measures(self) -> pd.DataFrame:
        """How much, how often, in how many months, at which price: `MEASURES` of each meter, account, route ..."""
        return self._measures

    @cached_property
    def _measures(self) -> pd.DataFrame:
        from carbon.accounting.expectations.measures import measures_of

        return measures_of(self)

    def expectations(self) -> pd.DataFrame:
        """Return each measure of the year and the band that earlier years let expect of it: `EXPECTATIONS`, and
        `breach` in words, "" where it fits; those that do not fit come first. basis: what a band is made of.
        """
        return self.compared().table

    def breaches(self) -> pd.DataFrame:
        """Return what does not fit: `BREACHES`, most kg CO2e at stake first, accepted ones included."""
        return self.compared().breaches

    def compared(self) -> Expected:
        """Return `expected`; of an inventory that nothing was compared with, what needs no past."""
        return self.expected or self._without_past

    @cached_property
    def _without_past(self) -> Expected:
        return self._held_against(None)

    def _held_against(self, past: Past | None) -> Expected:
        from carbon.accounting.expectations.expected import Past, expected_of

        return expected_of(self, self._measures, past, lambda: self.presence) if past else (
            expected_of(self, self._measures, Past()))

    @cached_property
    def presence(self) -> pd.DataFrame:
        """Sites, entities, files and meters with records, with emissions, amounts and days: `PRESENCE`."""
        from carbon.accounting.boundary.presence import presence_of

        return presence_of(self)

    @cached_property
    def _boundary(self) -> pd.DataFrame:
        from carbon.accounting.expectations.expected import Past

        past = self._past or Past()
        return self.boundary_since(past.presence, past.events)

    def boundary_since(self, presence: Mapping[int, pd.DataFrame], events: pd.DataFrame) -> pd.DataFrame:
        """Return `boundary()` since the last of some years, by their `PRESENCE`; `events`: the company's ledger."""
        from carbon.accounting.boundary.answers import boundary_of
        from carbon.accounting.expectations.answered import answers_of

        answers = [*self.params.boundary, *answers_of(events, self.params.reporting_year_starts)]
        return boundary_of(self.year, lambda: self.presence, presence, answers, keep_sums=any(
            policy.pair == "sites" for policy in self.params.counted_twice))

    @cached_property
    def boundary_warned(self) -> tuple[tuple[str, str], ...]:
        """(code, text): what came or went and params do not explain, with its tonnes, and answers to nothing."""
        from carbon.accounting.boundary.answers import warned

        compared_years = () if self._past is None else self._past.presence
        return tuple(warned(self._boundary, self.params.boundary, self.year)) if compared_years else ()

    def boundary(self) -> pd.DataFrame:
        """Return sites, entities, meters and files that came, went, were renamed or contain others: `BOUNDARY`.

        Compared with the last year before that has records; see docs/how-to/boundary.md.
        """
        return self._boundary

    def what_if(self) -> Any:
        """Begin a what-if: `move`, `cut`, `swap_factor` and `electrify` some of the activities, in a chain.

        Each step is a rerun of this year by the same kernel; see `carbon.what_if`.
        """
        import carbon  # of a room below, by its public name

        return carbon.what_if(self)

    def uncertainty(self) -> InventoryUncertainty:
        """Return 95 % intervals of totals, scopes and categories, with their sources (`contributions`)."""
        from carbon.accounting.uncertainty import uncertainty_of

        return uncertainty_of(self)

    def explore(self, scope2_method: str | None = None) -> Explorer:
        """Open a total step by step, with buttons in Jupyter: scope -> category -> supplier -> row -> factor.

        Without a method, the total is the one the company declared as its headline (`scope2_headline` in params).
        """
        return explorer(self, scope2_method)

    @cached_property
    def _kyoto(self) -> Rows:
        rows = Rows(self.emissions)
        return rows.where(rows["kyoto"])

    def _headline(self) -> list[tuple[str, float]]:
        """Return the lines of the short view, in tonnes; NaN without rows."""
        scopes = self.by_scope()
        lines = [(scope_name(scope, method), kg / KG_PER_T) for scope, method, kg in
                 zip(scopes["scope"], scopes["scope2_method"], scopes["co2e_kg"], strict=True)]
        return [*lines, *((f"Total ({m})", self.total(m) / KG_PER_T) for m in (LOCATION, MARKET))]

    def __repr__(self) -> str:
        totals = ", ".join(f"{_printed(self.total(m) / KG_PER_T, ' t CO2e')} {m}" for m in (LOCATION, MARKET))
        return one_line(f"Inventory({self.company} {self.year}: {totals}, {self.params.gwp})")

    def __str__(self) -> str:
        lines = [f"Inventory {self.company} {self.year} [t CO2e, {self.params.gwp}]"]
        lines += [f"  {name:<28}{_printed(tonnes):>14}" for name, tonnes in self._headline()]
        rows = self.ledger.loc[self.ledger["counts_row"], "outcome"].value_counts()
        lines.append("  rows: " + ", ".join(f"{rows.get(o, 0):,} {o}" for o in OUTCOMES))
        return "\n".join([*lines, *self._next()])

    def _next(self) -> list[str]:
        """Return the largest part of the headline total, and what to call next."""
        method = self.params.scope2_headline
        total_kg = self.total(method)
        calls = f'  next: inv.explore(), inv.pivot("supplier", scope2_method="{method}"), inv.uncertainty()'
        if not total_kg > 0:
            return [calls]
        parts = self.pivot(["scope", "category_name"], values="co2e_kg", scope2_method=method, top=None)["co2e_kg"][:-1]
        scope, category = parts.index[int(parts.to_numpy().argmax())]
        name = category if scope == "3" else scope_name(scope, method if scope == "2" else "")
        return [f"  largest: {name}, {parts.max() / total_kg:.0%} of the total ({method})", calls]

    def _repr_html_(self) -> str:
        return _html(self.company, self.year, self.params.gwp, self._headline(), self.ledger) + (
            f"<p>{escape(self._breach_line())}</p>")

    def _breach_line(self) -> str:
        """Return the number of open breaches and the largest; a display reads no other year for it."""
        from carbon.accounting.expectations.words import facts

        compared = self.__dict__.get("expected")
        outcome = compared or self._without_past
        open_ones = [line for line in outcome.lines() if not line["accepted"]]
        largest = f"; the largest: {facts(open_ones[0])}; all: inv.breaches()" if open_ones else ""
        return (f"Breaches: {len(open_ones) or 'none'}{'' if compared else ' (not compared with earlier years yet)'}"
                f"{largest}")


def _printed(tonnes: float, unit: str = "") -> str:
    return NO_RECORDS if np.isnan(tonnes) else f"{tonnes:,.1f}{unit}"


def _html(company: str, year: int, gwp: str, lines: Sequence[tuple[str, float]], ledger: pd.DataFrame) -> str:
    """Return a table of scopes and totals [t CO2e] with the id of each figure, and one line on the rows read."""
    key = f"{company}/{year}"
    body = "".join(
        f'<tr id="{escape(f"{key}/{_FIGURE_OF[name]}", quote=True)}"><th scope="row">{escape(name)}</th>'
        f"<td>{_printed(tonnes)}</td></tr>" for name, tonnes in lines)
    rows = ledger.loc[ledger["counts_row"], "outcome"].value_counts()
    ended = ", ".join(f"{rows.get(outcome, 0):,} {outcome}" for outcome in OUTCOMES)
    return (f"<table><caption>{escape(key)}: inventory [t CO2e, {escape(gwp)}]</caption>"
            f"<tbody>{body}</tbody></table><p>Rows: {escape(ended)}</p>")
