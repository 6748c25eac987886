"""A digital service in ten answers: an order of magnitude by tier, step and criterion."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from carbon.core.display import HandsOut, as_html, one_line
from carbon.core.errors import UsageError
from carbon.core.schemas import FLAG, NUMBER, TEXT, Table
from carbon.digital import packaged_tables, planetary_boundaries
from carbon.digital.electricity import GridFactor
from carbon.digital.magnitude import NOT_COVERED, about
from carbon.digital.services.answers import FRANCE, Answered, complete, zones_in_words
from carbon.digital.services.impacts import (
    CLIMATE,
    HIGH,
    LOW,
    SERVER,
    STEPS,
    TIERS,
    VALUE,
    Grids,
    Key,
    checked_factors,
    climate,
    criteria_of,
    factor_ids,
    impacts,
)
from carbon.params.shapes.digital import ServiceAnswers

IMPACT = Table("impact", {
    "service_id": TEXT, "tier": TEXT, "step": TEXT, "item": TEXT, "criterion": TEXT, "value": NUMBER, "low": NUMBER,
    "high": NUMBER, "unit": TEXT, "factor_ids": TEXT, "covered": FLAG,
}, key=("service_id", "tier", "step", "item", "criterion"), choices={"tier": TIERS, "step": STEPS})
"""Impact a year of one item of a service; value is NaN where it is not covered."""
LEVER = Table("lever", {
    "lever_id": TEXT, "service_id": TEXT, "parameter": TEXT, "from_value": TEXT, "to_value": TEXT,
    "avoided_co2e_kg": NUMBER, "share": NUMBER, "label": TEXT, "label_fr": TEXT, "raises": TEXT,
}, key=("lever_id",))
"""One lever alone: avoided kg CO2e a year and its share of the total; raises: criteria that it makes worse."""
FOLDED = "smaller levers"
SMALL = 0.01
"""Levers under this share of the total are folded into one line."""


@dataclass(frozen=True, eq=False, repr=False)
class Service(HandsOut):
    """One service [a year]. An order of magnitude: print two significant digits, feed other tables with `table`.

    Attributes
    ----------
    table
        `IMPACT`.
    answers
        All ten, with the defaults used.
    notes
        Notes for every table of it.
    """

    answers: Answered
    grids: Grids
    table: pd.DataFrame
    notes: tuple[str, ...]
    factors: pd.DataFrame | None = None
    other_grids: Mapping[str, GridFactor] = field(default_factory=dict)

    def total(self, criterion: str = CLIMATE) -> tuple[float, float, float, bool]:
        """Return value, low, high of what is covered, and whether all of it is: else the sum is "at least"."""
        rows = self.table[self.table["criterion"] == criterion]
        covered_rows = rows[rows["covered"]]
        if rows.empty or covered_rows.empty:
            return math.nan, math.nan, math.nan, False
        value, low, high = (float(covered_rows[c].sum()) for c in ("value", "low", "high"))
        return value, low, high, len(covered_rows) == len(rows)

    @property
    def co2e_kg(self) -> float:
        """Emissions a year of what is covered [kg CO2e]."""
        return self.total()[0]

    def by(self, column: str, criterion: str = CLIMATE) -> pd.DataFrame:
        """Sum by "tier", "step" or "item": value, low, high, share, covered; NaN where nothing is covered."""
        rows = self.table[self.table["criterion"] == criterion]
        names = list(rows[column].drop_duplicates())
        grouped = rows.groupby(column)
        table = pd.DataFrame({c: grouped[c].sum(min_count=1) for c in ("value", "low", "high")}).loc[names]
        total = self.total(criterion)[0]
        table["share"] = table["value"] / total if total else math.nan
        table["covered"] = grouped["covered"].all().loc[names]
        return table.reset_index()

    def budgets(self) -> pd.DataFrame:
        """Compare each criterion with one person's yearly budget; `whole` is false where a part is missing."""
        criteria = list(self.table["criterion"].drop_duplicates())
        totals = {c: self.total(c) for c in criteria}
        users = self.answers.users or None
        table = planetary_boundaries.person_budget({c: t[0] for c, t in totals.items()}, users=users)
        return table.assign(whole=[totals[c][3] for c in criteria])

    def levers(self, *, fold: bool = True) -> pd.DataFrame:
        """Recompute each lever alone: avoided = base - changed, the largest first; `fold`: those under 1 % are one
        line.
        """
        total_kg = _kg(self.answers, self.grids)
        rows = [row for lever_id in lever_ids(self) if (row := _row(self, lever_id, total_kg)) is not None]
        table = LEVER.validate(pd.DataFrame(rows, columns=list(LEVER.columns)))
        table = table.sort_values(["avoided_co2e_kg", "lever_id"], ascending=[False, True], ignore_index=True)
        small = table["share"].abs() < SMALL
        if not (fold and small.any()):
            return table
        folded = {"lever_id": FOLDED, "service_id": self.answers.service_id, "parameter": "", "from_value": "",
                  "to_value": "", "avoided_co2e_kg": float("nan"), "share": float("nan"), "raises": "",
                  "label": f"{int(small.sum())} under {SMALL:.0%} each",
                  "label_fr": f"{int(small.sum())} de moins de {100 * SMALL:.0f} % chacun"}
        return LEVER.validate(pd.concat([table[~small], pd.DataFrame([folded])], ignore_index=True))

    def with_levers(self, chosen: Sequence[str]) -> Service:
        """Recompute the service with a set of levers together; do not add their single gains.

        Raises UsageError: An unknown lever, one twice, or two countries to host in.
        """
        all_levers = lever_ids(self)
        if set(chosen) - set(all_levers) or len(set(chosen)) != len(chosen) or sum(
                lever.startswith("host_in_") for lever in chosen) > 1:
            raise UsageError(f"Not a set of levers: {list(chosen)}", hint=f"each once, of {', '.join(all_levers)}")
        answers, grids = self.answers, self.grids
        for lever in chosen:
            answers, grids = _pulled(self, lever, answers, grids)
        return service(answers, grid_users=grids.users, grid_datacentre=grids.datacentre, factors=self.factors,
                       other_grids=self.other_grids)

    def advice(self) -> pd.DataFrame:
        """Return each question: no, answer, label_en, label_fr, given (the answer in use), is_default, advice_en,
        advice_fr, and avoided_co2e_kg and share of the largest lever of the answer, recomputed alone (NaN without one).
        """
        gains = self.levers(fold=False).sort_values("avoided_co2e_kg").groupby("parameter").last()
        table = packaged_tables.load("answers").drop(columns="default")
        in_use = [getattr(self.answers, {"storage": "disks"}.get(name, name)) for name in table["answer"]]
        keys = [{"storage": "disks", "devices": "device_extra_years"}.get(name, name) for name in table["answer"]]
        return table.assign(
            given=["; ".join(f"{d} {s:.6g}" for d, s in v) if isinstance(v, tuple) else
                   f"{v:.6g}" if isinstance(v, float | int) else v for v in in_use],
            is_default=table["answer"].isin(dict(self.answers.defaults)),
            **{c: [float(gains[c].get(key, math.nan)) for key in keys] for c in ("avoided_co2e_kg", "share")})

    @property
    def words(self) -> str:
        """A title such as "order of magnitude: about 3.4 t CO2e a year (2.1 to 6.8)"."""
        value, low, high, complete_sum = self.total()
        return f"order of magnitude: {about(value, low, high, at_least=not complete_sum)}"

    def __repr__(self) -> str:
        return one_line(f"Service({self.answers.service_id} {self.answers.year}, {self.words})")

    def _repr_html_(self) -> str:
        tiers = self.by("tier").assign(value=lambda t: [about(*v) if math.isfinite(v[0]) else NOT_COVERED for v in zip(
            t["value"], t["low"], t["high"], strict=True)])[["tier", "value"]]
        notes = pd.DataFrame({"read with": self.notes})
        return as_html(repr(self), tiers, notes)


