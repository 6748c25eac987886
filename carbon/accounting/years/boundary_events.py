"""Base-year events from one word of params: what was acquired, divested or outsourced, with its own emissions.

acquired: each year before + E of its first year, over the share of that year with it; divested, outsourced: each year
before - E of that year; within the year of the event, the part of it before, or after, its day. What the ledger of
base-year events states of the same name is taken instead: it may know the years before. Source: GHG Protocol Corporate
Standard, ch. 5; a year without data of what was acquired takes those of the first year with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from carbon.accounting.boundary.answers import BOUNDARY
from carbon.accounting.boundary.presence import file_key
from carbon.accounting.inventory_tables import InventoryTables
from carbon.accounting.result import Inventory
from carbon.core.exact import exact_sum
from carbon.core.ghg_protocol import LOCATION, NO_METHOD
from carbon.core.ledgers import EVENTS, STRUCTURAL, with_years
from carbon.core.periods import reporting_year
from carbon.core.text import fold
from carbon.params.shapes.boundary import EVENT_OF, Answer

LINE = ["scope", "category", "scope2_method"]
OF_PARAMS = "boundary: "
"""Beginning of the ids of events that params state."""


def happened(answer: Answer, starts: str) -> tuple[int, float]:
    """Return the reporting year of an answer's day, and the share of its days from that day on."""
    day = pd.Timestamp(answer.on) if answer.on else reporting_year(answer.year, starts)[0]
    dated = with_years(pd.DataFrame({"date": [day]}), starts)
    return int(dated["event_year"].item()), float(dated["share"].item())


def emissions_of(inventory: InventoryTables, level: str, name: str, site: str = "") -> pd.DataFrame:
    """Return what a site, entity, meter or file emits by scope, category and method: `LINE`, kg [kg CO2e]."""
    emissions = inventory.emissions
    rows = emissions[is_named(inventory, level, name, site) & emissions["kyoto"]]
    groups = rows.groupby(LINE, sort=True, observed=True)
    table = groups.size().index.to_frame(index=False)
    return table.assign(kg=exact_sum(rows["co2e_kg"].to_numpy(), groups.ngroup().to_numpy(), len(table)))


def is_named(inventory: InventoryTables, level: str, name: str, site: str = "") -> pd.Series:
    """Return which emission rows are of a site, entity, meter or file, by its records."""
    ids = [table.loc[_is_of(table, level, name, site), "record_id"] for table in inventory.records.values()]
    return inventory.emissions["record_id"].isin(pd.concat([pd.Series(dtype="str"), *ids]))


def _is_of(table: pd.DataFrame, level: str, name: str, site: str) -> pd.Series:
    column = {"entity": "company", "site": "site", "meter": "meter", "file": "source_file"}[level]
    if column not in table:
        return pd.Series(False, index=table.index)
    words = pd.unique(table[column])
    key = file_key if level == "file" else fold
    wanted_words = [word for word in words if key(word) in (name, fold(name))]
    hit = table[column].isin(wanted_words)
    return hit & table["site"].map(fold).eq(fold(site)) if level == "meter" and site else hit


def boundary_events(inventories: Mapping[int, Inventory], ledger: pd.DataFrame) -> pd.DataFrame:
    """Return the events of `boundary` in the params of the last year: `EVENTS`, for years with records alone.

    inventories: Computed years.
    ledger: `EVENTS` of the company's ledger: a name that it states is left to it.
    """
    if not inventories:
        return EVENTS.empty()
    params = inventories[max(inventories)].params
    stated_entities = {fold(entity) for entity in ledger.loc[ledger["kind"].isin(STRUCTURAL), "entity"]}
    parts = [_of_answer(answer, inventories, params.reporting_year_starts) for answer in params.boundary
             if answer.word in EVENT_OF and fold(answer.name) not in stated_entities]
    parts = [part for part in parts if len(part)]
    return EVENTS.validate(pd.concat(parts, ignore_index=True).astype(dict(EVENTS.dtypes))) if parts else EVENTS.empty()


