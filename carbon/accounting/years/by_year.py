"""Series by year of any view of a history: sums of scopes, missing years and breaks; checks of such series."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from carbon.accounting.compile import has_figure, state_of
from carbon.core.display import HandsOut
from carbon.core.errors import MethodError, UsageError
from carbon.core.exact import exact_sum
from carbon.core.ghg_protocol import NO_METHOD, SCOPE2_METHODS, SCOPES
from carbon.core.schemas import HISTORY
from carbon.core.text_columns import lines_of, records_of

Lines = Sequence[Mapping[Any, Any]]
"""Lines of a `schemas.HISTORY` table."""
COMPUTED, REPORTED = "computed", "reported"
AS_REPORTED = "as reported"
EARLIEST, LATEST = 1850, 2200
"""Calendar years that a series can be of; anything else is a position or a unit."""
GWP_BREAK, SPEND_BREAK = "GWP set", "purchases by"
_KILOGRAMS = ("kg", "kg co2e", "kgco2e", "kg co2eq", "kgco2eq")
_TONNES = re.compile(r"(?<![^\W\d_])(?<!['’])([kMG]?t(CO2(e|eq)?)?|[Tt]onnes?|[Tt]ons?)(?![^\W\d_]|['’])")


class ByYear(HandsOut):
    """Base of the views of one history. `table` is `schemas.HISTORY`; `breaks` names what is not restated in it."""

    table: pd.DataFrame

    @property
    def view_name(self) -> str:
        """Name of the view."""
        return AS_REPORTED

    @property
    def breaks(self) -> tuple[tuple[str, int], ...]:
        """(event or change, first year after it) of each break in the series that this view does not mend."""
        return ()

    @property
    def declared(self) -> Mapping[str, Any]:
        """What the company's params declare of its series, which carry it: `missing_years` without a figure (a fit uses
        the dates of the others), `event_years` to mark, `model` of the trajectory, `contracts` of market-based figures
        (kind, first and last year).
        """
        return {"missing_years": (), "event_years": (), "model": "auto", "contracts": ()}

    @property
    def dated_events(self) -> tuple[tuple[int, str, float], ...]:
        """(reporting year, event, kilograms that it moved) of events in the ledger that this view does not mend."""
        return ()

    @property
    def inventories_behind(self) -> Any:
        """The `Inventories` that this view is made of, with their bridges; None where a table is all there is."""
        return None

    @property
    def years(self) -> list[int]:
        """Years with a figure, in order."""
        return sorted({line["year"] for line in self._lines})

    @cached_property
    def _lines(self) -> list[dict[Any, Any]]:
        """The lines of `table`, read once: every series asks for some of them."""
        return records_of(self.table)

    def series(self, scopes: Sequence[str], scope2_method: str) -> pd.Series:
        """Sum the scopes by year [kg CO2e], for the years in which each of them is known.

        Years left out are in `incomplete`: a missing scope is not zero, and neither is a year without any record of
        these scopes (`states` has why). `attrs` holds the scopes, the method, the view, the breaks and the years left
        out, so that a fit or a gap can reject series that do not compare and list missing years.

        Raises UsageError: An unknown scope or scope 2 method.
        """
        choices = tuple(scopes), scope2_method
        if choices not in self._series:
            self._series[choices] = self._summed(*choices)
        return self._series[choices].copy(deep=False)

    @cached_property
    def _series(self) -> dict[tuple[tuple[str, ...], str], pd.Series]:
        """Series made before, by scopes and method: each target and page asks for the same ones."""
        return {}

    def _summed(self, scopes: Sequence[str], scope2_method: str) -> pd.Series:
        rows = self._rows(scopes, scope2_method)
        lacks = self._lacks(rows, scopes)
        # A sum that is known in part is a number; one without any figure is none.
        known_rows = [line for line in rows if _is_known(line["co2e_kg"], line["status"])]
        known_years = {line["year"] for line in known_rows}
        incomplete = tuple(year for year, missing in lacks.items() if missing or year not in known_years)
        states = {year: state_of([line["status"] for line in rows if line["year"] == year], 0) for year in incomplete
                  if not lacks[year]}
        rows = [line for line in known_rows if line["year"] not in incomplete]
        years = sorted(known_years - {*incomplete})
        kg = pd.Series(exact_sum([line["co2e_kg"] for line in rows], [years.index(line["year"]) for line in rows],
                                 len(years)), name="co2e_kg", index=pd.Index(years, dtype="int64", name="year"))
        kg.attrs.update(self._attributes(rows, scopes, scope2_method) | {
            "incomplete": incomplete, "states": states,
            "reported": tuple(sorted({line["year"] for line in rows if line["status"] == REPORTED}))})
        return kg

    def by_part(self, scope2_method: str) -> pd.DataFrame:
        """Return kg by year and part (scope 1, scope 2, each category of scope 3), the input of `fit_parts`.

        Only parts with a figure in every year: a category that was not reported is not zero. `attrs["left_out"]` names
        the others.
        """
        lines = self._rows(SCOPES, scope2_method)
        rows = pd.DataFrame(lines, columns=list(HISTORY.columns)).astype(dict(HISTORY.dtypes))
        part = rows["scope"].where(rows["scope"] != "3", "3." + rows["category"].astype("str"))
        known_rows = known_lines(rows.assign(part=part))
        wide = known_rows.pivot_table(index="year", columns="part", values="co2e_kg", aggfunc="sum")
        known_parts = wide.columns[wide.notna().all() & (wide != 0).any()]
        table = wide[sorted(known_parts, key=lambda p: [int(n) for n in str(p).split(".")])].rename_axis(columns=None)
        table.attrs.update({**self._attributes(lines, SCOPES, scope2_method),
                            "left_out": tuple(sorted(str(c) for c in set(wide.columns) - set(known_parts)))})
        return table

    def _attributes(self, rows: Lines, scopes: Sequence[str], scope2_method: str) -> dict[str, Any]:
        method = scope2_method if "2" in scopes else NO_METHOD
        return {"scopes": tuple(sorted(scopes)), "scope2_method": method, "view": self.view_name,
                "breaks": (*(b for b in self.breaks if "3" in scopes or not b[0].startswith(SPEND_BREAK)),
                           *gwp_breaks(rows)), **self.declared, "dated_events": self.dated_events}

    def status(self) -> pd.Series:
        """Return "computed" or "reported" by year."""
        reported = (self.table["status"] == REPORTED).groupby(self.table["year"]).any()
        return reported.map({True: REPORTED, False: COMPUTED}).rename("source")

    def incomplete(self, scopes: Sequence[str], scope2_method: str) -> pd.DataFrame:
        """Return the years in which a scope is not known by this method: year, missing."""
        lacks = [(year, ", ".join(missing)) for year, missing in
                 self._lacks(self._rows(scopes, scope2_method), scopes).items()]
        return pd.DataFrame([x for x in lacks if x[1]], columns=["year", "missing"]).astype({"missing": "str"})

    def _lacks(self, rows: Lines, scopes: Sequence[str]) -> dict[int, list[str]]:
        """Return the missing scopes of each year."""
        known_scopes = {(line["year"], line["scope"]) for line in rows}
        return {year: [s for s in sorted(set(scopes)) if (year, s) not in known_scopes] for year in self.years}

    def _rows(self, scopes: Sequence[str], scope2_method: str) -> Lines:
        unknown = sorted(set(scopes) - set(SCOPES))
        if unknown or not scopes or scope2_method not in SCOPE2_METHODS:
            raise UsageError(f"scopes {list(scopes)}, scope2_method {scope2_method!r}: unknown",
                             hint=f"scopes of {SCOPES}, scope2_method one of {SCOPE2_METHODS}")
        methods = (NO_METHOD, scope2_method)
        return [line for line in self._lines if line["scope"] in scopes and line["scope2_method"] in methods]


def _is_known(kg: float, status: str) -> bool:
    return kg == kg and (kg != 0 or has_figure(status))


def known_lines(table: pd.DataFrame) -> pd.DataFrame:
    """Return the lines of a `schemas.HISTORY` table that have a figure.

    Tables published by earlier releases have 0 where the status states that there is none.
    """
    is_known = np.array([_is_known(*line) for line in lines_of(table, ["co2e_kg", "status"])], dtype=bool)
    return table if is_known.all() else table[is_known]


def refuse_no_series(series: pd.Series) -> None:
    """Raise an error unless a series has kilograms as numbers, one a year.

    Raises MethodError: Not a Series; strings instead of numbers; tonnes by its name or by `attrs["unit"]`; an index
    that is not calendar years; duplicate years.
    """
    if not isinstance(series, pd.Series):
        raise MethodError(f"one series of kg by year is needed, not a {type(series).__name__}",
                          hint="take one column of a table, indexed by year: pd.Series(kg, index=years)")
    _refuse_other_unit(series)
    _refuse_other_index(series.index)
    number = pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_complex_dtype(series)
    if not number or pd.api.types.is_bool_dtype(series):
        raise MethodError(f"the series holds {series.dtype}, not numbers",
                          hint="give kg as numbers; how text becomes a number is decided where it is read")
    if series.index.has_duplicates:
        _refuse_twice(series.index)


def _refuse_twice(years: pd.Index) -> NoReturn:
    raise MethodError(f"years appear twice: {years[years.duplicated()].tolist()}",
                      hint="keep one figure a year; location- and market-based are two series")


def refuse_infinite(series: pd.Series) -> None:
    """Raise an error on infinite years: unlike a year without a figure, they hide a division by zero.

    Raises MethodError: The years that are infinite; as `refuse_no_series`.
    """
    refuse_no_series(series)
    _refuse_endless(series.index[np.isinf(series.to_numpy(dtype=float, na_value=np.nan))].tolist())


def _refuse_endless(endless: list[int]) -> None:
    if endless:
        raise MethodError(f"infinite emissions in {endless}", hint="correct the figure; one that is not known is NaN")


def mean_of_years(series: pd.Series, years: Sequence[int]) -> float:
    """Return the mean over years that all have a figure [kg]; a mean over fewer years would be another base.

    Raises MethodError: One of the years has no figure or an infinite one; a year appears twice in the series.
    """
    of_year = dict(zip(series.index.tolist(), series.to_numpy(dtype=float, na_value=np.nan).tolist(), strict=True))
    if len(of_year) < len(series):
        _refuse_twice(series.index)
    kg = [of_year[year] for year in years]
    unknown = [int(year) for year, value in zip(years, kg, strict=True) if value != value]
    if unknown:
        raise MethodError(f"the base year {', '.join(map(str, unknown))} has no figure",
                          hint="add it to reported_inventories, or choose a base of years that are known")
    _refuse_endless([int(year) for year, value in zip(years, kg, strict=True) if math.isinf(value)])
    return float(np.mean(kg))


def calendar_year(value: Any, *, what: str) -> int:
    """Return a year as a whole number.

    Raises MethodError: A string, a fraction, or a number outside the range of calendar years.
    """
    number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not number or value != np.floor(value) or not EARLIEST <= value <= LATEST:
        raise MethodError(f"{what}: {value!r} is not a calendar year", hint="give a whole number, e.g. 2030")
    return int(value)


def calendar_years(values: Iterable[Any], *, what: str) -> list[int]:
    """Return several years as whole numbers.

    Raises MethodError: As `calendar_year`; a single number where a list is needed.
    """
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise MethodError(f"{what} is {values!r}, not a list of years", hint=f"{what}=[{values}]")
    return [calendar_year(v, what=what) for v in values]


def _refuse_other_index(index: pd.Index) -> None:
    if not len(index):
        raise MethodError("no year has a figure", hint="give at least one year with its figure")
    whole_numbers = pd.api.types.is_integer_dtype(index) or (
        pd.api.types.is_float_dtype(index) and bool((index == np.floor(index)).all()))
    whole_numbers = whole_numbers and not index.hasnans
    if not whole_numbers or index.min() < EARLIEST or index.max() > LATEST:
        shown_places = [str(i) for i in index[:3]] + ["..."] * (len(index) > 3)
        hint = "index the series by year: positions would hide gaps"
        if isinstance(index, pd.DatetimeIndex | pd.PeriodIndex):
            hint = "each of its periods must be one whole year; then series.set_axis(series.index.year)"
        elif isinstance(index, pd.MultiIndex):
            hint = "one series at a time: take its part of the table, indexed by year alone"
        elif not pd.api.types.is_numeric_dtype(index):
            hint = f"these are {index.dtype}, not whole numbers: series.set_axis(series.index.astype(int))"
        elif index.hasnans:
            hint = "a figure has no year: give its year, or leave it out"
        raise MethodError(f"the index must be calendar years, it is {', '.join(shown_places)}", hint=hint)


def _refuse_other_unit(series: pd.Series) -> None:
    unit = series.attrs.get("unit")
    if unit is not None and str(unit).strip().lower() not in _KILOGRAMS:
        raise MethodError(f"the series is in {unit} by its attrs; kilograms are needed",
                          hint='convert it, then series.attrs["unit"] = "kg"')
    if unit is None and _TONNES.search(str(series.name).replace("_", " ")):
        raise MethodError(f"the series {series.name} is in tonnes by its name; kilograms are needed",
                          hint='pass (series * 1000).rename("co2e_kg")')


def gwp_breaks(rows: Lines) -> tuple[tuple[str, int], ...]:
    """Years whose GWP set is not that of the year before: two rulers in one series."""
    sets: dict[int, set[str]] = {}
    for year, gwp in sorted({(line["year"], line["gwp"]) for line in rows}):
        sets.setdefault(year, set()).add(gwp)
    sets_by_year = [(year, " and ".join(sorted(of_year))) for year, of_year in sets.items()]
    return tuple((f"{GWP_BREAK} {before} to {after}", year) for (_, before), (year, after) in pairwise(sets_by_year)
                 if before != after)
