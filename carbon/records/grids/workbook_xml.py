"""Properties of an XLSX that a spreadsheet library leaves out: hidden rows, errors, formulas without value, bombs.

The XML is scanned as bytes before anything parses it; nothing in it is expanded.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass, field

from carbon.core.errors import FileRefused
from carbon.records.grids.grid import MAX_COLUMNS, letters
from carbon.records.grids.number_formats import BUILT_IN, STRUCK, Shown, shown_as
from carbon.records.grids.sources import BROKEN_ZIP, open_zip

_MAX_ROWS = 1_048_576
_MAX_SHEET = 600 << 20
MAX_CELLS = 20_000_000
"""Rows times columns of a sheet."""
_LONGEST_PROLOG = 64 << 10
_COMMENT = re.compile(rb"<!--.*?(?:-->|$)", re.DOTALL)
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SHEET = re.compile(rb"<sheet\b[^>]*?>")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*\"([^\"]*)\"")
_RELATION = re.compile(rb"<Relationship\b[^>]*?>")
_HIDDEN_ROW = re.compile(rb"<row\b(?=[^>]*(?:\bhidden=\"(?:1|true)\"|\bht=\"0(?:\.0*)?\"))[^>]*?\br=\"(\d+)\"")
_HIDDEN_COLUMN = re.compile(rb"<col\b(?=[^>]*(?:\bhidden=\"(?:1|true)\"|\bwidth=\"0(?:\.0*)?\"))[^>]*>")
_STYLES = "xl/styles.xml"
_FORMAT = re.compile(rb"<numFmt\b[^>]*>")
_CELL_STYLE = re.compile(rb"<xf\b[^>]*>")
_FONT = re.compile(rb"<font\b[^>]*/>|<font\b[^>]*>.*?</font>", re.DOTALL)
_STRIKE = re.compile(rb"<strike(?![^>]*val=\"(?:0|false)\")[^>]*/?>")
_STYLED = re.compile(rb"<c\b(?=[^>]*\br=\"([A-Z]{1,3})(\d{1,7})\")(?=[^>]*\bs=\"(\d+)\")"
                     rb"(?![^>]*\bt=\"[^n])[^>]*>\s*(?:<f[^>]*?(?:/>|>[^<]*</f>))?\s*<v>\s*(-?)([^<]*)</v>")
_ERROR = re.compile(rb"<c\b(?=[^>]*\bt=\"e\")[^>]*?\br=\"([A-Z]{1,3})(\d{1,7})\"[^>]*?>(?:<f[^>]*?(?:/>|>[^<]*</f>))?"
                    rb"\s*<v>([^<]*)</v>")
_NO_VALUE = re.compile(rb"<c\b[^>]*?\br=\"([A-Z]{1,3})(\d{1,7})\"[^>]*?>\s*<f[^>]*?(?:/>|>[^<]*</f>)\s*"
                       rb"(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_FAR_COLUMN = re.compile(rb"<c\b[^>]*?\br=\"([A-Z]{3})\d")
_ANY_COLUMN = re.compile(rb"<c\b[^>]*?\br=\"([A-Z]{1,2})\d")
_ROOT = re.compile(rb"<(?![?!])(\w+:|)\w")
_SINGLE_QUOTED = re.compile(rb"=\s*'([^'\"<>]*)'")
_NO_ADDRESS = re.compile(rb"<(?:c|row)(?=[\s>/])(?![^>]*\br=\")")
_ROW_OR_CELL = re.compile(rb"<(?:c|row)(?=[\s>/])[^>]*>")
_ATTRIBUTE_R = re.compile(rb"\br=\"([A-Z]*\d+)\"")
_NAMES = {b"&amp;": b"&", b"&lt;": b"<", b"&gt;": b">", b"&quot;": b'"', b"&apos;": b"'"}


@dataclass(frozen=True)
class SheetPart:
    """Hidden rows (1-based) and columns (0-based) of a sheet, and its cells (row, column; 0-based) that show an error,
    a number otherwise than it is stored, or more than their number.
    """

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    shown: dict[tuple[int, int], Shown] = field(default_factory=dict)


def scan(data: bytes, name: str, only: str | None = None) -> dict[str, SheetPart]:
    """Check a workbook's parts and return what each sheet, or `only` one, hides or breaks, by sheet name.

    Raises FileRefused: Damaged, a bomb, or XML that declares a DTD or entities or is not UTF-8.
    """
    with open_zip(io.BytesIO(data), name) as book:
        for info in book.infolist():
            if info.filename.endswith((".xml", ".rels")):
                _check_xml(_prolog(book, info.filename, name), name)
        parts = _sheet_parts(book, name)
        formats = _number_formats(_part(book, _STYLES, name) if _STYLES in book.namelist() else b"")
        return {sheet: _scan_sheet(_part(book, path, name), f"{name}#{sheet}", formats)
                for sheet, path in parts.items() if path in book.namelist() and only in (None, sheet)}


def _prolog(book: zipfile.ZipFile, path: str, name: str) -> bytes:
    """Return a part up to its root element: a DTD can only be there."""
    try:
        with book.open(path) as part:
            start = part.read(4096)
            while len(start) < _LONGEST_PROLOG and not _ROOT.search(_COMMENT.sub(b"", start)):
                more = part.read(4096)
                if not more:
                    break
                start += more
            return start
    except BROKEN_ZIP as wrong:
        raise _damaged(name, path, wrong) from None


def _part(book: zipfile.ZipFile, path: str, name: str) -> bytes:
    if path in book.namelist() and book.getinfo(path).file_size > _MAX_SHEET:
        raise FileRefused(f"{name}: a sheet of {book.getinfo(path).file_size / 1e6:,.0f} MB", code="bomb",
                          what_to_do="export the sheet as CSV")
    try:
        return _plain(book.read(path))
    except BROKEN_ZIP as wrong:
        raise _damaged(name, path, wrong) from None


def _damaged(name: str, path: str, error: Exception) -> FileRefused:
    return FileRefused(f"{name}: part {path} is damaged: {error}", code="file_damaged",
                       what_to_do="open and save it again in a spreadsheet, or send it again")


def _check_xml(start: bytes, name: str) -> None:
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in start[:64]:
        raise FileRefused(f"{name}: a part is not UTF-8 XML", code="file_damaged", what_to_do="save it again as .xlsx")
    if _DTD.search(start) or len(start) >= _LONGEST_PROLOG:
        raise FileRefused(f"{name}: a part declares a DTD or entities", code="bomb",
                          what_to_do="save it again in a spreadsheet; no spreadsheet writes these")


def _attributes(tag: bytes) -> dict[bytes, bytes]:
    return dict(_ATTRIBUTE.findall(tag))


def _sheet_parts(book: zipfile.ZipFile, name: str) -> dict[str, str]:
    if "xl/workbook.xml" not in book.namelist() or "xl/_rels/workbook.xml.rels" not in book.namelist():
        raise FileRefused(f"{name}: a zip, but not a workbook", code="content_mismatch",
                          what_to_do="rename it to .zip, or export it again as .xlsx")
    relations = {}
    for tag in _RELATION.findall(_part(book, "xl/_rels/workbook.xml.rels", name)):
        attributes = _attributes(tag)
        relations[attributes.get(b"Id", b"")] = attributes.get(b"Target", b"").decode()
    parts = {}
    for tag in _SHEET.findall(_part(book, "xl/workbook.xml", name)):
        attributes = _attributes(tag)
        target = relations.get(next((v for k, v in attributes.items() if k.endswith(b":id")), b""), "")
        title = attributes.get(b"name", b"")
        for entity, char in _NAMES.items():
            title = title.replace(entity, char)
        if target:
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            parts[title.decode("utf-8", "replace")] = path
    return parts


def _number_formats(xml: bytes) -> dict[bytes, str]:
    """Return cell style -> format code, of the styles that show a number otherwise than it is stored, or struck."""
    formats = {str(number).encode(): code for number, code in BUILT_IN.items()}
    for tag in _FORMAT.findall(xml):
        attributes = _attributes(tag)
        code = attributes.get(b"formatCode", b"")
        for entity, char in _NAMES.items():
            code = code.replace(entity, char)
        formats[attributes.get(b"numFmtId", b"")] = code.decode("utf-8", "replace")
    start, stop = xml.find(b"<cellXfs"), xml.find(b"</cellXfs>")
    cell_styles = [_attributes(tag) for tag in _CELL_STYLE.findall(xml, max(start, 0), max(stop, 0))]
    struck = {str(i).encode() for i, font in enumerate(_FONT.findall(xml, max(xml.find(b"<fonts"), 0)))
              if _STRIKE.search(font)}
    codes = {i: STRUCK if xf.get(b"fontId") in struck else formats.get(xf.get(b"numFmtId", b""), "")
             for i, xf in enumerate(cell_styles)}
    return {str(i).encode(): code for i, code in codes.items() if any(shown_as(code, sign) for sign in (1, -1, 0))}


def _scan_sheet(xml: bytes, name: str, formats: dict[bytes, str]) -> SheetPart:
    _check_size(xml, name)
    xml = _addressed(xml)
    errors: dict[tuple[int, int], str] = {}
    if b't="e"' in xml:
        errors |= {(int(row) - 1, _column(col)): text.decode("utf-8", "replace")
                   for col, row, text in _ERROR.findall(xml)}
    if b"<f" in xml:
        errors |= {(int(row) - 1, _column(col)): "a formula without a stored value"
                   for col, row in _NO_VALUE.findall(xml)}
    formatted = _shown(xml, formats) if formats else {}
    errors |= {cell: how.fault for cell, how in formatted.items() if how.fault}
    columns = {c for tag in _HIDDEN_COLUMN.findall(xml) for c in _column_span(tag)}
    hidden = {int(row) for row in _HIDDEN_ROW.findall(xml)} if b'hidden="' in xml or b'ht="0' in xml else set()
    return SheetPart(hidden, columns, errors, {cell: how for cell, how in formatted.items() if not how.fault})


def _shown(xml: bytes, formats: dict[bytes, str]) -> dict[tuple[int, int], Shown]:
    """Return the cells whose number format shows more than their number."""
    formatted = {}
    for col, row, style, minus, number in _STYLED.findall(xml):
        if style in formats:
            zero = not number.strip(b"0.")
            how = shown_as(formats[style], 0 if zero else -1 if minus else 1)
            if how:
                formatted[int(row) - 1, _column(col)] = how
    return formatted


def _plain(xml: bytes) -> bytes:
    """Return the same part without a namespace prefix on its tags and with double quotes around attributes."""
    root = _ROOT.search(xml)
    if root is not None and root[1]:
        xml = xml.replace(b"<" + root[1], b"<").replace(b"</" + root[1], b"</")
    return _SINGLE_QUOTED.sub(rb'="\1"', xml) if b"='" in xml or b"= '" in xml else xml


def _addressed(xml: bytes) -> bytes:
    """Return the sheet with an address on every row and cell; a writer may leave them out."""
    if not _NO_ADDRESS.search(xml):
        return xml
    row, column = 0, 0

    def place(tag: re.Match[bytes]) -> bytes:
        """Return the tag of a row or cell with its address, which follows the one before where the tag has none."""
        nonlocal row, column
        address = _ATTRIBUTE_R.search(tag[0])
        if tag[0].startswith(b"<row"):
            row, column = int(address[1]) if address else row + 1, 0
            return tag[0] if address else tag[0].replace(b"<row", b'<row r="%d"' % row, 1)
        column = _column(address[1].rstrip(b"0123456789")) + 1 if address else column + 1
        return tag[0] if address else tag[0].replace(b"<c", b'<c r="%s%d"' % (letters(column - 1).encode(), row), 1)

    return _ROW_OR_CELL.sub(place, xml)


def _column_span(tag: bytes) -> range:
    attributes = _attributes(tag)
    first = int(attributes.get(b"min", b"1"))
    return range(first - 1, min(int(attributes.get(b"max", b"1")), first + MAX_COLUMNS))


def _check_size(xml: bytes, name: str) -> None:
    far = {_column(c) for c in set(_FAR_COLUMN.findall(xml))}
    if far and max(far) >= MAX_COLUMNS:
        raise FileRefused(f"{name}: {max(far) + 1:,} columns; at most {MAX_COLUMNS:,} are read",
                          code="too_many_columns", what_to_do="export only the columns that are needed")
    last = xml.rfind(b"<row ")
    last_row = re.compile(rb"\br=\"(\d+)\"").search(xml, last, last + 200) if last >= 0 else None
    rows = int(last_row[1]) if last_row else 0
    if rows > _MAX_ROWS:
        raise FileRefused(f"{name}: row {rows:,}", code="bomb", what_to_do="export the sheet as CSV")
    if rows * 26 * 27 > MAX_CELLS:
        # A sheet is held as a full rectangle, so a single cell in a far corner costs all of it.
        width = 1 + (max(far) if far else max(map(_column, set(_ANY_COLUMN.findall(xml))), default=0))
        if rows * width > MAX_CELLS:
            raise FileRefused(f"{name}: {rows:,} rows by {width:,} columns", code="bomb",
                              what_to_do="delete the empty rows and columns, or export the sheet as CSV")
    cells, values = xml.count(b"<c "), xml.count(b"<v>") + xml.count(b"<is>") + xml.count(b"<v ")
    if cells > 2_000_000 and values * 20 < cells:
        raise FileRefused(f"{name}: {cells:,} cells, but only {values:,} hold anything", code="bomb",
                          what_to_do="delete the empty rows and columns, or export the sheet as CSV")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
