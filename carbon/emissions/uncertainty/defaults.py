"""
The doubts of emission rows: what publishers state, and declared defaults of ours where they state nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import packaged
from carbon.core.errors import MethodError
from carbon.core.words_coded import distinct_rows, first_places, spread
from carbon.emissions.market import INSTRUMENT
from carbon.emissions.uncertainty.distributions import LOGNORMAL, sigma_of_gsd2
from carbon.emissions.uncertainty.doubts import Doubts, make_doubts
from carbon.emissions.uncertainty.pedigree import PACKAGE

Words = npt.NDArray[np.object_]
FACTOR, QUANTITY = "factor", "quantity"
EXCHANGE, PRICES, MODEL = "exchange rate", "price index", "model choice"
BESIDE = (EXCHANGE, PRICES, MODEL)
"""Columns that emission rows may have: what else they rest on, in words that begin with the class; "" for nothing."""
METER = "meter"
OF_QUANTITIES = (METER, "supplier estimate", "survey scale-up", "activity data")
"""A quantity has one of these doubts, by the method tier of its activity."""
YEARLY = "@"
"""Between a source's id and its year, where its part that is independent each year stands apart."""


@dataclass(frozen=True)
class _Found:
    """
    Sources of one slot: the id of each row's source as codes ("" for none), and spread, stated, ask ... of each source.
    """

    slot: str
    ids: pd.Series
    table: pd.DataFrame


def defaults() -> pd.DataFrame:
    """
    The packaged table: of, tier, activity, part (prefixes; "" is any), gsd2, shared_by, shared_over_years, ask.

    Our own round numbers, from no publication: every result that uses them says so.
    """
    numbers = {"gsd2": "amount", "shared_over_years": "amount"}
    return packaged.read_csv(PACKAGE, "data/uncertainty_defaults.csv", numbers)


def doubts_of(
    emissions: pd.DataFrame, stated_pct: Mapping[str, float], *, split_years: bool, table: pd.DataFrame | None = None
) -> Doubts:
    """
    Doubts of emission rows: one of the factor, one of the quantity, and those of what else the row rests on.

    Parameters
    ----------
    emissions
        `schemas.EMISSIONS`; rows of one or several years. Further columns, where they are known: `meter` (whose
        readings share a doubt) and those of `BESIDE`, e.g. exchange rate "transaction_date USD>EUR", price index
        "not deflated 2024>2023", model choice "region fallback FR>GB": rows with the same words share their doubt.
    stated_pct
        factor_id -> +- % at 95 % as its publisher states it; factors without take the default of their class.
    split_years
        Set the part of each doubt that is independent each year apart from the part all years share: for changes.
    table
        Another table of defaults than the packaged one.

    Raises
    ------
    MethodError
        Rows that no default speaks of.
    """
    given = defaults() if table is None else table
    rows = emissions.reset_index(drop=True)
    of_row: dict[str, pd.Series] = {}
    sources = []
    for found in _slots(rows, stated_pct, given):
        of_row[found.slot] = found.ids
        if not split_years:
            sources.append(found.table.assign(slot=found.slot))
            continue
        code, pairs = distinct_rows(pd.DataFrame({"source_id": found.ids, "year": rows["year"]}))
        pairs["year"] = pairs["year"].astype("str")
        yearly = (pairs["source_id"] + YEARLY + pairs["year"]).where(pairs["source_id"] != "", "")
        of_row[f"{found.slot}, yearly"] = pd.Series(spread(yearly, code))
        sources += _split(found, pairs[pairs["source_id"] != ""])
    columns = ["source_id", "of", "slot", "spread", "stated", "ask"]
    return make_doubts(emissions["co2e_kg"].to_numpy(), of_row,
                       pd.concat(sources, ignore_index=True)[columns].assign(distribution=LOGNORMAL))


def _slots(rows: pd.DataFrame, stated_pct: Mapping[str, float], table: pd.DataFrame) -> Iterator[_Found]:
    yield _factors(rows, stated_pct, table)
    yield _quantities(rows, table)
    for slot in BESIDE:
        if slot in rows and (rows[slot] != "").any():
            yield _beside(slot, rows[slot], table)


def _split(found: _Found, pairs: pd.DataFrame) -> list[pd.DataFrame]:
    """
    sigma^2 = shared^2 + yearly^2: one source for all years, and one for each year; `pairs` of both that occur.
    """
    table = found.table
    shared = table.assign(slot=found.slot, spread=table["spread"] * np.sqrt(table["shared_over_years"]))
    yearly = pairs.merge(table, on="source_id", how="left", validate="many_to_one")
    yearly = yearly.assign(slot=f"{found.slot}, yearly", source_id=yearly["source_id"] + YEARLY + yearly["year"],
                           spread=yearly["spread"] * np.sqrt(1 - yearly["shared_over_years"]))
    return [shared, yearly]


