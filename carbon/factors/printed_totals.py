"""Factors whose parts do not sum to the total that their source prints: the difference, in words."""

from __future__ import annotations

import re
from functools import cache

import numpy as np

from carbon.core import packaged
from carbon.core.columns import Rows

_NOTE = re.compile(r"the source prints (\S+) as their total")
_EXACT = 1e-9
"""Relative difference that is arithmetic, not a published one."""


def note(parts_kg: float, printed_kg: float) -> str:
    """Return the note of an element whose stages sum to another figure than it prints; "" where they agree."""
    if not _differs(parts_kg, printed_kg):
        return ""
    return (f"its stages sum to {parts_kg:.6g}, the source prints {printed_kg:.6g} as their total "
            f"({parts_kg - printed_kg:+.3g})")


def gaps(parts: Rows) -> dict[str, str]:
    """Return element_id -> remark, of the elements whose parts miss the printed total.

    difference = sum of parts / printed total - 1 [%]

    The printed total is in the note of the parts, or in data/printed_totals.csv for releases cut before notes had it.
    """
    sums: dict[str, float] = {}
    printed: dict[str, float] = {}
    for element, notes, kg, part in zip(*(parts[c].tolist() for c in ("element_id", "notes", "co2e_kg", "part")),
                                        strict=True):
        printed_note = _NOTE.search(notes)
        total = float(printed_note[1]) if printed_note else _packaged_totals().get(element)
        if total is not None and part != "total":
            printed[element] = total
            sums[element] = sums.get(element, 0.0) + kg
    return {element: f"parts miss the printed total by {100 * (sums[element] / total - 1):+.2g} %"
            for element, total in printed.items() if _differs(sums[element], total)}


def _differs(parts_kg: float, printed_kg: float) -> bool:
    return bool(printed_kg) and not np.isclose(parts_kg, printed_kg, rtol=_EXACT, atol=0.0)


@cache
def _packaged_totals() -> dict[str, float]:
    lines = packaged.read_rows("carbon.factors", "data/printed_totals.csv")
    return {line["element_id"]: float(line["printed_kg"]) for line in lines}
