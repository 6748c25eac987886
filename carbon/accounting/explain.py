"""The explanation of a figure: its rows, their factors with source and page, and the lines of the files.

Three steps, offline: the figure's id, its emission rows (quantity x factor, in words with numbers), their sources.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from carbon.accounting import views
from carbon.accounting.compile import COMPUTED, NO_RECORDS, states_by_figure
from carbon.accounting.exchange_words import with_rates
from carbon.accounting.inventory_tables import InventoryTables
from carbon.accounting.record_inputs import with_inputs
from carbon.activities.causes import cells_of
from carbon.core.display import HandsOut, as_html, one_line
from carbon.core.errors import UsageError
from carbon.core.ghg_protocol import CATEGORIES, LOCATION, MARKET
from carbon.core.text import instead
from carbon.records.headings.matching import TEMPLATE
from carbon.records.kinds.contract import KINDS

SHOWN = 5
OF_FACTOR = ["factor_id", "label", "unit", "gwp_set", "edition", "page", "source_id"]
_COLUMNS = ["activity_id", "source_file", "source_line", "activity", "part", "scope", "category", "scope2_method",
            "quantity", "unit", "kg_per_unit", "co2e_kg", "factor_id", "source_id", "reason", "quality", "supplier",
            "site"]


@dataclass(frozen=True, eq=False, repr=False)
class Explanation(HandsOut):
    """One figure, its rows and their factors.

    Attributes
    ----------
    co2e_kg
        The figure [kg CO2e]: the exact sum of `rows`; NaN without rows, which is no zero.
    formula
        The calculation in words and numbers.
    rows
        Emission rows, largest first, with file and line (and `cell`, where a line has several), remarks (`quality`),
        and the `inputs` of the formula that gave the quantity, as the record has them, with the exchange rates: rate,
        day or days, source.
    factors
        The factors they used: label, unit, GWP set, source, edition, page.
    state
        "computed", "partly: ..." (what lacks a factor), or why there is no figure: "no records", "no factor: ..." ...
    """

    figure_id: str
    co2e_kg: float
    formula: str
    rows: pd.DataFrame
    factors: pd.DataFrame
    state: str = COMPUTED

    def __repr__(self) -> str:
        return one_line(f"Explanation({self.figure_id}{equal_to(self.co2e_kg, self.rows)}, {len(self.rows):,} rows)")

    def __str__(self) -> str:
        return f"{self.figure_id}{equal_to(self.co2e_kg, self.rows)}\n{self.formula}"

    def _repr_html_(self) -> str:
        kg = f"{self.co2e_kg:,.3f}" if len(self.rows) else "no figure"
        words = {"figure": self.figure_id, "kg CO2e": kg, "formula": self.formula}
        return as_html(repr(self), words, self.rows)


def equal_to(co2e_kg: float | None, rows: pd.DataFrame) -> str:
    """Return " = 1,234.000 kg CO2e", or that there is no figure where it has no rows."""
    return f" = {co2e_kg:,.3f} kg CO2e" if len(rows) else ": no figure"


def explain_figure(inventory: InventoryTables, figure_id: str) -> Explanation:
    """Explain one figure of an inventory by its rows, factors and formula.

    Raises UsageError: The id is of another company-year, or is not a figure; the error names the known ids.
    """
    prefix = f"{inventory.company}/{inventory.year}/"
    name = figure_id.removeprefix(prefix)
    if name == figure_id and parts_of_id(figure_id)[0] not in ("", "chart", *_NAMED):
        raise UsageError(f"{figure_id!r} is not a figure of {prefix[:-1]}", hint=f"its ids begin with {prefix}")
    rows = _rows(inventory, name)
    kg = views.total_kg(rows) if len(rows) else float("nan")
    state = states_by_figure(inventory.table).get(name, COMPUTED if len(rows) else NO_RECORDS)
    shown_rows = rows.sort_values("co2e_kg", ascending=False, key=abs, kind="stable")[[*_COLUMNS, "record_id"]]
    shown_rows = with_inputs(shown_rows.reset_index(drop=True), inventory.records)
    cells = cells_of(shown_rows["record_id"])
    shown_rows = (shown_rows.assign(cell=cells) if (cells != "").any() else shown_rows).drop(columns="record_id")
    shown_rows = with_rates(shown_rows, inventory)
    factors = inventory.factors[inventory.factors["factor_id"].isin(rows["factor_id"])][OF_FACTOR]
    factors = factors.drop_duplicates("factor_id").reset_index(drop=True)
    full = f"{inventory.company}/{inventory.year}/{name}"
    summed = summed_columns(shown_rows["source_file"], inventory)
    formula = _formula(shown_rows, factors, kg, summed) if len(shown_rows) else f"no rows: {state}"
    return Explanation(full, kg, formula, shown_rows, factors, state)


def figure_kg(inventory: InventoryTables, name: str) -> float:
    """Return one figure of an inventory without its rows [kg CO2e]; NaN where it has none.

    Raises UsageError: Not a figure.
    """
    rows = _rows(inventory, name)
    return views.total_kg(rows) if len(rows) else float("nan")


def parts_of_id(figure_id: str) -> tuple[str, str, str]:
    """Return company, year and figure of an id; the first two are "" where the id is a figure alone."""
    first, _, rest = figure_id.partition("/")
    year, _, name = rest.partition("/")
    if len(year) == 4 and year.isdigit() and name:
        return first, year, name
    return "", "", figure_id


def _rows(inventory: InventoryTables, name: str) -> pd.DataFrame:
    # Of a long ledger the other columns would be copied too.
    emissions = inventory.emissions[[*_COLUMNS, "record_id", "kyoto", "kind"]]
    kyoto = views.chosen(emissions, emissions["kyoto"])
    if name in _WHOLE:
        return _WHOLE[name](kyoto)
    if name.startswith("3.") and name[2:].isdigit() and int(name[2:]) in CATEGORIES:
        return kyoto[(kyoto["scope"] == "3") & (kyoto["category"] == int(name[2:]))]
    kind, _, value = name.partition("/")
    headline = views.counted(emissions, scope2_method=inventory.params.scope2_headline)
    if name in OF_CHART:
        # Travel is location-based wherever its electricity is charged, as in its table.
        travelled = views.counted(emissions, scope2_method=LOCATION)
        return OF_CHART[name](travelled if name == "chart/travel" else headline)
    if kind in _NAMED and value:
        rows = _NAMED[kind](kyoto if kind == "activity" else headline, value)
        if len(rows):
            return rows
        raise UsageError(f"No rows for {name!r} in {inventory.company}/{inventory.year}", hint=_known(name, headline))
    raise UsageError(f"{name!r} is not a figure", hint=instead(
        name, [*_WHOLE, *OF_CHART], otherwise=f"one of {', '.join(_WHOLE)}, 3.1 ... 3.15, energy/<carrier>, "
        f"site/<name>, supplier/<name>, activity/<id>, {', '.join(OF_CHART)}"))


def _by_method(method: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda rows: rows[(rows["scope"] == "2") & (rows["scope2_method"] == method)]


_WHOLE: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "total-location": lambda rows: views.counted(rows, scope2_method=LOCATION),
    "total-market": lambda rows: views.counted(rows, scope2_method=MARKET),
    "scope1": lambda rows: rows[rows["scope"] == "1"],
    "scope2-location": _by_method(LOCATION), "scope2-market": _by_method(MARKET),
    "scope3": lambda rows: rows[rows["scope"] == "3"],
}
_NAMED: dict[str, Callable[[pd.DataFrame, str], pd.DataFrame]] = {
    "energy": lambda rows, name: rows[(rows["kind"] == "energy") & ((rows["activity"] == name)
                                                                    | rows["activity"].str.startswith(f"{name}."))],
    "site": lambda rows, name: rows[rows["site"] == name],
    "supplier": lambda rows, name: rows[(rows["supplier"] == name) & (rows["scope"] == "3")],
    "activity": lambda rows, name: rows[rows["activity_id"] == name],
}
OF_CHART: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "chart/scopes": lambda rows: rows,
    "chart/icicle": lambda rows: rows,
    "chart/icicle_public": lambda rows: rows,
    "chart/categories": lambda rows: rows[rows["scope"] == "3"],
    "chart/travel": lambda rows: rows[(rows["kind"] == "travel") & (rows["category"] == 6)],
    "chart/suppliers": lambda rows: rows[(rows["scope"] == "3") & (rows["supplier"] != "")],
    "chart/energy_by_month": lambda rows: rows[rows["kind"] == "energy"],
}
"""Charts that are sums of emission rows; the numbers of the others are read from the published set."""
_COLUMN_OF = {"energy": "activity", "site": "site", "supplier": "supplier", "activity": "activity_id"}


def _known(name: str, rows: pd.DataFrame) -> str:
    kind = name.partition("/")[0]
    names = rows[rows["kind"] == "energy"] if kind == "energy" else rows
    values = [f"{kind}/{v}" for v in names[_COLUMN_OF[kind]].drop_duplicates() if v]
    return instead(name, values) if values else "there are no rows"


def summed_columns(files: pd.Series, inventory: InventoryTables) -> dict[str, str]:
    """Return file -> ", cells {Debit} - {Credit}" for each whose quantity or amount params declare as such a sum."""
    from carbon.records.files.company import claims_of  # readers of files: an inventory does without them

    sums: dict[str, str] = {}
    for file in files.drop_duplicates():
        below = file.removeprefix(f"data/raw/{inventory.company}/{inventory.year}/")
        for one in claims_of(inventory.params, below, inventory.year):
            heading = one.columns.get(KINDS[one.kind].measure[0], "") if one.kind in KINDS else ""
            sums |= {file: f", cells {heading}"} if TEMPLATE.search(heading) else {}
    return sums


def _formula(rows: pd.DataFrame, factors: pd.DataFrame, kg: float, summed: dict[str, str]) -> str:
    """Return the sum in words, and its largest rows as quantity x factor = kilograms with source, line and cells."""
    published = factors.set_index("factor_id").to_dict("index")
    lines = [f"sum of {len(rows):,} rows, each quantity x kg per unit; the largest:"]
    top = rows.head(SHOWN).to_dict("records")
    lines += ["  " + _row_in_words(row, published.get(row["factor_id"], {}), summed.get(row["source_file"], ""))
              for row in top]
    if len(rows) > SHOWN:
        rest = kg - float(rows["co2e_kg"].head(SHOWN).sum())
        lines.append(f"  ... and {len(rows) - SHOWN:,} more rows: {rest:,.3f} kg")
    return "\n".join(lines)


def _row_in_words(row: dict[Hashable, Any], factor: dict[Hashable, Any], cells: str) -> str:
    where = " ".join(str(factor.get(c, "")) for c in ("source_id", "edition", "page")).strip() or row["source_id"]
    method = f" ({row['scope2_method']})" if row["scope2_method"] else ""
    return (f"{row['quantity']:,.6g} {row['unit']} x {row['kg_per_unit']:.6g} kg/{row['unit']}"
            f" = {row['co2e_kg']:,.3f} kg  {row['activity']}, {row['part']}{method}; {row['factor_id']}, {where}"
            f"; {row['reason']}; {row['source_file']} line {row['source_line']}{cells}"
            + (f", cell {row['cell']}" if row.get("cell") else "")
            + "".join(f"; {row[c]}" for c in ("quality", "inputs") if row[c]))
