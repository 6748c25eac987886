"""Delimited text: its encoding and separator by evidence or declared, quoted newlines, the physical line of every row.

An encoding is known by its byte order mark, by proof or as declared; else the file is refused with the line. Large and
regular UTF-8 files are read by Arrow: the same grid, some twenty times faster. Exports of DATEV are refused by name.
"""

from __future__ import annotations

import codecs
import csv
import io
import mmap
import re
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from carbon.core import packaged
from carbon.core.errors import FileRefused
from carbon.core.text_columns import Ints
from carbon.records.grids.cells import HEAD_ROWS, MAX_FIELD, Column, Grid, check_width
from carbon.records.grids.sources import DELIMITED, Source
from carbon.records.kinds.messages import Warned, refusal, warned

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
Recognise = Callable[[list[str]], int]
"""How many headings of the kind a row holds."""


def read_delimited(text: str, name: str, recognise: Recognise, *, separator: str | None = None,
                   quoting: bool = True, dialect: str = "") -> Grid:
    """Read delimited text as a grid.

    `recognise`: Counts the headings of the kind in a row; the separator that shows most of them is taken.
    `separator`: The declared one: any single character.

    Raises FileRefused: Unknown or ambiguous separator, an open quote, a cell or a row beyond all limits, no rows.
    """
    if not text.strip():
        raise refusal("file_empty.delimited", name)
    declared = re.match(r"(?i)sep=(.)[\r\n]", text)  # on the first line, as spreadsheets write it
    separator = separator or (declared[1] if declared else _find_separator(text, name, recognise))
    rows, lines = _parse(text, name, separator, quoting)
    widths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    check_width(int(widths.max(initial=0)), name)
    columns = [Column(pa.array(cells, pa.string())) for cells in zip_longest(*rows, fillvalue="")]
    grid = Grid(columns, lines, f"{dialect}, {SEPARATORS.get(separator, repr(separator))} separated".lstrip(", "),
                widths=widths, warnings=warned_of_end(text[-1], name))
    return grid.take(slice(1, None)) if declared else grid


def warned_of_end(last: str, name: str) -> list[Warned]:
    """Return a warning where the last character of a file ends no line."""
    return [] if last in "\r\n" else [warned("no_final_newline", name)]


def _parse(text: str, name: str, separator: str, quoting: bool) -> tuple[list[list[str]], np.ndarray]:
    csv.field_size_limit(MAX_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True,
                        quoting=csv.QUOTE_MINIMAL if quoting else csv.QUOTE_NONE)
    try:
        pairs = [(row, reader.line_num) for row in reader]
    except csv.Error as wrong:
        place = f"{name}, line {reader.line_num}"
        raise refusal("field_too_long.line", place, most=MAX_FIELD) if "field larger" in str(wrong) else refusal(
            "quote_open", place, wrong=wrong, line=reader.line_num) from None
    # Quoted cells hold newlines: each row starts one line after the end of the row before.
    return [row for row, _ in pairs], np.array([1, *(end + 1 for _, end in pairs[:-1])])


def _find_separator(text: str, name: str, recognise: Recognise) -> str:
    sample = "".join(text[:1 << 20].splitlines(keepends=True)[:HEAD_ROWS * 4])
    scores = Counter({separator: max((recognise(row) for row in loose_rows(sample, separator) if len(row) > 1),
                                     default=0) for separator in SEPARATORS})
    (best, score), (_, second) = scores.most_common(2)
    if score > second:
        return best
    if score:
        raise refusal("separator_ambiguous", name)
    unused = next((s for s in SEPARATORS if s not in sample), None)
    if unused is not None and any(recognise([line.strip()]) for line in sample.splitlines()[:HEAD_ROWS]):
        return unused  # a file of one column
    return _regular_separator(sample, name)


def _regular_separator(sample: str, name: str) -> str:
    """Return the one separator that cuts every row into the same number of cells, where no heading is known."""
    widths_by = {separator: {len(row) for row in loose_rows(sample, separator) if row} for separator in SEPARATORS}
    regular = [separator for separator, widths in widths_by.items() if len(widths) == 1 and max(widths) > 1]
    if len(regular) != 1:
        raise refusal("separator_unknown", name, first=sample.splitlines()[0][:80])
    return regular[0]


