"""The parameters of levers and of a plan: params/<company>/levers.yml.

A lever is a possible measure: by how much it cuts which streams, what it adds elsewhere, its cost, and its evidence.
Every choice that changes the plan's figure is required here and has no default in code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError, model_validator

from carbon.core.errors import UsageError
from carbon.params.shapes.faults import Key, fault_at, fault_words
from carbon.params.shapes.lever_life import (
    NONE,
    CarbonPrice,
    DeclaredBaseline,
    Factor,
    LeverCost,
    NotNegative,
    Range,
    Reduction,
    Resource,
    Rollout,
    Saving,
    Select,
    Use,
)
from carbon.params.shapes.types import Currency, Flag, Model, Share, Slug, Year

__all__ = ["Add", "Cut", "Kind", "Lever", "LeverCost", "LeverEntry", "LeverFile", "PlanParams", "Range", "Select",
           "Track", "check_relations"]

Track = Literal["both", "market"]
Kind = Literal["energy efficiency and consumption reduction", "material efficiency and consumption reduction",
               "fuel switching", "electrification", "use of renewable energy", "substitution of product or process",
               "other"]
"""The kinds of decarbonisation levers in a filing: those of ESRS E1 par. 34 (f); electrification and other are ours."""
class Cut(Model):
    """Takes the share `reduction` out of every stream selected by `where`, at full effect."""

    where: Select
    reduction: Reduction
    rebound: Reduction = NONE
    """Share of the cut that comes back, as cheaper use is more use: the stream falls by reduction x (1 - rebound)."""
    factors: list[Factor] = Field(default_factory=list)
    """What a template's reduction is the product of: its ranges are drawn one by one."""


def _not_above_itself(value: Range) -> Range:
    if value.high > 1:
        raise ValueError(f"{value.high} kg appear for each kg cut: a lever may not emit more than it cuts; write kg "
                         "per kg, as 0.06")
    if value.low < 0 or value.likely <= 0 < value.high:
        raise ValueError(f"low {value.low}, likely {value.likely}: none is negative; likely is 0 only where high is")
    return value


class Add(Model):
    """Adds emissions elsewhere, before that stream's own levers: a fixed amount a year, or kg for each kg the lever
    moves out of its own streams, of what is left in them. Split over the streams of `to` by their size.
    """

    to: Select
    kg_per_year: NotNegative | None = None
    kg_per_kg_cut: Annotated[Range, AfterValidator(_not_above_itself)] | None = None
    """One number, or a range that is drawn."""
    with_grid: Flag = False
    """The added kg fall with the grid pathway of the stream's region."""

    @model_validator(mode="after")
    def _one_way(self) -> Add:
        if (self.kg_per_year is None) == (self.kg_per_kg_cut is None):
            raise ValueError("give exactly one of kg_per_year, kg_per_kg_cut")
        return self


Evidence = Annotated[str, Field(min_length=3)]


