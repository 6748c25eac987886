"""
What a spreadsheet library does not say of an XLSX: hidden rows, errors, formulas without a value, and bombs.

The XML is scanned as bytes before anything parses it; nothing in it is expanded.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass, field

from carbon.core.errors import FileRefused
from carbon.records.grids import MAX_COLUMNS
from carbon.records.sources import BROKEN_ZIP, open_zip

_MAX_ROWS = 1_048_576
_MAX_SHEET = 600 << 20
MAX_CELLS = 20_000_000
"""Rows times columns of a sheet."""
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SHEET = re.compile(rb"<sheet\b[^>]*?>")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*\"([^\"]*)\"")
_RELATION = re.compile(rb"<Relationship\b[^>]*?>")
_HIDDEN_ROW = re.compile(rb"<row\b(?=[^>]*\bhidden=\"(?:1|true)\")[^>]*?\br=\"(\d+)\"")
_HIDDEN_COLUMN = re.compile(rb"<col\b(?=[^>]*\bhidden=\"(?:1|true)\")[^>]*>")
_STYLES = "xl/styles.xml"
_FORMAT = re.compile(rb"<numFmt\b[^>]*>")
_CELL_STYLE = re.compile(rb"<xf\b[^>]*>")
_LITERAL = re.compile(rb"\"[^\"]*\"|\\.|\[[^\]]*\]")
_THOUSANDS = re.compile(rb"[0#],+(?:[^0#,]|$)")
_STYLED = re.compile(rb"<c\b(?=[^>]*\br=\"([A-Z]{1,3})(\d{1,7})\")(?=[^>]*\bs=\"(\d+)\")"
                     rb"(?![^>]*\bt=\"[^n])[^>]*>\s*(?:<f[^>]*?(?:/>|>[^<]*</f>))?\s*<v>")
_ERROR = re.compile(rb"<c\b(?=[^>]*\bt=\"e\")[^>]*?\br=\"([A-Z]{1,3})(\d{1,7})\"[^>]*?>(?:<f[^>]*?(?:/>|>[^<]*</f>))?"
                    rb"\s*<v>([^<]*)</v>")
_NO_VALUE = re.compile(rb"<c\b[^>]*?\br=\"([A-Z]{1,3})(\d{1,7})\"[^>]*?>\s*<f[^>]*?(?:/>|>[^<]*</f>)\s*"
                       rb"(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_FAR_COLUMN = re.compile(rb"<c\b[^>]*?\br=\"([A-Z]{3})\d")
_ANY_COLUMN = re.compile(rb"<c\b[^>]*?\br=\"([A-Z]{1,2})\d")
_NAMES = {b"&amp;": b"&", b"&lt;": b"<", b"&gt;": b">", b"&quot;": b'"', b"&apos;": b"'"}


@dataclass(frozen=True)
class SheetPart:
    """
    Of one sheet: rows (1-based) and columns (0-based) hidden, and cells (row, column; 0-based) that show an error, or
    a number in another scale than it is stored in.
    """

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)


def scan(data: bytes, name: str) -> dict[str, SheetPart]:
    """
    Check a workbook's parts and return what each sheet hides or breaks, by sheet name.

    Raises
    ------
    FileRefused
        Damaged, a bomb, or XML that declares a DTD or entities or is not UTF-8.
    """
    with open_zip(io.BytesIO(data), name) as book:
        for info in book.infolist():
            if info.filename.endswith((".xml", ".rels")):
                _check_xml(_start(book, info.filename, name), name)
        parts = _sheet_parts(book, name)
        styles = _part(book, _STYLES, name) if _STYLES in book.namelist() else b""
        scaled = _scaled_styles(styles)
        return {sheet: _scan_sheet(_part(book, path, name), f"{name}#{sheet}", scaled) for sheet, path in parts.items()
                if path in book.namelist()}


def _start(book: zipfile.ZipFile, path: str, name: str) -> bytes:
    try:
        with book.open(path) as part:
            return part.read(4096)
    except BROKEN_ZIP as wrong:
        raise _damaged(name, path, wrong) from None


def _part(book: zipfile.ZipFile, path: str, name: str) -> bytes:
    if path in book.namelist() and book.getinfo(path).file_size > _MAX_SHEET:
        raise FileRefused(f"{name}: a sheet of {book.getinfo(path).file_size / 1e6:,.0f} MB", code="bomb",
                          what_to_do="export the sheet as CSV")
    try:
        return book.read(path)
    except BROKEN_ZIP as wrong:
        raise _damaged(name, path, wrong) from None


def _damaged(name: str, path: str, wrong: Exception) -> FileRefused:
    return FileRefused(f"{name}: part {path} is damaged: {wrong}", code="file_damaged",
                       what_to_do="open and save it again in a spreadsheet, or send it again")


def _check_xml(start: bytes, name: str) -> None:
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in start[:64]:
        raise FileRefused(f"{name}: a part is not UTF-8 XML", code="file_damaged", what_to_do="save it again as .xlsx")
    if _DTD.search(start):
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
        found = _attributes(tag)
        relations[found.get(b"Id", b"")] = found.get(b"Target", b"").decode()
    parts = {}
    for tag in _SHEET.findall(_part(book, "xl/workbook.xml", name)):
        found = _attributes(tag)
        target = relations.get(found.get(b"r:id", b""), "")
        title = found.get(b"name", b"")
        for entity, char in _NAMES.items():
            title = title.replace(entity, char)
        if target:
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            parts[title.decode("utf-8", "replace")] = path
    return parts


def _scaled_styles(xml: bytes) -> dict[bytes, str]:
    """
    Cell style -> how it shows a number otherwise than it is stored: as percent, or in thousands.
    """
    formats = {b"9": "percent", b"10": "percent"}
    for tag in _FORMAT.findall(xml):
        found = _attributes(tag)
        code = _LITERAL.sub(b"", found.get(b"formatCode", b"").replace(b"&quot;", b'"'))
        if b"%" in code:
            formats[found.get(b"numFmtId", b"")] = "percent"
        elif _THOUSANDS.search(code):
            formats[found.get(b"numFmtId", b"")] = "thousands"
    start, stop = xml.find(b"<cellXfs"), xml.find(b"</cellXfs>")
    used = [_attributes(tag).get(b"numFmtId", b"") for tag in _CELL_STYLE.findall(xml, max(start, 0), max(stop, 0))]
    return {str(i).encode(): formats[number] for i, number in enumerate(used) if number in formats}


def _scan_sheet(xml: bytes, name: str, scaled: dict[bytes, str]) -> SheetPart:
    _check_size(xml, name)
    errors: dict[tuple[int, int], str] = {}
    if b't="e"' in xml:
        errors |= {(int(row) - 1, _column(col)): text.decode() for col, row, text in _ERROR.findall(xml)}
    if b"<f" in xml:
        errors |= {(int(row) - 1, _column(col)): "a formula without a stored value"
                   for col, row in _NO_VALUE.findall(xml)}
    if scaled:
        errors |= {(int(row) - 1, _column(col)): f"a number as {scaled[style]}"
                   for col, row, style in _STYLED.findall(xml) if style in scaled}
    columns = {c for tag in _HIDDEN_COLUMN.findall(xml) for c in _column_span(tag)}
    hidden = {int(row) for row in _HIDDEN_ROW.findall(xml)} if b'hidden="' in xml else set()
    return SheetPart(hidden, columns, errors)


def _column_span(tag: bytes) -> range:
    found = _attributes(tag)
    first = int(found.get(b"min", b"1"))
    return range(first - 1, min(int(found.get(b"max", b"1")), first + MAX_COLUMNS))


def _check_size(xml: bytes, name: str) -> None:
    far = {_column(c) for c in set(_FAR_COLUMN.findall(xml))}
    if far and max(far) >= MAX_COLUMNS:
        raise FileRefused(f"{name}: {max(far) + 1:,} columns; at most {MAX_COLUMNS:,} are read",
                          code="too_many_columns", what_to_do="export only the columns that are needed")
    last = xml.rfind(b"<row ")
    found = re.compile(rb"\br=\"(\d+)\"").search(xml, last, last + 200) if last >= 0 else None
    rows = int(found[1]) if found else 0
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
        raise FileRefused(f"{name}: {cells:,} cells of which {values:,} hold anything", code="bomb",
                          what_to_do="delete the empty rows and columns, or export the sheet as CSV")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
