"""What a kind of record is: a list of columns, how each is read, and which must be there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from carbon.core.display import Displayed
from carbon.core.schemas import Table

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
