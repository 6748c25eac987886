"""Formulas that a company declares over its tables and figures: params/<company>/indicators.yml, key `formulas`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from carbon.params.shapes.digital import Requirement
from carbon.params.shapes.types import Model

When = Literal["year_end", "year", "any_day", "always"]
"""Rows that count: those true on the last day of the year, dated in it, true on any of its days, or all."""
FormulaId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,60}$")]
ROWS = "rows"


class Rows(Model):
    """Rows of one table: which of them count, and when. Nothing of it has a default that moves a figure."""

    table: str
    when: When
    by: str = ""
    """The day, or the period, that decides for `when: year`; required where the table has several."""
    where: list[Requirement] = []
    """Conditions that all must hold; a value that is not given meets none."""


class Part(Model):
    """A numerator or denominator: a count or a sum of rows, or one figure of the inventory."""

    table: str = ""
    when: When | None = None
    by: str = ""
    where: list[Requirement] = []
    count: str = ""
    """"rows", or a column whose different values are counted."""
    sum: str = ""
    """A column of numbers."""
    figure: str = ""
    """"employees", "year", "total", or an id of the inventory such as "scope1", "3.6", "site/lyon" [t CO2e]."""

    @model_validator(mode="after")
    def _one_way(self) -> Part:
        if bool(self.figure) == bool(self.table):
            raise ValueError("give either a table or a figure")
        if self.table and bool(self.count) == bool(self.sum):
            raise ValueError("give either `count` (rows, or a column) or `sum` (a column)")
        if self.table and self.when is None:
            raise ValueError("give `when`: year_end, year, any_day or always")
        return self


class Share(Rows):
    """Rows that meet `of`, as a share of all rows that count; by their number, or by a column."""

    of: list[Requirement]
    weight: str = ""


class Mean(Rows):
    """The mean of a column over the rows that have a value."""

    of: str


class DeclaredFormula(Model):
    """One formula: numerator / denominator, or a share, or a mean."""

    formula_id: FormulaId
    numerator: Part | None = None
    denominator: Part | None = None
    share: Share | None = None
    mean: Mean | None = None
    raw: Part | None = None
    """The absolute quantity of the activity beneath it; without it the numerator is."""
    per: str = ""
    """A column: one value for each of its words, which `scope` of an indicator chooses (a service, a site)."""
    numerator_unit: str = ""
    denominator_unit: str = ""
    raw_unit: str = ""
    unit: str = ""
    unit_fr: str = ""
    scale: float | None = None
    low: float | None = None
    high: float | None = None
    """Limits that no value can cross, in `unit`."""
    rounding: Literal["", "half_up"] = ""
    about: str = ""
    """The figure of the inventory that the indicator speaks of: its rise is printed next to a good status."""
    words_en: str = ""
    words_fr: str = ""

    @model_validator(mode="after")
    def _one_form(self) -> DeclaredFormula:
        is_ratio = self.numerator is not None and self.denominator is not None
        if [is_ratio, self.share is not None, self.mean is not None].count(True) != 1:
            raise ValueError("give numerator and denominator, or share, or mean")
        return self

    @property
    def parts(self) -> tuple[Part, Part]:
        """Numerator and denominator, of a share and of a mean too."""
        if self.numerator is not None and self.denominator is not None:
            return self.numerator, self.denominator
        rows = self.share or self.mean
        assert rows is not None

        def part(where: list[Requirement], *, sum_of: str, count: str) -> Part:
            return Part(table=rows.table, when=rows.when, by=rows.by, where=where, sum=sum_of, count=count)

        if isinstance(rows, Share):
            count = "" if rows.weight else ROWS
            return (part([*rows.where, *rows.of], sum_of=rows.weight, count=count),
                    part(rows.where, sum_of=rows.weight, count=count))
        dated = Requirement(column=rows.of, operator="is", value="given")
        return part(rows.where, sum_of=rows.of, count=""), part([*rows.where, dated], sum_of="", count=ROWS)

    @property
    def tables(self) -> list[str]:
        """The tables that it is made of, the numerator's first; "inventory" for a figure of it."""
        names = [part.table or ("" if part.figure in ("employees", "year") else "inventory") for part in self.parts]
        return list(dict.fromkeys(name for name in names if name))

    @property
    def figure(self) -> str:
        """The figure of the inventory that a good status must not hide."""
        figures = [part.figure for part in self.parts if part.figure not in ("", "employees", "year")]
        return self.about or (figures[0] if figures else "")
