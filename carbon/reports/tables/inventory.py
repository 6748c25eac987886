"""Readers' tables of one inventory, in tonnes CO2e: scopes, categories, energy, purchases, suppliers, sites.

Each is a plain DataFrame; `figure_id` leads to the rows of each line.
A figure that was not computed is NaN, never zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.accounting.compile import states_by_figure
from carbon.accounting.views import named_suppliers
from carbon.core.columns import Column, Rows
from carbon.core.ghg_protocol import CATEGORIES, LOCATION, MARKET, NO_METHOD, SCOPE2_METHODS
from carbon.core.text_columns import lines_of, listed, text_array
from carbon.core.units import KG_PER_T
from carbon.emissions.energy_states import kwh_per_unit
from carbon.reports.tables.sums import counted_rows, largest_first, rows_in_scopes, share, table_of, tonnes, total_t
from carbon.reports.words.figure_ids import figure_id, scope_id_name, total_name

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory


_CATEGORIES = {"figure_id": "str", "category": "int64", "name": "str", "co2e_t": "float64", "share": "float64",
               "rows": "int64", "status": "str", "reason": "str", "estimated_t": "float64"}
_ENERGY = {"figure_id": "str", "carrier": "str", "site": "str", "unit": "str", "quantity": "float64",
           "energy_kwh": "float64"}


def headline_table(inventory: Inventory, *, scopes: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the answer: both totals, the scopes, and biogenic CO2 outside them.

    Parameters
    ----------
    scopes
        `scopes_table` of this inventory, where it is known already.

    Returns
    -------
    DataFrame
        figure_id, figure, co2e_t [t CO2e; NaN without rows].
    """
    scopes = scopes_table(inventory) if scopes is None else scopes
    rows = counted_rows(inventory.emissions, LOCATION)
    biogenic = total_t(rows, "biogenic_co2_kg") if len(rows) else np.nan
    lines = [(i, i.split("/")[-1], t) for i, t in zip(scopes["figure_id"], scopes["co2e_t"], strict=True)]
    lines.sort(key=lambda line: not line[1].startswith("total"))
    return pd.DataFrame([*lines, ("", "biogenic", biogenic)], columns=["figure_id", "figure", "co2e_t"])


def scopes_table(inventory: Inventory) -> pd.DataFrame:
    """Return scope 1, scope 2 by both methods, scope 3, and both totals.

    total (method) = scope 1 + scope 2 (method) + scope 3, each the exact sum of its own rows.

    Columns: figure_id, scope ("total" in the last two lines), scope2_method, co2e_t (NaN without rows), share_location,
    share_market, status and reason (as in `categories_table`; a total has those of its scopes together).
    """
    rows = rows_in_scopes(inventory.emissions)
    sums = tonnes(rows, ["scope", "scope2_method"])
    by_method = {m: rows.where(scope2_method=(NO_METHOD, m)) for m in SCOPE2_METHODS}
    totals = {m: total_t(of) if len(of) else np.nan for m, of in by_method.items()}
    lines = [(scope_id_name(*line), *line, sums.get(line, np.nan))
             for line in (("1", NO_METHOD), ("2", LOCATION), ("2", MARKET), ("3", NO_METHOD))]
    lines += [(total_name(m), "total", m, totals[m]) for m in SCOPE2_METHODS]
    shares = [[share(line[3], totals[m]) if line[2] in (NO_METHOD, m) else np.nan for line in lines]
              for m in (LOCATION, MARKET)]
    names, scopes, methods, co2e_t = zip(*lines, strict=True)
    stated_states = states_by_figure(inventory.table)
    states = [stated_states[name].partition(": ") for name in names]
    return pd.DataFrame({
        "figure_id": [figure_id(inventory, name) for name in names], "scope": scopes, "scope2_method": methods,
        "co2e_t": co2e_t, "share_location": shares[0], "share_market": shares[1],
        "status": [word for word, _, _ in states], "reason": [reason for _, _, reason in states]})


