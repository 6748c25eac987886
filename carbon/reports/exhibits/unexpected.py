"""What a reader has to check before the total is relied on: the worst breaches of what is expected, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from carbon.accounting.expectations.absent import Absent, absent_of
from carbon.accounting.expectations.expected import LISTED
from carbon.accounting.expectations.held import JOINED, NOTHING, PARTLY, Held, held_of
from carbon.core.units import KG_PER_T
from carbon.reports.words.breaches import breach_sentence, subject, unit_of
from carbon.reports.words.language import Words
from carbon.reports.words.sentence import Figure, Sentence, percent, sentence, significant, tonnes

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory

WORST, READ, SMALL, MOVES = 3, 12, 20, 5
"""Breaches in words on a first page, amounts as they were read, smaller ones in one line, and moves within a band."""
SHOWN = 0.05
"""Share of the emissions from which an amount as it was read is shown without being asked for."""
TABLE = Markup('<a href="#table-breaches">{}</a>')
BOUNDARY = Markup('<a href="#table-boundary">{}</a>')


def to_check(inventory: Inventory, words: Words, digits: int, *, is_public: bool = False) -> Markup:
    """Return what does not fit and nobody accepted, largest tonnes first, how many more, how many are accepted.

    Where nothing was compared with earlier years the page states so, and what of the emissions nothing holds. Escaped.
    """
    breaches = inventory.breaches()
    open_ones = breaches[breaches["accepted"] == ""].sort_values("at_stake_kg", ascending=False, kind="stable")
    table_link, boundary_link = (Markup("{}") if is_public else link for link in (TABLE, BOUNDARY))
    boundary = [boundary_link.format(text) for text in _boundary(inventory, words, digits)]
    worst = [breach_sentence(line, words, digits, is_public=is_public) for line in _rows(open_ones.head(WORST))]
    lines: list[object] = [*boundary, *worst]
    more, accepted = len(open_ones) - len(worst), len(breaches) - len(open_ones)
    if more:
        lines.append(table_link.format(sentence(words, "breach.more_public" if is_public else "breach.more", "breaches",
                                                more=more, behind={"shown": float(len(worst))})))
    if accepted:
        text = sentence(words, "breach.accepted", "breaches accepted in params", accepted=accepted)
        lines.append(table_link.format(text))
    # What a first year has no records of; what a later one lacks, its past shows.
    table = inventory.expectations()
    absent = absent_of(inventory, table) if len(table) and not int(table["years"].max()) else None
    implied = _implied(absent, words)
    held = held_of(table)
    past = _compared(table, words, len(breaches))
    free: list[object] = [*_free(held, words, digits, is_public=is_public)]
    free = free if is_public else _by_size(free, held, table, words, digits)
    lines += [*(() if is_public else past), *implied, *_absent(absent, words), *(() if is_public else free)]
    people = float(inventory.params.employees.get(inventory.year, 0))
    if absent is not None and not is_public:
        lines += [*_by_site(absent, words, digits), *_as_read(held, table, people, words, digits)]
    is_open = bool(len(open_ones) or boundary or implied)
    title = Markup("<p><strong>{}</strong></p>").format(words("breach.title"))
    check = _items(lines, "" if is_open else "facts")
    check = Markup('<div class="check">{}{}</div>').format(title, check) if is_open else check
    return check + (_folded(words("breach.held"), [*past, *free]) if is_public else Markup(""))


def _items(lines: Sequence[object], css: str) -> Markup:
    listed = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
    mark = Markup(' class="{}"').format(css) if css else ""
    return Markup("<ul{}>{}</ul>").format(mark, listed) if lines else Markup("")


def _folded(heading: str, lines: Sequence[object]) -> Markup:
    """Return lines that are shown when they are asked for; nothing where there is none."""
    form = Markup('<details class="held"><summary>{}</summary>{}</details>')
    return form.format(heading, _items(lines, "facts")) if lines else Markup("")


def _boundary(inventory: Inventory, words: Words, digits: int) -> list[Sentence]:
    """Return that sites, entities, files or meters came or went without a word on it, with their tonnes."""
    table = inventory.boundary()
    table = table[table["is_open"]]
    if table.empty:
        return []
    return _named(words, "boundary.open", "boundary of the year", table["name"].tolist(), WORST, count=len(table),
                  since=int(table["since"].iloc[0]),
                  stake=tonnes(words, float(table["co2e_kg"].sum()) / KG_PER_T, digits))


def _rows(breaches: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in line.items()} for line in breaches.to_dict("records")]


def _compared(table: pd.DataFrame, words: Words, breaches: int) -> list[Sentence]:
    """Return that nothing was compared with a past, or that the comparison found nothing."""
    compared = int(table["years"].max()) if len(table) else 0
    if not compared:
        return [sentence(words, "breach.no_past", "records of earlier years", behind={"years": 0.0})]
    if breaches:
        return []
    return [sentence(words, "breach.none", "measures of the year", years=compared, share=percent(words, LISTED, 0),
                     behind={"breaches": float(breaches)})]


def _named(words: Words, key: str, basis: str, names: Sequence[str], most: int = READ, more: str = " …",
           **figures: Figure | int | str) -> list[Sentence]:
    """Return a sentence that names the first of some things; nothing where there is none."""
    named = words("text.list").join(names[:most]) + (more if len(names) > most else "")
    return [sentence(words, key, basis, named=named, behind={"count": float(len(names))}, **figures)] if names else []


def _implied(absent: Absent | None, words: Words) -> list[Sentence]:
    """Return that people are employed and what they imply has no records."""
    if absent is None or not absent.implied:
        return []
    people = Figure(absent.people, words.number(absent.people))
    return _named(words, "breach.implied", "employees of params", _kinds(absent.implied, words), people=people)


def _absent(absent: Absent | None, words: Words) -> list[object]:
    """Return the kinds without records, and the streams that were read as zero."""
    if absent is None:
        return []
    zero = [subject(line, words) for line in _rows(absent.zero)]
    kinds, unspent = (_kinds(names, words) for names in (absent.kinds, absent.unspent))
    folded = _folded(words("breach.unspent_kinds", kinds=len(unspent)), _named(
        words, "breach.unspent", "purchases of the year", unspent, len(unspent)))
    return [*_named(words, "breach.absent", "records of the year", kinds, len(kinds)),
            *([folded] if folded else []), *_named(words, "breach.zero", "records of the year", zero)]


def _by_site(absent: Absent, words: Words, digits: int) -> list[Sentence]:
    """Return the sites without a kind of energy that others have, and how many meters were read of each site."""
    meters = [f"{site}{words('text.colon')}" if site else "" for site in absent.meters]
    meters = [name + ", ".join(f"{words.term('carrier', carrier)} {n}" for carrier, n in of.items())
              for name, of in zip(meters, absent.meters.values(), strict=True)]
    return [line for kind, (sites, kg) in absent.without.items() for line in _named(
        words, "breach.without", "records of the sites", sites, kind=words(f"absent.{kind}"),
        stake=tonnes(words, kg / KG_PER_T, digits))] + _named(
            words, "breach.meters", "records of energy", meters)


def _kinds(kinds: tuple[str, ...], words: Words) -> list[str]:
    return [words(f"absent.{kind}") for kind in kinds]


def _free(held_streams: Held, words: Words, digits: int, *, is_public: bool) -> list[Sentence]:
    """Return which share of the emissions is held against no earlier year, price or second source, and its largest."""
    if held_streams.free_kg < LISTED * held_streams.co2e_kg or not held_streams.free_kg:
        return []
    streams = held_streams.streams[held_streams.streams["free_kg"] > 0]
    names = [subject(line, words, is_public=is_public) for line in _rows(streams)]
    largest = streams["free_kg"].groupby(pd.Series(names, index=streams.index), sort=False).sum().nlargest(WORST)
    listed = [f"{name} ({tonnes(words, kg / KG_PER_T, digits)} t)" for name, kg in largest.items()]
    return [sentence(words, "breach.unheld", "emissions of the year, of each record their size",
                     share=percent(words, held_streams.free_kg / held_streams.co2e_kg, 0),
                     held=tonnes(words, held_streams.free_kg / KG_PER_T, digits), named=words("text.list").join(listed),
                     behind={"total": held_streams.co2e_kg / KG_PER_T, "largest": float(largest.iloc[0]) / KG_PER_T})]


def _by_size(free: list[object], held_streams: Held, table: pd.DataFrame, words: Words, digits: int) -> list[object]:
    """Return what nothing holds, what moved and what may be another quantity; what is below `SHOWN` is folded."""
    free = [Markup("{} {}").format(text, words("text.compare")) for text in free]
    other = held_streams.mistaken(table, LISTED)
    mistaken = _mistaken(other, words, digits)
    is_large = bool((other["moved_kg"].abs() >= SHOWN * held_streams.co2e_kg).any())
    small = [*(free if held_streams.free_kg < SHOWN * held_streams.co2e_kg else []), *([] if is_large else mistaken)]
    large = [line for line in (*free, *_moved(held_streams, table, words, digits), *mistaken) if line not in small]
    folded = _folded(words("breach.small", share=percent(words, SHOWN, 0)), small)
    return [*large, folded] if folded else large


def _moved(held: Held, table: pd.DataFrame, words: Words, digits: int) -> list[Sentence]:
    """Return which amounts moved most within their bands: of few years a band is wide, and an error is within it."""
    moves = [str(sentence(words, "breach.times", "amounts of the stream", what=subject(line, words),
                          amount=_amount(line, 0, words), times=significant(words, float(line["times"])),
                          stake=_more(line, words, digits), behind={"emitted": float(line["co2e_kg"]) / KG_PER_T}))
             for line in _rows(held.moved(table, LISTED))]
    gone_streams = [f"{subject(line, words)} ({_more(line, words, digits)} t)"
                    for line in _rows(held.gone(table, LISTED))]
    return _named(words, "breach.not_now", "records of the year", gone_streams) + _named(
        words, "breach.moved", "amounts of the year", moves, MOVES, share=percent(words, LISTED, 0))


def _mistaken(mistaken: pd.DataFrame, words: Words, digits: int) -> list[Sentence]:
    """Return which amounts nothing distinguishes from another quantity: kilograms read as litres, or a tax in them.

    Streams with the same other readings are listed together.
    """
    readings: dict[str, list[str]] = {}
    for _, of in mistaken.groupby(["kind", "dimension", "key", "unit"], sort=False):
        lines = _rows(of)
        reading = words("text.or").join(words(f"mistaken.{line['asked']}") for line in lines)
        stakes = words("text.or").join(words("text.stake", stake=_more(line, words, digits)) for line in lines)
        readings.setdefault(reading, []).append(words(
            "text.mistaken", what=subject(lines[0], words), amount=_amount(lines[0], 0, words), stakes=stakes))
    return _named(words, "breach.mistaken", "records of the stream", [
        words("text.reading", asked=reading, named=words("text.list").join(streams))
        for reading, streams in readings.items()])


def _more(line: dict[str, Any], words: Words, digits: int) -> Figure:
    """Return how much more a stream emits, signed [t]."""
    return tonnes(words, float(line["moved_kg"]) / KG_PER_T, digits, sign=True)


def _as_read(held: Held, table: pd.DataFrame, people: float, words: Words, digits: int) -> list[Markup]:
    """Return the largest amounts, and those that nothing holds, as they were read: a line a stream, all and a head.

    The smaller ones are one line, for a digit too few makes a stream small.
    """
    streams = [_rows(of) for _, of in held.read(table, LISTED).groupby(["kind", "dimension", "key"], sort=False)]
    large = [of for of in streams if of[0]["large"]][:READ]
    lines = [sentence(
        words, "breach.read", "records of the stream", what=subject(of[0], words),
        amounts=words("text.list").join(_amount(line, people, words) for line in of) + _odd(of[0], words) + _by(
            str(of[0]["against"]), words),
        stake=tonnes(words, float(of[0]["co2e_kg"]) / KG_PER_T, digits)) for of in large]
    small = [words("text.list").join(f"{subject(line, words)} {_amount(line, 0, words)}" for line in of)
             for of in streams if of not in large]
    open_lines = sum(of[0]["stake_kg"] >= SHOWN * held.co2e_kg for of in large)  # most at stake first
    rest = [*lines[open_lines:], *_named(words, "breach.smaller", "records of the stream", small, SMALL,
                                    f" + {len(small) - SMALL}")]
    as_read = Markup("{}{}{}").format(words("breach.as_read"), _items(lines[:open_lines], "facts"),
                                      _folded(words("breach.as_read_rest"), rest))
    return [as_read] if lines or small else []


def _odd(line: dict[str, Any], words: Words) -> str:
    """Return what is odd of a stream's rows: months, amounts below zero, one row far above the next."""
    value_words = {**dict.fromkeys(("months", "meter"), lambda value: f"{value:.0f}"),
                   "below": lambda value: str(percent(words, value, 1)),
                   "times": words.significant}
    return "".join(words(f"text.odd_{name}", value=of(float(line[name]))) for name, of in value_words.items()
                   if line[name] == line[name])


def _by(against: str, words: Words) -> str:
    """Return what a stream is held against; "" where that is nothing."""
    measures = [words.term("measure", name) for name in against.split(JOINED) if name not in (NOTHING, PARTLY)]
    return words("text.held_by", measures=words("text.list").join(measures)) if measures else ""


def _amount(line: dict[str, Any], people: float, words: Words) -> str:
    """Return an amount with its unit, and how much that is a person; a dash for a stream that no measure has."""
    if not isinstance(line["measure"], str):
        return "\N{EN DASH}"
    amount, unit = words.significant(float(line["value"])), unit_of(line, words)
    per_person = words("text.a_person", amount=words.significant(float(line["value"]) / people)) if people else ""
    return f"{amount}\u00a0{unit}{per_person}"
