"""
The four-way ledger: every row read ends inventoried, set aside, excluded or rejected, and they add up exactly.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.activities.amounts import with_amounts
from carbon.activities.classified import Classified, Records
from carbon.activities.draft import ORIGIN
from carbon.core import exact, schemas
from carbon.core.errors import LedgerError

_ORDER = ("kind", "source_file", "source_sheet", "source_line", "record_id", "outcome", "stage", "code")
_TO_DO = "add the factor to params/<company>/factors.csv, or widen `regions` or `vintage` in the company's params"


def complete_ledger(
    records: Records, classified: Classified, found: npt.ArrayLike, *, codes: npt.ArrayLike | None = None,
    misses: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """
    LEDGER of every row read, by source line: the reader's, the classification's, and each activity's end.

    Parameters
    ----------
    found
        One flag an activity: a factor was found. Without one it is rejected at the stage "factor".
    codes, misses
        key_id of each activity, and (key_id, code, reason, what_to_do) of the keys without a factor: the words for
        those rejects.

    Raises
    ------
    LedgerError
        The rows or amounts do not add up to what was read.
    """
    has_factor = np.asarray(found, dtype=bool)
    if len(has_factor) != len(classified.activities):
        raise LedgerError(f"{len(classified.activities):,} activities but {len(has_factor):,} flags of factors")
    ends = _ends_of_activities(classified.activities, has_factor, codes, misses)
    table = pd.concat([_known(records.ledger), classified.ledger, ends], ignore_index=True)
    table = table.sort_values(list(_ORDER), kind="stable", ignore_index=True)
    ledger = schemas.LEDGER.validate(table)
    check_ledger(records, ledger)
    return ledger


def _known(ledger: pd.DataFrame) -> pd.DataFrame:
    return ledger[ledger["kind"] != schemas.REPORTED_INVENTORIES.name]


def _ends_of_activities(
    activities: pd.DataFrame, has_factor: npt.NDArray[np.bool_], codes: npt.ArrayLike | None,
    misses: pd.DataFrame | None,
) -> pd.DataFrame:
    texts = ["code", "reason", "what_to_do"]
    told = pd.DataFrame({"code": "no_factor", "reason": "no emission factor for " + activities["activity"] + " in "
                         + activities["unit"] + " (" + activities["region"] + ")", "what_to_do": _TO_DO})
    if codes is not None and misses is not None and len(misses):
        words = misses.set_index("key_id")[texts].reindex(np.asarray(codes)).set_axis(told.index)
        told = words.astype("str").where(words.notna(), told)
    rejected = pd.Series(~has_factor, index=activities.index)
    lines = activities[["record_id", "kind", "source_file", "source_sheet", "source_line"]].assign(
        outcome=np.where(has_factor, "inventoried", "rejected"), stage=np.where(has_factor, "", "factor"),
        column=np.where(has_factor, "", "activity"), value=activities["activity"].where(rejected, ""),
        amount=activities["record_amount"], unit=activities["record_unit"],
        counts_row=activities["counts_row"], **{c: told[c].where(rejected, "") for c in texts})
    return lines.astype({"outcome": "str", "stage": "str", "column": "str"})


def check_ledger(records: Records, ledger: pd.DataFrame) -> None:
    """
    Every row read is in the ledger once, and the amounts by kind and unit add up to the last bit.

    Raises
    ------
    LedgerError
        Naming the kinds, files or units that differ.
    """
    read = pd.concat([_read_rows(records), _known(records.ledger)], ignore_index=True)
    _same_rows(read, ledger)
    _same_as_sources(records, ledger)
    unread = set(read.loc[read["amount"].isna(), "record_id"])
    _same_amounts(read, ledger[~ledger["record_id"].isin(unread)] if unread else ledger)


def _read_rows(records: Records) -> pd.DataFrame:
    own = ["record_amount", "record_unit"]
    parts = [with_amounts(table, kind)[[*ORIGIN, *own]] for kind, table in records.records.items() if len(table)]
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*ORIGIN, *own])
    return rows.set_axis([*ORIGIN, "amount", "unit"], axis=1).assign(counts_row=True)


def _same_rows(read: pd.DataFrame, ledger: pd.DataFrame) -> None:
    counted = ledger[ledger["counts_row"]]
    ours, theirs = counted.groupby("kind").size(), read[read["counts_row"]].groupby("kind").size()
    if not ours.sort_index().equals(theirs.sort_index()):
        table = pd.DataFrame({"read": theirs, "accounted for": ours}).fillna(0).astype("int64").reset_index()
        raise LedgerError("Rows read and rows accounted for differ", rows=table)
    known = counted[counted["record_id"] != ""]
    twice = known[known.duplicated("record_id", keep=False)]
    if len(twice):
        raise LedgerError(f"{twice['record_id'].nunique():,} rows end in more than one place",
                          rows=twice[["record_id", "kind", "outcome", "code"]])


def _same_as_sources(records: Records, ledger: pd.DataFrame) -> None:
    sources = records.sources[records.sources["kind"] != schemas.REPORTED_INVENTORIES.name]
    said = sources.groupby("source_file")["rows_read"].sum()
    ours = ledger[ledger["counts_row"]].groupby("source_file").size().reindex(said.index, fill_value=0)
    wrong = said != ours
    if wrong.any():
        table = pd.DataFrame({"rows read": said, "accounted for": ours})[wrong].reset_index()
        raise LedgerError(f"{int(wrong.sum())} files have rows that are not accounted for", rows=table)


def _same_amounts(read: pd.DataFrame, ledger: pd.DataFrame) -> None:
    ours, theirs = totals(ledger), totals(read)
    both = theirs.merge(ours, on=["kind", "unit"], how="outer", validate="one_to_one", suffixes=("_read", "_ledger"))
    wrong = both["amount_read"].fillna(0.0) != both["amount_ledger"].fillna(0.0)
    if wrong.any():
        raise LedgerError("Amounts read and amounts accounted for differ", rows=both[wrong])


def totals(table: pd.DataFrame) -> pd.DataFrame:
    """
    kind, unit, amount: exact sums, correctly rounded; rows without an amount add nothing.
    """
    known = table[table["amount"].notna()]
    groups = known.groupby(["kind", "unit"], sort=True)
    keys = groups.size().reset_index()[["kind", "unit"]]
    sums = exact.exact_sum(known["amount"].to_numpy(np.float64), groups.ngroup().to_numpy(), len(keys))
    return keys.assign(amount=sums)
