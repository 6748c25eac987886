"""The earlier year of a bridge by the boundary of the later one, stream by stream, as `boundary` of params states it.

acquired: its streams of the later year at constant factors; from the first year to the next, its own over the share of
the year with it. divested, outsourced: its streams are taken out, or the share of the year without it. Each moves the
boundary step alone, and is a site, entity, meter or file: what it emits is known by its records, and of a stream that
others share it is the part. renamed, part_of: a site's streams under the name of the later year.
An event of the ledger moves the step in the same way where its entity or site has records; else by its kilograms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.accounting.years.boundary_events import OF_PARAMS, happened, is_named
from carbon.accounting.years.streams import STREAM, VALUES, aligned, streams
from carbon.core.ghg_protocol import MARKET, NO_METHOD, SCOPE2_METHODS
from carbon.core.ledgers import STRUCTURAL, with_years
from carbon.core.text import fold
from carbon.params.shapes.boundary import EVENT_OF, ONE_NAME, Answer

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory


def bridge_answers(end: Inventory, events: pd.DataFrame) -> list[Answer]:
    """Return what the later year's params answer, but for what the ledger of events states itself.

    A name of two things changes no stream unless it is a site: streams have sites, and no entity, meter or file.
    """
    of_ledger = events[events["kind"].isin(STRUCTURAL) & ~events["event_id"].str.startswith(OF_PARAMS)]
    stated_entities = {fold(entity) for entity in of_ledger["entity"]}
    return [a for a in end.params.boundary if fold(a.name) not in stated_entities
            and (a.word in EVENT_OF or (a.word in ONE_NAME and a.level == "site"))]


def of_ledger(events: pd.DataFrame, start: Inventory, end: Inventory) -> dict[str, Answer]:
    """Return, by event, what the ledger states of an entity or a site with records in the year that moves.

    That is the later year for what was acquired in between, else the earlier one. Of others only kilograms are known.
    """
    word_of = {kind: word for word, kind in EVENT_OF.items()}
    stated = events[events["kind"].isin(word_of) & ~events["event_id"].str.startswith(OF_PARAMS)]
    known: dict[str, Answer] = {}
    for event in with_years(stated.drop_duplicates("event_id"), end.params.reporting_year_starts).to_dict("records"):
        moves = end if event["kind"] == "acquisition" and event["event_year"] > start.year else start
        for level in ("site", "entity"):
            answer = Answer.model_validate({level: event["entity"] or "-", "year": event["event_year"],
                                            "word": word_of[event["kind"]], "on": event["date"].date()})
            if _is_of(moves, answer).any():
                known[event["event_id"]] = answer
    return known


def without_answered(events: pd.DataFrame, answers: Sequence[Answer], known: Mapping[str, Answer]) -> pd.DataFrame:
    """Return the events that are no streams of `with_boundary` already."""
    of_params = [f"{OF_PARAMS}{a.level} {a.name}" for a in answers if a.word in EVENT_OF]
    return events[~events["event_id"].isin([*of_params, *known])]


def parts_of_ledger(moved: Mapping[str, pd.DataFrame], first: pd.DataFrame, between: pd.DataFrame) -> pd.DataFrame:
    """Return what each event of the ledger moves, and whether by records or by its kilograms alone.

    Parameters
    ----------
    moved
        By event with records, the streams of the earlier year with it.
    first
        `streams` of the earlier year.
    between
        `EVENTS` between the two years: their deltas of the earlier year.

    Returns
    -------
    DataFrame
        event_id, entity, scope2_method, kg [kg CO2e], of_kg (by the ledger), is_by_records.
    """
    lines = []
    for event_id, entity in between.drop_duplicates("event_id")[["event_id", "entity"]].itertuples(index=False):
        rows = between[between["event_id"] == event_id]
        for method in SCOPE2_METHODS:
            stated = float(rows.loc[rows["scope2_method"].isin([NO_METHOD, method]), "delta_kg"].sum())
            columns = ["co2e_kg", "market_kg"] if method == MARKET else ["co2e_kg"]
            kg = stated if event_id not in moved else float(
                moved[event_id][columns].to_numpy().sum() - first[columns].to_numpy().sum())
            lines.append((event_id, entity, method, kg, stated, event_id in moved))
    return pd.DataFrame(lines, columns=["event_id", "entity", "scope2_method", "kg", "of_kg", "is_by_records"])


def with_boundary(table: pd.DataFrame, inventory: Inventory, later: pd.DataFrame, answers: Sequence[Answer], *,
                  end: Inventory, years: tuple[int, int]) -> pd.DataFrame:
    """Return the streams of the earlier year by the later year's boundary.

    table: `streams` of the earlier year, sites under the names of the later one.
    inventory: The inventory that they are of, whose records name entities, meters and files.
    later: `streams` of the later year at constant factors.
    end: The later year.
    """
    starts, events = end.params.reporting_year_starts, [a for a in answers if a.word in EVENT_OF]
    earlier_parts, all_streams = _parts_of(inventory, events), streams(end.emissions)
    now = _parts_of(end, events)
    for answer, of_earlier, of_later in zip(events, earlier_parts, now, strict=True):
        year, share = happened(answer, starts)
        of_earlier = under_later_names(of_earlier, answers, end)
        if answer.word == "acquired" and years[0] < year <= years[1]:
            table = _replaced(table, of_earlier, _at_constant(of_later, all_streams, later))
        elif answer.word == "acquired" and year == years[0]:
            table = _replaced(table, of_earlier, _scaled(of_earlier, 1 / share))
        elif answer.word != "acquired" and years[0] <= year <= years[1] and (year > years[0] or share < 1):
            table = _replaced(table, of_earlier, _scaled(of_earlier, 1 - share if year == years[1] else 0.0))
    return table


def _parts_of(inventory: Inventory, answers: Sequence[Answer]) -> list[pd.DataFrame]:
    """Return the streams of what each answer names; a row of two of them, a meter of a site, is of the first: sites
    before the others.
    """
    of_answer: dict[int, pd.DataFrame] = {}
    is_free = np.ones(len(inventory.emissions), dtype=bool)
    for at in sorted(range(len(answers)), key=lambda i: answers[i].level != "site"):
        is_own = is_free & _is_of(inventory, answers[at]).to_numpy(bool)
        of_answer[at], is_free = streams(inventory.emissions[is_own]), is_free & ~is_own
    return [of_answer[at] for at in range(len(answers))]


def _is_of(inventory: Inventory, answer: Answer) -> pd.Series:
    """Return which emission rows are of what an answer names."""
    by_records = is_named(inventory, answer.level, answer.name, answer.site or "")
    return by_records | inventory.emissions["site"].map(fold).eq(fold(answer.name)) if answer.level == "site" else (
        by_records)


def _at_constant(part: pd.DataFrame, all_streams: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """Return a part of the later year at constant factors: of each stream the share that it has as published."""
    labels, (part_of, all_of, constant) = aligned([part, all_streams, later])
    of_quantity, columns = _ratio(part_of["quantity"], all_of["quantity"], np.zeros(len(labels))), {}
    is_in = labels.merge(part[STREAM].assign(is_in=1.0), on=STREAM, how="left")["is_in"].fillna(0.0).to_numpy()
    for name in VALUES:
        share = _ratio(part_of[name], all_of[name], of_quantity)
        columns[name] = np.where(part_of[name] == all_of[name], 1.0, share) * constant[name] * is_in
    return labels.assign(**columns)


def _ratio(part: pd.Series, all_of: pd.Series, otherwise: np.ndarray) -> np.ndarray:
    is_known = (all_of != 0).to_numpy()
    return np.where(is_known, part.to_numpy() / np.where(is_known, all_of, 1.0), otherwise)


def _replaced(table: pd.DataFrame, part: pd.DataFrame, by: pd.DataFrame) -> pd.DataFrame:
    """Return streams with a part of them replaced; what is all of a stream leaves nothing of it, free of rounding."""
    labels, tables = aligned([table, part, by])
    all_values, part_values, other = (values.to_numpy() for values in tables)
    left = np.where(np.isclose(all_values, part_values, rtol=1e-12, atol=0.0), 0.0, all_values - part_values) + other
    is_kept = left.any(axis=1)
    return labels[is_kept].assign(**dict(zip(VALUES, left[is_kept].T, strict=True))).reset_index(drop=True)


def under_later_names(table: pd.DataFrame, answers: Sequence[Answer], end: Inventory) -> pd.DataFrame:
    """Return streams with each site that was renamed, or became part of another, under the name of the later year."""
    joined = [a for a in answers if a.word in ONE_NAME and a.year <= end.year]
    known_sites = {fold(site) for site in pd.unique(end.emissions["site"])} if joined else set()
    names = {fold(old): new for a in joined for old, new in ((a.of, a.name), (a.name, a.of))
             if fold(new) in known_sites and fold(old) not in known_sites}
    site = table["site"].map({s: names.get(fold(s)) or s for s in pd.unique(table["site"])})
    if (site == table["site"]).all():
        return table
    sums = table.assign(site=site.astype(table["site"].dtype)).groupby(STREAM, sort=False, dropna=False)[VALUES].sum()
    return sums.reset_index()[[*STREAM, *VALUES]]


def _scaled(table: pd.DataFrame, factor: float) -> pd.DataFrame:
    return table.assign(**{name: table[name] * factor for name in VALUES})
