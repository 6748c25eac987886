"""What a reader has to check before the total is relied on: what is out of line, what nothing confirms, what was
left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from carbon.accounting.expectations.absent import Absent, absent_of
from carbon.accounting.expectations.expected import LISTED
from carbon.accounting.expectations.held import JOINED, NOTHING, PARTLY, Held, held_of
from carbon.accounting.expectations.measures import key_of
from carbon.core.text_columns import lines_of, records_of
from carbon.core.units import KG_PER_T
from carbon.reports.words.breaches import basis, breach_sentence, cause, scale_of, subject, unit_of
from carbon.reports.words.language import Words
from carbon.reports.words.sentence import Figure, Sentence, items, percent, sentence, significant, tonnes

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory

WORST, SMALL = 3, 20
"""Breaches in words on a first page, and smaller amounts in one line; what is `LISTED` or more is named without end."""
FEW = 12
"""Sites, kinds and streams read as zero that a sentence names: no tonnes are at stake."""
TENTH, NEARLY_ALL, TWICE = 0.1, 0.99, 2.0
"""A change below a tenth or of nearly all has a decimal; from twice as much on it is a multiple."""
_ONE_LINE = Markup('<details class="more"><summary>{}</summary>{}</details>')
TABLE = Markup('<a href="#table-breaches">{}</a>')
_CURRENCY = re.compile(r"[A-Z]{3}")
BOUNDARY = Markup('<a href="#table-boundary">{}</a>')
Streams = tuple[Absent | None, Held]


def to_check(inventory: Inventory, words: Words, digits: int, streams: Streams | None = None, *,
             is_public: bool = False) -> Markup:
    """Return both parts of `checks`, one below the other."""
    return Markup("").join(checks(inventory, words, digits, streams, is_public=is_public))


def streams_of(inventory: Inventory) -> Streams:
    """Return what a first year has no records of, None of a later one: its past shows it; and how streams are held."""
    held_streams = held_of(inventory.expectations())
    years = max([line["years"] for line in held_streams.lines], default=1)
    return None if years else absent_of(inventory, held_streams.lines), held_streams


def checks(inventory: Inventory, words: Words, digits: int, streams: Streams | None = None, *,
           is_public: bool = False) -> tuple[Markup, Markup]:
    """Return what is out of line and nobody accepted, largest tonnes first, and what else to compare with documents.

    The first is for the top of a page, the second for below its charts: what nothing was compared with, what of the
    emissions nothing holds. Escaped. streams: `streams_of` the inventory, where a report has it.
    """
    breaches = records_of(inventory.breaches())
    open_ones = sorted((of for of in breaches if not of["accepted"]), key=lambda of: -of["at_stake_kg"])
    table_link, boundary_link = (Markup("{}") if is_public else link for link in (TABLE, BOUNDARY))
    worst = [_in_words(line, words, digits, is_public=is_public, is_folded=bool(at))
             for at, line in enumerate(open_ones[:WORST])]
    first: list[object] = [*map(boundary_link.format, _boundary(inventory, words, digits)), *worst]
    more, accepted = len(open_ones) - len(worst), len(breaches) - len(open_ones)
    if more:
        first.append(table_link.format(sentence(words, "breach.more_public" if is_public else "breach.more", "breaches",
                                                more=more, behind={"shown": float(len(worst))})))
    absent, held_streams = streams or streams_of(inventory)
    first += _implied(absent, words)
    title = Markup("<p><strong>{}</strong></p>").format(words("breach.title"))
    top = Markup('<div class="check">{}{}</div>').format(title, _items(first)) if first else Markup("")
    rest: list[object] = [table_link.format(sentence(words, "breach.accepted", "breaches accepted in params",
                                                     accepted=accepted))] if accepted else []
    past = _compared(held_streams, words, len(breaches))
    if is_public:
        unheld = _unheld(held_streams, words, digits, WORST, is_public=True)
        fold = _folded(words("breach.held"), [*past, *unheld])
        return top, _items([*rest, *_absent(absent, words)], "facts") + fold
    rest += [*past, *_absent(absent, words), *_to_compare(held_streams, absent is None, words, digits)]
    if absent is not None:
        people = float(inventory.params.employees.get(inventory.year, 0))
        rest += [*_by_site(absent, words, digits), *_as_read(held_streams, people, words, digits)]
    return top, _items(rest, "facts")


def _in_words(line: dict[str, Any], words: Words, digits: int, *, is_public: bool, is_folded: bool) -> Markup:
    """Return a breach as its sentence; folded: as one line, and its band's source and cause a click away."""
    text = str(breach_sentence(line, words, digits, is_public=is_public))
    if not is_folded:
        return Markup("{}").format(text)
    source, why = basis(line, words), cause(line, words)
    short = text.removesuffix(why).replace(f" ({source})", "", 1)
    return _ONE_LINE.format(short, f"{source[:1].upper()}{source[1:]}. {why}")


