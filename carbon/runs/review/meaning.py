"""Two runs of one notebook compared by meaning: words exactly, numbers within what is printed, pictures by their
tables.

A number in HTML carries its value (`data-value`) and is compared to 1e-9; a number in text is compared to one unit of
its last digit, which is what rounding may move.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from html.parser import HTMLParser
from typing import Any

import pandas as pd

RELATIVE = 1e-9
NUMBER = re.compile(r"[-+\u2212]?\d[\d\u202f\u00a0]*(?:[.,]\d+)*(?:e[-+]?\d+)?", re.IGNORECASE)
_DECIMAL = re.compile(r"-?\d+\.\d+(?:e[-+]?\d+)?")
_TAG = re.compile(r"<[^>]*>")
SVG, PICTURES = "image/svg+xml", {"image/png", "image/svg+xml"}
"""Drawings differ between versions of what draws: then their numbers are compared, in the table that follows each."""


@dataclass(frozen=True)
class Finding:
    """One difference: where (a cell, a file and row), which figure, the stored content and the new one."""

    where: str
    figure_id: str
    stored: str
    now: str
    what: str

    def as_json(self) -> dict[str, str]:
        """Return plain values."""
        return asdict(self)


def compare_notebooks(stored: Any, now: Any, *, drawings: bool = False) -> list[Finding]:
    """Compare cells, then outputs: missing cells, other sources, other outputs; with `drawings` also what is drawn."""
    findings = []
    if len(stored["cells"]) != len(now["cells"]):
        findings.append(Finding("notebook", "", str(len(stored["cells"])), str(len(now["cells"])), "number of cells"))
    for number, (one, two) in enumerate(zip(stored["cells"], now["cells"], strict=False), start=1):
        where = f"cell {number}"
        if _joined(one["source"]) != _joined(two["source"]):
            findings.append(Finding(where, "", _joined(one["source"])[:200], _joined(two["source"])[:200], "source"))
        findings += _compare_outputs(where, one.get("outputs", []), two.get("outputs", []), drawings=drawings)
    return findings


def _compare_outputs(where: str, stored: list[Any], now: list[Any], *, drawings: bool) -> Iterator[Finding]:
    if len(stored) != len(now):
        yield Finding(where, _figure(stored + now), str(len(stored)), str(len(now)), "number of outputs")
    for one, two in zip(stored, now, strict=False):
        figure = _figure([one, two])
        a, b = _by_mime(one), _by_mime(two)
        for mime in sorted(a.keys() | b.keys()):
            if mime not in a or mime not in b:
                yield Finding(where, figure, str(mime in a), str(mime in b), f"{mime} is missing")
            elif mime not in PICTURES or (drawings and a[mime] != b[mime]):
                marked_up = mime in ("text/html", SVG)
                compared = (compare_html(a[mime], b[mime], drawings=mime == SVG) if marked_up
                            else compare_text(a[mime], b[mime]))
                yield from (Finding(where, part or figure, before, after, mime) for part, before, after in compared)


def _by_mime(output: Any) -> dict[str, str]:
    if output["output_type"] == "stream":
        return {output["name"]: _joined(output["text"])}
    if output["output_type"] == "error":
        return {"error": f"{output['ename']}: {output['evalue']}"}
    return {mime: _joined(text) for mime, text in output["data"].items()}


def _joined(text: Any) -> str:
    return "".join(text) if isinstance(text, list) else str(text)


def _figure(outputs: list[Any]) -> str:
    for output in outputs:
        for details in output.get("metadata", {}).values():
            if isinstance(details, dict) and (details.get("figure_id") or details.get("name")):
                # An exhibit without an id of its own is named, e.g. "trajectory".
                return str(details.get("figure_id") or details["name"])
    return ""


def compare_text(stored: str, now: str) -> list[tuple[str, str, str]]:
    """Return (figure id "", stored, now) of the first line that differs beyond rounding."""
    for one, two in zip(stored.splitlines(), now.splitlines(), strict=False):
        if not _same_words(one, two):
            return [("", one.strip()[:200], two.strip()[:200])]
    if len(stored.splitlines()) != len(now.splitlines()):
        return [("", f"{len(stored.splitlines())} lines", f"{len(now.splitlines())} lines")]
    return []


def _same_words(one: str, two: str) -> bool:
    if one == two:
        return True
    if NUMBER.sub("#", one).split() != NUMBER.sub("#", two).split():
        return False
    return all(_same_number(a, b) for a, b in zip(NUMBER.findall(one), NUMBER.findall(two), strict=True))


def _same_number(one: str, two: str) -> bool:
    values = []
    for text in (one, two):
        digits = re.sub(r"[\u202f\u00a0]", "", text).replace("\u2212", "-")
        digits = digits.replace(",", "." if digits.count(",") == 1 and "." not in digits else "")
        try:
            values.append(float(digits))
        except ValueError:
            return one == two  # a version, a date, an address: not a number
    decimals = len(re.split(r"[.,]", one)[-1]) if re.search(r"[.,]\d+$", one) else 0
    return abs(values[0] - values[1]) <= 1.000001 * 10.0**-decimals if decimals else values[0] == values[1]


def same_text(one: str, two: str) -> bool:
    """Return whether two strings are the same: decimals to 1e-9, within a tag (a drawing) to a unit of their last."""
    return one == two or (_DECIMAL.sub("#", one) == _DECIMAL.sub("#", two) and _same_decimals(one, two, drawn=True)
                          and _same_decimals(_TAG.sub(" ", one), _TAG.sub(" ", two)))


def _same_decimals(one: str, two: str, *, drawn: bool = False) -> bool:
    return all(a == b or math.isclose(float(a), float(b), rel_tol=RELATIVE, abs_tol=1e-9)
               or (drawn and _same_number(a, b)) for a, b in zip(_DECIMAL.findall(one), _DECIMAL.findall(two),
                                                                strict=True))


DRAWN = ("d", "points", "x", "y", "x1", "y1", "x2", "y2", "width", "height", "cx", "cy", "r", "transform", "fill")
"""Attributes of SVG that a reader sees."""


class _Cells(HTMLParser):
    """The strings of a piece of HTML in order, with value and figure; with `drawings` also the shapes drawn."""

    def __init__(self, *, drawings: bool = False) -> None:
        super().__init__(convert_charrefs=True)
        self.drawings = drawings
        self.cells: list[tuple[str, float | None, str]] = []
        self._open: list[tuple[str, str, float | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element with its figure and value, which apply inside it unless an inner element has its own."""
        attributes = dict(attrs)
        value = attributes.get("data-value")
        inherited = self._open[-1][2] if self._open else None
        figure = attributes.get("data-figure-id") or (self._open[-1][1] if self._open else "")
        if tag not in ("br", "hr", "img", "meta", "link", "input"):
            self._open.append((tag, figure, inherited if value is None else float(value)))
        if self.drawings and (shape := " ".join(f"{n}={attributes[n]}" for n in DRAWN if n in attributes)):
            self.cells.append((f"<{tag} {shape}>", None, figure))

    def handle_endtag(self, tag: str) -> None:
        """Close the element, and those inside it that were left open."""
        while self._open and self._open.pop()[0] != tag:
            continue

    def handle_data(self, data: str) -> None:
        """Add a string that is not blank with the value and figure around it."""
        if data.strip():
            _, figure, value = self._open[-1] if self._open else ("", "", None)
            self.cells.append((data.strip(), value, figure))


