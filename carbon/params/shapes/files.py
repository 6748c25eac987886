"""Parameters of files and lines: how a file is read, how much may be rejected, how a line is classified."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from carbon.core import packaged
from carbon.params.shapes.types import Flag, Model, Share

FEC = "fec"
KIND_ROWS = {row["kind"]: row for row in packaged.read_rows("carbon.params", "data/kinds.csv")}
"""Kind of record -> its row of data/kinds.csv. The FEC has its own reader and arrives as purchases."""


def kind_names() -> tuple[str, ...]:
    """Return all kinds that a file may be declared as."""
    return (*KIND_ROWS, FEC)


def _inside(pattern: str) -> str:
    if pattern.startswith("/") or ".." in pattern.split("/") or "\\" in pattern:
        raise ValueError("must stay in data/raw/<company>/<year>/: no `..`, no leading `/`, `/` between folders")
    return pattern


def _sum(text: str) -> str:
    if not re.fullmatch(r"-?\d+(\.\d+)?( [^\d\s].*)?", text):
        raise ValueError("is not a sum: write a decimal point, no thousands, and the unit, e.g. 1234.50 EUR")
    return text


class Curve(Model):
    """How the steps of a load curve become energy a day."""

    measures: Literal["energy", "power", "index"]
    """What a cell is: energy of its step, mean power in it (x step), or a meter's index (difference to the next)."""
    step: str | None = None
    """Length of a step, "10 min" or "1 h", or the heading of the column that gives it; without it the differences of
    the stamps. Columns of hours across have theirs by their number.
    """
    stamps: Literal["start", "end"] | None = None
    """Which end of its step a stamp names; without it the first and the last stamp must prove it."""
    time_zone: str | None = None
    """Zone of the stamps, e.g. Europe/Paris: its days of 23 and 25 hours are whole. Without it a day has 24."""
    rolls_over_at: Annotated[float, Field(gt=0)] | None = None
    """Where an index begins again at 0, e.g. 1000000."""


class WideLayout(Model):
    """One line with several quantities: what each counted column holds. Each cell becomes a record of its own."""

    columns: dict[str, dict[str, str]] = {}
    """Heading in the file, or a pattern with * -> canonical name: value of its records, e.g. {carrier: gas, unit: kWh}.
    "{Heading}" is the cell of that column in the same line.
    """
    headings: str | None = None
    """Canonical name that the other headings fill: `date` for months and days, `site`, `carrier`; `time` for the steps
    of a day.
    """
    unread: list[str] = []
    """Headings, or patterns with *, of columns of numbers that are known not to count."""
    not_available: dict[str, str] = {}
    """Cell that is no quantity and no zero, "" for an empty one -> why; each is a line of the ledger."""
    curve: Curve | None = None


class Statement(Model):
    """A statement on a file that no cell proves: what is so, why, and since which day it is known."""

    what: Literal["net_of_tax", "tax_counts", "whole_amounts", "full_units", "declared_unit", "all_tariffs",
                  "factor_applied", "consumption"]
    """net_of_tax: the amounts hold no tax. tax_counts: they hold a tax that is not recovered. whole_amounts: they lack
    no cents. full_units: they are in units, not in thousands. declared_unit: the unit of params is right, whatever the
    heading states. all_tariffs: the quantity is that of all tariffs. factor_applied: it holds the meter's factor.
    consumption: it is what was used in its row, and no state of a register."""
    reason: Annotated[str, Field(min_length=3)]
    on: date


