"""Properties of an XLSX that a spreadsheet library leaves out: hidden rows, errors, formulas without value, bombs.

No part may declare a DTD, so that nothing in it is expanded; sheets are read as a stream.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache, reduce
from typing import NamedTuple
from xml.etree import ElementTree
from xml.parsers import expat

from carbon.records.grids.cells import MAX_COLUMNS, check_width
from carbon.records.grids.sources import BROKEN_ZIP, open_zip
from carbon.records.kinds.messages import refusal

_MAX_ROWS = 1_048_576
MAX_XML = 48 << 20
"""Bytes of the XML of the sheets that are read and of their strings: more of them take over 512 MB of memory."""
MAX_LIST = 12 << 20
"""Bytes of the XML of the styles, or of the list of sheets, which are held as trees of twenty times their size."""
MAX_CELLS = 1_000_000
"""Rows times columns of the sheets that are read: more take over 512 MB, or over five seconds to be refused."""
_FEW_FILLED, _ONE_FILLED_OF = 200_000, 20
"""Cells beyond which at least one of so many holds something."""
_LONGEST_PROLOG = 64 << 10
_COMMENT = re.compile(rb"<!--.*?(?:-->|$)", re.DOTALL)
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ROOT = re.compile(rb"<(?![?!])(\w+:|)\w")
_BOOK, _RELATIONS, _STYLES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"
_STRINGS = "xl/sharedStrings.xml"
_BROKEN = (*BROKEN_ZIP, expat.ExpatError, ElementTree.ParseError)


@dataclass(frozen=True)
class SheetPart:
    """Hidden rows (1-based) and columns (0-based) of a sheet, and by column and row (0-based) its cells that show an
    error, a number otherwise than it is stored, or more than their number.
    """

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    otherwise: dict[int, dict[int, Shown | str]] = field(default_factory=lambda: defaultdict(dict))


def scan(data: bytes, name: str, only: str | None = None) -> dict[str, SheetPart]:
    """Check a workbook's parts and return what each sheet, or `only` one, hides or breaks, by sheet name.

    Raises FileRefused: Damaged, a bomb, or XML that declares a DTD or entities or is not UTF-8.
    """
    with open_zip(io.BytesIO(data), name) as book:
        at = ""
        try:
            for info in book.infolist():
                if (at := info.filename).endswith((".xml", ".rels")):
                    _check_prolog(book, at, name)
            names = {*book.namelist()}
            parts = {sheet: path for sheet, path in _sheet_parts(book, name, only).items() if path in names}
            _check_size(book, (*parts.values(), _STRINGS), name)
            formats, sheets, cells = _number_formats(book, name), {}, 0
            for sheet, at in parts.items():
                reader = _Sheet(f"{name}#{sheet}", formats, cells)
                sheets[sheet] = reader.read(book, at)
                cells += reader.row * reader.width
            return sheets
        except _BROKEN as wrong:
            raise refusal("file_damaged.workbook_part", name, at=at, wrong=wrong) from None


def _check_prolog(book: zipfile.ZipFile, path: str, name: str) -> None:
    """Check a part up to its root element: a DTD can only be there."""
    with book.open(path) as part:
        start = part.read(_LONGEST_PROLOG)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in start[:64]:
        raise refusal("file_damaged.not_utf8", name)
    is_long = len(start) == _LONGEST_PROLOG and not _ROOT.search(_COMMENT.sub(b"", start))
    if is_long or _DTD.search(start):
        raise refusal("bomb.entities", name)


def _check_size(book: zipfile.ZipFile, paths: Iterable[str], name: str, *, limit: int = MAX_XML,
                what: str = "sheets") -> None:
    size = sum(part.file_size for part in book.infolist() if part.filename in paths)
    if size > limit:
        raise refusal("bomb.size", name, what=what, megabytes=size / 1e6, most=limit / 1e6)


def _tree(book: zipfile.ZipFile, path: str, name: str) -> ElementTree.Element:
    _check_size(book, [path], name, limit=MAX_LIST, what="styles or sheets")
    return ElementTree.fromstring(book.read(path))  # noqa: S314 (no part declares entities: `_check_prolog`)


def _sheet_parts(book: zipfile.ZipFile, name: str, only: str | None) -> dict[str, str]:
    """Return the part of each sheet that is read: `only` one, else the visible ones, else all."""
    if not {_BOOK, _RELATIONS} <= {*book.namelist()}:
        raise refusal("content_mismatch", name)
    targets = {r.get("Id"): r.get("Target", "") for r in _tree(book, _RELATIONS, name)}
    parts, visible = {}, set()
    for sheet in _tree(book, _BOOK, name).iterfind("{*}sheets/{*}sheet"):
        target = next((targets.get(value, "") for key, value in sheet.items() if key.endswith("}id")), "")
        if target:
            parts[sheet.get("name", "")] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
        if sheet.get("state", "visible") == "visible":
            visible.add(sheet.get("name", ""))
    sheets_to_read = {only} if only is not None else visible or {*parts}
    return {sheet: path for sheet, path in parts.items() if sheet in sheets_to_read}


def _number_formats(book: zipfile.ZipFile, name: str) -> dict[str, str]:
    """Return cell style -> format code, of the styles that show a number otherwise than it is stored, or struck."""
    if _STYLES not in book.namelist():
        return {}
    styles = _tree(book, _STYLES, name)
    formats = {str(number): code for number, code in BUILT_IN.items()}
    formats |= {f.get("numFmtId", ""): f.get("formatCode", "") for f in styles.iterfind("{*}numFmts/{*}numFmt")}
    strikes = [font.find("{*}strike") for font in styles.iterfind("{*}fonts/{*}font")]
    struck = {str(i) for i, one in enumerate(strikes) if one is not None and one.get("val") not in ("0", "false")}
    codes = [STRUCK if xf.get("fontId") in struck else formats.get(xf.get("numFmtId", ""), "")
             for xf in styles.iterfind("{*}cellXfs/{*}xf")]
    return {str(i): code for i, code in enumerate(codes) if any(shown_as(code, sign) for sign in (1, -1, 0))}


class _Sheet:
    """One sheet while its XML streams past: the place and the content of the cell in hand, and what was seen so far."""

    def __init__(self, name: str, formats: dict[str, str], other_cells: int) -> None:
        self.name, self.formats, self.other_cells, self.part = name, formats, other_cells, SheetPart()
        self.row, self.column, self.width, self.cells, self.filled = 0, -1, 0, 0, 0
        self.style, self.type, self.value, self.has_formula, self.is_in_value = "0", "n", "", False, False

    def read(self, book: zipfile.ZipFile, path: str) -> SheetPart:
        """Read the sheet. Raises FileRefused: Too large, too wide, too long, or hardly any of its cells are filled."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._begin, self._end
        parser.CharacterDataHandler = self._text
        with book.open(path) as part:
            parser.ParseFile(part)
        return self.part

    def _begin(self, tag: str, of: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2] if ":" in tag else tag
        if tag == "c":
            self.cells += 1
            self.column += 1  # a row or cell without an address follows the one before
            if address := of.get("r"):
                letters = address.rstrip("0123456789")
                self.column, self.row = _position(letters), int(address[len(letters):])
            self.style, self.type, self.value, self.has_formula = of.get("s", "0"), of.get("t", "n"), "", False
            if self.column >= self.width or self.cells > _FEW_FILLED:
                self._bound()
        elif tag in ("v", "is"):
            self.is_in_value = tag == "v"
            self.filled += 1
        elif tag == "f":
            self.has_formula = True
        elif tag == "row":
            self.row, self.column = int(of.get("r", self.row + 1)), -1
            if _is_hidden(of, "ht"):
                self.part.hidden_rows.add(self.row)
            self._bound()
        elif tag == "col" and _is_hidden(of, "width"):
            first = int(of.get("min", 1)) - 1
            self.part.hidden_columns.update(range(first, min(int(of.get("max", 1)), first + 1 + MAX_COLUMNS)))

    def _bound(self) -> None:
        """Refuse a sheet that is too long or wide: it is held as a full rectangle, so a single far cell costs all."""
        if self.column >= self.width:
            self.width = self.column + 1
            check_width(self.width, self.name)
        if self.row > _MAX_ROWS:
            raise refusal("bomb.rows", self.name, row=self.row)
        if self.other_cells + self.row * self.width > MAX_CELLS:
            raise refusal("bomb.cells_of_sheets" if self.other_cells else "bomb.cells", self.name, rows=self.row,
                          width=self.width, others=self.other_cells, most=MAX_CELLS)
        if self.cells > _FEW_FILLED and self.filled * _ONE_FILLED_OF < self.cells:
            raise refusal("bomb.few_filled", self.name, cells=self.cells, filled=self.filled)

    def _text(self, text: str) -> None:
        if self.is_in_value:
            self.value += text

    def _end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2] if ":" in tag else tag
        if tag == "v":
            self.is_in_value = False
        elif tag == "c":
            row, otherwise = self.row - 1, self.part.otherwise
            if self.type == "e" and self.value:
                otherwise[self.column][row] = self.value
            elif self.has_formula and not self.value.strip() and self.type != "inlineStr":
                otherwise[self.column][row] = "a formula without a stored value"
            elif self.style in self.formats and self.type == "n" and self.value:
                sign = 0 if not self.value.strip("-0.") else -1 if self.value.startswith("-") else 1
                if how := shown_as(self.formats[self.style], sign):
                    otherwise[self.column][row] = how.fault or how


