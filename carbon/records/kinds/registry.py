"""The registry of kinds of record: a declared list of columns each.

Units are checked for their dimension here; `activities` decides what a word means for an activity.
How to add a kind: docs/how-to.
"""

from __future__ import annotations

from carbon.core import schemas
from carbon.records.kinds.contract import (
    CURRENCY,
    DAY,
    FLAG,
    MONEY,
    NUMBER,
    PERSON,
    UNIT,
    WHOLE,
    WORD,
    Contract,
    Field,
    at_site,
    dated,
    sized,
)
from carbon.records.kinds.downstream import DOWNSTREAM

ENERGY_UNITS = ("energy", "energy_HHV", "energy_LHV")
_FUEL_UNITS = (*ENERGY_UNITS, "volume", "volume_normal", "volume_scf", "mass")

PURCHASES = Contract("purchases", schemas.PURCHASES, (
    *dated(),
    Field("supplier", needed=True), Field("category", needed=True, soft=True),
    Field("amount", NUMBER, needed=True, filled=True, unit_column="currency"),
    Field("currency", CURRENCY, needed=True, filled=True),
    Field("description", needed=True, soft=True), Field("account"), Field("vat", NUMBER),
    Field("quantity", NUMBER, unit_column="unit"), Field("unit", UNIT), Field("country", WORD, words="country"),
    Field("invoice"), Field("site"),
), measure=("amount", "currency"))

ENERGY = Contract("energy", schemas.ENERGY, (
    *dated(),
    *at_site(), Field("zone"), Field("carrier", WORD, needed=True, filled=True, words="carrier"),
    Field("quantity", NUMBER, needed=True, filled=True, unit_column="unit"),
    Field("unit", UNIT, needed=True, filled=True, dimensions=_FUEL_UNITS),
    Field("supplier"), Field("contract"), Field("meter"), *MONEY,
), dated="period", measure=("quantity", "unit"))

TRAVEL = Contract("travel", schemas.TRAVEL, (
    *dated(),
    Field("mode", WORD, needed=True, filled=True, words="mode"),
    Field("origin", needed=True), Field("destination", needed=True),
    Field("distance", NUMBER, unit_column="distance_unit"),
    Field("distance_unit", UNIT, dimensions=("distance", "volume")),
    Field("cabin_class", WORD, needed=True, words="cabin"),
    Field("passengers", NUMBER, needed=True), Field("trips", NUMBER, needed=True),
    Field("traveller", PERSON), Field("nights", NUMBER), Field("return", FLAG),
    Field("fuel", WORD, words="fuel"), Field("country", WORD, words="country"), *MONEY, Field("site"),
    Field("mode_detail", WORD, words="mode_detail"), Field("size", WORD, words="size"), Field("vehicle"),
), measure=("distance", "distance_unit"))

REPORTED = Contract("reported_inventories", schemas.REPORTED_INVENTORIES, (
    Field("year", WHOLE, needed=True, filled=True), Field("scope", WORD, needed=True, filled=True, words="scope"),
    Field("category", WHOLE, needed=True), Field("scope2_method", needed=True),
    Field("co2e_t", NUMBER, needed=True, filled=True), Field("gwp", needed=True), Field("boundary", needed=True),
    Field("source", needed=True), Field("company"),
), dated="year", measure=("co2e_t", ""))

_VOLUMES = ("volume",)
_MASSES = ("mass",)


def _quantity(*dimensions: str, needed: bool = True) -> tuple[Field, ...]:
    return (Field("quantity", NUMBER, needed=needed, filled=needed, unit_column="unit"),
            Field("unit", UNIT, needed=needed, filled=needed, dimensions=dimensions))


