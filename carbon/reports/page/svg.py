"""A drawing of matplotlib's as markup of a page: an allow-list of elements and attributes, text as text, no own style.

A notebook is foreign, so its SVG is too: all but shapes, text and numbers is left out, and a reference leads to a
shape of the same drawing only.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from markupsafe import Markup, escape

from carbon.reports.page.font import NAME
from carbon.reports.page.sanitise import CONTROL

_SPACE = "{http://www.w3.org/2000/svg}"
_SHAPES = {"path", "rect", "text", "tspan", "use"}
_TAGS = {"g", "defs", "clipPath", "pattern", *_SHAPES}
_NAMED = {"path", "clipPath", "pattern"}
"""What another element may refer to: no group, so that no drawing unfolds into a larger one."""
_LOOKS = {
    "clip-path", "fill", "fill-opacity", "fill-rule", "font-size", "font-style", "font-weight", "opacity", "stroke",
    "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-opacity",
    "stroke-width", "text-anchor",
}
"""Properties that an attribute can set; matplotlib writes them into `style`, which a page does without."""
_ATTRIBUTES = {"d", "height", "patternUnits", "transform", "width", "x", "y", *_LOOKS}
_VALUE = re.compile(r"[\w\s.,#%+()-]*")
_REFERENCE = re.compile(r"url\(#([\w-]+)\)|#([A-Za-z_][\w-]*)$")
_LONG = re.compile(r"-?\d+\.\d{3,}")
_UNTURNED = re.compile(r"rotate\(-?0 [^)]*\)")
_VIEW = re.compile(r"[\d. ]+")
_DEEPEST = 24


def clean_svg(svg: str, label: str, prefix: str) -> Markup | None:
    """Return a drawing as inline SVG with allowed elements and attributes only, or None if it is no SVG.

    label: its name for those who do not see it; prefix: of its ids, another one for each drawing of a page.
    """
    try:
        # Without its prologue it has no entities.
        root = ElementTree.fromstring(CONTROL.sub("\ufffd", svg[svg.find("<svg"):]))  # noqa: S314
    except ElementTree.ParseError:
        return None
    view = root.get("viewBox", "")
    if root.tag != f"{_SPACE}svg" or not _VIEW.fullmatch(view):
        return None
    inner = Markup("".join(_element(child, prefix, _DEEPEST) for child in root))  # noqa: S704  (cleaned)
    return Markup('<svg viewBox="{}" role="img" aria-label="{}" font-family="{}, DejaVu Sans, sans-serif" '
                  'stroke-linejoin="round">{}</svg>').format(view, label, NAME, inner)


def _element(element: ElementTree.Element, prefix: str, deepest: int) -> str:
    tag = str(element.tag).removeprefix(_SPACE)
    if tag not in _TAGS or not deepest:
        return ""
    inner = "".join(_element(child, prefix, deepest - 1) for child in element)
    if tag in ("text", "tspan"):
        inner = f"{escape(element.text or '')}{inner}"
    attributes = _attributes(element, tag, prefix)
    if tag == "g" and not attributes:
        return inner
    return f"<{tag}{attributes}>{inner}</{tag}>" if inner else f"<{tag}{attributes}/>"


def _attributes(element: ElementTree.Element, tag: str, prefix: str) -> str:
    """Return the attributes and properties of an element that are allowed, ids and references under the prefix."""
    raw = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
    properties = {name: _UNTURNED.sub("", value) for name, value in raw.items() if name in _ATTRIBUTES}
    properties |= {name.strip(): value.strip() for name, _, value in
              (part.partition(":") for part in raw.get("style", "").split(";")) if name.strip() in _LOOKS}
    if tag == "use":
        properties["href"] = raw.get("href", "")
    if tag in _NAMED and "id" in raw:
        properties["id"] = f"#{raw['id']}"
    # No value that is allowed has a character to escape.
    return "".join(f' {name}="{text}"' for name, value in properties.items() if (text := _value(name, value, prefix)))


def _value(name: str, value: str, prefix: str) -> str:
    """Return a value that is allowed, coordinates to a hundredth of a point; "" for one that is not."""
    if not _VALUE.fullmatch(value):
        return ""
    if name in ("href", "id") or "url" in value:
        reference = _REFERENCE.fullmatch(value)
        if reference is None:
            return ""
        target = f"{prefix}{reference[1] or reference[2]}"
        return target if name == "id" else f"#{target}" if name == "href" else f"url(#{target})"
    return " ".join(_LONG.sub(lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), value).split())
