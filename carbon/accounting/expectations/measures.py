"""Measures of a company-year: how much, how often, in how many months, at which price, by the words of its rows.

A meter, an account, a route have the same measures in each year; `bands` gives what earlier years let expect of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from carbon.accounting import views
from carbon.accounting.expectations import names as m
from carbon.accounting.expectations.likeness import number_of_amounts, number_of_sums, share_at_a_ratio, shares_of_words
from carbon.accounting.expectations.limited import limited, stated_of
from carbon.accounting.expectations.patterns import patterns
from carbon.accounting.inventory_tables import InventoryTables
from carbon.activities.shares import rejected_share
from carbon.core import units
from carbon.core.columns import Column, Groups, Places, Rows, group_codes
from carbon.core.exact import exact_sum, exact_total
from carbon.core.ghg_protocol import NO_METHOD
from carbon.core.periods import reporting_year
from carbon.core.schemas import AMOUNT, INTEGER, TEXT, Table
from carbon.core.text_columns import Flags, Floats, Texts, Values, by_word, coded, columns_of, lines_of, text_array
from carbon.records.kinds.measures import labelled_amounts

Columns = Mapping[str, Values]

MEASURES = Table("measures", {
    "kind": TEXT, "dimension": TEXT, "key": TEXT, "measure": TEXT, "unit": TEXT, "value": AMOUNT, "rows": INTEGER,
    "co2e_kg": AMOUNT, "scope": TEXT, "example": TEXT,
}, key=("kind", "dimension", "key", "measure", "unit"))
"""One measure of the rows with one key. co2e_kg: what they emit in the headline total; scope: where most of it is;
example: file and line of one.
"""
Line = dict[Any, Any]
"""A line of `MEASURES`, or of what is made of them, as a mapping."""
_STORED = {c: object if kind == TEXT else MEASURES.dtypes[c] for c, kind in MEASURES.columns.items()}
DIMENSIONS: dict[str, tuple[tuple[str, ...], ...]] = {
    "energy": (("site", "carrier", "meter"), ("site", "carrier")),
    "purchases": (("account",), ("category",), ("supplier",)),
    "travel": (("mode",), ("mode", "origin", "destination")),
    "commuting": (("site", "group", "mode"),),
    "homeworking": (("site", "group"),),
    "water": (("site", "service"),),
    "waste": (("site", "material", "treatment"),),
    "freight": (("mode", "direction"),),
    "refrigerants": (("site", "gas"),),
    "equipment": (("item",),),
    "activities": (("activity", "site"),),
}
"""Columns whose words make a key, by kind of record; every kind has the kind as a whole besides."""
OF_A_ROW = ("supplier", "account", "category", "site", "carrier", "mode", "origin", "destination", "material",
            "treatment", "item", "gas", "service", "direction")
"""Words by which a row of any kind is known."""
OPEN_NAMES = ("activity", "carrier", "category", "direction", "gas", "material", "mode", "service", "site", "treatment")
"""Parts of a key that a public page names: no supplier, account, meter, person or trip."""
WHOLE = "kind"
KG = "kg CO2e"
"""Unit of the emissions of a kind, the level in which all of its units are one."""
CAPITAL_GOODS = 2
"""The category of scope 3."""
INVENTORY = "inventory"
"""Kind of the scopes and categories of an inventory that sum to less than nothing."""
OF_PERIODS = ("energy", "water", "waste", "refrigerants", "activities")
"""Kinds whose rows cover days; of the others the months are those with a row."""
RECORDED = ("purchases", "energy")
"""Kinds whose amounts are those of their records; of the others those of their activities, e.g. tonne-kilometres."""
ROWS_OF_A_PEAK = 6
SEPARATOR = " · "
METER = SEPARATOR.join(DIMENSIONS["energy"][0])


def measures_of(inventory: InventoryTables) -> pd.DataFrame:
    """Return the `MEASURES` of a company-year: those of its rows, those with a published band, and patterns.

    Each has its formula in docs/reference/expectation-bands.md.
    """
    counted_rows = views.counted_rows(inventory.emissions, scope2_method=inventory.params.scope2_headline)
    capital = (counted_rows["scope"] == "3") & (counted_rows["category"] == CAPITAL_GOODS)
    counted_rows = counted_rows.assign(_capital=capital.astype(np.float64))
    emitted = _ByRecord.of(counted_rows, "co2e_kg", ["scope", "_capital"])
    # Purchases are measured in money: the quantities of their activities are left out.
    quantities = Rows(inventory.activities).but(kind="purchases")
    activities = _ByRecord.of(quantities, "quantity", ["unit", "region"])
    start, _ = reporting_year(inventory.year, inventory.params.reporting_year_starts)
    stated_facts = stated_of(inventory)
    parts = [_ends(inventory), _negative_totals(inventory)]
    for kind, table in sorted(inventory.records.items()):
        if len(table):
            kg, words = emitted.by(table["record_id"], 0.0)
            rows = _measurable(kind, table, activities, start)
            rows = rows.assign(
                _repeated=_repeats(rows), _kg=kg, _scope=Column(*coded(words["scope"])), _capital=words["_capital"])
            for dimension in ((), *_dimensions(kind, rows)):
                parts += _of_dimension(kind, rows, dimension)
            parts += [_lines(kind, p.rows, p.named, {p.measure: p.by_key}, groups=p.groups, kg=p.kg) for p in chain(
                limited(kind, rows, stated_facts), patterns(kind, rows, stated_facts), shares_of_words(kind, rows))]
            parts.append(_sums_only(kind, rows, "source_file"))
            if kind == "purchases":
                parts += [_sums_only(kind, rows, name) for name in ("category", "supplier")
                          if (name,) not in _dimensions(kind, rows)]
                ratio, share = share_at_a_ratio(rows, ("supplier", "account", "category"))
                parts.append(_lines(kind, rows.assign(_unit=f"{ratio:.2f}"), (), {m.AT_A_RATIO: np.array([share])}))
    columns = {name: np.concatenate([part[name] for part in parts]) for name in MEASURES.columns}
    return MEASURES.validate({name: text_array(of) if of.dtype == object else of for name, of in columns.items()})


def key_of(line: Mapping[Any, Any]) -> tuple[str, str, str]:
    """Return by which words a line is known: its kind, dimension and key."""
    return line["kind"], line["dimension"], line["key"]


def _dimensions(kind: str, rows: Rows) -> Sequence[tuple[str, ...]]:
    """Return the dimensions of a kind; of purchases the first that the rows are known by. A purchase that moves from
    one supplier to another within an account changes no total.
    """
    all_of_kind = DIMENSIONS.get(kind, ())
    if kind != "purchases":
        return all_of_kind
    return [d for d in all_of_kind if any(rows.column(d[0]).distinct)][:1]


@dataclass(frozen=True)
class _ByRecord:
    """Values of each record: sums of its rows, and words of its first row."""

    records: pd.Index[Any]
    total: Floats
    words: Mapping[str, Texts]

    @staticmethod
    def of(rows: Rows, total: str, words: Sequence[str]) -> _ByRecord:
        record = rows.column("record_id")
        first = np.full(len(record.words), -1)
        first[record.codes[::-1]] = np.arange(len(rows) - 1, -1, -1)
        has_row = np.flatnonzero(first >= 0)
        first_rows = rows.take(first[has_row])
        sums = exact_sum(rows[total], record.codes, len(record.words))[has_row]
        return _ByRecord(record.words[has_row], sums, {name: first_rows[name] for name in words})

    def by(self, records: pd.Series, missing: float) -> tuple[Floats, dict[str, Values]]:
        """Return the sum of each of these records, `missing` where it has no row, and its words, or "" (numbers: 0)."""
        record = Column.of(records)
        at = self.records.get_indexer(record.words)[record.codes]
        return np.append(self.total, missing)[at], {  # without a row, the place is -1: that of the last value
            name: np.append(values, "" if values.dtype == object else 0.0)[at] for name, values in self.words.items()}


def _measurable(kind: str, table: pd.DataFrame, activities: _ByRecord, start: pd.Timestamp) -> Rows:
    """Return a kind's rows with amount, unit, money, region, and the first and last month of the reporting year."""
    rows = Rows(table)
    quantity, of_activity = activities.by(table["record_id"], np.nan)
    amount, unit = (quantity, of_activity["unit"]) if kind not in RECORDED else _recorded(kind, table)
    first, last = (_month(rows[c], start) for c in ("period_start", "period_end"))
    money, priced = _money(kind, table, amount)
    return rows.assign(
        **{c: rows.column(c) for c in (*OF_A_ROW, "meter", "source_file") if c in rows}, _amount=amount, _first=first,
        _unit=Column.of(unit), _last=last, _money=money, _priced=priced, _region=Column.of(of_activity["region"]),
        _days=(rows["period_end"] - rows["period_start"]) / np.timedelta64(1, "D") + 1,
        _not_over=_months_not_over(start),
        _vat=table["vat"].to_numpy(dtype=np.float64) if "vat" in table else np.full(len(table), np.nan))


