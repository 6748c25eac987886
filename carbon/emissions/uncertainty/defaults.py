"""The doubts of emission rows: what publishers state, and declared defaults of ours where they state nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import packaged
from carbon.core.columns import distinct_rows, first_places
from carbon.core.errors import MethodError
from carbon.core.text_columns import text_array
from carbon.emissions.market import INSTRUMENT
from carbon.emissions.uncertainty.distributions import LOGNORMAL, sigma_of_gsd2
from carbon.emissions.uncertainty.doubts import COLUMNS, NO_DOUBT, Codes, Doubts, placed_doubts
from carbon.emissions.uncertainty.pedigree import PACKAGE

Words = npt.NDArray[np.object_]
Columns = Mapping[str, npt.NDArray[Any]]
"""A small table as plain columns."""
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
    """Sources of one slot: the place of each row's source among them (-1 for none), and source_id, of, spread, stated,
    ask and shared_over_years of each.
    """

    slot: str
    at: Codes
    sources: Columns


def defaults() -> pd.DataFrame:
    """The packaged table: of, tier, activity, part (prefixes; "" is any), gsd2, shared_by, shared_over_years, ask.

    Our own round numbers, from no publication: every result that uses them says so.
    """
    numbers = {"gsd2": "amount", "shared_over_years": "amount"}
    return packaged.read_csv(PACKAGE, "data/uncertainty_defaults.csv", numbers)


@cache
def _packaged() -> Columns:
    return _columns(defaults())


def _columns(table: pd.DataFrame) -> Columns:
    return {str(name): values.to_numpy() for name, values in table.items()}


def doubts_of(
    emissions: pd.DataFrame, stated_pct: Mapping[str, float], *, split_years: bool, table: pd.DataFrame | None = None
) -> Doubts:
    """Doubts of emission rows: one of the factor, one of the quantity, and those of what else the row rests on.

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
    rules = _packaged() if table is None else _columns(table)
    of_row: dict[str, Codes] = {}
    sources: list[Columns] = []
    size = 0
    for found in _slots(emissions, stated_pct, rules):
        for part in _split(found, emissions["year"]) if split_years else [found]:
            of_row[part.slot] = np.where(part.at < 0, NO_DOUBT, part.at + size)
            slot = np.full(len(part.sources["source_id"]), part.slot, dtype=object)
            sources.append({**part.sources, "slot": slot})
            size += len(slot)
    together = {c: np.concatenate([part[c] for part in sources]) for c in COLUMNS if c != "distribution"}
    texts = {c: text_array(values) for c, values in together.items() if values.dtype == object}
    return placed_doubts(emissions["co2e_kg"].to_numpy(), of_row,
                         pd.DataFrame({**together, **texts}).assign(distribution=LOGNORMAL))


def _slots(rows: pd.DataFrame, stated_pct: Mapping[str, float], rules: Columns) -> Iterator[_Found]:
    yield _factors(rows, stated_pct, rules)
    yield _quantities(rows, rules)
    for slot in BESIDE:
        if slot in rows and (rows[slot] != "").any():
            yield _beside(slot, rows[slot], rules)


def _split(found: _Found, years: pd.Series) -> list[_Found]:
    """sigma^2 = shared^2 + yearly^2: one source for all years, and one for each year in which it occurs."""
    share, spread = found.sources["shared_over_years"], found.sources["spread"]
    shared = replace(found, sources={**found.sources, "spread": spread * np.sqrt(share)})
    number, pairs = distinct_rows(pd.DataFrame({"at": found.at, "year": years.array}))
    own = pairs["at"].to_numpy() >= 0
    at, year = (pairs.loc[own, c].to_numpy() for c in ("at", "year"))
    yearly = {name: values[at] for name, values in found.sources.items()}
    yearly["source_id"] = yearly["source_id"] + YEARLY + year.astype(str).astype(object)
    yearly["spread"] = yearly["spread"] * np.sqrt(1 - yearly["shared_over_years"])
    place = np.where(own, np.cumsum(own) - 1, NO_DOUBT)
    return [shared, _Found(f"{found.slot}, yearly", place[number], yearly)]


