"""What was read and where it ended: coverage, rejects by code, and the shares a company's params accept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.activities.causes import rejects_by_cause, without_names
from carbon.activities.shares import ROWS, measures_of_units
from carbon.core.columns import Rows
from carbon.core.schemas import OUTCOMES, retyped
from carbon.core.text_columns import lines_of, listed, text_array
from carbon.core.units import KG_PER_T
from carbon.reports.tables.sums import table_of
from carbon.reports.words.language import Words

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory

REJECTED = "rejected"
_ENDS = tuple(outcome.replace(" ", "_") for outcome in OUTCOMES)
CANCELLED = 1e-12
"""A sum this small against the absolute amounts is what binary cents leave of zero."""


def coverage_table(inventory: Inventory) -> pd.DataFrame:
    """Return rows by kind of record and outcome: read = inventoried + set aside + excluded + rejected.

    Returns
    -------
    DataFrame
        kind, read, inventoried, set_aside, excluded, rejected [rows], rejected_share (of the rows that are not
        excluded).
    """
    ledger = Rows(inventory.ledger)
    groups = ledger.where(ledger["counts_row"]).groups(["kind", "outcome"])
    rows = dict(zip(groups.lines(), groups.counts(), strict=True))
    part = _by_measure(inventory.rejected_shares)
    lines = []
    for kind in ledger.groups(["kind"]).lines():
        ends = [rows.get((kind, outcome), 0) for outcome in OUTCOMES]
        lines.append((kind, sum(ends), *ends, part.get((kind, ROWS), np.nan)))
    return table_of(lines, {"kind": "str", **dict.fromkeys(("read", *_ENDS), "int64"), "rejected_share": "float64"})


def _by_measure(shares: pd.DataFrame) -> dict[tuple[str, str], float]:
    return {(k, m): p if n > 0 else np.nan for k, m, p, n in lines_of(shares, ("kind", "measure", "share", "of"))}


def amounts_table(inventory: Inventory) -> pd.DataFrame:
    """Return amounts by kind of record, unit and outcome: read = inventoried + set aside + excluded + rejected.

    Returns
    -------
    DataFrame
        kind, unit, read, inventoried, set_aside, excluded, rejected [unit], rejected_share (of the absolute amounts
        that are not excluded, all currencies of a kind together; NaN for a unit that only rejected rows have).
        Different units are never added. Each column is an exact sum of its own lines.
    """
    amounts = inventory.ledger["amount"].to_numpy()
    sizes = Rows(inventory.ledger).assign(size=np.abs(amounts)).where(~np.isnan(amounts))
    by = ["kind", "unit"]
    totals, ended = sizes.sums(by, "amount"), sizes.sums([*by, "outcome"], "amount")
    size_read, part = sizes.sums(by, "size"), _by_measure(inventory.rejected_shares)
    units = list(dict.fromkeys(unit for _, unit in totals))
    measures, _ = measures_of_units(units, inventory.params, year=inventory.year, fx=inventory.fx)
    measure = dict(zip(units, measures, strict=True))
    lines = []
    for key, amount in totals.items():
        outcomes = [amount, *(ended.get((*key, outcome), 0.0) for outcome in OUTCOMES)]
        # Debit and credit cancel in cents; in binary a trace of 1e-16 of the amounts is left of it.
        outcomes = [value if abs(value) > CANCELLED * size_read[key] else 0.0 for value in outcomes]
        kind, unit = key
        lines.append((*key, *outcomes, part.get((kind, measure[unit]), np.nan) if unit else np.nan))
    return table_of(lines, {"kind": "str", "unit": "str", **dict.fromkeys(("read", *_ENDS, "rejected_share"),
                                                                          "float64")})


def rejects_table(inventory: Inventory) -> pd.DataFrame:
    """Return rejected rows by cause: code, unit, column and name of the files, with the amount they stood for.

    Columns: kind, stage, code, rows, amount, unit, files (pattern), column, example (file:line); reason, what_to_do (of
    the example).
    """
    ledger = inventory.ledger
    table = without_names(rejects_by_cause(ledger[ledger["outcome"] == REJECTED], by=("kind", "stage", "unit")))
    table = table.sort_values(["kind", "rows", "code"], ascending=[True, False, True], kind="stable", ignore_index=True)
    return retyped(table[["kind", "stage", "code", "rows", "amount", "unit", "files", "column", "example", "reason",
                          "what_to_do"]], {"kind": "str"})


def exclusions_table(inventory: Inventory) -> pd.DataFrame:
    """Return rows excluded by rule or set aside for physical data, with the reason and the amount.

    Columns: kind, outcome, code, rows, amount, unit, reason.
    """
    left_out = Rows(inventory.ledger).where(outcome=("excluded", "set aside"))
    return _by_code(left_out, "outcome")


def accepted_rejects_table(inventory: Inventory, *, coverage: pd.DataFrame | None = None,
                           amounts: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the share rejected and the largest share the company's params accept; lines with a reject or a limit only.

    Parameters
    ----------
    coverage, amounts
        `coverage_table` and `amounts_table` of this inventory, where they are known already.

    Returns
    -------
    DataFrame
        kind, unit ("rows" or the unit of the amounts), rejected, share (NaN for amounts whose unit is not readable or
        is that of rejected rows alone: the line of the rows counts them), accepted_share.
    """
    rows = coverage_table(inventory) if coverage is None else coverage
    sums = amounts_table(inventory) if amounts is None else amounts
    limits = inventory.params.max_rejected_share
    lines = []
    for side, table in (("rows", rows), ("amount", sums)):
        units = ["rows"] * len(rows) if side == "rows" else listed(sums["unit"])
        columns = (listed(table[name]) for name in ("kind", "rejected", "rejected_share"))
        for kind, rejected, part, unit in zip(*columns, units, strict=True):
            accepted = float(getattr(limits[kind], side)) if kind in limits else 0.0
            if rejected != 0 or (accepted > 0 and side == "rows"):
                lines.append((kind, unit, rejected, part, accepted))
    return table_of(sorted(lines, key=lambda line: line[0]), {
        "kind": "str", "unit": "str", "rejected": "float64", "share": "float64", "accepted_share": "float64"})


