"""The cells of each column of a kind: as in the file, joined of several columns, or shares in percent as parts."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from carbon.core.params.company import FilePattern
from carbon.records.grids.cells import Column, constant
from carbon.records.grids.grid import Grid
from carbon.records.headings.layout import Layout
from carbon.records.kinds.contract import NUMBER, PERSON, TEXT, WORD, Contract
from carbon.records.kinds.faults import Faults, Problem

_UNCLEAR = Problem("share_ambiguous", "the heading is in percent, and no share of the column is above 1: 1 may be all "
                   "of it or a hundredth", "write 50 % as 0.5 below `share`, or 50 below `share (%)`")
_NOTHING = r"^[-+]?0*(?:[.,]0*)?$"
_SIGNED = "^(?:[-\u2212].*|\\(.*\\)|.*[-\u2212])$"
_SIGN = "^[-\u2212]\\s*|\\s*[-\u2212]$|^\\(|\\)$"


def columns_of(body: Grid, layout: Layout, contract: Contract, options: FilePattern) -> dict[str, Column]:
    """Return the cells of each column of the contract: of the file, of a heading's unit, or declared for every row."""
    rows = len(body)
    columns = {c: body.columns[i] for c, i in layout.columns.items()}
    # Strings of our own export have the mark that kept them from being formulas; in every form of file alike.
    columns = {c: cells.as_written() if contract.name_of[c].reads in (TEXT, WORD, PERSON) else cells
               for c, cells in columns.items()}
    columns |= {c: constant(unit, rows) for c, unit in layout.units.items()}
    columns |= {c: _difference(body, pieces) if contract.name_of[c].reads == NUMBER and _is_difference(pieces)
                else joined_cells(body, pieces) for c, pieces in layout.joined.items()}
    columns |= {c: constant(text, rows) for c, text in options.constants.items() if c in contract.name_of}
    person = [f.name for f in contract.fields if f.reads == PERSON and f.name not in options.columns]
    return {c: column for c, column in columns.items() if c not in person}


def joined_cells(body: Grid, pieces: list[str | int]) -> Column:
    """Join the cells of several columns."""
    parts = [body.columns[p].text.cast(pa.string()) if isinstance(p, int) else p for p in pieces if p != ""]
    return Column(pc.binary_join_element_wise(*parts, ""))


def _is_difference(pieces: list[str | int]) -> bool:
    """Return whether a declared column is one less another, "{Debit} - {Credit}", or has its sign turned, "-{Net}"."""
    words = [p for p in pieces if p != ""]
    signs = [p for p in words if not isinstance(p, int)]
    return [isinstance(p, int) for p in words] in ([True, False, True], [False, True]) and \
        all(re.fullmatch(r"\s*[-\u2212]\s*", str(p)) for p in signs)


def _difference(body: Grid, pieces: list[str | int]) -> Column:
    """Return debit less credit as strings that are still to be read as numbers, by the conventions of their column.

    A line has one of the two. Where both hold something the string is no number ("5 - 3"), and the row a reject; where
    neither does it is blank, or 0 where one of them is 0.
    """
    texts = [pc.utf8_trim_whitespace(body.columns[p].text.cast(pa.string())) for p in pieces if isinstance(p, int)]
    debit, credit = texts if len(texts) == 2 else (pa.array([""] * len(body), pa.string()), texts[0])
    no_debit, no_credit = (pc.match_substring_regex(t, _NOTHING) for t in (debit, credit))
    signed = pc.match_substring_regex(credit, _SIGNED)
    turned = pc.if_else(signed, pc.replace_substring_regex(credit, _SIGN, ""),
                        pc.binary_join_element_wise("-", credit, ""))
    either = pc.if_else(pc.equal(debit, ""), credit, debit)
    written_pair = pc.binary_join_element_wise(debit, credit, " - ")
    text = pc.if_else(no_credit, pc.if_else(no_debit, either, debit), pc.if_else(no_debit, turned, written_pair))
    return Column(text)


def in_parts(columns: dict[str, Column], layout: Layout, contract: Contract, faults: Faults) -> dict[str, Column]:
    """Return the columns with shares in percent as exact parts of one; a heading in percent above parts is a fault."""
    for name in [f.name for f in contract.fields if f.share and f.name in columns]:
        heading = layout.headings[layout.columns[name]] if name in layout.columns else ""
        columns = {**columns, name: _in_part(columns[name], name, faults, percent="%" in heading)}
    return columns


def _in_part(column: Column, name: str, faults: Faults, *, percent: bool) -> Column:
    distinct = column.distinct()
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