def _factors(rows: pd.DataFrame, stated_pct: Mapping[str, float], rules: Columns) -> _Found:
    """One source a factor: rows on one factor share its doubt."""
    code, known = pd.factorize(rows["factor_id"])
    first = first_places(code, len(known))
    names, activity, part = (np.asarray(rows[c].array.take(first), dtype=object)
                             for c in ("factor_id", "activity", "part"))
    own = np.array([name.startswith(INSTRUMENT) for name in names], dtype=bool)
    rule = _first_fit(_of(rules, FACTOR), activity=np.where(own, INSTRUMENT, activity), part=part)
    stated = np.array([stated_pct.get(name, np.nan) for name in names], dtype=np.float64)
    gsd2 = np.where(np.isnan(stated), rule["gsd2"], 1 + stated / 100)
    return _Found(FACTOR, code, {
        "source_id": f"{FACTOR}:" + names, "of": np.full(len(names), FACTOR, dtype=object),
        "spread": sigma_of_gsd2(gsd2), "stated": ~np.isnan(stated) | own,
        "ask": rule["ask"] + " (" + activity + ")", "shared_over_years": rule["shared_over_years"]})


def _quantities(rows: pd.DataFrame, rules: Columns) -> _Found:
    """One source for all rows that share what the default's `shared_by` names: a meter, a supplier, a way to
    estimate.
    """
    rules = _of(rules, *OF_QUANTITIES)
    named = [*{c: None for by in rules["shared_by"] for c in str(by).split("+")}, "tier", "activity"]
    row_code, distinct = distinct_rows(rows[[c for c in dict.fromkeys(named) if c in rows]])
    nothing = np.full(len(distinct), "", dtype=object)
    words = {c: distinct[c].to_numpy(object) if c in distinct else nothing for c in named}
    fit = _first_fit(rules, tier=words["tier"], activity=words["activity"])
    shared = nothing + ""
    for by in dict.fromkeys(fit["shared_by"]):
        label = words["tier"]
        for column in str(by).split("+"):
            label = label + "/" + words[column]
        shared = np.where(fit["shared_by"] == by, label, shared)
    code, ids = pd.factorize(fit["of"] + ":" + shared)
    first = first_places(code, len(ids))
    return _Found(QUANTITY, code[row_code], {
        "source_id": ids, "of": fit["of"][first], "spread": sigma_of_gsd2(fit["gsd2"][first]),
        "stated": np.zeros(len(ids), dtype=bool), "ask": (fit["ask"] + " (" + shared + ")")[first],
        "shared_over_years": fit["shared_over_years"][first]})


def _beside(slot: str, words: pd.Series, rules: Columns) -> _Found:
    """One source for all rows with the same words."""
    code, known = pd.factorize(words)
    names = np.array(sorted(set(known) - {""}), dtype=object)
    place = {name: at for at, name in enumerate(names)}
    rule = _first_fit(_of(rules, slot), activity=names)
    at = np.array([place.get(said, NO_DOUBT) for said in known], dtype=np.intp)
    return _Found(slot, at[code], {
        "source_id": f"{slot}:" + names, "of": np.full(len(names), slot, dtype=object),
        "spread": sigma_of_gsd2(rule["gsd2"]), "stated": np.zeros(len(names), dtype=bool),
        "ask": rule["ask"] + " (" + names + ")", "shared_over_years": rule["shared_over_years"]})


def _of(rules: Columns, *classes: str) -> Columns:
    """The rules that speak of some classes of doubt, in their order."""
    chosen = np.isin(rules["of"], classes)
    return {name: values[chosen] for name, values in rules.items()}


def _first_fit(rules: Columns, **columns: Words) -> dict[str, npt.NDArray[Any]]:
    """For each row the first rule whose tier is equal and whose activity and part begin so, "" fitting all: its
    columns.
    """
    n = len(next(iter(columns.values())))
    found: npt.NDArray[np.int64] = np.full(n, -1)
    texts = {name: values.astype(str) for name, values in columns.items()}
    for i in range(len(rules["of"])):
        fits = found < 0
        for name, values in texts.items():
            if said := rules[name][i]:
                fits &= values == said if name == "tier" else np.strings.startswith(values, str(said))
        found[fits] = i
    if (found < 0).any():
        raise MethodError(f"{int((found < 0).sum()):,} rows that no default uncertainty speaks of",
                          rows=pd.DataFrame(columns)[found < 0])
    return {name: values[found] for name, values in rules.items()}
