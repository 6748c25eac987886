"""Physical data replaces spend: a purchase on days that a site's own records cover is set aside, once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.activities.draft import Draft, days_from, ledger_lines
from carbon.core import periods
from carbon.core.columns import Rows
from carbon.core.text import fold
from carbon.core.text_columns import Values, among, by_word, pick

METERED = ("energy", "water")
"""Kinds whose records cover each day of their period at one site; the others cover the months they occur in."""
Days = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Coverage:
    """Days of the reporting year on which a kind of record holds the consumption, by folded name of the site ("" is the
    whole company): "LYON" and "Lyon" are one.
    """

    wanted: str
    sites: dict[str, Days]

    def counts(self, rows: Rows, start: pd.Timestamp) -> npt.NDArray[np.int64]:
        """Return the covered days of each purchase's period."""
        first, last = _day(rows["period_start"], start), _day(rows["period_end"], start)
        covered_days = np.zeros(len(rows), dtype=np.int64)
        site_of = by_word(rows["site"], fold)
        for site, days in self.sites.items():
            at = np.ones(len(rows), dtype=bool) if list(self.sites) == [""] else site_of == site
            total = np.concatenate([[0], np.cumsum(days)])
            covered_days[at] = (total[last + 1] - total[first])[at]
        return covered_days


def coverage(
    activities: Rows, record_kind: str, *, start: pd.Timestamp, end: pd.Timestamp, sites: Collection[str],
) -> Coverage:
    """Return the days that the physical activities of one kind cover.

    Parameters
    ----------
    activities
        Physical activities already classified: what was rejected replaces nothing.
    record_kind
        A kind ("energy"), or a kind with the activity or group it must have ("energy:natural_gas").
    sites
        All sites of the company. A purchase without a site is covered only on days on which every site is.
    """
    kind, _, narrower = record_kind.partition(":")
    of_kind = activities.where(activities["kind"] == kind)
    if narrower:
        of_kind = of_kind.where((of_kind["group"] == narrower) | (of_kind["activity"] == narrower))
    length = (end - start).days + 1
    if kind not in METERED:
        return Coverage(record_kind, {"": _months(of_kind, start, length)})
    site = by_word(of_kind["site"], fold)
    by_site = {str(s): _covered(of_kind.where(site == s), start, length) for s in pd.unique(site)}
    all_sites = [by_site.get(s, np.zeros(length, dtype=bool)) for s in {*map(fold, sites), *by_site} if s]
    everywhere = np.logical_and.reduce(all_sites) if all_sites else np.zeros(length, dtype=bool)
    return Coverage(record_kind, {**by_site, "": everywhere | by_site.get("", np.zeros(length, dtype=bool))})


def replaced(draft: Draft, physical: Rows, *, start: pd.Timestamp, end: pd.Timestamp, sites: Collection[str]) -> Draft:
    """Set aside the purchases that physical activities replace; parameters as in `coverage`."""
    covers = {record_kind: coverage(physical, record_kind, start=start, end=end, sites=sites)
              for record_kind in pd.unique(draft.rows["set_aside_for"]) if record_kind}
    return set_aside(_remark_strange_sites(draft, covers, sites), covers, start=start)


def _remark_strange_sites(draft: Draft, covers: dict[str, Coverage], sites: Collection[str]) -> Draft:
    """Remark on purchases at a site that nothing else names, while the records that would replace them are by site."""
    for record_kind, cover in covers.items():
        rows = draft.rows
        known_sites = {"", *map(fold, sites), *cover.sites}
        strange = (rows["set_aside_for"] == record_kind) & ~among(by_word(rows["site"], fold), known_sites)
        if any(cover.sites) and strange.any():
            strange_rows = rows.where(strange)
            names = ", ".join(map(repr, sorted(set(strange_rows["site"]))[:5]))
            draft = draft.warn("site_strange", f"{len(strange_rows)} purchases are at {names}, which neither `sites` "
                               f"of params nor a record of {record_kind.partition(':')[0]} names, e.g. "
                               f"{strange_rows['record_id'][0]}: a metered site in another spelling would count twice")
    return draft


def set_aside(draft: Draft, covers: dict[str, Coverage], *, start: pd.Timestamp) -> Draft:
    """Set aside the covered part of each row with `set_aside_for`; the rest stays as spend.

    part set aside = amount x covered days / days of the period. A row that is not covered and has no other activity
    is rejected: a replacement without a counterpart is never zero.
    """
    waits = draft.rows["set_aside_for"] != ""
    if not waits.any():
        return draft
    rows = draft.rows
    covered, days = np.zeros(len(rows), dtype=np.int64), _length(rows)
    for record_kind, cover in covers.items():
        at = rows["set_aside_for"] == record_kind
        covered[at] = cover.counts(rows.where(at), start)
    draft = _cut_partly(draft.assign(_covered=covered), waits & (covered > 0) & (covered < days), covered, days)
    rows = draft.rows
    draft = draft.end(waits & (rows["_covered"] == days), "set aside", code="replaced", column="set_aside_for",
                      reason=_replaced_by)
    rows = draft.rows
    without_record = (rows["set_aside_for"] != "") & (rows["activity"] == "")
    return draft.reject(
        without_record, "no_counterpart", lambda gone: "no " + gone["set_aside_for"] + " records cover these days",
        "add the records, or `otherwise:` to the rule in the company's params", "period_start")


def _replaced_by(rows: Rows) -> Values:
    where = pick(rows["site"] == "", "the company", rows["site"])
    return "replaced by the " + rows["set_aside_for"] + " records of " + where


def _cut_partly(draft: Draft, partly: Days, covered: npt.NDArray[np.int64], days: npt.NDArray[np.int64]) -> Draft:
    if not partly.any():
        return draft
    rows = draft.rows
    none = np.zeros(len(rows), dtype=np.int64)
    stop = np.where(partly, covered, 0)
    parts = {c: periods.share_by_days(rows[c], first=none, stop=stop, days=days)
            for c in ("record_amount", "amount", "quantity")}
    lines = ledger_lines(rows, partly, "set aside", code="replaced", reason=_replaced_by, column="set_aside_for",
                         amount=parts["record_amount"])
    rest = {c: rows[c] - part for c, part in parts.items()}
    return replace(draft, rows=rows.assign(**rest), ended=(*draft.ended, lines))


def _day(days: Values, start: pd.Timestamp) -> npt.NDArray[np.int64]:
    return days_from(np.datetime64(start, "D"), days)


def _length(rows: Rows) -> npt.NDArray[np.int64]:
    return days_from(rows["period_start"], rows["period_end"]) + 1


def _covered(rows: Rows, start: pd.Timestamp, length: int) -> Days:
    steps = np.zeros(length + 1, dtype=np.int64)
    np.add.at(steps, _day(rows["period_start"], start), 1)
    np.add.at(steps, _day(rows["period_end"], start) + 1, -1)
    return np.cumsum(steps[:-1]) > 0


def _months(rows: Rows, start: pd.Timestamp, length: int) -> Days:
    days = np.datetime64(start, "D") + np.arange(length)
    return np.isin(days.astype("datetime64[M]"), rows["period_start"].astype("datetime64[M]"))
