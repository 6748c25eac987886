"""
What each kind of record holds: its columns, how each is read, and which must be there.

One declared contract a kind; `KINDS` is the registry. How to add a kind: docs/how-to.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from carbon.core import schemas
from carbon.core.schemas import Table

TEXT, NUMBER, DAY, FLAG, WORD, CURRENCY, UNIT, PERSON, WHOLE = (
    "text", "number", "day", "flag", "word", "currency", "unit", "person", "whole")

ENERGY_UNITS = ("energy", "energy_HHV", "energy_LHV")
_FUEL_UNITS = (*ENERGY_UNITS, "volume", "volume_normal", "volume_scf", "mass")


@dataclass(frozen=True)
class Field:
    """
    One column of a contract.

    `needed`: the file (or params) must have the column. `filled`: no cell of it may be blank.
    """

    name: str
    reads: str = TEXT
    needed: bool = False
    filled: bool = False
    words: str = ""
    """The closed list of a WORD column."""
    unit_column: str = ""
    """Column that holds this number's unit; a heading such as "Distance (km)" may hold it instead."""
    dimensions: tuple[str, ...] = ()
    """Dimensions a UNIT column may have; empty: any text."""
    soft: bool = False
    """Needed only where nothing is declared: with params, a file without it is read."""


@dataclass(frozen=True)
class Contract:
    """
    One kind of record.
    """

    kind: str
    table: Table
    fields: tuple[Field, ...]
    dated: str = "date"
    """"date": one day or period a row; "period": start and end, or one date; "year": a year; "none"."""
    measure: tuple[str, str] = ("", "")
    """Column of the amount a row stands for, and the column of its unit."""
    name_of: dict[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name_of", {f.name: f for f in self.fields})

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(f.name for f in self.fields)


_DATE = Field("date", DAY, needed=True, filled=True)
_START, _END = Field("period_start", DAY), Field("period_end", DAY)
_COMPANY = Field("company", needed=True, soft=True)
_MONEY = (Field("amount", NUMBER, unit_column="currency"), Field("currency", CURRENCY))

PURCHASES = Contract("purchases", schemas.PURCHASES, (
    _DATE, _START, _END, _COMPANY,
    Field("supplier", needed=True), Field("category", needed=True, soft=True),
    Field("amount", NUMBER, needed=True, filled=True, unit_column="currency"),
    Field("currency", CURRENCY, needed=True, filled=True),
    Field("description", needed=True, soft=True), Field("account"), Field("vat", NUMBER),
    Field("quantity", NUMBER, unit_column="unit"), Field("unit", UNIT), Field("country", WORD, words="country"),
    Field("invoice"), Field("site"),
), measure=("amount", "currency"))

ENERGY = Contract("energy", schemas.ENERGY, (
    _DATE, _START, _END, _COMPANY,
    Field("site", needed=True), Field("country", WORD, needed=True, filled=True, words="country"),
    Field("carrier", WORD, needed=True, filled=True, words="carrier"),
    Field("quantity", NUMBER, needed=True, filled=True, unit_column="unit"),
    Field("unit", UNIT, needed=True, filled=True, dimensions=_FUEL_UNITS),
    Field("supplier"), Field("contract"), Field("meter"), *_MONEY,
), dated="period", measure=("quantity", "unit"))

TRAVEL = Contract("travel", schemas.TRAVEL, (
    _DATE, _START, _END, _COMPANY,
    Field("mode", WORD, needed=True, filled=True, words="mode"),
    Field("origin", needed=True), Field("destination", needed=True),
    Field("distance", NUMBER, unit_column="distance_unit"),
    Field("distance_unit", UNIT, dimensions=("distance",)),
    Field("cabin_class", WORD, needed=True, words="cabin"),
    Field("passengers", NUMBER, needed=True), Field("trips", NUMBER, needed=True),
    Field("traveller", PERSON), Field("nights", NUMBER), Field("return", FLAG),
    Field("fuel", WORD, words="fuel"), Field("country", WORD, words="country"), *_MONEY, Field("site"),
), measure=("distance", "distance_unit"))

REPORTED = Contract("reported_inventories", schemas.REPORTED_INVENTORIES, (
    Field("year", WHOLE, needed=True, filled=True), Field("scope", needed=True, filled=True),
    Field("category", WHOLE, needed=True), Field("scope2_method", needed=True),
    Field("co2e_t", NUMBER, needed=True, filled=True), Field("gwp", needed=True), Field("boundary", needed=True),
    Field("source", needed=True), Field("company"),
), dated="year", measure=("co2e_t", ""))

FEC = "fec"
KINDS: dict[str, Contract] = {c.kind: c for c in (PURCHASES, ENERGY, TRAVEL, REPORTED)}
"""Kinds of record by name. The FEC has its own reader and arrives as purchases."""


def kind_names() -> tuple[str, ...]:
    """
    All kinds a file may be declared as.
    """
    return (*KINDS, FEC)
