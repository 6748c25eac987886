"""A page as it is printed: what is known once it is published on its cover, and page numbers in its contents."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import escape

from carbon.reports.words.language import Words

_FACTS = '<dl class="printed"></dl>'
_LANGUAGE = re.compile(r'<html lang="(en|fr)">')
_NUMBER = re.compile(r'(<span class="printed" data-page="([^"]*)">)[^<]*')
_SHEET = re.compile(rb"(\d+) 0 obj\s*<<\s*/Type /Page\b(?!s)")
_PLACE = re.compile(rb"/([\w-]+) \[(\d+) 0 R /XYZ ")


@dataclass(frozen=True)
class Printed:
    """What the cover states besides the page: days of the year, identity and sign-off of the set, day of printing."""

    days: tuple[date, date]
    identity: str
    signoff: str
    """A state of `signoff_state`."""
    signed_on: str
    on: date


def edition(page: str, printed: Printed, numbers: Mapping[str, int]) -> str:
    """Return a published page with its cover, and with the page of each section in its contents.

    numbers: section -> page, as `page_numbers` reads them in an earlier print; {} prints none.
    """
    words = Words(match[1] if (match := _LANGUAGE.search(page)) else "en")
    signed_on = words.date(date.fromisoformat(printed.signed_on)) if printed.signed_on else ""
    signed = words("text.list").join(filter(None, (words.term("signoff_state", printed.signoff), signed_on)))
    facts = {"period": words.period(*printed.days), "identity": printed.identity, "signoff": signed,
             "on": words.date(printed.on)}
    lines = "".join(f"<div><dt>{words(f'page.printed.{name}')}</dt><dd>{escape(text)}</dd></div>"
                    for name, text in facts.items() if text)
    foot = f"{words('page.printed.identity')} {printed.identity[:12]}" if printed.identity else ""
    rule = f'@page {{ @bottom-left {{ content: "{foot}"; }} }} @page :first {{ @bottom-left {{ content: ""; }} }}'
    with_facts = page.replace(_FACTS, f'<dl class="printed">{lines}</dl>', 1)
    return _NUMBER.sub(lambda place: f"{place[1]}{numbers.get(place[2], '')}",
                       with_facts.replace("</head>", f"<style>{rule}</style></head>", 1))


def page_numbers(page: str, pdf: bytes) -> dict[str, int]:
    """Return the page of each section that the contents of a page name, as Chromium has printed it."""
    at = {number: place for place, number in enumerate(_SHEET.findall(pdf), 1)}
    places = {name.decode(): at[number] for name, number in _PLACE.findall(pdf) if number in at}
    return {name: places[name] for _, name in _NUMBER.findall(page) if name in places}
