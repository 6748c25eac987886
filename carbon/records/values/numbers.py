"""Numbers as Europe writes them: one convention a column, proved by the column or declared, else rejected.

"1.234" is one thousand or one and a bit. A column that also holds "12,50" or "1.234.567" proves its comma; a column
that proves nothing leaves such cells ambiguous, and an ambiguous cell is rejected, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from carbon.core.text import fold
from carbon.core.text_columns import Flags, Floats, Rows, Texts
from carbon.core.vocabulary import is_word
from carbon.params.shapes.files import FilePattern
from carbon.records.grids import cells
from carbon.records.grids.cells import Column
from carbon.records.kinds.messages import Problem, cell_error, problem

_SPACE = " \u00a0\u202f\u2009\u2007"
_SPACED = rf"^-?\d{{1,3}}(?:[{_SPACE}]\d{{3}})+(?:[.,]\d+)?$"
_SIMPLE = r"^-?\d+(?:[.,]\d+)?$"
_PLAIN = r"^\d+$"
_EITHER = r"^[1-9]\d{0,2}[.,]\d{3}$"
"""One mark before three digits: decimal or thousands."""
_COMMA = r"^(?:\d*,\d+|\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,})$"
_POINT = r"^(?:\d*\.\d+|\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,})$"

_LAKHS = r"^\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?$"
"""Digits grouped as in India: three, and then by two."""
_UP_TO_LAKHS = r"^\d{1,2}(?:,\d{2})*,\d{3}(?:\.\d+)?$"

_EXACT_DIGITS = 15
"""Any decimal of so many digits comes back from float64 unchanged."""
_PIECE = 1 << 17
"""Cells that are asked at once: of millions, the first mostly tell."""


@dataclass(frozen=True)
class Numbers:
    """The distinct cells of a column as numbers: NaN where blank or unclear, and a problem for each unclear cell."""

    numbers: Floats
    blank: Flags
    problems: dict[int, Problem]
    currencies: dict[int, str]
    """Words next to a cell's number: a currency, or words of its format in a workbook."""
    convention: str


def parse_numbers(distinct: cells.Distinct, *, decimal: str | None = None, thousands: str | None = None) -> Numbers:
    """Read the distinct cells of one column as numbers.

    `decimal`, `thousands`: The column's marks where they are declared; they outrank what the column seems to prove.
    """
    text = pc.utf8_trim_whitespace(distinct.texts)
    typed = distinct.marks != cells.TEXT
    blank = _flags(pc.equal(text, "")) & (distinct.marks != cells.ERROR)
    bare = _bare(text, skip=typed | blank)
    cores = pa.array(bare.core, pa.string())
    digits_only, either = _match(cores, _PLAIN), _match(cores, _EITHER)
    firm = bare.spaced
    comma = _match(cores, _COMMA) & (~either | firm)
    point = (_match(cores, _POINT) & (~either | firm)) | _in_lakhs(cores, decimal, thousands)
    proved = {m for m, flags in ((".", point), (",", comma)) if flags.any()}
    mark = decimal or (next(iter(proved)) if len(proved) == 1 else "")

    good = digits_only | (either & (mark != ""))
    if mark:
        good |= point if mark == "." else comma
    if thousands is not None:
        # The marks of a core are the declared ones only.
        good &= digits_only | ~_match(cores, f"[{''.join({'.', ','} - {mark, thousands}) or 'x'}]")
    good &= ~typed & ~blank
    values = _values(cores, bare, good, mark)
    problems, format_words = _typed_values(text, distinct.marks, values)
    for i in np.flatnonzero(~good & ~typed & ~blank).tolist():
        problems[i] = _problem(text[i].as_py(), bare.fault[i], cores[i].as_py(), mark, proved, decimal)
    _refuse_inexact(text, cores, mark, values, problems)
    currencies = {i: bare.currency[i] for i in np.flatnonzero(bare.currency != "").tolist()} | format_words
    convention = f"decimal {mark!r} {'declared' if decimal else 'proved'}" if mark else \
        "mixed decimals" if proved else "whole numbers"
    return Numbers(values, blank, problems, currencies, convention)


def plain_numbers(text: pa.Array, *, decimal: str | None = None) -> Floats | None:
    """Return the numbers of a long column that is written plainly; None where `parse_numbers` must decide.

    Plainly: digits, at most one mark and a leading minus in every cell, and the mark declared or proved.
    """
    if pa.types.is_dictionary(text.type) or text.null_count or not len(text) or \
            pc.max(pc.binary_length(text)).as_py() > _EXACT_DIGITS:
        return None
    pieces = [text.slice(start, _PIECE) for start in range(0, len(text), _PIECE)]
    for mark in ".,":
        if not all(pc.all(pc.match_substring_regex(piece, rf"^-?\d+(?:[{mark}]\d+)?$")).as_py() for piece in pieces):
            continue
        # One mark before three digits proves nothing.
        proved = decimal == mark or (not decimal and any(pc.any(pc.match_substring_regex(
            piece, rf"[{mark}](?:\d{{1,2}}|\d{{4,}})$")).as_py() for piece in pieces))
        if not proved and pc.any(pc.match_substring(text, mark)).as_py():
            return None
        return np.asarray(pc.cast(text if mark == "." else pc.replace_substring(text, mark, "."), pa.float64()))
    return None


