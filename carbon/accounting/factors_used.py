"""The factors behind an inventory, as published, and their publications."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from carbon.accounting.views import is_counted
from carbon.core import schemas
from carbon.core.columns import Rows
from carbon.core.text_columns import arrays_of, listed
from carbon.emissions.market import INSTRUMENT, SOURCE
from carbon.emissions.scope2 import ELECTRICITY
from carbon.params.shapes.company import Instrument

if TYPE_CHECKING:
    from carbon.factors import Library

_OWN_CONTRACTS = {
    "source_id": SOURCE, "title": "Contractual instruments for electricity", "publisher": "the company's suppliers",
    "edition": "", "licence": "", "date": "", "citation": "evidence named in the company's params", "sha256": "",
    "verification": "own_contract",
}


def factors_used(
    library: Library, emissions: pd.DataFrame, instruments: Sequence[Instrument], scope2_headline: str
) -> pd.DataFrame:
    """Return the `schemas.FACTORS` rows that emission rows name, including the company's own instruments.

    `emitted_kg` [kg CO2e] is the contribution of each to the headline total; 0 for one used by the other scope 2 total
    only.
    """
    names = set(emissions["factor_id"].unique())
    table = library.table
    at = np.flatnonzero(table["factor_id"].isin(names))
    if contracts := [_as_factor(i) for i in instruments if INSTRUMENT + i.id in names]:
        table = pd.concat([table.take(at), pd.DataFrame(contracts)], ignore_index=True)
        at = np.arange(len(table))
    emitted = Rows(emissions).where(is_counted(emissions, scope2_headline)).sums(["factor_id"], "co2e_kg")
    factor_ids = listed(table["factor_id"].array.take(at))
    at = at[sorted(range(len(at)), key=factor_ids.__getitem__)]
    columns: dict[str, Any] = {c: values.take(at) for c, values in zip(table.columns, arrays_of(table), strict=True)}
    columns["emitted_kg"] = np.array([emitted.get(name, 0.0) for name in sorted(factor_ids)], dtype=np.float64)
    return schemas.FACTORS.validate(columns, extra=True)


def sources_used(library: Library, emissions: pd.DataFrame) -> pd.DataFrame:
    """Return the publications of the factors used."""
    names = set(emissions["source_id"].unique())
    used_sources = library.sources[library.sources["source_id"].isin(names)]
    contracts = pd.DataFrame([_OWN_CONTRACTS]) if SOURCE in names else pd.DataFrame()
    return pd.concat([used_sources, contracts], ignore_index=True)


def _as_factor(instrument: Instrument) -> dict[str, object]:
    """Return a contract in the columns of a factor; its page is its evidence."""
    return {
        "factor_id": INSTRUMENT + instrument.id, "element_id": INSTRUMENT + instrument.id, "activity": ELECTRICITY,
        "label": f"{instrument.kind} {instrument.id}", "part": "combustion", "region": instrument.region,
        "valid_from": instrument.start.year, "valid_to": instrument.end.year, "unit": "kWh",
        "co2e_kg": instrument.kg_per_kwh, "gwp_set": "not stated", "co2_kg": np.nan, "ch4_fossil_kg": np.nan,
        "ch4_nonfossil_kg": np.nan, "n2o_kg": np.nan, "composition": "", "biogenic_co2_kg": 0.0,
        "uncertainty_pct": np.nan, "price_year": 0, "price_basis": "", "life_cycle": False, "kyoto": True,
        "source_id": SOURCE, "edition": "", "page": instrument.evidence, "licence": "", "verification": "own_contract",
        "notes": "",
    }
