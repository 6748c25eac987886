"""Three views of one history: as reported, restated as of a day, like-for-like; each has a hash to cite."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from carbon.accounting.years.base_year import Restated, refuse_incomplete, restate_series, splice_ratio
from carbon.accounting.years.by_year import AS_REPORTED, REPORTED, ByYear, refuse_no_series
from carbon.accounting.years.counted_events import CountedEvents, count_events
from carbon.accounting.years.history_tables import History
from carbon.core import schemas
from carbon.core.display import as_html, one_line
from carbon.core.errors import MethodError
from carbon.core.exact import exact_sum
from carbon.core.ledgers import ALL_YEARS, EVENTS, METHOD, STRUCTURAL

RESTATED, LIKE_FOR_LIKE = "restated", "like-for-like"
LINE = ["year", "scope", "category", "scope2_method"]
JOINED = ("acquisition", "merger", "insourcing")
_CHANGES = ["event_id", *LINE, "delta_kg", "how"]
_NO_CHANGES = schemas.Table("changes", {c: {**EVENTS.columns, "how": schemas.TEXT}[c] for c in _CHANGES})


@dataclass(frozen=True, eq=False, repr=False)
class View(ByYear):
    """One view of a history.

    Attributes
    ----------
    label
        "as reported", "restated" or "like-for-like".
    table
        `schemas.HISTORY` [kg CO2e].
    as_of
        Day up to which recorded events are known; NaT without events.
    significance
        One row an event with its three measures and whether it triggered, also when none did.
    changes
        What was added to which line: event_id, year, scope, category, scope2_method, delta_kg, how.
    left_out
        Entities outside the common boundary.
    """

    label: str
    table: pd.DataFrame
    as_of: pd.Timestamp
    significance: pd.DataFrame
    changes: pd.DataFrame
    recalculated: bool
    left_out: tuple[str, ...] = ()
    unmended: tuple[tuple[str, int], ...] = field(default=())
    stated: Mapping[str, Any] = field(default_factory=dict)
    dated: tuple[tuple[int, str, float], ...] = ()
    behind: Any = None

    @property
    def view_name(self) -> str:
        """Label of the view, for messages."""
        return self.label

    @property
    def breaks(self) -> tuple[tuple[str, int], ...]:
        """(event or change, first year after it) of each break that the view leaves unmended."""
        return self.unmended

    @property
    def declared(self) -> Mapping[str, Any]:
        """What params declare of the company's series."""
        return self.stated

    @property
    def dated_events(self) -> tuple[tuple[int, str, float], ...]:
        """(reporting year, event, kilograms) of the events in the ledger that the view leaves in the figures."""
        return self.dated

    @property
    def inventories_behind(self) -> Any:
        """The inventories that this view is made of."""
        return self.behind

    @property
    def sha256(self) -> str:
        """Hash of every line of the view: the same figures in any order give the same hash."""
        return view_hash(self.label, self.table)

    def __repr__(self) -> str:
        day = "no events" if pd.isna(self.as_of) else f"as of {self.as_of.date()}"
        moved = ", recalculated" if self.recalculated and self.label != AS_REPORTED else ""
        return one_line(f"View({self.label}, {day}, {self.years[0]}-{self.years[-1]}{moved}, {self.sha256[:12]})")

    def _repr_html_(self) -> str:
        return as_html(repr(self), self.significance)


