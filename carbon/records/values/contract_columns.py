"""The cells of each column of a kind: as in the file, joined, shares in percent as parts, codes as declared."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal, InvalidOperation

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from carbon.core.text import code_key
from carbon.params.shapes.company import FilePattern
from carbon.records.grids.cells import NUMBER as COUNTED
from carbon.records.grids.cells import TEXT as WRITTEN
from carbon.records.grids.cells import Column, Grid, constant
from carbon.records.headings.layout import Layout
from carbon.records.headings.matching import signs_of
from carbon.records.kinds.contract import NUMBER, PERSON, TEXT, WORD, Contract
from carbon.records.kinds.faults import Faults
from carbon.records.kinds.messages import problem
from carbon.records.values.dates import parse_days
from carbon.records.values.fields import Context
from carbon.records.values.numbers import decimal_sums, parse_together

NIGHTS = "nights"
LONGEST_STAY = np.timedelta64(180, "D")
"""Between two days of a stay [design]: a longer one is a lease, or a year that is wrong in one of them."""
_UNCLEAR = problem("share_ambiguous")


def columns_of(body: Grid, layout: Layout, contract: Contract, options: FilePattern,
               faults: Faults) -> dict[str, Column]:
    """Return the cells of each column of the contract: of the file, of a heading's unit, or declared for every row."""
    rows = len(body)
    columns = {c: body.columns[i] for c, i in layout.columns.items()}
    # Strings of our own export have the mark that kept them from being formulas; in every form of file alike.
    columns = {c: cells.as_written() if contract.name_of[c].reads in (TEXT, WORD, PERSON) else cells
               for c, cells in columns.items()}
    columns |= {c: constant(unit, rows) for c, unit in layout.units.items()}
    columns |= {c: joined_cells(body, pieces) if contract.name_of[c].reads != NUMBER or not signs_of(pieces) else
                _nights(body, pieces, options) if c == NIGHTS else _summed(body, pieces, c, options, faults)
                for c, pieces in layout.joined.items()}
    columns |= {c: constant(text, rows) for c, text in options.constants.items() if c in contract.name_of}
    persons = contract.unread_persons(options.columns)
    return {c: column for c, column in columns.items() if c not in persons}


def joined_cells(body: Grid, pieces: list[str | int]) -> Column:
    """Join the cells of several columns."""
    parts = [body.columns[p].strings if isinstance(p, int) else p for p in pieces if p != ""]
    return Column(pc.binary_join_element_wise(*parts, ""))


def _nights(body: Grid, pieces: list[str | int], options: FilePattern) -> Column:
    """Return the nights between two days, "{Check-out} - {Check-in}". Cells that are no two days, or so far apart that
    one may have a wrong year, stay as they are: no number.
    """
    columns = [body.columns[p] for p in pieces if isinstance(p, int)]
    if signs_of(pieces) != ["+", "-"]:
        return joined_cells(body, pieces)
    distinct = Column.stacked(columns).distinct
    days = parse_days(distinct, date_format=options.date_format, periods=False).first[distinct.codes].reshape(2, -1)
    nights = (days[0] - days[1]).astype("timedelta64[D]")
    is_known = ~np.isnat(nights) & (np.abs(nights) <= LONGEST_STAY)
    cells = np.asarray(joined_cells(body, pieces).text, dtype=object)
    text = np.where(is_known, nights.astype(np.int64).astype(str).astype(object), cells)
    return Column(pa.array(text, pa.string()), np.where(is_known, COUNTED, WRITTEN).astype(np.uint8))


