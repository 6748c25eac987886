"""
Rows on their way from records to activities: those still open, and those that ended on the way with the reason.

Every step takes a draft and gives a new one; a row leaves `rows` only into `ended`, so none is lost in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import periods, schemas
from carbon.core.display import Displayed

Mask = pd.Series | npt.NDArray[np.bool_]
Words = str | pd.Series
ORIGIN = ("record_id", "kind", "source_file", "source_sheet", "source_line")
_TEXTS = ("outcome", "stage", "code", "reason", "what_to_do", "column", "value")


@dataclass(frozen=True, repr=False)
class Draft(Displayed):
    """
    Open rows, the ledger rows of those that ended, and remarks for the report.
    """

    rows: pd.DataFrame
    ended: tuple[pd.DataFrame, ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()

    def end(
        self, mask: Mask, outcome: str, *, code: Words, reason: Words, what_to_do: Words = "", column: Words = "",
    ) -> Draft:
        """
        End the open rows of `mask`: "excluded", "set aside" or "rejected", with a stable code and words.

        `column` names the column at fault; its value goes to the ledger as it stands.
        """
        chosen = np.asarray(mask, dtype=bool)
        if not chosen.any():
            return self
        gone = {c: self.rows[c].array[chosen] for c in (*ORIGIN, "record_amount", "record_unit")}
        texts = {"outcome": outcome, "stage": "" if outcome == "set aside" else "classification", "code": code,
                 "reason": reason, "what_to_do": what_to_do, "column": column}
        lines = pd.DataFrame({
            **{c: gone[c] for c in ORIGIN}, **{name: _of(text, chosen) for name, text in texts.items()},
            "value": _values(self.rows, column, chosen), "amount": gone["record_amount"], "unit": gone["record_unit"],
            "counts_row": True}, index=self.rows.index[chosen])
        return replace(self, rows=self.rows[~chosen], ended=(*self.ended, lines))

    def reject(
        self, mask: Mask, code: Words, reason: Words, what_to_do: Words, column: Words = "",
    ) -> Draft:
        """
        Refuse the open rows of `mask`: the right reading is not certain, or the row breaks a rule.
        """
        return self.end(mask, "rejected", code=code, reason=reason, what_to_do=what_to_do, column=column)

    def with_rows(self, rows: pd.DataFrame) -> Draft:
        """
        The same draft with the open rows replaced: same rows, more or other columns.
        """
        if len(rows) != len(self.rows):
            raise ValueError(f"{len(self.rows):,} open rows became {len(rows):,}")
        return replace(self, rows=rows)

    def assign(self, **columns: Any) -> Draft:
        """
        The same draft with columns set on all open rows.
        """
        return self.with_rows(self.rows.assign(**columns))

    def warn(self, code: str, text: str) -> Draft:
        """
        The same draft with one remark more; the rows stay as they are.
        """
        return replace(self, warnings=(*self.warnings, (code, text)))

    def then(self, *steps: Callable[[Draft], Draft]) -> Draft:
        """
        The draft after each step in turn, until no row is open.
        """
        draft = self
        for step in steps:
            if draft.rows.empty:
                break
            draft = step(draft)
        return draft


def ledger_of(drafts: Iterable[Draft]) -> pd.DataFrame:
    """
    LEDGER rows of all that ended in some drafts.
    """
    lines = [line for draft in drafts for line in draft.ended]
    return schemas.LEDGER.validate(pd.concat(lines, ignore_index=True)) if lines else schemas.LEDGER.empty()


def _of(text: Words, chosen: npt.NDArray[np.bool_]) -> Any:
    return text[chosen].to_numpy() if isinstance(text, pd.Series) else text


def _values(rows: pd.DataFrame, column: Words, chosen: npt.NDArray[np.bool_]) -> Words:
    if isinstance(column, pd.Series) or not column:
        return ""
    gone = rows[column][chosen]
    return gone.astype("str").where(gone.notna(), "")


def cut_to_year(draft: Draft, *, start: pd.Timestamp, end: pd.Timestamp, extensive: tuple[str, ...]) -> Draft:
    """
    Keep of each row the days inside the reporting year; the rest is excluded with its amount.

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
    first, last = draft.rows["period_start"], draft.rows["period_end"]
    draft = draft.reject(last < first, "period_reversed", "the period ends before it starts",
                         "correct the dates in the source file", "period_end")
    draft = draft.end((draft.rows["period_end"] < start) | (draft.rows["period_start"] > end), "excluded",
                      code="out_of_year", reason=f"outside the reporting year {start:%Y-%m-%d} to {end:%Y-%m-%d}",
                      column="period_start")
    rows = draft.rows
    first, last = rows["period_start"], rows["period_end"]
    across = ((first < start) | (last > end)).to_numpy()
    if not across.any():
        return draft
    days = _days(first, last) + 1
    before = np.clip(_days(first, pd.Series(start, index=first.index)), 0, None)
    stop = days - np.clip(_days(pd.Series(end, index=last.index), last), 0, None)
    cut = {c: periods.share_by_days(rows[c].to_numpy(), first=before, stop=stop, days=days)
           for c in ("record_amount", *extensive)}
    outside = rows["record_amount"].to_numpy() - cut["record_amount"]
    reason = f"{{}} of {{}} days outside the reporting year {start:%Y-%m-%d} to {end:%Y-%m-%d}"
    told = [reason.format(*pair) for pair in zip((days - stop + before)[across], days[across], strict=True)]
    lines = rows.loc[across, list(ORIGIN)].assign(
        outcome="excluded", stage="classification", code="out_of_year", reason=told, what_to_do="",
        column="period_start", value=_values(rows, "period_start", across), amount=outside[across],
        unit=rows["record_unit"], counts_row=False)
    rows = rows.assign(**cut, period_start=first.where(first >= start, start),
                       period_end=last.where(last <= end, end))
    return replace(draft, rows=rows, ended=(*draft.ended, lines))


def _days(first: pd.Series, last: pd.Series) -> npt.NDArray[np.int64]:
    return (last.to_numpy().astype("datetime64[D]") - first.to_numpy().astype("datetime64[D]")).astype(np.int64)
