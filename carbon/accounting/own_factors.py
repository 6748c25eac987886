"""What the company gave and nothing used, own factors and uncertainties: in vain, it is a mistake or a leftover."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from carbon.core.columns import Rows
from carbon.core.text import code_key, spelled_like
from carbon.core.text_columns import among, by_word
from carbon.emissions.uncertainty.rules import defaults
from carbon.factors import candidates
from carbon.factors.matching import KEY, distinct_keys
from carbon.params.shapes.company import CompanyParams, FactorPolicy

if TYPE_CHECKING:
    from carbon.factors import Library

NO_ACTIVITY = "activity: no record has it"
OTHER_YEAR = "year: it is of another year, and this year has one of its own"
UNUSED = ("own_factor_unused", "uncertainty_unused")
"""Codes of the warnings; `carbon check` has them too."""
COLUMNS = {"factor_id": "str", "activity": "str", "region": "str", "unit": "str", "valid_from": "int64",
           "valid_to": "int64", "why": "str"}


def unused_factors(
    activities: pd.DataFrame, emissions: pd.DataFrame, library: Library | None, policy: FactorPolicy
) -> pd.DataFrame:
    """Return the company's own factors that no emission row used.

    factor_id, activity, region, unit, valid_from, valid_to, and why: the activity, region, unit, year or part that
    did not match, else the words that another one was chosen.

    activities, emissions: `schemas.ACTIVITIES` that were counted, and the rows calculated from them.
    """
    if library is None or not library.overrides:
        return pd.DataFrame({c: pd.Series(dtype=k) for c, k in COLUMNS.items()})
    of_company = Rows(library.table).take(np.flatnonzero(library.table["factor_id"].isin(library.overrides)))
    used_rows = of_company.where(among(of_company["factor_id"], emissions["factor_id"].unique()))
    # An element is used as soon as one of its parts is: contrails may be left out by choice.
    rows = of_company.where(~among(of_company["element_id"], used_rows["element_id"]))
    keys = Rows(distinct_keys(activities[KEY])[1])
    keys = keys.assign(unit=by_word(keys["unit"], candidates.canonical_unit))
    elements, in_series = candidates.elements(rows, library.overrides), {*used_rows["activity"].tolist()}
    lines = list(zip(rows["activity"].tolist(), rows["element_id"].tolist(), strict=True))
    whys = [_why(*line, keys, elements, policy) for line in lines]
    whys = [OTHER_YEAR if activity in in_series and why.startswith("year:") else why
            for why, (activity, _) in zip(whys, lines, strict=True)]
    order = np.argsort(rows["factor_id"])
    return rows.assign(why=np.array(whys, dtype=object)).take(order).frame(COLUMNS)


def _why(activity: str, element_id: str, keys: Rows, elements: Rows, policy: FactorPolicy) -> str:
    """Return the first filter that leaves no record for a factor."""
    of_activity = keys.where(np.asarray(keys["activity"] == activity, dtype=bool))
    if not len(of_activity):
        return NO_ACTIVITY
    element = elements.where(among(elements["element_id"], (element_id,)))
    pairs = candidates.pair(of_activity, element, policy)
    if not len(pairs):
        return f"region: the records are of {_words(of_activity['region'])}"
    for flag, what, column in (("ok_unit", "unit", "unit"), ("ok_year", "year", "year")):
        if not pairs[flag].any():
            return f"{what}: the records are {'of' if what == 'year' else 'in'} {_words(pairs[column])}"
        pairs = pairs.where(pairs[flag])
    if not (pairs["ok_part"] & pairs["ok_life"]).any():
        return "part: scopes 1 and 2 take direct emissions, life-cycle figures only by `life_cycle_grid`"
    if (pairs["vintage"] != candidates.WITHIN).all():
        return f"year: the records are of {_words(pairs['year'])}, and a factor of the year goes first"
    return "another factor was chosen: see its validity, parts and GWP set"


def _words(values: Any) -> str:
    return ", ".join(sorted({str(v) for v in values.tolist()}))


def unused_warning(unused: pd.DataFrame) -> list[tuple[str, str]]:
    """Return one warning for the own factors that nothing used, but those of a series of years; none without any."""
    unused = unused[unused["why"] != OTHER_YEAR]
    if unused.empty:
        return []
    lines = "; ".join(f"{name} ({why})" for name, why in zip(unused["factor_id"], unused["why"], strict=True))
    return [(UNUSED[0], f"{len(unused):,} of the company's own factors are used by nothing: {lines}")]


def _nearest(name: str, names: Collection[str]) -> str:
    nearest = spelled_like(name, names, n=1)
    return f" (nearest: {nearest[0]})" if nearest else ""


def unused_statements(
    params: CompanyParams, emissions: pd.DataFrame, records: Mapping[str, pd.DataFrame], elements: Collection[str]
) -> list[tuple[str, str]]:
    """Return warnings of lines of uncertainty.csv that are of nothing in the year, or not of another spelling.

    A misspelt supplier or meter would leave the default as it is, and nobody would see it.
    """
    if not params.uncertainty:
        return []
    meters = [table["meter"] for table in records.values() if "meter" in table]
    names = {
        "factor": {*emissions["factor_id"].unique(), *elements}, "supplier": set(emissions["supplier"].unique()),
        "meter": {name for column in meters for name in column.unique()}, "survey": set(emissions["group"].unique()),
        "activity": set(emissions["activity"].unique()), "class": set(defaults()["class"])}
    unused = [f"{line.of} {line.id}{_nearest(line.id, names[line.of])}" for line in params.uncertainty
              if line.id not in names[line.of]]
    warnings = [(UNUSED[1], f"{len(unused):,} statements of uncertainty are of nothing in this year: "
                 f"{'; '.join(unused)}")] if unused else []
    stated_names = {(line.of, line.id) for line in params.uncertainty}
    return warnings + [
        ("codes_differ_in_case", f"the uncertainty stated of {of} {name!r} is not that of {other!r}, which differs in "
         f"case or spaces alone; where they are one, declare `values: {{{of}: {{{other}: {name}}}}}` in params")
        for of, name in sorted(stated_names) if of in ("supplier", "meter") for other in sorted(names[of])
        if (of, other) not in stated_names and code_key(other) == code_key(name)]