def _summed(body: Grid, pieces: list[str | int], name: str, options: FilePattern, faults: Faults) -> Column:
    """Return the sum of several columns row by row, exact in decimals: a blank cell adds nothing, all blank is blank.
    The columns are of one file, so that one may prove the decimal mark of another. A row with a cell that is no certain
    number, or with two units, is its cells with their signs, which is no number: a reject.
    """
    places = [p for p in pieces if isinstance(p, int)]
    signs = signs_of(pieces)
    texts = [body.columns[p].strings for p in places]
    codes, distinct, parsed = parse_together([body.columns[p] for p in places], options)
    for of_column in codes:
        faults.add_cells(of_column, distinct.texts, name, parsed.problems)
    flawed = np.zeros(len(distinct.texts), dtype=bool)
    flawed[[*parsed.problems]] = True
    blank, unclear = parsed.blank[codes].all(axis=0), flawed[codes].any(axis=0)
    sums, at = decimal_sums(np.nan_to_num(parsed.numbers)[codes] * [[float(f"{sign}1")] for sign in signs])
    digits = np.array([f"{one:f}" for one in sums], dtype=object)[at]
    if parsed.currencies:
        words = np.full(len(distinct.texts), "", dtype=object)
        words[[*parsed.currencies]] = [*parsed.currencies.values()]
        unit = words[codes].max(axis=0)
        unclear |= ((words[codes] != unit) & ~parsed.blank[codes]).any(axis=0)
        digits = np.where(unit == "", digits, digits + " " + unit)
    cells = np.asarray(pc.binary_join_element_wise(*(x for one in zip(signs, texts, strict=True) for x in one), " "),
                       dtype=object) if unclear.any() else digits
    text = np.where(unclear, cells, np.where(blank, "", digits))
    return Column(pa.array(text, pa.string()), np.where(unclear | blank, WRITTEN, COUNTED).astype(np.uint8))


def in_parts(columns: dict[str, Column], layout: Layout, contract: Contract, faults: Faults) -> dict[str, Column]:
    """Return the columns with shares in percent as exact parts of one; a heading in percent above parts is a fault."""
    for name in [f.name for f in contract.fields if f.share and f.name in columns]:
        heading = layout.headings[layout.columns[name]] if name in layout.columns else ""
        columns = {**columns, name: _in_part(columns[name], name, faults, percent="%" in heading)}
    return columns


def _in_part(column: Column, name: str, faults: Faults, *, percent: bool) -> Column:
    distinct = column.distinct
    texts = distinct.texts.to_pylist()
    parts = [_part(text, percent=percent) for text in texts]
    part_values = [p for p in parts if p is not None]
    if percent and part_values and all(abs(p) * 100 <= 1 for p in part_values) and not any("%" in t for t in texts):
        faults.add_cells(distinct.codes, distinct.texts, name, {i: _UNCLEAR for i, p in enumerate(parts)
                                                               if p is not None})
        return column
    part_texts = [text if part is None else f"{part:f}" for text, part in zip(texts, parts, strict=True)]
    return Column(pa.array(part_texts, pa.string()).take(pa.array(np.asarray(distinct.codes))), column.marks)


def _part(text: str, *, percent: bool) -> Decimal | None:
    """Return a percentage as a part of one; None where the cell is not a percentage."""
    number = text.strip()
    if not (percent or number.endswith("%")):
        return None
    try:
        part = Decimal(number.removesuffix("%").strip().replace(",", "."))
    except InvalidOperation:
        return None
    return part / 100 if part.is_finite() else None


CODES = ("site", "meter", "account")


def as_declared(name: str, column: Column, declared: Collection[str], context: Context) -> Column:
    """Return the codes of a column, those of params as params write them; warn of others that differ in case alone."""
    spellings: dict[str, set[str]] = {}
    for text in (column.words if column.coded else pc.unique(column.text)).to_pylist():
        spellings.setdefault(code_key(text), set()).add(text.strip())
    declared_of = {code_key(code): code for code in declared}
    settled = {*declared_of, *map(code_key, vars(context.options)["values"].get(name, ()))}
    if several := [sorted(words) for key, words in spellings.items() if len(words) > 1 and key not in settled]:
        one, other = several[0][:2]
        context.warn_of("codes_differ_in_case", column=name, one=one, other=other)
    if all(words == {declared_of[key]} for key, words in spellings.items() if key in declared_of):
        return column
    distinct = column.distinct
    texts = pa.array([declared_of.get(code_key(text), text) for text in distinct.texts.to_pylist()], pa.string())
    return Column(pa.DictionaryArray.from_arrays(pa.array(distinct.codes), texts), column.marks)