def _of_answer(answer: Answer, inventories: Mapping[int, Inventory], starts: str) -> pd.DataFrame:
    """Return the yearly deltas of one answer."""
    day = pd.Timestamp(answer.on) if answer.on else reporting_year(answer.year, starts)[0]
    year_of, share = happened(answer, starts)
    of_year = {y: emissions_of(inv, answer.level, answer.name, answer.site or "") for y, inv in inventories.items()}
    nothing = pd.DataFrame({"scope": ["1"], "category": [0], "scope2_method": [NO_METHOD], "kg": [0.0]})
    of_year = {y: table if len(table) else nothing for y, table in of_year.items()}  # 0 is a figure
    if answer.word == "acquired":
        first = of_year.get(year_of, nothing)
        full_year = first.assign(delta_kg=first["kg"] / share, reason=(
            f"{answer.name} was acquired: its emissions of {year_of} are taken for the years before"))
        lines = [full_year.assign(year=y) for y in inventories if y < year_of]
        lines += [full_year.assign(year=year_of, delta_kg=full_year["delta_kg"] - full_year["kg"])] if share < 1 else []
    else:
        reason = f"{answer.name} was {answer.word}: its own emissions of each year are taken out"
        lines = [table.assign(delta_kg=-table["kg"], year=y, reason=reason) for y, table in of_year.items()
                 if y < year_of or (y == year_of and share < 1)]
    if not lines:
        return EVENTS.empty()
    table = pd.concat(lines, ignore_index=True)
    return table.drop(columns="kg").assign(
        event_id=f"{OF_PARAMS}{answer.level} {answer.name}", kind=EVENT_OF[answer.word], date=day, entity=answer.name,
        evidence="`boundary` of params", recorded_on=day)[list(EVENTS.columns)]


def open_changes(inventories: Mapping[int, Inventory], events: pd.DataFrame) -> pd.DataFrame:
    """Return the changes of the boundary of all years but the first that nothing explains: `BOUNDARY`.

    A year is compared with the last one with records before it.
    """
    years = sorted(inventories)
    changes = [inventories[year].boundary_since({y: inventories[y].presence for y in years[:i]}, events)
               for i, year in enumerate(years) if i]
    return pd.concat([table[table["is_open"]] for table in changes]) if changes else BOUNDARY.empty()


def unknown_boundary(inventories: Mapping[int, Inventory], changes: pd.DataFrame, events: pd.DataFrame,
                     scopes: Iterable[str], *, since: int, base_kg: float) -> str:
    """Return why a comparison of the years from `since` on cannot be judged, "" where it can.

    The emissions of these scopes in changes of the boundary that params do not explain, or state as not reported, next
    to the company's significance threshold x the base; changes: `open_changes`. Else those of what was acquired or sold
    since, where no kilograms are known of it in the year `since`, which may have been reported only; events: `EVENTS`.
    """
    if not inventories or not base_kg > 0 or (changes.empty and events.empty):
        return ""
    wanted, params = [*scopes], inventories[max(inventories)].params
    open_ones = changes[changes["year"] > since]
    open_ones = open_ones.assign(kg=open_ones[[f"kg_{scope}" for scope in wanted]].abs().sum(axis=1))
    for what, table in (("changes of the boundary that `boundary` of params does not explain",
                         open_ones[["level", "name", "year", "kg"]]),
                        (f"events without kilograms in {since} (add them to the ledger)",
                         _unsized(with_years(events, params.reporting_year_starts), wanted, since))):
        total = float(np.sum(table["kg"]))
        if len(table) and total >= params.significant_share * base_kg:
            named = ", ".join(f"{level} {name} in {year}" for level, name, year, _ in
                              table.sort_values("kg")[::-1].head(3).itertuples(index=False, name=None))
            more = f" and {len(table) - 3} more" if len(table) > 3 else ""
            return (f"{what} concern {total / base_kg:.1%} of the base, {params.significant_share:.0%} is significant: "
                    f"{named}{more}")
    return ""


def _unsized(events: pd.DataFrame, scopes: list[str], since: int) -> pd.DataFrame:
    """Return what was acquired or sold after a year, and has no kilograms in it: kind, entity, event_year, kg (those of
    the last year known, location-based).
    """
    known = events.loc[events["year"] == since, "event_id"]
    moved = events[events["kind"].isin(STRUCTURAL) & (events["event_year"] > since) & ~events["event_id"].isin(known)]
    moved = moved[moved["year"] == moved.groupby("event_id")["year"].transform("max")]
    in_scope = moved["scope"].isin(scopes) & moved["scope2_method"].isin([NO_METHOD, LOCATION])
    moved = moved.assign(kg=moved["delta_kg"].abs().where(in_scope, 0.0))
    return moved.groupby(["kind", "entity", "event_year"])["kg"].sum().reset_index()
