"""The cells of a column as strings, words, numbers, flags, currencies or units; a fault where one cannot be read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from carbon.core import units, vocabulary, zones
from carbon.core.errors import UnitError
from carbon.core.text import fold
from carbon.core.text_columns import Flags, Rows, Texts, Values, same_text, text_array, values_of
from carbon.params.shapes.company import FilePattern
from carbon.records.grids import cells
from carbon.records.grids.cells import Column, Distinct, many
from carbon.records.kinds.contract import CURRENCY, FLAG, NUMBER, PERSON, TEXT, UNIT, WHOLE, WORD, Field
from carbon.records.kinds.faults import Faults
from carbon.records.kinds.messages import Problem, Warned, cell_error, problem, warned
from carbon.records.values.numbers import parse_numbers, plain_numbers
from carbon.records.values.persons import pseudonym

LONG = 500_000
"""Rows above which text columns are categories: a tenth of the memory."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_MIXED_SCRIPT = re.compile(r"(?=.*[A-Za-z])(?=.*[\u0370-\u03ff\u0400-\u04ff])", re.DOTALL)
_DAMAGED = "\ufffd"
_MOJIBAKE = re.compile(r"Ã[\x80-\xbf©¨ªàâ®´»§]|â€|Â[°·«»€£]")


@dataclass
class Context:
    """Name of the file, its options in params, and where faults and warnings go."""

    name: str
    options: FilePattern
    faults: Faults
    warnings: list[Warned]
    raw: Mapping[str, Column] = field(default_factory=dict)
    """Column of the contract -> its cells as in the file."""
    stated_units: dict[str, Texts] = field(default_factory=dict)
    """Number column -> currency or unit written inside each of its cells, where any is."""

    def warn_of(self, message: str, /, **words: Any) -> None:
        """Add a warning about the file."""
        self.warnings.append(warned(message, self.name, **words))

    def fault_blank(self, column: str, distinct: Distinct, blank: Flags, message: str) -> None:
        """Add a message for each blank cell of a column that must be filled."""
        missing = dict.fromkeys(np.flatnonzero(blank).tolist(), problem(message, column=column))
        self.faults.add_cells(distinct.codes, distinct.texts, column, missing)

    def meanings(self, spec: Field) -> dict[str, str]:
        """Return what params declare that words of a column mean."""
        declared: dict[str, dict[str, str]] = vars(self.options)["values"]
        return declared.get(spec.name, {})

    def raw_cells(self, column: str, rows: Rows) -> pd.Series | str:
        """Return the file's cells in some rows of a column; "" where it does not have the column."""
        if column not in self.raw:
            return ""
        return self.raw[column].take(rows).strings.to_pandas()


def read_field(spec: Field, column: Column, context: Context) -> Values:
    """Return the values of one column, an array; add a fault to `context` for each cell that cannot be used."""
    if many(column) and (values := _many(spec, column, context)) is not None:
        return values
    distinct = column.distinct
    if spec.reads in (NUMBER, WHOLE):
        return _numbers(spec, distinct, context)
    if spec.reads == FLAG:
        return _flags(spec, distinct, context)
    return _texts(spec, distinct, context)


def _many(spec: Field, column: Column, context: Context) -> Values | None:
    """Read a long column of plain numbers or plain strings at once; None where it needs care."""
    if column.marks is not None or context.meanings(spec):
        return None
    if spec.reads == NUMBER and context.options.thousands is None:
        return plain_numbers(column.text, decimal=context.options.decimal)
    if spec.reads == TEXT and not (spec.filled or spec.words) and _is_plain(column.text):
        return values_of(pc.utf8_trim_whitespace(column.text).to_pandas().astype("str"))
    return None


def _is_plain(texts: pa.Array) -> bool:
    """Return whether all is printable ASCII: nothing to compose, to flag or to reject."""
    return pc.all(pc.ascii_is_printable(texts)).as_py() is not False