class _Common(Model):
    label: dict[str, str]
    adds: list[Add] = Field(default_factory=list)
    track: Track
    """market: a contract or certificate; the location-based figure does not move."""
    cost: LeverCost
    lifetime_years: Annotated[int, Field(ge=1, le=60)]
    earliest_start: Year
    rollout: Rollout | None = None
    """Units bought over years; without it the lever is one unit."""
    effect_by_age: list[Share] = Field(default_factory=lambda: [1.0], min_length=1, max_length=40)
    """Share of a unit's full effect in its first, second, ... year; the last one stays, also after a renewal."""
    decay_per_year: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Share of its effect that a unit loses a year, until it is renewed."""
    renewed: Flag = True
    """Units are bought again at the end of their life; else their effect ends with it."""
    end_year: Year | None = None
    """Last year in which units run."""
    lowers: Literal["quantity", "intensity"] | None = None
    """What its cuts lower: how much is used, or the emissions of each unit used. Asked where another lever moves the
    same emissions elsewhere: of a lower quantity less is moved."""
    saves: list[Saving] = Field(default_factory=list)
    uses: list[Use] = Field(default_factory=list)
    fixed_start: Year | None = None
    """A decided lever: it starts in that year."""
    required: Flag = False
    """The plan must hold it, in whichever year."""
    prerequisites: list[Slug] = Field(default_factory=list)
    """Levers that must have started, at the latest in the same year."""
    exclusions: list[Slug] = Field(default_factory=list)
    """Levers that cannot be in the same plan."""
    evidence: Evidence | Annotated[dict[str, Evidence], Field(min_length=1)]
    """Evidence of the figures: a string, or one a language ({en: ..., fr: ...})."""
    decarbonisation_lever: Kind | None = None
    """The kind that a filing lists it under; a template has one of its own, and without either it is "not stated"."""

    @model_validator(mode="before")
    @classmethod
    def _no_profile(cls, values: Any) -> Any:
        if isinstance(values, Mapping) and "profile" in values:
            shares = [*values["profile"]] if isinstance(values["profile"], list) else []
            ages = ", ".join(map(str, shares))
            raise ValueError(
                "`profile` is replaced, as money now follows units and effect: write `rollout: {units: "
                f"{len(shares)}, per_year: 1}}` where a part is bought each year, or `effect_by_age: [{ages}]` where "
                "all is bought in the first year and works later")
        return values

    @model_validator(mode="after")
    def _life(self) -> Any:
        rollout = self.rollout
        if rollout is not None and self.renewed and rollout.per_year * self.lifetime_years < rollout.units:
            raise ValueError(f"rollout: {rollout.per_year} a year with a life of {self.lifetime_years} years never "
                             f"reach {rollout.units}: what is renewed takes all; raise per_year or lower units")
        if self.end_year is not None and self.end_year < (start := max(self.earliest_start, self.fixed_start or 0)):
            raise fault_at(["end_year"], f"{self.end_year} is before its start, {start}")
        if self.fixed_start is not None and self.fixed_start < self.earliest_start:
            raise fault_at(["fixed_start"], f"{self.fixed_start} is before earliest_start {self.earliest_start}")
        if rollout is None and self.cost.per == "unit":
            raise ValueError("cost.per: unit needs a `rollout` with its units")
        if self.track == "market" and self.adds:
            raise fault_at(["adds"], "a contract moves the market-based figure of scope 2 alone; write what it adds as "
                           "a lever of its own with `track: both`")
        return self

    def evidence_in(self, language: str) -> str:
        """Return the evidence in a language, else in the first one given."""
        if isinstance(self.evidence, str):
            return self.evidence
        return self.evidence.get(language) or next(iter(self.evidence.values()))


class Lever(_Common):
    """One possible measure.

    E_s = (B_s + adds_s) x product over levers of (1 - reduction_ls x effect of its units), stream by stream.
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


