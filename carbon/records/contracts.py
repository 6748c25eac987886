"""
The registry of kinds of record.

One declared contract a kind. How to add a kind: docs/how-to.
"""

from __future__ import annotations

from carbon.core import schemas
from carbon.records import further_kinds
from carbon.records.contract import (
    CURRENCY,
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
)

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
    *at_site(), Field("carrier", WORD, needed=True, filled=True, words="carrier"),
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
), measure=("distance", "distance_unit"))

REPORTED = Contract("reported_inventories", schemas.REPORTED_INVENTORIES, (
    Field("year", WHOLE, needed=True, filled=True), Field("scope", WORD, needed=True, filled=True, words="scope"),
    Field("category", WHOLE, needed=True), Field("scope2_method", needed=True),
    Field("co2e_t", NUMBER, needed=True, filled=True), Field("gwp", needed=True), Field("boundary", needed=True),
    Field("source", needed=True), Field("company"),
), dated="year", measure=("co2e_t", ""))

FEC = "fec"
KINDS: dict[str, Contract] = {c.kind: c for c in (
    PURCHASES, ENERGY, TRAVEL, REPORTED, further_kinds.FUEL, further_kinds.HOTEL_NIGHTS, further_kinds.WATER,
    further_kinds.WASTE, further_kinds.FREIGHT, further_kinds.REFRIGERANTS, further_kinds.EQUIPMENT,
    further_kinds.HOMEWORKING, further_kinds.COMMUTING, further_kinds.ACTIVITIES, further_kinds.HEADCOUNT,
    further_kinds.INSTRUMENTS, further_kinds.ENTITIES)}
"""Kinds of record by name. The FEC has its own reader and arrives as purchases."""
ENTITIES = "entities"
STATEMENTS = ("headcount", "instruments", ENTITIES)
"""Kinds that describe the company: no emission comes of a row of theirs."""


def kind_names() -> tuple[str, ...]:
    """
    All kinds a file may be declared as.
    """
    return (*KINDS, FEC)


def lands_in(kind: str) -> str:
    """
    The kind of table that the rows of a file arrive in.
    """
    return PURCHASES.kind if kind == FEC else KINDS[kind].lands_in
