"""Rows on their way from records to activities: those still open, and those that ended on the way with the reason.

Every step returns a new draft; a row leaves `rows` only into `ended`, so none is lost in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.activities.amounts import PLACE
from carbon.core import periods, schemas
from carbon.core.columns import Rows
from carbon.core.text_columns import Flags, Values, pick

Words = str | Values | Callable[[Rows], Values]
"""Words for a row that ends: the same for all, one for each open row, or made of the rows that end."""
ORIGIN = ("record_id", "kind", "source_file", "source_sheet", "source_line")


@dataclass(frozen=True)
class Draft:
    """Open rows, the ledger rows of those that ended, and remarks for the report."""

    rows: Rows
    ended: tuple[Rows, ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()

    def end(
        self, mask: Flags, outcome: str, *, code: Words, reason: Words, what_to_do: Words = "", column: str = "",
    ) -> Draft:
        """End the open rows of `mask`: "excluded", "set aside" or "rejected", with a stable code and words.

        `column` names the column at fault; its value goes to the ledger unchanged.
        """
        if not mask.any():
            return self
        lines = ledger_lines(self.rows, mask, outcome, code=code, reason=reason, what_to_do=what_to_do, column=column)
        return replace(self, rows=self.rows.where(~mask), ended=(*self.ended, lines))

    def reject(self, mask: Flags, code: Words, reason: Words, what_to_do: Words, column: str = "") -> Draft:
        """Reject the open rows of `mask`: the right reading is not certain, or the row breaks a rule."""
        return self.end(mask, "rejected", code=code, reason=reason, what_to_do=what_to_do, column=column)

    def with_rows(self, rows: Rows) -> Draft:
        """Return the draft with the open rows replaced: same rows, more or other columns."""
        if len(rows) != len(self.rows):
            raise ValueError(f"{len(self.rows):,} open rows became {len(rows):,}")
        return replace(self, rows=rows)

    def assign(self, **columns: Any) -> Draft:
        """Return the draft with columns set on all open rows."""
        return replace(self, rows=self.rows.assign(**columns))

    def warn(self, code: str, text: str) -> Draft:
        """Return the draft with one remark more; the rows stay as they are."""
        return replace(self, warnings=(*self.warnings, (code, text)))

    def then(self, *steps: Callable[[Draft], Draft]) -> Draft:
        """Return the draft after each step in turn, until no row is open."""
        draft = self
        for step in steps:
            if not len(draft.rows):
                break
            draft = step(draft)
        return draft


def together(draft: Draft, parts: list[Draft]) -> Draft:
    """Join the parts of a draft: their rows in the order read, the rows that ended and the remarks of each."""
    filled = [p.rows for p in parts if len(p.rows)]
    if filled:
        stacked = Rows.stack(filled, dict.fromkeys(name for rows in filled for name in rows))
        rows = stacked.take(np.argsort(stacked[PLACE], kind="stable"))
    else:
        rows = draft.rows.take(np.empty(0, dtype=np.intp)).assign(activity="", quantity=0.0, unit="")
    return Draft(rows, (*draft.ended, *(line for p in parts for line in p.ended)),
                 (*draft.warnings, *(w for p in parts for w in p.warnings)))


def ledger_lines(
    rows: Rows, mask: Flags, outcome: str, *, code: Words, reason: Words, what_to_do: Words = "", column: str = "",
    amount: Values | None = None,
) -> Rows:
    """Return ledger lines of the rows of `mask`, at their full amount; or at the `amount` of a part of each row.

    The row of a part is counted by the rest of it.
    """
    at = np.flatnonzero(mask)
    ended_rows = rows.take(at)
    words = {"outcome": outcome, "stage": "" if outcome == "set aside" else "classification", "code": code,
             "reason": reason, "what_to_do": what_to_do, "column": column}
    columns = {name: word if isinstance(word, str) else word(ended_rows) if callable(word) else word.take(at)
            for name, word in words.items()}
    return Rows({
        **{c: ended_rows[c] for c in (*ORIGIN, PLACE)}, **columns,
        "value": _as_written(ended_rows[column]) if column else "",
        "amount": ended_rows["record_amount"] if amount is None else amount.take(at), "unit": ended_rows["record_unit"],
        "counts_row": amount is None}, len(at))


def ledger_of(drafts: Iterable[Draft]) -> pd.DataFrame:
    """Return the LEDGER rows of all that ended in some drafts."""
    lines = [line for draft in drafts for line in draft.ended]
    if not lines:
        return schemas.LEDGER.empty()
    return schemas.LEDGER.validate(Rows.stack(lines, schemas.LEDGER.columns).arrays(schemas.LEDGER.columns))


def rejects_of(ledger: pd.DataFrame) -> pd.DataFrame:
    """Return the `schemas.REJECTS` lines of rejected ledger lines."""
    rows = Rows(ledger).where(outcome="rejected")
    return schemas.REJECTS.validate(rows.arrays(schemas.REJECTS.columns)) if len(rows) else schemas.REJECTS.empty()


def _as_written(values: Values) -> Values:
    """Return values of any kind as strings; "" where a value is missing."""
    if values.dtype == object:
        return pick(pd.isna(values), "", values)
    series = pd.Series(values)
    return np.asarray(series.astype("str").where(series.notna(), "").to_numpy(dtype=object))


def cut_to_year(draft: Draft, *, start: pd.Timestamp, end: pd.Timestamp, extensive: tuple[str, ...]) -> Draft:
    """Keep of each row the days inside the reporting year; the rest is excluded with its amount.

    inside = quantity x days inside / days of the period, exact as in `core.periods.share_by_days`: the shares of
    all reporting years sum to the whole.

    Parameters
    ----------
    start, end
        First and last day of the reporting year.
    extensive
        Columns that are cut with the period; `record_amount` always is.

    Raises
    ------
    nothing: a period that ends before it starts is rejected, one wholly outside the year excluded.
    """
    year = f"outside the reporting year {start:%Y-%m-%d} to {end:%Y-%m-%d}"
    day_one, day_last = np.datetime64(start, "s"), np.datetime64(end, "s")
    draft = draft.reject(draft.rows["period_end"] < draft.rows["period_start"], "period_reversed",
                         "the period ends before it starts", "correct the dates in the source file", "period_end")
    draft = draft.end((draft.rows["period_end"] < day_one) | (draft.rows["period_start"] > day_last), "excluded",
                      code="out_of_year", reason=year, column="period_start")
    rows = draft.rows
    first, last = rows["period_start"], rows["period_end"]
    across = (first < day_one) | (last > day_last)
    if not across.any():
        return draft
    days = days_from(first, last) + 1
    before = np.clip(days_from(first, day_one), 0, None)
    stop = days - np.clip(days_from(day_last, last), 0, None)
    cut = {c: periods.share_by_days(rows[c], first=before, stop=stop, days=days) for c in ("record_amount", *extensive)}
    outside = np.full(len(rows), "", dtype=object)
    outside[across] = [f"{out} of {period_days} days {year}"
                       for out, period_days in zip((days - stop + before)[across], days[across], strict=True)]
    lines = ledger_lines(rows, across, "excluded", code="out_of_year", reason=outside, column="period_start",
                         amount=rows["record_amount"] - cut["record_amount"])
    rows = rows.assign(**cut, period_start=np.where(first >= day_one, first, day_one),
                       period_end=np.where(last <= day_last, last, day_last))
    return replace(draft, rows=rows, ended=(*draft.ended, lines))


def days_from(first: Values | np.datetime64, last: Values | np.datetime64) -> npt.NDArray[np.int64]:
    """Return the days from one day to another."""
    return np.asarray((last.astype("datetime64[D]") - first.astype("datetime64[D]")).astype(np.int64))
