"""The parameters of a company and of a run, as typed and frozen values.

Every method choice that changes a figure is required here and has no default in code (docs/methods).
Reading the YAML files, with file, line and key in each error, is the work of `params/files`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from carbon.core.fuels import Fuel
from carbon.core.text import code_key
from carbon.core.zones import country_of, supplier_of, supply_region
from carbon.params.shapes.boundary import EVENT_OF, Answers
from carbon.params.shapes.counted_twice import Policies
from carbon.params.shapes.expected import Accepted
from carbon.params.shapes.files import AcceptedRejects, Condition, FilePattern, Rule, Spend
from carbon.params.shapes.heat_contents import HeatContent
from carbon.params.shapes.instrument import Instrument
from carbon.params.shapes.local_text import in_report_language
from carbon.params.shapes.own_factor import OwnFactor
from carbon.params.shapes.sites import Site
from carbon.params.shapes.travel import FlightBand, Travel, Vehicle
from carbon.params.shapes.types import CompanyName, Country, Currency, Flag, MeanBase, Model, Share, Slug, Year
from carbon.params.shapes.uncertainty import StatedUncertainty

__all__ = ["AcceptedRejects", "BaseYearPolicy", "CategoryStatement", "CompanyParams", "Condition", "Country",
           "FactorPolicy", "FilePattern", "Flag", "Footprint", "Instrument", "Model", "Rule", "RunEntry", "RunParams",
           "Share", "Site", "Slug", "Spend", "TargetParams", "Travel", "Vintage", "Year"]


def _day_of_the_year(text: str) -> str:
    try:
        date.fromisoformat(f"2001-{text}")
    except ValueError:
        raise ValueError(f"{text!r} is no day of every year: write MM-DD, e.g. 01-01") from None
    return text


MOST_YEARS = 50
"""No policy accepts a factor that lies further from its activity."""


class Vintage(Model):
    """How far a factor's year may lie from the activity's."""

    later: Literal["refuse", "allow"]
    max_gap: Annotated[int, Field(ge=0, le=MOST_YEARS)]
    older_max_gap: Annotated[int, Field(ge=0, le=MOST_YEARS)] = MOST_YEARS
    """An older factor is the standard's own rule; its gap is printed, and not accepted beyond this many years."""


class FactorPolicy(Model):
    """How `resolve` chooses a factor; printed in the report."""

    release: str
    regions: dict[str, list[str]]
    """Region chain by the activity's region, e.g. {FR: [FR, EU27, GLO]}; a region without a chain has only itself. The
    key `other` is what follows the region itself in scope 3 (travel, purchases) for every region not listed; a site
    whose fuel and power are in scopes 1 and 2 is listed by name, so that no grid replaces another in silence.
    """
    vintage: Vintage
    price_basis: Literal["strict", "as_is", "purchaser"]
    """purchaser: amounts are what was paid without VAT; a factor at basic prices is carried there by the ratio of two
    published factors of its country and industry, and where none is published applied as it is, which is printed.
    as_is: without any ratio; the share is printed. strict: such amounts have no factor.
    """
    deflator: Literal["world_bank_gdp", "world_bank", "none"]
    """world_bank: the GDP deflator, then consumer prices; years after both are printed as not deflated. world_bank_gdp:
    the GDP deflator alone; amounts of later years have no factor.
    """
    by_country: Literal["", "nace"] = ""
    """nace: a spend category of another model (NAICS, ADEME 2018) without a factor of its country is priced by the NACE
    industry that it belongs to, where that has one; the row names both.
    """
    life_cycle_grid: list[str] = []
    """Regions whose life-cycle grid factor is accepted in scope 2 (the upstream of those kWh is then inside it)."""
    parts_from: dict[Literal["upstream", "losses"], list[str]] = {}
    """Source_id prefixes whose part, or loss share of the grid, is used where the factor of an energy lacks it, for the
    same place.
    """
    upstream_pairs: dict[str, tuple[str, str]] = {}
    """Region -> source_id prefixes of a life-cycle and a combustion factor of its grid: their difference is the
    upstream of its kWh, an estimate.
    """
    grid_basis: dict[str, Literal["generation", "delivered"]] = {}
    """Source_id prefix -> what a kWh of its grid factors is, where the package does not state it: generated (losses
    outside the factor) or delivered (inside).
    """
    prefer: list[str] = []
    """Order of source_id prefixes when several sources fit equally."""
    imported: list[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]] = []
    """Tables of params/shared/factors/ that are used with the release, e.g. a residual mix, by name."""
    heat_contents: list[HeatContent] = []
    """Heat contents and densities of fuels by the company's own evidence; they go before published ones."""

    @property
    def own_fuels(self) -> tuple[Fuel, ...]:
        """The fuel properties that `heat_contents` state."""
        return tuple(content.record for content in self.heat_contents)

    def chain(self, region: str, scope: str) -> list[str]:
        """Return the regions to search, in order."""
        after = self.regions.get("other", []) if scope == "3" and region else []
        country = country_of(region)
        # A grid zone or a heat network: what it lacks is its country's, and is said to be (`region fallback`).
        known_chain = self.regions.get(country, [country, *after])
        if supplier := supplier_of(region):
            # What the supplier's country produces, else what the buyer's country buys.
            return list(dict.fromkeys([supply_region(supplier), *known_chain, supplier]))
        return list(dict.fromkeys(self.regions.get(region, [region, *known_chain])))


