"""A plan in the ledger: the decided levers, the baseline, and the planned cut of each lever.

It is written once and never changed, so that a later year can be compared with it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from carbon.params.shapes.levers import Select, Track
from carbon.params.shapes.types import Currency, Model, Slug, Year

Number = Annotated[float, Field(allow_inf_nan=False)]


class RecordedLever(Model):
    """A lever of the plan; money in the plan's currency and price year."""

    id: Slug
    label: dict[str, str]
    decarbonisation_lever: str
    """Kind of `lever_params.Kind`; empty: not stated."""
    track: Track
    start: Year
    where: list[Select]
    """Streams it cuts."""
    to: list[Select]
    """Streams it adds to."""
    capex: dict[Year, Number]
    running_per_year: Number
    npv: Number
    evidence: str

    def name(self, language: str) -> str:
        """Return its label in the reader's language, else the first one; without any its id."""
        return self.label.get(language) or next(iter(self.label.values()), self.id)


class RecordedStreams(Model):
    """Streams of one scope that the same levers act on: kg CO2e by year of the plan, wedges by lever."""

    scope: Literal["1", "2", "3"]
    scope2_method: str
    levers: list[Slug]
    baseline_kg: list[Number]
    plan_kg: list[Number]
    wedge_kg: dict[Slug, list[Number]]


class RecordedTarget(Model):
    """A target the plan had to meet, with its base-year emissions."""

    id: str
    label: dict[str, str]
    scopes: list[Literal["1", "2", "3"]]
    scope2_method: str
    base_year: Year
    base_kg: Number
    target_year: Year
    reduction: Number
    residual: Number
    ruleset: str


class RecordedLimit(Model):
    """A limit and what the plan emits; year 0 is a budget over all years."""

    target: str
    year: int
    limit_kg: Number
    plan_kg: Number


class PlanRecord(Model):
    """One plan."""

    company: Slug
    inventory_year: Year
    """Last inventory of its baseline."""
    first_year: Year
    last_year: Year
    gwp: str
    release: str
    currency: Currency
    price_year: Year
    discount_rate: Number
    scope2_method: str
    """Method by which its cuts are reported: that of its first target."""
    status: str
    meets: bool
    gap: Number | None
    """None: nothing was proven."""
    cost: Number
    targets: list[RecordedTarget]
    limits: list[RecordedLimit]
    levers: list[RecordedLever]
    not_planned: list[Slug]
    streams: list[RecordedStreams]
    inputs: dict[str, str]

    @property
    def years(self) -> list[int]:
        """Years of the plan."""
        return list(range(self.first_year, self.last_year + 1))

    def cut_kg(self, lever: str, year: int) -> float:
        """Return the kg CO2e that a lever cuts in a year over all scopes, by the plan's scope 2 method."""
        return sum(s.wedge_kg[lever][year - self.first_year] for s in self.streams
                   if s.scope2_method in ("", self.scope2_method) and lever in s.wedge_kg)

    def of_scopes(self, scopes: tuple[str, ...], scope2_method: str) -> PlanRecord:
        """Return the plan on the streams of some scopes, with another scope 2 method."""
        streams = [s for s in self.streams if s.scope in scopes]
        return self.model_copy(update={"streams": streams, "scope2_method": scope2_method})

    @model_validator(mode="after")
    def _whole(self) -> PlanRecord:
        n, lever_ids = len(self.years), {lever.id for lever in self.levers}
        for streams in self.streams:
            lengths = {len(streams.baseline_kg), len(streams.plan_kg), *map(len, streams.wedge_kg.values())}
            if lengths != {n} or not {*streams.levers, *streams.wedge_kg} <= lever_ids:
                raise ValueError("its streams do not fit its years and levers")
        return self
