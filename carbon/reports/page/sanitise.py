"""Clean what a notebook shows: allow-lists for HTML and Markdown, PNG and cleaned SVG as pictures; all else is escaped.

No script, style, form, frame, external address or event attribute comes through.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable

import nh3
from markupsafe import Markup, escape

_TAGS = {
    "a", "b", "br", "caption", "code", "dd", "details", "div", "dl", "dt", "em", "h2", "h3", "h4", "hr", "i", "li",
    "ol", "p", "pre", "section", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "ul", "wbr",
}
_DROPPED_WHOLE = {"script", "style", "iframe", "object", "embed", "svg", "math", "template", "noscript", "title",
                  "textarea", "select", "form"}
_CLASSES = {"n", "id", "total", "scroll", "hero", "answer", "card", "note", "unit", "rejected", "wide", "facts",
            "figures", "findings", "more", "two", "held", "things", "check", "plain", "one", "signoff", "muted",
            "trace", "notes", "next", "later"}
_ATTRIBUTES = {
    "*": {"data-figure-id"}, "td": {"colspan", "rowspan", "data-value"},
    "th": {"colspan", "rowspan", "data-value"}, "dd": {"data-value"},
    "strong": {"data-value"}, "div": {"aria-label"},
}
_LANG = {"lang": {"en", "fr"}}
_FIXED = {"td": _LANG, "th": {"scope": {"col", "row"}, **_LANG}, "div": {"role": {"region"}, "tabindex": {"0"}}}
_PNG = b"\x89PNG\r\n\x1a\n"
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-_]")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Return an allowed attribute; an address may lead only to a place of this page."""
    if name == "href":
        return value if re.fullmatch(r"#[A-Za-z0-9_.-]+", value) else None
    return value


def _cleaner(attributes: dict[str, set[str]],
             attribute_filter: Callable[[str, str, str], str | None] | None = None) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS, clean_content_tags=_DROPPED_WHOLE, attributes=attributes, tag_attribute_values=_FIXED,
        attribute_filter=attribute_filter, url_schemes=set(), link_rel=None, strip_comments=True,
        allowed_classes=dict.fromkeys(_TAGS, _CLASSES))


_WITH_LINKS = _cleaner({**_ATTRIBUTES, "a": {"href"}}, _attribute)
_WITHOUT_LINKS = _cleaner(_ATTRIBUTES)
"""No address comes through, so nothing is to check, and no call for each attribute of a page."""


def clean_html(html: str) -> Markup:
    """Return HTML with allowed elements and attributes only."""
    cleaner = _WITH_LINKS if "href" in html.lower() else _WITHOUT_LINKS
    return Markup(cleaner.clean(CONTROL.sub("\ufffd", html)))  # noqa: S704  (this is the sanitiser)


def clean_text(text: str) -> Markup:
    """Return escaped text, without terminal colours and with visible control and direction marks."""
    return escape(CONTROL.sub("\ufffd", _ANSI.sub("", text)))


def png_data(encoded: str) -> str | None:
    """Return the base64 of a PNG picture in one line, or None if it is anything else."""
    try:
        picture = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return base64.b64encode(picture).decode("ascii") if picture.startswith(_PNG) else None
