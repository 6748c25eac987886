"""The company's one word for each change of its boundary, and warnings on those without one, with their tonnes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from carbon.accounting.boundary.changes import CAME, CHANGES, CONTAINS, RENAMED, WENT, changes_between
from carbon.core.schemas import FLAG, TEXT, Table
from carbon.core.text import fold
from carbon.core.text_columns import records_of
from carbon.core.units import KG_PER_T
from carbon.params.shapes.boundary import CAME_WORDS, NOT_REPORTED, ONE_NAME, WENT_WORDS, Answer

BOUNDARY = Table("boundary", {**CHANGES.columns, "word": TEXT, "is_open": FLAG, "yaml": TEXT})
"""`CHANGES` with the word of params ("" without one), whether it is still asked, and the line of params to paste.

What params state as not reported stays open: the two years are not comparable until its records are there.
"""
CODES = {CAME: "boundary_came", WENT: "boundary_went", RENAMED: "boundary_renamed", CONTAINS: "boundary_contains"}
MISSING, IDLE = "boundary_not_reported", "boundary_idle"
_WORDS = {CAME: CAME_WORDS, WENT: WENT_WORDS, RENAMED: ("renamed",), CONTAINS: ("part_of",)}
_TELL = {CAME: "came", WENT: "went", RENAMED: "may have another name", CONTAINS: "sum up others"}
_SHOWN = 5
_PLURAL = {"entity": "entities", "site": "sites", "file": "files", "meter": "meters"}


def boundary_of(year: int, presence: Callable[[], pd.DataFrame], past: Mapping[int, pd.DataFrame],
                answers: Sequence[Answer], *, keep_sums: bool = False) -> pd.DataFrame:
    """Return the changes of a year's boundary since the last year before it with records: `BOUNDARY`.

    presence: gives the `PRESENCE` of the year, asked only where there is a year before; past: of years before it.
    answers: `boundary` of params.
    keep_sums: Whether params state that a site and those it sums up count both (`counted_twice`).
    """
    before = [y for y in sorted(past) if y < year]
    if not before:
        return BOUNDARY.empty()
    changes = changes_between(past[before[-1]], presence(), years=(before[-1], year),
                              known_before={y: past[y] for y in before[:-1]})
    last = past[before[-1]]
    metered = {(fold(site), fold(meter)) for site, meter in zip(last["site"], last["meter"], strict=True)}
    lines = records_of(changes)
    words = [_word(line, answers, metered) for line in lines]
    is_open = [not word or word == NOT_REPORTED or (line["change"] == CONTAINS and not keep_sums)
               for line, word in zip(lines, words, strict=True)]
    table = changes.assign(word=words, is_open=is_open, yaml=[yaml_of(line) for line in lines])
    return BOUNDARY.validate(table.astype(dict(BOUNDARY.dtypes)))


def _word(line: Mapping[str, Any], answers: Sequence[Answer], metered: Collection[tuple[str, str]]) -> str:
    """Return the word that settles a change, "" where none does; `metered`: sites and meters of the year before.

    A meter that moved with its site has the word of the site.
    """
    level, name, other, site = (line[c] for c in ("level", "name", "other", "site"))
    mine = [a.word for a in answers if a.year == line["year"] and a.is_about(level, name, site)]
    joined = [a.word for a in answers if a.year <= line["year"] and a.word in ONE_NAME and a.level == level and (
        fold(a.of) == fold(name) or (bool(other) and a.is_about(level, other, site) and fold(a.of) == fold(name)))]
    if level == "meter" and line["change"] == CAME:
        joined += [a.word for a in answers if a.year == line["year"] and a.word in ONE_NAME and a.level == "site"
                   and fold(a.of) == fold(site) and (fold(a.name), fold(name)) in metered]
    if line["change"] == RENAMED:
        theirs = [a.word for a in answers if a.year == line["year"] and a.is_about(level, other, site)]
        one_name = [w for w in (*mine, *theirs, *joined) if w in ONE_NAME]
        both_words = [*mine, *theirs] if mine and theirs else []
        return " and ".join(dict.fromkeys(one_name[:1] or both_words))
    fitting = [word for word in mine if word in _WORDS[line["change"]]]
    return next(iter([*fitting, *joined]), "")


def yaml_of(line: Mapping[str, Any]) -> str:
    """Return the line of params that answers a change: `{site: "Lyon", year: 2025, word: opened}`."""
    site = f'site: {_quoted(line["site"])}, ' if line["level"] == "meter" and line["site"] else ""
    word = line["proposal"] or _WORDS[line["change"]][0]
    of = f', of: {_quoted(line["other"])}' if word in ONE_NAME else ""
    return f'{{{line["level"]}: {_quoted(line["name"])}, {site}year: {line["year"]}, word: {word}{of}}}'


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def warned(boundary: pd.DataFrame, answers: Sequence[Answer], year: int) -> list[tuple[str, str]]:
    """Return (code, text) of what is not answered, a line for each level and change; and of idle answers."""
    lines = []
    open_ones = boundary[boundary["is_open"]]
    missing = open_ones["word"] == NOT_REPORTED
    for (change, level), some in open_ones[~missing].groupby(["change", "level"], sort=False):
        lines.append((CODES[str(change)], _question(str(change), str(level), some)))
    for level, some in open_ones[missing].groupby("level", sort=False):
        when = _of(some, CAME, "since") or _of(some, WENT, "year")
        lines.append((MISSING, f"not in the records of {when}, as `boundary` states: {_named(str(level), some)}: "
                      "the two years are not comparable until the records, or an event with its kilograms, are there"))
    return lines + [(IDLE, f"`boundary` of params states {answer.title}, and the records of {year} show no such "
                     "change: correct its name, year or word, or delete it") for answer in answers
                    if answer.year == year and not _is_met(answer, boundary)]


def _of(some: pd.DataFrame, change: str, year: str) -> str:
    years = some.loc[some["change"] == change, year]
    return str(int(years.iloc[0])) if len(years) else ""


def _is_met(answer: Answer, boundary: pd.DataFrame) -> bool:
    return any(answer.word in line["word"].split(" and ") and (
        answer.is_about(line["level"], line["name"], line["site"])
        or answer.is_about(line["level"], line["other"], line["site"])
        or (answer.word in ONE_NAME and fold(answer.of) == fold(line["name"]))) for line in records_of(boundary))


def _named(level: str, some: pd.DataFrame) -> str:
    """Return "2 sites (31.2 t): Lyon 20 t, Nice 11.2 t": the list has names and numbers alone, of any language."""
    names = [f"{line['name']}{_at(line)} {line['co2e_kg'] / KG_PER_T:,.3g} t{_because(line)}"
             for line in records_of(some.head(_SHOWN))]
    more = some.iloc[_SHOWN:]
    names += [f"+ {len(more):,}: {more['co2e_kg'].sum() / KG_PER_T:,.3g} t"] if len(more) else []
    count = f"1 {level}" if len(some) == 1 else f"{len(some):,} {_PLURAL[level]}"
    return f"{count} ({some['co2e_kg'].sum() / KG_PER_T:,.3g} t): {', '.join(names)}"


def _at(line: Mapping[str, Any]) -> str:
    return f" ({line['site']})" if line["site"] else ""


def _because(line: Mapping[str, Any]) -> str:
    other = f"{line['proposal']} of {line['other']}: " if line["proposal"] in ONE_NAME else ""
    return f" ({other}{line['why']})" if line["why"] else ""


def _question(change: str, level: str, some: pd.DataFrame) -> str:
    since, year = int(some["since"].iloc[0]), int(some["year"].iloc[0])
    gap = f" (no records between {since} and {year})" if year - since > 1 else ""
    asked_lines = ", ".join(some["yaml"].head(_SHOWN))
    more = "; the other lines are in `inv.boundary()`" if len(some) > _SHOWN else ""
    if change == CONTAINS:
        return (f"{_TELL[change]} in {year}, and not in {since}{gap}: {_named(level, some)}: leave the rows out "
                "(`skip_rows_where` of the file), or state `counted_twice: [{pair: sites, keep: parts, reason: ...}]`")
    words = " | ".join(dict.fromkeys((*_WORDS[change], *ONE_NAME)))
    return (f"{_named(level, some)} {_TELL[change]} between {since} and {year}{gap}. State what happened in one word "
            f"({words}; the last two with `of`) in params: `boundary: [{asked_lines}]`{more}")


def shown(line: Mapping[Hashable, Any]) -> dict[str, Any]:
    """Return a change as `carbon check --json` lists it; t_at_stake in tonnes."""
    names = ("level", "name", "site", "change", "since", "year", "other", "why", "word", "is_open", "yaml")
    return {name: line[name] for name in names} | {"t_at_stake": line["co2e_kg"] / KG_PER_T}
