"""The outcome of every row read: inventoried, set aside, excluded or rejected. The four sum to the rows read."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from carbon.core import schemas
from carbon.core.columns import Rows
from carbon.core.errors import LedgerError
from carbon.core.exact import exact_sum
from carbon.core.text_columns import same_text, stack, values_of

ORIGIN = ["record_id", "kind", "source_file", "source_sheet", "source_line"]
Sums = Mapping[tuple[str, ...], float]
WORDS = ["code", "reason", "what_to_do", "column", "value"]


def inventoried(activities: pd.DataFrame) -> pd.DataFrame:
    """Return the ledger lines of the records whose activities are counted, with their amounts."""
    return _lines(activities, outcome="inventoried", stage="")


def rejected(activities: pd.DataFrame, *, counted_ids: pd.Series) -> pd.DataFrame:
    """Return the ledger lines of activities without a factor or that cannot be counted, with the reason in `WORDS`.

    `counted_ids` are the record_ids of counted activities: a record with both counts as a row there.
    """
    lines = _lines(activities, outcome="rejected", stage="factor")
    # By Arrow: pandas would make a Python object of every id.
    twice = pc.is_in(pa.array(lines["record_id"]), pa.array(counted_ids)).to_numpy(zero_copy_only=False)
    return lines.assign(counts_row=lines["counts_row"] & ~twice)


def set_aside(activities: pd.DataFrame) -> pd.DataFrame:
    """Return the ledger lines of activities that another record holds as well, with the reason in `WORDS`."""
    return _lines(activities, outcome="set aside", stage="")


def _lines(activities: pd.DataFrame, *, outcome: str, stage: str) -> pd.DataFrame:
    """Return one line a record and unit: the exact sum of its activities' shares of the record's amount."""
    by = ["record_id", "record_unit"]
    repeated = activities["record_id"].duplicated().to_numpy()
    again = activities.duplicated(by).to_numpy() if repeated.any() else repeated
    stated_columns = [c for c in WORDS if c in activities]
    columns = {c: values_of(activities[c]) for c in (*ORIGIN, *stated_columns, "record_unit")}
    columns = {c: values[~again] for c, values in columns.items()} if again.any() else columns
    n = len(columns["record_id"])
    amount = _summed(activities, by, n) if again.any() else activities["record_amount"].to_numpy()
    same_words = {**dict.fromkeys(WORDS, ""), "outcome": outcome, "stage": stage}
    columns |= {c: same_text(word, n, like=activities) for c, word in same_words.items() if c not in stated_columns}
    columns |= {"unit": columns["record_unit"], "amount": amount, "counts_row": ~repeated[~again]}  # its first line
    return pd.DataFrame({c: columns[c] for c in schemas.LEDGER.columns}, copy=False)


def _summed(activities: pd.DataFrame, by: list[str], n: int) -> np.ndarray:
    number = activities.groupby(by, sort=False, observed=True).ngroup().to_numpy()
    has_amount = activities["record_amount"].notna().to_numpy()
    amount = exact_sum(activities["record_amount"].fillna(0.0), number, n)
    return np.where(np.bincount(number[has_amount], minlength=n) > 0, amount, np.nan)


def complete_ledger(*parts: pd.DataFrame) -> pd.DataFrame:
    """Join all parts of the ledger in one table, each record counted once.

    A record that was split (over a year end, a replacement or activities) has several lines; whatever splits it marks
    one of them as its row.

    Raises LedgerError: A record has two outcomes without having been split: one of them is a mistake.
    """
    table = stack([schemas.LEDGER.empty(), *(p for p in parts if len(p))])
    marked = table.loc[table["counts_row"] & (table["record_id"] != ""), "record_id"]
    twice = marked[marked.duplicated(keep=False)]
    if len(twice):
        raise LedgerError(f"{twice.nunique()} records ended twice", rows=table.loc[
            twice.index, ["record_id", "source_file", "source_line", "outcome", "code", "amount", "unit"]])
    return schemas.LEDGER.validate(table)


def check_ledger(
    ledger: pd.DataFrame, sources: pd.DataFrame, *, read_amounts: pd.DataFrame, reported: pd.DataFrame
) -> None:
    """Check that rows and amounts in the ledger equal rows and amounts read, without tolerance.

    ledger: The complete ledger.
    sources: `schemas.SOURCES`: rows read by file.
    read_amounts: Amounts read before any decision: kind, unit, amount; one line a record or a sum.
    reported: `schemas.REPORTED_INVENTORIES`: rows that are totals of earlier years, and so in no ledger.

    Raises LedgerError: Which file or unit, how much was read and how much is accounted for.
    """
    of_years, of_totals = _counted(ledger, ledger["counts_row"].to_numpy()), _counted(reported, np.ones(len(reported)))
    ended = {file: of_years.get(file, 0.0) + of_totals.get(file, 0.0) for file in {**of_years, **of_totals}}
    counts = (_counted(sources, sources["rows_read"].to_numpy()), ended)
    off = _apart(*counts)
    if off:
        rows = [(file, *(int(c.get((file,), 0)) for c in counts)) for file, in off]
        raise LedgerError(f"{len(off)} source files are not accounted for row by row",
                          rows=pd.DataFrame(rows, columns=["source_file", "rows_read", "ledger_rows"]))
    amounts = _amounts(read_amounts), _amounts(ledger)
    off = _apart(*amounts)
    if off:
        rows = [(*key, *(a.get(key, 0.0) for a in amounts)) for key in off]
        raise LedgerError(f"{len(off)} amounts read are not accounted for",
                          rows=pd.DataFrame(rows, columns=["kind", "unit", "read", "ledger"]))


def _apart(one: Sums, other: Sums) -> list[tuple[str, ...]]:
    """Return the keys whose sums differ, in order; a missing key is a sum of zero."""
    return [key for key in sorted({*one, *other}) if one.get(key, 0) != other.get(key, 0)]


def _counted(table: pd.DataFrame, rows: np.ndarray) -> dict[tuple[str, ...], float]:
    files = Rows(table).groups(["source_file"])
    counts = np.bincount(files.number, rows, minlength=len(files)).tolist()
    return {(file,): count for file, count in zip(files.lines(), counts, strict=True)}


def _amounts(table: pd.DataFrame) -> Sums:
    return Rows(table).where(table["amount"].notna().to_numpy()).sums(["kind", "unit"], "amount")
