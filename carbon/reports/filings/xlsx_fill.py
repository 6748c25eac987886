"""Cells of a workbook replaced in its own XML: every other byte of a sheet stays, so validations and formats do too.

openpyxl drops what it does not know (extensions of data validation), and writes no computed values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from xml.sax.saxutils import escape, unescape
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from carbon.core.errors import TableError, UsageError
from carbon.reports.filings.xbrl_json import plain

Value = str | float | bool
Place = tuple[str, str]
"""Sheet and cell: ("General Information", "D3")."""
BOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
TYPES, CHAIN = "[Content_Types].xml", "xl/calcChain.xml"
PROGRAM = "docProps/app.xml"
_HINT = "use a version of the template that this release knows"
_CREATED = (2000, 1, 1, 0, 0, 0)
_CELL = r'<c r="{cell}"(?P<attributes>[^>]*?)(?:/>|>(?P<content>.*?)</c>)'
_FORMULA = re.compile(r"<f\b[^>]*?(?:/>|>.*?</f>)", re.DOTALL)
_NAMED = re.compile(r'<definedName name="([^"]+)"[^>]*>([^<]*)</definedName>')


class Workbook:
    """A workbook as its parts; `filled` gives it with other values in some cells."""

    def __init__(self, data: bytes, name: str) -> None:
        """Read a workbook. Raises UsageError: The file is not a workbook."""
        try:
            with ZipFile(BytesIO(data)) as book:
                self._parts = {part: book.read(part) for part in book.namelist()}
            self._book = self._parts[BOOK].decode("utf-8")
            relations = self._parts[RELATIONS].decode("utf-8")
        except (BadZipFile, KeyError, UnicodeDecodeError) as error:
            raise UsageError(f"{name} is not a workbook: {error}", hint="use the file as it was downloaded") from error
        self.name = name
        targets = {}
        for tag in re.findall(r"<Relationship [^>]*>", relations):
            attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            targets[attributes["Id"]] = attributes["Target"].removeprefix("/xl/")
        self._sheets = {unescape(dict(re.findall(r'(\S+)="([^"]*)"', tag))["name"]): "xl/" + targets[
            dict(re.findall(r'(\S+)="([^"]*)"', tag))["r:id"]] for tag in re.findall(r"<sheet [^>]*>", self._book)}
        self._names = {name: unescape(text) for name, text in _NAMED.findall(self._book)}

    def place_of(self, name: str, down: int = 0) -> Place | None:
        """Return the first cell of a defined name, or one so many rows below it; None where there is no such name."""
        match = re.match(r"'?([^'!]+)'?!\$([A-Z]+)\$(\d+)", self._names.get(name, ""))
        return None if match is None else (match[1], f"{match[2]}{int(match[3]) + down}")

    def formula(self, place: Place) -> str:
        """Return the formula of a cell, "" without one."""
        match = _FORMULA.search(self._content(place))
        return "" if match is None else unescape(re.sub(r"<[^>]*>", "", match[0]))

    def text(self, place: Place) -> str:
        """Return the text or number that a cell holds, "" for none."""
        content = self._content(place)
        value = re.search(r"<v>(.*?)</v>|<t[^>]*>(.*?)</t>", content, re.DOTALL)
        if value is None or 't="s"' not in self._cell(place)["attributes"]:
            return unescape(value[1] or value[2] or "") if value else ""
        strings = re.findall(r"<si>(.*?)</si>", self._parts["xl/sharedStrings.xml"].decode("utf-8"), re.DOTALL)
        return unescape("".join(re.findall(r"<t[^>]*>(.*?)</t>", strings[int(value[1])], re.DOTALL)))

    def filled(self, inputs: Mapping[Place, Value], formula_values: Mapping[Place, Value]) -> bytes:
        """Return the workbook with values in cells.

        inputs replace what a cell holds, a formula too; formula_values are those of formulas that stay, and a
        spreadsheet program computes all of them anew when it opens the file: Excel since the workbook asks for it,
        LibreOffice since the file names another program than Excel as its maker.
        """
        parts = dict(self._parts)
        for keep, values in ((False, inputs), (True, formula_values)):
            for (sheet, cell), value in values.items():
                path = self._sheets[sheet]
                match = self._cell((sheet, cell))
                old = match["content"] or ""
                formula = _FORMULA.search(old)
                if formula and not keep and " ref=" in formula[0]:
                    raise TableError(f"{self.name}: other cells share the formula of {cell} on '{sheet}'", hint=_HINT)
                new = _cell_xml(cell, match["attributes"], formula[0] if formula and keep else "", value)
                parts[path] = parts[path].replace(match[0].encode("utf-8"), new.encode("utf-8"), 1)
        book = re.sub(r'(<calcPr\b[^>]*?) fullCalcOnLoad="[^"]*"', r"\1", self._book)
        parts[BOOK] = re.sub(r"<calcPr\b", '<calcPr fullCalcOnLoad="1"', book, count=1).encode("utf-8")
        if PROGRAM in parts:
            parts[PROGRAM] = re.sub(rb"(?<=<Application>)[^<]*", b"carbon", parts[PROGRAM])
        return _zipped(_without_chain(parts))

    def _cell(self, place: Place) -> re.Match[str]:
        sheet, cell = place
        text = self._parts[self._sheets[sheet]].decode("utf-8")
        match = re.search(_CELL.format(cell=cell), text, re.DOTALL)
        if match is None:
            raise TableError(f"{self.name} has no cell {cell} on sheet '{sheet}'", hint=_HINT)
        return match

    def _content(self, place: Place) -> str:
        return self._cell(place)["content"] or ""


def _cell_xml(cell: str, attributes: str, formula: str, value: Value) -> str:
    attributes_left = re.sub(r'\s(?:t|cm|vm)="[^"]*"', "", attributes)
    if isinstance(value, bool):
        return f'<c r="{cell}"{attributes_left} t="b">{formula}<v>{int(value)}</v></c>'
    if isinstance(value, str) and formula:
        return f'<c r="{cell}"{attributes_left} t="str">{formula}<v>{escape(value)}</v></c>'
    if isinstance(value, str):
        return f'<c r="{cell}"{attributes_left} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{cell}"{attributes_left}>{formula}<v>{plain(value)}</v></c>'


def _without_chain(parts: dict[str, bytes]) -> dict[str, bytes]:
    """Remove the order of computation, which names cells that have no formula any more; programs make it anew."""
    if CHAIN in parts:
        parts.pop(CHAIN)
        parts[TYPES] = re.sub(rb'<Override [^>]*PartName="/xl/calcChain.xml"[^>]*/>', b"", parts[TYPES])
        parts[RELATIONS] = re.sub(rb'<Relationship [^>]*Target="calcChain.xml"[^>]*/>', b"", parts[RELATIONS])
    return parts


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as book:
        for name, data in parts.items():
            book.writestr(ZipInfo(name, _CREATED), data, ZIP_DEFLATED)
    return buffer.getvalue()