def _recorded(kind: str, table: pd.DataFrame) -> tuple[Floats, Texts]:
    """Return amount and unit of each row; energy in kWh, also where it is in GJ or therms, gross and net apart."""
    amount, place, labels = labelled_amounts(kind, table)
    if kind != "energy":
        return amount, np.array(labels, dtype=object).take(place)
    kwh = [units.kwh_of(label.rpartition(":")[2]) for label in labels]
    unit = [f"{label.rpartition(':')[0]}:kWh" if size > 0 else label for label, size in zip(labels, kwh, strict=True)]
    amount = amount * np.nan_to_num(kwh, nan=1.0)[place]
    return amount, np.asarray(np.array(unit, dtype=object).take(place) + by_word(table["unit"], _basis))


def _basis(unit: str) -> str:
    dimension = units.unit(unit).dimension if unit else ""
    return f" {dimension[-3:]}" if dimension.endswith(("HHV", "LHV")) else ""


def _money(kind: str, table: pd.DataFrame, amount: Floats) -> tuple[Floats, Floats]:
    """Return money and the amount that it paid for; NaN where a kind has no money next to its amounts."""
    nothing = np.full(len(table), np.nan)
    if kind == "purchases":
        return table["amount"].to_numpy(dtype=np.float64), table["quantity"].to_numpy(dtype=np.float64)
    return (table["amount"].to_numpy(dtype=np.float64), amount) if "amount" in table else (nothing, nothing)


