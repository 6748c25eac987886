"""Heat contents and densities that a company states itself, with their evidence: a supplier's bill or an analysis."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from carbon.core import fuels
from carbon.core.errors import UnitError
from carbon.params.shapes.types import Country, Model


class HeatContent(Model):
    """One unit of a fuel in another: `amount` `unit` per `per`, e.g. 11.2 kWh_HHV per m3 of natural_gas."""

    fuel: str
    """The activity whose units it converts: natural_gas, wood.pellets, steam ..."""
    amount: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    unit: str
    per: str
    country: Country | None = None
    """Only for activities of this country; of all without it."""
    evidence: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _bridges(self) -> Self:
        from carbon.core import units  # pandas: params are read where no table is

        try:
            ends = {units.unit(self.unit).dimension, units.unit(self.per).dimension}
        except UnitError as error:
            raise ValueError(f"{error.what}: {error.hint}") from None
        if len(ends) == 1 or not ends <= set(fuels.DIMENSIONS) or ends <= set(fuels.VOLUMES):
            raise ValueError(f"{self.unit} per {self.per} is no heat content or density of a fuel: give energy "
                             "(kWh_HHV, kWh_LHV), mass or volume per another of them")
        return self

    @cached_property
    def record(self) -> fuels.Fuel:
        """The properties it states, for `core.fuels`."""
        from carbon.core import units

        per, unit = units.unit(self.per), units.unit(self.unit)
        amounts = {per.dimension: per.ratio, unit.dimension: units.exact(self.amount) * unit.ratio}
        return fuels.Fuel(self.fuel, 0, amounts, f"{self.amount:g} {self.unit} per {self.per}, {self.evidence}",
                          self.country or "")
