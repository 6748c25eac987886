"""
Where every row read ended: inventoried, set aside, excluded or rejected. The four sum to what was read.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from carbon.core import schemas
from carbon.core.errors import LedgerError, RejectedShareError
from carbon.core.exact import exact_sum
from carbon.core.params import AcceptedRejects

ORIGIN = ["record_id", "kind", "source_file", "source_sheet", "source_line"]


WORDS = ["code", "reason", "what_to_do", "column", "value"]


def inventoried(activities: pd.DataFrame, origins: pd.DataFrame) -> pd.DataFrame:
    """
    Ledger lines of the records whose activities are counted, with the amount they stand for.
    """
    return _lines(activities.assign(**dict.fromkeys(WORDS, "")), origins, outcome="inventoried", stage="")


def rejected(activities: pd.DataFrame, origins: pd.DataFrame) -> pd.DataFrame:
    """
    Ledger lines of activities that found no factor or cannot be counted; `WORDS` say why, activity by activity.
    """
    return _lines(activities, origins, outcome="rejected", stage="factor")


def _lines(activities: pd.DataFrame, origins: pd.DataFrame, *, outcome: str, stage: str) -> pd.DataFrame:
    """
    One line a record and unit: the exact sum of its activities' shares of the record's amount.
    """
    by = ["record_id", "record_unit"]
    again = activities.duplicated(by)
    lines = activities.loc[~again, [*by, *WORDS]].reset_index(drop=True)
    lines["amount"] = _summed(activities, by, len(lines)) if again.any() else activities["record_amount"].array
    at = origins.index.get_indexer(pd.Index(lines["record_id"]))
    if (at < 0).any():
        raise LedgerError("Activities whose record was never read", rows=lines[at < 0])
    whole = origins.take(at).reset_index().join(lines.drop(columns="record_id"))
    whole = whole.assign(outcome=outcome, stage=stage, counts_row=True).rename(columns={"record_unit": "unit"})
    return whole[list(schemas.LEDGER.columns)]


def _summed(activities: pd.DataFrame, by: list[str], n: int) -> np.ndarray:
    number = activities.groupby(by, sort=False).ngroup().to_numpy()
    known = activities["record_amount"].notna().to_numpy()
    amount = exact_sum(activities["record_amount"].fillna(0.0), number, n)
    return np.where(np.bincount(number[known], minlength=n) > 0, amount, np.nan)


def rejects_of(ledger: pd.DataFrame) -> pd.DataFrame:
    """
    `schemas.REJECTS` lines of rejected ledger lines.
    """
    bad = ledger[ledger["outcome"] == "rejected"]
    return schemas.REJECTS.validate(bad[list(schemas.REJECTS.columns)])


def origins(records: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """
    Source file, sheet and line of each record read, by record_id.
    """
    tables = [table[ORIGIN] for table in records.values()]
    table = pd.concat(tables, ignore_index=True) if tables else schemas.LEDGER.empty()[ORIGIN]
    return table.set_index("record_id")


def complete_ledger(*parts: pd.DataFrame) -> pd.DataFrame:
    """
    All parts of the ledger in one table, each record counted once.

    A record that ended in several ways (split over years or over activities) keeps its mark on one line only.
    """
    table = pd.concat([schemas.LEDGER.empty(), *(p for p in parts if len(p))], ignore_index=True)
    named = table["record_id"] != ""
    marked = table["counts_row"] & named
    again = marked & table["record_id"].where(marked).duplicated()
    table["counts_row"] = table["counts_row"] & ~again
    return schemas.LEDGER.validate(table)


def check_ledger(ledger: pd.DataFrame, sources: pd.DataFrame, read: pd.DataFrame) -> None:
    """
    Rows and amounts in the ledger equal rows and amounts read, without tolerance.

    Parameters
    ----------
    ledger
        The complete ledger.
    sources
        `schemas.SOURCES`: rows read by file and kind.
    read
        Amounts read before any decision: kind, unit, amount, a line a record or a sum.

    Raises
    ------
    LedgerError
        Which file or unit, how much was read and how much is accounted for.
    """
    rows = ledger[ledger["counts_row"]].groupby(["source_file", "kind"], sort=True).size().rename("ledger_rows")
    table = sources.set_index(["source_file", "kind"])["rows_read"].to_frame().join(rows, how="outer").fillna(0)
    off = table["rows_read"] != table["ledger_rows"]
    if off.any():
        raise LedgerError(f"{int(off.sum())} source files are not accounted for row by row",
                          rows=table[off].reset_index())
    amounts = pd.concat([_amounts(read, "read"), _amounts(ledger, "ledger")], axis=1).fillna(0.0)
    off = amounts["read"] != amounts["ledger"]
    if off.any():
        raise LedgerError(f"{int(off.sum())} amounts read are not accounted for", rows=amounts[off].reset_index())


def _amounts(table: pd.DataFrame, name: str) -> pd.Series:
    priced = table[table["amount"].notna()]
    groups = priced.groupby(["kind", "unit"], sort=True)
    index = groups.size().index
    sums = exact_sum(priced["amount"], groups.ngroup(), len(index))
    return pd.Series(sums, index=index, name=name)


def rejected_shares(ledger: pd.DataFrame) -> pd.DataFrame:
    """
    Rejected share of each kind, in rows ("rows") and in absolute amounts by unit.

    Absolute amounts, because credit notes are negative: a rejected credit note does not hide a rejected invoice.
    """
    rows = ledger[ledger["counts_row"]].assign(unit="rows", amount=1.0)
    # A record that is partly rejected counts as a rejected row.
    touched = set(ledger.loc[(ledger["outcome"] == "rejected") & (ledger["record_id"] != ""), "record_id"])
    rows["outcome"] = rows["outcome"].where(~rows["record_id"].isin(touched), "rejected")
    amounts = ledger[ledger["amount"].notna()].assign(amount=ledger["amount"].abs())
    table = pd.concat([rows, amounts], ignore_index=True)
    both = pd.concat([_amounts(table, "read"),
                      _amounts(table[table["outcome"] == "rejected"], "rejected")], axis=1).fillna(0.0)
    both["share"] = both["rejected"] / both["read"].where(both["read"] > 0)
    return both.reset_index()


def check_accepted_share(ledger: pd.DataFrame, accepted: Mapping[str, AcceptedRejects]) -> pd.DataFrame:
    """
    Rejected share of each kind and unit beside the largest share the company accepts.

    Raises
    ------
    RejectedShareError
        A share is larger than accepted (default 0), with the codes behind it.
    """
    table = rejected_shares(ledger)
    sides = np.where(table["unit"] == "rows", "rows", "amount")
    table["accepted"] = [getattr(accepted.get(kind, AcceptedRejects()), side)
                         for kind, side in zip(table["kind"], sides, strict=True)]
    over = table["share"].fillna(0.0) > table["accepted"]
    if over.any():
        raise RejectedShareError(
            f"More was rejected than the company accepts: {_over_in_words(table[over])}",
            rows=_codes(ledger, set(table.loc[over, "kind"])),
            hint="correct the rows (see `what_to_do`), or accept the share under `max_rejected_share` in the params.")
    return table


def _over_in_words(over: pd.DataFrame) -> str:
    return "; ".join(f"{r['kind']} {r['rejected']:,.10g} of {r['read']:,.10g} {r['unit']} ({r['share']:.3%}, "
                     f"accepted {r['accepted']:.3%})" for r in over.to_dict("records"))


def _codes(ledger: pd.DataFrame, kinds: set[str]) -> pd.DataFrame:
    bad = ledger[(ledger["outcome"] == "rejected") & ledger["kind"].isin(kinds)]
    return bad.groupby(["kind", "stage", "code"], sort=True).agg(
        rows=("counts_row", "sum"), first_file=("source_file", "first"), first_line=("source_line", "first"),
        what_to_do=("what_to_do", "first")).sort_values("rows", ascending=False).reset_index()