def _months_not_over(start: pd.Timestamp) -> int:
    """Return how many months of the reporting year, the last ones, are not over today: no row of theirs is missing."""
    today = pd.Timestamp.today()
    over = (today.year - start.year) * 12 + today.month - start.month
    return int(np.clip(12 - over, 0, 12))


def _month(days: Values, start: pd.Timestamp) -> Places:
    """Return the month of the reporting year, 0 to 11, cut at its ends."""
    month = days.astype("datetime64[M]") - start.to_datetime64().astype("datetime64[M]")
    return np.where(np.isnat(days), 0, np.clip(month.astype(np.int64), 0, 11)).astype(np.intp)


def _of_dimension(kind: str, rows: Rows, dimension: Sequence[str]) -> list[Columns]:
    """Return all measures of the keys of one dimension."""
    key_columns = [c for c in dimension if c in rows]
    if len(key_columns) < len(dimension):
        return []
    groups = rows.groups([*key_columns, "_unit"])
    peak, largest = _peaks(rows, groups.number, len(groups))
    parts = [_lines(kind, rows, key_columns, _values(kind, rows, groups), groups=groups),
             _lines(kind, rows, key_columns, {m.PEAK: peak}, groups=groups, kg=rows["_kg"][largest],
                    example_rows=largest)]
    if not key_columns:
        parts.append(_lines(kind, rows.assign(_unit=KG), key_columns, {m.LEVEL: np.array([exact_total(rows["_kg"])])}))
    if key_columns and kind == "energy":
        places = rows.assign(_unit=rows.column("_region"))
        groups = places.groups([*key_columns, "_unit"])
        parts.append(_lines(kind, places, key_columns, {m.PLACE: np.ones(len(groups))}, groups=groups))
    return parts