def _is_hidden(of: dict[str, str], size: str) -> bool:
    """Return whether a row or column is hidden, or has no height or width."""
    return of.get("hidden") in ("1", "true") or (size in of and not of[size].strip("0.") and of[size][:1] == "0")


@cache
def _position(letters: str) -> int:
    return reduce(lambda number, letter: 26 * number + ord(letter) - 64, letters, 0) - 1


PERCENT, THOUSANDS, HIDDEN, UNSIGNED, YEAR, STRUCK = (
    "a number as percent", "a number as thousands", "nothing of the number it holds", "a negative number without its "
    "sign", "only the year of its date", "a number that is struck through")

BUILT_IN = {9: "0%", 10: "0.00%", 17: "mmm-yy"}
"""The formats that every workbook has and that show a number otherwise than it is stored."""
_PIECE = re.compile(r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[\$(?P<symbol>[^\]-]*)[^\]]*\]|\[(?P<rule>[^\]]*)\]'
                    r'|(?P<plain>.)', re.DOTALL)
_THOUSANDS = re.compile(r"[0#?],+(?:[^0#?,]|$)")
_DATE = re.compile(r"^(?!general).*[ymdhs]", re.IGNORECASE | re.DOTALL)
_CONDITION = re.compile(r"[<>=]")
_COLOUR = re.compile(r"red|rouge|color ?\d+", re.IGNORECASE)
_NO_WORD = re.compile(r"[\s\-+(){}\u2212\u2013:;.,/'|]+")


