"""What a drawing of a page holds: its texts with the boxes around them, and its marks."""

from __future__ import annotations

import itertools
import re
from xml.etree import ElementTree

from carbon.reports.figures.drawing import text_width

SVG = "{http://www.w3.org/2000/svg}"
Box = tuple[float, float, float, float]


def texts(svg: str) -> list[tuple[str, Box]]:
    """Each text and its box: left, top, right, bottom."""
    return list(_texts(ElementTree.fromstring(svg), 0.0))


def _texts(element: ElementTree.Element, down: float):
    moved = re.fullmatch(r"translate\(0 ([\d.]+)\)", element.get("transform", ""))
    down += float(moved[1]) if moved else 0.0
    for child in element:
        if child.tag == f"{SVG}text":
            size, text = float(child.get("font-size", 13)), child.text or ""
            wide = text_width(text, size)
            left = float(child.get("x", 0)) - {"start": 0.0, "middle": wide / 2, "end": wide}[child.get("text-anchor")]
            base = float(child.get("y", 0)) + down
            yield text, (left, base - 0.75 * size, left + wide, base + 0.2 * size)
        yield from _texts(child, down)


def marks(svg: str) -> list[dict[str, str]]:
    """The attributes of every rectangle."""
    return [dict(rect.attrib) for rect in ElementTree.fromstring(svg).iter(f"{SVG}rect")]


def faults(svg: str) -> list[object]:
    """Texts that leave the drawing, and pairs that lie on each other."""
    _, _, width, height = map(float, ElementTree.fromstring(svg).get("viewBox", "").split())
    drawn = texts(svg)
    outside = [text for text, (left, top, right, bottom) in drawn
               if left < -1 or top < -1 or right > width + 1 or bottom > height + 1]
    crossing = [(a, b) for (a, one), (b, two) in itertools.combinations(drawn, 2)
                if min(one[2], two[2]) - max(one[0], two[0]) > 1 and min(one[3], two[3]) - max(one[1], two[1]) > 1]
    return [*outside, *crossing]