class CategoryStatement(Model):
    """The company's statement on a scope 3 category without a figure."""

    status: Literal["not relevant", "excluded", "computed", "no records"]
    reason: str = ""
    estimated_t: float | None = None

    @model_validator(mode="after")
    def _reason(self) -> CategoryStatement:
        if self.status in ("not relevant", "excluded") and not self.reason:
            raise ValueError("a reason is required")
        return self


class InstrumentVintage(Model):
    """How far generation may lie from the reporting year [months] (Scope 2 Guidance, table 7.1, criterion 4)."""

    months_before: Annotated[int, Field(ge=0, le=24)] = 6
    months_after: Annotated[int, Field(ge=0, le=24)] = 3
    """The defaults are the 21 months of Green-e; a registry or programme may ask for less."""


class Footprint(Model):
    """A supplier's product footprint (PACT v3 JSON, in params/<company>/) and the activity it is the factor of."""

    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_. -]*\.json$")]
    activity: str


class TargetParams(Model):
    """A reduction target as the company states it."""

    id: str
    label: dict[str, str] = {}
    scopes: list[Literal["1", "2", "3"]]
    scope2_method: Literal["location-based", "market-based"]
    base_year: Year
    base_years: MeanBase = ()
    """Years whose mean is the base; `base_year`, from which the cut is counted, is one of them."""
    target_year: Year
    period_from: Year | None = None
    """First reporting year of the target period (ESRS E1, AR 25: at most three years after the base year)."""
    reduction: Share
    ruleset: str = ""
    residual: Share = 0.0

    @model_validator(mode="after")
    def _counted_from_one_of_them(self) -> TargetParams:
        if self.base_years and self.base_year not in self.base_years:
            raise ValueError(f"base_year {self.base_year} is not one of base_years {list(self.base_years)}")
        if self.target_year <= self.base_year:
            raise ValueError(f"target_year {self.target_year} does not come after base_year {self.base_year}")
        if self.period_from is not None and self.period_from > self.target_year:
            raise ValueError(f"period_from {self.period_from} comes after target_year {self.target_year}")
        return self


class BaseYearPolicy(Model):
    """When the base year is recalculated (GHG Protocol, Corporate Standard ch. 5): the company's own policy."""

    threshold: Annotated[float, Field(gt=0, le=1)]
    """Share of base-year emissions, e.g. 0.05."""
    measure: Literal["single", "net", "gross"]
    """gross: opposite changes do not hide each other."""
    scopes: Annotated[list[Literal["1", "2", "3"]], Field(min_length=1)]
    """Scopes whose sum (scope 2 by the headline method) the events are compared with."""
    base_years: MeanBase = ()
    """Years whose mean the events are compared with; empty: the company's base_year."""
    mid_year: Literal["all_years", "pro_rata"] = "all_years"
    """Effect of an event within a year: on all years at once, or by its days in its own year, then all."""


Post = Annotated[str, Field(pattern=r"^(1\.[1-5]|2\.[12]|3\.[1-5]|4\.[1-5]|5\.[1-4]|6\.1)$")]
"""A post of the French method, and the subcategory of ISO 14064-1:2018 with the same number."""
IdentityField = Literal["type", "siren", "naf", "activity", "address", "contact"]
Statement = Annotated[str, Field(min_length=1)]


