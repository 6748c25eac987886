"""What was read and where it ended: coverage, rejects by code, and the shares a company's params accept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.core.columns import Rows
from carbon.core.schemas import OUTCOMES
from carbon.core.text_columns import listed, text_array
from carbon.core.units import KG_PER_T
from carbon.reports.tables.sums import share, table_of
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
        kind, read, inventoried, set_aside, excluded, rejected [rows], rejected_share.
    """
    ledger = Rows(inventory.ledger)
    groups = ledger.where(ledger["counts_row"]).groups(["kind", "outcome"])
    rows = dict(zip(groups.lines(), groups.counts(), strict=True))
    lines = []
    for kind in ledger.groups(["kind"]).lines():
        ends = [rows.get((kind, outcome), 0) for outcome in OUTCOMES]
        lines.append((kind, sum(ends), *ends, share(rows.get((kind, REJECTED), 0), sum(ends))))
    return table_of(lines, {"kind": "str", **dict.fromkeys(("read", *_ENDS), "int64"), "rejected_share": "float64"})


def amounts_table(inventory: Inventory) -> pd.DataFrame:
    """Return amounts by kind of record, unit and outcome: read = inventoried + set aside + excluded + rejected.

    Returns
    -------
    DataFrame
        kind, unit, read, inventoried, set_aside, excluded, rejected [unit], rejected_share (of absolute amounts, since
        credit notes are negative). Different units are never added. Each column is an exact sum of its own lines.
    """
    amounts = inventory.ledger["amount"].to_numpy()
    sizes = Rows(inventory.ledger).assign(size=np.abs(amounts)).where(~np.isnan(amounts))
    by = ["kind", "unit"]
    totals, ended = sizes.sums(by, "amount"), sizes.sums([*by, "outcome"], "amount")
    size_read, rejected = sizes.sums(by, "size"), sizes.where(outcome=REJECTED).sums(by, "size")
    lines = []
    for key, amount in totals.items():
        outcomes = [amount, *(ended.get((*key, outcome), 0.0) for outcome in OUTCOMES)]
        # Debit and credit cancel in cents; in binary a trace of 1e-16 of the amounts is left of it.
        outcomes = [value if abs(value) > CANCELLED * size_read[key] else 0.0 for value in outcomes]
        lines.append((*key, *outcomes, share(rejected.get(key, 0.0), size_read[key])))
    return table_of(lines, {"kind": "str", "unit": "str", **dict.fromkeys(("read", *_ENDS, "rejected_share"),
                                                                          "float64")})


def rejects_table(inventory: Inventory) -> pd.DataFrame:
    """Return rejected rows by kind, stage and code, with the amount they stood for and what to do.

    Returns
    -------
    DataFrame
        kind, stage, code, rows, amount, unit, reason, what_to_do (of the first such row).
    """
    return _by_code(Rows(inventory.ledger).where(outcome=REJECTED), "stage")


def exclusions_table(inventory: Inventory) -> pd.DataFrame:
    """Return rows excluded by rule or set aside for physical data, with the reason and the amount.

    Returns
    -------
    DataFrame
        kind, outcome, code, rows, amount, unit, reason.
    """
    left_out = Rows(inventory.ledger).where(outcome=("excluded", "set aside"))
    return _by_code(left_out, "outcome").drop(columns="what_to_do")


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
        kind, unit ("rows" or the unit of the amounts), rejected, share (NaN for amounts without a readable unit),
        accepted_share.
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
                # Amounts whose unit could not be read are no share of anything; the line of the rows counts them.
                lines.append((kind, unit, rejected, part if unit else np.nan, accepted))
    return table_of(sorted(lines, key=lambda line: line[0]), {
        "kind": "str", "unit": "str", "rejected": "float64", "share": "float64", "accepted_share": "float64"})


def _by_code(rows: Rows, of: str) -> pd.DataFrame:
    """Return rows and amounts by kind, `of`, code and unit; reason and remedy are those of the first row."""
    by = ["kind", of, "code", "unit"]
    groups = rows.groups(by)
    counts = np.bincount(groups.number, weights=rows["counts_row"], minlength=len(groups)).astype("int64")
    amounts, first = rows.where(~np.isnan(rows["amount"])).sums(by, "amount"), rows.take(groups.first)
    reasons, remedies = (first[name].tolist() for name in ("reason", "what_to_do"))
    lines = [(*key, n, amounts.get(key, np.nan), *reason) for key, n, *reason in zip(
        groups.lines(), counts.tolist(), reasons, remedies, strict=True)]
    lines.sort(key=lambda line: (line[0], -line[4], line[2]))
    return table_of(lines, {**dict.fromkeys(by, "str"), "rows": "int64", "amount": "float64", "reason": "str",
                            "what_to_do": "str"})


def counted_twice_table(inventory: Inventory, words: Words) -> pd.DataFrame:
    """Return the pairs of records that speak of the same thing: both sides with rows and tonnes, and what counts.

    Returns
    -------
    DataFrame
        pair, basis, first, first_t, second, second_t, at_stake_t [t CO2e], keep ("" without a policy), reason.
    """
    table = inventory.pairs
    sides = {side: [words("text.side", side=words.term("side", name), rows=words.number(rows, 0), files=files)
                    for name, rows, files in zip(*(listed(table[f"{side}_{c}"]) for c in ("side", "rows", "files")),
                                                 strict=True)] for side in ("first", "second")}
    tonnes = {f"{name}_t": table[f"{name}_kg"] / KG_PER_T for name in ("first", "second", "at_stake")}
    return pd.DataFrame({
        "pair": text_array([words.term("pair", pair) for pair in listed(table["pair"])]), "basis": table["basis"],
        "first": text_array(sides["first"]), "first_t": tonnes["first_t"], "second": text_array(sides["second"]),
        "second_t": tonnes["second_t"], "at_stake_t": tonnes["at_stake_t"],
        "keep": text_array([words.term("side", keep) if keep else "" for keep in listed(table["keep"])]),
        "reason": table["reason"]})