FUEL = Contract("fuel", schemas.ENERGY, (
    *dated(), Field("site"), Field("country", WORD, needed=True, filled=True, words="country"),
    Field("carrier", WORD, needed=True, filled=True, words="carrier"), *_quantity(*_FUEL_UNITS), Field("supplier"),
    Field("contract"), Field("meter"), *MONEY,
), dated="period", measure=("quantity", "unit"), arrives="energy")
"""Fuel bought for vehicles and machines, e.g. from fuel cards; `meter` may hold the vehicle."""

HOTEL_NIGHTS = Contract("hotel_nights", schemas.TRAVEL, (
    *dated(), Field("country", WORD, needed=True, filled=True, words="country"),
    Field("nights", NUMBER, needed=True, filled=True), Field("passengers", NUMBER),
    Field("destination"), Field("traveller", "person"), *MONEY, Field("site"),
), measure=("nights", ""), arrives="travel", constants={"mode": "hotel"})
"""Nights in hotels by country: rooms are counted in `passengers`, one where it is absent."""

WATER = Contract("water", schemas.WATER, (
    *dated(), *at_site(), Field("service", WORD, needed=True, filled=True, words="water"),
    *_quantity(*_VOLUMES), Field("supplier"),
), dated="period", measure=("quantity", "unit"))

WASTE = Contract("waste", schemas.WASTE, (
    *dated(), *at_site(), Field("material", needed=True, filled=True),
    Field("treatment", WORD, needed=True, filled=True, words="treatment"), *_quantity(*_MASSES), Field("supplier"),
), dated="period", measure=("quantity", "unit"))

FREIGHT = Contract("freight", schemas.FREIGHT, (
    *dated(), Field("site"), Field("country", WORD, words="country"), Field("mode", needed=True, filled=True),
    Field("direction", WORD, needed=True, filled=True, words="direction"), Field("origin"), Field("destination"),
    Field("mass", NUMBER, unit_column="mass_unit"), Field("mass_unit", UNIT, dimensions=_MASSES),
    Field("distance", NUMBER, unit_column="distance_unit"), Field("distance_unit", UNIT, dimensions=("distance",)),
    *_quantity("freight", "distance", "container_distance", *_FUEL_UNITS, needed=False), Field("supplier"),
    Field("run_by", WORD, words="run_by"), Field("vehicle"), Field("fuel", WORD, words="carrier"),
    Field("load", WORD, words="load"), Field("trips", NUMBER),
    *sized("empty_distance", "distance"), Field("empty_share", NUMBER, share=True),
    Field("teu", NUMBER), *sized("mass_per_teu", *_MASSES),
), measure=("quantity", "unit"))
"""Transport of goods by work, by kilometres of a whole vehicle or by fuel; hired, or by the company's own vehicles."""

REFRIGERANTS = Contract("refrigerants", schemas.REFRIGERANTS, (
    *dated(), *at_site(), Field("gas", needed=True, filled=True), *_quantity(*_MASSES), Field("supplier"),
), dated="period", measure=("quantity", "unit"))

EQUIPMENT = Contract("equipment", schemas.EQUIPMENT, (
    *dated(), Field("site"), Field("country", WORD, words="country"), Field("item", needed=True, filled=True),
    Field("quantity", NUMBER, needed=True, filled=True, unit_column="unit"), Field("unit", UNIT),
    Field("second_hand", FLAG), Field("supplier"),
), measure=("quantity", "unit"))

HOMEWORKING = Contract("homeworking", schemas.HOMEWORKING, (
    *dated(), Field("site"), Field("country", WORD, needed=True, filled=True, words="country"), Field("group"),
    Field("people", NUMBER, needed=True, filled=True), Field("days", NUMBER, needed=True, filled=True),
    Field("hours", NUMBER, needed=True, filled=True),
), dated="period")

