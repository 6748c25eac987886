"""Sites, entities, meters and files that came, went, changed their name or contain others, between two years.

A name is sought among all records of the other year. What an entity explains is not asked again of its sites, files
and meters; what a site explains, not of its files and meters. A kind of record that the other year does not have, or
has without names, proves nothing about sites: it is asked as a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from carbon.accounting.boundary.names import ALIKE, likeness
from carbon.accounting.boundary.presence import KG_OF
from carbon.core.schemas import AMOUNT, INTEGER, TEXT, Table
from carbon.core.text import fold

CAME, WENT, RENAMED, CONTAINS = "came", "went", "renamed", "contains others"
LEVELS = ("entity", "site", "file", "meter")
CHANGES = Table("boundary_changes", {
    "level": TEXT, "name": TEXT, "site": TEXT, "change": TEXT, "since": INTEGER, "year": INTEGER, "other": TEXT,
    "proposal": TEXT, "why": TEXT, **dict.fromkeys(KG_OF.values(), AMOUNT), "co2e_kg": AMOUNT,
})
"""One change. other: the name it may have had, or have now; proposal: the word that fits best, "" where none is
proposed; why: what speaks for it; kg_1 to kg_3, co2e_kg: emissions in question, of the year that has more.
"""
_OF_THE_ROAD = ("travel", "freight")
"""Kinds whose rows come and go with journeys: no rows this year are no sign of a site that closed."""
_NAMED_NOW, _PERSISTS = 1.5, 0.8
_SAME_LEVEL, _NEAR_LEVEL, _WHOLE_LEVEL = 0.8, 0.5, 0.67
"""Likeness of levels that is enough alone; next to a like name or place; of a whole and its parts."""
_GAP_DAYS, _WHOLE_YEAR, _MOST, _BY_CHANCE = 45, 330, 400, 0.25
_KG = list(KG_OF.values())


@dataclass(frozen=True)
class _Side:
    """One year as seen from a level: its rows, the key of each and whether no level above explains it yet."""

    rows: pd.DataFrame
    keys: pd.Series
    is_open: pd.Series

    def names(self) -> set[str]:
        """Return the names of the level."""
        return set(self.keys) - {""}

    def of(self, key: str) -> pd.DataFrame:
        """Return the rows of a name."""
        return self.rows[(self.keys == key).to_numpy()]


def changes_between(earlier: pd.DataFrame, later: pd.DataFrame, *, years: tuple[int, int],
                    known_before: Mapping[int, pd.DataFrame] | None = None) -> pd.DataFrame:
    """Return the changes between two years: `CHANGES`, most emissions first.

    earlier, later: `PRESENCE` of the two years.
    known_before: `PRESENCE` of years before them: what was there before, and came back.
    """
    tables = [_weighed(earlier), _weighed(later)]
    is_open = [pd.Series(True, index=table.index) for table in tables]
    lines: list[dict[str, Any]] = []
    for level in LEVELS:
        sides = [_Side(table, _keys(table, level), flags) for table, flags in zip(tables, is_open, strict=True)]
        gone_keys, new = _gone(level, sides[0], sides[1]), _gone(level, sides[1], sides[0])
        lines += _lines(level, gone_keys, new, sides, known_before or {})
        is_open = [flags & ~side.keys.isin(names) for flags, side, names in zip(
            is_open, sides, (gone_keys, new), strict=True)]
    table = pd.DataFrame(lines, columns=[c for c in CHANGES.columns if c not in ("since", "year")])
    table = table.assign(since=years[0], year=years[1], co2e_kg=table[_KG].sum(axis=1))
    table = table.astype(dict(CHANGES.dtypes)).sort_values(
        ["co2e_kg", "level", "name"], ascending=[False, True, True], ignore_index=True)
    return CHANGES.validate(table[list(CHANGES.columns)])


def _weighed(table: pd.DataFrame) -> pd.DataFrame:
    """Add size, the emissions of each line, or a trace where it has none; and its emissions a day."""
    size = table[_KG].abs().sum(axis=1)
    days = (table["last"] - table["first"]).dt.days.clip(lower=0) + 1
    return table.assign(size=size.where(size > 0, 1e-9 * table["rows"]), days=days)


def _keys(table: pd.DataFrame, level: str) -> pd.Series:
    folded = {name: fold(name) for name in pd.unique(table[level])}
    keys = table[level].map(folded).astype("object")
    if level == "file":
        return table["kind"].astype("object") + " " + table["file"].astype("object")
    if level == "meter":
        sites = table["site"].map({name: fold(name) for name in pd.unique(table["site"])})
        return (sites + "\t" + keys).where(keys != "", "")
    return keys


def _gone(level: str, side: _Side, other: _Side) -> set[str]:
    """Return the names of one year that the other does not have, where its records would show them."""
    missing = side.names() - other.names()
    if not missing:
        return set()
    if level == "file":
        return _files_gone(side, other, missing)
    rows = side.rows[side.is_open & side.keys.isin(missing)]
    keys = side.keys[rows.index]
    kinds = set()
    for kind in rows["kind"].unique():
        if kind not in set(other.rows["kind"]) or (level == "site" and kind in _OF_THE_ROAD):
            continue
        unnamed = [float(s.rows.loc[(s.rows["kind"] == kind) & (s.keys == ""), "size"].sum()) for s in (other, side)]
        # Rows without a name that have one in the other year are no change of the boundary.
        if unnamed[0] > unnamed[1] and rows.loc[rows["kind"] == kind, "size"].sum() <= _NAMED_NOW * (
                unnamed[0] - unnamed[1]):
            continue
        kinds.add(kind)
    return set(keys[rows["kind"].isin(kinds)])


def _files_gone(side: _Side, other: _Side, missing: set[str]) -> set[str]:
    """Return the files without a successor: most of their rows are of places that the other year lacks, or have none.
    All files of a kind under new names, at a like level, are the same export.
    """
    gone_files = set()
    places = set(zip(other.rows["kind"], other.rows["site"].map(fold), other.rows["stream"], strict=True))
    rows = side.rows[side.is_open & side.keys.isin(missing)]
    for kind, of_kind in rows.groupby("kind"):
        theirs = other.rows[other.rows["kind"] == kind]
        mine = side.rows[side.rows["kind"] == kind]
        if len(theirs) and set(side.keys[mine.index]) <= missing and not (
                set(other.keys[theirs.index]) & side.names()) and _near(mine["size"].sum(), theirs["size"].sum(),
                                                                        _NEAR_LEVEL):
            continue
        sited = [site != "" and (kind, fold(site), stream) in places
                 for site, stream in zip(of_kind["site"], of_kind["stream"], strict=True)]
        for key, file_rows in of_kind.assign(_sited=sited).groupby(side.keys[of_kind.index]):
            persists = file_rows.loc[file_rows["_sited"], "size"].sum()
            if persists < _PERSISTS * file_rows["size"].sum():
                gone_files.add(str(key))
    return gone_files


def _near(one: float, other: float, share: float) -> bool:
    return min(one, other) >= share * max(one, other) > 0


def _lines(level: str, gone_keys: set[str], new: set[str], sides: list[_Side],
           known_before: Mapping[int, pd.DataFrame]) -> list[dict[str, Any]]:
    """Return the lines of one level: pairs that may be one, wholes and parts, and what came or went alone."""
    lines = []
    wholes = _wholes(level, new, sides)
    lines += [_line(level, sides[1].of(key), CONTAINS, why="the sum of others in each of its days") for key in wholes]
    lone_gone, lone_new = set(gone_keys), new - wholes
    by_place = level in ("meter", "file")
    # Words tell the parts of a site; meters and files of one place may be parts or successors.
    lines += _renamed(level, lone_gone, lone_new, sides, _SAME_LEVEL) if by_place else []
    for whole_key, parts, (side, change) in _splits(level, lone_gone, lone_new, sides):
        lines += [_line(level, sides[side].of(part), change, proposal="part_of", why="together at its level",
                        other=_name(level, sides[1 - side].of(whole_key))) for part in parts]
        for lone, keys in ((lone_gone, parts if change == WENT else [whole_key]),
                           (lone_new, parts if change == CAME else [whole_key])):
            lone.difference_update(keys)
    lines += _renamed(level, lone_gone, lone_new, sides, _NEAR_LEVEL if by_place else _SAME_LEVEL)
    for key in lone_new:
        back = [year for year, table in known_before.items() if key in set(_keys(table, level))]
        lines.append(_line(level, sides[1].of(key), CAME, why=f"known in {max(back)}" if back else "",
                           proposal="not_reported" if back else ""))
    return lines + [_line(level, sides[0].of(key), WENT) for key in lone_gone]


def _renamed(level: str, gone_keys: set[str], new: set[str], sides: list[_Side], least: float) -> list[dict[str, Any]]:
    """Return a line for each pair that may be one, and take it out of those that came and went."""
    lines = []
    for one, two, why in _pairs(level, gone_keys, new, sides, least):
        old, now = sides[0].of(one), sides[1].of(two)
        named_rows, other = (now, old) if two in new else (old, now)
        mine = max(old, now, key=lambda rows: rows["size"].sum())
        lines.append(_line(level, named_rows, RENAMED, kg=mine, proposal="renamed", why=why, other=_name(level, other)))
        gone_keys.discard(one)
        new.discard(two)
    return lines


def _wholes(level: str, new: set[str], sides: list[_Side]) -> set[str]:
    """Return the names that sum up others, and the year before were not there or had no parts, as a meter may."""
    if level == "file":
        return set()
    now, before = (set(side.keys[side.rows[f"sums_{level}"]]) - {""} for side in sides[::-1])
    there = sides[0].names()
    rows = {key: sides[1].of(key) for key in now if key in new or (key in there and key not in before)}
    return {key for key, of in rows.items()
            if of.loc[of[f"sums_{level}"], "size"].sum() >= _PERSISTS * of["size"].sum() > 0}


def _name(level: str, rows: pd.DataFrame) -> str:
    return str(rows[level].iloc[0])


def _line(level: str, rows: pd.DataFrame, change: str, *, kg: pd.DataFrame | None = None, other: str = "",
          proposal: str = "", why: str = "") -> dict[str, Any]:
    sums = (rows if kg is None else kg)[_KG].sum()
    site = str(rows["site"].iloc[0]) if level == "meter" else ""
    return {"level": level, "name": _name(level, rows), "site": site, "change": change, "other": other,
            "proposal": proposal, "why": why, **{name: float(sums[name]) for name in _KG}}


def _pairs(level: str, gone_keys: set[str], new: set[str], sides: list[_Side], least: float
           ) -> list[tuple[str, str, str]]:
    """Return (earlier key, later key, why) of names that may be one, the likeliest first, each key once. A meter that
    ended within the later year may be the one before a new meter; one that began within the earlier year, the one after
    a meter that went.
    """
    ended, begun = (_broken(level, sides, side) for side in (1, 0))
    olds = [*_largest(gone_keys, sides[0]), *ended]
    news = [*_largest(new, sides[1]), *begun]
    cards = {(0, k): _card(level, sides[int(k not in gone_keys)].of(k)) for k in olds} | {
        (1, k): _card(level, sides[int(k in new)].of(k)) for k in news}
    pairs_of_places = len(olds) * len(news) if level in ("entity", "site") else 0
    scored = []
    for one in olds:
        for two in news:
            if one in gone_keys or two in new:
                score, why = _score(level, cards[0, one], cards[1, two], least, pairs_of_places)
                if score:
                    scored.append((score, one, two, why))
    taken_keys: set[tuple[int, str]] = set()
    pairs = []
    for _, one, two, why in sorted(scored, key=lambda s: (-s[0], s[1], s[2])):
        if (0, one) not in taken_keys and (1, two) not in taken_keys:
            taken_keys |= {(0, one), (1, two)}
            pairs.append((one, two, why))
    return pairs


def _largest(keys: set[str], side: _Side) -> list[str]:
    sizes = side.rows["size"].groupby(side.keys).sum()
    return sizes[sizes.index.isin(keys)].sort_values(ascending=False).index[:_MOST].tolist()


def _broken(level: str, sides: list[_Side], side: int) -> list[str]:
    """Return names of both years that end well within the later (side 1) or begin well within the earlier one."""
    if level not in ("site", "meter"):
        return []
    rows, gap = sides[side].rows, pd.Timedelta(days=_GAP_DAYS)
    table = rows.assign(key=sides[side].keys)
    table = table[table["key"].isin(sides[0].names() & sides[1].names())]
    days = table.groupby("key").agg(first=("first", "min"), last=("last", "max"))
    ends = days["last"] < rows["last"].max() - gap if side else days["first"] > rows["first"].min() + gap
    return [str(key) for key in days.index[ends][:_MOST]]


@dataclass(frozen=True)
class _Card:
    """What two names are compared by: words, place, emissions and amounts a day by kind and stream, days."""

    name: str
    place: str
    a_day: Mapping[tuple[str, str], tuple[float, float]]
    days: tuple[pd.Timestamp, pd.Timestamp]


def _card(level: str, rows: pd.DataFrame) -> _Card:
    span = max((rows["last"].max() - rows["first"].min()).days + 1, 1)
    sums = rows.groupby(["kind", "stream"])[["size", "amount"]].sum() / span
    column = {"meter": "site", "file": "kind"}.get(level)
    place = "" if column is None else fold(str(rows[column].iloc[0]))
    a_day = {(str(kind), str(stream)): (float(size), float(amount)) for (kind, stream), (size, amount) in zip(
        sums.index, sums.to_numpy().tolist(), strict=True)}
    return _Card(_name(level, rows), place, a_day, (rows["first"].min(), rows["last"].max()))


def _score(level: str, old: _Card, new: _Card, least: float, pairs: int) -> tuple[float, str]:
    """Return how likely two names are one (0: no pair), and what speaks for it. Among many places some have one level
    by chance: names that differ need the nearer levels, the more `pairs` there are.
    """
    if old.place != new.place or not old.a_day.keys() & new.a_day.keys():
        return 0.0, ""
    name, level_ratio = likeness(old.name, new.name) if level != "meter" else 0.0, _level(old, new)
    is_near = level_ratio >= least and pairs * (1 - level_ratio) <= _BY_CHANCE
    if not is_near and (name < ALIKE or level_ratio < _NEAR_LEVEL / 2):
        return 0.0, ""
    words = [f"{level_ratio:.0%} of the level a day", *(["a like name"] if name >= ALIKE else [])]
    words += ["the same site"] if level == "meter" else []
    # Two whole years follow one another anyway.
    is_part = min((days[1] - days[0]).days for days in (old.days, new.days)) < _WHOLE_YEAR
    days_apart = abs((new.days[0] - old.days[1]).days) if is_part else _GAP_DAYS + 1
    words += [f"one ends on {old.days[1]:%Y-%m-%d}, the other begins on {new.days[0]:%Y-%m-%d}"] if (
        days_apart <= _GAP_DAYS) else []
    return name + level_ratio + float(days_apart <= _GAP_DAYS), ", ".join(words)


def _level(old: _Card, new: _Card) -> float:
    """Return how alike two levels are, 0 to 1: of amounts where both have them, which no factor moves."""
    keys = old.a_day.keys() | new.a_day.keys()
    pairs = np.array([(old.a_day.get(k, (0.0, 0.0)), new.a_day.get(k, (0.0, 0.0))) for k in keys])
    sizes, amounts = pairs[:, :, 0], pairs[:, :, 1]
    of = np.where(amounts.min(axis=1, keepdims=True) > 0, amounts, sizes)
    ratio = of.min(axis=1) / of.max(axis=1)
    return float((ratio * sizes.max(axis=1)).sum() / sizes.max(axis=1).sum())


def _splits(level: str, gone_keys: set[str], new: set[str], sides: list[_Side]
            ) -> list[tuple[str, list[str], tuple[int, str]]]:
    """Return (key of the whole, keys of its parts, (side of the parts, change)): one became several, or several one."""
    found_splits = []
    for wholes, parts, at, change in ((gone_keys, new, 1, CAME), (new, gone_keys, 0, WENT)):
        free = set(parts)
        for whole_key in _largest(wholes, sides[1 - at]):
            card = _card(level, sides[1 - at].of(whole_key))
            others = [key for key in _largest(free, sides[at])
                      if _may_hold(level, card, _card(level, sides[at].of(key)))]
            rows = sides[at].rows[sides[at].keys.isin(others)]
            if len(others) > 1 and _near(rows["size"].sum(), sides[1 - at].of(whole_key)["size"].sum(), _WHOLE_LEVEL):
                found_splits.append((whole_key, others, (at, change)))
                free -= {*others}
    return found_splits


def _may_hold(level: str, whole_card: _Card, part: _Card) -> bool:
    if level in ("meter", "file"):
        return whole_card.place == part.place and bool(whole_card.a_day.keys() & part.a_day.keys())
    return set(fold(whole_card.name).split()) <= set(fold(part.name).split())
