"""The shape of one contractual instrument, in params and in record files alike.

Source: GHG Protocol, Scope 2 Guidance (2015), ch. 6 (kinds, their order) and ch. 7 (quality criteria, table 7.1).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from carbon.params.shapes.certificates import number_range
from carbon.params.shapes.types import Flag, Model

MOST_KG_PER_KWH = 3.0
"""No power station burns as much for one kWh: the figure is in grams, or for a MWh."""
_CARRIER_NAMES = {"heat": "district_heat", "cooling": "district_cooling", "gas": "natural_gas",
                  "biomethane": "natural_gas", "biogas": "natural_gas"}


def _carrier(name: object) -> object:
    return _CARRIER_NAMES.get(name, name) if isinstance(name, str) else name


class Instrument(Model):
    """One contractual instrument, with the evidence for the quality criteria of the Scope 2 Guidance, ch. 7."""

    id: Annotated[str, Field(min_length=1)]
    kind: Literal["certificate", "contract", "supplier_rate", "residual_mix"]
    carrier: Annotated[Literal["electricity", "district_heat", "steam", "district_cooling", "natural_gas"],
                       BeforeValidator(_carrier)] = "electricity"
    region: str
    """Market in which it was cancelled or delivered: a country, or a zone of one."""
    start: date
    end: date
    """Consumption that it serves, both days included."""
    kg_per_kwh: Annotated[float, Field(ge=0, le=MOST_KG_PER_KWH)]
    volume_kwh: Annotated[float, Field(gt=0)] | None = None
    """None: all metered kWh of the named sites."""
    sites: list[str] = []
    evidence: Annotated[str, Field(min_length=1)]
    """Document that shows what the other fields state."""
    rate_basis: Literal["", "direct", "life_cycle"] = ""
    """direct: emissions of generation alone, as scope 2 counts them."""
    registry: str = ""
    certificate_numbers: list[str] = []
    """Numbers, or ranges like "GO-0001..GO-0120"."""
    certificates: Literal["", "cancelled", "transferred", "none_issued", "sold"] = ""
    """Of a contract or a supplier's rate: what became of the certificates of its generation."""
    generated_from: date | None = None
    generated_to: date | None = None
    cancelled_for: str = ""
    cancelled_on: date | None = None
    delivered_rate: Flag = False
    """Of a supplier's rate: it is of all electricity delivered, attributes that were sold counted as residual mix."""
    technology: str = ""
    plant: str = ""
    commissioned: date | None = None
    plant_max_age_years: Annotated[float, Field(gt=0)] | None = None
    """Age that a programme asks for (a label, an own rule); None: no programme does."""
    delivery: Literal["", "bundled", "unbundled"] = ""
    also_claimed: str = ""
    """Set by the reader: who else in the project claims it."""

    @field_validator("certificate_numbers")
    @classmethod
    def _numbers(cls, numbers: list[str]) -> list[str]:
        for number in numbers:
            number_range(number)
        return numbers

    @model_validator(mode="after")
    def _days(self) -> Instrument:
        if self.end < self.start:
            raise ValueError(f"instrument {self.id} ends {self.end} before it starts {self.start}")
        if (self.generated_from is None) != (self.generated_to is None):
            raise ValueError(f"instrument {self.id}: generated_from and generated_to come together")
        if self.generated_from and self.generated_to:
            if self.generated_to < self.generated_from:
                raise ValueError(f"instrument {self.id}: generated_to {self.generated_to} is before generated_from "
                                 f"{self.generated_from}")
            if self.commissioned and self.commissioned > self.generated_from:
                raise ValueError(f"instrument {self.id}: the plant was commissioned {self.commissioned}, after the "
                                 f"generation of {self.generated_from}")
            if self.cancelled_on and self.cancelled_on < self.generated_to:
                raise ValueError(f"instrument {self.id} was cancelled {self.cancelled_on}, before its generation ended "
                                 f"{self.generated_to}: list the certificates of each cancellation by themselves")
        return self