def _numbers(spec: Field, distinct: Distinct, context: Context) -> Values:
    options = context.options
    if spec.reads == NUMBER and options.thousands is None and not distinct.marks.any():
        quick_numbers = plain_numbers(distinct.texts, decimal=options.decimal)
        if quick_numbers is not None:
            return quick_numbers[distinct.codes]
    parsed = parse_numbers(distinct, decimal=options.decimal, thousands=options.thousands)
    context.faults.add_cells(distinct.codes, distinct.texts, spec.name, parsed.problems)
    if spec.filled:
        context.fault_blank(spec.name, distinct, parsed.blank, "{column}_missing.blank")
    if parsed.currencies:
        stated_units = np.full(len(distinct.texts), "", dtype=object)
        # What is neither a currency nor a unit stays as it is, which fits no row.
        stated_units[[*parsed.currencies]] = [vocabulary.currency(t) or (unit.name if (unit := units.find(t)) else t)
                                              for t in parsed.currencies.values()]
        context.stated_units[spec.name] = stated_units[distinct.codes]
    values = parsed.numbers.copy()
    values[[*parsed.problems]] = np.nan
    if spec.reads == WHOLE:
        broken = np.flatnonzero((values != np.trunc(values)) & ~np.isnan(values)).tolist()
        part = problem("not_whole", column=spec.name)
        context.faults.add_cells(distinct.codes, distinct.texts, spec.name, dict.fromkeys(broken, part))
    return values[distinct.codes]


def _texts(spec: Field, distinct: Distinct, context: Context) -> Values:
    meanings = context.meanings(spec)
    mapped = {fold(k): v for k, v in meanings.items()}
    is_free = spec.reads == TEXT and not (mapped or spec.filled or spec.words)
    if is_free and not distinct.marks.any() and _is_plain(distinct.texts):
        return _spread(pc.utf8_trim_whitespace(distinct.texts), distinct.codes)
    texts = _restored(spec, [unicodedata.normalize("NFC", t).strip() for t in distinct.texts.to_pylist()], context)
    problems: dict[int, Problem] = {}
    blank = np.array([t == "" for t in texts], dtype=bool) & (distinct.marks != cells.ERROR)
    for i, text in enumerate(texts):
        fault = cell_error(text) if distinct.marks[i] == cells.ERROR else problem("control_character") \
            if _CONTROL.search(text) else problem("text_damaged") if _DAMAGED in text else None
        if fault is None and text and not is_free:
            meaning = _meant(spec, text, meanings, mapped) if mapped else text
            canonical = _read_word(spec, meaning, is_declared=meaning != text)
            if isinstance(canonical, Problem):
                fault = canonical
            else:
                texts[i] = canonical
        if fault is not None:
            problems[i], texts[i] = fault, ""
    if spec.reads == PERSON:
        texts, problems = _persons(spec, texts), {}
    _flag_texts(spec, texts, context)
    context.faults.add_cells(distinct.codes, distinct.texts, spec.name, problems)
    if spec.filled:
        context.fault_blank(spec.name, distinct, blank, "{column}_missing.blank")
    return _spread(texts, distinct.codes)


def _persons(spec: Field, texts: list[str]) -> list[str]:
    """Return persons as keyed hashes; where they are only the key of their table, as numbers, which need no salt."""
    if not spec.needed:
        return [pseudonym(t) if t else "" for t in texts]
    places = {person: place for place, person in enumerate(dict.fromkeys(t.casefold() for t in texts if t), 1)}
    return [f"person {places[t.casefold()]}" if t else "" for t in texts]


def _meant(spec: Field, text: str, meanings: dict[str, str], folded: dict[str, str]) -> str:
    """Return the meaning that params give a word, whatever its case; of a unit only the same: "mWh" is not "MWh"."""
    if text in meanings:
        return meanings[text]
    if spec.reads == UNIT and any(units.find(k) != units.find(text) for k in meanings if fold(k) == fold(text)):
        return text
    return folded.get(fold(text), text)


def _spread(texts: list[str] | pa.Array, codes: npt.NDArray[np.int32]) -> Any:
    # As wide as tables hold strings: to widen them afterwards takes longer than all the rest.
    wide_texts = texts.cast(pa.large_string()) if isinstance(texts, pa.Array) else pa.array(texts, pa.large_string())
    if len(codes) > LONG:
        unique, words = pd.factorize(np.array(wide_texts.to_pylist(), dtype=object))
        narrow = unique.astype(np.min_scalar_type(-len(words) - 1))  # before they are many
        dtype = pd.CategoricalDtype(pd.Index(words, dtype="str"))
        return pd.Categorical.from_codes(narrow[codes], dtype=dtype, validate=False)
    return text_array(wide_texts.take(pa.array(codes)))


def constant_array(text: str, rows: int) -> Any:
    """Return the same string in every row."""
    return _spread([text], np.zeros(rows, dtype=np.int32)) if rows > LONG else same_text(text, rows)


