"""Uncertainty of emission rows: as publishers state it, and declared defaults of ours where they state nothing."""

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
from carbon.emissions.uncertainty.pedigree import PACKAGE
from carbon.emissions.uncertainty.sources import COLUMNS, NO_SOURCE, Codes, UncertainRows, place_sources

Words = npt.NDArray[np.object_]
Columns = Mapping[str, npt.NDArray[Any]]
"""A small table as plain columns."""
FACTOR, QUANTITY = "factor", "quantity"
EXCHANGE, PRICES, MODEL = "exchange rate", "price index", "model choice"
FURTHER_SLOTS = (EXCHANGE, PRICES, MODEL)
"""Columns that emission rows may have: what else they depend on, in words; "" for nothing."""
METER = "meter"
OF_QUANTITIES = (METER, "supplier estimate", "survey scale-up", "activity data")
"""A quantity has one of these kinds of uncertainty, by the method tier of its activity."""
YEARLY = "@"
"""Between a source's id and its year, where the part that is independent each year is a source of its own."""


@dataclass(frozen=True)
class _SlotSources:
    """Sources of one slot: the place of each row's source among them (-1 for none), and source_id, of, spread, stated,
    ask and shared_over_years of each.
    """

    slot: str
    at: Codes
    sources: Columns


def defaults() -> pd.DataFrame:
    """Read the packaged table: of, tier, activity, part (prefixes; "" is any), gsd2, shared_by, shared_over_years, ask.

    Round numbers of this project, from no publication: every result that uses them states so.
    """
    numbers = {"gsd2": "amount", "shared_over_years": "amount"}
    return packaged.read_csv(PACKAGE, "data/uncertainty_defaults.csv", numbers)


@cache
def _packaged() -> Columns:
    return _columns(defaults())


def _columns(table: pd.DataFrame) -> Columns:
    return {str(name): values.to_numpy() for name, values in table.items()}


def uncertain_rows_of(
    emissions: pd.DataFrame, stated_pct: Mapping[str, float], *, split_years: bool, table: pd.DataFrame | None = None
) -> UncertainRows:
    """Return emission rows with their sources: the factor, the quantity, and what else each row depends on.

    Parameters
    ----------
    emissions
        `schemas.EMISSIONS`; rows of one or several years. Further columns, where they are known: `meter` (whose
        readings share a source) and those of `FURTHER_SLOTS`, e.g. exchange rate "transaction_date USD>EUR", price
        index "not deflated 2024>2023", model choice "region fallback FR>GB": rows with the same words share a source.
    stated_pct
        factor_id -> +- % at 95 % as its publisher states it; factors without take the default of their class.
    split_years
        Separate the part of each source that is independent each year from the part all years share: for changes.
    table
        Another table of defaults than the packaged one.

    Raises
    ------
    MethodError
        Rows to which no default applies.
    """
    rules = _packaged() if table is None else _columns(table)
    of_row: dict[str, Codes] = {}
    sources: list[Columns] = []
    size = 0
    for slot_sources in _slots(emissions, stated_pct, rules):
        for part in _split(slot_sources, emissions["year"]) if split_years else [slot_sources]:
            of_row[part.slot] = np.where(part.at < 0, NO_SOURCE, part.at + size)
            slot = np.full(len(part.sources["source_id"]), part.slot, dtype=object)
            sources.append({**part.sources, "slot": slot})
            size += len(slot)
    table_columns = {c: np.concatenate([part[c] for part in sources]) for c in COLUMNS if c != "distribution"}
    texts = {c: text_array(values) for c, values in table_columns.items() if values.dtype == object}
    return place_sources(emissions["co2e_kg"].to_numpy(), of_row,
                         pd.DataFrame({**table_columns, **texts}).assign(distribution=LOGNORMAL))


def _slots(rows: pd.DataFrame, stated_pct: Mapping[str, float], rules: Columns) -> Iterator[_SlotSources]:
    yield _factors(rows, stated_pct, rules)
    yield _quantities(rows, rules)
    for slot in FURTHER_SLOTS:
        if slot in rows and (rows[slot] != "").any():
            yield _further_sources(slot, rows[slot], rules)


def _split(slot_sources: _SlotSources, years: pd.Series) -> list[_SlotSources]:
    """Split each source into one for all years and one for each year: sigma^2 = shared^2 + yearly^2."""
    share, spread = slot_sources.sources["shared_over_years"], slot_sources.sources["spread"]
    shared = replace(slot_sources, sources={**slot_sources.sources, "spread": spread * np.sqrt(share)})
    number, pairs = distinct_rows(pd.DataFrame({"at": slot_sources.at, "year": years.array}))
    has_source = pairs["at"].to_numpy() >= 0
    at, year = (pairs.loc[has_source, c].to_numpy() for c in ("at", "year"))
    yearly = {name: values[at] for name, values in slot_sources.sources.items()}
    yearly["source_id"] = yearly["source_id"] + YEARLY + year.astype(str).astype(object)
    yearly["spread"] = yearly["spread"] * np.sqrt(1 - yearly["shared_over_years"])
    place = np.where(has_source, np.cumsum(has_source) - 1, NO_SOURCE)
    return [shared, _SlotSources(f"{slot_sources.slot}, yearly", place[number], yearly)]


