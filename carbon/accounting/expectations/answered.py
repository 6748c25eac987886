"""What answers on the boundary explain: earlier years are taken without what went, and with what came as it is now.

With s the share of a line's emissions that the answers are about, in an earlier year y and now,

    amount_y (1 - s_y) + amount_now s_now

so that what is left is compared with what was left, and what is gone as a whole is no question; what went within the
year may be as much as it was. Of accounts and modes nothing states the share: they may be less by
all that went, and more by all that came.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from carbon.accounting.expectations import names as m
from carbon.accounting.expectations.bands import KEY, OWN_PAST, WITH_MOVED, expectations_of
from carbon.accounting.expectations.measures import SEPARATOR, WHOLE
from carbon.core.ghg_protocol import SCOPES
from carbon.core.ledgers import with_years
from carbon.core.text import fold
from carbon.core.text_columns import Floats
from carbon.params.shapes.boundary import EVENT_OF, GONE_WORDS, ONE_NAME, OPENED_WORDS, Answer

ADDED = (m.LEVEL, m.ROWS)
"""Measures of a whole that are the sum of its parts'."""
ALL = 0.999
_WORD_OF = {**{kind: word for word, kind in EVENT_OF.items()}, "merger": "acquired", "insourcing": "acquired",
            "new_facility": "opened", "closed_facility": "closed"}
"""Kind of base-year event -> the word that it is."""
_LINE = ["kind", "dimension", "key", "unit"]
_KG = [f"kg_{scope}" for scope in SCOPES]


def answers_of(events: pd.DataFrame, starts: str) -> list[Answer]:
    """Return what the ledger of base-year events (`core.ledgers.EVENTS`) states, as answers of its sites and entities.

    What left within a year is missed in the next one: an event answers for both.
    """
    if events.empty:
        return []
    dated_events = with_years(events[events["kind"].isin(_WORD_OF)], starts)
    distinct = dated_events[["entity", "kind", "event_year"]].drop_duplicates().itertuples(index=False, name=None)
    return [Answer.model_validate({level: entity, "year": year + later, "word": _WORD_OF[kind]})
            for entity, kind, year in distinct if entity.strip() for level in ("entity", "site") for later in (0, 1)]


def boundary_explained(now: pd.DataFrame, measures: Mapping[int, pd.DataFrame], presence: Mapping[int, pd.DataFrame],
                       present: pd.DataFrame, answers: Sequence[Answer]) -> pd.DataFrame:
    """Return the `EXPECTATIONS` of a year by the `MEASURES` of earlier ones, without what the answers explain.

    presence, present: `PRESENCE` of the earlier years, and of this one.
    """
    answers = [a for a in answers if a.word not in GONE_WORDS or not _came_back(a, presence)]
    moved = [a for a in answers if a.word in (*GONE_WORDS, *OPENED_WORDS)]
    if moved and presence and len(present):
        about = {year: [a for a in moved if a.word in GONE_WORDS or year < a.year] for year in presence}
        measures = _by_boundary(measures, presence, now, present, about)
    table = _without_what_went(expectations_of(now, measures), answers)
    if not moved or not presence or not len(present):
        return table
    return _perhaps(table, [(presence[max(presence)], "before_kg"), (present, "co2e_kg")], about[max(about)])


def _came_back(answer: Answer, presence: Mapping[int, pd.DataFrame]) -> bool:
    """Return whether a later year has records of what went: the answer explains nothing of the years after that."""
    later = [presence[year] for year in presence if year > answer.year]
    return any(answer.is_about(answer.level, name, site) for of in later
               for name, site in of[[answer.level, "site"]].drop_duplicates().itertuples(index=False, name=None))


def _by_boundary(measures: Mapping[int, pd.DataFrame], presence: Mapping[int, pd.DataFrame], now: pd.DataFrame,
                present: pd.DataFrame, about: Mapping[int, Sequence[Answer]]) -> dict[int, pd.DataFrame]:
    """Return the `MEASURES` of earlier years as if their boundary were that of now; about: what concerns each year."""
    amounts = now.set_index(KEY)
    out = {}
    for year, of_year in measures.items():
        lines = of_year[_LINE].astype("str").drop_duplicates()
        before, today = (_shares(lines, _named(table, about[year])) for table in (presence[year], present))
        if not (before > 0).any() and not (today > 0).any():
            out[year] = of_year
            continue
        at = pd.MultiIndex.from_frame(lines).get_indexer(pd.MultiIndex.from_frame(of_year[_LINE].astype("str")))
        share, share_now = (np.nan_to_num(of)[at] for of in (before, today))
        kept_rows = (share < ALL) | (share_now > 0)
        of_now = amounts.reindex(pd.MultiIndex.from_frame(of_year[KEY]))
        is_added, moved = of_year["measure"].isin(ADDED).to_numpy(), {}
        for c in ("value", "co2e_kg"):
            part, part_now = of_year[c].to_numpy() * share, of_now[c].fillna(0.0).to_numpy() * share_now
            left = np.where(share > 0, np.minimum(part, part_now), part_now)  # of what went, no more than there was
            moved[c] = np.where(is_added, of_year[c] - part + left, of_year[c])
        out[year] = of_year.assign(**moved)[kept_rows]
    return out