def parse_together(columns: Sequence[Column],
                   options: FilePattern) -> tuple[npt.NDArray[np.int32], cells.Distinct, Numbers]:
    """Read several columns by the convention that they prove together.

    Returns the code of each cell [columns, rows], the distinct cells, and their numbers.
    """
    distinct = Column.stacked(columns).distinct
    parsed = parse_numbers(distinct, decimal=options.decimal, thousands=options.thousands)
    return distinct.codes.reshape(len(columns), -1), distinct, parsed


def decimal_sums(numbers: Floats) -> tuple[list[Decimal], Rows]:
    """Return the sums of each column of numbers as the decimals that they were written as, 0.3 + -0.1 is 0.2.

    Each distinct column is summed once; the second value is the place of each column's sum.
    """
    distinct, at = np.unique(numbers + 0.0, axis=1, return_inverse=True)
    sums = [sum(map(Decimal, map(repr, column)), Decimal(0)) for column in distinct.T.tolist()]
    return [one.normalize() if one else Decimal(0) for one in sums], np.ravel(at)


def _flags(answers: pa.Array) -> Flags:
    return np.asarray(answers).astype(bool)


def _match(texts: pa.Array, pattern: str) -> Flags:
    return _flags(pc.match_substring_regex(texts, pattern))


def _in_lakhs(cores: pa.Array, decimal: str | None, thousands: str | None) -> Flags:
    """Flag cells grouped as in India, where that is certain: two or more of them, and no comma elsewhere."""
    grouped = _match(cores, _LAKHS)
    if not grouped.any() or decimal == "," or thousands == ".":
        return grouped & False
    other = _flags(pc.match_substring(cores, ",")) & ~_match(cores, _UP_TO_LAKHS)
    return grouped & (thousands == "," or ((decimal == "." or grouped.sum() > 1) and not other.any()))


@dataclass
class _Bare:
    """Each cell without sign, spaces between thousands, currency and exponent; what cannot be peeled has a fault."""

    core: Texts
    negative: Flags
    spaced: Flags
    power: Texts
    currency: Texts
    fault: Texts


def _bare(text: pa.Array, *, skip: Flags) -> _Bare:
    spaced = _match(text, _SPACED) & ~skip
    unspaced = pc.if_else(pa.array(spaced), pc.replace_substring_regex(text, f"[{_SPACE}]", ""), text) \
        if spaced.any() else text
    simple = _match(unspaced, _SIMPLE) & ~skip
    core = pc.utf8_ltrim(unspaced, "-").to_numpy(zero_copy_only=False).astype(object)
    nothing = np.full(len(core), "", dtype=object)
    bare = _Bare(core, _flags(pc.starts_with(unspaced, "-")).copy(), spaced, nothing, nothing.copy(), nothing.copy())
    for i in np.flatnonzero(~simple & ~skip).tolist():
        (bare.core[i], bare.negative[i], bare.spaced[i], bare.power[i], bare.currency[i],
         bare.fault[i]) = peel(text[i].as_py())
    bare.core[skip] = ""
    return bare


_GROUPED = re.compile(rf"(\d{{1,3}}(?:[{_SPACE}]\d{{3}})+|\d{{1,3}}(?:['’]\d{{3}})+)([.,]\d+)?")
_EXPONENT = re.compile(r"(.*\d)[eE]([+-]?\d{1,3})")
_SIGNS = {"€": "EUR", "£": "GBP", "$": "$", "¥": "¥", "₹": "INR"}
_LOCAL_SIGNS = {"zł": "PLN", "Kč": "CZK", "lei": "RON", "kr": "kr", "Kr": "kr", "kr.": "kr", "Kr.": "kr", "Fr.": "Fr.",
                "SFr.": "Fr.", "sFr.": "Fr."}
_LOCAL = re.compile("({0})\\s*(.*\\d.*)|(.*\\d.*?)\\s*({0})".format("|".join(map(re.escape, _LOCAL_SIGNS))))


def peel(text: str) -> tuple[str, bool, bool, str, str, str]:
    """Split a cell into digits and marks, negative, proved thousands, exponent, currency, and fault or ""."""
    rest, currency = _without_currency(text)
    negative = False
    if rest.startswith("(") and rest.endswith(")"):
        negative, rest = True, rest[1:-1].strip()
    elif rest[:1] and rest[0] in "+-−–":
        negative, rest = rest[0] != "+", rest[1:].strip()
    elif rest[-1:] and rest[-1] in "-−–":
        negative, rest = True, rest[:-1].strip()
    rest, more = _without_currency(rest)
    if currency and more:
        return text, False, False, "", "", "not a number"
    power = ""
    if match := _EXPONENT.fullmatch(rest):
        rest, power = match.groups()
    spaced = False
    if match := _GROUPED.fullmatch(rest):
        rest, spaced = re.sub(rf"[{_SPACE}'’]", "", rest), True
    if not re.fullmatch(r"[0-9.,]*[0-9][0-9.,]*", rest):
        return text, False, False, "", "", "not a number"
    return rest, negative, spaced, power, currency or more, ""