def _items(lines: Sequence[object], css: str = "") -> Markup:
    entries = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
    mark = Markup(' class="{}"').format(css) if css else ""
    return Markup("<ul{}>{}</ul>").format(mark, entries) if lines else Markup("")


def _folded(heading: str, lines: Sequence[object], css: str = "held") -> Markup:
    """Return lines that are shown when they are asked for; nothing where there is none."""
    form = Markup('<details class="{}"><summary>{}</summary>{}</details>')
    return form.format(css, heading, _items(lines, "facts")) if lines else Markup("")


def _boundary(inventory: Inventory, words: Words, digits: int) -> list[Sentence]:
    """Return that sites, entities, files or meters came or went without a word on it, with their tonnes."""
    table = inventory.boundary()
    table = table[table["is_open"]]
    if table.empty:
        return []
    return _named(words, "boundary.open", "boundary of the year", table["name"].tolist(), WORST, count=len(table),
                  since=int(table["since"].iloc[0]),
                  stake=tonnes(words, float(table["co2e_kg"].sum()) / KG_PER_T, digits))


def _compared(held_streams: Held, words: Words, breaches: int) -> list[Sentence]:
    """Return that nothing was compared with a past, or that the comparison found nothing."""
    compared = max([line["years"] for line in held_streams.lines], default=0)
    if not compared:
        return [sentence(words, "breach.no_past", "records of earlier years", behind={"years": 0.0})]
    if breaches:
        return []
    return [sentence(words, "breach.none", "measures of the year", years=compared, share=percent(words, LISTED, 0),
                     behind={"breaches": float(breaches)})]


def _named(words: Words, key: str, basis: str, names: Sequence[str], most: int = 0, more: str = " …",
           **figures: Figure | int | str) -> list[Sentence]:
    """Return a sentence that names things, all or the first of them; nothing where there is none."""
    shown = names[:most or len(names)]
    named = words("text.list").join(shown) + (more if len(names) > len(shown) else "")
    return [sentence(words, key, basis, named=named, behind={"count": float(len(names))}, **figures)] if names else []


def _implied(absent: Absent | None, words: Words) -> list[Sentence]:
    """Return that people are employed and what they imply has no records."""
    if absent is None or not absent.implied:
        return []
    people = Figure(absent.people, words.number(absent.people))
    return _named(words, "breach.implied", "employees of params", _kinds(absent.implied, words), FEW, people=people)


def _absent(absent: Absent | None, words: Words) -> list[object]:
    """Return the kinds without records, and the streams that were read as zero."""
    if absent is None:
        return []
    zero = [subject(line, words) for line in absent.zero]
    kinds, unspent = (_kinds(names, words) for names in (absent.kinds, absent.unspent))
    folded = _folded(words("breach.unspent_kinds", kinds=len(unspent)), _named(
        words, "breach.unspent", "purchases of the year", unspent))
    return [*_named(words, "breach.absent", "records of the year", kinds),
            *([folded] if folded else []), *_named(words, "breach.zero", "records of the year", zero, FEW)]


def _by_site(absent: Absent, words: Words, digits: int) -> list[Sentence]:
    """Return the sites without a kind of energy that others have, and how many meters were read of each site."""
    meters = [f"{site}{words('text.colon')}" if site else "" for site in absent.meters]
    meters = [name + ", ".join(f"{words.term('carrier', carrier)} {n}" for carrier, n in of.items())
              for name, of in zip(meters, absent.meters.values(), strict=True)]
    return [line for kind, (sites, kg) in absent.without.items() for line in _named(
        words, "breach.without", "records of the sites", sites, FEW, kind=words(f"absent.{kind}"),
        stake=tonnes(words, kg / KG_PER_T, digits))] + _named(
            words, "breach.meters", "records of energy", meters, FEW)