def service(
    answers: ServiceAnswers | Answered, *, grid_users: GridFactor, grid_datacentre: GridFactor,
    factors: pd.DataFrame | None = None, other_grids: Mapping[str, GridFactor] | None = None,
) -> Service:
    """Calculate the yearly impact of a digital service by tier, step and criterion, from ten answers.

    Parameters
    ----------
    answers
        Ten answers; what is absent takes the default that `answers.defaults` lists.
    grid_users, grid_datacentre
        From `grid_factor` or `given_grid`, of the zones the answers name.
    factors
        A user's `factors_multicriteria` for further criteria; without it they are "not covered".
    other_grids
        Zone -> grid factor of other countries to host in: one lever each.

    Raises UsageError: A grid factor of another zone than the answers', an unknown device; TableError: An unknown word
    in `factors`.

    References
    ----------
    Formulas: docs/how-to/responsible-digital.md. Range: all factors low, all high: a bound, not a confidence interval.
    """
    if not isinstance(answers, ServiceAnswers | Answered):
        raise UsageError(f"A service is made from its answers, not from {type(answers).__name__}",
                         hint="carbon.params.shapes.digital.ServiceAnswers(service_id=..., year=..., users=..., ...); "
                              "a file of answers: carbon service FILE")
    for grid_given, what in ((grid_users, "grid_users"), (grid_datacentre, "grid_datacentre")):
        if not isinstance(grid_given, GridFactor):
            raise UsageError(f"{what} is {grid_given!r}, no grid factor",
                             hint="carbon.digital.grid_factor(...) of the library, or given_grid(...) of your own")
    ten_answers = answers if isinstance(answers, Answered) else complete(answers)
    for grid, zone, who in ((grid_users, ten_answers.zone, "users"),
                            (grid_datacentre, ten_answers.datacentre_zone, "data centre")):
        if grid.zone != zone:
            raise UsageError(f"The grid factor given for the {who} is of {grid.zone}, the answer is {zone}",
                             hint="resolve the factor of the zone in the answers")
    grids = Grids(grid_users, grid_datacentre)
    checked = None if factors is None else checked_factors(factors)
    return Service(ten_answers, grids, IMPACT.validate(_table(ten_answers, grids, checked)),
                   _notes(ten_answers, grids, checked), checked, dict(other_grids or {}))


