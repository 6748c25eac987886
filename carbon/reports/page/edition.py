"""A page as it is printed: what is known once it is published on its cover, and page numbers in its contents."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import escape

from carbon.reports.page.audiences import PERFORMANCE, PUBLIC
from carbon.reports.words.language import Words

MOST_SHEETS = {PERFORMANCE: 12, PUBLIC: 2}
SCALES = (1.0, 0.92, 0.84, 0.76)
"""Of an edition that would have more sheets: the largest that fits, and the last where none does."""
_BODY = re.compile(r'<body class="(\w+)')
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


def edition(page: str, printed: Printed, numbers: Mapping[str, int], scale: float = 1.0) -> str:
    """Return a published page with its cover, and with the page of each section in its contents.

    numbers: section -> page, as `page_numbers` reads them in an earlier print; {} prints none; scale: of what follows
    the contents, one of SCALES.
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
    rule += f" @media print {{ main {{ zoom: {scale:g}; }} }}" if scale < 1 else ""
    with_facts = page.replace(_FACTS, f'<dl class="printed">{lines}</dl>', 1)
    return _NUMBER.sub(lambda place: f"{place[1]}{numbers.get(place[2], '')}",
                       with_facts.replace("</head>", f"<style>{rule}</style></head>", 1))


def is_too_long(page: str, pdf: bytes) -> bool:
    """Return whether an edition has more sheets than one of its audience may have."""
    audience = match[1] if (match := _BODY.search(page)) else ""
    return len(_SHEET.findall(pdf)) > MOST_SHEETS.get(audience, math.inf)


def page_numbers(page: str, pdf: bytes) -> dict[str, int]:
    """Return the page of each section that the contents of a page name, as Chromium has printed it."""
    at = {number: place for place, number in enumerate(_SHEET.findall(pdf), 1)}
    places = {name.decode(): at[number] for name, number in _PLACE.findall(pdf) if number in at}
    return {name: places[name] for _, name in _NUMBER.findall(page) if name in places}
