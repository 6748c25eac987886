"""The last touch of a page: what belongs together stays on one line, and French has its own apostrophe and hyphen.

    "t CO₂e", "1,290 kWh" and "scopes 1 and 2" do not break;  "Moins d'imprimés" is shown as "Moins d’imprimés"

Letters that a company wrote keep their bytes in its ledger and data; so do code, commands, paths and attributes here.
"""

from __future__ import annotations

import re
from functools import partial

NBSP = "\u00a0"
_UNIT = re.compile(r" (?<=\d )(?=(?:t|kg|g|[kMG]Wh|m[²³]|km|°C|[A-Z]{3})[\s).,;<:/]|L[).,;<])")
"""The space between a number and its unit; it begins with the space, which is rare in a page of pictures. "L" and a
space would be a line of a drawing."""
_SCOPE = re.compile(r"cope[s ] ?[123](?: (?:et|and) [23])?\b")
_FRENCH = {re.compile(rf"{mark}(?<=[^\W\d_]{mark})(?=[^\W\d_])"): "’" for mark in ("'", "&#39;")} | {
    re.compile(r"-dess(?<=\b[AaCc][ui]-dess)(?=o?us\b)"): "\u2011dess"}
"""Apostrophes, and hyphens at which no line ends; each begins with its own letters and is found as fast as a word."""
_TECHNICAL = re.compile(r'<(?:code|pre|style|script|wbr)\b|<[^>]*(?:$|lang="en")')
"""Tags whose text is no prose of the page's language, and a tag that is not closed: an attribute."""
_PATH = re.compile(r"\S[/\\_]\S|\w\.[A-Za-z]\w{1,4}\b")


def typeset(html: str, language: str) -> str:
    """Return a page with spaces that no line breaks at, and on a French one with its apostrophes and hyphens."""
    html = _UNIT.sub(NBSP, html.replace(" CO₂e", f"{NBSP}CO₂e"))
    html = _SCOPE.sub(lambda match: match[0].replace(" ", NBSP), html)
    for pattern, french in _FRENCH.items() if language == "fr" else ():
        html = pattern.sub(partial(_prose, french=french), html)
    return html


def _prose(match: re.Match[str], french: str) -> str:
    html, at = match.string, match.start()
    tag, mark, before = html[html.rfind("<", 0, at):at].partition(">")
    text = before + html[at:html.find("<", at)]
    return match[0] if _TECHNICAL.match(tag + mark) or _PATH.search(text.replace("&#39;", "'")) else french
