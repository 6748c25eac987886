"""The earlier year of a bridge by the boundary of the later one, stream by stream, as `boundary` of params states it.

acquired: the site's streams of the later year at constant factors; from the first year to the next, its own over the
share of the year with it. divested, outsourced: its streams are taken out, or the share of the year without it.
renamed, part_of: its streams under the name of the later year. Each moves the boundary step alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.accounting.years.boundary_events import OF_PARAMS, happened
from carbon.accounting.years.streams import STREAM, VALUES
from carbon.core.ledgers import STRUCTURAL
from carbon.core.params.boundary import EVENT_OF, ONE_NAME, Answer
from carbon.core.text import fold

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory


def site_answers(end: Inventory, events: pd.DataFrame) -> list[Answer]:
    """Return what the later year's params answer of sites, but for what the ledger of events states itself."""
    of_ledger = events[events["kind"].isin(STRUCTURAL) & ~events["event_id"].str.startswith(OF_PARAMS)]
    stated_entities = {fold(entity) for entity in of_ledger["entity"]}
    return [a for a in end.params.boundary if a.level == "site" and (a.word in ONE_NAME or a.word in EVENT_OF)
            and fold(a.name) not in stated_entities]


def without_answered(events: pd.DataFrame, answers: Sequence[Answer]) -> pd.DataFrame:
    """Return the events that are no streams of `with_boundary` already."""
    return events[~events["event_id"].isin([f"{OF_PARAMS}{a.level} {a.name}" for a in answers if a.word in EVENT_OF])]


def with_boundary(table: pd.DataFrame, later: pd.DataFrame, answers: Sequence[Answer], *, years: tuple[int, int],
                  starts: str) -> pd.DataFrame:
    """Return the streams of the earlier year by the later year's boundary.

    Parameters
    ----------
    table
        `streams` of the earlier year.
    later
        `streams` of the later year at constant factors.
    starts
        First day of the reporting year.
    """
    for answer in answers:
        if answer.word in ONE_NAME:
            continue
        (year, share), is_it = happened(answer, starts), _of_site(table, answer.name)
        if answer.word == "acquired" and years[0] < year <= years[1]:
            table = pd.concat([table[~is_it], later[_of_site(later, answer.name)]], ignore_index=True)
        elif answer.word == "acquired" and year == years[0]:
            table = _scaled(table, is_it, 1 / share)
        elif answer.word != "acquired" and years[0] <= year <= years[1]:
            table = _scaled(table, is_it, 1 - share if year == years[1] else 0.0) if year > years[0] or share < 1 else (
                table)
    return table


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


def _of_site(table: pd.DataFrame, name: str) -> pd.Series:
    wanted_site = fold(name)
    return table["site"].isin([site for site in pd.unique(table["site"]) if fold(site) == wanted_site])


def _scaled(table: pd.DataFrame, rows: pd.Series, factor: float) -> pd.DataFrame:
    """Return the table with some rows times a factor; without them where it is zero."""
    if factor == 0:
        return table[~rows].reset_index(drop=True)
    scale = np.where(rows.to_numpy(), factor, 1.0)
    return table.assign(**{name: table[name] * scale for name in VALUES})