COMMUTING = Contract("commuting", schemas.COMMUTING, (
    *dated(), Field("site"), Field("country", WORD, words="country"), Field("group"), Field("headcount", NUMBER),
    Field("answers", NUMBER, needed=True, filled=True),
    Field("mode", WORD, needed=True, filled=True, words="commuting"),
    Field("fuel", WORD, words="fuel"),
    Field("distance", NUMBER, needed=True, filled=True, unit_column="distance_unit"),
    Field("distance_unit", UNIT, needed=True, filled=True, dimensions=("distance",)),
    Field("days", NUMBER, needed=True, filled=True),
    Field("mode_detail", WORD, words="mode_detail"), Field("size", WORD, words="size"),
), dated="period")

ACTIVITIES = Contract("activities", schemas.GENERAL, (
    *dated(), Field("site"), Field("country", WORD, words="country"), Field("activity", needed=True, filled=True),
    *_quantity(), Field("supplier"), Field("scope", WORD, needed=True, filled=True, words="scope"),
    Field("category", WHOLE, needed=True), Field("method", needed=True, filled=True), Field("description"),
), dated="period", measure=("quantity", "unit"))

HEADCOUNT = Contract("headcount", schemas.HEADCOUNT, (
    Field("year", WHOLE, needed=True, filled=True), Field("company"), Field("employees", NUMBER, needed=True),
    Field("revenue", NUMBER, unit_column="currency"), Field("currency", CURRENCY), Field("source"),
), dated="year", measure=("revenue", "currency"))

INSTRUMENTS = Contract("instruments", schemas.INSTRUMENTS, (
    Field("id", needed=True, filled=True), Field("instrument", WORD, needed=True, filled=True, words="instrument"),
    Field("region", WORD, needed=True, filled=True, words="country"),
    Field("period_start", DAY, needed=True, filled=True), Field("period_end", DAY, needed=True, filled=True),
    Field("kg_per_kwh", NUMBER, needed=True, filled=True),
    Field("volume", NUMBER, unit_column="unit"), Field("unit", UNIT, dimensions=("energy",)), Field("site"),
    Field("cancelled_for"), Field("evidence", needed=True, filled=True), Field("company"),
    Field("carrier", WORD, words="instrument_carrier"), Field("rate_basis", WORD, words="rate_basis"),
    Field("registry"), Field("certificate_numbers"), Field("certificates", WORD, words="certificates"),
    Field("generated_from", DAY), Field("generated_to", DAY), Field("cancelled_on", DAY),
    Field("delivered_rate", FLAG), Field("technology"), Field("plant"), Field("commissioned", DAY),
    Field("plant_max_age_years", NUMBER), Field("delivery", WORD, words="delivery"),
), dated="period", measure=("volume", "unit"))
"""Contractual instruments with the evidence of their quality criteria, one a row."""

ENTITIES = Contract("entities", schemas.ENTITIES, (
    Field("entity", needed=True, filled=True), Field("share", NUMBER, needed=True, filled=True, share=True),
    Field("control", WORD, needed=True, filled=True, words="control"), Field("period_start", DAY),
    Field("period_end", DAY), Field("source"),
), dated="open")
"""Entities of a group: share of equity, control, from and to (either may be open)."""

FEC = "fec"
KINDS: dict[str, Contract] = {c.kind: c for c in (
    PURCHASES, ENERGY, TRAVEL, REPORTED, FUEL, HOTEL_NIGHTS, WATER, WASTE, FREIGHT, REFRIGERANTS, EQUIPMENT,
    HOMEWORKING, COMMUTING, ACTIVITIES, HEADCOUNT, INSTRUMENTS, ENTITIES, *DOWNSTREAM)}
"""Kinds of record by name. The FEC has its own reader and arrives as purchases."""
STATEMENTS = (HEADCOUNT.kind, INSTRUMENTS.kind, ENTITIES.kind)
"""Kinds that describe the company: no emission comes of a row of theirs."""


def kind_names() -> tuple[str, ...]:
    """Return all kinds that a file may be declared as."""
    return (*KINDS, FEC)


def lands_in(kind: str) -> str:
    """Return the kind of table that the rows of a file arrive in."""
    return PURCHASES.kind if kind == FEC else KINDS[kind].lands_in
