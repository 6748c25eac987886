"""Data quality by the GHG Protocol's five indicators, as shares of emissions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import packaged
from carbon.core.columns import Rows
from carbon.core.exact import exact_sum
from carbon.core.text_columns import Values, by_word, listed
from carbon.core.zones import contains, supplier_of, supply_region
from carbon.emissions.market import INSTRUMENT
from carbon.emissions.uncertainty.pedigree import PACKAGE

INDICATORS = ("technology", "time", "geography", "completeness", "reliability")
CLASSES = ("very good", "good", "fair", "poor")
_YEARS = (3, 6, 10)
"""Less than 3 years apart is very good, less than 6 good, less than 10 fair."""
ASKED = ["tier", "quality", "factor_id", "region", "year"]
"""Columns that decide the class of a row."""
_WIDER = ("GLO", "EU27")
_IN_FORCE = 9999


def quality_classes(rows: pd.DataFrame | Rows, factors: pd.DataFrame) -> pd.DataFrame:
    """Return the share of emissions in each class of each indicator.

    share = sum of |kg| in the class / sum of |kg|, so that credit notes cannot hide what they cancel

    time: years between the row and the factor's period. geography: the factor of the row's region, of a wider area that
    holds it (Europe, the world), of another place, or unknown. technology, completeness and reliability follow from
    the method tier (`data/quality_classes.csv`: our reading); a remark on the row ("great circle", a slip of unit)
    makes it fair in reliability at best. Reliability is never very good: that asks for verified data.

    Parameters
    ----------
    rows
        `schemas.EMISSIONS`.
    factors
        `schemas.FACTORS` of those rows.

    Returns
    -------
    DataFrame
        indicator, class, rows, co2e_kg [kg CO2e, signed], share (0 to 1; of an indicator they sum to 1), every class of
        every indicator in order.

    References
    ----------
    GHG Protocol, Scope 3 Standard (2011), chapter 7: indicators and classes; adapted from Weidema and Wesnaes (1996).
    """
    table = rows if isinstance(rows, Rows) else Rows(rows)
    groups = table.groups(ASKED)
    class_places = _class_places(table.take(groups.first), factors)
    kg, n = table["co2e_kg"], len(CLASSES)
    size = np.abs(kg)
    number, sums, share = [], [], []
    for indicator in INDICATORS:
        place = class_places[indicator][groups.number]
        weight = exact_sum(size, place, n)
        total_weight = weight.sum()
        number.append(np.bincount(place, minlength=n))
        sums.append(exact_sum(kg, place, n))
        share.append(weight / total_weight if total_weight > 0 else np.zeros(n))
    return pd.DataFrame({
        "indicator": np.repeat(INDICATORS, n), "class": CLASSES * len(INDICATORS), "rows": np.concatenate(number),
        "co2e_kg": np.concatenate(sums), "share": np.concatenate(share)})


@cache
def _of_tier() -> Mapping[str, Mapping[str, int]]:
    """Tier -> indicator -> place in `CLASSES`."""
    lines = packaged.read_rows(PACKAGE, "data/quality_classes.csv")
    return {line["tier"]: {c: CLASSES.index(line[c]) for c in line if c != "tier"} for line in lines}


def _class_places(rows: Rows, factors: pd.DataFrame) -> dict[str, npt.NDArray[np.int64]]:
    """Return the position in `CLASSES` of each row, by indicator."""
    poor, of_tier = len(CLASSES) - 1, _of_tier()
    by_tier = {c: np.array([of_tier.get(tier, {}).get(c, poor) for tier in rows["tier"]], dtype=np.int64)
               for c in ("technology", "completeness", "reliability")}
    remarked = rows["quality"] != ""
    reliability = np.where(remarked, np.maximum(by_tier["reliability"], CLASSES.index("fair")), by_tier["reliability"])
    factor = _of_factors(factors, rows["factor_id"])
    return {**by_tier, "reliability": reliability, "time": _time(rows, factor), "geography": _geography(rows, factor)}


def _of_factors(factors: pd.DataFrame, factor_ids: Values) -> dict[str, npt.NDArray[Any]]:
    """Return first and last year and the region of each row's factor; NaN and "" of an unknown factor."""
    columns = {c: listed(factors[c]) for c in ("valid_from", "valid_to", "region")}
    place = {name: at for at, name in reversed([*enumerate(listed(factors["factor_id"]))])}  # the first of several
    at = np.array([place.get(name, -1) for name in factor_ids], dtype=np.intp)
    numbers = {c: np.array([*columns[c], np.nan], dtype=np.float64)[at] for c in ("valid_from", "valid_to")}
    return {**numbers, "region": np.array([r if r == r else "" for r in columns["region"]] + [""], dtype=object)[at]}


def _time(rows: Rows, used_factors: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[np.int64]:
    """Return the class by years between row and factor; a factor without an end counts from its first year."""
    year, first = rows["year"], used_factors["valid_from"]
    last = np.where(used_factors["valid_to"] < _IN_FORCE, used_factors["valid_to"], first)
    years_apart = np.maximum(np.maximum(first - year, year - last), 0)
    return np.where(np.isnan(years_apart), len(CLASSES) - 1, np.searchsorted(_YEARS, years_apart, side="right"))


def _geography(rows: Rows, used_factors: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[np.int64]:
    place, region = rows["region"], used_factors["region"]
    supplied = by_word(place, lambda bought_in: supply_region(supplier_of(bought_in)))
    same_region = (place == region) | (supplied == region) | rows.by_word(
        "factor_id", lambda name: name.startswith(INSTRUMENT), bool)
    of_country = np.array([contains(str(r), str(p)) for r, p in zip(region, place, strict=True)], dtype=bool)
    conditions = [(region == "") | (place == ""), same_region, np.isin(region, _WIDER) | of_country]
    return np.select(conditions, [3, 0, 1], default=2)