def _without_currency(text: str) -> tuple[str, str]:
    for end in (text[:1], text[-1:]):
        if end in _SIGNS and end:
            return text.replace(end, "", 1).strip() if text[0] == end else text[:-1].strip(), _SIGNS[end]
    if match := re.fullmatch(r"([A-Z]{3})\s*(.*\d.*)|(.*\d.*?)\s*([A-Z]{3})", text):
        return (match[2] or match[3]).strip(), match[1] or match[4]
    if match := _LOCAL.fullmatch(text):
        return (match[2] or match[3]).strip(), _LOCAL_SIGNS[match[1] or match[4]]
    return text, ""


def _values(cores: pa.Array, bare: _Bare, good: Flags, mark: str) -> Floats:
    values = np.full(len(cores), np.nan)
    text, power = _canonical(cores, mark).filter(pa.array(good)), bare.power[good]
    if (power != "").any():
        text = pc.binary_join_element_wise(text, pa.array(["e" + p if p else "" for p in power], pa.string()), "")
    values[good] = np.asarray(text.cast(pa.float64()))
    return np.where(bare.negative, -values, values)


def _canonical(cores: pa.Array, mark: str) -> pa.Array:
    if mark == ",":
        return pc.replace_substring(pc.replace_substring(cores, ".", ""), ",", ".")
    return pc.replace_substring(cores, ",", "")


def _typed_values(text: pa.Array, marks: cells.Marks, values: Floats) -> tuple[dict[int, Problem], dict[int, str]]:
    """Read cells that the file itself types: numbers as they are, a problem for others; and words next to a number."""
    number = marks == cells.NUMBER
    format_words: dict[int, str] = {}
    if number.any():
        bare = np.asarray(text, dtype=object)
        for i in np.flatnonzero(number & _match(text, " ")).tolist():
            bare[i], _, format_words[i] = bare[i].partition(" ")
        values[number] = np.asarray(pa.array(bare[number], pa.string()).cast(pa.float64()))
    problems: dict[int, Problem] = {}
    for i in np.flatnonzero((marks != cells.TEXT) & ~number).tolist():
        problems[i] = cell_error(text[i].as_py()) if marks[i] == cells.ERROR else problem(
            "not_a_number.day" if marks[i] == cells.DAY else "not_a_number.flag")
    for i in np.flatnonzero(number & ~np.isfinite(values)).tolist():
        problems[i], values[i] = problem("not_a_number.infinite", text=text[i].as_py()), np.nan
    long = number & np.isfinite(values) & np.asarray(pc.greater(pc.utf8_length(text), _EXACT_DIGITS))
    for i in np.flatnonzero(long).tolist():
        if Decimal(repr(float(values[i]))) != Decimal(bare[i]):
            problems[i], values[i] = problem("number_not_exact", text=text[i].as_py()), np.nan
    return problems, format_words


def _problem(text: str, fault: str, core: str, mark: str, proved: set[str], decimal: str | None) -> Problem:
    rest = re.sub(r"\d[\d.,]*", " ", text, count=1)  # of "~120", "120 (est.)"
    if fault and rest != text and (re.fullmatch(r"[\s~≈±?*<>!()]+", rest) or is_word(fold(rest), "row doubt")):
        return problem("not_a_number.marked", text=text)
    if fault:
        return problem("not_a_number", text=text)
    if decimal:
        return problem("number_ambiguous.declared", text=text, decimal=decimal)
    if len(proved) == 2:
        return problem("number_ambiguous.both_marks", text=text)
    if re.fullmatch(_EITHER, core):
        as_point, as_whole = core.replace(",", "."), core.replace(",", "").replace(".", "")
        return problem("number_ambiguous.mark", text=text, as_whole=as_whole, as_point=as_point)
    if re.fullmatch(_LAKHS, core):
        return problem("number_ambiguous", text=text, core=core.replace(",", ""))
    return problem("number_ambiguous.of_mark" if mark else "number_ambiguous.no_way", text=text, mark=mark)


def _refuse_inexact(text: pa.Array, cores: pa.Array, mark: str, values: Floats, problems: dict[int, Problem]) -> None:
    """Reject long numbers that do not come back from float64 as written: their total would be wrong in silence."""
    long = np.asarray(pc.greater(pc.utf8_length(cores), _EXACT_DIGITS)) & ~np.isnan(values) | np.isinf(values)
    for i in np.flatnonzero(long).tolist():
        power = peel(text[i].as_py())[3]
        exact = Decimal(_canonical(cores.slice(i, 1), mark)[0].as_py() + (f"e{power}" if power else ""))
        if not np.isfinite(values[i]) or Decimal(repr(abs(float(values[i])))) != exact:
            problems[i], values[i] = problem("number_not_exact", text=text[i].as_py()), np.nan