def _lines(
    kind: str, rows: Rows, key_columns: Sequence[str], values: Mapping[str, Floats], *, groups: Groups | None = None,
    kg: Floats | None = None, example_rows: Places | None = None,
) -> Columns:
    """Return a line for each measure that a group has, of groups that any word names. kg: emissions of each group,
    where not those of its rows; example_rows: the row that is its example, where not the first.
    """
    groups = groups or rows.groups([*key_columns, "_unit"])
    first = rows.take(groups.first)
    shown_rows = first if example_rows is None else rows.take(example_rows)
    unit, scope, file, *words = (of.column(c).tolist() for of, c in (
        (first, "_unit"), (first, "_scope"), (shown_rows, "source_file"), *((first, c) for c in key_columns)))
    keys = [*zip(*words, strict=True)] or [()] * len(groups)
    table = np.stack([*values.values()])
    measure, at = np.nonzero(~np.isnan(table) & np.array([not key_columns or any(key) for key in keys], dtype=bool))
    kg = exact_sum(rows["_kg"], groups.number, len(groups)) if kg is None else kg
    example = [f"{name}:{line}" for name, line in zip(file, shown_rows["source_line"].tolist(), strict=True)]
    return {
        "kind": np.full(len(at), kind, dtype=object),
        "dimension": np.full(len(at), SEPARATOR.join(key_columns) or WHOLE, dtype=object),
        "key": np.array([*map(SEPARATOR.join, keys)], dtype=object)[at],
        "measure": np.array([*values], dtype=object)[measure], "unit": np.array(unit, dtype=object)[at],
        "value": table[measure, at], "rows": np.array(groups.counts(), dtype=np.int64)[at], "co2e_kg": kg[at],
        "scope": np.array(scope, dtype=object)[at], "example": np.array(example, dtype=object)[at]}


def _values(kind: str, rows: Rows, groups: Groups) -> dict[str, Floats]:
    """Return each measure of each group, NaN where it has none."""
    n, at, amount = len(groups), groups.number, rows["_amount"]
    known_amount = np.where(np.isnan(amount), 0.0, amount)
    measured = np.bincount(at, weights=~np.isnan(amount), minlength=n)
    size, total = exact_sum(np.abs(known_amount), at, n), exact_sum(known_amount, at, n)
    months, to_end = _months(kind, rows, at, n)
    shares = {m.NEGATIVE: np.where(known_amount < 0, -known_amount, 0.0),
              m.REPEATED: np.where(rows["_repeated"], np.abs(known_amount), 0.0)}
    return {
        m.LEVEL: np.where(measured > 0, total, np.nan), m.ROWS: np.bincount(at, minlength=n).astype(np.float64),
        m.MONTHS: months, m.TO_END: to_end, m.AMOUNTS: number_of_amounts(rows["_amount"], at, n),
        m.PRICE: _ratio(rows["_money"], rows["_priced"], at, n),
        m.VAT: _ratio(rows["_vat"], amount, at, n), m.SUMS: number_of_sums(kind, known_amount, at, n),
        m.WEIGHT: np.divide(size**2, exact_sum(known_amount**2, at, n), out=np.full(n, np.nan), where=size > 0),
        m.NEGATIVE_ROWS: np.bincount(at, weights=known_amount < 0, minlength=n),
        m.CAPITAL: np.bincount(at, weights=rows["_capital"], minlength=n) / np.bincount(at, minlength=n),
        **{name: np.divide(exact_sum(part, at, n), size, out=np.full(n, np.nan), where=size > 0)
           for name, part in shares.items()}}


def _repeats(rows: Rows) -> Flags:
    """Flag rows that follow another with the same days, words and amount, whatever its number. A tariff recurs on other
    days, once or in another number; a file entered twice has each of its rows an even number of times. What recurs
    counts where its numbers on all of its days have a common divisor.
    """
    days = [rows[c].astype("datetime64[D]").astype(np.int64) for c in ("period_start", "period_end")]
    recurring = group_codes([*(rows.column(c) for c in OF_A_ROW if c in rows), rows["_amount"]])
    _, first, code = np.unique(group_codes([recurring, *days]), return_index=True, return_inverse=True)
    divisor = np.zeros(int(recurring.max()) + 1, dtype=np.intp)
    np.gcd.at(divisor, recurring[first], np.bincount(code))
    is_first = np.zeros(len(code), dtype=bool)
    is_first[first] = True
    return np.asarray(~is_first & (divisor[recurring] > 1) & ~np.isnan(rows["_amount"]))


def _sums_only(kind: str, rows: Rows, name: str) -> Columns:
    """Return the sums among the rows of one word that is no key of its own: a file, a supplier with its total."""
    groups = rows.groups([name, "_unit"])
    number = number_of_sums(kind, np.nan_to_num(rows["_amount"]), groups.number, len(groups))
    return _lines(kind, rows, (name,), {m.SUMS: np.where(number > 0, number, np.nan)}, groups=groups)


