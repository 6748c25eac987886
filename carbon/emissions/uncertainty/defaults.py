"""
The doubts of emission rows: what publishers state, and declared defaults of ours where they state nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import packaged
from carbon.core.errors import MethodError
from carbon.core.words_coded import distinct_rows, spread
from carbon.emissions.market import INSTRUMENT
from carbon.emissions.uncertainty.distributions import LOGNORMAL, sigma_of_gsd2
from carbon.emissions.uncertainty.doubts import Doubts, make_doubts
from carbon.emissions.uncertainty.pedigree import PACKAGE

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
    columns = ["factor_id", "activity", "part"]
    names = rows[columns].drop_duplicates("factor_id").astype("str").sort_values("factor_id", ignore_index=True)
    own = names["factor_id"].str.startswith(INSTRUMENT)
    activity = names["activity"].mask(own, INSTRUMENT)
    rule = _first_fit(table[table["of"] == FACTOR], activity=activity, part=names["part"])
    stated = names["factor_id"].map(stated_pct).astype("float64")
    gsd2 = (1 + stated / 100).where(stated.notna(), rule["gsd2"])
    code, known = pd.factorize(rows["factor_id"])
    ids = pd.Series(spread(f"{FACTOR}:" + pd.Series(known, dtype="str"), code))
    return _Found(FACTOR, ids, pd.DataFrame({
        "source_id": f"{FACTOR}:" + names["factor_id"].astype("str"), "of": FACTOR,
        "spread": sigma_of_gsd2(gsd2.to_numpy()), "stated": (stated.notna() | own).to_numpy(),
        "ask": rule["ask"] + " (" + names["activity"].astype("str") + ")",
        "shared_over_years": rule["shared_over_years"]}))


def _quantities(rows: pd.DataFrame, table: pd.DataFrame) -> _Found:
    """
    One source for all rows that share what the default's `shared_by` names: a meter, a supplier, a way to estimate.
    """
    rules = table[table["of"].isin(OF_QUANTITIES)].reset_index(drop=True)
    named = [*{c: None for by in rules["shared_by"] for c in str(by).split("+")}, "tier", "activity"]
    row_code, distinct = distinct_rows(rows[[c for c in dict.fromkeys(named) if c in rows]])
    distinct = distinct.assign(**{c: "" for c in named if c not in rows}).astype(dict.fromkeys(named, "str"))
    fit = _first_fit(rules, tier=distinct["tier"], activity=distinct["activity"])
    ids = pd.Series("", index=distinct.index, dtype="str")
    for of, shared_by in fit[["of", "shared_by"]].drop_duplicates().itertuples(index=False):
        label = f"{of}:" + distinct["tier"]
        for column in str(shared_by).split("+"):
            label = label + "/" + distinct[column]
        ids = ids.mask((fit["of"] == of) & (fit["shared_by"] == shared_by), label)
    found = pd.DataFrame({
        "source_id": ids, "of": fit["of"], "spread": sigma_of_gsd2(fit["gsd2"].to_numpy()), "stated": False,
        "ask": fit["ask"] + " (" + ids.str.split(":", n=1).str[1] + ")",
        "shared_over_years": fit["shared_over_years"]}).drop_duplicates("source_id")
    return _Found(QUANTITY, pd.Series(spread(ids, row_code)), found)


def _beside(slot: str, words: pd.Series, table: pd.DataFrame) -> _Found:
    """
    One source for all rows with the same words.
    """
    code, known = pd.factorize(words)
    said = pd.Series(known, dtype="str")
    names = pd.Series(sorted(set(said) - {""}), dtype="str")
    rule = _first_fit(table[table["of"] == slot], activity=names)
    found = pd.DataFrame({
        "source_id": f"{slot}:" + names, "of": slot, "spread": sigma_of_gsd2(rule["gsd2"].to_numpy()), "stated": False,
        "ask": rule["ask"] + " (" + names + ")", "shared_over_years": rule["shared_over_years"]})
    return _Found(slot, pd.Series(spread((f"{slot}:" + said).where(said != "", ""), code)), found)


def _first_fit(rules: pd.DataFrame, **columns: pd.Series) -> pd.DataFrame:
    """
    For each row the first rule whose tier is equal and whose activity and part begin so; "" fits all.
    """
    n = len(next(iter(columns.values())))
    rules = rules.reset_index(drop=True)
    found: npt.NDArray[np.int64] = np.full(n, -1)
    for i, rule in enumerate(rules.to_dict("records")):
        fits = found < 0
        for name, values in columns.items():
            if rule[name]:
                same = values == rule[name] if name == "tier" else values.str.startswith(str(rule[name]))
                fits &= same.to_numpy(bool)
        found[fits] = i
    if (found < 0).any():
        raise MethodError(f"{int((found < 0).sum()):,} rows that no default uncertainty speaks of",
                          rows=pd.DataFrame({k: v.to_numpy() for k, v in columns.items()})[found < 0])
    return rules.take(found).reset_index(drop=True)