def service_in_zones(
    answers: ServiceAnswers, grid_of: Callable[[str, int], GridFactor], *, hosts: Sequence[str],
    factors: pd.DataFrame | None,
) -> Service:
    """Return the service on the grids of its zones, `grid_of` (zone, year), with a lever for each further country in
    `hosts`.
    """
    ten_answers = complete(answers)
    zones = dict(ten_answers.zones)
    grids = {zone: grid_of(zone, ten_answers.year) for zone in {*zones, ten_answers.datacentre_zone, *hosts}}
    return service(ten_answers, grid_users=mixed_grid([(grids[zone], share) for zone, share in ten_answers.zones]),
                   grid_datacentre=grids[ten_answers.datacentre_zone], factors=factors,
                   other_grids={zone: grids[zone] for zone in hosts})


def mixed_grid(parts: Sequence[tuple[GridFactor, float]]) -> GridFactor:
    """Return the grid of users in several countries: sum(share x factor) [kg CO2e/kWh]."""
    if len(parts) == 1:
        return parts[0][0]
    return GridFactor(
        math.fsum(share * grid.kg_per_kwh for grid, share in parts), " + ".join(grid.factor_id for grid, _ in parts),
        zones_in_words([(grid.zone, share) for grid, share in parts]), max(grid.year for grid, _ in parts),
        ", ".join(dict.fromkeys(grid.source for grid, _ in parts)),
        "; ".join(f"{grid.zone} {grid.year}: {grid.kg_per_kwh:.6g}" for grid, _ in parts))


def _table(answers: Answered, grids: Grids, factors: pd.DataFrame | None) -> pd.DataFrame:
    runs = {at: climate(answers, grids, at=at) for at in (VALUE, LOW, HIGH)}
    ids, units = factor_ids(answers, grids), packaged_tables.criterion_units()
    rows = [(*key, CLIMATE, runs[VALUE][key], runs[LOW][key], runs[HIGH][key], ids[key]) for key in runs[VALUE]]
    more_criteria = [] if factors is None else criteria_of(factors)
    for criterion in dict.fromkeys([*packaged_tables.headline_criteria()[1:], *more_criteria]):
        values: dict[Key, float] = dict.fromkeys(runs[VALUE], math.nan)
        if factors is not None:
            values = impacts(answers, factors, criterion)
        # A user's factors come without a range unless each has one: the value is its own bound.
        rows += [(*key, criterion, value, value, value, "factors_multicriteria") for key, value in values.items()]
    table = pd.DataFrame(rows, columns=["tier", "step", "item", "criterion", "value", "low", "high", "factor_ids"])
    return table.assign(service_id=answers.service_id, unit=[units[c] for c in table["criterion"]],
                        covered=table["value"].notna())[list(IMPACT.columns)]


