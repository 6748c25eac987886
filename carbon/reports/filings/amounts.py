"""Amounts that European datapoints are made of, by name: each with its year, its figures, and what it lacks.

Tonnes are those of the report's own tables, base years those of its history, targets those of its pathways. A sum of
scopes needs all of its parts, an intensity revenue: what is not known is NaN with a gap, never zero.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from carbon.accounting.compile import COMPUTED, PARTLY
from carbon.core.exact import exact_total
from carbon.core.ghg_protocol import LOCATION, MARKET, SCOPE_FIGURES
from carbon.core.units import KG_PER_T
from carbon.reports.filings.counting import series_of
from carbon.reports.filings.energy import energy_sums
from carbon.reports.filings.esrs_actions import pathway_of
from carbon.reports.filings.ghg_protocol import lines_table, primary_shares
from carbon.reports.tables.sums import in_scopes, total_t
from carbon.reports.words.figure_ids import figure_id, short
from carbon.trajectory import Target

NAN = float("nan")
BASE, TARGET = "@base", "@target"
RESTATED = "restated"
"""Detail of a base year that events have restated since it was published."""
DIVIDED = "divided at the same reduction for each scope"
"""Detail of a target of several scopes in one of them, as params declare it."""
NOTED = (PARTLY, DIVIDED)
"""Beginnings of details without which a figure is misread."""
NOT_ASKED = "not_asked"
"""Gap of a datapoint that the standard does not ask for, since another one holds it."""


@dataclass(frozen=True)
class Amount:
    """One amount.

    value: NaN where there is none; gap: code of why, with `detail`; figures: ids that `carbon explain` takes.
    """

    value: float
    year: int
    figures: str = ""
    gap: str = ""
    detail: str = ""


def amounts_of(inventory: Any, history: Any, energy: pd.DataFrame) -> dict[str, Amount]:
    """Return the amounts of a company-year: tonnes, base year, targets, MWh, revenue, and those `derived`."""
    year, revenue = inventory.year, inventory.params.revenue.get(inventory.year, NAN)
    lines = lines_table(inventory)[["figure_id", "co2e_t", "status", "reason"]]
    company_amounts = {short(line[0]): _of_line(*line, year=year) for line in lines.itertuples(index=False, name=None)}
    company_amounts |= _energies(inventory, energy)
    company_amounts["revenue"] = Amount(revenue, year, figure_id(inventory, "revenue"),
                                        "" if revenue == revenue else "no_revenue", str(year))
    company_amounts |= _next_to_scopes(inventory, company_amounts)
    return derived(company_amounts | (_of_targets(inventory, history) if inventory.params.targets else {}))


def derived(company_amounts: Mapping[str, Amount]) -> dict[str, Amount]:
    """Add the sums of scopes, of the year, the base year and the targets, and the intensities.

    scope12 = scope 1 + scope 2;  intensity = tonnes / revenue [t CO2e per unit of currency], of all scopes where scope
    3 has a figure, else of scopes 1 and 2;  renewable share = renewable / all energy. The total of a year without the
    figure of a scope is held back.
    """
    amounts = dict(company_amounts)
    if renewable := amounts.get("energy.renewable"):
        gap = renewable.gap or ("" if amounts["energy"].value > 0 else "no_sum")
        share = NAN if gap else renewable.value / amounts["energy"].value
        amounts["energy.renewable.share"] = replace(renewable, value=share, gap=gap)
    for mark in ("", BASE, TARGET):
        for word in ("location", "market"):
            scope_parts = [amounts.get(f"{name}{mark}") for name in ("scope1", f"scope2-{word}", "scope3")]
            parts = [part for part in scope_parts if part is not None]
            if len(parts) == len(scope_parts):
                amounts.setdefault(f"scope12-{word}{mark}", sum_of(parts[:2]))
                total = sum_of(parts)
                amounts[f"total-{word}{mark}"] = total if total.gap else amounts.get(f"total-{word}{mark}", total)
    for word in ("location", "market"):
        total, both_scopes = amounts[f"total-{word}"], amounts[f"scope12-{word}"]
        amounts[f"intensity-{word}"] = _per_revenue(total, amounts["revenue"])
        amounts[f"intensity12-{word}"] = replace(total, value=NAN, gap=NOT_ASKED) if not total.gap else _per_revenue(
            both_scopes, amounts["revenue"])
    return amounts


def sum_of(parts: Sequence[Amount]) -> Amount:
    """Return the sum of amounts of one year; without one of them there is none, and the first gap is its own."""
    figures = " ".join(dict.fromkeys(part.figures for part in parts if part.figures))
    lacking = next((part for part in parts if part.gap), None)
    if lacking is not None:
        return replace(lacking, value=NAN, figures=figures)
    partial = next((part.detail for part in parts if part.detail.startswith((PARTLY, RESTATED))), "")
    return Amount(exact_total([part.value for part in parts]), parts[0].year, figures, "", partial)


def _of_line(figure: str, co2e_t: float, status: str, reason: str, *, year: int) -> Amount:
    state = f"{status}: {reason}" if reason else status
    return Amount(co2e_t, year, figure, "" if co2e_t == co2e_t else "no_figure", "" if status == COMPUTED else state)


def _next_to_scopes(inventory: Any, of_scopes: Mapping[str, Amount]) -> dict[str, Amount]:
    """Return biogenic CO2 outside each scope, the share of primary data in scope 3, of emission trading in scope 1."""
    rows = in_scopes(inventory.emissions)
    amounts = {}
    for scope, name in (("1", "scope1"), ("2", "scope2-location"), ("3", "scope3")):
        of_rows = rows[(rows["scope"] == scope) & (rows["scope2_method"] != MARKET)]
        # Factors have 0 where their source states nothing.
        no_source = "" if of_rows["biogenic_co2_kg"].any() else "no_biogenic"
        amounts[f"biogenic.scope{scope}"] = replace(of_scopes[name], value=total_t(of_rows, "biogenic_co2_kg"),
                                                    gap=of_scopes[name].gap or no_source)
    primary, ets = primary_shares(inventory)[0], inventory.params.filing.ets_share.get(inventory.year, NAN)
    scope3 = of_scopes["scope3"]
    no_share = "" if primary == primary else "no_sum"
    amounts["primary_share"] = replace(scope3, value=primary, gap=scope3.gap or no_share)
    amounts["ets_share"] = replace(of_scopes["scope1"], value=ets, gap="" if ets == ets else "no_ets",
                                   detail=str(inventory.year) if ets != ets else "")
    return amounts


def _energies(inventory: Any, energy: pd.DataFrame) -> dict[str, Amount]:
    of_scope = {"fuel": ("scope1",), "own": (), "electricity": ("scope2-location",), "purchased": ("scope2-location",)}
    amounts = {}
    for name, (mwh, gap) in energy_sums(inventory, energy).items():
        kind = name.partition(".")[2].partition(".")[0]
        figures = " ".join(figure_id(inventory, scope) for scope in of_scope.get(kind, ("scope1", "scope2-location")))
        amounts[name] = Amount(mwh, inventory.year, figures, gap)
    return amounts


def _per_revenue(emitted: Amount, revenue: Amount) -> Amount:
    lacking = emitted if emitted.gap else revenue
    value = NAN if lacking.gap else emitted.value / revenue.value
    return Amount(value, emitted.year, emitted.figures, lacking.gap, lacking.detail if lacking.gap else emitted.detail)


def _of_targets(inventory: Any, history: Any) -> dict[str, Amount]:
    """Return the base year by scope, and each target in its year; targets of several base or target years have none."""
    entries = inventory.params.targets
    spans = {(entry.base_year, entry.target_year) for entry in entries}
    if len(spans) > 1:
        return {name: Amount(NAN, inventory.year, gap="target_years") for name in ("base_year", "target_year")}
    base, goal = spans.pop()
    amounts = {f"{name}{BASE}": _in_base_year(inventory, history, (scope,), method, base, name)
             for name, (scope, method) in SCOPE_FIGURES.items()}
    ids = {entry.id: figure_id(inventory, f"target/{entry.id}") for entry in entries}
    amounts |= {name: Amount(year, inventory.year, " ".join(ids.values())) for name, year in (
        ("base_year", base), ("target_year", goal))}
    shares = {}
    for entry in entries:
        name = _name_of(entry)
        way, pathway = pathway_of(history, Target.from_params(entry))
        kg = NAN if pathway is None else float(pathway.iloc[-1])
        gap = "" if kg == kg else "no_pathway"
        shares[entry.id] = NAN if gap else kg / way.base_kg
        if f"{name}{TARGET}" in amounts:
            gap, kg = "target_twice", NAN
        amounts[f"{name}{TARGET}"] = Amount(kg / KG_PER_T, goal, ids[entry.id], gap, entry.id)
    for entry in entries:
        amounts = _by_scope(entry, amounts, shares[entry.id], inventory.params.filing.targets_by_scope) | amounts
    return amounts


def _by_scope(entry: Any, amounts: Mapping[str, Amount], share: float, divided: str) -> dict[str, Amount]:
    """Return a target of several scopes in each of them: `share` of the scope's own base year, where that is declared,
    none of them has a target of its own, and the parts sum to the target; a mean of base years has no such parts.
    """
    names = [name for name, (scope, method) in SCOPE_FIGURES.items()
             if scope in entry.scopes and (scope != "2" or method == entry.scope2_method)]
    bases = {f"{name}{TARGET}": amounts[f"{name}{BASE}"] for name in names if len(names) > 1}
    whole, lacks_base = amounts[f"{_name_of(entry)}{TARGET}"], any(base.gap for base in bases.values())
    closes = lacks_base or math.isclose(sum(base.value * share for base in bases.values()), whole.value, rel_tol=1e-9)
    is_divided = bool(divided) and closes and not bases.keys() & amounts.keys()
    if gap := "no_pathway" if share != share else "" if is_divided else "targets_by_scope":
        return {name: Amount(NAN, entry.target_year, gap=gap, detail=entry.id) for name in bases}
    return {name: replace(base, value=base.value * share, year=entry.target_year, figures=whole.figures,
                          detail=base.detail if base.gap else f"{DIVIDED}: {entry.id}")
            for name, base in bases.items()}


def _in_base_year(inventory: Any, history: Any, scopes: tuple[str, ...], method: str, year: int, name: str) -> Amount:
    kg = series_of(history.table, (scopes, 0, method)).get(year, NAN)
    rows = history.table[(history.table["year"] == year) & history.table["scope"].isin(scopes)]
    reported = "reported" in set(rows["status"])
    # The set of the base year has the figure as it was published then, which a restated one is not.
    of_history = reported or history.recalculated
    figures = figure_id(inventory, f"history/{year}") if of_history else f"{inventory.company}/{year}/{name}"
    if kg != kg:
        return Amount(NAN, year, figures, "no_base_year", str(year))
    return Amount(kg / KG_PER_T, year, figures, detail=RESTATED if history.recalculated else "")


def _name_of(entry: Any) -> str:
    """Return the amount that a target is about: its scopes by its scope 2 method."""
    scopes = tuple(sorted(entry.scopes))
    word = {LOCATION: "-location", MARKET: "-market"}[entry.scope2_method] if "2" in scopes else ""
    names = {("1",): "scope1", ("2",): "scope2", ("1", "2"): "scope12", ("3",): "scope3", ("1", "2", "3"): "total"}
    return names.get(scopes, "scopes" + "+".join(scopes)) + word
