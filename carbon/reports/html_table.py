"""
A DataFrame as an accessible HTML table: caption, heading cells with scope, numbers in the reader's language.

Every text is escaped here, at the source. The exact value of a number stands in `data-value`, the figure's id in
`data-figure-id`, so that what is printed can be read back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from carbon.reports.cell_words import cell_language, cell_words
from carbon.reports.figure_ids import short
from carbon.reports.words import MISSING, Words

ID = "figure_id"
ROW_HEAD = "th"
WIDE = 9
"""Columns from which a table is set smaller on paper."""
_WHOLE = re.compile(r"(_kwh|_km|^km|^kwh|^nights|^lines|^rows|^factors|^files|^years|^read_rows)$")
_SHARE = re.compile(r"(^|_)share(_|$)")
_AMOUNT = {"amount", "quantity", "read", "inventoried", "set_aside", "excluded", "rejected", "size", "volume_kwh",
           "allocated_kwh", "unused_kwh"}
_YEARS = {"year", "since_year", "valid_from", "valid_to", "base_year", "category", "start"}
_TENTHS = {"mean_age_years", "hours"}
_TYPED = re.compile(r"`([^`]+)`")
_REMEDIES = ("reason", "what_to_do", "text")
_FINE = {"kg_per_unit", "kg_per_km", "kg_per_kwh"}


def html_table(table: pd.DataFrame, words: Words, *, caption: str, digits: int, figure: str = "") -> Markup:
    """
    The table as HTML.

    Parameters
    ----------
    caption
        Text of the caption, read out before the table.
    digits
        Decimals of tonnes.
    figure
        Id of the whole table for `carbon explain`, or "".
    """
    shown = [c for c in table.columns if c != ID]
    cents = _has_cents(table)
    formats = {c: _cells_of(str(c), table[c], words, digits, cents) for c in shown}
    # One list a column; the loop runs over the lines a reader sees, never over records.
    cells = {c: [formats[c](v, "td" if at else ROW_HEAD) for v in table[c].tolist()] for at, c in enumerate(shown)}
    cells |= _whole_rows(table, words)
    ids = table[ID].tolist() if ID in table.columns else [""] * len(table)
    lines = [_line([cells[c][i] for c in shown], ids[i], ID in table.columns) for i in range(len(table))]
    heads = [_head(str(c), table[c], words) for c in shown]
    if ID in table.columns:
        heads.append(Markup('<th scope="col" class="id">{}</th>').format(words("column.figure_id")))
    empty = Markup('<tr><td colspan="{}">{}</td></tr>').format(len(heads), words("table.empty"))
    wide = Markup(' class="wide"') if len(shown) > WIDE else Markup("")
    return Markup(
        '<div class="scroll" role="region" tabindex="0" aria-label="{label}"><table{marks}><caption>{label}</caption>'
        "<thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>"
    ).format(label=caption, marks=wide + _id_attribute(figure), heads=Markup("").join(heads),
             lines=Markup("").join(lines) if lines else empty)


def _cell(opening: str, content: Any, attributes: Markup) -> Markup:
    start, end = _TD if opening == "td" else _TH
    return _joined(start, attributes, _CLOSE, content, end)


_TD, _TH = (Markup("<td"), Markup("</td>")), (Markup('<th scope="row"'), Markup("</th>"))
_VALUE, _CLASS, _ID = Markup(' class="n" data-value="'), Markup(' class="n"'), Markup(' data-figure-id="')
_QUOTE, _CLOSE, _CODE, _CODE_END = Markup('"'), Markup(">"), Markup("<code>"), Markup("</code>")
_NOTHING = Markup("")


def _joined(*parts: Any) -> Markup:
    """
    Markup with each text in it escaped; thrice as fast as filling in a pattern, and a page has thousands of cells.
    """
    return _NOTHING.join(parts)


def _number_cell(value: float, text: str, opening: str, digits: int) -> Markup:
    """
    A cell with the printed number and, for machines, its value.
    """
    if value != value:  # NaN: there is no figure
        return _cell(opening, MISSING, _CLASS)
    return _cell(opening, text, _joined(_VALUE, format(value + 0.0, f".{digits}g"), _QUOTE))


def _head(column: str, values: pd.Series[Any], words: Words) -> Markup:
    numeric = pd.api.types.is_numeric_dtype(values)
    css = Markup(' class="n"') if numeric else Markup("")
    return Markup('<th scope="col"{}>{}</th>').format(css, words(f"column.{column}"))


def _line(cells: list[Markup], identifier: str, has_ids: bool) -> Markup:
    last = _joined(Markup('<td class="id">'), _code(identifier), _TD[1]) if has_ids else _NOTHING
    css = Markup(' class="total"') if short(identifier).startswith("total-") else _NOTHING
    return _joined(Markup("<tr"), css, _id_attribute(identifier), _CLOSE, *cells, last, Markup("</tr>"))


def _code(identifier: str) -> Markup:
    return _joined(_CODE, short(identifier), _CODE_END) if identifier else _NOTHING


def _id_attribute(identifier: str) -> Markup:
    return _joined(_ID, identifier, _QUOTE) if identifier else _NOTHING


def _has_cents(table: pd.DataFrame) -> bool:
    """
    Whether any amount of the table is not whole: then all of them are shown with two decimals.
    """
    amounts = table[[c for c in table.columns if c in _AMOUNT and pd.api.types.is_float_dtype(table[c])]]
    return bool((amounts.fillna(0.0) % 1 != 0).any(axis=None))


def _whole_rows(table: pd.DataFrame, words: Words) -> dict[str, list[Markup]]:
    """
    Cells of counts: in a table whose amounts have cents, a line that counts rows has none.
    """
    if "unit" not in table.columns or not (table["unit"] == "rows").any():
        return {}
    counted = (table["unit"] == "rows").tolist()
    formats = {c: _number_format(str(c), words, 0, True) for c in table.columns if c in _AMOUNT}
    return {str(c): [_number_cell(v, words.number(v) if rows else show(v), "td", 15)
                     for v, rows in zip(table[c].tolist(), counted, strict=True)] for c, show in formats.items()}


def _cells_of(
    column: str, values: pd.Series[Any], words: Words, digits: int, cents: bool
) -> Callable[[Any, str], Markup]:
    if not pd.api.types.is_numeric_dtype(values):
        return lambda value, opening: _cell(opening, _text(column, value, words), _language(column, value, words))
    show = _number_format(column, words, digits, cents)
    precision = 6 if column.startswith(("median_", "low_", "high_")) else 15  # fits differ in the last bits
    return lambda value, opening: _number_cell(value, show(value), opening, precision)


def _number_format(column: str, words: Words, digits: int, cents: bool) -> Callable[[Any], str]:
    if column in _YEARS:
        return lambda value: str(int(value)) if value == value else MISSING
    if _SHARE.search(column):
        return lambda value: words.percent(value, 1, sign=column.startswith("change"))
    if column.startswith(("change_", "gap_")):
        return lambda value: words.signed(value, digits)
    if column.endswith("_t"):
        return lambda value: words.number(value, digits)
    if column in _TENTHS:
        return lambda value: words.number(value, 1)
    if column in _FINE:
        return lambda value: words.number(value, 4)
    whole = _WHOLE.search(column) or column not in _AMOUNT or not cents
    return lambda value: words.number(value, 0 if whole else 2)


def _text(column: str, value: Any, words: Words) -> Markup:
    said = escape(cell_words(column, value, words) or MISSING)
    # A remedy names what to type between marks; the marks are for terminals.
    return Markup(_TYPED.sub(r"<code>\1</code>", str(said))) if column in _REMEDIES else said  # noqa: S704  (escaped above)


def _language(column: str, value: Any, words: Words) -> Markup:
    """
    A text in another language says so, that a screen reader pronounces it rightly.
    """
    language = cell_language(column, value, words)
    return Markup(' lang="{}"').format(language) if language else _NOTHING