class FilePattern(Model):
    """One kind of file in data/raw/<company>/<year>/ and how it is read; the file must prove what is absent here."""

    pattern: Annotated[str, AfterValidator(_inside)]
    kind: str
    source: str | None = None
    """Name of a source profile; its `reads` is below the keys of this entry. Once read: with place, version, hash."""
    recognised_by: list[str] = []
    """Headings that must all be in one row, or the file is refused; a source states its own."""
    not_with: list[str] = []
    """Headings that are not in that row: another layout has them."""
    encoding: str | None = None
    separator: str | None = None
    decimal: Literal[",", "."] | None = None
    thousands: str | None = None
    date_format: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    header_rows: int = 1
    columns: dict[str, str] = {}
    """Canonical name -> heading in the file."""
    constants: dict[str, str] = {}
    """Canonical name -> the value every row has."""
    from_path: str | None = None
    """Pattern with named parts, e.g. "{site}/{carrier}/{year}.csv"."""
    period: tuple[date, date] | None = None
    skip_rows_where: dict[str, list[str]] = {}
    """Column -> patterns of subtotal rows; they are excluded, with a ledger line each."""
    hidden_rows: Literal["count", "exclude"] | None = None
    """What rows are that the workbook hides or filters out; without it they are rejected."""
    count_rows_where: dict[str, list[str]] = {}
    """Column -> patterns of the words whose rows count as they are; "" is the column without a heading."""
    minus_rows_where: dict[str, list[str]] = {}
    """Column -> patterns of the words whose rows are written above zero and count below it."""
    swears: list[Statement] = []
    """What the company states of the file that the file does not show: it silences the guard of that name."""
    control_total: Annotated[str, AfterValidator(_sum)] | None = None
    """The sum the file was sent with, and its unit where there are several: "123.45 EUR"."""
    control_rows: int | None = None
    duplicates: Literal["keep", "reject"] | None = None
    out_of_year: Literal["exclude", "reject"] = "exclude"
    values: dict[str, dict[str, str]] = {}
    """Column -> {word in the file: canonical word}."""
    layout: WideLayout | None = None
    """How a line with several quantities becomes records; without it a line is one record."""

    @model_validator(mode="after")
    def _layout_of_a_table(self) -> FilePattern:
        if self.layout is not None and self.kind == FEC:
            raise ValueError("`layout` does not go with `kind: fec`, whose columns are prescribed")
        if self.layout is not None and self.layout.headings == "time" and self.layout.curve is None:
            raise ValueError("`headings: time` needs `curve: {measures: energy}` (or power)")
        return self

    def is_sworn(self, *what: str) -> bool:
        """Return whether the company states one of some things of the file (`swears`)."""
        return any(statement.what in what for statement in self.swears)


class AcceptedRejects(Model):
    """Largest share of one kind that may be rejected without failing the company-year."""

    rows: Share = 0.0
    amount: Share = 0.0


class Condition(Model):
    """All given fields must match; a string is a prefix for `account`, else a glob blind to case and accents."""

    kind: list[str] = []
    supplier: list[str] = []
    account: list[str] = []
    category: list[str] = []
    keyword: list[str] = []
    site: list[str] = []
    country: list[str] = []


class Spend(Model):
    """Classification of a purchase that no physical record replaces."""

    activity: str
    category: Annotated[int, Field(ge=1, le=15)] | None = None
    """Without it the activity's own category."""


class Rule(Model):
    """One classification rule: an activity, or an exclusion with its reason."""

    id: str
    when: Condition
    activity: str | None = None
    scope: Literal["1", "2", "3"] | None = None
    """Without it scope 3 for purchases, and the record's own scope for physical records."""
    category: Annotated[int, Field(ge=0, le=15)] | None = None
    """Without it the activity's own: flights 6, freight 4, waste 5, equipment 2; purchases by money 1."""
    region: str | None = None
    tier: str | None = None
    group: str | None = None
    use_quantity: Flag = False
    """Take the record's quantity and unit instead of its amount."""
    exclude: str | None = None
    set_aside_for: str | None = None
    """Kind of record that holds the same consumption in physical units: "energy", or "energy:natural_gas"."""
    otherwise: Spend | None = None
    """With `set_aside_for`: the purchase on days without such records; without it those are rejected."""
    reason: str = ""

    @model_validator(mode="after")
    def _one_outcome(self) -> Rule:
        outcomes = [x for x in (self.activity, self.exclude, self.set_aside_for) if x is not None]
        if len(outcomes) != 1:
            raise ValueError("give exactly one of activity, exclude, set_aside_for")
        if self.otherwise is not None and self.set_aside_for is None:
            raise ValueError("`otherwise` goes with `set_aside_for`")
        return self