def _kinds(kinds: tuple[str, ...], words: Words) -> list[str]:
    return [words(f"absent.{kind}") for kind in kinds]


def _unheld(held_streams: Held, words: Words, digits: int, most: int, *, is_public: bool = False) -> list[Sentence]:
    """Return which share of the emissions is held against no earlier year, price or second source, and its largest."""
    if held_streams.free_kg < LISTED * held_streams.co2e_kg or not held_streams.free_kg:
        return []
    parts: dict[str, list[float]] = {}
    for line in held_streams.streams:
        if line["free_kg"] > 0:
            parts.setdefault(subject(line, words, is_public=is_public), []).append(line["free_kg"])
    largest = sorted(((name, math.fsum(kg)) for name, kg in parts.items()), key=lambda pair: -pair[1])[:most]
    names = [f"{name} ({tonnes(words, kg / KG_PER_T, digits)} t)" for name, kg in largest]
    return [sentence(words, "breach.unheld", "emissions of the year, of each record their size",
                     share=percent(words, held_streams.free_kg / held_streams.co2e_kg, 0),
                     held=tonnes(words, held_streams.free_kg / KG_PER_T, digits), named=words("text.list").join(names),
                     behind={"total": held_streams.co2e_kg / KG_PER_T, "largest": largest[0][1] / KG_PER_T})]


def _to_compare(held_streams: Held, has_past: bool, words: Words, digits: int) -> list[object]:
    """Return what nothing holds, what moved and what may be another quantity. All that is `LISTED` or more is named;
    without a past the amounts as they were read name what nothing holds.
    """
    least_kg = LISTED * held_streams.co2e_kg if has_past else math.inf
    large = sum(stream["free_kg"] >= least_kg for stream in held_streams.streams)
    unheld = [Markup("{} {}").format(text, words("text.compare"))
              for text in _unheld(held_streams, words, digits, max(WORST, large))]
    return [*unheld, *_moved(held_streams, words, digits), *_mistaken(held_streams, words, digits)]


def _moved(held_streams: Held, words: Words, digits: int) -> list[Sentence]:
    """Return which amounts moved most within their bands: of few years a band is wide, and an error is within it."""
    moves = [str(_move(line, words, digits)) for line in held_streams.moved(LISTED)]
    gone_streams = [f"{subject(line, words)} ({_more(line, words, digits)} t)"
                    for line in held_streams.gone(LISTED)]
    return _named(words, "breach.not_now", "records of the year", gone_streams) + _named(
        words, "breach.moved", "amounts of the year", moves, share=percent(words, LISTED, 0))


def _move(line: dict[str, Any], words: Words, digits: int) -> Sentence:
    """Return how an amount moved: by a percentage, or from twice as much on as a multiple."""
    times = float(line["times"])
    change = percent(words, times - 1, 0 if TENTH <= abs(times - 1) < NEARLY_ALL else 1, sign=True)
    key, how = ("times", significant(words, times)) if times >= TWICE else ("change", change)
    return sentence(words, f"breach.{key}", "amounts of the stream", what=subject(line, words),
                    amount=_amount(line, 0, words), stake=_more(line, words, digits),
                    behind={"emitted": float(line["co2e_kg"]) / KG_PER_T}, **{key: how})


def _mistaken(held_streams: Held, words: Words, digits: int) -> list[Sentence]:
    """Return which amounts nothing distinguishes from another quantity: kilograms read as litres, or a tax in them.
    Streams with the same other readings are listed together.
    """
    readings, amounts = dict[str, list[str]](), dict[tuple[str, ...], list[dict[str, Any]]]()
    for line in held_streams.mistaken(LISTED):
        amounts.setdefault((*key_of(line), line["unit"]), []).append(line)
    for lines in amounts.values():
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


