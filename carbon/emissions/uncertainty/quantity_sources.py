"""Sources of a quantity's error (meter, supplier, survey, estimate), and of rates, prices and choices of method."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.columns import Groups, Rows, first_places, group_codes
from carbon.emissions.uncertainty.distributions import LOGNORMAL, sigma_of_gsd2
from carbon.emissions.uncertainty.rules import SlotSources, first_fit, rules_of
from carbon.emissions.uncertainty.sources import Columns
from carbon.emissions.uncertainty.stated import Spread, Stated, columns_of

QUANTITY, METER, RECORD = "quantity", "meter", "stated_pct"
OF_QUANTITIES = (METER, "supplier estimate", "survey scale-up", "activity data")
"""A quantity has one of these kinds of uncertainty, by the method tier of its activity."""
_STATED_OF = {METER: METER, "survey": "group", "activity": "activity"}
"""What a company states the uncertainty of, and the column of the rows that names it; the first that fits holds."""
_SUPPLIER = "supplier"
_MEASURED = re.compile(r"models x(\d+\.\d+):")
"""Words of a choice between models begin with its measured spread (gsd2); it goes before the default."""
RECORD_EVIDENCE = "column uncertainty_pct of the record"


def deciding_columns(rules: Columns) -> list[str]:
    """Return the columns of emission rows that decide the sources of their quantities."""
    shared_by = rules_of(rules, *OF_QUANTITIES)["shared_by"]
    return [*dict.fromkeys([c for by in shared_by for c in str(by).split("+")] + ["tier", "activity", "supplier"])]


def quantity_sources(rows: Rows, rules: Columns, statements: Stated) -> SlotSources:
    """Return one source for rows that share the default's `shared_by`: a meter, a supplier, a way to estimate.

    What the company states replaces the default: of a supplier (whose statement is of its whole figure), else of a
    record (its column uncertainty_pct), of its meter, survey or activity. Rows with one statement share its draw.
    """
    rules = rules_of(rules, *OF_QUANTITIES)
    columns = deciding_columns(rules)
    row_code = group_codes([rows.column(c) for c in (*columns, RECORD) if c in rows])
    distinct = rows.take(first_places(row_code, int(row_code.max(initial=-1)) + 1))
    nothing = np.full(len(distinct), "", dtype=object)
    words = {c: distinct.get(c, nothing) for c in columns}
    fit = first_fit(rules, tier=words["tier"], activity=words["activity"])
    shared = nothing + ""
    for by in dict.fromkeys(fit["shared_by"]):
        label = words["tier"]
        for column in str(by).split("+"):
            label = label + "/" + words[column]
        shared = np.where(fit["shared_by"] == by, label, shared)
    percent = distinct[RECORD] if RECORD in distinct else np.full(len(distinct), np.nan)
    company_spreads, labels = _own(words, np.asarray(shared, dtype=object), percent, statements)
    code, ids = pd.factorize(fit["of"] + ":" + labels)
    first = first_places(code, len(ids))
    spreads = [company_spreads[i] for i in first]
    return SlotSources(QUANTITY, code[row_code], {
        "source_id": ids, "ask": (fit["ask"] + " (" + labels + ")")[first],
        **columns_of({c: v[first] for c, v in fit.items()}, sigma_of_gsd2(fit["gsd2"][first]), spreads, False)})


def further_sources(slot: str, groups: Groups, rules: Columns) -> SlotSources:
    """Return one source for all rows with the same words: a rate, a price index, a choice of method or of model."""
    words = groups.lines()
    names = np.array([word for word in words if word], dtype=object)
    rule = first_fit(rules_of(rules, slot), activity=names)
    measured = [_MEASURED.match(name) for name in names]
    gsd2 = np.array([float(m[1]) if m else x for m, x in zip(measured, rule["gsd2"], strict=True)])
    place = np.arange(len(words)) - ("" in words)  # "" is the first: of no source
    return SlotSources(slot, place[groups.number], {
        "source_id": f"{slot}:" + names, "ask": rule["ask"] + " (" + names + ")",
        **columns_of(rule, sigma_of_gsd2(gsd2), [None] * len(names), False)})


def _own(words: dict[str, npt.NDArray[np.object_]], shared: npt.NDArray[np.object_], percent: npt.NDArray[np.float64],
         statements: Stated) -> tuple[list[Spread | None], npt.NDArray[np.object_]]:
    """Return what is stated of each line, and its shared words: those of the statement where there is one."""
    spreads: list[Spread | None] = [None] * len(shared)
    out = shared.copy()
    has_percent = ~np.isnan(percent)
    if not (statements.spreads or has_percent.any()):
        return spreads, out
    for i in range(len(shared)):
        columns = {_SUPPLIER: _SUPPLIER} if has_percent[i] else {_SUPPLIER: _SUPPLIER, **_STATED_OF}
        keys = [(of, str(words[column][i])) for of, column in columns.items() if column in words]
        key = next((key for key in keys if key in statements.spreads), None)
        if key is not None:
            spreads[i], out[i] = statements.spreads[key], "/".join(key)
        elif has_percent[i]:
            spreads[i] = Spread(LOGNORMAL, float(sigma_of_gsd2(1 + percent[i] / 100)), 1.0, RECORD_EVIDENCE)
            out[i] = f"{shared[i]} ({percent[i]:g} % stated on the record)"
    return spreads, out
