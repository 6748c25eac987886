"""A portfolio: the newest year of each company, held against those that it can be compared with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from carbon.accounting.compile import COMPUTED, has_figure, state_of
from carbon.core.errors import UsageError
from carbon.core.exact import exact_total
from carbon.core.ghg_protocol import NO_METHOD, SCOPE2_METHODS, SCOPES
from carbon.core.units import KG_PER_T

MEASURES = {"per_employee_t": ("employees", ("year", "gwp")), "per_million_t": ("revenue", ("year", "gwp", "currency"))}
"""Intensity -> what the total is divided by, and what peers have in common."""
MILLION = 1e6
LEAST_PEERS = 8
"""Companies of one group from which a median is a comparison."""
FAR = 3.0
"""Robust standard deviations of the logarithms from which a company is far from its peers."""
MAD_SD = 1.4826
"""Median absolute deviation -> standard deviation, of a normal distribution."""
_COLUMNS = ["company", "year", "gwp", "total_t", "categories", "employees", "revenue", "currency", "reason"]
NOT_STATED, NOT_ABOVE_ZERO = "{name} not stated", "the total is not above zero"


def portfolio_table(published: pd.DataFrame, *, scope2_method: str) -> pd.DataFrame:
    """Return the newest year of each company of `cb.published()`, next to its peers.

    per_employee_t = total / employees [t CO2e]; per_million_t = total / revenue [t CO2e per million of its currency].
    Peers have the same year and GWP set, for revenue the same currency too; there are at least 8 of them. Far: more
    than 3 x 1.4826 x the median absolute deviation of the logarithms from their median.

    Parameters
    ----------
    published
        All sets, as `cb.published()` gives them.
    scope2_method
        "location-based" or "market-based": one for all companies.

    Returns
    -------
    DataFrame
        company, year, gwp, total_t, categories (of scope 3, with a figure), employees, revenue, currency; of each
        measure its value, times (its ratio to the median of the peers), peers (their number, with itself) and far
        ("high", "low" or ""); reason (why a total or a measure is not compared). What is not known is NaN.

    Raises
    ------
    UsageError
        An unknown scope 2 method.
    """
    if scope2_method not in SCOPE2_METHODS:
        raise UsageError(f"scope2_method {scope2_method!r} is unknown", hint=f"one of {', '.join(SCOPE2_METHODS)}")
    newest = published[(published["year"] == published.groupby("company")["year"].transform("max"))
                       & published["scope2_method"].isin((NO_METHOD, scope2_method))]
    companies: dict[str, list[Any]] = {}
    for line in newest.sort_values("company", kind="stable").itertuples(index=False):
        companies.setdefault(str(line.company), []).append(line)
    return compared(pd.DataFrame([_line(company, lines) for company, lines in companies.items()], columns=_COLUMNS))


def _line(company: str, lines: list[Any]) -> dict[str, Any]:
    first, kg = lines[0], np.array([line.co2e_kg for line in lines])
    of_scope = {scope: [line for line in lines if line.scope == scope] for scope in SCOPES}
    states = {scope: state_of([line.status for line in of], sum(line.rows for line in of))
              for scope, of in of_scope.items()}
    return {"company": company, "year": int(first.year), "gwp": first.gwp,
            "total_t": np.nan if np.isnan(kg).all() else exact_total(kg[~np.isnan(kg)]) / KG_PER_T,
            "categories": sum(has_figure(line.status) for line in of_scope["3"]), "employees": first.employees,
            "revenue": first.revenue, "currency": first.currency, "reason": reason_of(states)}


def reason_of(states: dict[str, str]) -> str:
    """Return why a total is not compared, by the state of each scope: one that is not computed in full."""
    return "; ".join(f"scope {scope}: {state}" for scope, state in states.items() if state != COMPUTED)


def compared(lines: pd.DataFrame) -> pd.DataFrame:
    """Return lines of companies with their intensities, each next to its peers; `portfolio_table` describes it."""
    lines, reason = lines.reset_index(drop=True), lines["reason"].astype("str").reset_index(drop=True)
    is_full = reason == ""
    reason = reason.mask(is_full & (lines["total_t"] <= 0), NOT_ABOVE_ZERO)
    for measure, (of, common) in MEASURES.items():
        divisor = lines[of].astype("float64") / (MILLION if of == "revenue" else 1.0)
        value = (lines["total_t"] / divisor).where(divisor > 0)
        reason = reason.mask(divisor.isna(), _joined(reason, NOT_STATED.format(name=of)))
        like, groups = value.where(is_full & (value > 0)), [lines[name] for name in common]
        logs = np.log(like)
        peers = logs.groupby(groups).transform("count")
        enough = logs.notna() & (peers >= LEAST_PEERS)
        reason = reason.mask(logs.notna() & ~enough, _joined(reason, f"{of}: fewer than {LEAST_PEERS} peers"))
        off = (logs - logs.groupby(groups).transform("median")).where(enough)
        spread = MAD_SD * off.abs().groupby(groups).transform("median")
        is_far = (off.abs() > FAR * spread) & (off != 0)
        stem = measure.rpartition("_")[0]
        lines = lines.assign(**{
            measure: value, f"{stem}_times": (like / like.groupby(groups).transform("median")).where(enough),
            f"{stem}_peers": peers.where(enough, 0).astype("int64"),
            f"{stem}_far": np.select([is_far & (off > 0), is_far & (off < 0)], ["high", "low"], "")})
    return lines.drop(columns="reason").assign(reason=reason)


def _joined(reason: pd.Series, more: str) -> pd.Series:
    return reason.where(reason == "", reason + "; ") + more