def loose_rows(sample: str, separator: str) -> list[list[str]]:
    """Return the first rows of delimited text by one separator, up to the first that is broken."""
    rows: list[list[str]] = []
    with suppress(csv.Error):
        rows.extend(csv.reader(io.StringIO(sample, newline=""), delimiter=separator))
    return rows[:HEAD_ROWS]


SMALLEST = 24 << 20
"""Files below this many bytes are read the careful way, which takes them about a second."""
_HEAD = 1 << 20
_BLOCK = 8 << 20
_UNIQUE = 0.5  # share of distinct cells in the head above which a column is no dictionary
_CODES = pa.dictionary(pa.int32(), pa.string())


def read_bulk(source: Source, recognise: Recognise, *, separator: str | None = None,
              header_row: int | None = None) -> Grid | None:
    """Read a large regular text file as a grid with its headings; None where the careful reader must decide."""
    if source.form != DELIMITED or source.size < SMALLEST or source.data is not None:
        return None
    head = _head(source.path)
    if head is None:
        return None
    try:
        first = read_delimited(head, source.name, recognise, separator=separator)
    except FileRefused:
        return None
    at = _heading_row(first, recognise, header_row)
    name = first.dialect.removesuffix(" separated")
    sign = {word: sign for sign, word in SEPARATORS.items()}.get(name, name[1:-1] if len(name) == 3 else None)
    if at is None or sign is None or first.widths is None:
        return None
    quotes = _quotes(source.path, sign, int(first.lines[at]))
    if quotes is None:
        return None
    return _read(source, first, at, sign, quoted=quotes)


def _head(path: Path) -> str | None:
    with path.open("rb") as file:
        piece = file.read(_HEAD)
    if piece.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in piece:
        return None
    try:
        return piece[:piece.rfind(b"\n") + 1].removeprefix(b"\xef\xbb\xbf").decode("utf-8") or None
    except UnicodeDecodeError:
        return None


def _heading_row(first: Grid, recognise: Recognise, header_row: int | None) -> int | None:
    """Return the position of the headings, where each row above it is one line of the file."""
    rows = first.head
    scores = [recognise(row) for row in rows]
    if header_row is not None:
        scores = [int(line == header_row) for line in first.lines.tolist()[:len(rows)]]
    if not scores or not max(scores):
        return None
    at = scores.index(max(scores))
    return at if int(first.lines[at]) == at + 1 and int(first.lines[min(at + 1, len(first) - 1)]) <= at + 2 else None


def _quotes(path: Path, separator: str, skip: int) -> bool | None:
    """Return whether the rows below line `skip` have quotes; None where one is inside a cell: readers differ there."""
    with path.open("rb") as file:
        for _ in range(skip):
            file.readline()
        start = file.tell() - 1
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            if data.find(b'"', start) < 0:
                return False
            view = np.frombuffer(data, dtype=np.uint8)
            steps = range(start, len(view), _BLOCK)
            regular = all(_regular(view[i:i + _BLOCK + 2], separator) for i in steps)
            del view
    return True if regular else None


def _regular(piece: npt.NDArray[np.uint8], separator: str) -> bool:
    at = np.flatnonzero(piece[1:-1] == ord('"')) + 1
    ends = [ord(sign) for sign in (separator, "\n", "\r", '"')]
    return bool((np.isin(piece[at - 1], ends) | np.isin(piece[at + 1], ends)).all())


def _read(source: Source, first: Grid, at: int, separator: str, *, quoted: bool) -> Grid | None:
    names = [f"c{i}" for i in range(int(first.widths[at]))] if first.widths is not None else []
    samples = {n: first.columns[i].text.slice(at + 1) for i, n in enumerate(names)}
    # Codes into the distinct cells, or plain strings where nearly every cell differs.
    kinds = {n: pa.string() if pc.count_distinct(t).as_py() > _UNIQUE * len(t) else _CODES for n, t in samples.items()}
    skip = int(first.lines[at])
    try:
        table = pacsv.read_csv(
            source.path, read_options=pacsv.ReadOptions(skip_rows=skip, column_names=names, block_size=_BLOCK,
                                                        use_threads=pa.cpu_count() > 1),
            parse_options=pacsv.ParseOptions(delimiter=separator, newlines_in_values=quoted, ignore_empty_lines=False),
            convert_options=pacsv.ConvertOptions(column_types=kinds, null_values=[], strings_can_be_null=False))
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        return None
    rows, pieces = table.num_rows, table.unify_dictionaries().columns
    del table
    with ThreadPoolExecutor(pa.cpu_count()) as threads:
        columns = [Column(chunks) for chunks in threads.map(_one, pieces)]
    del pieces
    if any((pc.max(pc.binary_length(c.words)).as_py() or 0) > MAX_FIELD for c in columns):
        return None
    lines = np.arange(skip + 1, skip + 1 + rows, dtype=np.int64)
    if quoted:
        inside = sum(map(_newlines, columns), start=np.zeros(rows, dtype=np.int64))
        lines += np.concatenate([[0], np.cumsum(inside)[:-1]])
    with source.path.open("rb") as file:
        file.seek(-1, 2)
        warnings = warned_of_end(file.read(1).decode("latin-1"), source.name)
    return replace(first, columns=columns, lines=lines, widths=None, headings=first.row(at)[:len(names)],
                   dialect=f"utf-8 (valid throughout), {first.dialect}", warnings=warnings)