def _factors(rows: pd.DataFrame, stated_pct: Mapping[str, float], rules: Columns) -> _SlotSources:
    """Return one source a factor: rows on one factor share it."""
    code, factor_ids = pd.factorize(rows["factor_id"])
    first = first_places(code, len(factor_ids))
    names, activity, part = (np.asarray(rows[c].array.take(first), dtype=object)
                             for c in ("factor_id", "activity", "part"))
    is_instrument = np.array([name.startswith(INSTRUMENT) for name in names], dtype=bool)
    rule = _first_fit(_of(rules, FACTOR), activity=np.where(is_instrument, INSTRUMENT, activity), part=part)
    stated_percent = np.array([stated_pct.get(name, np.nan) for name in names], dtype=np.float64)
    gsd2 = np.where(np.isnan(stated_percent), rule["gsd2"], 1 + stated_percent / 100)
    return _SlotSources(FACTOR, code, {
        "source_id": f"{FACTOR}:" + names, "of": np.full(len(names), FACTOR, dtype=object),
        "spread": sigma_of_gsd2(gsd2), "stated": ~np.isnan(stated_percent) | is_instrument,
        "ask": rule["ask"] + " (" + activity + ")", "shared_over_years": rule["shared_over_years"]})


def _quantities(rows: pd.DataFrame, rules: Columns) -> _SlotSources:
    """Return one source for rows that share the default's `shared_by`: a meter, a supplier, a way to estimate."""
    rules = _of(rules, *OF_QUANTITIES)
    columns = [*{c: None for by in rules["shared_by"] for c in str(by).split("+")}, "tier", "activity"]
    row_code, distinct = distinct_rows(rows[[c for c in dict.fromkeys(columns) if c in rows]])
    nothing = np.full(len(distinct), "", dtype=object)
    words = {c: distinct[c].to_numpy(object) if c in distinct else nothing for c in columns}
    fit = _first_fit(rules, tier=words["tier"], activity=words["activity"])
    shared = nothing + ""
    for by in dict.fromkeys(fit["shared_by"]):
        label = words["tier"]
        for column in str(by).split("+"):
            label = label + "/" + words[column]
        shared = np.where(fit["shared_by"] == by, label, shared)
    code, ids = pd.factorize(fit["of"] + ":" + shared)
    first = first_places(code, len(ids))
    return _SlotSources(QUANTITY, code[row_code], {
        "source_id": ids, "of": fit["of"][first], "spread": sigma_of_gsd2(fit["gsd2"][first]),
        "stated": np.zeros(len(ids), dtype=bool), "ask": (fit["ask"] + " (" + shared + ")")[first],
        "shared_over_years": fit["shared_over_years"][first]})


def _further_sources(slot: str, words: pd.Series, rules: Columns) -> _SlotSources:
    """Return one source for all rows with the same words."""
    code, distinct_words = pd.factorize(words)
    names = np.array(sorted(set(distinct_words) - {""}), dtype=object)
    place = {name: at for at, name in enumerate(names)}
    rule = _first_fit(_of(rules, slot), activity=names)
    at = np.array([place.get(word, NO_SOURCE) for word in distinct_words], dtype=np.intp)
    return _SlotSources(slot, at[code], {
        "source_id": f"{slot}:" + names, "of": np.full(len(names), slot, dtype=object),
        "spread": sigma_of_gsd2(rule["gsd2"]), "stated": np.zeros(len(names), dtype=bool),
        "ask": rule["ask"] + " (" + names + ")", "shared_over_years": rule["shared_over_years"]})


def _of(rules: Columns, *classes: str) -> Columns:
    """Return the rules of some classes of uncertainty, in their order."""
    of_class = np.isin(rules["of"], classes)
    return {name: values[of_class] for name, values in rules.items()}


def _first_fit(rules: Columns, **columns: Words) -> dict[str, npt.NDArray[Any]]:
    """Return the columns of the first rule that fits each row.

    Its tier is the row's, and the row's activity and part begin as the rule's do; "" fits all.
    """
    n = len(next(iter(columns.values())))
    first_rule: npt.NDArray[np.int64] = np.full(n, -1)
    texts = {name: values.astype(str) for name, values in columns.items()}
    for i in range(len(rules["of"])):
        fits = first_rule < 0
        for name, values in texts.items():
            if rule_word := rules[name][i]:
                fits &= values == rule_word if name == "tier" else np.strings.startswith(values, str(rule_word))
        first_rule[fits] = i
    if (first_rule < 0).any():
        raise MethodError(f"{int((first_rule < 0).sum()):,} rows to which no default uncertainty applies",
                          rows=pd.DataFrame(columns)[first_rule < 0])
    return {name: values[first_rule] for name, values in rules.items()}
