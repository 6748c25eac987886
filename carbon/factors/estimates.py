"""The emissions of one quantity, by part and gas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from carbon.core import units
from carbon.core.display import HandsOut, as_html, one_line
from carbon.core.errors import MethodError, UsageError
from carbon.core.public_names import choices_of
from carbon.core.schemas import FACTORS
from carbon.core.zones import country_of
from carbon.factors import candidates, gwp_sets, library
from carbon.factors.matching import FactorTable
from carbon.factors.questions import Question, finite, known_region, refusal, whole_year
from carbon.factors.search import Shown
from carbon.params.shapes.company import FactorPolicy

_KG = ["co2e_kg", "co2_kg", "ch4_kg", "n2o_kg", "biogenic_co2_kg"]
_COLUMNS = ["part", *_KG, "factor_id", "source_id", "gwp_used", "reason", "steps"]


@dataclass(frozen=True)
class Estimate(HandsOut):
    """Emissions of one quantity: `table` has one row a part [kg], with the factor, the reason and the conversion."""

    question: str
    table: pd.DataFrame

    @property
    def co2e_kg(self) -> float:
        """Sum of the parts [kg CO2e]; biogenic CO2 is not in it."""
        return float(self.table["co2e_kg"].sum())

    def __repr__(self) -> str:
        return one_line(f"Estimate({self.co2e_kg:,.6g} kg CO2e: {self.question})")

    def _repr_html_(self) -> str:
        return as_html(repr(self), self.table)


def estimate(
    *question: Any, region: str | None = None, year: int | None = None, gwp: str | None = None,
    factor: str | Mapping[str, Any] | pd.Series | pd.DataFrame | Shown | None = None, scope: str | None = None,
    policy: FactorPolicy | None = None, factors: FactorTable | None = None, allow_mixed_gwp: Sequence[str] = (),
    non_co2: str | None = None,
) -> Estimate:
    """Estimate the emissions of a quantity [kg], by part and gas.

    kg = quantity x conversion x kg per unit of the factor

    Called `estimate(activity, quantity, unit, region=, year=, gwp=)`, the library's factor is chosen as for an
    inventory, by the strictest policy: only the region itself (of a grid zone also its country, flagged), no later
    vintage. Called `estimate(quantity, unit, factor=)`, that factor is used, in its own GWP set unless `gwp` is given.

    Parameters
    ----------
    question
        activity, quantity, unit; or quantity, unit with `factor`.
    region, year, gwp
        ISO alpha-2 code, year of the activity, GWP set. Required without `factor`.
    factor
        An element_id or factor_id of the library, a row of `schemas.FACTORS`, or an element: its rows, one a
        part, or what `factors.show` returns.
        An element counts with all its parts; a single part of several is named as such.
    scope
        "1", "2" or "3"; without it "2" for purchased energy (no life-cycle grid factor) and "3" for the rest.
    policy, factors
        Another policy than the strictest; another library than the newest release.
    allow_mixed_gwp
        Prefixes of factor_id or source_id accepted in another GWP set.
    non_co2
        "none" or "as_published"; required where the factor has a contrails part.

    Raises
    ------
    UsageError, MethodError
        A choice is missing, a quantity is not finite, a year is not an integer, or a region is unknown.
    MissingFactorError, AmbiguousFactorError, UnitError
        No factor, several, or a unit that does not convert. Where another choice of `allow_mixed_gwp`, `policy`,
        year or region has an answer, the hint is that call, as it is typed.

    Examples
    --------
    >>> estimate("natural_gas", 100, "kWh_HHV", region="GB", year=2026, gwp="AR5GWP100")  # doctest: +SKIP
    Estimate(21.252 kg CO2e: 100 kWh_HHV natural_gas, GB 2026, AR5GWP100)
    """
    table = factors or library.load()
    if factor is not None:
        quantity, unit = _asked(question, ("quantity", "unit"))
        return _by_factor(quantity, unit, _rows(factor, table), table.table, gwp, list(allow_mixed_gwp), non_co2)
    activity, quantity, unit = _asked(question, ("activity", "quantity", "unit"))
    absent = [name for name, value in (("region", region), ("year", year), ("gwp", gwp)) if value is None]
    if absent or gwp is None:
        raise UsageError(f"estimate needs {', '.join(absent)}: the choice changes the result",
                         hint="; ".join(map(choices_of, absent)))
    query = Question(_word("activity", activity), quantity, _word("unit", unit), known_region(region, table),
                     whole_year(year), gwp, table, scope, policy, tuple(allow_mixed_gwp), non_co2, factors is not None)
    resolution = query.matched().resolved
    if len(resolution.misses):
        raise refusal(query, resolution.misses.iloc[0])
    _say_contrails(resolution.table, non_co2)
    asked = f"{quantity:,.10g} {unit} {activity}, {region} {year}, {gwp}"
    used = table.table[table.table["factor_id"].isin(resolution.table["factor_id"])]
    return Estimate(f"{asked}{_why_zero(used)}", _times(resolution.table, quantity))


def _asked(question: tuple[Any, ...], names: tuple[str, ...]) -> tuple[Any, ...]:
    if len(question) != len(names):
        raise UsageError(f"estimate takes {', '.join(names)} by position, got {len(question)} values",
                         hint='e.g. estimate("diesel", 100, "L", region="GB", year=2024, gwp="AR5GWP100")')
    return tuple(finite(value) if name == "quantity" else value for name, value in zip(names, question, strict=True))


def _word(name: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"The {name} must be a word, is {value!r}")
    return value


def _say_contrails(table: pd.DataFrame, non_co2: str | None) -> None:
    if non_co2 is None and table["part"].eq("contrails").any():
        raise MethodError("The factor has a part for contrails", rows=table[["factor_id", "part", "co2e_kg"]],
                          hint='give non_co2="none" or "as_published"')


def _rows(factor: str | Mapping[str, Any] | pd.Series | pd.DataFrame | Shown, table: FactorTable) -> pd.DataFrame:
    factor = factor.factors if isinstance(factor, Shown) else factor
    if not isinstance(factor, str):
        absent = [c for c in FACTORS.columns if c not in factor]
        if absent:
            raise UsageError(f"The factor lacks {', '.join(absent)}", hint="a row of factors.table() has them all")
        if isinstance(factor, pd.DataFrame):
            return _one_element(factor)
        return pd.DataFrame([dict(factor)]).astype({"co2e_kg": "float64"})
    rows = table.table
    factor_rows = rows[(rows["element_id"] == factor) | (rows["factor_id"] == factor)]
    if factor_rows.empty:
        raise UsageError(f"No factor {factor!r} in the library", hint="see factors.search(...)")
    return factor_rows


def _one_element(rows: pd.DataFrame) -> pd.DataFrame:
    shared = ["element_id", "region", "valid_from", "unit"]
    if len(rows[shared].drop_duplicates()) != 1 or rows["factor_id"].duplicated().any():
        raise UsageError("The factor's rows are not the parts of one element, each once", hint="name one element_id",
                         rows=rows[[*shared, "part"]])
    return rows


def _by_factor(
    quantity: float, unit: str, rows: pd.DataFrame, library_table: pd.DataFrame, gwp: str | None,
    allow_mixed_gwp: list[str], non_co2: str | None,
) -> Estimate:
    _say_contrails(rows, non_co2)
    rows = rows[candidates.is_used(rows["part"].to_numpy(dtype=object), non_co2 or "as_published")]
    first = rows.iloc[0]
    fuel = str(first["activity"])
    country = country_of(str(first["region"]))
    fit = candidates.unit_fit(units.parse_unit(unit), str(first["unit"]), fuel, country=country)
    year = int(first["valid_from"]) if fit == candidates.BRIDGED else None
    ratio = units.ratio(unit, str(first["unit"]), fuel=fuel if year else None, year=year, country=country)
    factor_set = gwp or str(first["gwp_set"])
    parts = gwp_sets.in_set(rows, gwp=factor_set, allow_mixed_gwp=allow_mixed_gwp) if factor_set else rows.assign(
        ch4_kg=rows[["ch4_fossil_kg", "ch4_nonfossil_kg"]].sum(axis=1, min_count=1), gwp_used=gwp_sets.UNSTATED,
        gwp_note=gwp_sets.PUBLISHED, gwp_ok=True)
    if not parts["gwp_ok"].all():
        names = ", ".join(f'"{name}"' for name in parts.loc[~parts["gwp_ok"], "factor_id"])
        raise MethodError(f"The factor is CO2e of another set than {gwp}", rows=parts[["factor_id", "gwp_set"]],
                          hint=f"leave gwp out, or add allow_mixed_gwp=[{names}]")
    per_unit = parts[_KG].mul(float(ratio), axis=0)
    step = "" if ratio == 1 else f"1 {unit} = {float(ratio):.10g} {first['unit']}"
    table = parts.assign(reason=parts["gwp_note"], steps=step, **per_unit)
    name = f"{first['element_id']}{_alone(rows, library_table)}{_why_zero(rows)}"
    return Estimate(f"{quantity:,.10g} {unit} by {name}", _times(table, quantity))


def _alone(rows: pd.DataFrame, library_table: pd.DataFrame) -> str:
    """Return the words for rows that are some parts only of their element in the library; "" for a whole element."""
    element = library_table[library_table["element_id"] == rows["element_id"].iloc[0]]
    missing = element.loc[~element["factor_id"].isin(rows["factor_id"]), "part"].tolist()
    parts = ", ".join(rows["part"])
    return f", {parts} only, without {', '.join(missing)}" if missing else ""


def _why_zero(rows: pd.DataFrame) -> str:
    """Return what the notes of a factor of 0 kg state: what it does not hold is not zero; "" for other factors."""
    notes = [] if rows["co2e_kg"].any() else [text for text in dict.fromkeys(rows["notes"]) if text]
    return f"; {'; '.join(notes)}" if notes else ""


def _times(table: pd.DataFrame, quantity: float) -> pd.DataFrame:
    parts = table.assign(**table[_KG].mul(quantity))[_COLUMNS].reset_index(drop=True)
    not_finite = ~np.isfinite(parts["co2e_kg"].to_numpy("float64"))
    if not_finite.any():
        raise MethodError("The factor has no finite figure for this quantity", hint="give co2e_kg of the factor",
                          rows=parts.loc[not_finite, ["factor_id", "part", "co2e_kg"]])
    return parts
