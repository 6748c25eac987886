"""The parameters of a lever's life and money: ranges, selections, units rolled out, costs, grants, and what it saves.

Money is in real prices of one year. What a lever saves in a quantity (kWh, km, trips, devices) is priced by the plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from carbon.params.shapes.types import Currency, Flag, Model, Slug, Year

NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Scope = Literal["1", "2", "3"]
PricePath = Annotated[
    Annotated[dict[Year, NotNegative], Field(min_length=1), Tag("by year")] | Annotated[NotNegative, Tag("one price")],
    Discriminator(lambda price: "by year" if isinstance(price, Mapping) else "one price")]


class Range(Model):
    """A quantity and its range: low <= likely <= high. One number is all three: it is certain."""

    low: Annotated[float, Field(allow_inf_nan=False)]
    likely: Annotated[float, Field(allow_inf_nan=False)]
    high: Annotated[float, Field(allow_inf_nan=False)]

    @model_validator(mode="before")
    @classmethod
    def _one_number(cls, value: Any) -> Any:
        return {"low": value, "likely": value, "high": value} if isinstance(value, (int, float, str)) else value

    @model_validator(mode="after")
    def _ordered(self) -> Range:
        if not self.low <= self.likely <= self.high:
            raise ValueError(f"must rise: low {self.low} <= likely {self.likely} <= high {self.high}")
        return self

    def inverse(self) -> Range:
        """Return 1 / the quantity."""
        return Range(low=1 / self.high, likely=1 / self.likely, high=1 / self.low)

    def times(self, factor: float) -> Range:
        """Return the quantity times a positive number."""
        return Range(low=self.low * factor, likely=self.likely * factor, high=self.high * factor)


THREE = ("low", "likely", "high")
NONE = Range(low=0.0, likely=0.0, high=0.0)
ONE = Range(low=1.0, likely=1.0, high=1.0)


def _reduction(value: Any) -> Any:
    """Check that all three values are shares of the stream."""
    shares = Range.model_validate(value)
    if shares.low < 0:
        raise ValueError("must not be negative: what a lever adds is under `adds`")
    if shares.high > 1:
        raise ValueError("must be at most 1: more than the stream has cannot be taken out of it"
                         f"{f'; write {shares.high / 100:g} for {shares.high:g} %' if shares.high <= 100 else ''}")
    return shares


def _money(value: Any) -> Any:
    amount = Range.model_validate(value)
    if amount.low < 0:
        raise ValueError("must not be negative: what a lever brings in is under savings")
    return amount


Reduction = Annotated[Range, BeforeValidator(_reduction)]
Money = Annotated[Range, BeforeValidator(_money)]


class Factor(Model):
    """A product of ranges, or 1 less that product; each range is a draw of its own."""

    of: Annotated[list[Range], Field(min_length=1)]
    complement: Flag = False

    def at(self, level: str) -> float:
        """Return the factor at the low, likely or high end of the reduction: 1 - x is low where x is high."""
        end = {"low": "high", "high": "low"}.get(level, level) if self.complement else level
        product = prod(getattr(r, end) for r in self.of)
        return 1.0 - product if self.complement else product


class Select(Model):
    """Streams of the inventory: every field given must match; strings are globs, without regard to case."""

    scope: list[Scope] = Field(default_factory=list)
    category: list[Annotated[int, Field(ge=0, le=15)]] = Field(default_factory=list)
    activity: list[str] = Field(default_factory=list)
    region: list[str] = Field(default_factory=list)
    site: list[str] = Field(default_factory=list)
    supplier: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _something(self) -> Select:
        if not any((self.scope, self.category, self.activity, self.region, self.site, self.supplier)):
            raise ValueError("name at least one of scope, category, activity, region, site, supplier")
        return self


class Rollout(Model):
    """Units bought over years, at most `per_year` new ones in a year; cost, effect and savings follow the units."""

    units: Annotated[int, Field(ge=1, le=10_000_000)]
    """All units: the whole lever."""
    unit: Annotated[str, Field(min_length=1)] = "unit"
    per_year: Annotated[int, Field(ge=1)]
    sizes: list[Annotated[int, Field(ge=1)]] = Field(default_factory=list)
    """Numbers of units at which the roll-out may also stop; the plan chooses among them and the whole."""

    @model_validator(mode="after")
    def _parts(self) -> Rollout:
        if self.sizes != sorted(set(self.sizes)) or (self.sizes and self.sizes[-1] >= self.units):
            raise ValueError(f"sizes {self.sizes} must rise and be fewer than {self.units} units")
        return self


class Grant(Model):
    """Part of the capex that somebody else pays in the year of the purchase; renewals get none."""

    share: Annotated[float, Field(gt=0, le=1)]
    at_most: NotNegative | None = None
    """Over the whole lever [currency]."""
    until: Year | None = None
    """Last year of purchase that it pays for."""


class LeverCost(Model):
    """Money of a lever, in the prices of one year."""

    currency: Currency
    price_year: Year
    per: Literal["lever", "unit"] = "lever"
    """What the amounts are of: the whole lever (all its units), or one unit."""
    capex: Money
    """Paid when a unit is bought, and again when it is renewed."""
    opex_per_year: Money
    """Of units that run."""
    lease_per_year: Money = NONE
    """Rent of units that run, in place of capex."""
    savings_per_year: Money
    """At full effect, on streams where no other lever saves money: it follows the effect."""
    other_savings_per_year: Money = NONE
    """At full effect, of what depends on no stream (maintenance, rent): adds to that of other levers."""
    grant: Grant | None = None


class Saving(Model):
    """Takes a share out of a resource of the plan: that of its own cuts, or `share` of the streams in `where`."""

    resource: Slug
    share: Reduction | None = None
    where: Select | None = None


class Use(Model):
    """Needs more of a resource: a quantity a year at full effect, or units for each unit of `saved` it takes out."""

    resource: Slug
    quantity_per_year: NotNegative | None = None
    per_unit_saved: NotNegative | None = None
    saved: Slug | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Use:
        if (self.quantity_per_year is None) == (self.per_unit_saved is None):
            raise ValueError("give exactly one of quantity_per_year, per_unit_saved")
        if (self.per_unit_saved is None) != (self.saved is None):
            raise ValueError("`saved` names the resource that per_unit_saved counts; give both")
        return self


class Resource(Model):
    """A quantity of the inventory with a price: kWh, litres, km, trips, devices, or the spend itself (price 1)."""

    of: Select
    """Its streams: quantities follow the baseline of these, at constant consumption where the grid path is."""
    unit: Annotated[str, Field(min_length=1)]
    quantity: NotNegative | None = None
    """Of the last inventory year [unit]; without it the quantity of the inventory's own rows."""
    price: PricePath
    """Currency of the plan for one unit: one price, or by year, straight between and constant outside."""
    price_spread: Annotated[Range, BeforeValidator(_money)] = ONE
    """Range of the whole price path, relative to it."""


class CarbonPrice(Model):
    """A price that the plan counts on emissions: a line of its own in net cost."""

    price: PricePath
    """Currency of the plan for a tonne: one price, or by year, straight between and constant outside."""
    scopes: Annotated[list[Scope], Field(min_length=1)]


class Growth(Model):
    """How streams change a year: activity x emissions of each unit; streams take the first rule that selects them."""

    where: Select | None = None
    """Without it all streams that no rule before selects."""
    activity: Annotated[float, Field(gt=-1, le=1)]
    """Share a year by which the activity grows, -0.02 for 2 % less."""
    intensity: Annotated[float, Field(gt=-1, le=1)]
    """Share a year by which the emissions of each unit grow."""


class Closure(Model):
    """Streams that end, wholly or in part, from a year on: a site or line whose closure is decided."""

    where: Select
    first_year: Year
    share: Annotated[float, Field(gt=0, le=1)]


class DeclaredBaseline(Model):
    """A baseline as the company states it, where the history is too short to be fitted; it has no probability."""

    growth: Annotated[list[Growth], Field(min_length=1)]
    closures: list[Closure] = Field(default_factory=list)
    evidence: Annotated[str, Field(min_length=3)]