MOST_GRID = 2.0
"""A grid factor over twice that of the last inventory is a percentage."""


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
    baseline: DeclaredBaseline | None = None
    """In place of the trajectory, where one inventory has to be enough."""
    grid: dict[str, dict[Year, NotNegative]] = Field(default_factory=dict)
    """Region -> {year: grid factor relative to the last inventory}, straight between; consumption is then constant."""
    resources: dict[Slug, Resource] = Field(default_factory=dict)
    """Quantities with a price, which levers save and use."""
    carbon_price: CarbonPrice | None = None
    costs_until: Year
    """Last year whose costs count: after the last year emissions, quantities and prices stay as they are in it."""
    capex_cap: dict[Year, NotNegative] = Field(default_factory=dict)
    """By year: most that is invested, less grants."""
    capex_total: NotNegative | None = None
    """Most that is invested from first to last year, less grants."""
    max_starts_per_year: Annotated[int, Field(ge=1)] | None = None
    budget_t: dict[str, NotNegative] = Field(default_factory=dict)
    """Target id -> t CO2e that its scopes may emit from first to last year."""
    probability: Annotated[float, Field(gt=0, lt=1)] | None = None
    """P of keeping all limits that the plan must reach; without it the limits hold on the middle path alone."""
    gamma: Annotated[int, Field(ge=0)]
    """How many levers may fall to their low value at once in the robust plan."""
    seed: int
    draws: Annotated[int, Field(ge=100, le=1_000_000)]
    time_limit_s: Annotated[float, Field(gt=0)]

    @model_validator(mode="before")
    @classmethod
    def _costs_after(cls, values: Any) -> Any:
        if isinstance(values, Mapping) and "costs_until" not in values and "last_year" in values:
            last = str(values["last_year"])
            later = int(last) + 10 if last.isdecimal() else "<year>"
            raise ValueError(f"`costs_until` is missing: write `costs_until: {later}` to count ten years of "
                             f"running cost and savings after the plan, or `costs_until: {last}` to end them with it, "
                             "by which what costs money each year waits for the target year")
        return values

    @model_validator(mode="after")
    def _years(self) -> PlanParams:
        first, last = self.first_year, self.last_year
        if last < first:
            raise fault_at(["last_year"], f"{last} is before first_year {first}")
        if self.costs_until < last:
            raise fault_at(["costs_until"], f"{self.costs_until} is before last_year {last}")
        for region, path in self.grid.items():
            for year, factor in path.items():
                if factor > MOST_GRID:
                    raise fault_at(["grid", region, year], f"{factor:g} times the factor of the last inventory; write "
                                   "0.9 for 90 %")
                if year < first and (year, factor) != (first - 1, 1):
                    raise fault_at(["grid", region, year], f"the path is 1 in {first - 1}, the year of the last "
                                   f"inventory; give years from {first} on")
        years: dict[Key, int] = {("capex_cap", y): y for y in self.capex_cap}
        years |= {("baseline", "closures", i, "first_year"): closure.first_year
                  for i, closure in enumerate(self.baseline.closures if self.baseline else ())}
        for key, year in years.items():
            if not first <= year <= last:
                raise fault_at(key, f"{year} is not among the plan's years {first}-{last}")
        if unknown := sorted(set(self.budget_t) - set(self.targets)):
            raise fault_at(["budget_t", unknown[0]], "is not in `targets`")
        return self


class LeverFile(Model):
    """params/<company>/levers.yml."""

    plan: PlanParams
    levers: Annotated[dict[Slug, LeverEntry], Field(min_length=1)]

    @model_validator(mode="after")
    def _relations(self) -> LeverFile:
        check_relations(self.levers)
        self._in_years()
        return self

    def _in_years(self) -> None:
        """Raise where a lever lies outside the plan's years, or names a resource the plan does not have."""
        first, last = self.plan.first_year, self.plan.last_year
        for name, lever in self.levers.items():
            for field in ("earliest_start", "fixed_start"):
                year = getattr(lever, field)
                if year is not None and (year > last or (field == "fixed_start" and year < first)):
                    raise fault_at(["levers", name, field], f"{year} is not among the plan's years {first}-{last}")
            until = lever.cost.grant.until if lever.cost.grant else None
            for keys, year in ((["end_year"], lever.end_year), (["cost", "grant", "until"], until)):
                if year is not None and year < first:
                    raise fault_at(["levers", name, *keys], f"{year} is before the plan's years {first}-{last}")
            for field in ("saves", "uses"):
                for i, one in enumerate(getattr(lever, field)):
                    if one.resource not in self.plan.resources:
                        raise fault_at(["levers", name, field, i, "resource"], f"{one.resource!r} is not in "
                                       "plan.resources")


def check_relations(levers: Mapping[str, _Common]) -> None:
    """Raise unless prerequisites and exclusions name levers of the file and no lever waits for itself.

    Raises ValueError: Names the lever, the field and what is wrong.
    """
    for name, lever in levers.items():
        for field in ("prerequisites", "exclusions"):
            unknown = [o for o in getattr(lever, field) if o not in levers or o == name]
            if unknown:
                raise fault_at(["levers", name, field], f"{unknown[0]!r} is itself or no lever of this file")
        contradictions = set(lever.prerequisites) & set(lever.exclusions)
        if contradictions:
            raise fault_at(["levers", name, "exclusions"], f"{min(contradictions)!r} is also a prerequisite")
    for name in levers:
        _walk(levers, name, [])


def _walk(levers: Mapping[str, _Common], name: str, path: list[str]) -> None:
    if name in path:
        raise fault_at(["levers", path[0], "prerequisites"], f"circular, {' -> '.join([*path, name])}")
    for other in levers[name].prerequisites:
        _walk(levers, other, [*path, name])
