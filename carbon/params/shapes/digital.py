"""The parameters of responsible-digital figures: params/<company>/fleet.yml, service.yml, digital_policies.yml.

A choice that changes a figure is required here and has no default in code. The default of each answer is in a table of
`carbon.digital.services.answers`, listed in every result that used it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from carbon.params.shapes.company import Country, Flag, Model, Share, Slug, Year

View = Literal["spread", "purchase_year"]
LifespanRule = Literal["max_of_age_and_planned", "numecoeval"]
Allocation = Literal["active_hours", "calendar_hours"]
ExitRoute = Literal["donated", "sold", "refurbished", "recycled", "lost"]
Years = Annotated[float, Field(gt=0, le=50)]
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in", "not in", "has", "is"]
"""has: one of the words of a list such as "Green IT; IT for Human"; is: "given" or "blank"."""


class Requirement(Model):
    """One condition on a column of a table: every one of a policy must hold. Numbers are written as numbers."""

    column: str
    operator: Operator
    value: str | list[str]


class FleetPolicy(Model):
    """The company's rules for its devices; the fleet is checked against them."""

    minimum_lifespan_years: dict[str, Years] = Field(default_factory=dict)
    """Category -> age before which no device should leave."""
    exit_routes: list[ExitRoute] = Field(default_factory=list)
    """Routes a device may leave by; empty: any."""
    brands: list[str] = Field(default_factory=list)
    """Brands that may be bought; empty: any."""
    refurbished_share: Share = 0.0
    """Least share of bought units that are refurbished or donated."""
    reuse_share: Share = 0.0
    """Least share of retired units, under ten years old, that go on to another user."""
    devices_per_employee: Positive | None = None


class FleetParams(Model):
    """params/<company>/fleet.yml."""

    view: View
    lifespan_rule: LifespanRule
    idle_months: NotNegative
    grid_zone: Country
    planned_lifespan_years: dict[str, Years] = Field(default_factory=dict)
    """Category -> years, where the stock list gives none."""
    kwh_per_year: dict[str, NotNegative] = Field(default_factory=dict)
    """Category -> measured kWh of one device a year (TEC), in place of its power and hours."""
    hours_per_day: dict[str, Annotated[float, Field(ge=0, le=24)]] = Field(default_factory=dict)
    """Category -> hours of active use a day, where nothing is measured."""
    work_share: dict[Literal["COPE", "BYOD"], Share] = Field(default_factory=dict)
    """Share of a phone that is work's: company phone with private use, own phone at work."""
    scenario_lifespans: list[Years] = Field(default_factory=list)
    payback_horizon_years: Years
    """Years over which a new device that draws less has to save what its making emits; the fleet's notes state it."""
    policy: FleetPolicy = FleetPolicy()


class ServerAnswer(Model):
    """Servers of a service: whole ones, or a share of a host by virtual CPUs."""

    quantity: NotNegative = 1.0
    vcpu: Positive | None = None
    vcpu_host: Positive | None = None
    power_w: Positive | None = None
    embodied_co2e_kg: Positive | None = None
    """Manufacture of one whole server, e.g. from its components; without it the packaged average."""

    @model_validator(mode="after")
    def _share(self) -> ServerAnswer:
        if (self.vcpu is None) != (self.vcpu_host is None):
            raise ValueError("give vcpu and vcpu_host together")
        if self.vcpu is not None and self.vcpu_host is not None and self.vcpu > self.vcpu_host:
            raise ValueError("vcpu is more than the host has")
        return self


class StorageAnswer(Model):
    """Disks of a service: whole ones, or TB kept, copies and the size of a disk."""

    disks: NotNegative | None = None
    tb: NotNegative | None = None
    copies: Positive = 1.0
    tb_per_disk: Positive | None = None

    @model_validator(mode="after")
    def _one_way(self) -> StorageAnswer:
        if (self.disks is None) == (self.tb is None):
            raise ValueError("give either disks or tb")
        if self.tb is not None and self.tb_per_disk is None:
            raise ValueError("tb needs tb_per_disk: the size of one disk")
        return self


