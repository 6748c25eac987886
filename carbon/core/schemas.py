"""The contract of every table that passes from one room to the next.

A `Table` is a list of columns with a kind each. `validate` raises; nothing is coerced, filled or dropped.
Text is never null ("" is "not given"); a missing number is NaN, never zero; dates are days without a time zone.
Why not pandera: it costs half a second of import, and these checks are forty lines (docs/decisions/).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from carbon.core import contracts
from carbon.core.contracts import DTYPE, Contract
from carbon.core.errors import TableError

if TYPE_CHECKING:
    import pandas as pd

AMOUNT, DAY, FLAG, INTEGER, NUMBER, TEXT = (
    contracts.AMOUNT, contracts.DAY, contracts.FLAG, contracts.INTEGER, contracts.NUMBER, contracts.TEXT)


def retyped(table: pd.DataFrame, dtypes: Mapping[str, Any]) -> pd.DataFrame:
    """Convert some columns to other dtypes; those that have theirs already stay as they are.

    `DataFrame.astype` gives the same, and copies every column of the table on the way.
    """
    present = dict(zip(table.columns, table.dtypes, strict=True))
    others = {c: table[c].astype(dtype) for c, dtype in dtypes.items() if present[c] != dtype}
    return table.assign(**others) if others else table


@dataclass(frozen=True, repr=False)
class Table(Contract):
    """One table's contract: its columns in order, the kind of each, and the key that is unique."""

    def empty(self) -> pd.DataFrame:
        """Return the table with no rows, typed."""
        # A copy of its own for each caller, which costs nothing until something is written to it.
        return self._nothing.copy(deep=False)

    @cached_property
    def dtypes(self) -> Mapping[str, Any]:
        """Column -> its dtype in a table of the contract."""
        return {column: DTYPE[kind] for column, kind in self.columns.items()}

    @cached_property
    def _nothing(self) -> pd.DataFrame:
        from carbon.core.table_checks import no_rows  # pandas: a contract is read where no table is

        return no_rows(self.dtypes)

    def of(self, lines: Sequence[Mapping[Any, Any]]) -> pd.DataFrame:
        """Return the table of some lines, a mapping each."""
        from carbon.core.text_columns import columns_of

        return self.validate(columns_of([[line[c] for c in self.columns] for line in lines], self.dtypes))

    def validate(self, table: pd.DataFrame | Mapping[str, Any], *, extra: bool = False) -> pd.DataFrame:
        """Return the same table with the contract's columns first.

        Parameters
        ----------
        table
            The table, or its columns: arrays of one length, which become the table without a copy.
        extra
            Accept further columns after the contract's own.

        Raises
        ------
        TableError
            The table breaks its contract: columns and rows are named.
        """
        from carbon.core.table_checks import checked  # pandas: a contract is read where no table is

        return checked(self, table, extra=extra)


def require(table: pd.DataFrame, columns: Iterable[str], *, made_by: str) -> None:
    """Raise for a table of a caller's own that lacks a column, before any sum is made.

    Parameters
    ----------
    made_by
        The function that makes such a table, for the hint.

    Raises
    ------
    TableError
        Columns that are missing, and those found.
    """
    missing = [c for c in columns if c not in table.columns]
    if missing:
        columns_found = ", ".join(map(str, table.columns[:12])) + (" ..." if len(table.columns) > 12 else "")
        raise TableError(f"The table lacks the columns {missing}; it has: {columns_found or 'none'}",
                         hint=f"{made_by} gives such a table: keep its columns, add your own after them")


_ORIGIN = {"record_id": TEXT, "kind": TEXT, "source_file": TEXT, "source_sheet": TEXT, "source_line": INTEGER}
_RECORD = {**_ORIGIN, "company": TEXT, "period_start": DAY, "period_end": DAY}

PURCHASES = Table("purchases", {
    **_RECORD, "supplier": TEXT, "category": TEXT, "description": TEXT, "account": TEXT, "amount": AMOUNT,
    "currency": TEXT, "vat": NUMBER, "quantity": NUMBER, "unit": TEXT, "country": TEXT, "invoice": TEXT, "site": TEXT,
    "supplier_country": TEXT,
}, key=("record_id",))
"""One purchase line. amount [currency], net of VAT where `vat` is given apart; credit notes are negative.

country: where it is bought. supplier_country: where the supplier produces it, where the record states it.
"""

