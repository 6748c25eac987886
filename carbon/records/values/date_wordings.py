"""Ways of writing days and periods that are certain but rarer: ISO weeks, quarters in words, two ends in one cell.

Each is rewritten as, or computed to, what `dates` reads. A week is read only where its numbering is certain: "2024-W07"
(ISO 8601), "KW 7 2024" (DIN) and "semaine 7 2024" (NF), Monday to Sunday; an American "week 7" may begin on a Sunday.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from carbon.core.text import strip_accents

_WEEK = re.compile(r"(?P<y>\d{4})-?W(?P<w>\d{2})(?:-?(?P<d>[1-7]))?"
                   r"|(?i:kw|kalenderwoche|semaine)[ .]*(?P<w2>\d{1,2})[ ./-]+(?P<y2>\d{4})"
                   r"|(?P<y3>\d{4})[ /-]+(?i:kw|semaine)[ .]*(?P<w3>\d{1,2})")
_QUARTER = r"(?:quarter|trimestre|trimestrale|quartal|quartaal|qtr|q|t)"
_HALF = r"(?:half|semestre|halbjahr|halfjaar|h)"
_ORDINAL = r"(?:st|nd|rd|th|er|re|eme|e|o|\.)?"
_PARTS = [(months, re.compile(
    rf"(?:(?P<n>[1-{most}]){_ORDINAL} ?{word}|{word}[. ]?(?P<n2>[1-{most}]))[ /-]*(?P<y>\d{{4}})"
    rf"|(?P<y2>\d{{4}})[ /-]*{word}[. ]?(?P<n3>[1-{most}])", re.IGNORECASE))
    for months, word, most in ((3, _QUARTER, 4), (6, _HALF, 2))]
_REWRITTEN = [
    (re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日"), r"\1-\2-\3"),
    (re.compile(r"(\d{4})年(\d{1,2})月"), r"\1-\2"),
    (re.compile(r"(\d{4}[. ]+\d{1,2}[. ]+\d{1,2})\."), r"\1"),
    (re.compile(r"(\d{4})M(\d{2})"), r"\1-\2"),
    (re.compile(r"(\d{1,2})[/.]([^\W\d_]+)\.?[/.](\d{4})"), r"\1 \2 \3"),
    (re.compile(r"(\d{1,2}) de ([^\W\d_]+) (?:de|del) (\d{4})"), r"\1 \2 \3"),
    (re.compile(r"([^\W\d_]+) (?:de|del) (\d{4})"), r"\1 \2"),
    (re.compile(r"([^\W\d_]+)\.?/(\d{4})"), r"\1 \2")]
_BETWEEN = re.compile(r"(?:(?:du|from|vom|del|dal|van|period|periode)[ :]+)?(\d\S*)"
                      r"\s+(?:-|–|—|/|au|to|until|bis|al|tot|->|→)\s+(?:le )?(\d\S*)"
                      r"|([\d/.]+)-([\d/.]+)|([\d-]+)/([\d-]+)|([\d/.-]+)–([\d/.-]+)", re.IGNORECASE)


def ends(text: str) -> tuple[str, str] | None:
    """Split a period written in one cell into its two days, "01/01/2024 - 31/01/2024", "2024-01-01/2024-01-31".

    None for any other string. Both are full days: six to eight digits each.
    """
    if len(text) < 17:
        return None
    match = _BETWEEN.fullmatch(strip_accents(text))
    parts = [part for part in match.groups() if part] if match else []
    return (parts[0], parts[1]) if parts and all(6 <= sum(map(str.isdigit, p)) <= 8 for p in parts) else None


def week(text: str) -> tuple[date, date] | str | None:
    """Return first and last day of an ISO week, or its day where one is named; "" where the year has no such week.

    None for any other string.
    """
    match = _WEEK.fullmatch(text)
    if match is None:
        return None
    year = int(match["y"] or match["y2"] or match["y3"])
    try:
        first = date.fromisocalendar(year, int(match["w"] or match["w2"] or match["w3"]), int(match["d"] or 1))
    except ValueError:
        return ""
    return first, first if match["d"] else first + timedelta(days=6)


def part_of_a_year(text: str) -> tuple[int, int, int] | None:
    """Return year, first month and number of months of a quarter or half: "1er trimestre 2024", "Q1/2024", "H2 2024".

    None for any other string.
    """
    unaccented = strip_accents(text)
    for months, pattern in _PARTS:
        if match := pattern.fullmatch(unaccented):
            number = int(match["n"] or match["n2"] or match["n3"])
            return int(match["y"] or match["y2"]), months * (number - 1) + 1, months
    return None


def rewritten(text: str) -> str:
    """Return a day as it is commonly written, "15/Jan/2024" as "15 Jan 2024"; any other string unchanged."""
    for pattern, form in _REWRITTEN:
        if pattern.fullmatch(text):
            return pattern.sub(form, text)
    return text


_UNCLEAR = (
    (re.compile(r"(?i)(?:(?:week|wk|w)[ .]*\d{1,2}[ ,./-]+(?:20)?\d{2}|20\d{2}[ ,./-]+(?:week|wk)[ .]*\d{1,2})"),
     "may begin on a Sunday or a Monday, and its numbering be another; 2024-W07 is certain"),
    (re.compile(r"(?i)s[12][ /-]*(?:20)?\d{2}|20\d{2}[ /-]*s[12]"),
     "may be a semester or a week; H1 2024 and semestre 1 2024 are certain"),
    (re.compile(r"(?i)(?:fy|exercice|gj|ej)[ ']*(?:20)?\d{2}(?:[/-](?:20)?\d{2})?|20\d{2}[/-](?:20)?\d{2}"),
     "may be a year that begins in any month, and which one is not given"),
)


def unclear_wording(text: str) -> str:
    """Return why the days of a wording are not certain; "" for any other string."""
    return next((why for pattern, why in _UNCLEAR if pattern.fullmatch(text)), "")
