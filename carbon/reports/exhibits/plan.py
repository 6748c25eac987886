"""What we will do: the plan that starts the year after the report, its wedges, its calendar, and how likely it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from carbon.core.units import KG_PER_T
from carbon.levers.company import CompanyPlan
from carbon.levers.record import recorded_for
from carbon.params.shapes.plan_record import PlanRecord
from carbon.reports.page.html_table import html_table
from carbon.reports.tables import plan as plan_tables
from carbon.reports.tables.sums import table_of
from carbon.reports.words.cells import cells_of
from carbon.reports.words.language import Words
from carbon.reports.words.phrases import phrase

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory

_NONE = Markup('<p class="muted">{0}</p><p class="trace"><code>carbon levers streams {1}</code></p>'
               '<p class="trace"><code>carbon plan {1}</code></p>')


def hidden(table: pd.DataFrame) -> Markup | None:
    """Return nothing to show for a table without lines."""
    return Markup("") if table.empty else None


def actions_html(table: pd.DataFrame, words: Words, digits: int, adoption: str, inventory: Inventory,
                 planned: tuple[object, str] = (None, "")) -> Markup:
    """Return the actions of the plan and whether it is adopted, or why there is no plan and how to make one."""
    if table.empty:
        company, reason = inventory.company, phrase(planned[1], words.language)
        key = "actions.refused" if reason else "actions.none"
        return _NONE.format(words(key, year=inventory.year + 1, company=company, reason=reason), company)
    markup = html_table(cells_of(table), words, caption=words("exhibit.actions"), digits=digits)
    return Markup("<p>{}</p>").format(adoption) + markup


def adoption_of(company_plan: CompanyPlan | None, records: Sequence[PlanRecord], words: Words) -> str:
    """Return whether the plan on the page is the adopted one, by its levers and their starts; "" without a plan."""
    if company_plan is None:
        return ""
    in_force = recorded_for(records, company_plan.params.first_year)
    if in_force is None:
        return words("plan.none_adopted")
    table = company_plan.plan.table()
    if dict(zip(table["lever"], table["start"], strict=True)) == {v.id: v.start for v in in_force.levers}:
        return words("plan.is_adopted", year=in_force.first_year)
    return words("plan.other_adopted", year=in_force.first_year)


def wedges_by_target(plan: CompanyPlan | None, language: str) -> dict[str, pd.DataFrame]:
    """Return `wedges_table` of each target of the plan by its id; none without a plan."""
    if plan is None:
        return {}
    return {limit.name: plan_tables.wedges_table(plan, limit=limit.name, language=language)
            for limit in plan.plan.problem.limits}


def targets_table(company_plan: CompanyPlan | None, names: dict[str, str], words: Words) -> pd.DataFrame:
    """Return each target and budget of the plan.

    Columns: target, when (a year, or the word for a budget), plan_t, limit_t, above_t, probability (in words; the
    reason where it cannot be computed); empty without a plan.
    """
    kinds = {"target": "str", "when": "str", "plan_t": "float64", "limit_t": "float64", "above_t": "float64",
             "probability": "str"}
    if company_plan is None:
        return table_of([], kinds)
    table = company_plan.plan.excess
    when = [words("plan.budget") if year == 0 else str(year) for year in table["year"]]
    kg = {f"{name}_t": table[f"{of}kg"] / KG_PER_T for name, of in (("plan", ""), ("limit", "limit_"),
                                                                    ("above", "excess_"))}
    targets = [names.get(name, name) for name in table["limit"]]
    chances = table["limit"].map(plan_tables.chances(company_plan, words))
    return pd.DataFrame({"target": targets, "when": when, **kg, "probability": chances}).astype(kinds)


def wedge_lines(wide: dict[str, pd.DataFrame], names: dict[str, str], words: Words) -> pd.DataFrame:
    """Return the numbers of the wedges, one line each: target, year, what, co2e_t; baseline - wedges = plan."""
    kinds = {"target": "str", "year": "int64", "what": "str", "co2e_t": "float64"}
    if not wide:
        return table_of([], kinds)
    heads = {"baseline_t": words("plan.baseline"), "plan_t": words("plan.plan"), "limit_t": words("plan.target"),
             "gap_t": words("plan.gap")}
    wedges = {limit: table.rename(columns=heads, errors="raise") for limit, table in wide.items()}
    parts = [table.melt(id_vars="year", var_name="what", value_name="co2e_t").assign(target=names.get(limit, limit))
             for limit, table in wedges.items()]
    lines = pd.concat(parts, ignore_index=True).sort_values(["target", "year"], kind="stable", ignore_index=True)
    return lines[list(kinds)].astype(kinds)


def calendar_lines(company_plan: CompanyPlan | None, words: Words) -> pd.DataFrame:
    """Return action, year, effect_share (of a lever's full effect), capex, by lever and year; empty without a plan."""
    kinds = {"action": "str", "year": "int64", "effect_share": "float64", "capex": "float64"}
    if company_plan is None:
        return table_of([], kinds)
    table = plan_tables.calendar_table(company_plan, language=words.language)
    table = table.rename(columns={"effect": "effect_share", "label": "action"}, errors="raise")
    return table[list(kinds)].astype(kinds)
