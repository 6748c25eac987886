"""The earlier year of a bridge by the boundary of the later one, stream by stream, as `boundary` of params states it.

acquired: its streams of the later year at constant factors; from the first year to the next, its own over the share of
the year with it. divested, outsourced: its streams are taken out, or the share of the year without it. Each moves the
boundary step alone, and is a site, entity, meter or file: what it emits is known by its records, and of a stream that
others share it is the part. renamed, part_of: a site's streams under the name of the later year.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.accounting.years.boundary_events import OF_PARAMS, happened, is_named
from carbon.accounting.years.streams import STREAM, VALUES, aligned, streams
from carbon.core.ledgers import STRUCTURAL
from carbon.core.params.boundary import EVENT_OF, ONE_NAME, Answer
from carbon.core.text import fold

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


def without_answered(events: pd.DataFrame, answers: Sequence[Answer]) -> pd.DataFrame:
    """Return the events that are no streams of `with_boundary` already."""
    return events[~events["event_id"].isin([f"{OF_PARAMS}{a.level} {a.name}" for a in answers if a.word in EVENT_OF])]


def with_boundary(table: pd.DataFrame, inventory: Inventory, later: pd.DataFrame, answers: Sequence[Answer], *,
                  end: Inventory, years: tuple[int, int]) -> pd.DataFrame:
    """Return the streams of the earlier year by the later year's boundary.

    Parameters
    ----------
    table
        `streams` of the earlier year, sites under the names of the later one.
    inventory
        The inventory that they are of, whose records name entities, meters and files.
    later
        `streams` of the later year at constant factors.
    end
        The later year.
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
        answer = answers[at]
        is_of_answer = is_named(inventory, answer.level, answer.name, answer.site or "")
        if answer.level == "site":
            is_of_answer |= inventory.emissions["site"].map(fold).eq(fold(answer.name))
        is_own = is_free & is_of_answer.to_numpy(bool)
        of_answer[at], is_free = streams(inventory.emissions[is_own]), is_free & ~is_own
    return [of_answer[at] for at in range(len(answers))]


def _at_constant(part: pd.DataFrame, all_streams: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """Return a part of the later year at constant factors: of each stream the share that it has as published."""
    labels, (part_of, all_of, constant) = aligned([part, all_streams, later])
    columns = {}
    for name in VALUES:
        of_quantity = _ratio(part_of["quantity"], all_of["quantity"], np.zeros(len(labels)))
        share = _ratio(part_of[name], all_of[name], of_quantity)
        columns[name] = np.where(part_of[name] == all_of[name], 1.0, share) * constant[name] * _is_in(labels, part)
    return labels.assign(**columns)


def _ratio(part: pd.Series, all_of: pd.Series, otherwise: np.ndarray) -> np.ndarray:
    is_known = (all_of != 0).to_numpy()
    return np.where(is_known, part.to_numpy() / np.where(is_known, all_of, 1.0), otherwise)


def _is_in(labels: pd.DataFrame, part: pd.DataFrame) -> np.ndarray:
    return labels.merge(part[STREAM].assign(of_part=1.0), on=STREAM, how="left")["of_part"].fillna(0.0).to_numpy()


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