def _by_code(rows: Rows, of: str) -> pd.DataFrame:
    """Return rows and amounts by kind, `of`, code and unit; the reason is that of the first row."""
    by = ["kind", of, "code", "unit"]
    groups = rows.groups(by)
    counts = np.bincount(groups.number, weights=rows["counts_row"], minlength=len(groups)).astype("int64")
    amounts, first = rows.where(~np.isnan(rows["amount"])).sums(by, "amount"), rows.take(groups.first)
    lines = [(*key, n, amounts.get(key, np.nan), reason) for key, n, reason in zip(
        groups.lines(), counts.tolist(), first["reason"].tolist(), strict=True)]
    lines.sort(key=lambda line: (line[0], -line[4], line[2]))
    return table_of(lines, {**dict.fromkeys(by, "str"), "rows": "int64", "amount": "float64", "reason": "str"})


def counted_twice_table(inventory: Inventory, words: Words) -> pd.DataFrame:
    """Return the pairs of records that speak of the same thing: both sides with rows and tonnes, and what counts.

    Columns: pair, basis, first, first_t, second, second_t, at_stake_t [t CO2e], keep ("" without a policy), reason.
    """
    table = inventory.pairs
    sides = {side: [words("text.side", side=words.term("side", name), rows=words.number(rows, 0), files=files)
                    for name, rows, files in lines_of(table, [f"{side}_{c}" for c in ("side", "rows", "files")])]
             for side in ("first", "second")}
    tonnes = {f"{name}_t": table[f"{name}_kg"] / KG_PER_T for name in ("first", "second", "at_stake")}
    return pd.DataFrame({
        "pair": text_array([words.term("pair", pair) for pair in listed(table["pair"])]), "basis": table["basis"],
        "first": text_array(sides["first"]), "first_t": tonnes["first_t"], "second": text_array(sides["second"]),
        "second_t": tonnes["second_t"], "at_stake_t": tonnes["at_stake_t"],
        "keep": text_array([words.term("side", keep) if keep else "" for keep in listed(table["keep"])]),
        "reason": table["reason"]})