ENERGY = Table("energy", {
    **_RECORD, "site": TEXT, "country": TEXT, "zone": TEXT, "carrier": TEXT, "quantity": AMOUNT, "unit": TEXT,
    "supplier": TEXT, "contract": TEXT, "meter": TEXT, "register": TEXT, "amount": NUMBER, "currency": TEXT,
}, key=("record_id",))
"""One meter reading or bill: quantity [unit] between period_start and period_end, both included.

`zone`: the grid zone of electricity below the country, as written. `register`: which of a meter's registers (peak,
off-peak) was read, "" where the file does not prove it.
"""

TRAVEL = Table("travel", {
    **_RECORD, "mode": TEXT, "origin": TEXT, "destination": TEXT, "distance": NUMBER, "distance_unit": TEXT,
    "cabin_class": TEXT, "passengers": AMOUNT, "trips": AMOUNT, "return": FLAG, "nights": NUMBER, "country": TEXT,
    "fuel": TEXT, "traveller": TEXT, "amount": NUMBER, "currency": TEXT, "site": TEXT,
    "mode_detail": TEXT, "size": TEXT, "vehicle": TEXT,
}, key=("record_id",))
"""One line of a travel export: distance [distance_unit] one way per trip and passenger unless `return`.

`mode_detail`: which service of the mode (ter, foot), or whose the vehicle is (private, rental, company, leased).
"""

REPORTED_INVENTORIES = Table("reported_inventories", {
    **_ORIGIN, "company": TEXT, "year": INTEGER, "scope": TEXT, "category": INTEGER, "scope2_method": TEXT,
    "co2e_t": AMOUNT, "gwp": TEXT, "boundary": TEXT, "source": TEXT, "spend_model": TEXT, "price_basis": TEXT,
}, key=("year", "scope", "category", "scope2_method"))
"""Totals of earlier years, known only from earlier reports [t CO2e].

spend_model: beginning of the source_id that priced most purchases, e.g. "sdes". price_basis: as in params. Blank where
the report states neither.
"""

_AT_SITE = {**_RECORD, "site": TEXT, "country": TEXT}
_SUPPLIED = {"quantity": AMOUNT, "unit": TEXT, "supplier": TEXT}

WATER = Table("water", {**_AT_SITE, "service": TEXT, **_SUPPLIED}, key=("record_id",))
"""Water bought ("supply") or sent to the sewer ("treatment"): quantity [unit]."""

WASTE = Table("waste", {**_AT_SITE, "material": TEXT, "treatment": TEXT, **_SUPPLIED}, key=("record_id",))
"""Waste handed over: quantity [unit of mass] of one material to one treatment."""

FREIGHT = Table("freight", {
    **_AT_SITE, "mode": TEXT, "direction": TEXT, "origin": TEXT, "destination": TEXT, "mass": NUMBER, "mass_unit": TEXT,
    "distance": NUMBER, "distance_unit": TEXT, "quantity": NUMBER, "unit": TEXT, "supplier": TEXT,
    "run_by": TEXT, "vehicle": TEXT, "fuel": TEXT, "load": TEXT, "trips": NUMBER, "empty_distance": NUMBER,
    "empty_distance_unit": TEXT, "empty_share": NUMBER, "teu": NUMBER, "mass_per_teu": NUMBER,
    "mass_per_teu_unit": TEXT,
}, key=("record_id",))
"""Transport of goods: quantity in tonne.km, TEU.km, km of a whole vehicle or fuel; else mass or TEU x distance.

direction: "inbound", "outbound", "sold". run_by: "own", "leased", "hired" ("" is hired). `empty_distance` [unit] of the
vehicle, or `empty_share` of its way back, is added to the loaded way.
"""

REFRIGERANTS = Table("refrigerants", {**_AT_SITE, "gas": TEXT, **_SUPPLIED}, key=("record_id",))
"""Refrigerant that escaped: quantity [unit of mass], usually what was topped up."""

EQUIPMENT = Table("equipment", {**_AT_SITE, "item": TEXT, "second_hand": FLAG, **_SUPPLIED}, key=("record_id",))
"""Equipment bought: quantity [unit] of one item."""

HOMEWORKING = Table("homeworking", {
    **_AT_SITE, "group": TEXT, "people": AMOUNT, "days": AMOUNT, "hours": AMOUNT,
}, key=("record_id",))
"""Work at home: people, days a year each, hours a day."""

