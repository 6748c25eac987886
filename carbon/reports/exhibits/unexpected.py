"""What a reader has to check before the total is relied on: the worst breaches of what is expected, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from carbon.accounting.expectations.expected import LISTED
from carbon.accounting.expectations.held import held_of
from carbon.core.units import KG_PER_T
from carbon.reports.words.breaches import breach_sentence, subject
from carbon.reports.words.language import Words
from carbon.reports.words.sentence import Sentence, percent, sentence, tonnes

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory

WORST = 3
"""Breaches in words on a first page."""
TABLE = Markup('<a href="#table-breaches">{}</a>')
BOUNDARY = Markup('<a href="#table-boundary">{}</a>')


def to_check(inventory: Inventory, words: Words, digits: int, *, is_public: bool = False) -> Markup:
    """Return what does not fit and nobody accepted, largest tonnes first, how many more, how many are accepted.

    Where nothing was compared with earlier years the page states so, and what of the emissions nothing holds. Escaped.
    """
    breaches = inventory.breaches()
    open_ones = breaches[breaches["accepted"] == ""].sort_values("at_stake_kg", ascending=False, kind="stable")
    lines = [Markup("{}").format(breach_sentence(line, words, digits, is_public=is_public))
             for line in _rows(open_ones.head(WORST))]
    boundary = [Markup("{}").format(text) if is_public else BOUNDARY.format(text)
                for text in _boundary(inventory, words, digits)]
    lines = [*boundary, *lines]
    more, accepted = len(open_ones) - len(lines) + len(boundary), len(breaches) - len(open_ones)
    if more:
        text = sentence(words, "breach.more_public" if is_public else "breach.more", "breaches", more=more,
                        behind={"shown": float(len(lines) - len(boundary))})
        lines.append(Markup("{}").format(text) if is_public else TABLE.format(text))
    if accepted:
        text = sentence(words, "breach.accepted", "breaches accepted in params", accepted=accepted)
        lines.append(Markup("{}").format(text) if is_public else TABLE.format(text))
    lines += [Markup("{}").format(text) for text in (
        *_compared(inventory, words, len(breaches)), *_free(inventory, words, digits, is_public=is_public))]
    listed = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
    title = Markup("<p><strong>{}</strong></p>").format(words("breach.title"))
    if not len(open_ones) and not boundary:
        return Markup('<ul class="facts">{}</ul>').format(listed) if lines else Markup("")
    return Markup('<div class="check">{}<ul>{}</ul></div>').format(title, listed)


def _boundary(inventory: Inventory, words: Words, digits: int) -> list[Sentence]:
    """Return that sites, entities, files or meters came or went without a word on it, with their tonnes."""
    table = inventory.boundary()
    table = table[table["is_open"]]
    if table.empty:
        return []
    names = words("text.list").join(table["name"].head(WORST)) + (" …" if len(table) > WORST else "")
    return [sentence(words, "boundary.open", "boundary of the year", count=len(table), named=names,
                     since=int(table["since"].iloc[0]),
                     stake=tonnes(words, float(table["co2e_kg"].sum()) / KG_PER_T, digits),
                     behind={"count": float(len(table))})]


def _rows(breaches: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in line.items()} for line in breaches.to_dict("records")]


def _compared(inventory: Inventory, words: Words, breaches: int) -> list[Sentence]:
    """Return that nothing was compared with a past, or that the comparison found nothing."""
    years = inventory.expectations()["years"]
    compared = int(years.max()) if len(years) else 0
    if not compared:
        return [sentence(words, "breach.no_past", "records of earlier years", behind={"years": 0.0})]
    if breaches:
        return []
    return [sentence(words, "breach.none", "measures of the year", years=compared, share=percent(words, LISTED, 0),
                     behind={"breaches": float(breaches)})]


def _free(inventory: Inventory, words: Words, digits: int, *, is_public: bool) -> list[Sentence]:
    """Return which share of the emissions is held against no earlier year, price or second source, and its largest."""
    held_streams = held_of(inventory.expectations())
    if held_streams.free_kg < LISTED * held_streams.co2e_kg or not held_streams.free_kg:
        return []
    streams = held_streams.streams[held_streams.streams["free_kg"] > 0]
    names = [subject(line, words, is_public=is_public) for line in _rows(streams)]
    largest = streams["free_kg"].groupby(pd.Series(names, index=streams.index), sort=False).sum().nlargest(WORST)
    listed = [f"{name} {tonnes(words, kg / KG_PER_T, digits)}" for name, kg in largest.items()]
    return [sentence(words, "breach.unheld", "emissions of the year, of each record their size",
                     share=percent(words, held_streams.free_kg / held_streams.co2e_kg, 0),
                     held=tonnes(words, held_streams.free_kg / KG_PER_T, digits), named=words("text.list").join(listed),
                     behind={"total": held_streams.co2e_kg / KG_PER_T, "largest": float(largest.iloc[0]) / KG_PER_T})]