class Significance(Model):
    """Which indirect emissions the company holds to be significant (ISO 14064-1:2018, 5.2.3 and annex H)."""

    share: Share
    """Share of all indirect emissions from which a post is significant by its size."""
    criteria: Statement
    """The other criteria and how they were judged, e.g. influence, risk, guidance of the sector, outsourcing, staff."""
    posts: dict[Post, Statement] = {}
    """Posts that are significant, or are not, for another reason than their size."""


class FilingParams(Model):
    """Statements of the company for its filings; what is absent is listed by `carbon file --check`."""

    identity: dict[IdentityField, Statement] = {}
    empty_posts: dict[Post, Statement] = {}
    """Why a post has nothing, e.g. {"3.4": "no visitors"}; one that has rows raises an error."""
    ets_share: dict[Year, Share] = {}
    """Share of scope 1 under a regulated emission trading scheme, e.g. {2025: 0.0}."""
    significance: Significance | None = None
    targets_by_scope: Literal["", "same_reduction"] = ""
    """How a target of several scopes together is divided where a framework asks for each scope."""


class CompanyParams(Model):
    """params/<company>.yml."""

    company: CompanyName
    name: dict[str, str]
    country: Country
    currency: Currency
    language: Literal["en", "fr"]
    reporting_year_starts: Annotated[str, Field(pattern=r"^\d\d-\d\d$"), AfterValidator(_day_of_the_year)]
    consolidation: Literal["operational_control", "financial_control", "equity_share"]
    base_year: Year
    gwp: Literal["AR4GWP100", "AR5GWP100", "AR6GWP100"]
    allow_mixed_gwp: list[str] = []
    """Prefixes of factor_id or source_id whose CO2e is frozen in another (or an unstated) GWP set."""
    fx: Literal["transaction_date", "year_mean"]
    factors: FactorPolicy
    scope2_headline: Literal["location-based", "market-based"]
    travel: Travel
    sites: dict[str, Site] = {}
    vehicles: list[Vehicle] = []
    """The company's vehicles; params/<company>/vehicles.csv adds to them."""
    flight_bands: list[FlightBand] = []
    """The company's own bands of flights, for `travel.flight_bands: own`; params/<company>/flight_bands.csv."""
    uncertainty: list[StatedUncertainty] = []
    """What the company states of the uncertainty of its data; params/<company>/uncertainty.csv adds to it."""
    freight_modes: dict[str, Annotated[str, Field(min_length=1)]] = {}
    """Bare word of freight -> the mode it is counted as, e.g. {sea: container_ship, parcels: van}: an assumption, with
    its tonnes in a warning. Words that have a mode of their own are not declared.
    """
    own_factors: Annotated[list[OwnFactor], Field(exclude=True)] = []
    """The factors of params/<company>/factors.csv, so that words lead to what the company has its own factor for."""
    employees: dict[Year, Annotated[float, Field(gt=0)]] = {}
    revenue: dict[Year, Annotated[float, Field(gt=0)]] = {}
    """Net revenue of a year [currency], for the intensities of filings."""
    identifier: Annotated[str, Field(pattern=r"^((LEI|DUNS|EUID|PermID):\S+)?$")] = ""
    """Registered identifier of the company, e.g. "LEI:529900T8BM49AURSDO55", for filings."""
    vsme_module: Literal["", "basic", "comprehensive"] = ""
    """Modules of VSME that the company reports by, as it declares them."""
    files: list[FilePattern]
    rules: list[Rule] = []
    suppliers_named_from: Annotated[float, Field(ge=0)] = 5000
    """Purchases of the year [currency] from which pages, notebook and workbook name a supplier; below, it is among the
    others: a sole trader's name is a person's.
    """
    account_map: Literal["none", "gb_public", "naf", "naics", "pcg", "pgc", "skr03", "skr04", "unspsc"] = "none"
    """Packaged map of a chart of accounts, of expense categories or of codes, for purchases without a rule."""
    decisions_from: list[Slug] = []
    """Sister companies whose saved decisions of the classification desk are used where this one has none."""
    instruments: list[Instrument] = []
    instrument_vintage: InstrumentVintage = InstrumentVintage()
    footprints: list[Footprint] = []
    targets: list[TargetParams] = []
    base_year_policy: BaseYearPolicy | None = None
    """Required as soon as data/ledger/<company>/base_year_events.csv has events."""
    audience: Literal["performance", "public", "governance"] = "performance"
    """Whose page annual_report.html is; the pages of the others are next to it, from the same run."""
    event_years: dict[Year, str] = {}
    """Exceptional years (a pandemic, a strike) with the reason: kept in the series, marked in the fit."""
    trajectory_model: str = "auto"
    """Model of the company's trajectory on every page and in its plan: "auto" (the rule of the methods page), or a name
    of `carbon.trajectory.fitting.models.MODELS`.
    """
    missing_years: dict[Year, str] = {}
    """Years between others for which there is no inventory, with the reason, one by one or as a range ("1991-1999"); an
    undeclared gap raises an error.
    """
    categories: dict[Annotated[int, Field(ge=1, le=15)], CategoryStatement] = {}
    max_rejected_share: dict[str, AcceptedRejects] = {}
    breach_share: Share = 0.05
    """Share of the headline total from which a breach of what is expected fails a run until `expected` accepts it."""
    expected: list[Accepted] = []
    """Breaches that the company has looked at and accepts, each by its name."""
    counted_twice: Policies = []
    """Which side counts where two records speak of the same thing (docs/how-to/counted-twice.md)."""
    boundary: Answers = []
    """What happened to each site, entity, meter or file that came or went (docs/how-to/boundary.md)."""
    beges_posts: dict[str, Literal["1.1", "1.2", "1.3", "1.4", "1.5", "2.1", "2.2", "4.1", "4.5"]] = {}
    """Beginning of an activity -> post of the French method, where its routing leaves a choice (goods or services)."""
    filing: FilingParams = FilingParams()

    @model_validator(mode="before")
    @classmethod
    def _strings(cls, data: object) -> object:
        return in_report_language(data)

    @model_validator(mode="after")
    def _events_have_a_policy(self) -> CompanyParams:
        if self.base_year_policy is None and (events := [a.title for a in self.boundary if a.word in EVENT_OF]):
            raise ValueError(f"{events[0]} is a base-year event: add its significance, "
                             "`base_year_policy: {threshold, measure, scopes}`")
        return self

    @model_validator(mode="after")
    def _sites_by_name(self) -> CompanyParams:
        """Take sites that instruments name in the spelling of `sites`: case and outer blanks make no other site."""
        spelled: dict[str, str] = {}
        for site in self.sites:
            if (other := spelled.setdefault(code_key(site), site)) != site:
                raise ValueError(f"the sites {other!r} and {site!r} differ in case alone: are they one site or two?")
        vars(self)["instruments"] = [i.model_copy(update={"sites": [spelled.get(code_key(s), s) for s in i.sites]})
                                     if i.sites else i for i in self.instruments]
        self.model_post_init(None)
        return self

    @property
    def significant_share(self) -> float:
        """Share of a base from which a change of boundary is significant: the policy's, else `breach_share`."""
        return self.breach_share if self.base_year_policy is None else self.base_year_policy.threshold

    @property
    def home(self) -> frozenset[str]:
        """Countries of the company and its sites."""
        return frozenset({self.country, *(site.country for site in self.sites.values())})

    def grid_of_site(self, site: str) -> str:
        """Return the grid zone of a declared site, else its country; "" for another site."""
        return (self.sites[site].grid_zone or self.sites[site].country) if site in self.sites else ""

    def country_of_site(self, site: str, otherwise: str = "") -> str:
        """Return the country of a declared site; `otherwise` for another."""
        return self.sites[site].country if site in self.sites else otherwise


class RunEntry(Model):
    """Company-years of one company, or of all companies of the project whose names fit a pattern."""

    company: CompanyName | Annotated[str, Field(pattern=r"^[a-z0-9*-]*\*[a-z0-9*-]*$")]
    """A name, or a pattern with *: trust-* or *."""
    years: Annotated[list[Year], Field(min_length=1)]


class RunParams(Model):
    """params/runs.yml."""

    notebook: Annotated[str, Field(pattern=r"^notebooks/[A-Za-z0-9_]+\.ipynb$")]
    runs: list[RunEntry]
    workers: Annotated[int, Field(ge=1, le=256)] | None = None
    timeout_s: Annotated[int, Field(ge=10)] = 600
    parameters: dict[Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*$")], str | Flag | int | float] = {}
    """Further parameters of the notebook; each must be declared, with the same type, in its `parameters` cell."""
    language: Literal["en", "fr"] = "en"
    """Of data/processed/index.html and of the pages of signatures."""
    row_files_mode: Literal["0600", "0640"] = "0600"
    """Of the published files with a line for each row: the owner's alone, or a group may read them."""
    pdf: Flag = False
    """Also print each report as PDF, where Chromium is installed."""