def categories_table(inventory: Inventory) -> pd.DataFrame:
    """Return all fifteen categories of scope 3, with status and reason where there is no figure.

    Columns: figure_id, category, name, co2e_t (NaN unless computed or reported), share (of scope 3), rows, status,
    reason, estimated_t (the company's estimate for an excluded category).
    """
    columns = ["scope", "category", "co2e_kg", "rows", "status"]
    scope3_lines = [line for scope, *line in lines_of(inventory.table, columns) if scope == "3"]
    statements, total, lines = inventory.params.categories, total_t(_scope3(inventory)), []
    for category, kg, rows, stated_status in sorted(scope3_lines, key=lambda line: line[0]):
        status, _, reason = stated_status.partition(": ")
        co2e_t = kg / KG_PER_T if rows else np.nan
        estimated = getattr(statements.get(category), "estimated_t", None)
        lines.append((figure_id(inventory, f"3.{category}"), category, CATEGORIES[category], co2e_t,
                      share(co2e_t, total), rows, status, reason, estimated))
    return table_of(lines, _CATEGORIES)


def energy_table(inventory: Inventory) -> pd.DataFrame:
    """Return energy bought, by carrier and site: the quantity as metered, and its emissions by scope.

    Columns: figure_id (of the carrier), carrier, site, quantity, unit, energy_kwh, scope1_t, scope2_location_t,
    scope2_market_t, upstream_t (category 3). Quantities in different units are never added; energy_kwh is the same in
    kWh, for fuels by their net calorific value, NaN where no property of the fuel is known.
    """
    by = ["carrier", "site", "unit"]
    quantities = _with_carriers(Rows(inventory.activities)).sums(by, "quantity")
    rows = _with_carriers(rows_in_scopes(inventory.emissions))
    parts = {"scope1_t": ("1", NO_METHOD), "scope2_location_t": ("2", LOCATION), "scope2_market_t": ("2", MARKET),
             "upstream_t": ("3", NO_METHOD)}
    sums = {name: tonnes(rows.where(scope=scope, scope2_method=method), by) for name, (scope, method) in parts.items()}
    kwh = {pair: kwh_per_unit(*pair, int(inventory.year)) for pair in {(c, unit) for c, _, unit in quantities}}
    lines = [(figure_id(inventory, f"energy/{key[0]}"), *key, quantity, quantity * kwh[key[0], key[2]],
              *(of.get(key, np.nan) for of in sums.values())) for key, quantity in quantities.items()]
    return table_of(lines, _ENERGY | dict.fromkeys(sums, "float64"))


def _with_carriers(rows: Rows) -> Rows:
    """Return rows of energy, with their carrier."""
    rows = rows.where(kind="energy")
    return rows.assign(carrier=rows.column("activity").map(carrier_of))


def purchases_table(inventory: Inventory) -> pd.DataFrame:
    """Return purchases by group: the spend (or the quantity) and its emissions.

    Columns: group (the rule's own, else the factor's label), amount, unit (the company's currency, into which the
    records were converted; or the unit of a quantity), co2e_t, share (of scope 3), kg_per_unit.
    """
    by = ["shown_group", "unit"]
    labels = _labels(inventory)
    amounts = _with_groups(Rows(inventory.activities), labels).sums(by, "quantity")
    sums = tonnes(_with_groups(counted_rows(inventory.emissions, LOCATION), labels), by)
    total = total_t(_scope3(inventory))
    lines = []
    for group, unit in {**amounts, **sums}:
        amount, co2e_t = amounts.get((group, unit), np.nan), sums.get((group, unit), np.nan)
        kg_per_unit = co2e_t * KG_PER_T / amount if amount != 0 else np.nan
        lines.append((group, unit, amount, co2e_t, share(co2e_t, total), kg_per_unit))
    return table_of(largest_first(lines, 3), {"group": "str", "unit": "str", **dict.fromkeys(
        ("amount", "co2e_t", "share", "kg_per_unit"), "float64")})