def _months(kind: str, rows: Rows, at: Places, n: int) -> tuple[Floats, Floats]:
    """Return in how many of the twelve months each group has a row (or days, where its rows cover days), and that
    number with the months before its first row; months that are not over count as if they had one.
    """
    first, last = rows["_first"], rows["_last"] if kind in OF_PERIODS else rows["_first"]
    changes = np.zeros((n, 13))
    np.add.at(changes, (at, first), 1)
    np.add.at(changes, (at, np.maximum(last, first) + 1), -1)
    covered = changes.cumsum(axis=1)[:, :12] > 0
    covered[:, 12 - rows["_not_over"][0]:] = True
    months = covered.sum(axis=1)
    return months.astype(np.float64), (months + covered.argmax(axis=1)).astype(np.float64)


def _ratio(part: Floats, of: Floats, at: Places, n: int) -> Floats:
    """Return the sum of one column over that of another, for the rows that have both above zero."""
    has_both = (part > 0) & (of > 0)
    parts, wholes = (exact_sum(np.where(has_both, column, 0.0), at, n) for column in (part, of))
    return np.divide(parts, wholes, out=np.full(n, np.nan), where=wholes > 0)


def _peaks(rows: Rows, at: Places, n: int) -> tuple[Floats, Places]:
    """Return the largest amount a day over the second largest of the rows of each group, NaN of few rows; its row."""
    size = np.abs(rows["_amount"]) / np.maximum(rows["_days"], 1.0)
    known_rows = np.flatnonzero(size > 0)
    order = known_rows[np.lexsort((size[known_rows], at[known_rows]))]
    count = np.bincount(at[order], minlength=n)
    enough, last = count >= ROWS_OF_A_PEAK, np.cumsum(count) - 1
    out, row = np.full(n, np.nan), np.zeros(n, dtype=np.intp)
    row[enough] = order[last[enough]]
    out[enough] = size[row[enough]] / size[order[last[enough] - 1]]
    return out, row


def _ends(inventory: InventoryTables) -> Columns:
    """Return which share of the rows of each kind was excluded, of another year, and of the others rejected."""
    rows = Rows(inventory.ledger).where(inventory.ledger["counts_row"].to_numpy())
    read_rows, ended, coded = rows.groups(["kind"]), rows.groups(["kind", "outcome"]), rows.groups(["kind", "code"])
    number = {**dict(zip(ended.lines(), ended.counts(), strict=True)),
              **dict(zip(coded.lines(), coded.counts(), strict=True))}
    emitted = views.counted_rows(inventory.emissions, scope2_method=inventory.params.scope2_headline)
    kg, total = emitted.sums(["kind"], "co2e_kg"), emitted.total("co2e_kg")
    lines: list[tuple[object, ...]] = []
    for kind, n in zip(read_rows.lines(), read_rows.counts(), strict=True):
        excluded, rejected, other = (number.get((kind, word), 0) for word in ("excluded", "rejected", "out_of_year"))
        shares = {m.EXCLUDED: excluded / n, m.REJECTED: rejected_share(rejected, n - excluded), m.OTHER_YEAR: other / n}
        lines += [(kind, WHOLE, "", name, "", share, n, total if name == m.OTHER_YEAR else kg.get(kind, 0.0), "", "")
                  for name, share in shares.items()]
    return columns_of(lines, _STORED)


def _negative_totals(inventory: InventoryTables) -> Columns:
    """Return the lines of the headline total that are below zero: more credit notes than purchases, a sign reversed."""
    methods = NO_METHOD, inventory.params.scope2_headline
    return columns_of([
        (INVENTORY, "category", f"{scope}.{category}" if category else scope, m.TOTAL, "kg CO2e", kg, rows, kg, scope,
         _lowest(inventory.emissions, scope, category)) for scope, category, method, kg, rows in
        lines_of(inventory.table, ("scope", "category", "scope2_method", "co2e_kg", "rows"))
        if kg < 0 and method in methods], _STORED)


def _lowest(emissions: pd.DataFrame, scope: str, category: int) -> str:
    """Return file and line of the row of a category that lowers it most."""
    rows = emissions[(emissions["scope"] == scope) & (emissions["category"] == category)]
    at = int(rows["co2e_kg"].to_numpy().argmin())
    return f"{rows['source_file'].iloc[at]}:{rows['source_line'].iloc[at]}"