def _one(column: pa.ChunkedArray) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    # 32-bit offsets hold 2 GiB of text.
    narrow = column if column.nbytes < (1 << 31) - 1 else column.cast(pa.large_string())
    return pa.concat_arrays(narrow.chunks)


def _newlines(column: Column) -> Ints:
    """Count the line ends inside the quoted cells of each row."""
    line_ends = np.asarray(pc.count_substring_regex(column.words, "\r\n|\n|\r")).astype(np.int64)
    return line_ends[column.text.indices.to_numpy()] if column.coded else line_ends


_FIRST_LINE = re.compile(
    rb'(?:\xef\xbb\xbf)?"?(?:EXTF|DTVF)"?;\s*"?\d{2,3}"?;\s*"?\d{1,2}"?;\s*"?([^";\r\n]{0,60})', re.IGNORECASE)
_HEADINGS = re.compile(rb"Umsatz \(ohne Soll/Haben-Kz\).{0,400}Gegenkonto", re.DOTALL)
_BATCH = "Buchungsstapel"


def refuse_datev(source: Source) -> None:
    """Refuse a file that begins as DATEV's exports do, or that has the headings of a batch of postings.

    Raises FileRefused: Code `datev_export`: what it is, why it cannot be read with certainty, and what to export.
    """
    head = source.head(4096)
    first_line = _FIRST_LINE.match(head)
    if first_line is None and not _HEADINGS.search(head):
        return
    what = first_line[1].decode("cp1252", "replace").strip() if first_line else _BATCH
    raise refusal("datev_export.batch" if what == _BATCH else "datev_export", source.name,
                  what=what or "of unnamed contents")