COMMUTING = Table("commuting", {
    **_AT_SITE, "group": TEXT, "headcount": NUMBER, "answers": AMOUNT, "mode": TEXT, "fuel": TEXT, "distance": AMOUNT,
    "distance_unit": TEXT, "ways": TEXT, "days": AMOUNT, "mode_detail": TEXT, "size": TEXT,
}, key=("record_id",))
"""Answers of a survey: how many people of a group of `headcount` go `distance` to work, on `days` a year; `ways`
states whether that is one_way (also in a file without it) or both_ways."""

GENERAL = Table("activities", {
    **_AT_SITE, "activity": TEXT, **_SUPPLIED, "scope": TEXT, "category": INTEGER, "method": TEXT, "description": TEXT,
}, key=("record_id",))
"""Any activity of the factor library, with scope, scope 3 category and calculation method given."""

_OF_OTHERS = {"activity": TEXT, **_SUPPLIED, "gwp": TEXT, "evidence": TEXT}
_PART = {"part": NUMBER, "part_unit": TEXT, "total": NUMBER, "total_unit": TEXT}
_SPACE = {"area": NUMBER, "area_unit": TEXT, "total_area": NUMBER, "total_area_unit": TEXT, "occupied_share": NUMBER}

LEASED_ASSETS = Table("leased_assets", {
    **_AT_SITE, "asset": TEXT, "role": TEXT, "lease": TEXT, "no_control": TEXT, **_OF_OTHERS, **_SPACE, **_PART,
}, key=("record_id",))
"""A leased asset, `role` "lessee" or "lessor": quantity [unit] of an activity of the whole, and the share of it."""

SHARED_LOGISTICS = Table("shared_logistics", {
    **_AT_SITE, "asset": TEXT, "direction": TEXT, **_OF_OTHERS, "basis": TEXT, **_PART, "days": NUMBER,
}, key=("record_id",))
"""A shared vehicle or store: quantity [unit] of the whole x part / total; or goods stored x `days`."""

PROCESSING = Table("processing", {**_AT_SITE, "product": TEXT, **_OF_OTHERS, "units_sold": NUMBER, **_PART},
                   key=("record_id",))
"""Processing of an intermediate product by others: quantity [unit], a piece where `units_sold` is given."""

PRODUCT_USE = Table("product_use", {
    **_AT_SITE, "product": TEXT, "phase": TEXT, "units_sold": AMOUNT, **_OF_OTHERS, "lifetime_uses": NUMBER,
    "uses_per_year": NUMBER, "lifetime_years": NUMBER, "share": NUMBER, **_PART, "grid": TEXT, "grid_decline": NUMBER,
    "grid_source": TEXT,
}, key=("record_id",))
"""Products sold: quantity [unit] a use (or a piece, of fuels and gases sold) over the whole life."""

END_OF_LIFE = Table("end_of_life", {
    **_AT_SITE, "product": TEXT, "material": TEXT, "treatment": TEXT, **_SUPPLIED, "units_sold": NUMBER,
    "share": AMOUNT,
}, key=("record_id",))
"""Mass of sold products of one material, and the `share` [0 to 1] of it that goes to one treatment."""

FRANCHISES = Table("franchises", {
    **_AT_SITE, "franchise": TEXT, **_OF_OTHERS, **_SPACE, "sampled": NUMBER, "group_size": NUMBER,
}, key=("record_id",))
"""A franchise, or a sample of some: quantity [unit] of an activity, its share of a building, and the group's size."""

INVESTMENTS = Table("investments", {
    **_AT_SITE, "investee": TEXT, "asset_class": TEXT, "investee_scopes": TEXT, "option": TEXT,
    **_OF_OTHERS, "outstanding": NUMBER, "evic": NUMBER, "equity": NUMBER, "debt": NUMBER,
    "project_cost": NUMBER, "value_at_origination": NUMBER, "currency": TEXT, "equity_share": NUMBER,
    "asset_turnover": NUMBER, "lifetime_years": NUMBER, "ppp_gdp": NUMBER,
}, key=("record_id",))
"""An investment: quantity [unit] of an activity of the investee, and the amounts that give the share of it."""

HEADCOUNT = Table("headcount", {
    **_ORIGIN, "company": TEXT, "year": INTEGER, "employees": NUMBER, "revenue": NUMBER, "currency": TEXT,
    "source": TEXT,
}, key=("record_id",))
"""People [full-time equivalents] and revenue [currency] of a year, for intensities."""

