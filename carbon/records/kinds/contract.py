"""What a kind of record is: a list of columns, how each is read, which must be there; all kinds; facts about a file.

The kinds are data/kinds.csv of params and data/kind_columns.csv. Units are checked for their dimension here;
`activities` decides what a word means for an activity. How to add a kind: docs/how-to.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from carbon.core import packaged, schemas
from carbon.core.digital_tables import DIGITAL_TABLES
from carbon.core.display import Displayed
from carbon.core.schemas import Table
from carbon.params.shapes.files import FEC, KIND_ROWS

if TYPE_CHECKING:  # the process of a schedule reads params without a table library
    import pandas as pd

TEXT, NUMBER, DAY, FLAG, WORD, CURRENCY, UNIT, PERSON, WHOLE = (
    "text", "number", "day", "flag", "word", "currency", "unit", "person", "whole")


@dataclass(frozen=True, repr=False)
class Field(Displayed):
    """One column of a contract.

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
    """Dimensions a UNIT column may have; empty: any unit."""
    share: bool = False
    """A part of one: "75 %", or 75 below a heading in percent, is 0.75."""
    soft: bool = False
    """Needed only where nothing is declared: with params, a file without it is read."""


@dataclass(frozen=True, repr=False)
class Contract(Displayed):
    """One kind of record."""

    kind: str
    table: Table
    fields: tuple[Field, ...]
    dated: str = "date"
    """"date", "period": a day or a period a row; "open": a period that may lack an end; "year", "none"."""
    measure: tuple[str, str] = ("", "")
    """Column of the row's amount, and the column of its unit."""
    arrives: str = ""
    """The kind whose table its rows join; "": its own."""
    constants: Mapping[str, str] = field(default_factory=dict)
    """Columns that have the same value in every row of the kind."""
    name_of: dict[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name_of", {f.name: f for f in self.fields})

    @property
    def lands_in(self) -> str:
        """The kind of table its rows arrive as."""
        return self.arrives or self.kind

    def unread_persons(self, declared: Collection[str]) -> set[str]:
        """Return the columns of persons that are not read: neither declared in params nor needed as a key."""
        return {f.name for f in self.fields if f.reads == PERSON and not f.needed and f.name not in declared}

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Names of its fields, in order."""
        return tuple(f.name for f in self.fields)


UNCERTAINTY = "uncertainty_pct"
"""+- % at 95 % of a record's quantity or amount: the last column of its table, where its file has it."""


_NEEDED = {"": (), "column": ("needed",), "row": ("needed", "filled"), "undeclared": ("needed", "soft")}


def _field(row: dict[str, str]) -> Field:
    shared, unit = row["reads"] == "share", row["reads"] == UNIT
    return Field(row["column"], NUMBER if shared else row["reads"], **dict.fromkeys(_NEEDED[row["needed"]], True),
                 words="" if unit else row["of"], dimensions=tuple(row["of"].split()) if unit else (),
                 unit_column=row["unit_column"], share=shared)


def _read_kinds() -> dict[str, Contract]:
    columns = packaged.read_rows("carbon.records", "data/kind_columns.csv")
    fields = {kind: tuple(map(_field, rows)) for kind, rows in groupby(columns, key=lambda row: row["kind"])}
    tables = DIGITAL_TABLES | {
        table.name: table for table in vars(schemas).values() if isinstance(table, schemas.Table)
        and table is not schemas.ACTIVITIES}  # of classified quantities, not of records
    return {kind: Contract(kind, tables[row["arrives"] or kind], fields[kind], row["dated"],
                           (row["measure"], row["measure_unit"]), row["arrives"],
                           {"mode": row["mode"]} if row["mode"] else {}) for kind, row in KIND_ROWS.items()}


KINDS = _read_kinds()
"""Kinds of record by name. The FEC has its own reader and arrives as purchases."""
PURCHASES, ENERGY, FUEL, REPORTED, ACTIVITIES, HEADCOUNT, INSTRUMENTS, ENTITIES = (KINDS[kind] for kind in (
    "purchases", "energy", "fuel", "reported_inventories", "activities", "headcount", "instruments", "entities"))
DIGITAL = frozenset(KINDS) & frozenset(DIGITAL_TABLES)
"""Kinds of the digital estate: no emission comes of a row of theirs, and no year's folder holds them."""
STATEMENTS = (HEADCOUNT.kind, INSTRUMENTS.kind, ENTITIES.kind)
"""Kinds that describe the company: no emission comes of a row of theirs."""


def lands_in(kind: str) -> str:
    """Return the kind of table that the rows of a file arrive in."""
    return PURCHASES.kind if kind == FEC else KINDS[kind].lands_in


@dataclass(frozen=True, repr=False)
class ProjectContext(Displayed):
    """Facts that a project gives about a file; empty where a file is checked alone."""

    company: str = ""
    first_day: pd.Timestamp | None = None
    last_day: pd.Timestamp | None = None
    sites: dict[str, str] = field(default_factory=dict)
    declared: bool = False
    from_path: dict[str, str] = field(default_factory=dict)
    group: bool = False
    """The company has entities: `company` of a row names the one it belongs to."""

    home: frozenset[str] = frozenset()
    """Countries of the company and its sites."""
    currency: str = ""
    namesakes: str = "refuse"

    @property
    def begins(self) -> tuple[int, int]:
        """Return month and day on which the reporting year begins."""
        return (1, 1) if self.first_day is None else (self.first_day.month, self.first_day.day)