def view_hash(label: str, table: pd.DataFrame) -> str:
    """Return the sha256 of a view's label and of every line of its `schemas.HISTORY` table, sorted by line."""
    ordered = table.sort_values(LINE)
    lines = [label, *("|".join(map(repr, row)) for row in
                      zip(*(ordered[c].tolist() for c in schemas.HISTORY.columns), strict=True))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def as_reported(history: History) -> View:
    """Return the history as it was reported, with the breaks that significant events left in it."""
    on_day = count_events(history, None)
    significant = on_day.acting.drop_duplicates("event_id") if on_day.recalculated else on_day.acting.head(0)
    breaks = tuple((f"{kind} of {entity}", int(year)) for kind, entity, year in
                   zip(significant["kind"], significant["entity"], significant["event_year"], strict=True))
    return View(AS_REPORTED, history.table, on_day.day, on_day.significance, _NO_CHANGES.empty(), on_day.recalculated,
                unmended=(*breaks, *history.spend_breaks), stated=history.declared, dated=history.dated_events,
                behind=history.inventories_behind)


def restated(history: History, as_of: str | pd.Timestamp | None = None) -> View:
    """Restate a history to today's boundary and methods, if the events known at `as_of` are significant.

    Years with records are already calculated anew by today's release; only reported years are moved by the deltas of
    the events, or spliced (flagged in `changes`) where a change of method gives none.

    Raises MethodError: No policy in the company's params; base year not in the history; an event without a delta for a
    year before it; a splice without a year calculated by both methods; a scope that would end below zero.
    """
    on_day = count_events(history, as_of)
    return _moved(history, RESTATED, on_day.acting if on_day.recalculated else on_day.acting.head(0), on_day)


def like_for_like(history: History, as_of: str | pd.Timestamp | None = None) -> View:
    """Restrict a history to the common boundary: without entities bought or sold, in all years.

    Raises MethodError: As `restated`; an entity bought whose emissions since are not known apart (it is no site of the
    records).
    """
    on_day = count_events(history, as_of)
    # On a common boundary no part of a year counts: entities bought or sold are out of all years.
    acting = on_day.acting.assign(delta_kg=on_day.acting["whole_kg"], part=1.0)
    # Bought and later sold: today's boundary is already without it. A correction moves no boundary.
    moved = acting[acting["kind"].isin(STRUCTURAL)]
    last = moved.sort_values(["date", "event_id"]).groupby("entity")["kind"].last()
    joined = sorted(str(e) for e in last.index[last.isin(JOINED)])
    deltas = acting[~(acting["entity"].isin(joined) & acting["kind"].isin(STRUCTURAL))]
    since = acting[acting["entity"].isin(joined) & acting["kind"].isin(JOINED)].groupby("entity")["event_year"].min()
    out = [_without(history, str(entity), int(year)) for entity, year in since.items()]
    left_out = sorted({str(e) for e in last.index})
    view = _moved(history, LIKE_FOR_LIKE, deltas, on_day, out)
    return replace(view, left_out=tuple(left_out))


def restate(
    history: History | pd.Series, events: pd.DataFrame | None = None, *, as_of: str | pd.Timestamp | None = None,
    base_year: int | Sequence[int] | None = None, threshold: float | None = None, measure: str | None = None,
    scopes: Sequence[str] | None = None, scope2_method: str | None = None, mid_year: str = ALL_YEARS,
) -> View | Restated:
    """Restate inventories (by the company's own events and policy) or a plain Series of kg by year.

    events, as_of, base_year, threshold, measure: Required for a Series; for inventories they come from
    data/ledger/<company>/ and params/<company>.yml.
    scopes, scope2_method, mid_year: As `restate_series`; without `scopes` a plain Series is the sum of all three.

    Raises MethodError: As `restated` and `restate_series`; a Series without one of its arguments.
    """
    if isinstance(history, History):
        return restated(history, as_of)
    refuse_no_series(history)
    if events is None or as_of is None or base_year is None or threshold is None or measure is None:
        raise MethodError("restating a Series needs events, as_of, base_year, threshold and measure",
                          hint="each changes the result, so none has a default")
    return restate_series(history, events, base_year=base_year, as_of=as_of, threshold=threshold, measure=measure,
                          scopes=scopes, scope2_method=scope2_method, mid_year=mid_year)


def _moved(
    history: History, label: str, acting: pd.DataFrame, on_day: CountedEvents, more: Sequence[pd.DataFrame] = ()
) -> View:
    if acting.empty and not more:
        return View(label, history.table, on_day.day, on_day.significance, _NO_CHANGES.empty(), on_day.recalculated,
                    unmended=history.spend_breaks, stated=history.declared, dated=history.dated_events,
                    behind=history.inventories_behind)
    # Years with records are already calculated by today's methods: a change of method moves reported years only.
    methods = acting["kind"].isin(METHOD)
    reported = [y for y in history.years if y not in history.inventories]
    refuse_incomplete(history.years, acting[~methods])
    refuse_incomplete(reported, acting[methods])
    of_history = acting[acting["year"].isin(reported) | ~methods & acting["year"].isin(history.years)]
    blank = of_history["delta_kg"].isna()
    spliced = _spliced(history, of_history[blank])
    given_deltas = of_history[~blank]
    given_deltas = given_deltas.assign(how=[
        "delta of the event" if part == 1 else f"delta of the event, pro rata x {part:.4f}"
        for part in given_deltas["part"]])
    changes = pd.concat([_NO_CHANGES.empty(), spliced, given_deltas[_CHANGES], *more], ignore_index=True)
    table = _added(history, changes, set(of_history.loc[of_history["kind"] == "gwp_set", "year"]))
    of_prices = acting["kind"].isin(("method", "factor_vintage", "error")) & (acting["scope"] == "3")
    mended = {*acting.loc[of_prices, "event_year"].astype("int64")}
    left = tuple((what, year) for what, year in history.spend_breaks if year not in mended)
    return View(label, table, on_day.day, on_day.significance, changes, on_day.recalculated, unmended=left,
                stated=history.declared, behind=history.inventories_behind)


def _spliced(history: History, blank: pd.DataFrame) -> pd.DataFrame:
    """Return deltas of lines converted to the new method by the ratio new/old of a year that has both."""
    parts = []
    for (scope, method), rows in blank.groupby(["scope", "scope2_method"], sort=True):
        new = _by_year(history.table, scope, method, computed=True)
        old = _by_year(history.as_reported_table, scope, method, computed=False)
        ratio = splice_ratio(old, new, where=f"scope {scope} {method}".strip())
        lines = history.table[(history.table["scope"] == scope) & (history.table["scope2_method"] == method)
                              & (history.table["status"] == REPORTED)]
        scaled = lines.merge(rows[["event_id", "year"]], on="year", validate="many_to_one")
        parts.append(scaled.assign(delta_kg=scaled["co2e_kg"] * (ratio - 1), how=f"spliced, x {ratio:.4f}")[_CHANGES])
    return pd.concat(parts, ignore_index=True) if parts else _NO_CHANGES.empty()


def _by_year(table: pd.DataFrame, scope: object, method: object, *, computed: bool) -> pd.Series:
    rows = table[(table["scope"] == scope) & (table["scope2_method"] == method)
                 & ((table["status"] != REPORTED) == computed)]
    return rows.groupby("year", sort=True)["co2e_kg"].sum()


def _without(history: History, entity: str, since: int) -> pd.DataFrame:
    """Return negative deltas for the emissions of a site in every year from `since` on."""
    parts = []
    for year in [y for y in history.years if y >= since]:
        inventory = history.inventories.get(year)
        rows = None if inventory is None else inventory.emissions[
            (inventory.emissions["site"] == entity) & inventory.emissions["kyoto"]]
        if rows is None or rows.empty:
            raise MethodError(f"the emissions of {entity} in {year} are not known apart from the rest",
                              hint="name the site of its records, or compare the restated view")
        groups = rows.groupby(["scope", "category", "scope2_method"], sort=True, observed=True)
        lines = groups.size().index.to_frame(index=False)
        kg = exact_sum(rows["co2e_kg"], groups.ngroup(), len(lines))
        parts.append(lines.assign(event_id=f"without {entity}", year=year, delta_kg=-kg, how="taken out")[_CHANGES])
    return pd.concat(parts, ignore_index=True) if parts else _NO_CHANGES.empty()


def _added(history: History, changes: pd.DataFrame, new_gwp: set[int]) -> pd.DataFrame:
    """Add the changes to the table; a new line has the GWP set, boundary and status of its year."""
    if changes.empty:
        return history.table
    by_line = changes.groupby(LINE, sort=True).agg(
        delta_kg=("delta_kg", "sum"), why=("event_id", lambda e: ", ".join(sorted(set(e))))).reset_index()
    joined = history.table.merge(by_line, on=LINE, how="outer", validate="one_to_one")
    first = history.table.groupby("year")[["company", "gwp", "boundary"]].first()
    status = history.status()
    fresh = joined["co2e_kg"].isna() & joined["delta_kg"].notna()
    for column in first.columns:
        joined[column] = joined[column].where(~fresh, joined["year"].map(first[column]))
    joined["status"] = joined["status"].where(~fresh, joined["year"].map(status))
    note = joined["source"].fillna("") + ("; restated: " + joined["why"]).where(joined["why"].notna(), "")
    joined["source"] = note.str.removeprefix("; ").astype("str")
    # A line without a figure that no event moves stays without one.
    joined["co2e_kg"] = joined[["co2e_kg", "delta_kg"]].sum(axis=1, min_count=1)
    _refuse_negative(joined)
    if new_gwp and history.params is not None:
        joined["gwp"] = joined["gwp"].where(~joined["year"].isin(new_gwp), history.params.gwp)
    texts = {c: "str" for c, kind in schemas.HISTORY.columns.items() if kind == schemas.TEXT}
    table = joined[list(schemas.HISTORY.columns)].astype({**texts, "category": "int64", "year": "int64"})
    return schemas.HISTORY.validate(table.sort_values(LINE, ignore_index=True))


def _refuse_negative(table: pd.DataFrame) -> None:
    sums = table.groupby(["year", "scope", "scope2_method"], sort=True)["co2e_kg"].sum().reset_index()
    below = sums[sums["co2e_kg"] < -1e-6 * table["co2e_kg"].abs().max()]
    if len(below):
        raise MethodError("restated emissions would be below zero", rows=below,
                          hint="an event takes out more than the year reported: correct it by another event")
