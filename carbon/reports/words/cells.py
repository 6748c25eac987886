"""The words of a cell in a readers' table: fixed vocabularies, units and phrases, in the reader's language.

Page and workbook have the same words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas.api import types

from carbon.core.ghg_protocol import CATEGORIES
from carbon.core.text_columns import arrays_of, listed
from carbon.reports.words.figure_ids import ID
from carbon.reports.words.language import Words
from carbon.reports.words.phrases import known_phrase

TRUTHS, NUMBERS, DAYS, TEXTS = "truths", "numbers", "days", "texts"
NAMES = ("site", "supplier", "group")
"""Columns in which an empty text is a name that was not given."""
_SAME = ("figure", "status", "carrier", "mode", "kind", "outcome", "stage", "tier", "part", "since", "supplier",
         "verification", "reason", "scope", "group", "basis", "instrument", "doubt", "quality_indicator", "mark")
VOCABULARY = dict(zip(_SAME, _SAME, strict=True)) | {
    "scope2_method": "method", "name": "category", "gwp_used": "gwp", "gwp_set": "gwp",
    "line_a": "filing_line", "line_b": "filing_line", "activity": "carrier",
    "gas": "gas", "energy_kind": "energy_kind", "energy_origin": "energy_origin", "gap": "gap"}
"""Column -> vocabulary of strings.csv."""
_CATEGORIES = {f"3.{number}": name for number, name in CATEGORIES.items()}
_PURCHASE = re.compile(r"Purchase(?: of|:) ")
_ACHAT = re.compile(r"Achat[\u00a0 ]: ")
PHRASED = {"reason", "what_to_do", "text", "label", "group", "edition", "page", "title", "publisher", "licence",
           "citation"}
"""Columns that hold the package's own phrases."""
ENGLISH = {"what_to_do", "text"}
"""Columns of the package's own phrases, which are English unless they are known in another language."""
PUBLISHED = {"title", "citation", "licence"}
"""Columns that hold publications and, as they are written, titles of the company's own."""
_ENGLISH_WORD = re.compile(r"\b(and|by|for|from|in the|of|quoted|the|under|with)\b")


class Cells(NamedTuple):
    """A column of a readers' table, read once: its cells, their type, and whether they are numbers or flags."""

    cells: tuple[Any, ...]
    dtype: Any
    numeric: bool

    @staticmethod
    def of(values: Any) -> Cells:
        """Return the cells of a column or an array."""
        return Cells((*listed(values),), values.dtype, content_of(values.dtype) in (NUMBERS, TRUTHS))


@lru_cache(maxsize=64)
def content_of(dtype: Any) -> str:
    """Return what a column of a type holds, one of the four."""
    if types.is_numeric_dtype(dtype):
        return TRUTHS if types.is_bool_dtype(dtype) else NUMBERS
    return DAYS if types.is_datetime64_dtype(dtype) else TEXTS


def cells_of(table: pd.DataFrame) -> dict[str, Cells]:
    """Return the columns of a readers' table by name, in order."""
    return dict(zip(map(str, table.columns), map(Cells.of, arrays_of(table)), strict=True))


def in_words(table: pd.DataFrame | Mapping[str, Cells], words: Words) -> dict[str, Cells]:
    """Return a table's columns by name, the words of fixed vocabularies in the reader's language, as on the page.

    A text that is nobody's word, and an empty one that is no name, stay as they are; days stay days.
    """
    columns = cells_of(table) if isinstance(table, pd.DataFrame) else table
    return {name: _worded(name, column, words) if name != ID and content_of(column.dtype) == TEXTS else column
            for name, column in columns.items()}


def _worded(name: str, column: Cells, words: Words) -> Cells:
    if not column.cells:
        return Cells.of(np.zeros(0))  # on published sheets, a column without cells is as wide as one of numbers
    words_of = {v: cell_words(name, v, words) for v in {v for v in column.cells if isinstance(v, str)}
                if v or name in NAMES}
    cells = (*(words_of.get(v, v) if isinstance(v, str) else cell_words(name, v, words) if v else v
               for v in column.cells),)
    return column._replace(cells=cells) if isinstance(column.dtype, pd.StringDtype) else Cells.of(pd.Series(cells))


def cell_words(column: str, value: Any, words: Words) -> str:
    """Return the text of a cell in the reader's language; "" where it has no value."""
    raw = "" if value is None or value != value else str(value)
    if not raw:  # a number of rows or months has no unit
        return words("table.not_given") if column in NAMES else ""
    if column == "unit":
        return words.unit(raw)
    if column == "group" and _PURCHASE.match(raw):
        # Every group of this table is a purchase: its label need not say so.
        label = _ACHAT.sub("", known_phrase(raw, words.language)) or _PURCHASE.sub("", raw)
        return label[:1].lower() + label[1:]
    # A phrase of the package may hold the mark that parts a list of reasons.
    if column in PHRASED and (translated := known_phrase(raw, words.language)):
        return translated
    if column in PHRASED and column != "licence":
        raw = raw.replace(" CO2e", " CO₂e")
    if column == "figure" and raw in _CATEGORIES:
        return f"{raw} {words.term('category', _CATEGORIES[raw])}"
    vocabulary = VOCABULARY.get(column)
    if not vocabulary:
        return raw
    parts = ((column in PHRASED and known_phrase(part, words.language)) or words.term(vocabulary, part)
             for part in raw.split("; "))
    return words("text.list").join(parts)


def cell_language(column: str, value: Any, words: Words) -> str:
    """Return the language of a cell that is not in the page's: "en", or "" where it is in the page's, is a name or a
    company's own.
    """
    raw = "" if value is None or value != value else str(value)
    is_english = column in ENGLISH or (column in PUBLISHED and _ENGLISH_WORD.search(raw))
    return "en" if raw and words.language != "en" and is_english and not known_phrase(raw, words.language) else ""
