"""What to do next, for readers: the largest levers of the plan, and the data that would narrow the figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from carbon.accounting.quality_classes import CLASSES
from carbon.accounting.uncertainty import InventoryUncertainty
from carbon.accounting.views import named_suppliers
from carbon.core.columns import Rows
from carbon.core.errors import UsageError
from carbon.core.text_columns import lines_of
from carbon.core.units import KG_PER_T
from carbon.levers.company import CompanyPlan, plan_of
from carbon.levers.result import STOPPED
from carbon.params.files.levers import LeverRecords, read_levers
from carbon.reports.tables.inventory import labels_by_factor
from carbon.reports.tables.plan import carried_money, plan_table
from carbon.reports.tables.sums import table_of
from carbon.reports.words.editions import named
from carbon.reports.words.figure_ids import total_name
from carbon.reports.words.language import Words
from carbon.reports.words.phrases import phrase

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory
    from carbon.accounting.years.history import Inventories

BIGGEST = 3
ASKS = 8
"""Answers to ask for, listed with the quality of the figures."""
FACTOR, ACTIVITY, MODEL = "factor", "activity data", "model choice"
PRICES, EXCHANGE = "price index", "exchange rate"
NOTHING = "nothing"
"""How a source of uncertainty begins that no answer could narrow."""
_ASKS = {"ask": "str", "co2e_t": "float64", "narrows_share": "float64", "rows": "int64"}


def levers_of_company(company: str) -> LeverRecords | None:
    """Return the levers of a company; None where it has no levers.yml."""
    try:
        return read_levers(company)
    except UsageError:
        return None


def plan_for_next_year(levers: LeverRecords | None, history: Inventories, year: int) -> CompanyPlan | None:
    """Return the plan that starts the year after a report; None without one, or if its solution is not reproducible.

    Raises CarbonError: The levers do not fit the inventory.
    """
    if levers is None or levers.file.plan.first_year != year + 1:
        return None
    company_plan = plan_of(levers, history)
    return None if company_plan.plan.status == STOPPED else company_plan


def actions_table(plan: CompanyPlan | None, words: Words) -> pd.DataFrame:
    """Return the levers of the plan, in order of start.

    Columns: action, start, cut_t (of the plan's last year, all scopes), capex, running_per_year, npv, currency,
    evidence; empty without a plan.
    """
    kinds = {"action": "str", "start": "int64", "cut_t": "float64", "capex": "float64", "running_per_year": "float64",
             "npv": "float64", "currency": "str", "evidence": "str"}
    if plan is None:
        return table_of([], kinds)
    lines = carried_money(plan_table(plan, language=words.language))
    table = lines.rename(columns={"label": "action"}, errors="raise")
    return table[list(kinds)].astype(kinds).reset_index(drop=True)


def biggest(table: pd.DataFrame) -> pd.DataFrame:
    """Return the three lines of `actions_table` that cut most, largest first."""
    return table.sort_values(["cut_t", "action"], ascending=[False, True]).head(BIGGEST).reset_index(drop=True)


def uncertainty_table(inventory: Inventory, intervals: InventoryUncertainty) -> pd.DataFrame:
    """Return the 95 % intervals of totals, scopes and categories with rows, as readers are shown them.

    Columns: figure_id, figure, co2e_t, low_t, high_t (two significant digits:
    `emissions.uncertainty.shown.shown_ends`).
    """
    names = intervals.table["figure"].tolist()
    found_intervals = [intervals.of(name) for name in names]
    low, high = ([pair.shown_t[end] for pair in found_intervals] for end in (0, 1))
    return pd.DataFrame({
        "figure_id": [f"{inventory.company}/{inventory.year}/{name}" for name in names],
        "figure": intervals.table["figure"], "co2e_t": intervals.table["co2e_kg"] / KG_PER_T,
        "low_t": pd.Series(low, dtype="float64"), "high_t": pd.Series(high, dtype="float64")})


def asks_table(inventory: Inventory, intervals: InventoryUncertainty, words: Words, *, n: int = ASKS) -> pd.DataFrame:
    """Return the n answers that would narrow the headline total most; none where the total has no rows.

    Columns: ask (in words), co2e_t of the inventory that depend on it, narrows_share (of the interval's width, to first
    order), rows. No answer that would put a coarser factor in the place of the one in use.
    """
    name = total_name(inventory.params.scope2_headline)
    if name not in set(intervals.table["figure"]):
        return table_of([], _ASKS)
    table, labels = intervals.contributions(name), _labels(inventory.factors)
    lines = lines_of(table, ["source_id", "co2e_kg", "narrows", "rows", "share", "ask"])
    open_ = [line for *line, part, ask in lines if part > 0 and not ask.startswith(NOTHING)
             and not intervals.is_coarser(str(line[0]))]
    named = named_suppliers(inventory)
    unnamed = {name: words("supplier.unnamed") for name in Rows(inventory.emissions).groups(["supplier"]).lines()
               if name not in named}
    return table_of([(_ask(source, labels, words, unnamed), kg / KG_PER_T, narrows, rows)
                     for source, kg, narrows, rows in open_[:n]], _ASKS)


def doubts_table(inventory: Inventory, intervals: InventoryUncertainty) -> pd.DataFrame:
    """Return the sources of uncertainty of the headline total, largest share of its variance first.

    Columns: the kind of source (factor, meter, exchange rate, ...), sources (distinct), share (of the variance),
    stated_share (the part that publishers or the company state; the rest comes from declared defaults).
    """
    name = total_name(inventory.params.scope2_headline)
    if name not in set(intervals.table["figure"]):
        kinds = {"doubt": "str", "sources": "int64", "share": "float64", "stated_share": "float64"}
        return table_of([], kinds)
    return intervals.by_source(name).rename(columns={"of": "doubt"}, errors="raise")


def classes_table(inventory: Inventory, intervals: InventoryUncertainty) -> pd.DataFrame:
    """Return the headline total by the five indicators of data quality of the GHG Protocol (Scope 3 Standard, ch. 7).

    Columns: quality_indicator, very_good_share, good_share, fair_share, poor_share; each line sums to 1.
    """
    name = total_name(inventory.params.scope2_headline)
    columns = [f"{word.replace(' ', '_')}_share" for word in CLASSES]
    if name not in set(intervals.table["figure"]):
        return pd.DataFrame({c: pd.Series(dtype="float64") for c in ("quality_indicator", *columns)})
    table = intervals.quality_classes(name)
    shares = table["share"].to_numpy().reshape(-1, len(CLASSES)).T
    return pd.DataFrame({"quality_indicator": table["indicator"].unique(), **dict(zip(columns, shares, strict=True))})


def _labels(factors: pd.DataFrame) -> dict[str, str]:
    """Return factor or element id -> label: a source of uncertainty may be that of a whole element."""
    of_element = factors.assign(factor_id=factors["element_id"]) if "element_id" in factors else factors
    return labels_by_factor(of_element) | labels_by_factor(factors)


def _ask(source: str, labels: Mapping[str, str], words: Words, unnamed: Mapping[str, str]) -> str:
    kind, _, what = source.partition(":")
    if kind == FACTOR:
        return words("ask.factor", what=phrase(str(labels.get(what, "")), words.language) or what)
    if kind == MODEL:
        return _ask_of_choice(what, words)
    if kind == PRICES:
        return words("ask.price_index")
    if kind == EXCHANGE:
        return words("ask.exchange_rate", what=what.rpartition(" ")[2].replace(">", " → "))
    tier, *parts = (unnamed.get(name, name) for name in what.split("/"))
    if kind == ACTIVITY and tier == "spend":
        return words("ask.spend", what=parts[0] if parts else what)
    if kind == ACTIVITY:
        modes = [words.term("mode", n) for n in parts[:1]]
        return words("ask.activity", what=", ".join([words.term("tier", tier), *modes]))
    return words(_ASK.get(kind, "ask.activity"), what=", ".join(words.term("carrier", n) for n in parts if n) or what)


_ASK = {"meter": "ask.meter", "supplier estimate": "ask.supplier_estimate", "survey scale-up": "ask.survey_scale_up"}


def _ask_of_choice(what: str, words: Words) -> str:
    """Return the question whose answer makes a compromise in the choice of a factor unnecessary."""
    if match := re.fullmatch(r"region fallback (.+)>(.+)", what):
        return words("ask.region", region=words.place(match[1]), used=words.place(match[2]))
    if match := re.fullmatch(r"vintage (\d{4})", what):
        return words("ask.vintage", year=match[1])
    if match := re.fullmatch(r"models x([\d.]+): (.+)", what):
        return words("ask.models", times=words.number(float(match[1]), 1), what=named(match[2], {}, words))
    if what.startswith("grid average "):
        return words("ask.contract", region=what.removeprefix("grid average "))
    return words("ask.gwp") if what.startswith("gwp") else words("ask.choice", what=what)