def _factors(rows: pd.DataFrame, stated_pct: Mapping[str, float], table: pd.DataFrame) -> _Found:
    """
    One source a factor: rows on one factor share its doubt.
    """
    code, known = pd.factorize(rows["factor_id"])
    first = first_places(code, len(known))
    names, activity, part = (rows[c].take(first).astype("str").to_numpy(object)
                             for c in ("factor_id", "activity", "part"))
    own = np.array([name.startswith(INSTRUMENT) for name in names], dtype=bool)
    rule = _first_fit(table[table["of"] == FACTOR], activity=np.where(own, INSTRUMENT, activity), part=part)
    stated = np.array([stated_pct.get(name, np.nan) for name in names], dtype=np.float64)
    gsd2 = np.where(np.isnan(stated), rule["gsd2"], 1 + stated / 100)
    ids = f"{FACTOR}:" + names
    return _Found(FACTOR, pd.Series(spread(pd.Series(ids, dtype="str"), code)), pd.DataFrame({
        "source_id": ids, "of": FACTOR, "spread": sigma_of_gsd2(gsd2), "stated": ~np.isnan(stated) | own,
        "ask": rule["ask"] + " (" + activity + ")", "shared_over_years": rule["shared_over_years"]}))


def _quantities(rows: pd.DataFrame, table: pd.DataFrame) -> _Found:
    """
    One source for all rows that share what the default's `shared_by` names: a meter, a supplier, a way to estimate.
    """
    rules = table[table["of"].isin(OF_QUANTITIES)]
    named = [*{c: None for by in rules["shared_by"] for c in str(by).split("+")}, "tier", "activity"]
    row_code, distinct = distinct_rows(rows[[c for c in dict.fromkeys(named) if c in rows]])
    nothing = np.full(len(distinct), "", dtype=object)
    words = {c: distinct[c].astype("str").to_numpy(object) if c in distinct else nothing for c in named}
    fit = _first_fit(rules, tier=words["tier"], activity=words["activity"])
    shared = nothing + ""
    for by in dict.fromkeys(fit["shared_by"]):
        label = words["tier"]
        for column in str(by).split("+"):
            label = label + "/" + words[column]
        shared = np.where(fit["shared_by"] == by, label, shared)
    code, ids = pd.factorize(fit["of"] + ":" + shared)
    first = first_places(code, len(ids))
    found = pd.DataFrame({
        "source_id": ids, "of": fit["of"][first], "spread": sigma_of_gsd2(fit["gsd2"][first]), "stated": False,
        "ask": (fit["ask"] + " (" + shared + ")")[first], "shared_over_years": fit["shared_over_years"][first]})
    return _Found(QUANTITY, pd.Series(spread(pd.Series(ids, dtype="str"), code[row_code])), found)


def _beside(slot: str, words: pd.Series, table: pd.DataFrame) -> _Found:
    """
    One source for all rows with the same words.
    """
    code, known = pd.factorize(words)
    said = np.asarray(known, dtype=object)
    names = np.array(sorted(set(said) - {""}), dtype=object)
    rule = _first_fit(table[table["of"] == slot], activity=names)
    found = pd.DataFrame({
        "source_id": f"{slot}:" + names, "of": slot, "spread": sigma_of_gsd2(rule["gsd2"]), "stated": False,
        "ask": rule["ask"] + " (" + names + ")", "shared_over_years": rule["shared_over_years"]})
    ids = pd.Series(np.where(said != "", f"{slot}:" + said, ""), dtype="str")
    return _Found(slot, pd.Series(spread(ids, code)), found)


def _first_fit(rules: pd.DataFrame, **columns: Words) -> dict[str, npt.NDArray[Any]]:
    """
    For each row the first rule whose tier is equal and whose activity and part begin so, "" fitting all: its columns.
    """
    n = len(next(iter(columns.values())))
    found: npt.NDArray[np.int64] = np.full(n, -1)
    texts = {name: values.astype(str) for name, values in columns.items()}
    for i, rule in enumerate(rules.to_dict("records")):
        fits = found < 0
        for name, values in texts.items():
            if rule[name]:
                fits &= values == rule[name] if name == "tier" else np.strings.startswith(values, str(rule[name]))
        found[fits] = i
    if (found < 0).any():
        raise MethodError(f"{int((found < 0).sum()):,} rows that no default uncertainty speaks of",
                          rows=pd.DataFrame(columns)[found < 0])
    return {str(c): values.to_numpy()[found] for c, values in rules.items()}