def _read_word(spec: Field, text: str, *, is_declared: bool = False) -> str | Problem:
    if spec.reads == WORD:
        is_meaning = is_declared and text in vocabulary.words_of(spec.words).values()
        canonical = text if is_meaning else vocabulary.canonical(spec.words, text)
        return canonical if canonical is not None else _unknown(
            spec, text, vocabulary.nearest(spec.words, text), vocabulary.few(spec.words))
    if spec.reads == TEXT and spec.words:  # an open list: a word that is not in it is kept as it is
        return vocabulary.canonical(spec.words, text) or text
    if spec.reads == CURRENCY:
        code = vocabulary.currency(text)
        return code if code is not None else _unknown(spec, text, [])
    return _read_unit(spec, text) if spec.reads == UNIT else text


def _unknown(spec: Field, text: str, nearest_words: list[str], all_words: Sequence[str] = ()) -> Problem:
    if spec.words == "country" and (holders := zones.holders(text)):
        country = " or ".join(holders)
        return problem("{column}_unknown.part", column=spec.name, text=text, country=country)
    choices = "" if nearest_words or not all_words else f"; one of {', '.join(all_words)}"
    hint = f"; nearest: {', '.join(nearest_words)}" if nearest_words else choices
    return Problem(f"{spec.name}_unknown", f"{text!r} is not a known {spec.name.replace('_', ' ')}{hint}",
                   f"correct the cell, or give its meaning under `values: {{{spec.name}: ...}}` in params")


def _read_unit(spec: Field, text: str) -> str | Problem:
    try:
        unit = units.unit(text)
    except UnitError as wrong:
        if not spec.dimensions:
            return text
        remedy = units.remedy(text, spec.dimensions) or "correct the cell"
        return Problem("unit_unknown", wrong.what,
                       f"{remedy}, or give its meaning under `values: {{{spec.name}: ...}}` in params")
    if spec.dimensions and unit.dimension not in spec.dimensions:
        return problem("unit_dimension.power" if unit.dimension == "power" else "unit_dimension.other", text=text,
                       dimension=unit.dimension, wanted=spec.dimensions[0])
    return unit.name if spec.dimensions else text


def _flags(spec: Field, distinct: Distinct, context: Context) -> Values:
    values = np.zeros(len(distinct.texts), dtype=bool)
    problems: dict[int, Problem] = {}
    mapped = {fold(k): v for k, v in context.meanings(spec).items()}
    for i, text in enumerate(distinct.texts.to_pylist()):
        word = mapped.get(fold(text), text).strip()
        canonical = vocabulary.canonical("flag", word) if word else "false"
        if canonical is None:
            problems[i] = _unknown(spec, text, ["yes", "no"])
        else:
            values[i] = canonical == "true"
    context.faults.add_cells(distinct.codes, distinct.texts, spec.name, problems)
    return values[distinct.codes]


def _flag_texts(spec: Field, texts: list[str], context: Context) -> None:
    """Warn of strings that look like another: they are kept apart and never merged."""
    foreign = [t for t in texts if not t.isascii()]
    if odd := [t for t in foreign if _INVISIBLE.search(t) or _MIXED_SCRIPT.search(t)]:
        context.warn_of("look_alike", column=spec.name, count=len(odd), text=odd[0][:60])
    if broken := list(filter(_MOJIBAKE.search, foreign)):
        context.warn_of("mojibake", column=spec.name, text=broken[0][:60])


def _restored(spec: Field, texts: list[str], context: Context) -> list[str]:
    """Return strings with what was decoded as another encoding restored, "FranÃ§ais" as "Français", with a warning.
    Only a string whose bytes are valid UTF-8 as a whole is: no other reading of them is likely.
    """
    restored = {text: right for text in texts if not text.isascii() and _MOJIBAKE.search(text)
                and (right := _decoded_once(text)) is not None}
    if restored:
        first, right = next(iter(restored.items()))
        context.warn_of("mojibake.restored", column=spec.name, count=len(restored), text=first[:60], right=right[:60])
    return [restored.get(text, text) for text in texts] if restored else texts


def _decoded_once(text: str) -> str | None:
    """Return a string whose UTF-8 was read as a Windows or Latin code page; None where it cannot be that."""
    for code_page in ("cp1252", "latin-1"):
        try:
            right = text.encode(code_page).decode("utf-8")
        except UnicodeError:
            continue
        return unicodedata.normalize("NFC", right) if right.isprintable() else None
    return None
