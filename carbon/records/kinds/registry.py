"""The registry of kinds of record: the columns of each, from the tables data/kinds.csv and data/kind_columns.csv.

Units are checked for their dimension here; `activities` decides what a word means for an activity.
How to add a kind: docs/how-to.
"""

from __future__ import annotations

from itertools import groupby

from carbon.core import packaged, schemas
from carbon.core.digital_tables import DIGITAL_TABLES
from carbon.records.kinds.contract import NUMBER, UNIT, Contract, Field

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
    kinds = packaged.read_rows("carbon.records", "data/kinds.csv")
    return {row["kind"]: Contract(row["kind"], tables[row["arrives"] or row["kind"]], fields[row["kind"]], row["dated"],
                                  (row["measure"], row["measure_unit"]), row["arrives"],
                                  {"mode": row["mode"]} if row["mode"] else {}) for row in kinds}


FEC = "fec"
KINDS = _read_kinds()
"""Kinds of record by name. The FEC has its own reader and arrives as purchases."""
PURCHASES, ENERGY, FUEL, REPORTED, ACTIVITIES, HEADCOUNT, INSTRUMENTS, ENTITIES = (KINDS[kind] for kind in (
    "purchases", "energy", "fuel", "reported_inventories", "activities", "headcount", "instruments", "entities"))
ENERGY_UNITS = ("energy", "energy_HHV", "energy_LHV")
DIGITAL = frozenset(KINDS) & frozenset(DIGITAL_TABLES)
"""Kinds of the digital estate: no emission comes of a row of theirs, and no year's folder holds them."""
STATEMENTS = (HEADCOUNT.kind, INSTRUMENTS.kind, ENTITIES.kind)
"""Kinds that describe the company: no emission comes of a row of theirs."""


def kind_names() -> tuple[str, ...]:
    """Return all kinds that a file may be declared as."""
    return (*KINDS, FEC)


def lands_in(kind: str) -> str:
    """Return the kind of table that the rows of a file arrive in."""
    return PURCHASES.kind if kind == FEC else KINDS[kind].lands_in
