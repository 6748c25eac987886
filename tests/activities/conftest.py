"""Builders of records for the tests of this room: tables from their contract, one line a dictionary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pytest

from carbon.core import schemas
from carbon.params.shapes.company import CompanyParams

_EMPTY = {"text": "", "number": float("nan"), "amount": 0.0, "integer": 0, "flag": False}
_USUAL = {
    "purchases": {"amount": 100.0, "currency": "EUR"},
    "energy": {"carrier": "electricity", "quantity": 100.0, "unit": "kWh", "site": "lyon"},
    "travel": {"mode": "air", "passengers": 1.0, "trips": 1.0},
    "water": {"service": "supply", "quantity": 10.0, "unit": "m3"},
    "waste": {"material": "Paper and board: mixed", "treatment": "landfill", "quantity": 2.0, "unit": "t"},
    "freight": {"mode": "hgv.average", "direction": "inbound"},
    "refrigerants": {"gas": "R-410A", "quantity": 1.5, "unit": "kg"},
    "equipment": {"item": "laptop", "quantity": 10.0},
    "homeworking": {"people": 10.0, "days": 100.0, "hours": 7.0},
    "commuting": {"group": "lyon", "headcount": 100.0, "answers": 1.0, "mode": "car", "distance": 10.0,
                  "distance_unit": "km", "days": 200.0},
    "activities": {"activity": "use.server", "quantity": 3.0, "unit": "kWh", "scope": "3", "category": 11,
                   "method": "estimated"},
    "leased_assets": {"asset": "floor 3", "role": "lessor", "lease": "finance", "activity": "electricity",
                      "quantity": 3000.0, "unit": "kWh"},
    "shared_logistics": {"asset": "warehouse", "direction": "inbound", "activity": "electricity", "quantity": 100.0,
                         "unit": "kWh"},
    "processing": {"product": "resin", "activity": "electricity", "quantity": 100.0, "unit": "kWh"},
    "product_use": {"product": "lamp", "phase": "direct", "units_sold": 100.0, "activity": "electricity",
                    "quantity": 0.5, "unit": "kWh", "lifetime_uses": 1000.0, "grid": "constant", "country": "DE"},
    "end_of_life": {"product": "box", "material": "Paper and board: mixed", "treatment": "landfill", "quantity": 2.0,
                    "unit": "t", "share": 1.0},
    "franchises": {"franchise": "north", "activity": "electricity", "quantity": 100.0, "unit": "kWh"},
    "investments": {"investee": "Acier SA", "asset_class": "listed_equity", "investee_scopes": "1+2", "option": "1b",
                    "activity": "reported emissions", "quantity": 10.0, "unit": "t", "gwp": "AR5",
                    "evidence": "report 2024", "outstanding": 10.0, "evic": 100.0, "currency": "EUR"},
}


@dataclass(frozen=True)
class Read:
    """A company-year as the reader hands it over."""

    params: CompanyParams
    records: dict[str, pd.DataFrame]
    company: str = "petite-boite"
    year: int = 2024
    ledger: pd.DataFrame = field(default_factory=schemas.LEDGER.empty)
    rejects: pd.DataFrame = field(default_factory=schemas.REJECTS.empty)
    sources: pd.DataFrame = field(default_factory=schemas.SOURCES.empty)


def table(kind: str, lines: list[dict[str, Any]]) -> pd.DataFrame:
    """A records table of one kind; `day` is short for a one-day period."""
    contract = schemas.RECORDS[kind]
    rows = []
    for number, line in enumerate(lines, start=2):
        given = {**_USUAL[kind], **line}
        day = given.pop("day", "2024-06-15")
        own = {"record_id": f"2024/{kind}.csv:{number}", "kind": kind, "source_file": f"data/raw/x/2024/{kind}.csv",
               "source_line": number, "company": "petite-boite", "period_start": day, "period_end": day}
        rows.append({c: {**own, **given}.get(c, _EMPTY.get(k)) for c, k in contract.columns.items()})
    frame = pd.DataFrame(rows, columns=list(contract.columns)) if rows else contract.empty()
    kinds = {"text": "str", "number": "float64", "amount": "float64", "integer": "int64", "day": "datetime64[s]",
             "flag": "bool"}
    return contract.validate(frame.astype({c: kinds[k] for c, k in contract.columns.items()}))


@pytest.fixture
def params() -> Callable[..., CompanyParams]:
    """Parameters of an invented company; any key can be given."""
    def build(**given: Any) -> CompanyParams:
        usual: dict[str, Any] = {
            "company": "petite-boite", "name": {"en": "Petite Boîte"}, "country": "FR", "currency": "EUR",
            "language": "en", "reporting_year_starts": "01-01", "consolidation": "operational_control",
            "base_year": 2020, "gwp": "AR5GWP100", "fx": "transaction_date", "scope2_headline": "location-based",
            "factors": {"release": "x", "regions": {}, "vintage": {"later": "refuse", "max_gap": 0},
                        "price_basis": "as_is", "deflator": "none"},
            "travel": {"flight_bands": "desnz", "non_co2": "none", "rail": {"FR": "rail.tgv", "GB": "rail.national",
                       "international": "rail.international"}, "flight_detour_km": 0, "rail_detour": 1.2,
                       "road_detour": 1.5},
            "sites": {"lyon": "FR"}, "files": []}
        given["travel"] = {**usual["travel"], **given.pop("travel_params", {})}
        return CompanyParams.model_validate({**usual, **given})
    return build


@pytest.fixture
def read(params: Callable[..., CompanyParams]) -> Callable[..., Read]:
    """Records of a company-year: read(purchases=[{...}], energy=[{...}], travel=[{...}], year=2024, **params)."""
    def build(*, year: int = 2024, **given: Any) -> Read:
        lines = {kind: given.pop(kind, []) for kind in schemas.RECORDS}
        return Read(params(**given), {kind: table(kind, rows) for kind, rows in lines.items()}, year=year)
    return build