def _notes(answers: Answered, grids: Grids, factors: pd.DataFrame | None) -> tuple[str, ...]:
    notes = ["an order of magnitude, not a life-cycle assessment to compare products with",
             f"devices by {answers.allocation.replace('_', ' ')}", f"users' {grids.users.words}",
             f"data centre's {grids.datacentre.words}",
             "range: category band on embodied and network factors, all low or all high (assumed)"]
    if answers.defaults:
        notes.append("defaults used: " + ", ".join(f"{name} = {value}" for name, value in answers.defaults))
    missing = [zone for zone, _ in answers.zones if zone != FRANCE]
    if not answers.network_zone and missing:
        notes.append(f"network: not covered for zone {', '.join(missing)}; name a replacement with network_zone (FR or "
                     "EU)")
    elif answers.network_zone and answers.network_zone != answers.zone:
        replaced = answers.zone if len(answers.zones) == 1 else ", ".join(missing)
        notes.append(f"network: {answers.network_zone} replaces {replaced}, as named")
    if factors is not None and (factors["item"] == SERVER).any():
        notes.append(f"servers: climate change is that of one machine ({answers.server_embodied_kg:g} kg CO2e), the "
                     "other criteria are those of another (the factors given); do not compare them item by item")
    if factors is None:
        notes.append("other criteria than climate change: not covered (no factors given)")
    else:
        notes.append("sources of other criteria: " + "; ".join(sorted(set(factors["source"]))))
    return tuple(notes)


def lever_ids(base: Service) -> list[str]:
    """Return the packaged levers, and one for each other country to host in."""
    return [*packaged_tables.levers(), *(f"host_in_{z}" for z in sorted(base.other_grids))]


def _pulled(base: Service, lever: str, answers: Answered, grids: Grids) -> tuple[Answered, Grids]:
    if lever.startswith("host_in_"):
        grid = base.other_grids[lever.removeprefix("host_in_")]
        return replace(answers, datacentre_zone=grid.zone), replace(grids, datacentre=grid)
    row = packaged_tables.levers()[lever]
    value = float(row["value"])
    if row["change"] == "set" and _no_better(row["answer"], float(getattr(answers, row["answer"])), value):
        return answers, grids  # the service is already there
    return answers.changed(row["answer"], row["change"], value), grids


def _no_better(answer: str, before: float, value: float) -> bool:
    return before >= value if answer == "server_lifespan_years" else before <= value


def _kg(answers: Answered, grids: Grids) -> float:
    return float(pd.Series(climate(answers, grids, at=VALUE)).sum())


def _row(base: Service, lever: str, total_kg: float) -> tuple[object, ...] | None:
    answers, grids = _pulled(base, lever, base.answers, base.grids)
    if (answers, grids) == (base.answers, base.grids):
        return None
    avoided = total_kg - _kg(answers, grids)
    if lever.startswith("host_in_"):
        name, labels = "datacentre_zone", [f"{word} {answers.datacentre_zone}" for word in ("host in", "héberger en")]
    else:
        row = packaged_tables.levers()[lever]
        name, labels = row["answer"], [row["label_en"], row["label_fr"]]
    before, after = getattr(base.answers, name), getattr(answers, name)
    values = [f"{v:.6g}" if isinstance(v, float | int) else str(v) for v in (before, after)]
    share = avoided / total_kg if total_kg else float("nan")
    return (lever, base.answers.service_id, name, *values, avoided, share, *labels, _raised(base, answers, grids))


def _raised(base: Service, answers: Answered, grids: Grids) -> str:
    """Return the further criteria that the lever makes worse; empty where none is known."""
    if base.factors is None:
        return ""
    after = service(answers, grid_users=grids.users, grid_datacentre=grids.datacentre, factors=base.factors)
    criteria = [c for c in after.table["criterion"].drop_duplicates() if c != CLIMATE]
    return ", ".join(c for c in criteria if after.total(c)[0] > base.total(c)[0] * (1 + 1e-9))
