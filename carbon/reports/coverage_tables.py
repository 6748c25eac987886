"""
What was read and where it ended: coverage, rejects by code, and the shares a company's params accept.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from carbon.core.schemas import OUTCOMES
from carbon.core.words_coded import with_text
from carbon.reports.sums import sum_by

Inventory = Any
CANCELLED = 1e-12
"""A sum this small beside the absolute amounts is what binary cents leave of zero."""


def coverage_table(inventory: Inventory) -> pd.DataFrame:
    """
    Rows by kind of record and outcome: read = inventoried + set aside + excluded + rejected.

    Returns
    -------
    DataFrame
        kind, read, inventoried, set_aside, excluded, rejected [rows], rejected_share.
    """
    counted = inventory.ledger[inventory.ledger["counts_row"]]
    rows = sum_by(counted.assign(row=1.0), ["kind", "outcome"], "row")
    table = _by_outcome(rows, inventory.ledger[["kind"]]).fillna(0).astype("int64")
    table.insert(0, "read", table.sum(axis=1))
    table["rejected_share"] = table["rejected"] / table["read"].where(table["read"] > 0)
    return table.reset_index()


def amounts_table(inventory: Inventory) -> pd.DataFrame:
    """
    Amounts by kind of record, unit and outcome: read = inventoried + set aside + excluded + rejected.

    Returns
    -------
    DataFrame
        kind, unit, read, inventoried, set_aside, excluded, rejected [unit], rejected_share (of absolute amounts, since
        credit notes are negative). Different units are never added. Each column is an exact sum of its own lines.
    """
    priced = inventory.ledger[inventory.ledger["amount"].notna()]
    by = ["kind", "unit"]
    table = _by_outcome(sum_by(priced, [*by, "outcome"], "amount"), priced[by]).fillna(0.0)
    table.insert(0, "read", sum_by(priced, by, "amount").reindex(table.index))
    sizes = priced.assign(size=priced["amount"].abs())
    rejected = sum_by(sizes[sizes["outcome"] == "rejected"], by, "size").reindex(table.index).fillna(0.0)
    read = sum_by(sizes, by, "size").reindex(table.index)
    # Debit and credit cancel in cents; in binary a trace of 1e-16 of the amounts is left of it.
    table = table.where(table.abs().gt(CANCELLED * read, axis=0), 0.0)
    table["rejected_share"] = rejected / read.where(read > 0)
    return table.reset_index()


def rejects_table(inventory: Inventory) -> pd.DataFrame:
    """
    Rejected rows by kind, stage and code, with the amount they stood for and what to do.

    Returns
    -------
    DataFrame
        kind, stage, code, rows, amount, unit, reason, what_to_do (of the first such row).
    """
    rejected = inventory.ledger[inventory.ledger["outcome"] == "rejected"]
    return _by_code(rejected, ["kind", "stage", "code", "unit"])


def exclusions_table(inventory: Inventory) -> pd.DataFrame:
    """
    Rows excluded by rule or set aside for physical data, with the reason and the amount.

    Returns
    -------
    DataFrame
        kind, outcome, code, rows, amount, unit, reason.
    """
    ledger = inventory.ledger
    left_out = ledger[ledger["outcome"].isin(("excluded", "set aside"))]
    return _by_code(left_out, ["kind", "outcome", "code", "unit"]).drop(columns="what_to_do")


def accepted_rejects_table(inventory: Inventory, *, coverage: pd.DataFrame | None = None,
                           amounts: pd.DataFrame | None = None) -> pd.DataFrame:
    """
    The share rejected, beside the largest share the company's params accept; lines with a reject or a limit only.

    Parameters
    ----------
    coverage, amounts
        `coverage_table` and `amounts_table` of this inventory, where they are known already.

    Returns
    -------
    DataFrame
        kind, unit ("rows" or the unit of the amounts), rejected, share (NaN for amounts without a readable unit),
        accepted_share.
    """
    rows = coverage_table(inventory) if coverage is None else coverage
    sums = amounts_table(inventory) if amounts is None else amounts
    table = pd.concat([rows.assign(unit="rows", side="rows"), sums.assign(side="amount")], ignore_index=True)
    limits = {(kind, side): float(getattr(limit, side)) for kind, limit in inventory.params.max_rejected_share.items()
              for side in ("rows", "amount")}
    pairs = zip(table["kind"], table["side"], strict=True)
    table["accepted_share"] = np.array([limits.get(pair, 0.0) for pair in pairs], dtype=float)
    table = table.rename(columns={"rejected_share": "share"})
    # Amounts whose unit could not be read are no share of anything; their rows are counted in the line of the rows.
    table["share"] = table["share"].where(table["unit"] != "")
    shown = (table["rejected"] != 0) | ((table["accepted_share"] > 0) & (table["side"] == "rows"))
    columns = ["kind", "unit", "rejected", "share", "accepted_share"]
    return table.loc[shown, columns].sort_values("kind", kind="stable").reset_index(drop=True)


def _by_outcome(values: pd.Series[Any], keys: pd.DataFrame) -> pd.DataFrame:
    """
    One column an outcome, one line for each distinct key.
    """
    wide = values.unstack("outcome").reindex(columns=list(OUTCOMES))  # noqa: PD010  (refuses duplicates, pivot_table averages them)
    wide.columns = [outcome.replace(" ", "_") for outcome in OUTCOMES]
    first = with_text(keys.drop_duplicates()).sort_values(list(keys.columns))
    index = pd.MultiIndex.from_frame(first) if len(keys.columns) > 1 else pd.Index(first.iloc[:, 0])
    return wide.reindex(index)


def _by_code(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    rows = with_text(rows)
    first = rows.groupby(by, observed=True)[["reason", "what_to_do"]].first()
    counts = rows.groupby(by, observed=True)["counts_row"].sum().astype("int64").rename("rows")
    amounts = sum_by(rows[rows["amount"].notna()], by, "amount").reindex(counts.index)
    table = pd.concat([counts, amounts, first], axis=1).reset_index()
    order = np.lexsort((table["code"], -table["rows"], table["kind"]))
    return table.iloc[order].reset_index(drop=True)