def _named(presence: pd.DataFrame, answers: Sequence[Answer]) -> pd.DataFrame:
    """Return the size of each line of `PRESENCE`, and how much of it the answers are about: `size`, `about`."""
    kg = presence[_KG].abs().sum(axis=1)
    size = kg.where(kg > 0, 1e-9 * presence["rows"])
    is_named = [any(a.is_about(a.level, line[a.level], line["site"]) for a in answers)
                for line in presence[["entity", "site", "file", "meter"]].to_dict("records")]
    return presence.assign(size=size, about=size * np.array(is_named, dtype=bool), site=presence["site"].map(fold),
                           meter=presence["meter"].map(fold))


def _shares(lines: pd.DataFrame, presence: pd.DataFrame) -> Floats:
    """Return which share of each line the answers are about; NaN where its words do not tell."""
    of_kind = {str(kind): rows for kind, rows in presence.groupby("kind") if rows["about"].any()}
    return np.array([_share(line, of_kind[line["kind"]]) if line["kind"] in of_kind else 0.0
                     for line in lines.to_dict("records")], dtype=np.float64)


def _share(line: Mapping[Any, Any], rows: pd.DataFrame) -> float:
    words = dict(zip(*(line[c].split(SEPARATOR) for c in ("dimension", "key")), strict=False))
    carrier, _, unit = line["unit"].partition(":")
    fits, is_known = np.ones(len(rows), dtype=bool), True
    for name, word in {**words, "stream": carrier if unit else ""}.items():
        if name in ("site", "meter"):
            fits &= (rows[name] == fold(word)).to_numpy()
        elif name != WHOLE and word:
            has_streams = (rows["stream"] != "").any()
            fits &= np.array([not has_streams or word in of.split(" ") for of in rows["stream"]], dtype=bool)
            is_known &= bool(has_streams)
    size, about = (float(rows.loc[fits, c].sum()) for c in ("size", "about"))
    share = about / size if size else 0.0
    return share if is_known or share == 0 or share >= ALL else np.nan


def _without_what_went(table: pd.DataFrame, answers: Sequence[Answer]) -> pd.DataFrame:
    """Return the table without a band for what has no rows, or rows of some months, as it went. What is stated as not
    reported is still missing.
    """
    went = [a for a in answers if a.word in (*GONE_WORDS, *ONE_NAME)]
    none, is_level = table["value"].to_numpy() == 0, (table["measure"] == m.LEVEL).to_numpy()
    is_gone = none | is_level | table["measure"].isin([m.MONTHS, m.TO_END]).to_numpy()
    for at in np.flatnonzero(is_gone):
        of = dict(zip(*(table[c].iloc[at].split(SEPARATOR) for c in ("dimension", "key")), strict=False))
        is_gone[at] = any(a.is_about(level, name, of.get("site", "")) or (fold(a.of) == fold(name) and a.level == level)
                          for level, name in of.items() for a in went if none[at] or a.word in GONE_WORDS)
    without = is_gone & (none | ~is_level)  # what is left of an amount has no least, and still a largest
    return table.assign(low=table["low"].mask(is_gone), basis=table["basis"].mask(without, ""),
                         **{c: table[c].mask(without) for c in ("expected", "high")})


def _perhaps(table: pd.DataFrame, sides: Sequence[tuple[pd.DataFrame, str]], about: Sequence[Answer]) -> pd.DataFrame:
    """Return the table with amounts that may be less by all that went, or more by all that came."""
    added = np.flatnonzero(table["measure"].isin(ADDED))
    lines, part, basis = table.iloc[added], np.zeros((2, len(table))), table["basis"].to_numpy(dtype=object, copy=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        for side, (presence, of) in enumerate(sides):
            named_rows = _named(presence, about)
            kg = lines["kind"].map(named_rows.groupby("kind")["about"].sum()).to_numpy(dtype=np.float64)
            shares = _shares(lines[_LINE].astype("str"), named_rows)
            is_unknown = np.isnan(shares)
            part[side, added] = np.where(is_unknown, np.clip(kg / np.abs(lines[of].to_numpy()), 0, 1), 0.0)
        basis[added[(shares > 0) & (basis[added] == OWN_PAST)]] = WITH_MOVED  # an error of this year's rows moves both
        return table.assign(low=table["low"] * (1 - part[0]), high=table["high"] / (1 - part[1]),
                            basis=pd.Series(basis, index=table.index, dtype=table["basis"].dtype))
