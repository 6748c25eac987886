"""Absolute contraction, coverage and the rest of a budget, each a plain function of plain numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from carbon.core.errors import MethodError
from carbon.core.plain_numbers import refuse_no_number
from carbon.core.text import instead

CONVENTIONS = ("annual_sum", "trapezoid")
"""Of a budget: the sum of its years, or the area under the path."""


def contracted(base_kg: ArrayLike, passed: ArrayLike, *, yearly_rate: float, residual: float = -np.inf) -> np.ndarray:
    """Return what contraction leaves after some years [kg], unchecked: max(E_b (1 - r passed), residual E_b)."""
    return np.asarray(base_kg) * np.maximum(1 - yearly_rate * np.asarray(passed), residual)


def absolute_contraction(
    base_kg: float, *, base_year: int, last_year: int, yearly_rate: float, residual: float
) -> pd.Series:
    """Return the pathway of absolute contraction [kg], by year from base year to `last_year`.

    pathway(y) = max(E_b (1 - r (y - b)), residual E_b)

    Linear in base emissions, never compounded, never under the residual. r is the share of base-year emissions a year,
    e.g. 0.042; `residual` the share that may be left, e.g. 0.10.

    Source: SBTi, absolute contraction approach: 4.2 % a year for 1.5 C, 2.5 % for well below 2 C (rates verified
    elsewhere).
    """
    refuse_no_number("absolute contraction", over=0, base_kg=base_kg,
                     hint="a percentage of nothing does not exist: check the inventory of the base year")
    refuse_no_number("absolute contraction", over=0, at_most=1, yearly_rate=yearly_rate, hint="0.042 means 4.2 %")
    _residual("absolute contraction", residual)
    span = _years("absolute contraction", base_year, last_year)
    kg = contracted(base_kg, np.arange(span + 1), yearly_rate=yearly_rate, residual=residual)
    return pd.Series(kg, index=pd.Index(np.arange(base_year, base_year + span + 1), name="year"), name="pathway_kg")


def floor_year(*, base_year: int, yearly_rate: float, residual: float) -> float:
    """Return when absolute contraction reaches its floor [year, with fraction]: b + (1 - residual) / r."""
    refuse_no_number("floor of a contraction", base_year=base_year)
    refuse_no_number("floor of a contraction", over=0, at_most=1, yearly_rate=yearly_rate)
    _residual("floor of a contraction", residual)
    return base_year + (1 - residual) / yearly_rate


def implied_rate(reduction: float, *, base_year: int, target_year: int) -> float:
    """Return the yearly rate that a statement implies: r = reduction / (target year - base year) [of base a year]."""
    refuse_no_number("implied rate", over=0, at_most=1, reduction=reduction, hint="0.42 means -42 %")
    return reduction / _years("implied rate", base_year, target_year)


def contraction_rate(*, floor: float, residual: float, base_year: int, net_zero_year: int) -> float:
    """Return the rate with a floor and a net-zero year: r = max(floor, (1 - residual) / (net-zero year - base year)).

    A reading of the announcement of April 2026, to be confirmed: print it as such, with the record's id.
    """
    refuse_no_number("contraction rate", over=0, at_most=1, floor=floor, hint="0.042 means 4.2 %")
    _residual("contraction rate", residual)
    return max(floor, (1 - residual) / _years("contraction rate", base_year, net_zero_year))


def coverage(covered_kg: float, total_kg: float) -> float:
    """Return the share of emissions inside a target's boundary: covered / total, in tonnes, never in categories.

    `total_kg` is all emissions of the scopes, including excluded ones (estimated).
    """
    refuse_no_number("coverage", over=0, total_kg=total_kg, hint="coverage of nothing does not exist")
    refuse_no_number("coverage", at_least=0, at_most=total_kg, covered_kg=covered_kg)
    return covered_kg / total_kg


def tonnes_missing(covered_kg: float, total_kg: float, *, threshold: float) -> float:
    """Return the tonnes missing to a threshold of coverage: (threshold x total - covered) / 1000; 0 where it is met.

    The threshold is a share, e.g. 0.67: "two thirds" is less, so it is printed.
    """
    coverage(covered_kg, total_kg)
    refuse_no_number("tonnes missing", over=0, at_most=1, threshold=threshold, hint="0.67 means 67 %")
    return max(threshold * total_kg - covered_kg, 0.0) / 1000.0


def years_at_level(remaining_kg: float, now_kg: float) -> float:
    """Return how long the rest of a budget lasts at today's level [years]: R / E_now; 0 where it is used up."""
    refuse_no_number("years at today's level", remaining_kg=remaining_kg)
    refuse_no_number("years at today's level", over=0, now_kg=now_kg, hint="without emissions a budget lasts for ever")
    return max(remaining_kg, 0.0) / now_kg


def years_to_zero(remaining_kg: float, now_kg: float, *, convention: str) -> float:
    """Return how many years a straight line to zero takes that spends the rest of a budget [years, with fraction].

    trapezoid (the area from now on): n = 2 R / E_now;  annual_sum (E_now - i E_now / n from next year on):
    n = 2 R / E_now + 1

    Source: SRU 2022, Wie viel CO2 darf Deutschland maximal noch ausstossen?: linear to zero from the beginning of 2022.
    """
    refuse_no_number("years to zero", over=0, remaining_kg=remaining_kg, hint="a budget that is used up has no line")
    refuse_no_number("years to zero", over=0, now_kg=now_kg, hint="without emissions a budget lasts for ever")
    refuse_convention(convention)
    return 2 * remaining_kg / now_kg + (convention == "annual_sum")


def refuse_convention(convention: str) -> None:
    """Check that the convention of a budget is one of `CONVENTIONS`."""
    if convention not in CONVENTIONS:
        raise MethodError(f"unknown budget convention {convention!r}", hint=instead(str(convention), CONVENTIONS))


def _residual(what: str, residual: float) -> None:
    refuse_no_number(what, at_least=0, residual=residual, hint="0.1 means that 10 % of the base may be left")
    if not residual < 1:
        raise MethodError(f"{what}: residual {residual} is not under 1", hint="0.1 means that 10 % may be left")


def _years(what: str, first: int, last: int) -> int:
    refuse_no_number(what, first=first, last=last, hint="whole calendar years, e.g. 2030")
    if first != int(first) or last != int(last) or last <= first:
        raise MethodError(f"{what}: {last} is not a whole year after {first}", hint="correct the two years")
    return int(last) - int(first)
