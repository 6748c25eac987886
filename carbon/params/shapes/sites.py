"""Sites of a company: the country, the grid zone and the heat network of each."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import Field, model_serializer, model_validator

from carbon.core import zones
from carbon.core.countries import codes
from carbon.core.errors import UsageError
from carbon.core.text import strip_accents
from carbon.params.shapes.types import Country, Model

_REGION = re.compile(r"[A-Z]{2}-[A-Za-z0-9-]+")


class Site(Model):
    """Where a site is: a country alone, or with what its electricity and heat come from."""

    country: Country
    zone: str = ""
    """Grid zone by code or name, e.g. US-eGRID-RMPA."""
    zip: str = ""
    """ZIP code of the United States, in quotation marks: "02139"."""
    state: str = ""
    """State or province, e.g. AU-NSW, Quebec."""
    heat_network: Annotated[str, Field(max_length=80)] = ""
    """The district heat network, by its name or the region of its factors, e.g. CPCU or FR-cpcu."""
    area_m2: Annotated[float, Field(ge=0)] = 0.0
    """Floor area in use [m2], 0 where nothing is stated: kWh per square metre are held against published ones."""

    @model_validator(mode="before")
    @classmethod
    def _country_alone(cls, data: object) -> object:
        if not isinstance(data, str):
            return data
        if data not in codes():
            raise ValueError(f"{data!r} is no country: write " + (
                f"{{country: {data[:2]}, zone: {data}}}" if _REGION.fullmatch(data) else
                "its two letters of ISO 3166-1, e.g. FR"))
        return {"country": data}

    @model_validator(mode="after")
    def _one_zone(self) -> Self:
        if self.zip and not zones.zones_of_zip(self.zip):
            raise ValueError(f"zip {self.zip!r} is no ZIP code of the United States in EPA's table: write its five "
                             "digits in quotation marks, or name the zone")
        try:
            _ = self.grid_zone
        except UsageError as error:
            raise ValueError(f"{error.what}: {error.hint}") from None
        return self

    @model_serializer
    def _as_written(self) -> str | dict[str, str | float]:
        given_fields = {name: getattr(self, name) for name in type(self).model_fields if getattr(self, name)}
        return self.country if len(given_fields) == 1 else given_fields

    @property
    def grid_zone(self) -> str:
        """The region of its electricity below the country, from zone, zip and state; "" where none is given.

        Raises UsageError: They name no zone of the country, or leave several; no loaded site does.
        """
        words = [word for word in (self.zone, self.zip, self.state) if word]
        if not zones.zones_of(self.country) and words == [self.zone] and _REGION.fullmatch(self.zone) and \
                zones.country_of(self.zone) == self.country:
            return self.zone  # of the company's own factors: `factors.library.check_policy` looks for it there
        return zones.zone_of(self.country, *words) if words else ""

    @property
    def heat_region(self) -> str:
        """The region of the factors of its heat network: "CPCU" in FR -> "FR-cpcu"; "" without a network."""
        if not self.heat_network or _REGION.fullmatch(self.heat_network):
            return self.heat_network
        return f"{self.country}-" + re.sub(r"[^a-z0-9]+", "-", strip_accents(self.heat_network).lower()).strip("-")