INSTRUMENTS = Table("instruments", {
    **_RECORD, "id": TEXT, "instrument": TEXT, "region": TEXT, "kg_per_kwh": AMOUNT, "volume": NUMBER, "unit": TEXT,
    "site": TEXT, "cancelled_for": TEXT, "evidence": TEXT, "carrier": TEXT, "rate_basis": TEXT, "registry": TEXT,
    "certificate_numbers": TEXT, "certificates": TEXT, "generated_from": DAY, "generated_to": DAY, "cancelled_on": DAY,
    "delivered_rate": FLAG, "technology": TEXT, "plant": TEXT, "commissioned": DAY, "plant_max_age_years": NUMBER,
    "delivery": TEXT,
}, key=("record_id",))
"""Contractual instruments of market-based scope 2: volume [unit] (NaN: all of the site) at kg_per_kwh [kg/kWh].

Fields and their meaning are those of `params.shapes.instrument.Instrument`; period_start and period_end are its start
and end, and certificate_numbers are joined by ";".
"""

ENTITIES = Table("entities", {
    **_RECORD, "entity": TEXT, "share": AMOUNT, "control": TEXT, "source": TEXT, "country": TEXT}, key=("record_id",))
"""Entities of a group: share [0 to 1], control (operational, financial, full, joint, none), from and to (NaT: open);
country of its purchases that state neither country nor site.
"""

RECORDS = {t.name: t for t in (PURCHASES, ENERGY, TRAVEL, WATER, WASTE, FREIGHT, REFRIGERANTS, EQUIPMENT, HOMEWORKING,
                               COMMUTING, GENERAL, LEASED_ASSETS, SHARED_LOGISTICS, PROCESSING, PRODUCT_USE,
                               END_OF_LIFE, FRANCHISES, INVESTMENTS)}

OUTCOMES = ("inventoried", "set aside", "excluded", "rejected")
STAGES = ("reader", "classification", "factor", "")

LEDGER = Table("ledger", {
    **_ORIGIN, "outcome": TEXT, "stage": TEXT, "code": TEXT, "reason": TEXT, "what_to_do": TEXT, "column": TEXT,
    "value": TEXT, "amount": NUMBER, "unit": TEXT, "counts_row": FLAG,
}, choices={"outcome": OUTCOMES, "stage": STAGES})
"""Where each row read ended. amount [unit]: currency code, or e.g. "electricity:kWh", "air:km".
A row split over outcomes (a bill across a year end) is listed once per outcome; `counts_row` is true on one of them.
"""

REJECTS = Table("rejects", {
    "source_file": TEXT, "source_sheet": TEXT, "source_line": INTEGER, "column": TEXT, "value": TEXT, "amount": NUMBER,
    "unit": TEXT, "code": TEXT, "reason": TEXT, "what_to_do": TEXT, "kind": TEXT, "stage": TEXT, "record_id": TEXT,
    "counts_row": FLAG,
})
"""One fault of one row; several faults of a row share its line, and `counts_row` is true on the first."""

SOURCES = Table("sources", {
    "source_file": TEXT, "kind": TEXT, "sha256": TEXT, "dialect": TEXT, "rows_read": INTEGER, "rows_accepted": INTEGER,
    "rows_excluded": INTEGER, "rows_rejected": INTEGER,
}, key=("source_file", "kind"))
"""One input file as it was read. rows_accepted includes rows_excluded; read = accepted + rejected."""

ACTIVITIES = Table("activities", {
    "activity_id": TEXT, "record_id": TEXT, "kind": TEXT, "source_file": TEXT, "source_line": INTEGER, "company": TEXT,
    "year": INTEGER, "period_start": DAY, "period_end": DAY, "activity": TEXT, "quantity": AMOUNT, "unit": TEXT,
    "region": TEXT, "scope": TEXT, "category": INTEGER, "tier": TEXT, "quality": TEXT, "site": TEXT, "supplier": TEXT,
    "contract": TEXT, "group": TEXT, "rule": TEXT, "record_amount": NUMBER, "record_unit": TEXT,
}, key=("activity_id",), choices={"scope": ("1", "2", "3"), "category": tuple(range(16))})
"""One classified quantity. `activity` is a key of the factor library; scope and category are those of its main part
(upstream and losses of scope 1 and 2 go to category 3). Money: unit is the company's currency code, `year` the year
of the spend. record_amount [record_unit] is the share of the record's own amount that this activity represents.
"""

