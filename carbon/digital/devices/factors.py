"""The footprint of a device: its exact model, else its category, else its price; the tier stays on the row."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from carbon.core.digital_tables import DEVICE_FACTOR
from carbon.core.errors import AmbiguousFactorError, TableError
from carbon.core.text import strip_accents
from carbon.digital import packaged_tables

MODEL, CATEGORY, SPEND, NONE = "model", "category", "spend", "not covered"
TIERS = (MODEL, CATEGORY, SPEND, NONE)
_BASE = ["embodied_kg", "lifespan_years", "active_power_w", "hours_per_day", "source_id"]
_STEPS = ("manufacture", "distribution", "end_of_life")
COLUMNS = ["category", "model", "tier", "embodied_kg", "low_kg", "high_kg", "range_from", "lifespan_years",
           "active_power_w", "hours_per_day", "source_id"]


def match_devices(pairs: pd.DataFrame, company_factors: pd.DataFrame | None) -> pd.DataFrame:
    """Match each distinct (category, model) of `pairs` with its footprint, by the user's `DEVICE_FACTOR` or None.

    Order: a model of the user's table, the user's category row, the packaged category. The range is the row's own; else
    the spread between the user's and the packaged figure of the category; else the band of the tier ("assumed"). One
    row a pair; tier "not covered" and NaN where there is no factor (its price may still give one).

    Raises AmbiguousFactorError: Two of the user's patterns fit one model; TableError: A step is missing, or steps are
    given next to a total.
    """
    packaged = packaged_tables.device_table().rename(columns={"device": "category"})
    base = pairs[["category", "model"]].merge(packaged[["category", *_BASE]], on="category", how="left",
                                              validate="many_to_one")
    base = base.assign(tier=np.where(base["embodied_kg"].notna(), CATEGORY, NONE), low_kg=np.nan, high_kg=np.nan,
                       range_from="", source_id=base["source_id"].fillna(""))[COLUMNS]
    if company_factors is None or company_factors.empty:
        return with_bands(base)
    company_totals = own_totals(company_factors)
    in_company = base["category"].isin(company_totals["category"])
    rows = [_one(row, company_totals) for row in base[in_company].itertuples(index=False)]
    table = pd.concat([base[~in_company], pd.DataFrame(rows, columns=COLUMNS)], ignore_index=True)
    return with_bands(table.astype({"tier": "str", "range_from": "str", "source_id": "str"}))


def own_totals(company_factors: pd.DataFrame) -> pd.DataFrame:
    """Sum the user's rows over steps: one row per category, pattern and source.

    Raises TableError: Neither one row "embodied" nor all three steps.
    """
    company_factors = DEVICE_FACTOR.validate(company_factors)
    key = ["category", "model_pattern", "source_id"]
    steps = company_factors.sort_values("step").groupby(key)["step"].agg("+".join)
    bad = steps[~steps.isin(["embodied", "+".join(sorted(_STEPS))])]
    if len(bad):
        raise TableError(f"{len(bad)} device footprints are not whole", rows=bad.reset_index(),
                         hint="give one row of step \"embodied\", or manufacture, distribution and end_of_life")
    sums = company_factors.groupby(key, as_index=False).agg(
        value=("value", "sum"), low=("low", complete_sum), high=("high", complete_sum),
        lifespan_years=("lifespan_years", "max"), active_power_w=("active_power_w", "max"))
    return sums.assign(pattern=sums["model_pattern"].map(_plain))


def complete_sum(values: pd.Series) -> float:
    """Return the sum; NaN where a value is missing."""
    return float(values.sum(skipna=False))


def _plain(text: str) -> str:
    return strip_accents(text).casefold().strip()


def _one(base: Any, company_totals: pd.DataFrame) -> tuple[object, ...]:
    fit = _fitting(base.category, base.model, company_totals)
    if fit is None:
        return tuple(base)
    tier = MODEL if fit["model_pattern"] else CATEGORY
    low, high, origin = fit["low"], fit["high"], "row"
    if not (np.isfinite(low) and np.isfinite(high)):
        low, high, origin = np.nan, np.nan, ""
        if tier == CATEGORY and np.isfinite(base.embodied_kg) and base.embodied_kg != fit["value"]:
            low, high = sorted((base.embodied_kg, fit["value"]))
            origin = "spread of two sources"
    years = fit["lifespan_years"] if np.isfinite(fit["lifespan_years"]) else base.lifespan_years
    watts = fit["active_power_w"] if np.isfinite(fit["active_power_w"]) else base.active_power_w
    return (base.category, base.model, tier, fit["value"], low, high, origin, years, watts, base.hours_per_day,
            fit["source_id"])


def _fitting(category: str, model: str, company_totals: pd.DataFrame) -> pd.Series | None:
    rows = company_totals[company_totals["category"] == category]
    name = _plain(model)
    exact = rows[[bool(p) and bool(name) and fnmatchcase(name, p) for p in rows["pattern"]]]
    fits = exact if len(exact) else rows[rows["model_pattern"] == ""]
    if len(fits) > 1:
        raise AmbiguousFactorError(f"{len(fits)} footprints fit {category} {model!r}",
                                   rows=fits[["category", "model_pattern", "source_id", "value"]],
                                   hint="keep one row, or make the patterns exclude each other")
    return fits.iloc[0] if len(fits) else None


@cache
def band(tier: str, category: str) -> tuple[float, float]:
    """Return the divisor and multiplier of a figure of this tier; this project's assumption, printed as "assumed"."""
    table = packaged_tables.load("bands")
    rows = table[(table["tier"] == tier) & table["device"].isin(["", category])].sort_values("device")
    return float(rows["divide_by"].iloc[-1]), float(rows["multiply_by"].iloc[-1])


def with_bands(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with the tier's band where a row has no range of its own."""
    open_rows = table["low_kg"].isna() & table["embodied_kg"].notna()
    tiers = table.loc[open_rows, ["tier", "category"]].drop_duplicates()
    limits = {pair: band(*pair) for pair in tiers.itertuples(index=False, name=None)}
    pairs: Sequence[tuple[str, str]] = list(zip(table["tier"], table["category"], strict=True))
    down = np.array([limits.get(p, (np.nan, np.nan))[0] for p in pairs])
    up = np.array([limits.get(p, (np.nan, np.nan))[1] for p in pairs])
    return table.assign(
        low_kg=table["low_kg"].where(~open_rows, table["embodied_kg"] / down),
        high_kg=table["high_kg"].where(~open_rows, table["embodied_kg"] * up),
        range_from=table["range_from"].where(~open_rows, "assumed"))