@dataclass(frozen=True)
class Shown:
    """How one section of a format shows its number."""

    fault: str = ""
    words: str = ""
    """Words next to the digits: a currency, a unit."""
    digits: int = 0
    """Whole numbers are shown with zeros in front up to so many digits."""
    month: bool = False

    def __bool__(self) -> bool:
        return bool(self.fault or self.words or self.digits > 1 or self.month)


class _Section(NamedTuple):
    code: str
    literal: str
    rule: str


@lru_cache(maxsize=4096)
def shown_as(code: str, sign: int) -> Shown:
    """Return how a format code, or a strike through, shows a positive (1), negative (-1) or zero (0) number."""
    if code == STRUCK:
        return Shown(STRUCK)
    if code.strip().lower() in ("", "general", "@", "standard"):
        return Shown()
    sections, chosen_by_size = _sections(code)
    if chosen_by_size:
        return Shown(THOUSANDS) if any("%" in s.code or _THOUSANDS.search(s.code) for s in sections) else Shown()
    section = sections[1 if sign < 0 and len(sections) > 1 else 2 if sign == 0 and len(sections) > 2 else 0]
    if _DATE.search(section.code) and not re.search(r"[0#?]", section.code.split(".")[0]):
        letters = {*section.code.lower()} & {*"ymdhs"}
        return Shown(month=letters == {"m", "y"}, fault=YEAR if letters == {"y"} else "")
    if sign and not re.search(r"[0#?]|general", section.code, re.IGNORECASE):
        return Shown(HIDDEN)
    if sign < 0 and len(sections) > 1 and not (
            _COLOUR.search(section.rule) or re.search(r"[-(\u2212\u2013]", section.literal + section.code)):
        return Shown(UNSIGNED)
    if "%" in section.code:
        return Shown(PERCENT)
    if _THOUSANDS.search(section.code):
        return Shown(THOUSANDS)
    padded = re.fullmatch(r"0+", section.code.strip())
    return Shown(words=_NO_WORD.sub(" ", section.literal).strip(), digits=len(section.code.strip()) if padded else 0)


def _sections(code: str) -> tuple[list[_Section], bool]:
    """Return the sections of a format, and whether conditions of its own choose between them."""
    sections, conditions = [["", "", ""]], False
    for piece in _PIECE.finditer(code):
        kind, text = piece.lastgroup, piece[piece.lastgroup or 0]
        if kind == "rule" and _CONDITION.search(text):
            conditions = True
        elif kind == "plain" and text == ";":
            sections.append(["", "", ""])
        elif kind in ("quoted", "escaped", "symbol") or (kind == "plain" and text in "€£$¥-+() "):
            sections[-1][1] += text
        elif kind == "plain":
            sections[-1][0] += text
        elif kind == "rule":
            sections[-1][2] += text
    return [_Section(*section) for section in sections], conditions