def _as_read(held_streams: Held, people: float, words: Words, digits: int) -> list[Markup]:
    """Return amounts as they were read: a line for each stream with `LISTED` or more at stake, all and a head. The
    smaller ones that nothing holds are one line, a click away, for a digit too few makes a stream small.
    """
    streams = held_streams.read(LISTED)
    lines = [sentence(
        words, "breach.read", "records of the stream", what=subject(of, words),
        amounts=words("text.list").join(_amounts(of, people, words)) + _odd(of, words) + _by(of["against"], words),
        stake=tonnes(words, of["co2e_kg"] / KG_PER_T, digits)) for of in streams if of["large"]]
    small = [words("text.list").join(f"{subject(of, words)} {amount}" for amount in _amounts(of, 0, words))
             for of in streams if not of["large"]]
    fold = _folded(words("breach.as_read_rest"), _named(
        words, "breach.smaller", "records of the stream", small, SMALL, f" + {len(small) - SMALL}"))
    as_read = Markup("{}{}{}").format(words("breach.as_read"), _items(lines, "facts"), fold)
    return [as_read] if streams else []


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


def _amounts(stream: dict[str, Any], people: float, words: Words) -> list[str]:
    """Return the amounts of a stream; a dash for one that no measure has."""
    return [_amount(line, people, words) for line in stream["amounts"]] or ["\N{EN DASH}"]


def _amount(line: dict[str, Any], people: float, words: Words) -> str:
    """Return an amount with its unit, and how much that is a person."""
    value = float(line["value"]) * scale_of(line)
    per_person = words("text.a_person", amount=words.significant(value / people)) if people else ""
    return f"{words.significant(value)}\u00a0{unit_of(line, words)}{per_person}"


def left_out(rejects: pd.DataFrame, words: Words, *, is_folded: bool = False) -> Markup:
    """Return the rejected rows and amounts that the company's limits allow, a line a kind of record, from
    `accepted_rejects_table`; escaped. Folded: the lines are shown when they are asked for.
    """
    table = rejects[rejects["rejected"] != 0]
    if table.empty:
        none = sentence(words, "hero.no_rejects", "rows read", behind={"rejected": float(len(table))})
        return Markup('<p class="rejected">{}</p>').format(none)
    over = float((table["share"] > table["accepted_share"]).sum())
    lead = sentence(words, "hero.rejects_over" if over else "hero.rejects", "rejected shares",
                    behind={"rejected": float(len(table)), "over": over})
    lines = [words("hero.reject_kind", kind=words.term("kind", kind),
                   parts=words("text.list").join(_rejected(parts, words))) for kind, parts in _rejects_by_kind(table)]
    if is_folded:
        return _folded(str(lead).rstrip(":\u00a0"), lines, "more")
    return Markup('<div class="rejected"><p>{}</p>{}</div>').format(lead, _items(lines))


def _rejects_by_kind(table: pd.DataFrame) -> list[tuple[str, list[tuple[str, float, float, float]]]]:
    parts: dict[str, list[tuple[str, float, float, float]]] = {}
    for kind, *part in lines_of(table, ["kind", "unit", "rejected", "share", "accepted_share"]):
        parts.setdefault(kind, []).append(tuple(part))
    return list(parts.items())


def _rejected(parts: Sequence[tuple[str, float, float, float]], words: Words) -> list[str]:
    """Return the rejected rows and amounts of a kind, each with its share; currencies have one share together."""
    measures: dict[object, list[tuple[str, float, float, float]]] = {}
    for unit, amount, share, accepted in parts:
        is_money = _CURRENCY.fullmatch(unit) and share == share
        measures.setdefault((share, accepted) if is_money else unit, []).append((unit, amount, share, accepted))
    return [_with_share(items([_reject(unit, amount, words) for unit, amount, *_ in of], words), *of[0][2:], words)
            for of in measures.values()]


def _reject(unit: str, amount: float, words: Words) -> str:
    if unit == "rows":
        return words("hero.reject_row" if amount == 1 else "hero.reject_rows", amount=words.number(amount))
    if _CURRENCY.fullmatch(unit):
        return words("hero.reject_money", amount=words.number(amount, 2), unit=unit)
    key = "hero.reject_amount" if unit else "hero.reject_no_unit"
    return words(key, amount=words.number(amount, 2), unit=words.unit(unit))


def _with_share(amount: str, share: float, accepted: float, words: Words) -> str:
    if share != share:
        return amount
    share_text = sentence(words, "hero.reject_share", "rejected rows or amounts", share=percent(words, share, 2),
                          accepted=percent(words, accepted, 2))
    return f"{amount} {share_text}"