FACTORS = Table("factors", {
    "factor_id": TEXT, "element_id": TEXT, "activity": TEXT, "label": TEXT, "part": TEXT, "region": TEXT,
    "valid_from": INTEGER, "valid_to": INTEGER, "unit": TEXT, "co2e_kg": AMOUNT, "gwp_set": TEXT, "co2_kg": NUMBER,
    "ch4_fossil_kg": NUMBER, "ch4_nonfossil_kg": NUMBER, "n2o_kg": NUMBER, "composition": TEXT,
    "biogenic_co2_kg": AMOUNT, "uncertainty_pct": NUMBER, "price_year": INTEGER, "price_basis": TEXT,
    "life_cycle": FLAG, "kyoto": FLAG, "source_id": TEXT, "edition": TEXT, "page": TEXT, "licence": TEXT,
    "verification": TEXT, "notes": TEXT,
}, key=("factor_id",))
"""One part of one factor, per `unit`. Parts of one element_id add up; an element is either one `total` or its parts.
gas columns [kg of gas per unit], NaN where the source does not split; composition "HFC-32:0.5;HFC-125:0.5" for gases
sold by the kg. price_year 0 unless monetary. valid_to 9999 while current.
"""

RESOLUTION = Table("resolution", {
    "key_id": INTEGER, "part": TEXT, "element_id": TEXT, "factor_id": TEXT, "source_id": TEXT, "region_used": TEXT,
    "factor_year": INTEGER, "vintage_gap": INTEGER, "reason": TEXT, "steps": TEXT, "conversion": AMOUNT,
    "co2e_kg": AMOUNT, "co2_kg": NUMBER, "ch4_kg": NUMBER, "n2o_kg": NUMBER, "biogenic_co2_kg": AMOUNT,
    "gwp_used": TEXT, "uncertainty_pct": NUMBER, "life_cycle": FLAG, "kyoto": FLAG,
}, key=("key_id", "part", "factor_id"))
"""The factor of one distinct key, from `resolve`: kg per unit *of the activity* (conversion already applied), by part.
reason: "exact" or words joined by "; " (region fallback, older vintage, later vintage, converted).
"""

EMISSIONS = Table("emissions", {
    "activity_id": TEXT, "record_id": TEXT, "source_file": TEXT, "source_line": INTEGER, "company": TEXT,
    "year": INTEGER, "activity": TEXT, "part": TEXT, "scope": TEXT, "category": INTEGER, "scope2_method": TEXT,
    "factor_id": TEXT, "source_id": TEXT, "quantity": AMOUNT, "unit": TEXT, "kg_per_unit": AMOUNT, "co2_kg": NUMBER,
    "ch4_kg": NUMBER, "n2o_kg": NUMBER, "co2e_kg": AMOUNT, "biogenic_co2_kg": AMOUNT, "tier": TEXT, "quality": TEXT,
    "reason": TEXT, "gwp_used": TEXT, "kyoto": FLAG, "kind": TEXT, "site": TEXT, "supplier": TEXT, "group": TEXT,
    "region": TEXT,
})
"""One part of one activity; scope 2 is listed twice, once a method. Never sum `quantity` here: an activity has several
rows. Rows with kyoto false (HCFC, CFC) are outside the scopes and enter no total.
"""

INVENTORY = Table("inventory", {
    "company": TEXT, "year": INTEGER, "scope": TEXT, "category": INTEGER, "scope2_method": TEXT, "co2e_kg": NUMBER,
    "biogenic_co2_kg": NUMBER, "rows": INTEGER, "status": TEXT,
}, key=("company", "year", "scope", "category", "scope2_method"))
"""One line a scope, category and method; all fifteen categories are present. A line without rows has no figure: its
kilograms are NaN, never 0, and its status states why. status: "computed", "reported",
"not relevant: <reason>", "excluded: <reason>", "no records" (": <reason>"), "partly: <what has no factor>", "no factor:
<what>", "inside another figure: <what>".
"""

HISTORY = Table("history", {
    "company": TEXT, "year": INTEGER, "scope": TEXT, "category": INTEGER, "scope2_method": TEXT, "co2e_kg": NUMBER,
    "status": TEXT, "gwp": TEXT, "boundary": TEXT, "source": TEXT,
}, key=("company", "year", "scope", "category", "scope2_method"))
"""Inventories of several years, computed and reported, in one long table [kg CO2e]; NaN where `status` states that
there is no figure.
"""
