"""A table as an accessible HTML table: caption, heading cells with scope, numbers in the reader's language.

Every text is escaped here, at the source. The exact value of a number is in `data-value`, the figure's id in
`data-figure-id`, so that what is printed can be read back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup, escape

from carbon.emissions.uncertainty.shown import decimals_of
from carbon.reports.words.cells import Cells, cell_language, cell_words
from carbon.reports.words.figure_ids import ID, short
from carbon.reports.words.language import MISSING, Words

WIDE = 9
"""Columns from which a table is set smaller on paper, and has its ids below the names instead of in a column."""
_WHOLE = re.compile(r"(_kwh|_km|^km|^kwh|^nights|^lines|^rows|^factors|^files|^years|^read_rows)$")
_SHARE = re.compile(r"(^|_)share(_|$)")
_AMOUNT = {"amount", "quantity", "read", "inventoried", "set_aside", "excluded", "rejected", "size", "volume_kwh",
           "allocated_kwh", "unused_kwh"}
_YEARS = {"year", "since_year", "valid_from", "valid_to", "base_year", "category", "start"}
_MEASURED = {"measured", "expected", "low", "high"}
_TENTHS = {"mean_age_years", "age_at_exit_years", "hours"}
_BREAK = re.compile(r"[/_]")
"""Where a path or an id breaks as a reader expects it."""
_TYPED = re.compile(r"`([^`]+)`")
_REMEDIES = ("reason", "what_to_do", "text")
_FINE = {"kg_per_unit", "kg_per_km", "kg_per_kwh"}


def html_table(table: Mapping[str, Cells], words: Words, *, caption: str, digits: int, figure: str = "") -> Markup:
    """Return the columns of a table as HTML. digits: decimals of tonnes; figure: what `carbon explain` takes, or ""."""
    columns = {c: column for c, column in table.items() if c != ID}
    ids = table[ID].cells if ID in table else None
    cents = _has_cents(columns)
    # One list a column; the loop runs over the lines a reader sees, never over records.
    cells = {c: _cells(c, column, words, (digits, cents), _TD if at else _TH)
             for at, (c, column) in enumerate(columns.items())}
    cells |= _whole_rows(columns, words)
    lines = ["".join(line) for line in zip(*(cells[c] for c in columns), strict=True)]
    is_wide = len(columns) > WIDE
    lines = [f"<tr>{line}</tr>" for line in lines] if ids is None else [
        _line(line, name, is_wide) for line, name in zip(lines, ids, strict=True)]
    heads = [_head(c, column.numeric, words) for c, column in columns.items()]
    if ids is not None and not is_wide:
        heads.append(f'<th scope="col" class="id">{escape(words("column.figure_id"))}</th>')
    empty = f'<tr><td colspan="{len(heads)}">{escape(words("table.empty"))}</td></tr>'
    label, marks = escape(caption), ' class="wide"' * is_wide + _id_attribute(figure)
    # Whatever is put in below is escaped where it was made.
    return Markup(  # noqa: S704
        f'<div class="scroll" role="region" tabindex="0" aria-label="{label}"><table{marks}><caption>{label}</caption>'
        f"<thead><tr>{''.join(heads)}</tr></thead><tbody>{''.join(lines) or empty}</tbody></table></div>")


def _head(column: str, numeric: bool, words: Words) -> str:
    css = ' class="n"' if numeric else ""
    return f'<th scope="col"{css}>{escape(words(f"column.{column}"))}</th>'


def _line(cells: str, identifier: str, is_wide: bool) -> str:
    """Return a row with its id: below its name in a wide table, else in a last cell."""
    name = str(escape(short(identifier))) if identifier else ""
    css = ' class="total"' if name.startswith("total-") else ""
    if is_wide and name:
        note = _BREAK.sub(r"\g<0><wbr>", name)
        cells = cells.replace("</th>", f'<span class="trace"><code>{note}</code></span></th>', 1)
    elif not is_wide:
        cells += f'<td class="id">{f"<code>{name}</code>" if name else ""}</td>'
    return f"<tr{css}{_id_attribute(identifier)}>{cells}</tr>"


def _id_attribute(identifier: str) -> str:
    return f' data-figure-id="{escape(identifier)}"' if identifier else ""


def _has_cents(columns: Mapping[str, Cells]) -> bool:
    """Return whether any amount of the table is not whole: then all of them are shown with two decimals."""
    amounts = [column.cells for c, column in columns.items() if c in _AMOUNT and column.numeric]
    return any(value % 1 != 0 for cells in amounts for value in cells if value == value)


def _whole_rows(columns: Mapping[str, Cells], words: Words) -> dict[str, list[str]]:
    is_count = [unit == "rows" for unit in columns["unit"].cells] if "unit" in columns else []
    if not any(is_count):
        return {}
    formats = {c: _number_format(c, words, 0, True) for c in columns if c in _AMOUNT}
    return {c: [_number_cell(v, words.number if rows else show, _TD, 15)
                for v, rows in zip(columns[c].cells, is_count, strict=True)] for c, show in formats.items()}


_TD, _TH = ("<td", "</td>"), ('<th scope="row"', "</th>")
_Marks = tuple[str, str]


def _cells(name: str, column: Cells, words: Words, amounts: tuple[int, bool], marks: _Marks) -> list[str]:
    """Return the cells of a column. `amounts`: decimals of tonnes, and whether amounts of money have cents."""
    if not column.numeric:
        texts = ["" if value is None or value != value else str(value) for value in column.cells]
        cell_of = {text: _text_cell(name, text, words, marks) for text in set(texts)}
        return [cell_of[text] for text in texts]
    show = _number_format(name, words, *amounts)
    precision = 6 if name.startswith(("median_", "low_", "high_")) else 15  # fits differ in the last bits
    return [_number_cell(value, show, marks, precision) for value in column.cells]


def _number_cell(value: float, show: Callable[[Any], str], marks: _Marks, digits: int) -> str:
    """Return a cell with the printed number and, for machines, its value."""
    start, end = marks
    if value != value:  # NaN: there is no figure
        return f'{start} class="n">{MISSING}{end}'
    return f'{start} class="n" data-value="{value + 0.0:.{digits}g}">{escape(show(value))}{end}'


def _text_cell(column: str, text: str, words: Words, marks: _Marks) -> str:
    """Return a cell of text, marked with its language where that is not the page's, for screen readers."""
    language = cell_language(column, text, words)
    # Behind other names, no supplier is all of them.
    is_all = column == "supplier" and not text and marks is _TD
    shown_text = str(escape("" if is_all else cell_words(column, text, words))) or MISSING
    # A remedy names what to type between marks; the marks are for terminals.
    shown_text = _TYPED.sub(r"<code>\1</code>", shown_text) if column in _REMEDIES else shown_text
    if column == "evidence_file":
        shown_text = _BREAK.sub(r"\g<0><wbr>", shown_text)
    start, end = marks
    return f'{start} lang="{language}">{shown_text}{end}' if language else f"{start}>{shown_text}{end}"


def _number_format(column: str, words: Words, digits: int, cents: bool) -> Callable[[Any], str]:
    if column in _YEARS:
        return lambda value: str(int(value)) if value == value else MISSING
    if _SHARE.search(column):
        return lambda value: words.percent(value, 1, sign=column.startswith(("change", "constant", "start_share")))
    if column.startswith(("change_", "gap_")):
        return lambda value: words.signed(value, digits)
    if column in _MEASURED:
        return words.significant
    if column in ("low_t", "high_t"):  # ends of intervals are rounded already: no digits that they do not carry
        return lambda value: words.number(value, min(decimals_of(value), digits))
    if column.endswith("_t"):
        return lambda value: words.number(value, digits)
    if column in _TENTHS:
        return lambda value: words.number(value, 1)
    if column in _FINE:
        return lambda value: words.number(value, 4)
    is_integer = _WHOLE.search(column) or column not in _AMOUNT or not cents
    return lambda value: words.number(value, 0 if is_integer else 2)