def shares_of(text: str) -> dict[str, float]:
    """Return the shares that "laptop 0.6; smartphone 0.4" states; "60%" and "60 %" are 0.6.

    Raises ValueError: They are not names and numbers.
    """
    spelling = " ".join(text.split()).replace(" %", "%")
    parts = [part.rsplit(maxsplit=1) for part in spelling.split(";") if part.strip()]
    try:
        named = {name.strip(): _share(number) for name, number in parts}
    except ValueError:
        named = {}
    if not named or len(named) != len(parts):
        raise ValueError(f"{text!r} are not names and shares: write laptop 0.6; smartphone 0.4")
    return named


def _share(text: str) -> float:
    number = text.replace(",", ".")
    return float(number.removesuffix("%")) / 100.0 if number.endswith("%") else float(number)


class ServiceAnswers(Model):
    """Ten answers about a digital service; an absent one has the default that the result lists."""

    service_id: Slug
    year: Year
    users: NotNegative
    hours_per_user: NotNegative
    gb_per_user: NotNegative | None = None
    mb_per_visit: NotNegative | None = None
    visits_per_user: NotNegative | None = None
    devices: dict[str, Share] | None = None
    mobile_share: Share | None = None
    zone: Country | None = None
    zones: dict[Country, Share] | None = None
    """Users of several countries, by their shares: in place of `zone`."""
    network_zone: str | None = None
    """Zone whose network factors are used where the users' own zone has none."""
    servers: list[ServerAnswer]
    storage: list[StorageAnswer]
    pue: Annotated[float, Field(ge=1, le=5)] | None = None
    datacentre_zone: Country | None = None
    server_lifespan_years: Years | None = None
    allocation: Allocation

    @model_validator(mode="before")
    @classmethod
    def _from_words(cls, values: Any) -> Any:
        """Read "laptop 0.6; smartphone 0.4" and "FR 0.6; US 0.4" as shares."""
        if isinstance(values, dict):
            written = {name: values[name] for name in ("devices", "zone") if isinstance(values.get(name), str)}
            parts = {name: shares_of(text) for name, text in written.items()
                     if name == "devices" or len(text.split()) > 1}
            values = {k: v for k, v in values.items() if k not in parts} | {
                {"zone": "zones"}.get(name, name): part for name, part in parts.items()}
        return values

    @model_validator(mode="after")
    def _data(self) -> ServiceAnswers:
        visits = (self.mb_per_visit is not None, self.visits_per_user is not None)
        if (self.gb_per_user is None) != all(visits) or (self.gb_per_user is not None and any(visits)):
            raise ValueError("give either gb_per_user, or mb_per_visit and visits_per_user")
        for name, shares in (("devices", self.devices), ("zones", self.zones)):
            if shares is not None and abs(sum(shares.values()) - 1) > 1e-6:
                raise ValueError(f"the shares of {name} sum to {sum(shares.values()):.6g}, not 1")
        if self.zone is not None and self.zones is not None:
            raise ValueError("give either zone or zones")
        return self


class ServicesParams(Model):
    """How the company's services are calculated; key `services` of digital_policies.yml."""

    allocation: Allocation
    hosts: list[Country] = Field(default_factory=list)
    """Countries to host in, as levers."""


class TravelPolicyParams(Model):
    """The rule of train or plane, as a company states it."""

    policy_id: Slug
    train_max_hours: Positive
    """Train if it takes less than this many hours, one way; at the limit it is the plane."""
    contrails: Flag
    hotel_nights_over_hours: Positive | None = None
    """A train longer than this, one way, needs one more night; None: nights are not counted."""
    hotel_night_kg: NotNegative | None = None


class DigitalPolicies(Model):
    """params/<company>/digital_policies.yml."""

    hosting: list[Requirement] = Field(default_factory=list)
    purchasing: dict[str, list[Requirement]] = Field(default_factory=dict)
    """Category of device -> conditions; the key `other` is for every other category."""
    training_course: str = ""
    onboarding_days: NotNegative | None = None
    active_months: NotNegative | None = None
    positive_tags: list[str] = Field(default_factory=list)
    """Tags of projects that count as positive; empty: "Green IT" and "IT for Human"."""
    travel: TravelPolicyParams | None = None
    services: ServicesParams | None = None