def _cells(html: str, *, drawings: bool = False) -> list[tuple[str, float | None, str]]:
    parser = _Cells(drawings=drawings)
    parser.feed(html)
    parser.close()
    return parser.cells


def compare_html(stored: str, now: str, *, drawings: bool = False) -> list[tuple[str, str, str]]:
    """Return (figure id, stored, now) of each string, value and, `drawings`, shape that differs beyond rounding."""
    if stored == now:
        return []
    one, two = _cells(stored, drawings=drawings), _cells(now, drawings=drawings)
    differences = [(a[2] or b[2], _shown(a), _shown(b)) for a, b in zip(one, two, strict=False) if not _same_cell(a, b)]
    if len(one) != len(two):
        differences.append(("", f"{len(one)} strings", f"{len(two)} strings"))
    return differences


def _same_cell(a: tuple[str, float | None, str], b: tuple[str, float | None, str]) -> bool:
    if a[1] is not None and b[1] is not None:
        return math.isclose(a[1], b[1], rel_tol=RELATIVE, abs_tol=1e-12) and a[2] == b[2] and _same_words(a[0], b[0])
    return a[1] == b[1] and a[2] == b[2] and _same_words(a[0], b[0])


def same_value(one: Any, two: Any) -> bool:
    """Return whether two cells of a workbook hold the same: numbers to 1e-9, all else exactly."""
    if isinstance(one, float | int) and isinstance(two, float | int):
        return math.isclose(one, two, rel_tol=RELATIVE, abs_tol=1e-12)
    return bool(one == two)


def _shown(cell: tuple[str, float | None, str]) -> str:
    return cell[0] if cell[1] is None else f"{cell[0]} ({cell[1]!r})"


def compare_tables(name: str, stored: pd.DataFrame, now: pd.DataFrame) -> list[Finding]:
    """Return the first row in which a published table differs beyond 1e-9."""
    if list(stored.columns) != list(now.columns):
        return [Finding(f"{name}.parquet", "", str(list(stored.columns)), str(list(now.columns)), "columns")]
    if len(stored) != len(now):
        return [Finding(f"{name}.parquet", "", f"{len(stored)} rows", f"{len(now)} rows", "number of rows")]
    unlike = pd.DataFrame({c: _unlike(stored[c], now[c]) for c in stored.columns}, index=stored.index)
    rows = unlike.index[unlike.any(axis=1)]
    if not len(rows):
        return []
    row, columns = int(rows[0]), [c for c in stored.columns if unlike.loc[rows[0], c]]
    a, b = (str(t.loc[row, columns].to_dict())[:200] for t in (stored, now))
    return [Finding(f"{name}.parquet row {row + 1}", "", a, b, f"{len(rows)} rows differ in {', '.join(columns)}")]


def _unlike(one: pd.Series, two: pd.Series) -> pd.Series:
    missing = one.isna() & two.isna()
    if pd.api.types.is_float_dtype(one) and pd.api.types.is_float_dtype(two):
        close = (one - two).abs() <= RELATIVE * pd.concat([one.abs(), two.abs()], axis=1).max(axis=1)
        return ~(close | missing)
    return (one.astype("str") != two.astype("str")) & ~missing
