"""The parameters of levers and of a plan: params/<company>/levers.yml.

A lever is a possible measure: by how much it cuts which streams, what it adds elsewhere, its cost, and its evidence.
Every choice that changes the plan's figure is required here and has no default in code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from carbon.core.errors import UsageError
from carbon.core.params.types import Currency, Flag, Model, Share, Slug, Year

Track = Literal["both", "market"]
Kind = Literal["energy efficiency and consumption reduction", "material efficiency and consumption reduction",
               "fuel switching", "electrification", "use of renewable energy", "substitution of product or process",
               "other"]
"""The kinds of decarbonisation levers in a filing: those of ESRS E1 par. 34 (f); electrification and other are ours."""
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]


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


def _reduction(value: Any) -> Any:
    """Check that all three values are shares of the stream."""
    shares = Range.model_validate(value)
    if shares.low < 0:
        raise ValueError("a reduction is not negative: what a lever adds is under `adds`")
    if shares.high > 1:
        raise ValueError("a reduction over 1 takes more than the stream has")
    return shares


Reduction = Annotated[Range, BeforeValidator(_reduction)]


class Select(Model):
    """Streams of the inventory: every field given must match; strings are globs, without regard to case."""

    scope: list[Literal["1", "2", "3"]] = Field(default_factory=list)
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


class Cut(Model):
    """Takes the share `reduction` out of every stream selected by `where`, at full effect."""

    where: Select
    reduction: Reduction


class Add(Model):
    """Adds emissions elsewhere, before that stream's own levers: a fixed amount a year, or kg for each kg the lever
    takes out of its own streams in the baseline. Split over the streams of `to` by their size.
    """

    to: Select
    kg_per_year: NotNegative | None = None
    kg_per_kg_cut: NotNegative | None = None
    with_grid: Flag = False
    """The added kg fall with the grid pathway of the stream's region."""

    @model_validator(mode="after")
    def _one_way(self) -> Add:
        if (self.kg_per_year is None) == (self.kg_per_kg_cut is None):
            raise ValueError("give exactly one of kg_per_year, kg_per_kg_cut")
        return self


class LeverCost(Model):
    """Money of a lever, in the prices of one year."""

    currency: Currency
    price_year: Year
    capex: NotNegative
    """Paid in the year of the start, and again at the end of each lifetime."""
    opex_per_year: NotNegative
    savings_per_year: NotNegative


Evidence = Annotated[str, Field(min_length=3)]


class _Common(Model):
    label: dict[str, str]
    adds: list[Add] = Field(default_factory=list)
    track: Track
    """market: a contract or certificate; the location-based figure does not move."""
    cost: LeverCost
    lifetime_years: Annotated[int, Field(ge=1, le=60)]
    earliest_start: Year
    profile: list[Share] = Field(default_factory=lambda: [1.0], min_length=1, max_length=40)
    """Share of the full effect in the first, second, ... year; the last one stays."""
    prerequisites: list[Slug] = Field(default_factory=list)
    """Levers that must have started, at the latest in the same year."""
    exclusions: list[Slug] = Field(default_factory=list)
    """Levers that cannot be in the same plan."""
    evidence: Evidence | Annotated[dict[str, Evidence], Field(min_length=1)]
    """Evidence of the figures: a string, or one a language ({en: ..., fr: ...})."""
    decarbonisation_lever: Kind | None = None
    """The kind that a filing lists it under; a template has one of its own, and without either it is "not stated"."""

    def evidence_in(self, language: str) -> str:
        """Return the evidence in a language, else in the first one given."""
        if isinstance(self.evidence, str):
            return self.evidence
        return self.evidence.get(language) or next(iter(self.evidence.values()))


class Lever(_Common):
    """One possible measure.

    E_s = (B_s + adds_s) x product over levers of (1 - reduction_ls x profile(years since start)), stream by stream.
    """

    id: Slug
    cuts: Annotated[list[Cut], Field(min_length=1)]

    def __init__(self, **fields: Any) -> None:
        try:
            super().__init__(**fields)
        except ValidationError as wrong:
            raise UsageError(f"Lever {fields.get('id', '(no id)')}: {fault_words(wrong)}",
                             hint="a file of levers (params/<company>/levers.yml) shows every field: docs, Levers and "
                                  "plan") from None