_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
          (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LATIN = "iso-8859-15"
_WINDOWS = "cp1252"
_DIFFER = re.compile(rb"[\xa4\xa6\xa8\xb4\xb8\xbc-\xbe]")
"""Bytes above 0x9F that Windows-1252 and ISO 8859-15 read differently (the euro among them)."""
_WORD = re.compile(r"[^\W\d_]+")
_WINDOWS_ONLY = re.compile(rb"[\x80-\x9f]")
_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_OF_ICELAND = frozenset("ÐÞðþ")
"""Letters of Icelandic and Faroese, which are those of other languages read as Western European elsewhere."""
_UNLIKELY = re.compile(
    "[A-Za-z][¡¢£¤¥¦§¨©¬®¯±´¶·¸¹¼½¾¿ªƒ‚„…†‡ˆ‰‹‘“•˜™›][A-Za-z]"
    "|Ã[\u0080-\u00bf©¨ª®´»§‰ˆ‹Š¶¼]|â€|Â[°·«»€£©]|[‚ƒ„…†‡ˆ‰‹‘’“”•–—˜™›Œœ€]{2,}[Ž-žÀ-ÿ]|[‹›‚„“”][Œœ‹›‚ž]"
    "|[a-z][À-ÖØ-ÞŠŽŸŒ]|ƒ|Ÿ[a-z]|[À-ÖØ-öø-ÿ]{4}|[^\\W\\d_][²³µ][^\\W\\d_]|[ÐÞðþ×÷¬¶¤¦¯]")
"""Signs or capitals inside words, four accented letters in a row: other alphabets read as Latin have them; and what is
left of UTF-8 in a file that is not UTF-8 throughout.
"""


def decode(data: bytes, name: str, declared: str | None = None, *, norm: str = "",
           home: Iterable[str] = ()) -> tuple[str, str]:
    """Decode a file; return its text, and its encoding with the reason it was chosen.

    `norm`: The encoding that the law prescribes for this kind of file, taken where the bytes allow it.
    `home`: Countries of the company and its sites: what is another word in their code page is not certain.

    Raises FileRefused: Not certain, not decodable as declared, or a control character: with the line.
    """
    if declared:
        return _decode(data, _known(declared, name), name), f"{declared} (declared)"
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode(data, encoding, name), f"{encoding.removesuffix('-sig')} (byte order mark)"
    if wide := _wide(data):
        return _decode(data, wide, name), f"{wide} (every other byte is zero)"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        if not norm:
            _refuse_national(data, name, home)
        return _single_byte(data, name, norm, _OF_ICELAND if national_page(home) == _WINDOWS else frozenset())
    return text, "ascii" if text.isascii() else "utf-8 (valid throughout)"


def _wide(data: bytes) -> str:
    head = np.frombuffer(data[:4096 & ~1], dtype=np.uint8)
    if len(head) < 8 or not (head == 0).any():
        return ""
    even, odd = (head[0::2] == 0).mean(), (head[1::2] == 0).mean()
    return "utf-16-le" if odd > 0.9 and even < 0.1 else "utf-16-be" if even > 0.9 and odd < 0.1 else ""


def national_page(home: Iterable[str]) -> str:
    """Return the one code page of some countries that have another than Windows-1252 or letters of their own; or ""."""
    by_country = {row["country"]: row["encoding"] for row in packaged.read_rows("carbon.records", "data/encodings.csv")}
    pages = {by_country.get(country, "") for country in home}
    return pages.pop() if len(pages) == 1 else ""


def _refuse_national(data: bytes, name: str, home: Iterable[str]) -> None:
    """Raise FileRefused where the code page of these countries reads another word than Windows-1252."""
    page = national_page(home)
    western = set(_WORD.findall(data.decode(_WINDOWS, "replace"))) if page else set()
    for word in _WORD.findall(data.decode(page, "replace")) if page else ():
        if not word.isascii() and "\ufffd" not in word and word not in western:
            cell = word.encode(page)
            raise _refused(data, max(data.find(cell), 0), name, f"{page}, usual where the company is, reads {word!r}, "
                           f"{_WINDOWS} {cell.decode(_WINDOWS, 'replace')!r}: the encoding is not certain",
                           f"encoding: {page}` or `encoding: {_WINDOWS}")


def _single_byte(data: bytes, name: str, norm: str, own_letters: frozenset[str]) -> tuple[str, str]:
    windows, differing, undefined = (pattern.search(data) for pattern in (_WINDOWS_ONLY, _DIFFER, _UNDEFINED))
    if windows and undefined:
        raise _refused(data, undefined.start(), name, "neither UTF-8 nor Windows-1252")
    if norm and not windows:
        return data.decode(norm), f"{norm} (prescribed)"
    if differing and not windows:
        at = differing.start()
        raise _refused(data, at, name, f"byte 0x{data[at]:02X} is {bytes([data[at]]).decode(_WINDOWS)!r} in "
                       f"Windows-1252 and {bytes([data[at]]).decode(_LATIN)!r} in ISO 8859-15")
    text = data.decode(_WINDOWS)
    if odd := next((match for match in _UNLIKELY.finditer(text) if match.group() not in own_letters), None):
        raise _refused(data, odd.start(), name, f"{odd.group()!r} is no Western European word: the encoding is not "
                       "certain")
    why = "bytes 0x80-0x9F" if windows else "the same text in ISO 8859-15"
    return text, f"{_WINDOWS} ({why})"


def _known(declared: str, name: str) -> str:
    try:
        encoding = codecs.lookup(declared).name
    except LookupError:
        raise refusal("encoding_unknown", name, declared=declared) from None
    return "utf-8-sig" if encoding == "utf-8" else encoding


def _decode(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, ValueError) as wrong:
        at = getattr(wrong, "start", 0)
        raise _refused(data, at, name, f"is not {encoding}: {getattr(wrong, 'reason', wrong)}") from None


def _refused(data: bytes, at: int, name: str, what: str, entry: str = "encoding") -> FileRefused:
    line = data[:at].count(b"\n") + 1
    return FileRefused(f"{name}, line {line}: {what}", code="encoding_uncertain",
                       what_to_do=f"declare `{entry}` for this file in params, or save it as UTF-8")
