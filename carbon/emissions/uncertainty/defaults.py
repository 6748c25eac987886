"""Uncertainty of emission rows: as publishers and the company state it, and declared defaults where nobody does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from carbon.core.columns import Column, Groups, Rows
from carbon.emissions.uncertainty.distributions import LOGNORMAL
from carbon.emissions.uncertainty.factor_sources import FACTOR, OF_FACTOR, FactorFacts, factor_sources
from carbon.emissions.uncertainty.moments import YEARLY_KIND
from carbon.emissions.uncertainty.quantity_sources import (
    METER,
    QUANTITY,
    deciding_columns,
    further_sources,
    quantity_sources,
)
from carbon.emissions.uncertainty.rules import SlotSources, columns_of, defaults, packaged_rules
from carbon.emissions.uncertainty.sources import COLUMNS, NO_SOURCE, Codes, Columns, UncertainRows, place_sources
from carbon.emissions.uncertainty.stated import Stated
from carbon.params.shapes.uncertainty import StatedUncertainty

EXCHANGE, PRICES, MODEL = "exchange rate", "price index", "model choice"
FURTHER_SLOTS = (EXCHANGE, PRICES, MODEL)
"""Columns that emission rows may have: what else they depend on, in words; "" for nothing."""
YEARLY = "@"
"""Between a source's id and its year, where the part that is independent each year is a source of its own."""
__all__ = ["EXCHANGE", "FACTOR", "METER", "MODEL", "PRICES", "QUANTITY", "defaults", "uncertain_rows_of"]


def uncertain_rows_of(
    emissions: pd.DataFrame | Rows, stated_pct: Mapping[str, float], *, split_years: bool,
    table: pd.DataFrame | None = None, elements: Mapping[str, str] | None = None,
    statements: Iterable[StatedUncertainty] = (),
) -> UncertainRows:
    """Return emission rows with their sources: the factor, its publisher's model, the quantity, and what else they
    depend on.

    Parameters
    ----------
    emissions
        `schemas.EMISSIONS`; rows of one or several years. Further columns, where they are known: `meter` (whose
        readings share a source), `stated_pct` (+- % at 95 % of the record) and those of `FURTHER_SLOTS`, e.g. exchange
        rate "transaction_date USD>EUR", price index "not deflated 2024>2023", model choice "region fallback FR>GB":
        rows with the same words share a source.
    stated_pct
        factor_id -> +- % at 95 % as its publisher states it; factors without take the default of their class.
    split_years
        Separate the part of each source that is independent each year from the part all years share: for changes.
    table
        Another table of defaults than the packaged one.
    elements
        factor_id -> element_id: a +- that holds for the whole element is one source of all its parts.
    statements
        What the company states; it replaces publishers' and defaults.

    Raises
    ------
    MethodError
        Rows to which no default applies; one thing stated twice.
    """
    rows = emissions if isinstance(emissions, Rows) else Rows(emissions)
    rules = packaged_rules() if table is None else columns_of(table)
    facts = FactorFacts(stated_pct, elements or {})
    of_row: dict[str, Codes] = {}
    sources: list[Columns] = []
    size, by_name = 0, Stated.of(statements)
    suppliers = [name for of, name in by_name.spreads if of == "supplier"]
    of_supplier = rows.column("supplier").among(suppliers) if suppliers else np.zeros(len(rows), dtype=bool)
    for slot_sources in _slots(rows, facts, rules, by_name):
        if slot_sources.slot != QUANTITY:  # a supplier's statement is of its whole figure, and the quantity has it
            slot_sources = replace(slot_sources, at=np.where(of_supplier, NO_SOURCE, slot_sources.at))
        for part in _split(slot_sources, rows.column("year")) if split_years else [slot_sources]:
            n = len(part.sources["source_id"])
            if not n and part.slot not in (FACTOR, QUANTITY):
                continue  # a slot that no row uses
            of_row[part.slot] = np.where(part.at < 0, NO_SOURCE, part.at + size)
            sources.append({**part.sources, "slot": np.full(n, part.slot, dtype=object)})
            size += n
    columns = {c: np.concatenate([part[c] for part in sources]) for c in COLUMNS}
    return place_sources(rows["co2e_kg"], of_row, columns)


def columns_read() -> list[str]:
    """Return the columns of emission rows that their sources depend on."""
    return [*dict.fromkeys(["year", *OF_FACTOR, *deciding_columns(packaged_rules()), *FURTHER_SLOTS])]


def _slots(rows: Rows, facts: FactorFacts, rules: Columns, by_name: Stated) -> Iterator[SlotSources]:
    yield from factor_sources(rows, facts, rules, by_name)
    yield quantity_sources(rows, rules, by_name)
    yield from (further_sources(slot, rows.groups([slot]), rules) for slot in FURTHER_SLOTS if slot in rows)


def _split(slot_sources: SlotSources, years: Column) -> list[SlotSources]:
    """Split each source into one for all years and one for each year: sigma^2 = shared^2 + yearly^2. A source that is
    not lognormal is one for all years where all of it is shared, else one for each year.
    """
    sources = slot_sources.sources
    lognormal = sources["distribution"] == LOGNORMAL
    share = np.where(lognormal, sources["shared_over_years"], np.round(sources["shared_over_years"]))
    spreads = "spread", "joint_spread"
    shared = replace(slot_sources, sources={**sources, **{c: sources[c] * np.sqrt(share) for c in spreads}})
    pairs = Groups.of([Column(slot_sources.at + 1, pd.RangeIndex(len(share) + 1)), years])
    place_of, year_of = pairs.keys()
    at, year = place_of.codes - 1, year_of.array()
    has_own = (at >= 0) & (np.append(share, 1.0)[at] < 1)  # a part without spread would be a slot for nothing
    at, year = at[has_own], year[has_own]
    yearly = {name: values[at] for name, values in sources.items()}
    yearly["source_id"] = yearly["source_id"] + YEARLY + year.astype(str).astype(object)
    yearly |= {c: yearly[c] * np.sqrt(1 - share[at]) for c in spreads}
    yearly["centre"] = np.ones(len(at))  # the figure is moved once, by the shared part
    place = np.where(has_own, np.cumsum(has_own) - 1, NO_SOURCE)
    return [shared, SlotSources(f"{slot_sources.slot}{YEARLY_KIND}", place[pairs.number], yearly)]
