"""
Which footprint stands for a device: its exact model, else its category, else its price; the tier stays on the row.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from carbon.core.digital_tables import DEVICE_FACTOR
from carbon.core.errors import AmbiguousFactorError, TableError
from carbon.core.words import strip_accents
from carbon.digital import packaged_tables

MODEL, CATEGORY, SPEND, NONE = "model", "category", "spend", "not covered"
TIERS = (MODEL, CATEGORY, SPEND, NONE)
_BASE = ["embodied_kg", "lifespan_years", "active_power_w", "hours_per_day", "source_id"]
_STEPS = ("manufacture", "distribution", "end_of_life")
COLUMNS = ["category", "model", "tier", "embodied_kg", "low_kg", "high_kg", "range_from", "lifespan_years",
           "active_power_w", "hours_per_day", "source_id"]


def device_table() -> pd.DataFrame:
    """
    The packaged devices: embodied_kg = manufacture + distribution + end of life [kg CO2e], life, power, hours.
    """
    table = packaged_tables.load("devices")
    return table.assign(embodied_kg=table[[f"{s}_kg" for s in _STEPS]].sum(axis=1, skipna=False))


def devices_known() -> list[str]:
    """
    Categories that have a packaged factor.
    """
    return sorted(packaged_tables.load("devices")["device"])


def match_devices(pairs: pd.DataFrame, own: pd.DataFrame | None) -> pd.DataFrame:
    """
    The footprint of each distinct (category, model).

    Order: a model of the user's table, the user's category row, the packaged category. The range is the row's own;
    else the spread between the user's and the packaged category figure; else the band of the tier ("assumed").

    Parameters
    ----------
    pairs
        category, model: distinct.
    own
        `digital_tables.DEVICE_FACTOR`, or None.

    Returns
    -------
    DataFrame
        One row a pair; tier "not covered" and NaN where there is no factor (a price may still stand for it).

    Raises
    ------
    AmbiguousFactorError
        Two of the user's patterns fit one model.
    TableError
        A step is missing, or steps stand beside a total.
    """
    packaged = device_table().rename(columns={"device": "category"})
    base = pairs[["category", "model"]].merge(packaged[["category", *_BASE]], on="category", how="left",
                                              validate="many_to_one")
    base = base.assign(tier=np.where(base["embodied_kg"].notna(), CATEGORY, NONE), low_kg=np.nan, high_kg=np.nan,
                       range_from="", source_id=base["source_id"].fillna(""))[COLUMNS]
    if own is None or own.empty:
        return with_bands(base)
    given = own_totals(own)
    theirs = base["category"].isin(given["category"])
    rows = [_one(row, given) for row in base[theirs].itertuples(index=False)]
    mixed = pd.concat([base[~theirs], pd.DataFrame(rows, columns=COLUMNS)], ignore_index=True)
    return with_bands(mixed.astype({"tier": "str", "range_from": "str", "source_id": "str"}))


def own_totals(own: pd.DataFrame) -> pd.DataFrame:
    """
    The user's rows summed over steps: one row per category, pattern and source.

    Raises
    ------
    TableError
        Neither one row "embodied" nor all three steps.
    """
    own = DEVICE_FACTOR.validate(own)
    key = ["category", "model_pattern", "source_id"]
    steps = own.sort_values("step").groupby(key)["step"].agg("+".join)
    bad = steps[~steps.isin(["embodied", "+".join(sorted(_STEPS))])]
    if len(bad):
        raise TableError(f"{len(bad)} device footprints are not whole", rows=bad.reset_index(),
                         hint="give one row of step \"embodied\", or manufacture, distribution and end_of_life")
    sums = own.groupby(key, as_index=False).agg(
        value=("value", "sum"), low=("low", _whole_sum), high=("high", _whole_sum),
        lifespan_years=("lifespan_years", "max"), active_power_w=("active_power_w", "max"))
    return sums.assign(pattern=sums["model_pattern"].map(_plain))


def _whole_sum(values: pd.Series) -> float:
    return float(values.sum(skipna=False))


def _plain(text: str) -> str:
    """
    Without accents and capitals; the signs of a glob stay.
    """
    return strip_accents(text).casefold().strip()


def _one(base: Any, given: pd.DataFrame) -> tuple[object, ...]:
    fit = _fitting(base.category, base.model, given)
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


def _fitting(category: str, model: str, given: pd.DataFrame) -> pd.Series | None:
    rows = given[given["category"] == category]
    name = _plain(model)
    exact = rows[[bool(p) and bool(name) and fnmatchcase(name, p) for p in rows["pattern"]]]
    found = exact if len(exact) else rows[rows["model_pattern"] == ""]
    if len(found) > 1:
        raise AmbiguousFactorError(f"{len(found)} footprints fit {category} {model!r}",
                                   rows=found[["category", "model_pattern", "source_id", "value"]],
                                   hint="keep one row, or make the patterns exclude each other")
    return found.iloc[0] if len(found) else None


@cache
def band(tier: str, category: str) -> tuple[float, float]:
    """
    What a figure of this tier is divided and multiplied by; this project's assumption, printed as "assumed".
    """
    table = packaged_tables.load("bands")
    rows = table[(table["tier"] == tier) & table["device"].isin(["", category])].sort_values("device")
    return float(rows["divide_by"].iloc[-1]), float(rows["multiply_by"].iloc[-1])


def with_bands(table: pd.DataFrame) -> pd.DataFrame:
    """
    The table with the tier's band where a row has no range of its own.
    """
    open_rows = table["low_kg"].isna() & table["embodied_kg"].notna()
    wanted = table.loc[open_rows, ["tier", "category"]].drop_duplicates()
    limits = {pair: band(*pair) for pair in wanted.itertuples(index=False, name=None)}
    pairs: Sequence[tuple[str, str]] = list(zip(table["tier"], table["category"], strict=True))
    down = np.array([limits.get(p, (np.nan, np.nan))[0] for p in pairs])
    up = np.array([limits.get(p, (np.nan, np.nan))[1] for p in pairs])
    return table.assign(
        low_kg=table["low_kg"].where(~open_rows, table["embodied_kg"] / down),
        high_kg=table["high_kg"].where(~open_rows, table["embodied_kg"] * up),
        range_from=table["range_from"].where(~open_rows, "assumed"))
