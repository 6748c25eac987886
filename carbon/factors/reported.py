"""Emissions that another company reported, as activities of the library: 1 kg CO2e of a report is 1 kg CO2e.

One factor for each GWP set, frozen in it: an inventory in another set rejects the row, unless `allow_mixed_gwp` of its
params accepts "reported". The evidence is on the record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

import numpy as np
import pandas as pd

from carbon.core import schemas
from carbon.core.ghg_protocol import GWP_SETS, REPORTED
from carbon.factors.library import SOURCES, Library

SOURCE = "reported_by_others"
_BLANK = {"text": "", "number": np.nan, "amount": 0.0, "integer": 0, "flag": False}


@cache
def reported_factors() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the factors [kg CO2e per kg CO2e reported] and their source: `schemas.FACTORS` and `SOURCES`."""
    rows = [{
        "factor_id": f"{REPORTED}{name}", "element_id": f"{REPORTED}{name}", "activity": f"{REPORTED}{name}",
        "label": f"Emissions reported by another company ({name})", "part": "total", "region": "GLO",
        "valid_from": 1990, "valid_to": 9999, "unit": "kg", "co2e_kg": 1.0, "gwp_set": name, "kyoto": True,
        "source_id": SOURCE, "page": "evidence of the record", "licence": "no figure of its own",
        "verification": "identity"} for name in GWP_SETS]
    factors = _filled(schemas.FACTORS, rows)
    source = {"source_id": SOURCE, "title": "Emissions reported by another company", "publisher": "the company named",
              "licence": "no figure of its own", "citation": "the evidence of the record", "verification": "identity"}
    return factors, _filled(SOURCES, [source])


def _filled(contract: schemas.Table, rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    blank = {column: _BLANK[kind] for column, kind in contract.columns.items()}
    table = pd.DataFrame([{**blank, **row} for row in rows], columns=list(contract.columns))
    return contract.validate(schemas.retyped(table, contract.dtypes))


@lru_cache(maxsize=4)
def with_reported(library: Library) -> Library:
    """Return a library in which reported emissions have a factor: their own kilograms."""
    return library.with_imported(*reported_factors())