def _with_groups(rows: Rows, labels: dict[str, str]) -> Rows:
    """Return rows of purchases with the group a reader is shown: the rule's own, else the label of the factor."""
    rows = rows.where(kind="purchases")
    groups = rows.groups(["group", "activity"])
    labelled = [group or labels.get(activity) or activity for group, activity in groups.lines()]
    return rows.assign(shown_group=Column.of(text_array(labelled)).take(groups.number))


def _labels(inventory: Inventory) -> dict[str, str]:
    """Return the label of the factor of each activity, from its first row of emissions."""
    rows = Rows(inventory.emissions)
    groups, label_of = rows.groups(["activity"]), labels_by_factor(inventory.factors)
    factors = rows.column("factor_id").take(groups.first)
    return {activity: label_of.get(factor, "")
            for activity, factor in zip(groups.lines(), factors.tolist(), strict=True)}


def labels_by_factor(factors: pd.DataFrame) -> dict[str, str]:
    """Return factor id -> label; a factor has one line for each of its parts, and the first counts."""
    labels: dict[str, str] = {}
    for factor, label in zip(listed(factors["factor_id"]), listed(factors["label"]), strict=True):
        labels.setdefault(factor, label)
    return labels


def suppliers_table(inventory: Inventory, n: int = 10) -> pd.DataFrame:
    """Return the `n` suppliers with the highest scope 3 emissions that are named, and all others together.

    Which are named: `accounting.views.named_suppliers`.

    Columns: figure_id, supplier ("" for lines without one), co2e_t, share (of scope 3), amount and unit where one
    currency holds. The last line, supplier "(others)", is the exact sum of the rest; no line where nothing was bought.
    """
    rows = _scope3(inventory)
    total = total_t(rows)
    rows = rows.but(supplier="")
    sums = tonnes(rows, ["supplier"])
    named = named_suppliers(inventory)
    top = sorted(((name, kg) for name, kg in sums.items() if name in named), key=lambda line: (-line[1], line[0]))[:n]
    lines = [(figure_id(inventory, f"supplier/{name}"), name, co2e_t, share(co2e_t, total)) for name, co2e_t in top]
    if len(sums) > len(top) and (top or (rows["kind"] == "purchases").any()):
        rest = total_t(rows.but(supplier=[name for name, _ in top]))
        lines.append(("", OTHERS, rest, share(rest, total)))
    return table_of(lines, {"figure_id": "str", "supplier": "str", "co2e_t": "float64", "share": "float64"})


OTHERS = "(others)"


def sites_table(inventory: Inventory) -> pd.DataFrame:
    """Return emissions by site and scope; "" is for rows without a site.

    Columns: figure_id, site, scope1_t, scope2_location_t, scope2_market_t, scope3_t.
    """
    sums = tonnes(rows_in_scopes(inventory.emissions), ["site", "scope", "scope2_method"])
    columns = {"scope1_t": ("1", NO_METHOD), "scope2_location_t": ("2", LOCATION), "scope2_market_t": ("2", MARKET),
               "scope3_t": ("3", NO_METHOD)}
    sites = list(dict.fromkeys(site for site, _, _ in sums))
    lines = [(figure_id(inventory, f"site/{site}") if site else "", site,
              *(sums.get((site, *column), np.nan) for column in columns.values())) for site in sites]
    return table_of(lines, {"figure_id": "str", "site": "str", **dict.fromkeys(columns, "float64")})


def carrier_of(activity: str) -> str:
    """Return the energy carrier of an activity key: "electricity.residual" is electricity."""
    return activity.partition(".")[0]


def _scope3(inventory: Inventory) -> Rows:
    return counted_rows(inventory.emissions, LOCATION).where(scope="3")

