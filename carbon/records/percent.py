"""
Shares of equity that a file writes in percent: "60 %", or 60 below a heading that says so.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import numpy as np
import pyarrow as pa

from carbon.records.cells import Column
from carbon.records.contract import Contract
from carbon.records.faults import Faults, Problem
from carbon.records.further_kinds import ENTITIES
from carbon.records.layout import Layout

SHARE = "share"
_DOUBT = Problem("share_ambiguous", "the heading says percent, and no share of the column is above 1: 1 may be all of "
                 "it or a hundredth", "write 50 % as 0.5 below `share`, or 50 below `share (%)`")


def in_parts(columns: dict[str, Column], layout: Layout, contract: Contract, faults: Faults) -> dict[str, Column]:
    """
    The columns with shares in percent as parts of one, exactly; a heading in percent above parts of one is a fault.
    """
    if contract.kind != ENTITIES.kind or SHARE not in layout.columns or columns[SHARE].marks is not None:
        return columns
    distinct = columns[SHARE].distinct()
    texts = distinct.texts.to_pylist()
    percent = "%" in layout.headings[layout.columns[SHARE]]
    parts = [_part(text, percent=percent) for text in texts]
    found = [p for p in parts if p is not None]
    if percent and found and all(abs(p) * 100 <= 1 for p in found) and not any("%" in t for t in texts):
        faults.add_cells(distinct.codes, distinct.texts, SHARE,
                         {i: _DOUBT for i, p in enumerate(parts) if p is not None})
        return columns
    written = [text if part is None else f"{part:f}" for text, part in zip(texts, parts, strict=True)]
    return {**columns, SHARE: Column(pa.array(written, pa.string()).take(pa.array(np.asarray(distinct.codes))))}


def _part(text: str, *, percent: bool) -> Decimal | None:
    """
    A percentage as a part of one; None where the cell is none.
    """
    number = text.strip()
    if not (percent or number.endswith("%")):
        return None
    try:
        part = Decimal(number.removesuffix("%").strip().replace(",", "."))
    except InvalidOperation:
        return None
    return part / 100 if part.is_finite() else None
