"""A factor beside a meter's quantity (the ratio of a transformer, a coefficient): applied already, or still to be
applied.
"""

from __future__ import annotations

import re
from itertools import permutations

import numpy as np
import numpy.typing as npt

from carbon.core.errors import FileRefused
from carbon.core.text import fold
from carbon.records.grids.grid import Grid
from carbon.records.rules.sheet import MOST_WORDS, Sheet
from carbon.records.rules.unread_columns import undeclared
from carbon.records.values.numbers import parse_numbers

Floats = npt.NDArray[np.float64]

_RATIO = re.compile(
    r"((ct|pt|vt|tc|tt|tp|ct pt|transformer) )?(ratio|multiplier|multiplicateur|multiplikator)"
    r"|(meter|metering|reading|ct|tc|register|compteur|index) (multiplier|factor|constant|constante)"
    r"|(rapport|ratio|coefficient|coef|facteur) (de |du |des )?(tc|tp|tt|transformation|transformateurs?|lecture"
    r"|multiplicateur|multiplication|compteur|comptage)|(wandler|zahler|ablese)(faktor|konstante|verhaltnis)"
    r"|(current )?transformer (ratio|factor)|multipl(ication|ying) factor|wandler|ubersetzung(sverhaltnis)?")
_ANY_FACTOR = re.compile(r"factor|facteur|faktor|coefficient|coeff?|constant|constante|konstante|k|mf")
"""May be a factor of emission, too: of these only whole numbers above one are a multiplier."""
_FRACTION = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*[A]?\s*[/:]\s*(\d+)\s*[A]?\s*")
_READ = re.compile(r".*\b(index|readings?|read|stand|zahlerstand|releve|ancien|nouve(l|au)|prev(ious)?|curr(ent)?"
                   r"|present|start|end|opening|closing|debut|fin|initial|final|difference|diff|delta|differenz|ecart|units"
                   r"|pulses|impulsions|old|new|alter|neuer)\b.*|.*stand")
_MOST_READ = 8
_LEAST = 10.0
"""Quantity above which equal to index times factor is no coincidence of rounding."""


def refuse_multipliers(sheet: Sheet) -> None:
    """Refuse a factor other than one beside a quantity, but where quantity = factor x (index - index before) in each
    row.

    Raises
    ------
    FileRefused
        `multiplier_unread`: a coefficient of the meter.
    """
    own, values = undeclared(sheet), sheet.table["quantity"].to_numpy()
    for position, heading, key in sheet.unread_columns if own is not None else ():
        if not (_RATIO.fullmatch(key) or _ANY_FACTOR.fullmatch(key)):
            continue
        factor = _factors(sheet.body, position)
        odd = ~np.isnan(factor) & (factor != 1) & ~np.isnan(values) & (values != 0)
        if not _RATIO.fullmatch(key):
            odd &= (factor > 1) & (factor == np.trunc(factor))
        if odd.any() and not _proved(values[odd], factor[odd], sheet, odd):
            at = int(np.argmax(odd))
            raise FileRefused(
                f"{sheet.name}: {heading!r} is {factor[at]:g} where {own!r} is {values[at]:,.10g}, which may be "
                f"{factor[at] * values[at]:,.10g} with it", code="multiplier_unread",
                what_to_do="apply the factor and take the column out of the file; or declare `columns: {quantity: ...}`"
                           " in the company's params where it is applied")


def _factors(body: Grid, position: int) -> Floats:
    """The numbers of a column, "200/5" as 40."""
    distinct = body.columns[position].distinct()
    numbers = parse_numbers(distinct).numbers.copy()
    texts = distinct.texts.to_pylist() if len(distinct.texts) <= MOST_WORDS else []
    for i, text in enumerate(texts):
        parts = _FRACTION.fullmatch(text)
        if parts and float(parts[2]):
            numbers[i] = float(parts[1].replace(",", ".")) / float(parts[2])
    return numbers[distinct.codes]


def _proved(values: Floats, factor: Floats, sheet: Sheet, odd: npt.NDArray[np.bool_]) -> bool:
    """Whether some column of differences, or one index less another, is the quantity once the factor is applied."""
    read = [_factors(sheet.body, i)[odd] for i, h, _ in sheet.unread_columns if _READ.fullmatch(fold(h))][:_MOST_READ]
    steps = [*read, *(b - a for a, b in permutations(read, 2))]
    return bool((np.abs(values) > _LEAST).any()) and any(
        np.isclose(factor * step, values, rtol=1e-3, atol=1.0).all() for step in steps)