def fault_words(error: ValidationError) -> str:
    """Return all faults of a call in one line: field and what is wrong with it."""
    return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'the whole'}: {e['msg'].removeprefix('Value error, ')}"
                     for e in error.errors(include_url=False))


class LeverEntry(_Common):
    """A lever as a company writes it: its own `cuts`, or a packaged template with its parameters."""

    cuts: list[Cut] = Field(default_factory=list)
    template: str | None = None
    parameters: dict[str, Range] = Field(default_factory=dict)
    where: Select | None = None
    """With a template: the streams it acts on."""
    to: Select | None = None
    """With a template that moves emissions: where they go."""

    @model_validator(mode="after")
    def _one_way(self) -> LeverEntry:
        if (self.template is None) == (not self.cuts):
            raise ValueError("give either `cuts`, or `template` with its `parameters`")
        if self.template is None and (self.parameters or self.where or self.to):
            raise ValueError("`parameters`, `where` and `to` go with `template`")
        return self


class PlanParams(Model):
    """Choices behind the plan; printed with it."""

    currency: Currency
    price_year: Year
    discount_rate: Annotated[float, Field(ge=0, le=0.5)]
    """A year, real."""
    residual_value: Literal["remaining_life", "none"]
    """remaining_life: the rest of a lifetime after the last year is worth its share of the capex at its end."""
    first_year: Year
    last_year: Year
    targets: Annotated[list[str], Field(min_length=1)]
    """Ids of the company's targets that the plan must meet."""
    meet: Literal["target_year", "every_year"]
    model: str | None = None
    """Of the trajectory that carries the baseline: that of the company's params (`trajectory_model`), or left out."""
    grid: dict[str, dict[Year, NotNegative]] = Field(default_factory=dict)
    """Region -> {year: grid factor relative to the last inventory}, straight between; consumption is then constant."""
    capex_cap: dict[Year, NotNegative] = Field(default_factory=dict)
    max_starts_per_year: Annotated[int, Field(ge=1)] | None = None
    budget_t: dict[str, NotNegative] = Field(default_factory=dict)
    """Target id -> t CO2e that its scopes may emit from first to last year."""
    gamma: Annotated[int, Field(ge=0)]
    """How many levers may fall to their low value at once in the robust plan."""
    seed: int
    draws: Annotated[int, Field(ge=100, le=1_000_000)]
    time_limit_s: Annotated[float, Field(gt=0)]

    @model_validator(mode="after")
    def _years(self) -> PlanParams:
        if self.last_year < self.first_year:
            raise ValueError(f"last_year {self.last_year} is before first_year {self.first_year}")
        outside = [y for y in self.capex_cap if not self.first_year <= y <= self.last_year]
        if outside:
            raise ValueError(f"capex_cap has years outside the plan: {outside}")
        unknown = sorted(set(self.budget_t) - set(self.targets))
        if unknown:
            raise ValueError(f"budget_t names {unknown}, which are not in `targets`")
        return self


class LeverFile(Model):
    """params/<company>/levers.yml."""

    plan: PlanParams
    levers: Annotated[dict[Slug, LeverEntry], Field(min_length=1)]

    @model_validator(mode="after")
    def _relations(self) -> LeverFile:
        check_relations(self.levers)
        return self


def check_relations(levers: Mapping[str, _Common]) -> None:
    """Raise unless prerequisites and exclusions name levers of the file and no lever waits for itself.

    Raises ValueError: Names the lever, the field and what is wrong.
    """
    for name, lever in levers.items():
        for field in ("prerequisites", "exclusions"):
            unknown = [o for o in getattr(lever, field) if o not in levers or o == name]
            if unknown:
                raise ValueError(f"lever {name}, {field}: {unknown[0]!r} is itself or no lever of this file")
        contradictions = set(lever.prerequisites) & set(lever.exclusions)
        if contradictions:
            raise ValueError(f"lever {name}, exclusions: {min(contradictions)!r} is also a prerequisite")
    for name in levers:
        _walk(levers, name, [])


def _walk(levers: Mapping[str, _Common], name: str, path: list[str]) -> None:
    if name in path:
        raise ValueError(f"lever {path[0]}, prerequisites: circular, {' -> '.join([*path, name])}")
    for other in levers[name].prerequisites:
        _walk(levers, other, [*path, name])
